// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/cost_table.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <vector>

#include "hw_model/base/error.h"
#include "hw_model/base/text_table.h"
#include "hw_model/base/units.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

namespace {

constexpr const char* kScope =
    "Cells and their pins only, in the library's process and at its voltage: no wires, no clock "
    "tree, no memory that holds the state";

// Four significant digits: the tables of a library promise no more.
double rounded(double value) {
    return std::strtod(fmt::format("{:.3e}", value).c_str(), nullptr);
}

std::string energy(double joules) {
    return format_energy(rounded(joules));
}

std::string nanoseconds(double seconds) {
    return fmt::format("{:.4g} ns", seconds * 1e9);
}

std::string percent(double part, double whole) {
    return whole > 0 ? fmt::format("{:.1f} %", 100 * part / whole) : std::string("-");
}

class Writer {
  public:
    explicit Writer(const SynthesisResult& result) : r_(result) {
        corner_ = fmt::format("{} ({}, {:g} V, {:g} degC; {})", r_.library,
                              r_.corner.empty() ? "nominal" : r_.corner, r_.voltage, r_.temperature,
                              r_.library_version);
    }

    std::string table();
    std::string workload(const ActivityResult& activity) const;

  private:
    void line(int depth, const std::string& text) {
        text_ += std::string(static_cast<std::size_t>(depth) * 2, ' ') + text + "\n";
    }
    void heading();
    void circuit();
    void activity(const ActivityResult& activity);
    void overlay();
    std::string energy_source(const ActivityResult& activity) const;

    const SynthesisResult& r_;
    std::string corner_, text_;
};

std::string Writer::workload(const ActivityResult& activity) const {
    const std::string condition =
        activity.output.empty() ? std::string() : " with " + activity.which;
    return r_.recorded
               ? fmt::format("{} of the {} operations recorded in {}{}", activity.operations,
                             r_.recorded_operations, r_.recording, condition)
               : fmt::format("{} RANDOM operations{}, no recording was given", activity.operations,
                             condition);
}

std::string Writer::energy_source(const ActivityResult& activity) const {
    return fmt::format(
        "cortile synth of datapath {}: cells of {} mapped by {}, toggles of {} at {} with glitches "
        "by the delays of {}. {}",
        r_.datapath, corner_, r_.yosys, workload(activity),
        format_frequency(rounded(1 / r_.period)), r_.sta, kScope);
}

void Writer::heading() {
    text_ +=
        "# What one operation of an RTL datapath costs, written by `cortile synth`. `costs: FILE` "
        "in an\n# experiment lays the sections below `cost_table` over its preset.\n";
    line(0, "cost_table:");
    const auto fact = [&](const char* key, const std::string& value) {
        line(1, fmt::format("{}: {}", key, yaml_quoted(value)));
    };
    line(1, "grade: simulated");
    fact("scope", kScope);
    fact("datapath", r_.datapath);
    fact("semantics", r_.semantics);
    fact("library", r_.library);
    fact("library_file", r_.library_file);
    fact("library_version", r_.library_version);
    fact("corner", r_.corner.empty() ? "nominal" : r_.corner);
    fact("mapped_by", r_.yosys);
    fact("timed_by", r_.sta);
    fact("activity", r_.recorded ? "recorded" : "random");
}

void Writer::circuit() {
    line(1, fmt::format("voltage: {:g} V", r_.voltage));
    line(1, fmt::format("temperature: {:g} degC", r_.temperature));
    line(1, "clock: " + format_frequency(rounded(1 / r_.period)));
    if (r_.wanted_period > 0) {
        line(1, "clock_wanted: " + format_frequency(rounded(1 / r_.wanted_period)));
    }
    line(1, fmt::format("clock_met: {}", r_.meets_clock()));
    line(1, "shortest_period: " + nanoseconds(r_.least_period));
    line(1, "fmax: " + format_frequency(rounded(1 / r_.least_period)));
    line(1, fmt::format("slowest_path: {{from: {}, to: {}}}", yaml_quoted(r_.slowest_start),
                        yaml_quoted(r_.slowest_end)));
    line(1, fmt::format("area: {:.10g}  # in the library's unit", r_.area));
    line(1, "leakage_power: " + format_power(rounded(r_.leakage)));
    line(1, fmt::format("checked_operations: {}", r_.checked_operations));
    line(1, fmt::format("cells: {}", r_.cell_count));
    line(1, fmt::format("flip_flops: {}", r_.states));
    line(1, "cells_by_kind:");
    for (const auto& [cell, count] : r_.cells) {
        line(2, fmt::format("{}: {}", cell, count));
    }
}

void Writer::activity(const ActivityResult& a) {
    const GateEnergy& e = a.energy;
    line(1, "operations_" +
                (a.output.empty() ? std::string("all") : fmt::format("{}_{}", a.output, a.value)) +
                ":");
    const auto ratio = [&](const char* key, std::uint64_t part, std::uint64_t whole) {
        line(2, fmt::format("{}: {:.4g}", key,
                            static_cast<double>(part) / static_cast<double>(whole)));
    };
    line(2, "workload: " + yaml_quoted(workload(a)));
    line(2, fmt::format("operations: {}", a.operations));
    ratio("clocks_per_operation", a.clocks, a.operations);
    ratio("toggles_per_operation", a.toggles, a.operations);
    ratio("toggles_per_net_and_clock", a.toggles, a.clocks * r_.nets);
    ratio("glitches_of_toggles", a.toggles - a.functional_toggles, a.toggles);
    line(2, "energy_per_operation:");
    const auto part = [&](const char* key, double joules) {
        line(3, fmt::format("{}: {}", key, energy(a.per_operation(joules))));
    };
    part("total", e.total());
    part("internal", e.internal());
    part("switching", e.switching());
    part("clock_internal", e.clock_internal);
    part("clock_switching", e.clock_switching);
    part("register_internal", e.register_internal);
    part("register_switching", e.register_switching);
    part("logic_internal", e.logic_internal);
    part("logic_switching", e.logic_switching);
    part("input_switching", e.input_switching);
    part("glitch_switching", e.glitch_switching);
}

// The sections of a chip that `costs` lays over it. Keys are "core.energy.NAME".
void Writer::overlay() {
    const std::string prefix = "core.energy.";
    if (!r_.cost_keys.empty()) {
        line(0, "core:");
        line(1, "energy:");
    }
    for (const CostKey& key : r_.cost_keys) {
        if (!key.energy.starts_with(prefix)) {
            throw ContractViolation("a cost key outside of " + prefix + ": " + key.energy);
        }
        const ActivityResult& a = r_.activity_of(key);
        line(2, key.energy.substr(prefix.size()) + ":");
        line(3, "value: " + energy(a.per_operation(a.energy.total()) / key.events));
        line(3,
             "source: " + yaml_quoted(energy_source(a) +
                                      (key.events > 1
                                           ? fmt::format(". One operation is {} events", key.events)
                                           : std::string())));
        line(3, "grade: simulated");
    }
}

std::string Writer::table() {
    heading();
    circuit();
    for (const ActivityResult& a : r_.activities) {
        activity(a);
    }
    overlay();
    return text_;
}

}  // namespace

