// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace cortile {

// Throws ConfigError("<name>:<line>", …) for text that a YAML parser would take silently in the
// wrong way: bytes that are not UTF-8, control characters, tabs in the indentation, and more bytes
// than any configuration has.
void check_config_text(const std::string& text, const std::string& name);

}  // namespace cortile
