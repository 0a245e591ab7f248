// SPDX-License-Identifier: Apache-2.0
// Small networks whose state is all that a core type can have, and input for them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "testbench/support/nir_writer.h"

namespace cortile::test {

constexpr std::uint32_t kInputs = 12, kNeurons = 20, kTimesteps = 14, kSamples = 2;

// Integrate-and-fire in two layers, the second recurrent: what every core type computes.
void write_plain(NirWriter& writer);
// Currents that decay, delays, refractory periods.
void write_cuba(NirWriter& writer);
// In hardware integers, so that its weights may learn.
void write_learning(NirWriter& writer);
void write_learning_of(NirWriter& writer, double refractory);
// A random threshold and an adaptive one: the core's shift register and theta.
void write_noisy(NirWriter& writer);
// A .net file.
void write_sigma_delta(const std::filesystem::path& file);
// CSV.
std::string raster(std::uint64_t seed);
std::string currents();

}  // namespace cortile::test
