// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace cortile {

// What a core type takes from the metadata of network files: exact register contents under
// "<prefix>/<name>", one whole number or one per neuron. They arrive in Population::hardware and
// Projection::hardware.
struct HardwareKeys {
    std::string prefix;                         // "loihi", without the slash
    std::vector<std::string> neuron, synapse;   // names on neuron nodes, on linear nodes
    std::map<std::string, std::size_t> tables;  // neuron names that hold so many values instead
};

}  // namespace cortile
