// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "rtl/mutation/mutation_report.h"

namespace cortile {

namespace {

constexpr double kWidth = 720, kHeight = 400;
constexpr double kLeft = 64, kRight = 36, kTop = 20, kBottom = 52;
// Told apart without colour too, by their dashes (palette: Okabe and Ito, Color Universal Design,
// 2008).
constexpr std::array kColours{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"};
constexpr std::array kDashes{"none", "8 4", "2 3", "10 3 2 3", "4 4"};

class Plot {
  public:
    explicit Plot(const std::vector<MutationResult>& results) : results_(results) {
        std::uint64_t most = 10;
        for (const MutationResult& result : results) {
            most = std::max(most, result.operations);
        }
        decades_ = std::ceil(std::log10(static_cast<double>(most)));
    }

    std::string svg() const {
        std::string text = fmt::format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
            "height=\"{1}\" font-family=\"sans-serif\" font-size=\"13\">\n"
            "<title>Share of the mutants killed over the number of operations</title>\n"
            "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
            kWidth, kHeight);
        text += axes();
        for (std::size_t i = 0; i < results_.size(); ++i) {
            text += curve(i) + legend(i);
        }
        return text + "</svg>\n";
    }

  private:
    double x(double operations) const {
        return kLeft + std::log10(std::max(operations, 1.0)) / decades_ * (kWidth - kLeft - kRight);
    }
    static double y(double share) {
        return kHeight - kBottom - share / 100.0 * (kHeight - kTop - kBottom);
    }

    static std::string line(double x1, double y1, double x2, double y2) {
        return fmt::format(
            "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#d0d7de\"/>\n",
            x1, y1, x2, y2);
    }
    static std::string label(double at_x, double at_y, const char* anchor,
                             const std::string& text) {
        return fmt::format(
            "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"#1f2328\">{}</text>\n", at_x,
            at_y, anchor, text);
    }

    std::string axes() const {
        std::string text;
        for (int share = 0; share <= 100; share += 20) {
            text += line(kLeft, y(share), kWidth - kRight, y(share));
            text += label(kLeft - 8, y(share) + 4, "end", fmt::format("{} %", share));
        }
        for (int decade = 0; decade <= static_cast<int>(decades_); ++decade) {
            const double operations = std::pow(10.0, decade);
            text += line(x(operations), y(0), x(operations), y(100));
            std::string number = fmt::format("{:.0f}", operations);
            for (std::size_t at = number.size(); at > 3; at -= 3) {
                number.insert(at - 3, ",");
            }
            text += label(x(operations), y(0) + 18, "middle", number);
        }
        return text + label((kLeft + kWidth - kRight) / 2, kHeight - 12, "middle",
                            "operations until a mutant shows; shares of those not equivalent");
    }

    // A step where each mutant is killed.
    std::string curve(std::size_t index) const {
        const MutationResult& result = results_[index];
        std::vector<std::uint64_t> kills;
        for (const MutantOutcome& outcome : result.outcomes) {
            if (outcome.kill) {
                kills.push_back(outcome.kill->operations);
            }
        }
        std::sort(kills.begin(), kills.end());
        const auto all = static_cast<double>(std::max<std::size_t>(result.not_equivalent(), 1));
        std::string path = fmt::format("M{:.1f} {:.1f}", x(1), y(0));
        for (std::size_t i = 0; i < kills.size(); ++i) {
            if (i + 1 == kills.size() || kills[i + 1] != kills[i]) {
                path += fmt::format("H{:.1f}V{:.1f}", x(static_cast<double>(kills[i])),
                                    y(100.0 * static_cast<double>(i + 1) / all));
            }
        }
        path += fmt::format("H{:.1f}", x(static_cast<double>(result.operations)));
        return fmt::format("<path d=\"{}\" fill=\"none\" {}/>\n", path, stroke(index));
    }

    std::string legend(std::size_t index) const {
        const MutationResult& result = results_[index];
        const double at = y(0) - 16 - 22 * static_cast<double>(results_.size() - 1 - index);
        const double left = kLeft + 0.5 * (kWidth - kLeft - kRight);
        return fmt::format("<path d=\"M{:.1f} {:.1f}h32\" fill=\"none\" {}/>\n", left, at - 4,
                           stroke(index)) +
               label(left + 40, at, "start",
                     fmt::format("{}: {} of {}, {}", result.datapath,
                                 result.count(MutantVerdict::killed), result.not_equivalent(),
                                 percent_text(result.score())));
    }

    static std::string stroke(std::size_t index) {
        return fmt::format("stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"{}\"",
                           kColours[index % kColours.size()], kDashes[index % kDashes.size()]);
    }

    const std::vector<MutationResult>& results_;
    double decades_ = 1;
};

}  // namespace

std::string kill_curve_svg(const std::vector<MutationResult>& results) {
    return Plot(results).svg();
}

}  // namespace cortile
