// SPDX-License-Identifier: Apache-2.0
#include "hw_model/config/parse_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hw_model/base/error.h"
#include "hw_model/base/spelling.h"
#include "hw_model/base/units.h"
#include "hw_model/config/natural_order.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {
namespace {

using Value = Parameters::Value;

Sign sign_of(const ParameterDescriptor& descriptor) {
    return std::isfinite(descriptor.minimum) && descriptor.minimum < 0 ? Sign::any
                                                                       : Sign::non_negative;
}

// A limit in the unit of the parameter, for messages.
std::string limit_text(ParameterType type, double limit) {
    switch (type) {
        case ParameterType::time:
        case ParameterType::time_table:
            return format_time(static_cast<Picoseconds>(std::llround(limit * 1e12)));
        case ParameterType::energy:
            return format_energy(limit);
        case ParameterType::power:
            return format_power(limit);
        case ParameterType::information:
            return format_information(std::llround(limit));
        case ParameterType::frequency:
            return format_frequency(limit);
        default:
            return format_real(limit);
    }
}

// `number` and the limits in the same unit; `scale` of them make one of the descriptor's SI unit.
void check_range(const ParameterDescriptor& descriptor, double number, double scale,
                 const std::string& text, const std::string& where) {
    // Rounded, because 1 ns in seconds times 1e12 need not be 1000 exactly.
    const auto scaled = [&](double limit) {
        return scale == 1 || !std::isfinite(limit) ? limit : std::round(limit * scale);
    };
    if (number < scaled(descriptor.minimum)) {
        throw ConfigError(where, fmt::format("{} is below the minimum {}", text,
                                             limit_text(descriptor.type, descriptor.minimum)));
    }
    if (number > scaled(descriptor.maximum)) {
        throw ConfigError(where, fmt::format("{} is above the maximum {}", text,
                                             limit_text(descriptor.type, descriptor.maximum)));
    }
}

constexpr double kPicosecondsPerSecond = 1e12;

void check_not_sequence(const ParameterDescriptor& descriptor, const ConfigEntry& entry,
                        const std::string& where) {
    if (entry.kind == ConfigEntry::Kind::sequence) {
        throw ConfigError(where,
                          fmt::format("found a list; {} was expected", expected_value(descriptor)));
    }
}

std::filesystem::path absolute_path(const std::string& text, const std::filesystem::path& directory,
                                    const std::string& where) {
    if (std::any_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < 0x20; })) {
        throw ConfigError(where, fmt::format("{} has a control character; a path was expected",
                                             shown_text(text)));
    }
    return std::filesystem::absolute(directory / text).lexically_normal();
}

void parse_choice(const ParameterDescriptor& descriptor, const std::string& where, Value& value) {
    const auto& choices = descriptor.choices;
    if (std::find(choices.begin(), choices.end(), value.text) != choices.end()) {
        return;
    }
    const auto nearest = nearest_spelling(value.text, choices);
    throw ConfigError(
        where, fmt::format("{} is not {}", shown_text(value.text), expected_value(descriptor)),
        nearest ? fmt::format("did you mean {}?", *nearest) : "");
}

