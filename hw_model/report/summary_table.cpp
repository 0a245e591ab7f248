// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "hw_model/report/figures.h"
#include "hw_model/report/format.h"
#include "hw_model/report/result_folder.h"

namespace cortile {
namespace {

using report::engineering;
using report::grouped;

constexpr std::size_t kLabelWidth = 20;

std::string row(const std::string& label, const std::string& value) {
    return report::wrapped(report::padded(label, kLabelWidth), value);
}

std::string counted(std::uint64_t count, const std::string& one) {
    return grouped(count) + ' ' + one + (count == 1 ? "" : "s");
}

std::string accuracy_text(const RunResult& result, const report::Classification& c) {
    if (!c.accuracy) {
        return result.samples.empty() ? "- (no samples)" : "- (no labels or no read-out)";
    }
    return fmt::format("{:.2f} % of {}; 95 % interval {:.2f} to {:.2f} %", 100 * *c.accuracy,
                       counted(c.labelled, "sample"), 100 * c.interval->low,
                       100 * c.interval->high);
}

constexpr const char* kNoTime = "- (no timing constant of this chip is above zero)";

std::string latency_text(const std::optional<report::Latency>& latency) {
    if (!latency) {
        return "- (no samples)";
    }
    if (latency->maximum == 0) {
        return kNoTime;
    }
    return fmt::format("{} (min {}, median {}, max {})", engineering(latency->mean, "s"),
                       engineering(latency->minimum, "s"), engineering(latency->median, "s"),
                       engineering(latency->maximum, "s"));
}

std::string time_text(const RunResult& result) {
    if (result.timesteps > 0 && result.modelled_time == 0) {
        return kNoTime;
    }
    std::string text = engineering(report::seconds(result.modelled_time), "s");
    if (result.timesteps > 0) {
        text += fmt::format(" for {}; {} each", counted(result.timesteps, "timestep"),
                            engineering(report::seconds(result.modelled_time) /
                                            static_cast<double>(result.timesteps),
                                        "s"));
    }
    return text;
}

std::string firmware_text(const FirmwareResult& firmware) {
    std::uint64_t cycles = 0;
    for (const FirmwareResult::Processor& processor : firmware.processors) {
        cycles += processor.cycles;
    }
    return fmt::format(
        "{}: {} instructions in {} cycles on {}; {} between timesteps; {} words over the bus",
        firmware.program, grouped(firmware.instructions()), grouped(cycles),
        counted(firmware.processors.size(), "processor"),
        engineering(report::seconds(firmware.management_time), "s"), grouped(firmware.bus_words));
}

// Some layers of some chips send activations: a spike count says nothing of what they carry.
std::string spikes_text(const RunResult& result) {
    std::uint64_t values = 0;
    for (const LayerResult& layer : result.layers) {
        values += layer.graded && !layer.is_input ? layer.spikes : 0;
    }
    return values == 0 ? grouped(result.neuron_spikes)
                       : fmt::format("{}; {} of them carry values", grouped(result.neuron_spikes),
                                     grouped(values));
}

std::string input_text(const RunResult& result) {
    const bool values = std::any_of(result.layers.begin(), result.layers.end(),
                                    [](const LayerResult& l) { return l.graded && l.is_input; });
    return grouped(result.input_spikes) + (values ? "; they carry values" : "");
}

std::string packets_text(const RunResult& result) {
    std::string text = grouped(result.packets);
    if (result.packets_injected != result.packets) {
        text += fmt::format(" copies of {} spikes", grouped(result.packets_injected));
    }
    if (result.packets > 0) {
        text += fmt::format("; {}, {:.2f} each", counted(result.hops, "hop"),
                            static_cast<double>(result.hops) / static_cast<double>(result.packets));
    }
    if (result.board.chips() > 1) {
        text += fmt::format("; {} to another chip", grouped(result.board.crossings));
    }
    return text;
}

std::string tiles_text(const RunResult& result) {
    const std::string tiles = counted(result.tiles_used, "tile");
    return result.board.chips() == 1
               ? tiles
               : fmt::format("{} of {} of {} chips", tiles, grouped(result.board.chips_used),
                             grouped(result.board.chips()));
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? std::string()
                      : fmt::format(" ({:.3g} %)",
                                    100 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string faults_text(const RunResult& result) {
    const FaultResult& faults = *result.faults;
    std::string text = grouped(faults.lost()) + " lost" + share_text(faults.lost(), result.packets);
    const auto part = [&](bool is_shown, std::uint64_t count, const char* what) {
        text += is_shown ? fmt::format(", {} {}", grouped(count), what) : "";
    };
    const bool taken = faults.unknown + faults.altered > 0;
    part(faults.drop_rate > 0, faults.dropped, "dropped");
    part(faults.corrupt_rate > 0 && !taken, faults.detected, "corrupted and discarded");
    part(taken, faults.unknown, "corrupted to unknown addresses");
    part(taken, faults.altered, "corrupted and delivered");
    return text + fmt::format("; rates per link: drop {:g}, corrupt {:g}", faults.drop_rate,
                              faults.corrupt_rate);
}

// Of a chip whose timesteps end when their time is over.
std::string late_text(const RunResult& result) {
    if (result.late_spikes == 0 && result.overrun_timesteps == 0) {
        return "none; no tick ended with a core at work";
    }
    return fmt::format(
        "{}, which acted in a later tick than they were due in; work reached beyond "
        "the end of {}",
        grouped(result.late_spikes), counted(result.overrun_timesteps, "tick"));
}

// Of the level that is an estimate whose error was measured (docs/noc.md).
std::string timing_text(const RunResult& result) {
    if (!result.noc_load) {
        return result.noc_timing;
    }
    const std::string load = fmt::format("{} of a link's", report::percent(result.noc_load));
    return result.noc_error_percent
               ? fmt::format("{}; estimate, error {:.1f} % at this load ({})", result.noc_timing,
                             *result.noc_error_percent, load)
               : fmt::format("{}; estimate, error unknown at this load ({})", result.noc_timing,
                             load);
}

std::string energy_line(const std::string& label, const std::string& total,
                        const std::string& sample, const std::string& spike,
                        const std::string& operation, const std::string& power) {
    std::string line = report::padded(label, 12);
    for (const std::string* cell : {&total, &sample, &spike, &operation, &power}) {
        line += report::right_aligned(*cell, 13);
    }
    return line + '\n';
}

std::string energy_line(const std::string& label, const report::EnergyFigures& e) {
    return energy_line(label, engineering(e.joules, "J"), engineering(e.per_sample, "J"),
                       engineering(e.per_spike, "J"), engineering(e.per_synaptic_operation, "J"),
                       engineering(e.watts, "W"));
}

// A line for each recording, and one more where it differs.
std::string expectations_text(const RunResult& result) {
    std::string text;
    for (const ExpectationResult& e : result.expectations) {
        const std::string steps = fmt::format("{} of {}", grouped(e.timesteps_compared),
                                              counted(e.timesteps_recorded, "timestep"));
        text += e.values == 0 ? fmt::format("  {}: nothing to compare, {}\n", e.text, steps)
                              : fmt::format("  {}: {} in {} ({})\n", e.text,
                                            counted(e.differences, "difference"),
                                            counted(e.values, "value"), steps);
        if (!e.first_difference.empty()) {
            text += "    first: " + e.first_difference + '\n';
        }
    }
    return text.empty() ? text : "\nRecordings\n" + text;
}

// A share of joules says nothing of what costs none, so that is counted beside it.
std::string grades_text(const report::Figures& figures) {
    std::string text;
    if (!figures.total_energy.joules) {
        return fmt::format(
            "none above zero, so that there is no energy to report; {} of event counted",
            counted(figures.free_events, "kind"));
    }
    for (const auto& [grade, share] : figures.grade_shares) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", to_string(grade),
                            report::percent(share));
    }
    return fmt::format("{}; {} of event counted at no cost", text,
                       counted(figures.free_events, "kind"));
}

}  // namespace

std::string summary_table(const RunResult& result, const EnergyLedger& ledger) {
    const report::Figures figures = report::figures_of(result, ledger);
    std::string text;
    if (result.interrupted) {
        text += "INTERRUPTED: all figures are of the part that was finished.\n\n";
    }
    text += row("Network",
                fmt::format("{} ({}, {})", result.network_name, counted(result.neurons, "neuron"),
                            counted(result.synapses, "synapse")));
    text +=
        row("Chip", fmt::format("{} (core type {}; {} of {} used, on {})", result.chip_name,
                                result.core_type, grouped(result.cores_used),
                                counted(result.cores_total, "core") +
                                    (result.cores_dead > 0 ? fmt::format(" that work ({} dead)",
                                                                         grouped(result.cores_dead))
                                                           : std::string()),
                                tiles_text(result)));
    text += row("Operating point", result.operating_point);
    text += row("NoC timing level", timing_text(result));
    if (!result.datapath.empty()) {
        text += row("neurons computed by", result.datapath);
    }
    text += row("Stimulus", result.stimulus);
    text += '\n';
    text += row("Samples", grouped(result.samples.size()));
    text += row("Accuracy", accuracy_text(result, figures.classification));
    text += row("Latency per sample", latency_text(figures.latency));
    text += row("Modelled time", time_text(result));
    if (result.firmware) {
        text += row("Firmware", firmware_text(*result.firmware));
    }
    text += '\n';
    text += row("Neuron spikes", spikes_text(result));
    text += row("Input spikes", input_text(result));
    text += row("Synaptic operations", grouped(result.synaptic_operations));
    text += row("Neuron updates", grouped(result.neuron_updates));
    text += row("Packets", packets_text(result));
    if (result.faults) {
        text += row("Faults of packets", faults_text(result));
    }
    if (result.ticks) {
        text += row("Late spikes", late_text(result));
    }
    text += '\n';
    text += energy_line("Energy", "total", "per sample", "per spike", "per syn. op.", "mean power");
    text += energy_line("  dynamic", figures.dynamic_energy);
    text += energy_line("  static", figures.static_energy);
    text += energy_line("  all-in", figures.total_energy);
    text += report::wrapped("  energy constants: ", grades_text(figures));
    return text + expectations_text(result);
}

}  // namespace cortile
