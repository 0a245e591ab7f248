// SPDX-License-Identifier: Apache-2.0
// RTL to energy with the tools themselves: yosys, OpenSTA, Verilator, and the cells of Debian's
// qflow-tech-osu018. Without them these tests are skipped, in one line.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "hw_model/base/external_program.h"
#include "hw_model/config/parameters.h"
#include "rtl/synthesis/cost_table.h"
#include "rtl/synthesis/yosys_mapping.h"
#include "testbench/support/experiment_runner.h"

namespace cortile {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kDatapath = fs::path(CORTILE_SOURCE_DIR) / "rtl/neuron_datapath/cuba_lif";

std::string read_text(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    return content.str();
}

class Synth : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string missing = missing_synthesis_tools(); !missing.empty()) {
            GTEST_SKIP() << missing;
        }
        if (!fs::exists(kDefaultLiberty)) {
            GTEST_SKIP() << "cortile synth is off: " << kDefaultLiberty
                         << " is not there (apt install qflow-tech-osu018)";
        }
    }

    // The Loihi datapath at widths that build in seconds, in a folder of its own.
    DatapathDescription small_datapath(const std::string& name, const std::string& clock = "50 MHz",
                                       const std::string& find = "",
                                       const std::string& replace = "") {
        fs::create_directories(folder.path() / name);
        std::string source = read_text(kDatapath / "cuba_lif.sv");
        if (!find.empty()) {
            EXPECT_NE(source.find(find), std::string::npos);
            source.replace(source.find(find), find.size(), replace);
        }
        folder.write(name + "/cuba_lif.sv", source);
        folder.write(name + "/datapath_pipeline.sv",
                     read_text(kDatapath / "../../contract/datapath_pipeline.sv"));
        return read_datapath(folder.write(
            name + "/datapath.yaml",
            "name: small\ntop: cuba_lif\nsources: [datapath_pipeline.sv, cuba_lif.sv]\n"
            "interface: contract\nclock: {frequency: " +
                clock +
                "}\n"
                "parameters: {STATE_WIDTH: 8, DECAY_WIDTH: 4, INPUT_WIDTH: 5, INPUT_SHIFT: 2, "
                "BIAS_WIDTH: 6, THRESHOLD_WIDTH: 7, REFRACTORY_WIDTH: 3}\n"
                "timing: {style: pipelined, latency: 3, initiation_interval: 1}\n"
                "reference: {semantics: loihi_cuba_lif, state_width: 8, decay_width: 4, "
                "input_width: 5, input_shift: 2, bias_width: 6, threshold_width: 7, "
                "refractory_width: 3}\n"));
    }

    SynthesisOptions options(const std::string& name) {
        SynthesisOptions result;
        result.folder = folder.path() / name;
        fs::create_directories(result.folder);
        result.activity_operations = 500;
        result.check_operations = 2000;
        return result;
    }

    test::TestFolder folder;
};

TEST_F(Synth, GivesACostTableThatAnExperimentTakes) {
    const SynthesisResult r = synthesize(small_datapath("a"), options("a_out"));
    EXPECT_GT(r.checked_operations, 2000u);
    EXPECT_EQ(r.dropped_ports.size(), 18u);  // of the retire channel
    EXPECT_TRUE(r.meets_clock());
    EXPECT_LT(r.least_period, 20e-9);
    EXPECT_GT(r.least_period, 1e-9);
    EXPECT_THAT(r.library_version, HasSubstr("qflow-tech-osu018"));

    ASSERT_EQ(r.activities.size(), 3u);  // all, active, inactive
    for (const ActivityResult& a : r.activities) {
        EXPECT_GE(a.operations, 64u);
        // An operation a clock, but for the last ones' way through the pipeline.
        EXPECT_NEAR(static_cast<double>(a.clocks), static_cast<double>(a.operations), 5);
        EXPECT_LE(a.functional_toggles, a.toggles);
        const GateEnergy& e = a.energy;
        EXPECT_DOUBLE_EQ(e.total(), e.internal() + e.switching());
        EXPECT_NEAR(e.total(),
                    e.clock_internal + e.clock_switching + e.register_internal +
                        e.register_switching + e.logic_internal + e.logic_switching +
                        e.input_switching,
                    1e-9 * e.total());
        EXPECT_LT(e.glitch_switching, e.switching());
        // Of a datapath of some hundred cells at 180 nm: picojoules to some hundred.
        EXPECT_GT(a.per_operation(e.total()), 5e-12);
        EXPECT_LT(a.per_operation(e.total()), 200e-12);
    }
    // The clock costs the same whatever the operations are.
    EXPECT_NEAR(r.activities[1].per_operation(r.activities[1].energy.clock_internal) /
                    r.activities[2].per_operation(r.activities[2].energy.clock_internal),
                1, 0.05);
    EXPECT_GT(r.activities[1].per_operation(r.activities[1].energy.logic_switching),
              r.activities[2].per_operation(r.activities[2].energy.logic_switching));
    EXPECT_THAT(read_text(folder.path() / "a_out/activity.saif"), HasSubstr("(SAIFILE"));
    // yosys's own sum.
    EXPECT_THAT(read_text(folder.path() / "a_out/map.log"),
                HasSubstr(fmt::format("{:.6f}", r.area)));
    const ConfigTree table = ConfigTree::from_text(cost_table_yaml(r), "table", ".");
    EXPECT_TRUE(table.text_at("core.energy.neuron_update_active.value"));
}

