// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/cost_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiment/experiment.h"
#include "testbench/support/experiment_runner.h"

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ActivityResult activity(const std::string& output, std::int64_t value, double picojoules) {
    ActivityResult a;
    a.which = output.empty() ? "all" : output + " = " + std::to_string(value);
    a.output = output;
    a.value = value;
    a.operations = 1000;
    a.clocks = 1010;
    a.toggles = 5000;
    a.functional_toggles = 4000;
    a.energy.logic_internal = 0.75 * picojoules * 1e-12 * 1000;
    a.energy.logic_switching = 0.25 * picojoules * 1e-12 * 1000;
    return a;
}

SynthesisResult result() {
    SynthesisResult r;
    r.datapath = "my_lif";
    r.semantics = "loihi_cuba_lif";
    r.library = "lib018";
    r.library_file = "/somewhere/lib018.lib";
    r.library_version = "revision 3";
    r.corner = "typical";
    r.voltage = 1.8;
    r.temperature = 25;
    r.yosys = "Yosys 0.23";
    r.sta = "OpenSTA 2.0.17";
    r.area = 123.5;
    r.leakage = 4.5e-7;
    r.cells = {{"INV", 7}, {"DFF", 3}};
    r.cell_count = 10;
    r.states = 3;
    r.nets = 20;
    r.wanted_period = r.period = 10e-9;
    r.least_period = 8e-9;
    r.checked_operations = 20000;
    r.recorded = true;
    r.recording = "run.csv";
    r.recorded_operations = 9000;
    r.activities = {activity("", 0, 200), activity("active", 1, 248.12345),
                    activity("active", 0, 90)};
    r.cost_keys = {{"core.energy.neuron_update_active", "active", 1},
                   {"core.energy.neuron_update_inactive", "active", 0}};
    return r;
}