void parse_scalar(const ParameterDescriptor& descriptor, const ConfigEntry& entry,
                  const std::string& where, Value& value) {
    const std::string& text = entry.text;
    switch (descriptor.type) {
        case ParameterType::integer:
            value.integer = parse_integer(text, where);
            value.text = std::to_string(value.integer);
            check_range(descriptor, static_cast<double>(value.integer), 1, value.text, where);
            break;
        case ParameterType::real:
            value.number = parse_real(text, where);
            value.text = format_real(value.number);
            check_range(descriptor, value.number, 1, value.text, where);
            break;
        case ParameterType::flag:
            if (text != "true" && text != "false") {
                throw ConfigError(where, fmt::format("{} is not true or false", shown_text(text)));
            }
            value.integer = text == "true" ? 1 : 0;
            value.text = text;
            break;
        case ParameterType::text:
            value.text = text;
            break;
        case ParameterType::choice:
            value.text = text;
            parse_choice(descriptor, where, value);
            break;
        case ParameterType::path:
            value.text = text.empty() ? "" : absolute_path(text, entry.directory, where).string();
            break;
        case ParameterType::time:
            value.integer = parse_time(text, where, sign_of(descriptor));
            value.text = format_time(value.integer);
            check_range(descriptor, static_cast<double>(value.integer), kPicosecondsPerSecond,
                        value.text, where);
            break;
        case ParameterType::energy:
            value.number = parse_energy(text, where, sign_of(descriptor));
            value.text = format_energy(value.number);
            check_range(descriptor, value.number, 1, value.text, where);
            break;
        case ParameterType::power:
            value.number = parse_power(text, where, sign_of(descriptor));
            value.text = format_power(value.number);
            check_range(descriptor, value.number, 1, value.text, where);
            break;
        case ParameterType::information:
            value.integer = parse_information(text, where, sign_of(descriptor));
            value.text = format_information(value.integer);
            check_range(descriptor, static_cast<double>(value.integer), 1, value.text, where);
            break;
        case ParameterType::frequency:
            value.number = parse_frequency(text, where, sign_of(descriptor));
            value.text = format_frequency(value.number);
            check_range(descriptor, value.number, 1, value.text, where);
            break;
        case ParameterType::path_list:
        case ParameterType::text_list:
        case ParameterType::time_table:
            throw ContractViolation(descriptor.path + ": a list was parsed as a scalar");
    }
    const bool optional_text =
        descriptor.default_text.has_value() &&
        (descriptor.type == ParameterType::text || descriptor.type == ParameterType::path);
    if (value.text.empty() && !optional_text) {
        throw ConfigError(where,
                          fmt::format("is empty; {} was expected", expected_value(descriptor)));
    }
}

void append_files(const std::string& text, const std::filesystem::path& directory,
                  const std::string& where, Value& value) {
    if (text.empty()) {
        throw ConfigError(where, "an empty element in a list of files", "remove it");
    }
    const std::filesystem::path file = absolute_path(text, directory, where);
    if (text.find('*') == std::string::npos) {
        value.list.push_back(file.string());
        return;
    }
    const auto found = expand_pattern(file);
    if (found.empty()) {
        throw ConfigError(where, fmt::format("no file matches {}", shown_text(text)),
                          fmt::format("the pattern was looked for as {}", file.string()));
    }
    for (const auto& match : found) {
        value.list.push_back(match.string());
    }
}

// A scalar stands for a list of one; an empty one for the empty list.
void parse_list(const ParameterDescriptor& descriptor, const ConfigEntry& entry, Value& value) {
    std::vector<ConfigItem> items = entry.items;
    if (entry.kind == ConfigEntry::Kind::scalar && !entry.text.empty()) {
        items.push_back({false, entry.text, {}, entry.where});
    }
    for (const ConfigItem& item : items) {
        const std::string where = fmt::format("{}: {}", item.where, descriptor.path);
        if (item.is_row) {
            throw ConfigError(where, fmt::format("found a list in a list; {} was expected",
                                                 expected_value(descriptor)));
        }
        if (descriptor.type == ParameterType::path_list) {
            append_files(item.text, entry.directory, where, value);
        } else {
            value.list.push_back(item.text);
        }
    }
    if (value.list.empty() && !descriptor.default_text) {
        throw ConfigError(fmt::format("{}: {}", entry.where, descriptor.path),
                          fmt::format("is empty; {} was expected", expected_value(descriptor)));
    }
    std::vector<std::string> quoted;
    std::transform(value.list.begin(), value.list.end(), std::back_inserter(quoted), yaml_quoted);
    value.text = fmt::format("[{}]", fmt::join(quoted, ", "));
}

