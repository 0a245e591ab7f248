// SPDX-License-Identifier: Apache-2.0
// Readers of spike rasters. Each appends the samples of one file to a table and returns the number
// of neurons that the file is about.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "workload/stimulus/recorded_stimulus.h"

namespace cortile {

struct RasterExpectation {
    std::uint32_t input_size = 0;            // 0: whatever the file has
    std::optional<std::uint32_t> timesteps;  // what comes later is left out; default: all
};

// Text with commas: a row per timestep and a column per neuron, 0 or 1; or, under the header
// "timestep,neuron", one spike a row in any order (this form needs input_size). Throws ConfigError
// naming file:line:column, both counted from 1.
std::uint32_t read_csv_raster(const std::filesystem::path& path,
                              const RasterExpectation& expectation, SpikeTable& table);

// Dataset (samples, timesteps, neurons) or (timesteps, neurons) of any integer, boolean or
// floating-point type, values 0 and 1. Throws ConfigError naming file, dataset and index. Not to be
// called from two threads at once: libhdf5 is not thread-safe.
std::uint32_t read_hdf5_raster(const std::filesystem::path& path, const std::string& dataset,
                               const RasterExpectation& expectation, SpikeTable& table);

bool is_hdf5_file(const std::filesystem::path& path);

}  // namespace cortile
