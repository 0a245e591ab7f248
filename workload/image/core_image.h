// SPDX-License-Identifier: Apache-2.0
// What is in the configuration memory of a core: its program, as bytes (docs/firmware.md).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cores/blocks/core_program.h"

namespace cortile {

// A multiple of 4 bytes.
std::vector<std::uint8_t> core_image(const CoreProgram& program);
std::vector<std::uint8_t> axon_image(const AxonTable& axons);

// Throw ConfigError, at `where`, for bytes that are no such image.
CoreProgram read_core_image(std::span<const std::uint8_t> bytes, const std::string& where);
AxonTable read_axon_image(std::span<const std::uint8_t> bytes, const std::string& where);

}  // namespace cortile
