// SPDX-License-Identifier: Apache-2.0
// The operations whose toggles count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "cores/datapath/operations.h"
#include "rtl/verilated/datapath_description.h"

namespace cortile {

constexpr std::size_t kWarmUpOperations = 64;  // before toggles count

struct WorkloadOptions {
    std::filesystem::path recording;  // CSV; empty: random operations
    std::size_t count = 0;            // that are wanted in the end
    std::uint64_t seed = 1;
};

// All that is recorded, or several times the wanted count at random, so that each kind of operation
// is among them. Throws ConfigError for a recording of fewer than two warm-ups.
Operations workload_operations(const DatapathDescription& description, NeuronDatapath& reference,
                               const WorkloadOptions& options);

// Of the operations that `key` is about (null: all), blocks spread evenly over `all`: at most
// `most` and a warm-up.
Operations choose_operations(const DatapathDescription& description, NeuronDatapath& reference,
                             const Operations& all, const CostKey* key, std::size_t most);

}  // namespace cortile
