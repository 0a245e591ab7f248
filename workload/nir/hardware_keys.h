// SPDX-License-Identifier: Apache-2.0
// Exact hardware integers that a NIR file may carry in its metadata.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workload/network/hardware_keys.h"
#include "workload/nir/diagnostics.h"
#include "workload/nir/node.h"

namespace cortile::nir {

// Is `key` ("loihi/du") below a core type's name, and so a promise about the hardware?
bool is_hardware_key(std::span<const HardwareKeys> groups, std::string_view key);

// The metadata of `node` that a core type may read, checked: a key below a core type's name
// (HardwareKeys::prefix) must be known and hold whole numbers, one or `size` of them, or as many as
// a table has. Other groups are passed on where their size fits and ignored where it does not, as
// NIR asks of metadata.
std::map<std::string, std::vector<double>> hardware_values(const Node& node, std::size_t size,
                                                           std::span<const HardwareKeys> groups,
                                                           Diagnostics& diagnostics);

}  // namespace cortile::nir
