// SPDX-License-Identifier: Apache-2.0
#include "hw_model/config/parameters.h"

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

const char* to_string(ParameterType type) {
    switch (type) {
        case ParameterType::integer:
            return "integer";
        case ParameterType::real:
            return "real";
        case ParameterType::flag:
            return "flag";
        case ParameterType::text:
            return "text";
        case ParameterType::choice:
            return "choice";
        case ParameterType::path:
            return "path";
        case ParameterType::path_list:
            return "path_list";
        case ParameterType::text_list:
            return "text_list";
        case ParameterType::time:
            return "time";
        case ParameterType::energy:
            return "energy";
        case ParameterType::power:
            return "power";
        case ParameterType::information:
            return "information";
        case ParameterType::frequency:
            return "frequency";
        case ParameterType::time_table:
            return "time_table";
    }
    throw ContractViolation("ParameterType: not an enumerator");
}

namespace {

bool is_list(ParameterType type) {
    return type == ParameterType::path_list || type == ParameterType::text_list;
}

bool is_free_text(ParameterType type) {
    return type == ParameterType::text || type == ParameterType::path ||
           type == ParameterType::choice;
}

// ": value", or the rows of a list below the key.
std::string yaml_value(const Parameters::Value& value, const std::string& indentation) {
    const ParameterType type = value.descriptor->type;
    if (is_list(type) && !value.list.empty()) {
        std::string text = ":\n";
        for (const std::string& item : value.list) {
            text += fmt::format("{}  - {}\n", indentation, yaml_quoted(item));
        }
        return text;
    }
    return fmt::format(": {}\n", is_free_text(type) ? yaml_quoted(value.text) : value.text);
}

}  // namespace

ParameterDescriptor whole_number(const char* path, std::optional<std::string> default_text,
                                 const char* description, double minimum, double maximum) {
    return {
        path,   ParameterType::integer, std::move(default_text), description, false, {}, minimum,
        maximum};
}

const char* to_string(Grade grade) {
    switch (grade) {
        case Grade::measured:
            return "measured";
        case Grade::simulated:
            return "simulated";
        case Grade::derived:
            return "derived";
        case Grade::assumed:
            return "assumed";
    }
    throw ContractViolation("Grade: not an enumerator");
}

const Parameters::Value& Parameters::value(const std::string& path) const {
    const auto found = values_.find(path);
    if (found == values_.end()) {
        throw ContractViolation(fmt::format("parameter {} is not in the schema", path));
    }
    return found->second;
}

const Parameters::Value& Parameters::typed(const std::string& path, ParameterType type) const {
    const Value& found = value(path);
    if (found.descriptor->type != type) {
        throw ContractViolation(fmt::format("parameter {} is of type {}, not {}", path,
                                            to_string(found.descriptor->type), to_string(type)));
    }
    return found;
}

std::int64_t Parameters::integer(const std::string& path) const {
    return typed(path, ParameterType::integer).integer;
}

double Parameters::real(const std::string& path) const {
    return typed(path, ParameterType::real).number;
}

bool Parameters::flag(const std::string& path) const {
    return typed(path, ParameterType::flag).integer != 0;
}

const std::string& Parameters::text(const std::string& path) const {
    const Value& found = value(path);
    return found.descriptor->type == ParameterType::choice ? found.text
                                                           : typed(path, ParameterType::text).text;
}

std::filesystem::path Parameters::file(const std::string& path) const {
    return typed(path, ParameterType::path).text;
}

std::vector<std::filesystem::path> Parameters::files(const std::string& path) const {
    const Value& found = typed(path, ParameterType::path_list);
    return {found.list.begin(), found.list.end()};
}

const std::vector<std::string>& Parameters::texts(const std::string& path) const {
    return typed(path, ParameterType::text_list).list;
}

Picoseconds Parameters::time(const std::string& path) const {
    return typed(path, ParameterType::time).integer;
}

double Parameters::energy(const std::string& path) const {
    return typed(path, ParameterType::energy).number;
}

double Parameters::power(const std::string& path) const {
    return typed(path, ParameterType::power).number;
}

std::int64_t Parameters::bits(const std::string& path) const {
    return typed(path, ParameterType::information).integer;
}

double Parameters::frequency(const std::string& path) const {
    return typed(path, ParameterType::frequency).number;
}

const std::vector<std::pair<std::int64_t, Picoseconds>>& Parameters::table(
    const std::string& path) const {
    return typed(path, ParameterType::time_table).table;
}

bool Parameters::given(const std::string& path) const {
    const Value& found = value(path);
    const bool empty = is_list(found.descriptor->type) ? found.list.empty() : found.text.empty();
    return !empty && !found.is_default;
}

const Citation& Parameters::citation(const std::string& path) const {
    const Value& found = value(path);
    if (!found.citation) {
        throw ContractViolation(fmt::format("parameter {} is not a cited one", path));
    }
    return *found.citation;
}

std::string Parameters::where(const std::string& path) const {
    return fmt::format("{}: {}", value(path).where, path);
}

std::string Parameters::to_yaml() const {
    std::string yaml;
    std::vector<std::string> open;  // the section that the last line stands in
    for (const auto& [path, value] : values_) {
        std::vector<std::string> parts;
        std::size_t begin = 0;
        for (auto dot = path.find('.'); dot != std::string::npos; dot = path.find('.', begin)) {
            parts.push_back(path.substr(begin, dot - begin));
            begin = dot + 1;
        }
        std::size_t shared = 0;
        while (shared < open.size() && shared < parts.size() && open[shared] == parts[shared]) {
            ++shared;
        }
        for (std::size_t level = shared; level < parts.size(); ++level) {
            yaml += fmt::format("{:{}}{}:\n", "", 2 * level, parts[level]);
        }
        open = parts;
        const std::string indentation(2 * parts.size(), ' ');
        yaml += indentation + path.substr(begin);
        if (value.citation) {
            yaml +=
                fmt::format(":\n{}  value{}", indentation, yaml_value(value, indentation + "  "));
            yaml +=
                fmt::format("{}  source: {}\n", indentation, yaml_quoted(value.citation->source));
            yaml += fmt::format("{}  grade: {}\n", indentation, to_string(value.citation->grade));
        } else {
            yaml += yaml_value(value, indentation);
        }
    }
    return yaml;
}

}  // namespace cortile
