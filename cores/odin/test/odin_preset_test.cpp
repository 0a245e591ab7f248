// SPDX-License-Identifier: Apache-2.0
// The preset odin against the publication: Frenkel et al., IEEE TBioCAS 13(1), 2019, Fig. 8b, Eq.
// (2) and section IV-A; cycles: github ChFrenkel/ODIN, doc/README.md, section 2.2.1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cores/odin/odin_parameters.h"
#include "hw_model/config/chip_schema.h"

namespace cortile {
namespace {

using testing::HasSubstr;

ParameterSchema schema() {
    ParameterSchema all = chip_schema();
    const ParameterSchema core = odin_schema();
    all.insert(all.end(), core.begin(), core.end());
    return all;
}

Parameters odin(const std::vector<std::string>& assignments = {}) {
    ConfigTree tree = load_preset("odin", ".");
    for (const std::string& assignment : assignments) {
        tree.set(assignment);
    }
    return tree.resolve(schema());
}

TEST(OdinPreset, HasThePublishedFigures) {
    const Parameters p = odin();
    EXPECT_EQ(p.power("chip.static_power"), 27.3e-6);
    EXPECT_EQ(p.energy("core.energy.clock_cycle"), 1.78e-12) << "1.78 uW/MHz";
    EXPECT_EQ(p.energy("core.energy.synaptic_operation"), 8.43e-12);
    EXPECT_EQ(p.integer("core.cycles.synaptic_operation"), 2);
    EXPECT_EQ(p.integer("core.cycles.neuron_update"), 2);
    EXPECT_EQ(p.integer("core.cycles.scheduler_push"), 1);
    EXPECT_EQ(p.integer("core.neurons"), 256);
    EXPECT_EQ(odin_limits(p).synapse_memory_bits, 8u * 32 * 1024) << "8192 words of 32 bits";
    EXPECT_EQ(p.citation("core.energy.synaptic_operation").grade, Grade::measured);
}

TEST(OdinPreset, TheClocksPowerIsProportionalToItsFrequency) {
    EXPECT_DOUBLE_EQ(odin_clock_power(odin()).watts, 75 * 1.78e-6);
    const StaticPower slow = odin_clock_power(odin({"core.clock=1.3 MHz"}));
    EXPECT_DOUBLE_EQ(slow.watts, 1.3 * 1.78e-6);
    EXPECT_THAT(slow.citation.source, HasSubstr("at 1.3 MHz"));
}

TEST(OdinPreset, RoundTrips) {
    const std::string yaml = odin().to_yaml();
    EXPECT_EQ(ConfigTree::from_text(yaml, "again.yaml", ".").resolve(schema()).to_yaml(), yaml);
}

TEST(OdinPreset, WhatIsAssumedNamesNoSource) {
    const Parameters p = odin();
    for (const auto& [path, value] : p.values()) {
        if (value.citation && !value.is_default && value.citation->grade == Grade::assumed) {
            EXPECT_THAT(value.citation->source, testing::StartsWith("no source")) << path;
        }
    }
}

}  // namespace
}  // namespace cortile