class CostTable : public testing::Test {
  protected:
    Experiment load(const std::string& table, const std::string& more = "",
                    ForeignKeys foreign = ForeignKeys::error) {
        folder.write("costs.yaml", table);
        return load_experiment(
            folder.write("experiment.yaml",
                         "costs: [costs.yaml]\nnetwork: {generate: {neurons: 8}}\n"
                         "stimulus: {kind: silent}\n" +
                             more),
            {}, foreign);
    }
    std::string error_of(const std::string& table, const std::string& more = "") {
        try {
            load(table, more);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "no error";
    }

    test::TestFolder folder;
};

TEST_F(CostTable, TakesThePlaceOfThePresetsConstants) {
    const Parameters p = load(cost_table_yaml(result())).parameters;
    EXPECT_DOUBLE_EQ(p.energy("core.energy.neuron_update_active"), 248.1e-12);
    EXPECT_DOUBLE_EQ(p.energy("core.energy.neuron_update_inactive"), 90e-12);
    const Citation& citation = p.citation("core.energy.neuron_update_active");
    EXPECT_EQ(citation.grade, Grade::simulated);
    EXPECT_THAT(citation.source, HasSubstr("datapath my_lif"));
    EXPECT_THAT(citation.source, HasSubstr("lib018 (typical, 1.8 V, 25 degC; revision 3)"));
    EXPECT_THAT(citation.source, HasSubstr("1000 of the 9000 operations recorded in run.csv with "
                                           "active = 1 at 100 MHz"));
    // What the table does not tell stays the preset's.
    EXPECT_THAT(p.citation("core.energy.synaptic_operation").source, HasSubstr("Davies"));
}

TEST_F(CostTable, GivesWayToTheExperimentItself) {
    const Parameters p =
        load(
            cost_table_yaml(result()),
            "core: {energy: {neuron_update_active: {value: 5 pJ, source: mine, grade: assumed}}}\n")
            .parameters;
    EXPECT_DOUBLE_EQ(p.energy("core.energy.neuron_update_active"), 5e-12);
    EXPECT_DOUBLE_EQ(p.energy("core.energy.neuron_update_inactive"), 90e-12);
}

TEST_F(CostTable, StatesWhatWasMeasuredOfWhatAndHow) {
    const ConfigTree table = ConfigTree::from_text(cost_table_yaml(result()), "table", ".");
    const auto fact = [&](const std::string& path) {
        return table.text_at("cost_table." + path).value_or("none");
    };
    EXPECT_EQ(fact("grade"), "simulated");
    EXPECT_EQ(fact("area"), "123.5");
    EXPECT_EQ(fact("leakage_power"), "450 nW");
    EXPECT_EQ(fact("cells"), "10");
    EXPECT_EQ(fact("flip_flops"), "3");
    EXPECT_EQ(fact("cells_by_kind.INV"), "7");
    EXPECT_EQ(fact("voltage"), "1.8 V");
    EXPECT_EQ(fact("temperature"), "25 degC");
    EXPECT_EQ(fact("corner"), "typical");
    EXPECT_EQ(fact("clock"), "100 MHz");
    EXPECT_EQ(fact("clock_met"), "true");
    EXPECT_EQ(fact("fmax"), "125 MHz");
    EXPECT_EQ(fact("shortest_period"), "8 ns");
    EXPECT_EQ(fact("library_version"), "revision 3");
    EXPECT_EQ(fact("activity"), "recorded");
    EXPECT_EQ(fact("operations_all.operations"), "1000");
    EXPECT_EQ(fact("operations_all.toggles_per_operation"), "5");
    EXPECT_EQ(fact("operations_all.glitches_of_toggles"), "0.2");
    EXPECT_EQ(fact("operations_all.energy_per_operation.total"), "200 pJ");
    EXPECT_EQ(fact("operations_all.energy_per_operation.internal"), "150 pJ");
    EXPECT_EQ(fact("operations_active_1.energy_per_operation.switching"), "62.03 pJ");
}

TEST_F(CostTable, SaysSoWhereTheStimulusWasRandomOrTheClockTooFast) {
    SynthesisResult r = result();
    r.recorded = false;
    r.wanted_period = 5e-9;
    const std::string text = cost_table_yaml(r);
    EXPECT_THAT(text, HasSubstr("RANDOM operations with active = 1, no recording was given"));
    EXPECT_THAT(text, HasSubstr("clock_met: false"));
    EXPECT_THAT(text, HasSubstr("clock_wanted: 200 MHz"));
    EXPECT_THAT(synthesis_text(r), HasSubstr("100 MHz - NOT the 200 MHz of datapath.yaml"));
    EXPECT_THAT(synthesis_text(r), HasSubstr("RANDOM operations"));
}

TEST_F(CostTable, UsesTheMixWhereKindsOfOperationsCannotBeToldApart) {
    SynthesisResult r = result();
    r.activities.resize(1);
    const Parameters p = load(cost_table_yaml(r)).parameters;
    EXPECT_DOUBLE_EQ(p.energy("core.energy.neuron_update_active"), 200e-12);
    EXPECT_DOUBLE_EQ(p.energy("core.energy.neuron_update_inactive"), 200e-12);
}

TEST_F(CostTable, SharesAnOperationAmongItsEvents) {
    SynthesisResult r = result();
    r.cost_keys = {{"core.energy.neuron_update_active", "", 0, 16}};
    const Parameters p = load(cost_table_yaml(r)).parameters;
    EXPECT_DOUBLE_EQ(p.energy("core.energy.neuron_update_active"), 12.5e-12);
    EXPECT_THAT(p.citation("core.energy.neuron_update_active").source,
                HasSubstr("One operation is 16 events"));
}

TEST_F(CostTable, OfAnotherDatapathIsRefusedOrLeftOut) {
    SynthesisResult r = result();
    r.semantics = "another";
    EXPECT_THAT(error_of(cost_table_yaml(r)),
                HasSubstr("costs of a datapath 'another', which cores of type"));
    const Experiment experiment = load(cost_table_yaml(r), "", ForeignKeys::unused);
    EXPECT_THAT(experiment.unused_keys, ElementsAre("costs"));
    EXPECT_DOUBLE_EQ(experiment.parameters.energy("core.energy.neuron_update_active"), 81e-12);
}

TEST_F(CostTable, HoldsCostsAndNothingElse) {
    EXPECT_THAT(error_of("core: {energy: {neuron_update_active: {value: 1 pJ, source: s, grade: "
                         "assumed}}}\nrun: {drain: 2}\n"),
                HasSubstr("a cost table cannot hold 'run'"));
    EXPECT_THAT(error_of("cost_table: {semantics: x}\n"), HasSubstr("holds no costs of a chip"));
    EXPECT_THAT(error_of("core: {energy: {neuron_update_actve: {value: 1 pJ, source: s, grade: "
                         "assumed}}}\n"),
                HasSubstr("costs.yaml:1"));
}

}  // namespace
}  // namespace cortile
