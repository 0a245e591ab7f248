// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/operations.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "hw_model/base/spelling.h"
#include "hw_model/base/text_table.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

namespace {

// The field of each word of an operand row.
std::vector<const DatapathField*> word_fields(const DatapathContract& contract) {
    std::vector<const DatapathField*> fields;
    for (const auto* group : {&contract.state, &contract.inputs, &contract.parameters}) {
        for (const DatapathField& field : *group) {
            fields.insert(fields.end(), field.lanes, &field);
        }
    }
    return fields;
}

std::int64_t parse_word(std::string_view text, const DatapathField& field, const std::string& name,
                        const std::string& where) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw ConfigError(where, fmt::format("{}: expected an integer, found {}", name,
                                             shown_text(std::string(text))));
    }
    if (value < field.minimum() || value > field.maximum()) {
        throw ConfigError(where, fmt::format("{}: {} is outside {} .. {}", name, value,
                                             field.minimum(), field.maximum()));
    }
    return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(at + 1);
    }
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::size_t word_index(const std::vector<std::string>& names, const std::string& name,
                       const std::string& where) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
        const auto near = nearest_spelling(name, names);
        throw ConfigError(where, fmt::format("no operand is called {}", shown_text(name)),
                          near ? "did you mean " + *near + "?"
                               : fmt::format("known: {}", fmt::join(names, ", ")));
    }
    return static_cast<std::size_t>(found - names.begin());
}

std::ifstream open_operations(const std::filesystem::path& csv) {
    std::ifstream stream(csv);
    if (!stream) {
        throw ConfigError(csv.string(), fmt::format("cannot be read: {}", std::strerror(errno)));
    }
    return stream;
}

}  // namespace

std::vector<std::int64_t> initial_row(const DatapathContract& contract) {
    std::vector<std::int64_t> row(contract.operand_words(), 0);
    const auto fields = word_fields(contract);
    for (std::size_t i = 0; i < row.size(); ++i) {
        row[i] = i < contract.state_words()
                     ? fields[i]->initial
                     : std::clamp<std::int64_t>(0, fields[i]->minimum(), fields[i]->maximum());
    }
    return row;
}

std::string operation_text(const DatapathContract& contract, std::span<const std::int64_t> row) {
    const std::vector<std::string> names = contract.operand_names();
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += fmt::format("{}{}={}", i > 0 ? "," : "", names[i], row[i]);
    }
    return text;
}

std::vector<std::int64_t> parse_operation(const DatapathContract& contract, const std::string& text,
                                          const std::string& where) {
    const std::vector<std::string> names = contract.operand_names();
    const auto fields = word_fields(contract);
    std::vector<std::int64_t> row = initial_row(contract);
    for (const std::string_view part : split(text, ',')) {
        const std::size_t equals = part.find('=');
        if (equals == std::string_view::npos) {
            throw ConfigError(
                where,
                fmt::format("expected operand=value, found {}", shown_text(std::string(part))),
                fmt::format("operands: {}", fmt::join(names, ", ")));
        }
        const std::string name(trimmed(part.substr(0, equals)));
        const std::size_t index = word_index(names, name, where);
        row[index] = parse_word(trimmed(part.substr(equals + 1)), *fields[index], name, where);
    }
    return row;
}

void check_operations(const DatapathContract& contract, std::span<const std::int64_t> rows,
                      const std::string& where) {
    const auto fields = word_fields(contract);
    std::size_t word = 0;
    for (std::size_t i = 0; i < rows.size(); ++i, word = word + 1 == fields.size() ? 0 : word + 1) {
        if (rows[i] < fields[word]->minimum() || rows[i] > fields[word]->maximum()) {
            throw ConfigError(
                where,
                fmt::format("operation {}: {} = {} does not fit the datapath's {} bits ({} .. {})",
                            i / fields.size(), contract.operand_names()[word], rows[i],
                            fields[word]->width, fields[word]->minimum(), fields[word]->maximum()),
                "widen the datapath, or give values within its range");
        }
    }
}

std::uint64_t count_operations(const std::filesystem::path& csv) {
    std::ifstream stream = open_operations(csv);
    std::uint64_t lines = 0;
    for (std::string line; std::getline(stream, line);) {
        lines += trimmed(line).empty() ? 0 : 1;
    }
    return lines > 0 ? lines - 1 : 0;
}

Operations read_operations(const DatapathContract& contract, const std::filesystem::path& csv,
                           std::uint64_t first, std::uint64_t count) {
    std::ifstream stream = open_operations(csv);
    const std::vector<std::string> names = contract.operand_names();
    const auto fields = word_fields(contract);
    std::string line;
    if (!std::getline(stream, line)) {
        throw ConfigError(csv.string(), "is empty; expected a line with the operands' names");
    }
    std::vector<std::size_t> columns;
    for (const std::string_view name : split(line, ',')) {
        columns.push_back(word_index(names, std::string(trimmed(name)), csv.string() + ":1"));
    }
    Operations rows;
    const std::vector<std::int64_t> initial = initial_row(contract);
    for (std::size_t number = 2; count > 0 && std::getline(stream, line); ++number) {
        if (trimmed(line).empty() || first > 0) {
            first -= trimmed(line).empty() ? 0 : 1;
            continue;
        }
        --count;
        const std::string where = fmt::format("{}:{}", csv.string(), number);
        const std::vector<std::string_view> cells = split(line, ',');
        if (cells.size() != columns.size()) {
            throw ConfigError(
                where, fmt::format("expected {} columns, found {}", columns.size(), cells.size()));
        }
        rows.insert(rows.end(), initial.begin(), initial.end());
        const auto row = std::span(rows).last(initial.size());
        for (std::size_t i = 0; i < cells.size(); ++i) {
            row[columns[i]] =
                parse_word(trimmed(cells[i]), *fields[columns[i]], names[columns[i]], where);
        }
    }
    return rows;
}

void write_operations(const DatapathContract& contract, std::span<const std::int64_t> rows,
                      const std::filesystem::path& csv) {
    const std::size_t words = contract.operand_words();
    std::ofstream stream(csv);
    stream << fmt::format("{}\n", fmt::join(contract.operand_names(), ","));
    for (std::size_t first = 0; first < rows.size(); first += words) {
        stream << fmt::format("{}\n", fmt::join(rows.subspan(first, words), ","));
    }
    stream.close();
    if (!stream) {
        throw ConfigError(csv.string(), fmt::format("cannot be written: {}", std::strerror(errno)));
    }
}

std::string operation_arguments(const DatapathContract& contract,
                                std::span<const std::int64_t> rows) {
    std::string arguments;
    const std::size_t words = contract.operand_words();
    for (std::size_t first = 0; first < rows.size(); first += words) {
        arguments += (first == 0 ? "--operation '" : " --operation '") +
                     operation_text(contract, rows.subspan(first, words)) + "'";
    }
    return arguments;
}

std::string history_text(const DatapathContract& contract, std::span<const std::int64_t> rows,
                         std::size_t last, std::size_t count, std::uint64_t number) {
    const std::size_t words = contract.operand_words();
    std::vector<std::vector<std::string>> table{{"operation"}};
    for (const std::string& name : contract.operand_names()) {
        table[0].push_back(name);
    }
    const std::size_t first = last + 1 > count ? last + 1 - count : 0;
    for (std::size_t i = first; i <= last; ++i) {
        table.push_back({std::to_string(number + i)});
        for (const std::int64_t value : rows.subspan(i * words, words)) {
            table.back().push_back(std::to_string(value));
        }
    }
    return text_table(table, std::string(words + 1, '>'));
}

}  // namespace cortile
