// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace cortile {

// A YAML scalar in double quotes that reads back as exactly `text`, whatever it contains.
std::string yaml_quoted(const std::string& text);

// What error messages repeat of a text from outside: in quotes, and not more than a line.
std::string shown_text(const std::string& text);

}  // namespace cortile