std::string cost_table_yaml(const SynthesisResult& result) {
    return Writer(result).table();
}

std::string synthesis_text(const SynthesisResult& r) {
    std::vector<std::vector<std::string>> facts{
        {"datapath", r.datapath},
        {"library", fmt::format("{}, {} V, {} degC ({})", r.library, r.voltage, r.temperature,
                                r.library_version)},
        {"cells", fmt::format("{}, {} of them flip-flops", r.cell_count, r.states)},
        {"area", fmt::format("{:.10g} library units", r.area)},
        {"leakage", format_power(rounded(r.leakage))},
        {"fmax",
         fmt::format("{} ({}, from {} to {})", format_frequency(rounded(1 / r.least_period)),
                     nanoseconds(r.least_period), r.slowest_start, r.slowest_end)},
        {"clock",
         format_frequency(rounded(1 / r.period)) +
             (r.meets_clock() ? ""
                              : fmt::format(" - NOT the {} of datapath.yaml, which the "
                                            "slowest path does not meet",
                                            format_frequency(rounded(1 / r.wanted_period))))},
        {"scope", kScope},
        {"checked", fmt::format("{} operations of the netlist agree with the reference",
                                r.checked_operations)},
        {"activity", r.recorded
                         ? fmt::format("{} ({} operations)", r.recording, r.recorded_operations)
                         : "RANDOM operations: no recording was given (--operations)"}};
    std::vector<std::vector<std::string>> energies{{"operations", "count", "energy", "internal",
                                                    "switching", "clock", "registers", "logic",
                                                    "inputs", "toggles", "glitches"}};
    for (const ActivityResult& a : r.activities) {
        const GateEnergy& e = a.energy;
        const auto each = [&](double joules) {
            return fmt::format("{:.4g} pJ", a.per_operation(joules) * 1e12);
        };
        energies.push_back({a.which, std::to_string(a.operations), each(e.total()),
                            each(e.internal()), each(e.switching()),
                            each(e.clock_internal + e.clock_switching),
                            each(e.register_internal + e.register_switching),
                            each(e.logic_internal + e.logic_switching), each(e.input_switching),
                            fmt::format("{:.0f}", static_cast<double>(a.toggles) /
                                                      static_cast<double>(a.operations)),
                            percent(static_cast<double>(a.toggles - a.functional_toggles),
                                    static_cast<double>(a.toggles))});
    }
    std::string text;
    for (const auto& row : facts) {
        text += fmt::format("{:<10}{}\n", row[0], row[1]);
    }
    return text + "\n" + text_table(energies, "<>>>>>>>>>>");
}

}  // namespace cortile
