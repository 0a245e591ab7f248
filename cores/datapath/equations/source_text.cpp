// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/equations/source_text.h"

#include <fmt/format.h>

#include <sstream>
#include <utility>

#include "hw_model/base/error.h"

namespace cortile {

SourceText::SourceText(std::string text, std::string where)
    : text_(std::move(text)), where_(std::move(where)) {
    std::istringstream stream(text_);
    for (std::string line; std::getline(stream, line);) {
        lines_.push_back(line);
    }
}

std::string SourceText::line(std::size_t number) const {
    return number <= lines_.size() ? lines_[number - 1] : std::string();
}

std::string SourceText::marked(SourcePosition position, const std::string& what) const {
    const std::string text = line(position.line);
    // Columns count bytes; tabs are kept so that the caret stands below its character.
    std::string indent;
    for (std::size_t i = 0; i + 1 < position.column && i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == '\t') {
            indent += '\t';
        } else if ((byte & 0xC0u) != 0x80u) {
            indent += ' ';
        }
    }
    return fmt::format("line {}: {}\n    {}\n    {}^", position.line, what, text, indent);
}

void SourceText::fail(SourcePosition position, const std::string& what,
                      const std::string& hint) const {
    throw ConfigError(where_, marked(position, what), hint);
}

}  // namespace cortile
