// SPDX-License-Identifier: Apache-2.0
#include "hw_model/config/yaml_text.h"

#include <fmt/format.h>

namespace cortile {

std::string yaml_quoted(const std::string& text) {
    std::string quoted = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            quoted += '\\';
            quoted += c;
        } else if (c == '\n') {
            quoted += "\\n";
        } else if (c == '\t') {
            quoted += "\\t";
        } else if (byte < 0x20 || byte == 0x7F) {
            quoted += fmt::format("\\x{:02x}", byte);
        } else {
            quoted += c;
        }
    }
    return quoted + "\"";
}

std::string shown_text(const std::string& text) {
    constexpr std::size_t kLongest = 60;
    if (text.size() <= kLongest) {
        return yaml_quoted(text);
    }
    std::size_t cut = kLongest;
    // Not in the middle of a UTF-8 character.
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) {
        --cut;
    }
    std::string quoted = yaml_quoted(text.substr(0, cut));
    quoted.insert(quoted.size() - 1, "…");
    return quoted;
}

}  // namespace cortile