TEST_F(Synth, FindsThatANetlistDoesNotComputeItsReference) {
    const DatapathDescription buggy =
        small_datapath("bug", "50 MHz", "v_next1[W-2:0]} > {{W", "v_next1[W-2:0]} >= {{W");
    EXPECT_THROW(synthesize(buggy, options("bug_out")), DatapathMismatch);
}

TEST_F(Synth, UsesTheClockThatIsMetAndSaysSo) {
    const SynthesisResult r = synthesize(small_datapath("fast", "2 GHz"), options("fast_out"));
    EXPECT_FALSE(r.meets_clock());
    EXPECT_GE(r.period, r.least_period);
    EXPECT_LT(r.period, 1.02 * r.least_period);
    EXPECT_THAT(synthesis_text(r), HasSubstr("NOT the 2 GHz of datapath.yaml"));
}

TEST_F(Synth, TakesFallingEdgesAndStateInside) {
    const SynthesisResult r = synthesize(
        read_datapath(fs::path(CORTILE_SOURCE_DIR) / "examples/rtl/negedge_lif"), options("n_out"));
    EXPECT_GT(r.checked_operations, 2000u);
    ASSERT_EQ(r.activities.size(), 1u);
    EXPECT_GT(r.activities[0].energy.register_switching, 0);
    EXPECT_THAT(cost_table_yaml(r), testing::Not(HasSubstr("core:")));  // no core type has it
}

TEST_F(Synth, RefusesARecordingThatIsTooShort) {
    const DatapathDescription d = small_datapath("short");
    SynthesisOptions o = options("short_out");
    o.operations = folder.write("short.csv",
                                "u,v,hold,input,du,dv,bias,threshold,refractory,"
                                "spike_enable\n0,0,0,0,0,0,0,0,1,1\n");
    try {
        synthesize(d, o);
        ADD_FAILURE() << "no error";
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), HasSubstr("holds 1 operations; an activity needs 128"));
    }
}

// What OpenSTA makes of an activity that is the same everywhere: the sum of what it prints as
// switching and leakage power must be ours. Its internal power of 2.0.17 is no measure
// (docs/decisions/0013_energy_of_gates_with_delays.md).
TEST_F(Synth, AgreesWithOpenStaWhereThatIsRight) {
    const DatapathDescription d = small_datapath("sta");
    const LibertyLibrary library = read_liberty_library(kDefaultLiberty);
    const fs::path out = folder.path() / "sta_out";
    fs::create_directories(out);
    const MappedNetlist mapped = map_to_cells(d, library, {kDefaultLiberty, out, 20e-9});
    const GateNetlist netlist =
        netlist_from_json(read_text(mapped.json), d.top, library, "netlist.json");

    const std::string script = fmt::format(
        "read_liberty {{{}}}\nread_verilog {{{}}}\nlink_design {}\n"
        "create_clock -name c -period 20 [get_ports clk]\n"
        "set_input_transition 0.1 [get_ports clk]\n"
        // Gates that no clock reaches would have no power.
        "foreach port [all_inputs] {{\n"
        "    if {{[get_full_name $port] ne \"clk\"}} {{ set_input_delay 0 -clock c $port }}\n"
        "}}\n"
        "set_power_activity -global -activity 1.0 -duty 0.5\nreport_power -digits 6\n",
        kDefaultLiberty, mapped.verilog.string(), d.top);
    const ProgramEnd end = run_program(
        {"sta", "-no_splash", "-exit", folder.write("power.tcl", script).string()}, out);
    std::smatch total;
    ASSERT_TRUE(
        std::regex_search(end.output, total, std::regex(R"(\nTotal +(\S+) +(\S+) +(\S+) )")))
        << end.output;

    GateActivity activity;
    activity.toggles.assign(netlist.nets.size(), 1);
    activity.functional = activity.toggles;
    activity.high.assign(netlist.nets.size(), 0);
    std::size_t internal = 0;
    for (const GateNetlist::Cell& cell : netlist.cells) {
        for (const LibertyPin& pin : cell.type->pins) {
            internal += pin.internal.size();
        }
    }
    activity.internal.resize(internal);
    const GateEnergy energy = gate_energy(netlist, activity, netlist.loads(), {}, library.voltage);
    // A toggle of each net a period of 20 ns. Inputs are not on OpenSTA's bill.
    const double switching = (energy.register_switching + energy.logic_switching) / 20e-9;
    EXPECT_NEAR(std::stod(total[2]) / switching, 1, 0.01);
    EXPECT_NEAR(std::stod(total[3]) / energy.leakage_watts, 1, 1e-3);
}

}  // namespace
}  // namespace cortile
