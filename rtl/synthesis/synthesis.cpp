// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/synthesis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <sstream>

#include "cores/datapath/conformance.h"
#include "cores/datapath/lockstep_datapath.h"
#include "cores/datapath/operations.h"
#include "cores/datapath/stimulus.h"
#include "hw_model/base/error.h"
#include "hw_model/base/external_program.h"
#include "hw_model/base/text_file.h"
#include "rtl/synthesis/port_replay.h"
#include "rtl/synthesis/saif.h"
#include "rtl/synthesis/sdf.h"
#include "rtl/synthesis/workload_operations.h"
#include "rtl/synthesis/yosys_mapping.h"
#include "rtl/verilated/verilated_datapath.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;

void write_text(const fs::path& file, const std::string& text) {
    write_text_file(file, text, "--out names another folder");
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

// The Debian package that a file is of, with its version; empty: none.
std::string package_of(const fs::path& file) {
    if (!find_program("dpkg-query")) {
        return "";
    }
    const ProgramEnd owner = run_program({"dpkg-query", "-S", file.string()}, "/");
    const std::string package = owner.output.substr(0, owner.output.find(':'));
    if (owner.exit_code != 0 || package.find_first_of(" \n") != std::string::npos) {
        return "";
    }
    const ProgramEnd version =
        run_program({"dpkg-query", "-W", "-f", "${Package} ${Version}", package}, "/");
    return version.exit_code == 0 ? first_line(version.output) : "";
}

std::string version_of(const LibertyLibrary& library, const fs::path& file) {
    std::string text;
    const auto add = [&](const std::string& part) {
        text += (text.empty() || part.empty() ? "" : ", ") + part;
    };
    add(library.revision.empty() ? "" : "revision " + library.revision);
    add(library.date.empty() ? "" : "dated " + library.date);
    add(package_of(file));
    return text.empty() ? "without version or date" : text;
}

class Flow {
  public:
    Flow(const DatapathDescription& description, const SynthesisOptions& options)
        : d_(description),
          options_(options),
          library_(read_library()),
          reference_(description.reference()),
          words_(description.contract.operand_words()) {}

    SynthesisResult run();

  private:
    LibertyLibrary read_library() const;
    void say(const std::string& what) const {
        if (options_.progress) {
            options_.progress(what);
        }
    }
    void map();
    void analyse_timing();
    void check_netlist();
    Femtoseconds input_delay() const;
    void measure(const Operations& rows, const CostKey* key);
    std::unique_ptr<VerilatedDatapath> implementation() const;
    fs::path in(const char* file) const { return options_.folder / file; }

    const DatapathDescription& d_;
    const SynthesisOptions& options_;
    LibertyLibrary library_;
    std::unique_ptr<NeuronDatapath> reference_;
    std::size_t words_;
    MappedNetlist mapped_;
    DatapathDescription mapped_description_;
    GateNetlist netlist_;
    TimingAnswers timing_;
    GateDelays delays_;
    SynthesisResult result_;
};

LibertyLibrary Flow::read_library() const {
    std::error_code error;
    if (!fs::exists(options_.liberty, error) && options_.liberty == kDefaultLiberty) {
        throw ConfigError(options_.liberty.string(), "is not there",
                          "apt install qflow-tech-osu018, or name another Liberty file with "
                          "--liberty");
    }
    return read_liberty_library(options_.liberty);
}

void Flow::map() {
    say("mapping to cells (yosys)");
    const double period = d_.frequency > 0 ? 1 / d_.frequency : 0;
    mapped_ = map_to_cells(d_, library_, {fs::absolute(options_.liberty), options_.folder, period});
    mapped_description_ = description_of(d_, mapped_);
    netlist_ = netlist_from_json(read_text_file(mapped_.json), d_.top, library_, d_.file.string());
    result_.area = netlist_.area();
    result_.leakage = netlist_.leakage();
    result_.cells = netlist_.cells_by_type();
    result_.cell_count = static_cast<std::uint32_t>(netlist_.cells.size());
    result_.states = netlist_.states();
    result_.nets = netlist_.nets.size() - 2;
    result_.dropped_ports = mapped_.dropped;
}

void Flow::analyse_timing() {
    say("delays (OpenSTA)");
    const LibertyCell& driver = smallest_flip_flop(library_);
    std::string driver_pin;
    for (const LibertyPin& pin : driver.pins) {
        driver_pin = pin.output && driver_pin.empty() ? pin.name : driver_pin;
    }
    result_.wanted_period = d_.frequency > 0 ? 1 / d_.frequency : 0;
    const TimingQuestion question{fs::absolute(options_.liberty).string(),
                                  mapped_.verilog.string(),
                                  d_.top,
                                  d_.clock,
                                  result_.wanted_period > 0 ? result_.wanted_period : 10e-9,
                                  driver.name,
                                  driver_pin,
                                  options_.clock_slew,
                                  in("timing.txt").string(),
                                  in("netlist.sdf").string()};
    write_text(in("timing.tcl"), timing_script(question));
    fs::remove(in("timing.txt"));
    const ProgramEnd end =
        run_program({"sta", "-no_splash", "-exit", in("timing.tcl").string()}, options_.folder);
    write_text(in("timing.log"), end.output);
    if (end.output.find("cortile: answered") == std::string::npos) {
        throw ConfigError(d_.file.string(), "OpenSTA cannot analyse the netlist:\n" + end.output);
    }
    timing_ = parse_timing_answers(read_text_file(in("timing.txt")), in("timing.txt").string());
    delays_ = parse_sdf(read_text_file(in("netlist.sdf")), in("netlist.sdf").string());
    result_.least_period = timing_.least_period;
    result_.slowest_start = timing_.start;
    result_.slowest_end = timing_.end;
    result_.period = result_.wanted_period;
    if (result_.wanted_period == 0 || timing_.slack < 0) {
        // Up to three digits of frequency, rounded down.
        const double fastest = 1 / std::max(timing_.least_period, 1e-12);
        const double digit = std::pow(10.0, std::floor(std::log10(fastest)) - 2);
        result_.period = 1 / (std::floor(fastest / digit) * digit);
    }
}

std::unique_ptr<VerilatedDatapath> Flow::implementation() const {
    LibraryOptions options;
    options.harness.observe = true;
    options.netlist = {mapped_.verilog, mapped_.cells};
    options.build_quickly = true;
    return std::make_unique<VerilatedDatapath>(
        mapped_description_, DatapathLibrary::build(mapped_description_, options));
}

void Flow::check_netlist() {
    say("the netlist against the reference (Verilator)");
    const auto netlist = implementation();
    ConformanceOptions options;
    options.seed = options_.seed;
    options.random_operations = options_.check_operations;
    for (const ConformanceCheck& check : run_conformance(*d_.semantics, *reference_, *netlist,
                                                         {d_.state_inside, d_.contract}, options)) {
        if (check.failure) {
            throw DatapathMismatch(*check.failure);
        }
        result_.checked_operations += check.operations;
    }
}

// What registers that drive the inputs would take, as those of the netlist do on average.
Femtoseconds Flow::input_delay() const {
    Femtoseconds sum = 0, paths = 0;
    for (const GateNetlist::Cell& cell : netlist_.cells) {
        for (const unsigned input :
             cell.type->state ? cell.type->inputs : std::vector<unsigned>()) {
            for (const LibertyPin& pin : cell.type->pins) {
                const auto found = delays_.find({cell.name, cell.type->pins[input].name, pin.name});
                if (found != delays_.end()) {
                    sum += (found->second.rise + found->second.fall) / 2;
                    ++paths;
                }
            }
        }
    }
    return paths > 0 ? sum / paths : 0;
}

void Flow::measure(const Operations& chosen_rows, const CostKey* key) {
    Operations rows = chosen_rows;
    if (rows.size() < 2 * kWarmUpOperations * words_) {
        return;  // too few to say anything
    }
    if (d_.state_inside) {
        std::vector<std::int64_t> state = initial_state(d_.contract);
        chain_operations(*reference_, rows, state);
    }
    GateSimulation simulation(netlist_, delays_);
    PortReplay replay(
        netlist_, simulation,
        {d_.clock, d_.rising_edge, static_cast<Femtoseconds>(std::llround(result_.period * 1e15)),
         input_delay()});
    const auto implementation_pointer = implementation();
    VerilatedDatapath& netlist = *implementation_pointer;
    netlist.observe([&](const std::uint32_t* ports) { replay.observe(ports); });
    netlist.reset();
    const std::span<const std::int64_t> all(rows);
    const std::size_t warm = kWarmUpOperations * words_, width = d_.contract.result_words();
    std::vector<std::int64_t> expected(rows.size() / words_ * width), got(expected.size());
    reference_->run(all, expected);
    got = expected;  // results that the RTL does not show stay as they are
    netlist.run(all.first(warm), std::span(got).first(kWarmUpOperations * width));
    replay.start_counting();
    netlist.run(all.subspan(warm), std::span(got).subspan(kWarmUpOperations * width));
    replay.finish();
    netlist.observe({});
    if (const auto difference = first_difference(d_.contract, expected, got)) {
        throw DatapathMismatch(*difference);
    }
    if (!replay.difference().empty()) {
        throw CosimMismatch(fmt::format(
            "{}: {}; the netlist does not settle within {:.4g} ns, or Verilator and the gate "
            "simulation disagree",
            d_.name, replay.difference(), result_.period * 1e9));
    }

    const GateActivity activity = simulation.activity();
    ActivityResult measured;
    measured.which = key == nullptr || key->output.empty()
                         ? "all"
                         : fmt::format("{} = {}", key->output, key->value);
    measured.output = key == nullptr ? "" : key->output;
    measured.value = key == nullptr ? 0 : key->value;
    measured.operations = rows.size() / words_ - kWarmUpOperations;
    measured.clocks = activity.cycles;
    measured.toggles =
        std::accumulate(activity.toggles.begin(), activity.toggles.end(), std::uint64_t{0});
    measured.functional_toggles =
        std::accumulate(activity.functional.begin(), activity.functional.end(), std::uint64_t{0});
    measured.energy =
        gate_energy(netlist_, activity, netlist_.loads(), timing_.slews, library_.voltage);
    if (result_.activities.empty()) {
        write_text(in("activity.saif"), to_saif(netlist_, activity, "cortile synth"));
    }
    result_.activities.push_back(std::move(measured));
}

SynthesisResult Flow::run() {
    result_.datapath = d_.name;
    result_.semantics = d_.semantics->name();
    result_.library = library_.name;
    result_.library_file = options_.liberty.string();
    result_.library_version = version_of(library_, options_.liberty);
    result_.corner = library_.corner;
    result_.process = library_.process;
    result_.voltage = library_.voltage;
    result_.temperature = library_.temperature;
    result_.yosys = first_line(run_program({"yosys", "-V"}, "/").output);
    result_.sta = "OpenSTA " + first_line(run_program({"sta", "-version"}, "/").output);
    result_.cost_keys = d_.semantics->cost_keys(d_.contract);
    map();
    analyse_timing();
    check_netlist();

    result_.recorded = !options_.operations.empty();
    result_.recording = options_.operations.filename().string();
    const Operations all = workload_operations(
        d_, *reference_, {options_.operations, options_.activity_operations, options_.seed});
    result_.recorded_operations = result_.recorded ? all.size() / words_ : 0;
    say("toggles of the workload");
    const auto rows = [&](const CostKey* key) {
        return choose_operations(d_, *reference_, all, key, options_.activity_operations);
    };
    measure(rows(nullptr), nullptr);
    for (const CostKey& key : result_.cost_keys) {
        // RTL that keeps its state cannot be given operations out of their order.
        if (!key.output.empty() && !d_.state_inside) {
            measure(rows(&key), &key);
        }
    }
    return std::move(result_);
}

}  // namespace

std::string missing_synthesis_tools() {
    for (const auto& [tool, package] : {std::pair("yosys", "yosys"), std::pair("sta", "opensta")}) {
        if (!find_program(tool)) {
            return fmt::format("cortile synth is off: {} is not installed (apt install {})", tool,
                               package);
        }
    }
    return missing_rtl_tools();
}

const ActivityResult& SynthesisResult::activity_of(const CostKey& key) const {
    for (const ActivityResult& activity : activities) {
        if (!key.output.empty() && activity.output == key.output && activity.value == key.value) {
            return activity;
        }
    }
    return activities.at(0);
}

SynthesisResult synthesize(const DatapathDescription& description,
                           const SynthesisOptions& options) {
    if (const std::string missing = missing_synthesis_tools(); !missing.empty()) {
        throw ConfigError(description.file.string(), missing);
    }
    return Flow(description, options).run();
}

}  // namespace cortile
