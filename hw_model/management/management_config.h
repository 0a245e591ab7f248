// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "hw_model/base/time.h"

namespace cortile {

// The management plane's numbers, from the chip's parameters management.*.
struct ManagementConfig {
    std::uint32_t processors = 1;
    Picoseconds clock_period = 10'000;
    std::uint32_t ram_bytes = 1 << 20;
    std::uint64_t quantum = 10'000;  // instructions that a processor runs ahead at most
    // Without any sign of progress (a timestep, a message, output, SYSTEM.WATCHDOG) a program ends
    // after so many instructions.
    std::uint64_t watchdog = 100'000'000;
    Picoseconds bus_latency = 0;   // of one transaction, whatever its length
    Picoseconds core_latency = 0;  // added where it goes to a core's configuration
    Picoseconds dma_word = 0;      // each word that DMA moves
};

// What happened on the plane, for the ledger.
struct ManagementCounts {
    std::uint64_t instructions = 0;
    std::uint64_t ram_words = 0;  // words read or written in RAM, ROM and image
    std::uint64_t bus_words = 0;  // words moved over the bus, DMI accesses apart
};

}  // namespace cortile
