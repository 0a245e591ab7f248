// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cortile::report {

struct ChartSeries {
    std::string name;
    std::vector<std::pair<double, double>> points;  // ascending in x; none below 0
    bool dashed = false;
    // One of very many: a faint line without dots, of the colour of the series before it that is
    // not, and without a name in the legend.
    bool faint = false;
};

// Lines over a common axis, both from 0.
struct LineChart {
    std::string title, subtitle;
    std::string x_label, y_label;  // with units
    std::vector<ChartSeries> series;
    std::optional<double> y_most;  // what is above is cut off
    struct Mark {
        double x = 0;
        std::string text;
    };
    std::optional<Mark> mark;  // a vertical line
};

std::string to_svg(const LineChart& chart);

}  // namespace cortile::report
