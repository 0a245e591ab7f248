// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "hw_model/base/temporary_folder.h"
#include "hw_model/config/chip_schema.h"
#include "testbench/unit/config/config_test_support.h"

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kEvents[] = {
    "axon_in",      "synaptic_operation", "neuron_update_inactive", "neuron_update_active",
    "neuron_spike", "axon_out",           "synaptic_update"};

// The keys that a preset gives to the core type loihi, so that this test needs no core type.
ParameterSchema schema_with_core() {
    using enum ParameterType;
    ParameterSchema schema = chip_schema();
    for (const char* name : {"neurons", "input_axons", "output_axons", "fan_in", "max_delay",
                             "weight_bits", "refractory"}) {
        schema.push_back({std::string("core.") + name, integer, std::nullopt, name});
    }
    schema.push_back({"core.synapse_memory", information, std::nullopt, "memory"});
    schema.push_back({"core.voltage_readout",
                      choice,
                      "state",
                      "readout",
                      false,
                      {"state", "refractory_marker"}});
    for (const std::string event : kEvents) {
        schema.push_back({"core.timing." + event, time, std::nullopt, event, true});
        schema.push_back({"core.energy." + event, energy, std::nullopt, event, true});
    }
    return schema;
}

// As above, of the core type ideal.
ParameterSchema schema_with_ideal_core() {
    ParameterSchema schema = chip_schema();
    schema.push_back({"core.dynamics", ParameterType::text, std::nullopt, "dynamics"});
    schema.push_back({"core.neurons", ParameterType::integer, std::nullopt, "neurons"});
    return schema;
}

Parameters preset(const std::string& name) {
    return load_preset(name, ".").resolve(schema_with_core());
}

// Presets of Loihi-like chips, which all have the same keys.
std::vector<std::string> loihi_presets() {
    return {"loihi", "loihi_fitted", "tiny_2x2"};
}

TEST(Presets, AllAreCompiledIn) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(
             std::filesystem::path(CORTILE_SOURCE_DIR) / "hw_model/presets")) {
        files.push_back(entry.path().stem().string());
    }
    std::sort(files.begin(), files.end());
    EXPECT_EQ(preset_names(), files);
}

TEST(Presets, EachResolvesAndRoundTrips) {
    for (const std::string& name : loihi_presets()) {
        const Parameters parameters = preset(name);
        EXPECT_EQ(parameters.text("chip.core_type"), "loihi") << name;
        const std::string yaml = parameters.to_yaml();
        EXPECT_EQ(tree_of(yaml).resolve(schema_with_core()).to_yaml(), yaml) << name;
    }
}

TEST(Presets, EachCitedValueSaysWhereItIsFrom) {
    for (const std::string& name : loihi_presets()) {
        std::size_t cited = 0;
        const Parameters parameters = preset(name);
        for (const auto& [path, value] : parameters.values()) {
            if (value.descriptor->cited && !value.is_default) {
                ++cited;
                ASSERT_TRUE(value.citation) << name << " " << path;
                EXPECT_GE(value.citation->source.size(), 20U) << name << " " << path;
            }
        }
        EXPECT_EQ(cited, 25U) << name;
    }
}

TEST(Presets, WhatIsAssumedNeverNamesATableAsItsSource) {
    for (const std::string& name : loihi_presets()) {
        const Parameters parameters = preset(name);
        for (const auto& [path, value] : parameters.values()) {
            if (value.citation && !value.is_default && value.citation->grade == Grade::assumed) {
                EXPECT_THAT(value.citation->source,
                            testing::AnyOf(HasSubstr("not listed separately"),
                                           HasSubstr("no source"), HasSubstr("Scaled by cores")))
                    << name << " " << path;
            }
        }
    }
}

// Every constant of a board has its own source; those without one are assumed and say so.
TEST(Presets, BoardsCiteTheirConstants) {
    for (const char* name : {"tianjic_5x5", "truenorth_4x4"}) {
        ConfigTree tree = load_preset(name, ".");
        for (const char* section : {"core", "chip.description"}) {
            tree.drop(section);
        }
        const Parameters parameters = tree.resolve(chip_schema());
        EXPECT_GT(parameters.integer("board.width") * parameters.integer("board.height"), 1);
        std::size_t cited = 0;
        for (const auto& [path, value] : parameters.values()) {
            if (path.starts_with("board.") && value.citation && !value.is_default) {
                ++cited;
                const bool none = value.citation->source.starts_with("no source");
                EXPECT_EQ(none, value.citation->grade == Grade::assumed) << name << " " << path;
            }
        }
        EXPECT_EQ(cited, parameters.text("chip.sync") == "tick" ? 5u : 6u) << name;
    }
}

