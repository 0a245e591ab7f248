// SPDX-License-Identifier: Apache-2.0
// What the engines of the hop-by-hop model demand of their parameters and of their sources.
#pragma once

#include <cstdint>
#include <span>

#include "noc/api/noc_engine.h"

namespace cortile {

// Throws ConfigError when the mesh is empty or has more cores than a packet can address, when it is
// no whole number of chips, or a board with torus links, or when an external port sits on no tile.
void check_topology(const Topology& topology);
// Of these levels: also for a torus, and when a latency or an occupancy is negative.
void check_noc_parameters(const Topology& topology, const NocTiming& timing);

// Whether `packets`, all that `source` injects in a timestep, name that source, go to cores below
// `cores`, and ascend in time from 0 on.
bool is_injection_valid(std::span<const SpikePacket> packets, std::uint32_t source,
                        std::uint32_t cores);
// How many packets these are for an engine: the copies of one spike are one, unless all of them
// travel by themselves.
std::uint64_t injected_packets(std::span<const SpikePacket> packets, Multicast multicast);
// Throws the ContractViolation that says which packet is wrong, for a list that is not valid.
[[noreturn]] void throw_invalid_injection(std::span<const SpikePacket> packets,
                                          std::uint32_t source, std::uint32_t cores);

}  // namespace cortile
