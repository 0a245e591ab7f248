// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/coverage_waivers.h"

#include <algorithm>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/config/parameters.h"
#include "rtl/regress/wildcard.h"

namespace cortile::regress {

namespace {

CoverageType type_named(const std::string& name) {
    for (const CoverageType type : kCoverageTypes) {
        if (name == to_string(type)) {
            return type;
        }
    }
    throw ContractViolation("a coverage type that the schema allows and nothing knows: " + name);
}

ParameterSchema waiver_schema(const std::vector<ConfigTree::NamedKey>& names) {
    using enum ParameterType;
    ParameterSchema schema;
    for (const auto& [name, where] : names) {
        schema.push_back({name + ".type",
                          choice,
                          {},
                          "what it waives",
                          false,
                          {"line", "toggle", "functional"}});
        schema.push_back({name + ".file", text, "*", "source file, with * and ?"});
        schema.push_back({name + ".point", text, "*", "name of the point, with * and ?"});
        schema.push_back({name + ".source", text, "*", "the line of the source, with * and ?"});
        schema.push_back({name + ".reason", text, {}, "why it need not be covered"});
    }
    return schema;
}

}  // namespace

bool CoverageWaiver::covers(const CoveragePoint& point_to_waive,
                            const std::string& source_line) const {
    const std::string name_of_file = std::filesystem::path(point_to_waive.file).filename().string();
    return point_to_waive.type == type && matches_wildcard(name_of_file, file) &&
           matches_wildcard(point_to_waive.name, point) && matches_wildcard(source_line, source);
}

std::vector<CoverageWaiver> read_coverage_waivers(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
        return {};
    }
    const ConfigTree tree = ConfigTree::from_file(file);
    const auto names = tree.keys_below("");
    const Parameters parameters = tree.resolve(waiver_schema(names));
    std::vector<CoverageWaiver> waivers;
    for (const auto& [name, where] : names) {
        const auto text = [&, key = name](const char* last) {
            return parameters.text(key + "." + last);
        };
        CoverageWaiver waiver{name,           type_named(text("type")), text("file"), text("point"),
                              text("source"), text("reason"),           where};
        const bool blank = std::all_of(waiver.reason.begin(), waiver.reason.end(),
                                       [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
        if (blank) {
            throw ConfigError(fmt::format("{}: {}", where, name), "the waiver has no reason",
                              "write reason: why nothing can cover it, or why that is no loss");
        }
        if (waiver.file == "*" && waiver.point == "*" && waiver.source == "*") {
            throw ConfigError(fmt::format("{}: {}", where, name), "the waiver is for everything",
                              "say which: file, point or source");
        }
        waivers.push_back(std::move(waiver));
    }
    return waivers;
}

}  // namespace cortile::regress