// 160 million spikes a second of 34 bits are 5.44 Gbit/s, over four sides; 26 pJ a bit, 32 of them.
TEST(Presets, BoardOf16HasThePublishedRateAndEnergy) {
    ConfigTree tree = load_preset("truenorth_4x4", ".");
    tree.drop("core");
    const Parameters board = tree.resolve(chip_schema());
    EXPECT_NEAR(4 * board.frequency("board.link_clock") *
                    static_cast<double>(board.bits("board.packet_bits")),
                5.44e9, 1e6);
    EXPECT_DOUBLE_EQ(board.energy("board.link_energy"), 26e-12 * 32);
    // What it does not say is the chip's.
    EXPECT_EQ(board.integer("chip.mesh.width"), 64);
    EXPECT_EQ(board.citation("chip.static_power").grade, Grade::derived);
}

TEST(Presets, AFileExtendsAPresetByName) {
    const TemporaryFolder folder;
    const auto write = [&](const std::string& text) {
        const auto file = folder.path() / "extends_test.yaml";
        std::ofstream(file) << text;
        return file.string();
    };
    const Parameters wide = load_preset(write("extends: loihi\nchip: {mesh: {width: 3}}\n"), ".")
                                .resolve(schema_with_core());
    EXPECT_EQ(wide.integer("chip.mesh.width"), 3);
    EXPECT_EQ(wide.time("noc.hop_x"), 4100);
    const auto error_of = [&](const std::string& text) {
        try {
            load_preset(write(text), ".");
        } catch (const ConfigError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_THAT(error_of("extends: nothing\n"),
                testing::AllOf(HasSubstr("extends_test.yaml:1: extends"),
                               HasSubstr("\"nothing\" is not a preset"), HasSubstr("loihi")));
    EXPECT_THAT(error_of("extends: tianjic_5x5\n"),
                testing::AllOf(HasSubstr("extends another preset itself"),
                               HasSubstr("extend that one: tianjic")));
}

// Davies et al., IEEE Micro 38(1), 2018, Table 2.
TEST(Presets, LoihiHasThePublishedTable) {
    const Parameters loihi = preset("loihi");
    EXPECT_EQ(loihi.integer("chip.mesh.width") * loihi.integer("chip.mesh.height") *
                  loihi.integer("chip.cores_per_tile"),
              128);
    EXPECT_EQ(loihi.integer("core.neurons"), 1024);
    EXPECT_EQ(loihi.bits("core.synapse_memory"), 16384 * 64);
    EXPECT_EQ(loihi.time("noc.hop_x"), 4100);
    EXPECT_EQ(loihi.time("noc.hop_y"), 6500);
    EXPECT_EQ(loihi.time("noc.local"), 2100);
    EXPECT_EQ(loihi.time("core.timing.synaptic_operation"), 3500);
    EXPECT_EQ(loihi.time("core.timing.neuron_update_active"), 8400);
    EXPECT_EQ(loihi.time("core.timing.neuron_update_inactive"), 5300);
    EXPECT_EQ(loihi.energy("noc.hop_x_energy"), 3.0e-12);
    EXPECT_EQ(loihi.energy("noc.hop_y_energy"), 4.0e-12);
    EXPECT_EQ(loihi.energy("noc.local_energy"), 1.7e-12);
    EXPECT_EQ(loihi.energy("core.energy.synaptic_operation"), 23.6e-12);
    EXPECT_EQ(loihi.energy("core.energy.neuron_update_active"), 81e-12);
    EXPECT_EQ(loihi.energy("core.energy.neuron_update_inactive"), 52e-12);
    EXPECT_THAT(loihi.table("chip.barrier_latency"),
                ElementsAre(std::pair(1, 113'000), std::pair(32, 465'000)));
    EXPECT_EQ(loihi.citation("core.energy.synaptic_operation").grade, Grade::simulated);
}

TEST(Presets, LoihiLinksCarryHalfOfThePublishedBandwidthEachWay) {
    // 3.44 Gspike/s over both directions: 10^12 ps / 1.72e9 = 581.4 ps.
    EXPECT_EQ(preset("loihi").time("noc.link_occupancy"), 581);
    EXPECT_EQ(preset("loihi").citation("noc.link_occupancy").grade, Grade::derived);
}

TEST(Presets, LoihiEventsThatTheTableDoesNotListAreFreeAndAssumed) {
    const Parameters loihi = preset("loihi");
    for (const std::string event : {"axon_in", "neuron_spike", "axon_out"}) {
        EXPECT_EQ(loihi.time("core.timing." + event), 0) << event;
        EXPECT_EQ(loihi.energy("core.energy." + event), 0) << event;
        EXPECT_EQ(loihi.citation("core.timing." + event).grade, Grade::assumed) << event;
        EXPECT_EQ(loihi.citation("core.energy." + event).grade, Grade::assumed) << event;
    }
}

// arch/loihi.yaml of SLAM-Lab/SANA-FE: soma access 51.2 pJ, 6.0 ns; update 21.6 pJ, 3.7 ns.
TEST(Presets, FittedLoihiHasThePublishedFit) {
    const Parameters fitted = preset("loihi_fitted");
    EXPECT_EQ(fitted.time("noc.hop_x"), 4100);
    EXPECT_EQ(fitted.time("noc.hop_y"), 6500);
    EXPECT_EQ(fitted.energy("noc.hop_x_energy"), 3.0e-12);
    EXPECT_EQ(fitted.energy("noc.hop_y_energy"), 4.2e-12);
    const std::int64_t times[] = {16'000, 3'800, 6'000, 6'000 + 3'700, 30'000, 5'100};
    const double energies[] = {0, 35.5e-12, 51.2e-12, 72.8e-12, 69.3e-12, 111e-12};
    for (std::size_t i = 0; i < std::size(times); ++i) {
        const std::string event = kEvents[i];
        EXPECT_EQ(fitted.time("core.timing." + event), times[i]) << event;
        EXPECT_EQ(fitted.energy("core.energy." + event), energies[i]) << event;
        EXPECT_EQ(fitted.citation("core.energy." + event).grade, Grade::derived) << event;
        EXPECT_THAT(fitted.citation("core.energy." + event).source,
                    HasSubstr("fitted to silicon measurements"));
    }
    EXPECT_THAT(fitted.table("chip.barrier_latency"),
                ElementsAre(std::pair(1, 600'000), std::pair(2, 1'000'000), std::pair(4, 1'400'000),
                            std::pair(29, 1'800'000)));
}

TEST(Presets, TinyCostsPerEventWhatLoihiCosts) {
    const Parameters tiny = preset("tiny_2x2");
    const Parameters loihi = preset("loihi");
    EXPECT_EQ(tiny.integer("chip.mesh.width") * tiny.integer("chip.mesh.height") *
                  tiny.integer("chip.cores_per_tile"),
              4);
    for (const auto& [path, value] : tiny.values()) {
        if (value.descriptor->cited && path != "chip.static_power") {
            EXPECT_EQ(value.text, loihi.value(path).text) << path;
        }
    }
    EXPECT_DOUBLE_EQ(tiny.power("chip.static_power") * 32, loihi.power("chip.static_power"));
}

TEST(Presets, IdealCostsNothingAndSaysThatThisIsNoFinding) {
    const Parameters ideal = load_preset("ideal", ".").resolve(schema_with_ideal_core());
    for (const auto& [path, value] : ideal.values()) {
        if (value.descriptor->cited && !value.is_default) {
            EXPECT_EQ(value.number, 0) << path;
            EXPECT_EQ(value.integer, 0) << path;
            EXPECT_EQ(value.citation->grade, Grade::assumed) << path;
            EXPECT_THAT(value.citation->source, HasSubstr("no source: no chip")) << path;
        }
    }
    EXPECT_EQ(ideal.text("chip.sync"), "tick");
}

TEST(Presets, ErrorsNameThePresetAndItsLine) {
    ConfigTree tree = load_preset("loihi", ".");
    EXPECT_THAT(config_error([&] { tree.resolve(chip_schema()); }),
                testing::MatchesRegex("preset loihi:[0-9]+: core\\..*: unknown key(.|\n)*"));
}

std::string all_names() {
    std::string names;
    for (const std::string& name : preset_names()) {
        names += (names.empty() ? "" : ", ") + name;
    }
    return names;
}

TEST(Presets, AnUnknownNameGetsTheNearest) {
    EXPECT_EQ(config_error([] { load_preset("loihi_fited", "."); }),
              "preset: \"loihi_fited\" is neither a preset nor a file ending in .yaml\n"
              "  hint: did you mean loihi_fitted? presets: " +
                  all_names());
    EXPECT_THAT(config_error([] { load_preset("", "."); }),
                HasSubstr("hint: presets: " + all_names()));
}

TEST(Presets, AFileIsRelativeToTheGivenDirectory) {
    const auto directory = fresh_directory();
    write_file(directory / "mine.yaml", "chip: {core_type: mine}\n");
    EXPECT_EQ(load_preset("mine.yaml", directory).text_at("chip.core_type"), "mine");
    EXPECT_EQ(
        load_preset((directory / "mine.yaml").string(), "/elsewhere").text_at("chip.core_type"),
        "mine");
    EXPECT_THAT(config_error([&] { load_preset("no.yaml", directory); }),
                HasSubstr("cannot be read: No such file or directory"));
}

TEST(ChipSchema, TimingHasThreeChoices) {
    ConfigTree tree = load_preset("loihi", ".");
    tree.set("noc.timing=exact");
    EXPECT_EQ(config_error([&] { tree.resolve(schema_with_core()); }),
              "--set: noc.timing: \"exact\" is not one of: loosely_timed, approximately_timed, "
              "cycle_accurate");
}

TEST(ChipSchema, AMeshHasTiles) {
    ConfigTree tree = load_preset("loihi", ".");
    tree.set("chip.mesh.width=0");
    EXPECT_EQ(config_error([&] { tree.resolve(schema_with_core()); }),
              "--set: chip.mesh.width: 0 is below the minimum 1");
}

TEST(ChipSchema, EveryParameterIsDescribed) {
    for (const ParameterDescriptor& descriptor : chip_schema()) {
        EXPECT_GE(descriptor.description.size(), 10U) << descriptor.path;
    }
}

}  // namespace
}  // namespace cortile
