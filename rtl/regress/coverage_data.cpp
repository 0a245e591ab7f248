// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/coverage_data.h"

#include <charconv>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/base/text_file.h"

namespace cortile::regress {

namespace {

constexpr std::string_view kHead = "# SystemC::Coverage-3";
constexpr char kKeyMark = '\x01', kValueMark = '\x02';

template <typename Number>
std::optional<Number> number(std::string_view text) {
    Number value = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && rest == end ? std::optional(value) : std::nullopt;
}

std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) {
    return a > std::numeric_limits<std::uint64_t>::max() - b
               ? std::numeric_limits<std::uint64_t>::max()
               : a + b;
}

// "v_branch/cuba_lif" -> line. Nothing for kinds that are not counted here.
std::optional<CoverageType> type_of_page(std::string_view page) {
    const std::string_view kind = page.substr(0, page.find('/'));
    if (kind == "v_line" || kind == "v_branch") {
        return CoverageType::line;
    }
    if (kind == "v_toggle") {
        return CoverageType::toggle;
    }
    return kind == "v_user" ? std::optional(CoverageType::functional) : std::nullopt;
}

struct Line {
    std::map<std::string_view, std::string_view> keys;
    std::uint64_t count = 0;
};

std::optional<Line> parse_line(std::string_view text) {
    const std::size_t close = text.rfind("' ");
    if (!text.starts_with("C '") || close == std::string_view::npos || close < 3) {
        return std::nullopt;
    }
    Line line;
    const auto count = number<std::uint64_t>(text.substr(close + 2));
    if (!count) {
        return std::nullopt;
    }
    line.count = *count;
    for (std::string_view rest = text.substr(3, close - 3); !rest.empty();) {
        const std::size_t value = rest.find(kValueMark);
        if (rest.front() != kKeyMark || value == std::string_view::npos) {
            return std::nullopt;
        }
        const std::size_t next = std::min(rest.find(kKeyMark, value), rest.size());
        line.keys.emplace(rest.substr(1, value - 1), rest.substr(value + 1, next - value - 1));
        rest.remove_prefix(next);
    }
    return line;
}

}  // namespace

const char* to_string(CoverageType type) {
    switch (type) {
        case CoverageType::line:
            return "line";
        case CoverageType::toggle:
            return "toggle";
        case CoverageType::functional:
            return "functional";
    }
    throw ContractViolation("a type of coverage without a name");
}

void CoverageData::merge(const CoverageData& other) {
    for (const auto& [point, count] : other.counts) {
        std::uint64_t& sum = counts[point];
        sum = saturating_sum(sum, count);
    }
}

CoverageData parse_coverage(std::string_view text, const std::string& name) {
    const auto fail = [&](std::size_t number_of_line) {
        throw ConfigError(fmt::format("{}:{}", name, number_of_line),
                          "is not coverage as Verilator writes it",
                          "the file is damaged, or of an unknown version of Verilator");
    };
    if (text.substr(0, text.find('\n')) != kHead) {
        fail(1);
    }
    CoverageData data;
    std::size_t lines = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view content = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++lines;
        if (content.empty() || content.starts_with('#')) {
            continue;
        }
        const auto line = parse_line(content);
        if (!line) {
            fail(lines);
        }
        const auto key = [&](const char* which) {
            const auto found = line->keys.find(which);
            return found == line->keys.end() ? std::string_view() : found->second;
        };
        const auto type = type_of_page(key("page"));
        if (!type) {
            continue;
        }
        const auto row = number<unsigned>(key("l"));
        const auto column = number<unsigned>(key("n"));
        if (!row || !column || key("f").empty()) {
            fail(lines);
        }
        std::uint64_t& sum =
            data.counts[{std::string(key("f")), *row, *column, *type, std::string(key("o"))}];
        sum = saturating_sum(sum, line->count);
    }
    return data;
}

CoverageData read_coverage(const std::filesystem::path& file) {
    return parse_coverage(read_text_file(file), file.string());
}

}  // namespace cortile::regress
