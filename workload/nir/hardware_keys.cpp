// SPDX-License-Identifier: Apache-2.0
#include "workload/nir/hardware_keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "hw_model/base/spelling.h"

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

template <typename Keys>
[[noreturn]] void unknown_key(const std::string& path, const std::string& key, const char* node,
                              const Keys& keys, const Diagnostics& diagnostics) {
    const auto near = nearest_spelling(key, {keys.begin(), keys.end()});
    diagnostics.error(path, fmt::format("a {} node has no hardware value of this name", node),
                      (near ? fmt::format("did you mean '{}'? ", *near) : std::string()) +
                          fmt::format("A {} node takes {}; metadata that Cortile is not to read "
                                      "goes outside of loihi/",
                                      node, fmt::join(keys, ", ")));
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
            // Without loihi/vth_mantissa, say, an integer network would be quantised anew.
            if (node.is_neuron()) {
                unknown_key(path, key, "neuron", kNeuronKeys, diagnostics);
            }
            unknown_key(path, key, "linear", kSynapseKeys, diagnostics);
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
