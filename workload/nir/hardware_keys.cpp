// SPDX-License-Identifier: Apache-2.0
#include "workload/nir/hardware_keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "hw_model/base/spelling.h"

namespace cortile::nir {

namespace {

const HardwareKeys* group_of(std::span<const HardwareKeys> groups, std::string_view key) {
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const HardwareKeys& g) {
        return key.starts_with(g.prefix) && key.substr(g.prefix.size()).starts_with('/');
    });
    return found == groups.end() ? nullptr : &*found;
}

[[noreturn]] void unknown_key(const std::string& path, const std::string& key, const char* node,
                              const std::string& prefix, const std::vector<std::string>& keys,
                              const Diagnostics& diagnostics) {
    if (keys.empty()) {
        diagnostics.error(
            path, fmt::format("{} nodes have no hardware values here", node),
            fmt::format("metadata that Cortile is not to read goes outside of {}/", prefix));
    }
    std::vector<std::string> full;
    for (const std::string& name : keys) {
        full.push_back(prefix + "/" + name);
    }
    const auto near = nearest_spelling(key, full);
    diagnostics.error(path, fmt::format("a {} node has no hardware value of this name", node),
                      (near ? fmt::format("did you mean '{}'? ", *near) : std::string()) +
                          fmt::format("A {} node takes {}; metadata that Cortile is not to read "
                                      "goes outside of {}/",
                                      node, fmt::join(full, ", "), prefix));
}

}  // namespace

bool is_hardware_key(std::span<const HardwareKeys> groups, std::string_view key) {
    return group_of(groups, key) != nullptr;
}

std::map<std::string, std::vector<double>> hardware_values(const Node& node, std::size_t size,
                                                           std::span<const HardwareKeys> groups,
                                                           Diagnostics& diagnostics) {
    std::map<std::string, std::vector<double>> result;
    for (const auto& [key, values] : node.metadata) {
        const HardwareKeys* group = group_of(groups, key);
        const std::string name = group != nullptr ? key.substr(group->prefix.size() + 1) : key;
        const bool table = group != nullptr && group->tables.contains(name);
        const std::size_t allowed = table ? group->tables.at(name) : node.is_neuron() ? size : 1;
        const bool fits = (values.size() == 1 && !table) || values.size() == allowed;
        if (group == nullptr) {
            if (fits) {
                result[key] = values;
            }
            continue;
        }
        const std::string path = node.path + "/metadata/" + key;
        const auto& keys = node.is_neuron() ? group->neuron : group->synapse;
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
                table ? "it is a table, whatever the number of neurons"
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
