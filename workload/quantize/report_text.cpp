// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "workload/quantize/quantized_network.h"

namespace cortile {

namespace {

constexpr std::size_t kColumns = 11;
using Row = std::array<std::string, kColumns>;

std::string percent(double fraction) {
    return fmt::format("{:.2f} %", 100 * fraction);
}

std::string seconds(double time) {
    if (std::isinf(time)) {
        return "inf";
    }
    return time == 0 ? "-" : fmt::format("{:.4g} ms", time * 1e3);
}

std::string asked_and_got(double asked, double got) {
    const std::string a = seconds(asked), g = seconds(got);
    return a == g ? a : a + " -> " + g;
}

Row row_of(const QuantizationReport::Layer& layer) {
    return {layer.projection,
            layer.population,
            fmt::format("{}", layer.weights),
            fmt::format("{:.5g}", layer.scale),
            fmt::format("{}", layer.weight_exponent),
            fmt::format("{}", layer.saturated),
            fmt::format("{}", layer.rounded_to_zero),
            percent(layer.rms_error),
            percent(layer.threshold_error),
            asked_and_got(layer.tau_syn_asked, layer.tau_syn_got),
            asked_and_got(layer.tau_mem_asked, layer.tau_mem_got)};
}

}  // namespace

std::string to_text(const QuantizationReport& report) {
    std::vector<Row> rows{{"projection", "into", "weights", "scale", "exp", "saturated", "zeroed",
                           "weight error", "threshold error", "tau_syn", "tau_mem"}};
    for (const auto& layer : report.layers) {
        rows.push_back(row_of(layer));
    }
    std::array<std::size_t, kColumns> widths{};
    for (const Row& row : rows) {
        for (std::size_t c = 0; c < kColumns; ++c) {
            widths[c] = std::max(widths[c], row[c].size());
        }
    }
    std::string text;
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t c = 0; c < kColumns; ++c) {
            // Names to the left, numbers to the right.
            line += c < 2 ? fmt::format("{:<{}}  ", row[c], widths[c])
                          : fmt::format("{:>{}}  ", row[c], widths[c]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    for (const std::string& warning : report.warnings) {
        text += "warning: " + warning + "\n";
    }
    return text;
}

}  // namespace cortile
