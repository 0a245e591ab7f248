// SPDX-License-Identifier: Apache-2.0
#include "experiment/cost_tables.h"

#include <algorithm>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr const char* kFacts = "cost_table";  // what is for readers, not for the chip

void check_content(const ConfigTree& table, const std::string& name) {
    for (const char* section :
         {"preset", "costs", "network", "stimulus", "mapping", "run", "noc", "host"}) {
        if (table.has_section(section) || table.text_at(section)) {
            throw ConfigError(name, fmt::format("a cost table cannot hold '{}'", section),
                              "keep chip and core; the rest belongs in the experiment");
        }
    }
    if (!table.has_section("core") && !table.has_section("chip")) {
        throw ConfigError(name, "holds no costs of a chip",
                          "its datapath's semantics belong to no core type: write the keys "
                          "core.energy.… into the experiment");
    }
}

bool computes(const CoreType& type, const std::string& semantics) {
    const auto all = type.semantics();
    return std::any_of(all.begin(), all.end(),
                       [&](const DatapathSemantics* some) { return some->name() == semantics; });
}

}  // namespace

ParameterDescriptor costs_descriptor() {
    return {"costs", ParameterType::path_list, "",
            "cost tables of `cortile synth`, laid over the chip's constants"};
}

bool overlay_cost_tables(ConfigTree& chip, const ConfigTree& experiment, const CoreType& type,
                         bool skip_foreign) {
    const ParameterDescriptor key = costs_descriptor();
    bool skipped = false;
    const Parameters named = experiment.only(key.path).resolve({key});
    for (const std::filesystem::path& file : named.files(key.path)) {
        ConfigTree table = ConfigTree::from_file(file);
        const auto semantics = table.text_at(std::string(kFacts) + ".semantics");
        table.drop(kFacts);
        check_content(table, file.string());
        if (semantics && !computes(type, *semantics)) {
            if (skip_foreign) {
                skipped = true;
                continue;
            }
            throw ConfigError(named.where(key.path),
                              fmt::format("{} tells the costs of a datapath '{}', which cores of "
                                          "type '{}' do not have",
                                          file.string(), *semantics, type.name()),
                              "name a table of the chip's own datapath");
        }
        chip.overlay(table);
    }
    return skipped;
}

}  // namespace cortile
