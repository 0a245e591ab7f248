// SPDX-License-Identifier: Apache-2.0
// The preset's numbers: each with a source and a grade, and with sums that are the published ones.
#include <gmock/gmock.h>

#include "cores/registry/core_type.h"
#include "hw_model/config/chip_schema.h"

namespace cortile {
namespace {

Parameters tianjic() {
    ParameterSchema schema = chip_schema();
    for (const ParameterDescriptor& descriptor : core_type("fcore", "test").schema()) {
        schema.push_back(descriptor);
    }
    return load_preset("tianjic", ".").resolve(schema);
}

TEST(Tianjic, HasThePublishedCounts) {
    const Parameters p = tianjic();
    EXPECT_EQ(p.integer("chip.mesh.width") * p.integer("chip.mesh.height") *
                  p.integer("chip.cores_per_tile"),
              156);
    EXPECT_EQ(p.integer("core.neurons"), 256);
    EXPECT_EQ(p.integer("core.input_axons"), 256);
    EXPECT_EQ(p.integer("core.weights"), 32);
    EXPECT_EQ(p.integer("core.multipliers"), 16);
    EXPECT_EQ(p.frequency("core.clock"), 300e6);
    EXPECT_EQ(p.integer("core.timing.phase_cycles"), 5050);
}

TEST(Tianjic, AnAdaptivePhaseOfABusyCoreIsThePublishedRound) {
    const Parameters p = tianjic();
    EXPECT_EQ(256 * 256 / p.integer("core.multipliers") +
                  256 * p.integer("core.timing.soma_cycles") +
                  p.integer("core.timing.overhead_cycles"),
              5050);
}

// 6.1 mW and 5.5 mW a core over 5,050 clocks at 300 MHz (Pei et al. 2019), 256 inputs, 256 neurons,
// 256 packets of one hop each.
TEST(Tianjic, TheEnergyOfABusyRoundIsThePublishedPowerTimesItsTime) {
    const Parameters p = tianjic();
    const double round = 5050 / 300e6;
    const double packets =
        256 * (p.energy("core.energy.axon_in") + p.energy("core.energy.axon_out") +
               p.energy("noc.local_energy") + p.energy("noc.hop_x_energy"));
    const double still = p.power("chip.static_power") / 156 * round;
    const double activations = 65536 * p.energy("core.energy.multiplication") +
                               256 * p.energy("core.energy.soma_activation") + packets + still;
    const double spikes = 65536 * p.energy("core.energy.addition") +
                          256 * p.energy("core.energy.soma_spiking") + packets + still;
    EXPECT_NEAR(activations, 6.1e-3 * round, 1e-6 * activations);
    EXPECT_NEAR(spikes, 5.5e-3 * round, 1e-6 * spikes);
    EXPECT_EQ(p.energy("noc.hop_x_energy"), p.energy("noc.hop_y_energy"));
}

TEST(Tianjic, WhatHasNoSourceIsAssumedAndTheReverse) {
    std::size_t cited = 0;
    const Parameters p = tianjic();
    for (const auto& [path, value] : p.values()) {
        if (!value.descriptor->cited || value.is_default) {
            continue;
        }
        ++cited;
        ASSERT_TRUE(value.citation) << path;
        EXPECT_EQ(value.citation->source.starts_with("no source"),
                  value.citation->grade == Grade::assumed)
            << path;
        EXPECT_GE(value.citation->source.size(), 20u) << path;
    }
    EXPECT_EQ(cited, 26u);
}

TEST(Tianjic, RoundTrips) {
    ParameterSchema schema = chip_schema();
    for (const ParameterDescriptor& descriptor : core_type("fcore", "test").schema()) {
        schema.push_back(descriptor);
    }
    const std::string yaml = tianjic().to_yaml();
    EXPECT_EQ(ConfigTree::from_text(yaml, "again", ".").resolve(schema).to_yaml(), yaml);
}

}  // namespace
}  // namespace cortile
