// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>

#include "hw_model/base/text_table.h"
#include "workload/quantize/quantized_network.h"

namespace cortile {

namespace {

using Row = std::vector<std::string>;

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
            layer.threshold_mantissa < 0 ? "-" : fmt::format("{}", layer.threshold_mantissa),
            percent(layer.threshold_error),
            asked_and_got(layer.tau_syn_asked, layer.tau_syn_got),
            asked_and_got(layer.tau_mem_asked, layer.tau_mem_got)};
}

}  // namespace

std::string to_text(const QuantizationReport& report) {
    std::vector<Row> rows{{"projection", "into", "weights", "scale", "exp", "saturated", "zeroed",
                           "weight error", "threshold", "threshold error", "tau_syn", "tau_mem"}};
    for (const auto& layer : report.layers) {
        rows.push_back(row_of(layer));
    }
    // Core types that compute in floating point quantise nothing.
    std::string text = report.layers.empty() ? "" : text_table(rows, "<<>>>>>>>>>>");
    for (const std::string& warning : report.warnings) {
        text += "warning: " + warning + "\n";
    }
    return text;
}

}  // namespace cortile
