// SPDX-License-Identifier: Apache-2.0
#include "workload/nir/hardware_keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "hw_model/base/spelling.h"

namespace cortile::nir {

namespace {

using Keys = std::span<const std::string_view>;

constexpr std::array<std::string_view, 6> kLoihiNeuron{
    "du", "dv", "vth_mantissa", "bias_mantissa", "bias_exponent", "refractory"};
constexpr std::array<std::string_view, 2> kLoihiSynapse{"weight_exponent", "num_weight_bits"};
constexpr std::array<std::string_view, 19> kFcoreNeuron{
    "vth0",       "v_floor",         "v_init",      "v_reset",    "dv",         "reset_mode",
    "leak_mode",  "alpha_v",         "beta_v",      "window",     "theta_mode", "theta_alpha",
    "theta_beta", "theta_increment", "random_mask", "refractory", "bias",       "shift",
    "lut"};
constexpr std::array<std::string_view, 3> kOdinNeuron{"thr", "leak_str", "bias"};
constexpr std::array<std::string_view, 15> kTrueNorthNeuron{
    "weight0", "weight1",         "weight2",         "weight3",       "stochastic_synapse",
    "leak",    "leak_reversal",   "stochastic_leak", "threshold",     "threshold_mask",
    "floor",   "floor_saturates", "reset_mode",      "reset_voltage", "initial"};
constexpr std::array<std::string_view, 2> kTrueNorthSynapse{"axon_type", "delay"};

// What a core type takes from files: keys below its name.
struct KeyGroup {
    std::string_view prefix;
    Keys neuron, synapse;
};
constexpr std::array<KeyGroup, 4> kGroups{{
    {"loihi/", kLoihiNeuron, kLoihiSynapse},
    {"fcore/", kFcoreNeuron, {}},
    {"odin/", kOdinNeuron, {}},
    {"truenorth/", kTrueNorthNeuron, kTrueNorthSynapse},
}};

// A table belongs to the population, not to its neurons.
constexpr std::string_view kTableKey = "fcore/lut";
constexpr std::size_t kTableSize = 256;

const KeyGroup* group_of(std::string_view key) {
    const auto found = std::find_if(kGroups.begin(), kGroups.end(),
                                    [&](const KeyGroup& g) { return key.starts_with(g.prefix); });
    return found == kGroups.end() ? nullptr : &*found;
}

[[noreturn]] void unknown_key(const std::string& path, const std::string& key, const char* node,
                              std::string_view prefix, Keys keys, const Diagnostics& diagnostics) {
    if (keys.empty()) {
        diagnostics.error(
            path, fmt::format("{} nodes have no hardware values here", node),
            fmt::format("metadata that Cortile is not to read goes outside of {}", prefix));
    }
    std::vector<std::string> full;
    for (const std::string_view name : keys) {
        full.push_back(std::string(prefix) + std::string(name));
    }
    const auto near = nearest_spelling(key, full);
    diagnostics.error(path, fmt::format("a {} node has no hardware value of this name", node),
                      (near ? fmt::format("did you mean '{}'? ", *near) : std::string()) +
                          fmt::format("A {} node takes {}; metadata that Cortile is not to read "
                                      "goes outside of {}",
                                      node, fmt::join(full, ", "), prefix));
}

}  // namespace

bool is_hardware_key(std::string_view key) {
    return group_of(key) != nullptr;
}

std::map<std::string, std::vector<double>> hardware_values(const Node& node, std::size_t size,
                                                           Diagnostics& diagnostics) {
    std::map<std::string, std::vector<double>> result;
    const std::size_t each = node.is_neuron() ? size : 1;
    for (const auto& [key, values] : node.metadata) {
        const bool table = key == kTableKey;
        const std::size_t allowed = table ? kTableSize : each;
        const bool fits = (values.size() == 1 && !table) || values.size() == allowed;
        const KeyGroup* group = group_of(key);
        if (group == nullptr) {
            if (fits) {
                result[key] = values;
            }
            continue;
        }
        const std::string path = node.path + "/metadata/" + key;
        const Keys keys = node.is_neuron() ? group->neuron : group->synapse;
        const std::string_view name = std::string_view(key).substr(group->prefix.size());
        if (std::find(keys.begin(), keys.end(), name) == keys.end()) {
            // Without loihi/vth_mantissa, say, an integer network would be quantised anew.
            unknown_key(path, key, node.is_neuron() ? "neuron" : "linear", group->prefix, keys,
                        diagnostics);
        }
        if (!fits) {
            diagnostics.error(
                path,
                allowed == 1 || table
                    ? fmt::format("expected {} value{}, found {}", allowed, table ? "s" : "",
                                  values.size())
                    : fmt::format("expected 1 or {} values, found {}", allowed, values.size()),
                table ? "a table has a value for each of the 256 results of 8 bits"
                      : "store one number, or one for each neuron of a neuron node");
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
