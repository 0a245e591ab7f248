// SPDX-License-Identifier: Apache-2.0
// The bill of a run equals the arithmetic of the published table: counts times the constants of the
// preset loihi, as loaded from its YAML, against sums worked out by hand from
//   Davies et al., IEEE Micro 38(1), 2018, Table 2 (pJ per event):
//     synaptic operation 23.6, neuron update active 81 / inactive 52, hop E-W 3.0 / N-S 4.0,
//     within-tile spike 1.7
//   Frady et al., NICE 2020: static 3.34 W / 32 chips = 104.4 mW.
// It proves the bookkeeping, not that the constants predict a chip.
#include <gtest/gtest.h>

#include "hw_model/config/chip_schema.h"
#include "hw_model/energy/ledger.h"

namespace cortile {
namespace {

constexpr const char* kCoreEvents[] = {"axon_in",
                                       "synaptic_operation",
                                       "neuron_update_inactive",
                                       "neuron_update_active",
                                       "neuron_spike",
                                       "axon_out"};
constexpr const char* kCoreComponents[] = {"axon", "synapse", "soma", "soma", "soma", "axon"};

enum Event : std::size_t {
    kAxonIn,
    kSynapticOperation,
    kInactive,
    kActive,
    kSpike,
    kAxonOut,
    kHopX,
    kHopY,
    kLocal,
};

Parameters loihi() {
    using enum ParameterType;
    ParameterSchema schema = chip_schema();
    for (const char* name : {"neurons", "input_axons", "output_axons", "fan_in", "max_delay",
                             "weight_bits", "refractory"}) {
        schema.push_back({std::string("core.") + name, integer, std::nullopt, name});
    }
    schema.push_back({"core.synapse_memory", information, std::nullopt, "memory"});
    schema.push_back({"core.voltage_readout", text, std::nullopt, "readout"});
    for (const std::string event : kCoreEvents) {
        schema.push_back({"core.timing." + event, time, std::nullopt, event, true});
        schema.push_back({"core.energy." + event, energy, std::nullopt, event, true});
    }
    // Of learning, which is not billed here.
    schema.push_back({"core.timing.synaptic_update", time, std::nullopt, "learning", true});
    schema.push_back({"core.energy.synaptic_update", energy, std::nullopt, "learning", true});
    return load_preset("loihi", ".").resolve(schema);
}

EnergyLedger loihi_ledger() {
    const Parameters parameters = loihi();
    std::vector<EnergyEvent> events;
    for (std::size_t i = 0; i < std::size(kCoreEvents); ++i) {
        const std::string path = std::string("core.energy.") + kCoreEvents[i];
        events.push_back({kCoreComponents[i], kCoreEvents[i], parameters.energy(path),
                          parameters.citation(path)});
    }
    for (const std::string name : {"hop_x", "hop_y", "local"}) {
        const std::string path = "noc." + name + "_energy";
        events.push_back({"router", name, parameters.energy(path), parameters.citation(path)});
    }
    return {{"core 0", "core 1", "tile 0"},
            events,
            {{"chip", "static", parameters.power("chip.static_power"),
              parameters.citation("chip.static_power")}}};
}

constexpr double kPicojoule = 1e-12;

// Of a sum of a few terms, each of which is rounded once.
constexpr double kRounding = 1e-15;

void expect_joules(double actual, double expected) {
    EXPECT_NEAR(actual, expected, kRounding * expected);
}

TEST(PublishedBill, OneOfEachEventCostsItsConstant) {
    const double picojoules[] = {0, 23.6, 52, 81, 0, 0, 3.0, 4.0, 1.7};
    for (std::size_t event = 0; event < std::size(picojoules); ++event) {
        EnergyLedger ledger = loihi_ledger();
        ledger.add(0, event, 1);
        expect_joules(ledger.total_joules(), picojoules[event] * kPicojoule);
    }
}

TEST(PublishedBill, AWorkloadCostsCountsTimesConstants) {
    EnergyLedger ledger = loihi_ledger();
    ledger.add(0, kAxonIn, 40);
    ledger.add(0, kSynapticOperation, 600);
    ledger.add(1, kSynapticOperation, 400);
    ledger.add(0, kInactive, 900);
    ledger.add(0, kActive, 124);
    ledger.add(0, kSpike, 10);
    ledger.add(0, kAxonOut, 30);
    ledger.add(2, kHopX, 70);
    ledger.add(2, kHopY, 50);
    ledger.add(2, kLocal, 30);
    // 1000 * 23.6 = 23600; 900 * 52 = 46800; 124 * 81 = 10044;
    // 70 * 3.0 = 210; 50 * 4.0 = 200; 30 * 1.7 = 51; together 80905 pJ.
    expect_joules(ledger.dynamic_joules(), 80905 * kPicojoule);
    const auto by_component = ledger.joules_by_component();
    expect_joules(by_component.at("synapse"), 23600 * kPicojoule);
    expect_joules(by_component.at("soma"), 56844 * kPicojoule);
    expect_joules(by_component.at("router"), 461 * kPicojoule);
    EXPECT_EQ(by_component.at("axon"), 0);
}

TEST(PublishedBill, AnIdleTickOfAllNeuronsIsSixMicrojoules) {
    EnergyLedger ledger = loihi_ledger();
    ledger.add(0, kInactive, 131'072);
    // 131072 * 52 pJ = 6815744 pJ.
    expect_joules(ledger.dynamic_joules(), 6815744 * kPicojoule);
}

TEST(PublishedBill, StaticPowerRunsForTheModelledTime) {
    EnergyLedger ledger = loihi_ledger();
    ledger.set_modelled_seconds(10e-6);
    // 104.4 mW * 10 us = 1.044 uJ.
    expect_joules(ledger.static_joules(), 1.044e-6);
    expect_joules(ledger.joules_by_component().at("chip"), 1.044e-6);
}

TEST(PublishedBill, GradesSumToTheTotal) {
    EnergyLedger ledger = loihi_ledger();
    ledger.add(0, kSynapticOperation, 1'000'003);
    ledger.add(1, kActive, 77'777);
    ledger.add(1, kSpike, 12'345);
    ledger.add(2, kHopY, 4'321);
    ledger.set_modelled_seconds(123.456e-6);
    double sum = 0;
    for (const auto& [grade, joules] : ledger.joules_by_grade()) {
        sum += joules;
    }
    expect_joules(sum, ledger.total_joules());
    double shares = 0;
    for (const auto& [grade, share] : ledger.share_by_grade()) {
        shares += share;
    }
    EXPECT_NEAR(shares, 1.0, kRounding);
    // All dynamic constants with a price are simulated, static power is derived from a measurement.
    expect_joules(ledger.joules_by_grade().at(Grade::simulated), ledger.dynamic_joules());
    expect_joules(ledger.joules_by_grade().at(Grade::derived), ledger.static_joules());
    EXPECT_EQ(ledger.joules_by_grade().at(Grade::assumed), 0);
}

}  // namespace
}  // namespace cortile
