// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/svg_text.h"

#include <cmath>

#include <fmt/format.h>

#include "hw_model/report/markup.h"

namespace cortile::report {

std::string svg_head(double width, double height) {
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:g} {1:g}\" width=\"{0:g}\" "
        "height=\"{1:g}\" font-family=\"Helvetica, Arial, sans-serif\" fill=\"#222222\">\n"
        "<rect width=\"{0:g}\" height=\"{1:g}\" fill=\"#ffffff\"/>\n",
        width, height);
}

std::string svg_text(double x, double y, std::string_view text, std::string_view anchor,
                     double size, std::string_view more) {
    return fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{:g}\" text-anchor=\"{}\"{}{}>{}</text>\n", x,
        y, size, anchor, more.empty() ? "" : " ", more, escaped(text));
}

std::vector<double> round_ticks(double most, unsigned count) {
    if (!(most > 0)) {
        return {0, 1};
    }
    const double rough = most / count;
    const double decade = std::pow(10, std::floor(std::log10(rough)));
    const double step = decade * (rough / decade <= 1 + 1e-9   ? 1
                                  : rough / decade <= 2 + 1e-9 ? 2
                                  : rough / decade <= 5 + 1e-9 ? 5
                                                               : 10);
    std::vector<double> ticks{0};
    for (unsigned i = 1; ticks.back() < most * (1 - 1e-9); ++i) {
        ticks.push_back(step * i);
    }
    return ticks;
}

}  // namespace cortile::report
