// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/line_chart.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "hw_model/report/svg_text.h"

namespace cortile::report {

namespace {

constexpr double kWidth = 720;
constexpr double kLeft = 70, kRight = 690, kTop = 62, kBottom = 380;
constexpr double kLegendTop = 448, kLegendRow = 18;
// Told apart by readers who do not see all colours, too (Okabe, Ito: "Color universal design").
constexpr std::array<const char*, 8> kColours{"#0072b2", "#009e73", "#d55e00", "#cc79a7",
                                              "#56b4e9", "#e69f00", "#000000", "#999999"};

constexpr std::size_t kMostDots = 100;  // of a line: beyond, they would hide it
constexpr double kDot = 2.6;            // radius

struct Scale {
    double from, to, most;
    double operator()(double value) const { return from + (to - from) * value / most; }
};

std::string axes(const LineChart& chart, const Scale& x, const std::vector<double>& x_ticks,
                 const Scale& y, const std::vector<double>& y_ticks) {
    std::string text;
    const auto line = [&](double x1, double y1, double x2, double y2, const char* colour) {
        text += fmt::format(
            "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\"/>\n", x1,
            y1, x2, y2, colour);
    };
    for (const double tick : y_ticks) {
        line(kLeft, y(tick), kRight, y(tick), "#e4e4e4");
        text += svg_text(kLeft - 8, y(tick) + 4, fmt::format("{:g}", tick), "end");
    }
    for (const double tick : x_ticks) {
        line(x(tick), kBottom, x(tick), kBottom + 5, "#222222");
        text += svg_text(x(tick), kBottom + 19, fmt::format("{:g}", tick), "middle");
    }
    line(kLeft, kBottom, kRight, kBottom, "#222222");
    line(kLeft, kTop, kLeft, kBottom, "#222222");
    text += svg_text((kLeft + kRight) / 2, kBottom + 42, chart.x_label, "middle", 13);
    text += svg_text(
        0, 0, chart.y_label, "middle", 13,
        fmt::format("transform=\"translate(20 {:.1f}) rotate(-90)\"", (kTop + kBottom) / 2));
    return text;
}

// By series: the number of its colour, which faint ones have of another.
std::vector<std::size_t> colours_of(const LineChart& chart) {
    std::vector<std::size_t> colours;
    std::size_t strong = 0;
    for (const ChartSeries& series : chart.series) {
        strong += series.faint ? 0 : 1;
        colours.push_back((std::max<std::size_t>(strong, 1) - 1) % kColours.size());
    }
    return colours;
}

// Below the chart, where no line can be: rows of a line and a name each.
struct Legend {
    std::string text;
    double end = kLegendTop;  // of its last row
};

Legend legend_of(const LineChart& chart, const std::vector<std::size_t>& colours) {
    constexpr double kLine = 24, kGap = 7, kBetween = 22, kMostOfALetter = 6.6;
    Legend legend;
    double x = kLeft;
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
        const ChartSeries& series = chart.series[i];
        if (series.faint) {
            continue;
        }
        const double name = kMostOfALetter * static_cast<double>(series.name.size());
        if (x > kLeft && x + kLine + kGap + name > kWidth) {
            x = kLeft;
            legend.end += kLegendRow;
        }
        const double y = legend.end;
        legend.text += fmt::format(
            "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
            "stroke-width=\"2\"{}/>\n",
            x, y - 4, x + kLine, y - 4, kColours[colours[i]],
            series.dashed ? " stroke-dasharray=\"6 4\"" : "");
        legend.text += svg_text(x + kLine + kGap, y, series.name);
        x += kLine + kGap + name + kBetween;
    }
    return legend;
}

std::string line(const ChartSeries& series, const char* colour, const Scale& x, const Scale& y) {
    std::string points, dots;
    for (const auto& [px, py] : series.points) {
        points += fmt::format("{:.1f},{:.1f} ", x(px), y(py));
        if (!series.faint && series.points.size() <= kMostDots) {
            dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\"/>\n",
                                x(px), y(py), kDot, colour);
        }
    }
    const char* const width = series.faint ? "0.6\" stroke-opacity=\"0.25" : "2";
    return fmt::format(
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{}/>\n{}", points,
        colour, width, series.dashed ? " stroke-dasharray=\"6 4\"" : "", dots);
}

}  // namespace

std::string to_svg(const LineChart& chart) {
    double x_most = chart.mark ? chart.mark->x : 0, y_most = 0;
    for (const ChartSeries& series : chart.series) {
        for (const auto& [x, y] : series.points) {
            x_most = std::max(x_most, x);
            y_most = std::max(y_most, y);
        }
    }
    y_most = std::min(y_most, chart.y_most.value_or(y_most));
    const std::vector<double> x_ticks = round_ticks(x_most, 8), y_ticks = round_ticks(y_most, 6);
    const Scale x{kLeft, kRight, x_ticks.back()}, y{kBottom, kTop, y_ticks.back()};

    const std::vector<std::size_t> colours = colours_of(chart);
    const Legend legend = legend_of(chart, colours);
    std::string text = svg_head(kWidth, legend.end + 14);
    text += svg_text(kLeft, 26, chart.title, "start", 16, "font-weight=\"bold\"");
    text += svg_text(kLeft, 45, chart.subtitle, "start", 12, "fill=\"#555555\"");
    text += axes(chart, x, x_ticks, y, y_ticks);
    text += fmt::format(
        "<clipPath id=\"plot\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>\n"
        "<g clip-path=\"url(#plot)\">\n",
        kLeft - kDot, kTop - kDot, kRight - kLeft + 2 * kDot, kBottom - kTop + 2 * kDot);
    for (const bool faint : {true, false}) {  // strong lines lie on top
        for (std::size_t i = 0; i < chart.series.size(); ++i) {
            if (chart.series[i].faint == faint) {
                text += line(chart.series[i], kColours[colours[i]], x, y);
            }
        }
    }
    text += "</g>\n";
    if (chart.mark) {
        const double at = x(chart.mark->x);
        text += fmt::format(
            "<line x1=\"{0:.1f}\" y1=\"{1}\" x2=\"{0:.1f}\" y2=\"{2}\" stroke=\"#555555\" "
            "stroke-dasharray=\"3 3\"/>\n",
            at, kTop, kBottom);
        // On its right, where no line goes on; there is room beside the chart, too.
        text += svg_text(0, 0, chart.mark->text, "end", 12,
                         fmt::format("fill=\"#555555\" transform=\"translate({:.1f} {:.1f}) "
                                     "rotate(-90)\"",
                                     at + 15, kTop + 4));
    }
    return text + legend.text + "</svg>\n";
}

}  // namespace cortile::report
