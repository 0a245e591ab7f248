// SPDX-License-Identifier: Apache-2.0
#include "workload/recording/text_numbers.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

namespace {

constexpr std::string_view kBetween = " \t\r,";

// Appends the numbers of a line. Returns how many.
std::uint64_t parse_line(std::string_view line, std::vector<double>& numbers,
                         const std::string& place) {
    line = line.substr(0, line.find('#'));
    std::uint64_t count = 0;
    while (true) {
        line.remove_prefix(std::min(line.find_first_not_of(kBetween), line.size()));
        if (line.empty()) {
            return count;
        }
        const std::string_view word = line.substr(0, line.find_first_of(kBetween));
        double number = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
        if (error != std::errc() || end != word.data() + word.size()) {
            throw ConfigError(place, "expected numbers, found " + shown_text(std::string(word)),
                              "text is read as numpy.savetxt writes it; a line of names must "
                              "begin with #");
        }
        if (numbers.size() == kMostNumbers) {
            throw ConfigError(place, fmt::format("has more than {} numbers", kMostNumbers),
                              "cut the recording");
        }
        numbers.push_back(number);
        line.remove_prefix(word.size());
        ++count;
    }
}

}  // namespace

bool is_text(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char c) {
        return static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\r' || c == '\t';
    });
}

NumberArray parse_text_numbers(std::string_view text, const std::string& place) {
    NumberArray array{{0, 0}, {}};
    for (std::uint64_t line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string here = fmt::format("{}:{}", place, line);
        const std::uint64_t columns = parse_line(text.substr(0, end), array.numbers, here);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (columns == 0) {
            continue;
        }
        if (array.shape[0] > 0 && columns != array.shape[1]) {
            throw ConfigError(here,
                              fmt::format("expected {} numbers, as in the rows before, found {}",
                                          array.shape[1], columns),
                              "give each row a number of each column");
        }
        array.shape = {array.shape[0] + 1, columns};
    }
    if (array.numbers.empty()) {
        throw ConfigError(place, "expected numbers, found none", "copy the file again");
    }
    return array;
}

}  // namespace cortile
