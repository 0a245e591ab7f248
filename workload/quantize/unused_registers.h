// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "workload/network/network.h"

namespace cortile {

// What to warn of where a network holds register contents for other chips (Population::hardware,
// Projection::hardware) and the chip at hand, whose keys begin with `prefix`, none: they do
// nothing. Empty: nothing to warn of. Networks made for several chips give each its own.
std::string unused_registers(const Network& network, const std::string& prefix);

}  // namespace cortile
