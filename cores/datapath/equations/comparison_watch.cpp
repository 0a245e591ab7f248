// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/equations/comparison_watch.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace cortile {

ComparisonWatch::ComparisonWatch(EquationsDatapath& datapath) : datapath_(datapath) {
    for (std::uint32_t i = 0; i < datapath.boundaries().size(); ++i) {
        if (datapath.boundaries()[i].position) {
            pending_.push_back(i);
        }
    }
}

void ComparisonWatch::see(std::span<const std::int64_t> rows) {
    const std::size_t words = datapath_.contract().operand_words();
    for (std::size_t first = 0; first < rows.size() && !pending_.empty(); first += words) {
        for (const std::uint32_t equal :
             datapath_.equal_sides(rows.subspan(first, words), pending_)) {
            const SourcePosition position = *datapath_.boundaries()[equal].position;
            std::erase_if(pending_, [&](std::uint32_t i) {
                return *datapath_.boundaries()[i].position == position;
            });
        }
    }
}

std::vector<std::string> ComparisonWatch::untested() const {
    std::set<std::size_t> lines;
    for (const std::uint32_t i : pending_) {
        lines.insert(datapath_.boundaries()[i].position->line);
    }
    std::vector<std::string> result;
    for (const std::size_t line : lines) {
        std::string text = datapath_.source().line(line);
        text.erase(0, text.find_first_not_of(" \t"));
        result.push_back(fmt::format("line {}: {}", line, text));
    }
    return result;
}

}  // namespace cortile
