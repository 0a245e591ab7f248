// SPDX-License-Identifier: Apache-2.0
#include "workload/nir/hardware_keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace cortile::nir {

namespace {

constexpr std::string_view kPrefix = "loihi/";
constexpr std::array<std::string_view, 6> kNeuronKeys{"loihi/du",
                                                      "loihi/dv",
                                                      "loihi/vth_mantissa",
                                                      "loihi/bias_mantissa",
                                                      "loihi/bias_exponent",
                                                      "loihi/refractory"};
constexpr std::array<std::string_view, 2> kSynapseKeys{"loihi/weight_exponent",
                                                       "loihi/num_weight_bits"};

template <typename Keys>
bool contains(const Keys& keys, const std::string& key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

std::map<std::string, std::vector<double>> hardware_values(const Node& node, std::size_t size,
                                                           Diagnostics& diagnostics) {
    std::map<std::string, std::vector<double>> result;
    const std::size_t allowed = node.is_neuron() ? size : 1;
    for (const auto& [key, values] : node.metadata) {
        const bool fits = values.size() == 1 || values.size() == allowed;
        if (!key.starts_with(kPrefix)) {
            if (fits) {
                result[key] = values;
            }
            continue;
        }
        const std::string path = node.path + "/metadata/" + key;
        const bool known =
            node.is_neuron() ? contains(kNeuronKeys, key) : contains(kSynapseKeys, key);
        if (!known) {
            diagnostics.warn(
                path,
                fmt::format("ignored: {} takes {}",
                            node.is_neuron() ? "a neuron node" : "a linear node",
                            node.is_neuron() ? fmt::format("{}", fmt::join(kNeuronKeys, ", "))
                                             : fmt::format("{}", fmt::join(kSynapseKeys, ", "))));
            continue;
        }
        if (!fits) {
            diagnostics.error(
                path,
                allowed == 1
                    ? fmt::format("expected 1 value, found {}", values.size())
                    : fmt::format("expected 1 or {} values, found {}", allowed, values.size()),
                "store one number, or one for each neuron of a neuron node");
        }
        for (const double v : values) {
            if (std::trunc(v) != v || !(std::abs(v) <= 1e9)) {
                diagnostics.error(path, fmt::format("expected whole numbers, found {}", v),
                                  "hardware values are register contents");
            }
        }
        result[key] = values;
    }
    return result;
}

}  // namespace cortile::nir
