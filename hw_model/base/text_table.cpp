// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/text_table.h"

#include <algorithm>

#include "hw_model/base/error.h"

namespace cortile {

std::string text_table(const std::vector<std::vector<std::string>>& rows,
                       const std::string& alignment) {
    std::vector<std::size_t> widths(alignment.size());
    for (const auto& row : rows) {
        if (row.size() != alignment.size()) {
            throw ContractViolation("text_table: a row has another number of cells");
        }
        for (std::size_t c = 0; c < row.size(); ++c) {
            widths[c] = std::max(widths[c], row[c].size());
        }
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string padding(widths[c] - row[c].size(), ' ');
            line +=
                (c == 0 ? "" : "  ") + (alignment[c] == '<' ? row[c] + padding : padding + row[c]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

}  // namespace cortile
