// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/text_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "hw_model/report/figures.h"
#include "hw_model/report/format.h"
#include "hw_model/report/result_folder.h"

namespace cortile::report {
namespace {

std::string heading(const std::string& title) {
    return title + '\n' + std::string(display_width(title), '-') + '\n';
}

// Text of others, kept as it is but for exactly one newline at its end.
std::string verbatim(std::string text) {
    text.erase(text.find_last_not_of(" \n") + 1);
    return text.empty() ? "none\n" : text + '\n';
}

constexpr const char* kNoTime = "none: no timing constant of this chip is above zero";

std::string phase_shares(const RunResult& result) {
    if (result.modelled_time == 0) {
        return result.timesteps > 0 ? kNoTime : "none";
    }
    const auto share = [&](Picoseconds part) {
        return percent(ratio(static_cast<double>(part), static_cast<double>(result.modelled_time)));
    };
    const Picoseconds other = result.modelled_time - result.barrier_time - result.generation_time -
                              result.host_time - result.receive_time;
    std::string text = fmt::format(
        "{} {}, spike generation {}, host injection {}, transport and reception {}",
        result.ticks ? "idle until the tick's end" : "barrier", share(result.barrier_time),
        share(result.generation_time), share(result.host_time), share(result.receive_time));
    if (other != 0) {
        text += fmt::format(", {} {}", result.firmware ? "firmware between timesteps" : "other",
                            share(other));
    }
    return text;
}

std::string host_text(const RunResult& result) {
    return fmt::format(
        "{} packets, injected in {} in sum, of which {} after the last core had sent its own; "
        "cores receive meanwhile",
        grouped(result.host_packets), engineering(seconds(result.host_busy), "s"),
        engineering(seconds(result.host_time), "s"));
}

// Modelled time is that of a chip that never waits for its input. One that keeps pace with the
// network's time is on for longer.
std::string real_time_text(const RunResult& result, const EnergyLedger& ledger) {
    const double network =
        seconds(result.network_time_step) * static_cast<double>(result.timesteps);
    const double modelled = seconds(result.modelled_time);
    if (modelled == 0) {
        return fmt::format("{} of network time ({} a timestep); modelled time: {}",
                           engineering(network, "s"),
                           engineering(seconds(result.network_time_step), "s"), kNoTime);
    }
    std::string text = fmt::format(
        "{} of network time ({} a timestep) in {}: ", engineering(network, "s"),
        engineering(seconds(result.network_time_step), "s"), engineering(modelled, "s"));
    if (modelled > network) {
        return text + "this chip cannot run in real time";
    }
    double watts = 0;
    for (const StaticPower& power : ledger.statics()) {
        watts += power.watts;
    }
    if (watts == 0) {
        return text + "it could run in real time";
    }
    return text + fmt::format("in real time static energy would be {} x {} = {}",
                              engineering(watts, "W"), engineering(network, "s"),
                              engineering(watts * network, "J"));
}

// Of a core or a link. On a board with the chip's place before the tile's.
template <typename Item>
std::string tile_text(const RunResult& result, const Item& item) {
    return result.board.chips() == 1 ? fmt::format("({}, {})", item.tile_x, item.tile_y)
                                     : fmt::format("({}, {}, {}, {})", item.chip_x, item.chip_y,
                                                   item.tile_x, item.tile_y);
}

std::string link_text(const RunResult& result, const LinkResult& link) {
    const std::string from = link.is_channel
                                 ? fmt::format("chip ({}, {})", link.chip_x, link.chip_y)
                                 : "tile " + tile_text(result, link);
    return fmt::format("{} {}{}: {} packets, which waited {} in sum", from, link.direction,
                       link.is_channel ? " to the next chip" : "", grouped(link.packets),
                       engineering(seconds(link.waited), "s"));
}

std::string critical_cores_table(const RunResult& result) {
    std::vector<const CoreResult*> cores;
    for (const CoreResult& core : result.cores) {
        if (core.critical_timesteps > 0) {
            cores.push_back(&core);
        }
    }
    std::stable_sort(cores.begin(), cores.end(), [](const CoreResult* a, const CoreResult* b) {
        return a->critical_timesteps > b->critical_timesteps;
    });
    constexpr std::size_t kShown = 5;
    const std::size_t shown = std::min(cores.size(), kShown);
    std::string text = fmt::format("{:>6}{:>12}{:>11}{:>14}{:>14}  {}\n", "core", "critical",
                                   "of steps", "generating", "receiving", "holds");
    for (std::size_t i = 0; i < shown; ++i) {
        const CoreResult& core = *cores[i];
        const std::string numbers = fmt::format(
            "{:>6}{:>12}{:>11}{:>14}{:>14}  ", core.core, grouped(core.critical_timesteps),
            percent(ratio(static_cast<double>(core.critical_timesteps),
                          static_cast<double>(result.timesteps))),
            engineering(seconds(core.busy_generating), "s"),
            engineering(seconds(core.busy_receiving), "s"));
        text += wrapped(numbers, core.populations);
    }
    if (cores.size() > shown) {
        text += fmt::format("and {} more; see cores.csv\n", grouped(cores.size() - shown));
    }
    return text;
}

// Energies divided by `count`: of the run by 1, per sample by the samples.
std::string component_table(const Figures& figures, const std::string& title, std::size_t count) {
    std::string text = fmt::format("{:<24}{:>14}{:>14}{:>14}{:>14}\n", title, "dynamic", "static",
                                   "all-in", "of all-in");
    const auto part = [&](double joules) {
        return engineering(joules / static_cast<double>(count), "J");
    };
    const auto line = [&](const std::string& name, double dynamic_part, double static_part,
                          double all_in) {
        text += padded(name, 24);
        for (const std::string& cell :
             {part(dynamic_part), part(static_part), part(all_in),
              percent(ratio(all_in, figures.total_energy.joules.value_or(0)))}) {
            text += right_aligned(cell, 14);
        }
        text += '\n';
    };
    for (const auto& [name, c] : figures.components) {
        line(name, c.dynamic_joules, c.static_joules, c.total_joules);
    }
    line("sum", figures.dynamic_energy.joules.value_or(0), figures.static_energy.joules.value_or(0),
         figures.total_energy.joules.value_or(0));
    return text;
}

std::string constants_table(const EnergyLedger& ledger) {
    std::string text = "Constants it rests on (per event, or a power drawn all the time):\n";
    const auto line = [&](const std::string& component, const std::string& name,
                          const std::string& value, const std::string& count,
                          const Citation& citation) {
        text += wrapped("  ", fmt::format("{} {}: {}{}", component, name, value, count));
        text += wrapped("    ", fmt::format("{}: {}", to_string(citation.grade), citation.source));
    };
    for (std::size_t event = 0; event < ledger.events().size(); ++event) {
        const EnergyEvent& e = ledger.events()[event];
        line(e.component, e.event, engineering(e.joules, "J"),
             fmt::format(" x {}", grouped(ledger.total_count(event))), e.citation);
    }
    for (const StaticPower& power : ledger.statics()) {
        line(power.component, power.name, engineering(power.watts, "W"),
             fmt::format(" for {}", engineering(ledger.modelled_seconds(), "s")), power.citation);
    }
    return text;
}

// Parts of a chip, and what it means that a core type has no event of theirs.
constexpr const char* kNotCounted = "no event of its own is counted";
constexpr const char* kNotModelled = "not modelled";
constexpr std::pair<const char*, const char*> kParts[] = {
    {"axon", kNotCounted}, {"synapse", kNotCounted},   {"dendrite", kNotCounted},
    {"soma", kNotCounted}, {"learning", kNotModelled}, {"router", kNotCounted}};

constexpr const char* kRatiosFootnote =
    "Per spike and per syn. op.: the whole energy of the row, divided by the number of neuron "
    "spikes or of synaptic operations; not what one such event costs.";

}  // namespace

std::string bottleneck_section(const RunResult& result) {
    std::string text = heading("Where the time goes");
    text += wrapped("Modelled time: ", phase_shares(result));
    if (result.host_packets > 0) {
        text += wrapped("Host port:     ", host_text(result));
    }
    const Bottlenecks found = bottlenecks_of(result);
    const bool has_critical_core = found.core != nullptr && result.modelled_time > 0;
    if (has_critical_core) {
        text += wrapped(
            "Critical core: ",
            fmt::format("core {} on tile {} finished last in {} of {} timesteps", found.core->core,
                        tile_text(result, *found.core), grouped(found.core->critical_timesteps),
                        grouped(result.timesteps)));
    } else {
        text += "Critical core: none\n";
    }
    text += wrapped("Busiest link:  ", found.busiest_link ? link_text(result, *found.busiest_link)
                                                          : "none carried a packet");
    if (result.board.chips() > 1) {
        text += wrapped("Most crossed:  ", found.busiest_channel
                                               ? link_text(result, *found.busiest_channel)
                                               : "no packet left its chip");
    }
    text += wrapped("Most waiting:  ", found.slowest_link ? link_text(result, *found.slowest_link)
                                                          : "no packet ever waited");
    if (has_critical_core) {
        text += '\n' + critical_cores_table(result);
    }
    return text;
}

std::string timing_section(const RunResult& result) {
    std::string text = heading("What the time rests on");
    for (const TimingConstant& constant : result.timing_constants) {
        text += wrapped("  ", fmt::format("{}: {}", constant.name, constant.value));
        text += wrapped("    ", fmt::format("{}: {}", to_string(constant.citation.grade),
                                            constant.citation.source));
    }
    return result.timing_constants.empty() ? text + "none\n" : text;
}

std::string energy_section(const RunResult& result, const EnergyLedger& ledger) {
    const Figures figures = figures_of(result, ledger);
    std::string text = heading("Where the energy goes");
    text += wrapped("Operating point: ", result.operating_point);
    if (result.network_time_step > 0 && result.timesteps > 0) {
        text += wrapped("Real time: ", real_time_text(result, ledger));
    }
    if (!figures.total_energy.joules) {
        text += "No energy constant of this chip is above zero: there is no energy to report.\n";
        return text + '\n' + constants_table(ledger);
    }
    text += '\n' + component_table(figures, "component", 1);
    if (!result.samples.empty()) {
        text += '\n' + component_table(figures, "per sample", result.samples.size());
    }
    text += fmt::format("\n{:<24}{:>14}{:>14}\n", "energy constants", "of dynamic", "of all-in");
    for (const auto& [grade, share] : figures.grade_shares) {
        text += fmt::format("{:<24}{:>14}{:>14}\n", to_string(grade),
                            percent(figures.grade_shares_dynamic.at(grade)), percent(share));
    }
    return text + '\n' + constants_table(ledger);
}

std::string energy_limits_section(const EnergyLedger& ledger) {
    std::string text = heading("What the energy leaves out");
    text += wrapped("",
                    "It is the sum of the constants above times their counts. Unless the source "
                    "of a constant says that it contains it, it leaves out:");
    const auto item = [&](const std::string& what) { text += wrapped("- ", what); };
    for (const auto& [component, without] : kParts) {
        const bool has_events = std::any_of(
            ledger.events().begin(), ledger.events().end(),
            [&, part = component](const EnergyEvent& event) { return event.component == part; });
        if (!has_events) {
            item(fmt::format("{}: {}", without, component));
        }
    }
    for (std::size_t event = 0; event < ledger.events().size(); ++event) {
        const EnergyEvent& e = ledger.events()[event];
        if (e.joules == 0 && ledger.total_count(event) > 0) {
            item(fmt::format("{} {}: counted {} times, at no cost", e.component, e.event,
                             grouped(ledger.total_count(event))));
        }
    }
    if (energy_boundary(ledger).static_powers.empty()) {
        item("static power: the chip description gives none, so that all-in is dynamic only");
    }
    const bool has_channels =
        std::any_of(ledger.events().begin(), ledger.events().end(),
                    [](const EnergyEvent& event) { return event.component == kChipToChip; });
    item(fmt::format("the host, {}, the board, its voltage regulators and cooling",
                     has_channels ? "its links" : "links off the chip"));
    item("loading the network and all time before the first and after the last timestep");
    item("embedded processors and memories, unless they are listed above");
    item(
        "the spread between chips, and with temperature and data: each constant is one number, at "
        "the operating point");
    return text;
}

std::string text_report(const RunResult& result, const EnergyLedger& ledger) {
    std::string text = summary_table(result, ledger);
    if (figures_of(result, ledger).total_energy.joules) {
        text += wrapped("  ", kRatiosFootnote);
    }
    text += '\n' + bottleneck_section(result);
    text += '\n' + timing_section(result);
    text += '\n' + energy_section(result, ledger);
    text += '\n' + energy_limits_section(ledger);
    text += '\n' + heading("Quantisation") + verbatim(result.quantization_table);
    text += '\n' + heading("Mapping") + verbatim(result.mapping_table);
    text += '\n' + heading("Warnings");
    for (const std::string& warning : result.warnings) {
        text += wrapped("- ", warning);
    }
    return result.warnings.empty() ? text + "none\n" : text;
}

}  // namespace cortile::report
