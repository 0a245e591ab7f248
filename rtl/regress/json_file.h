// SPDX-License-Identifier: Apache-2.0
// What one process leaves for another.
#pragma once

#include <filesystem>

#include <nlohmann/json.hpp>

namespace cortile::regress {

// Replaces the file in one step: who reads it reads all of it. Bytes that are no UTF-8 become
// U+FFFD. Throws ConfigError.
void write_json(const std::filesystem::path& file, const nlohmann::json& content);

// Null if there is no such file, or none that is whole.
nlohmann::json read_json(const std::filesystem::path& file);

}  // namespace cortile::regress
