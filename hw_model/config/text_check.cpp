// SPDX-License-Identifier: Apache-2.0
#include "hw_model/config/text_check.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>

#include "hw_model/base/error.h"

namespace cortile {
namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20;

// Length of the UTF-8 character at `at` (RFC 3629: no overlong forms, no surrogates, nothing above
// U+10FFFF); 0 when the bytes there are none.
std::size_t utf8_length(const std::string& text, std::size_t at) {
    const auto byte = [&](std::size_t i) -> std::uint32_t {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
    };
    const std::uint32_t first = byte(at);
    if (first < 0x80) {
        return 1;
    }
    std::size_t length = 0;
    std::uint32_t code = 0;
    std::uint32_t smallest = 0;
    if ((first & 0xE0) == 0xC0) {
        length = 2;
        code = first & 0x1F;
        smallest = 0x80;
    } else if ((first & 0xF0) == 0xE0) {
        length = 3;
        code = first & 0x0F;
        smallest = 0x800;
    } else if ((first & 0xF8) == 0xF0) {
        length = 4;
        code = first & 0x07;
        smallest = 0x10000;
    } else {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) {
            return 0;
        }
        code = code << 6 | (byte(at + i) & 0x3F);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code < smallest || surrogate || code > 0x10FFFF ? 0 : length;
}

}  // namespace

void check_config_text(const std::string& text, const std::string& name) {
    if (text.size() > kMostBytes) {
        throw ConfigError(
            name, fmt::format("has {} MiB; a configuration has 16 MiB at most", text.size() >> 20),
            "is this a data file? Name it in the configuration instead");
    }
    std::size_t line = 1;
    bool indentation = true;
    bool tab = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto where = [&] { return fmt::format("{}:{}", name, line); };
        const auto byte = static_cast<unsigned char>(text[at]);
        const std::size_t length = utf8_length(text, at);
        if (length == 0) {
            throw ConfigError(where(), fmt::format("byte 0x{:02X} is not UTF-8 text", byte),
                              "save the file in the encoding UTF-8");
        }
        if ((byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7F) {
            throw ConfigError(where(), fmt::format("control character 0x{:02X}", byte),
                              "remove it; is this a text file?");
        }
        if (byte == '\n') {
            ++line;
            indentation = true;
            tab = false;
        } else if (byte == '\t') {
            tab = tab || indentation;
        } else if (byte != ' ' && byte != '\r') {
            if (indentation && tab) {
                throw ConfigError(where(), "a tab in the indentation, which YAML does not allow",
                                  "indent with spaces");
            }
            indentation = false;
        }
        at += length;
    }
}

}  // namespace cortile