void parse_table(const ParameterDescriptor& descriptor, const ConfigEntry& entry, Value& value) {
    const std::string place = fmt::format("{}: {}", entry.where, descriptor.path);
    if (entry.kind != ConfigEntry::Kind::sequence || entry.items.empty()) {
        const std::string found = entry.kind == ConfigEntry::Kind::sequence
                                      ? "an empty list"
                                      : fmt::format("the text {}", shown_text(entry.text));
        throw ConfigError(
            place, fmt::format("found {}; {} was expected", found, expected_value(descriptor)));
    }
    std::vector<std::string> rows;
    for (const ConfigItem& item : entry.items) {
        const std::string where = fmt::format("{}: {}", item.where, descriptor.path);
        if (!item.is_row || item.row.size() != 2) {
            throw ConfigError(where,
                              fmt::format("row {} is not a number with a time, such as [1, 113 ns]",
                                          rows.size() + 1));
        }
        const std::int64_t key = parse_integer(item.row[0], where);
        const Picoseconds time = parse_time(item.row[1], where, sign_of(descriptor));
        const std::string text = format_time(time);
        check_range(descriptor, static_cast<double>(time), kPicosecondsPerSecond, text, where);
        if (key < 1) {
            throw ConfigError(where, fmt::format("{} is below the minimum 1", key),
                              "the first numbers of the rows count something from 1 on");
        }
        if (!value.table.empty() && key <= value.table.back().first) {
            throw ConfigError(
                where, fmt::format("{} does not come after {}", key, value.table.back().first),
                "the first numbers of the rows must ascend");
        }
        value.table.emplace_back(key, time);
        rows.push_back(fmt::format("[{}, {}]", key, text));
    }
    value.text = fmt::format("[{}]", fmt::join(rows, ", "));
}

}  // namespace

std::string expected_value(const ParameterDescriptor& descriptor) {
    const auto quantity = [](Dimension dimension) {
        return fmt::format("{} such as \"{}\"", to_string(dimension), example_of(dimension));
    };
    switch (descriptor.type) {
        case ParameterType::integer:
            return "a whole number such as 8";
        case ParameterType::real:
            return "a number such as 0.5";
        case ParameterType::flag:
            return "true or false";
        case ParameterType::text:
            return "a text";
        case ParameterType::choice:
            return fmt::format("one of: {}", fmt::join(descriptor.choices, ", "));
        case ParameterType::path:
            return "the path of a file";
        case ParameterType::path_list:
            return "a list of files such as [a.csv, \"step*.csv\"]";
        case ParameterType::text_list:
            return "a list of texts such as [a, b]";
        case ParameterType::time:
            return quantity(Dimension::time);
        case ParameterType::energy:
            return quantity(Dimension::energy);
        case ParameterType::power:
            return quantity(Dimension::power);
        case ParameterType::information:
            return quantity(Dimension::information);
        case ParameterType::frequency:
            return quantity(Dimension::frequency);
        case ParameterType::time_table:
            return "a table such as [[1, 113 ns], [32, 465 ns]]";
    }
    throw ContractViolation("ParameterType: not an enumerator");
}

Grade parse_grade(const std::string& text, const std::string& where) {
    constexpr std::array kGrades{Grade::measured, Grade::simulated, Grade::derived, Grade::assumed};
    std::vector<std::string> names;
    for (const Grade grade : kGrades) {
        if (text == to_string(grade)) {
            return grade;
        }
        names.emplace_back(to_string(grade));
    }
    const auto nearest = nearest_spelling(text, names);
    throw ConfigError(where,
                      fmt::format("{} is not a grade; one of {} was expected", shown_text(text),
                                  fmt::join(names, ", ")),
                      nearest ? fmt::format("did you mean {}?", *nearest) : "");
}

Parameters::Value parse_value(const ParameterDescriptor& descriptor, const ConfigEntry& entry) {
    const std::string where = fmt::format("{}: {}", entry.where, descriptor.path);
    if (entry.kind == ConfigEntry::Kind::empty) {
        throw ConfigError(
            where, fmt::format("has no value; {} was expected", expected_value(descriptor)),
            descriptor.default_text ? "remove the key to have its default"
                                    : "write the value after the colon, on the same line");
    }
    Value value;
    value.descriptor = &descriptor;
    value.where = entry.where;
    switch (descriptor.type) {
        case ParameterType::path_list:
        case ParameterType::text_list:
            parse_list(descriptor, entry, value);
            break;
        case ParameterType::time_table:
            parse_table(descriptor, entry, value);
            break;
        default:
            check_not_sequence(descriptor, entry, where);
            parse_scalar(descriptor, entry, where, value);
    }
    return value;
}

}  // namespace cortile
