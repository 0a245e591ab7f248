// SPDX-License-Identifier: Apache-2.0
// What a session counts for energy: the ledger of a run, and the energy of each sample.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "experiment/run_session.h"

namespace cortile {

namespace {

constexpr std::array<Direction, 4> kSides{Direction::east, Direction::west, Direction::north,
                                          Direction::south};

}  // namespace

// The core type's, then the routers', then a board's.
std::vector<EnergyEvent> RunSession::energy_events() const {
    const Parameters& parameters = run_.experiment.parameters;
    std::vector<EnergyEvent> events = run_.experiment.core_type->energy_events(parameters);
    for (const auto& [event, path] :
         {std::pair{"hop_x", "noc.hop_x_energy"}, std::pair{"hop_y", "noc.hop_y_energy"},
          std::pair{"local", "noc.local_energy"}}) {
        events.push_back({"router", event, parameters.energy(path), parameters.citation(path)});
    }
    if (run_.chip.topology.chips() > 1) {
        events.push_back({kChipToChip, "crossing", parameters.energy("board.link_energy"),
                          parameters.citation("board.link_energy")});
    }
    return events;
}

// Totals of the chip suffice here: the ledger's counts by unit take a look at every link.
std::vector<std::uint64_t> RunSession::energy_counts() const {
    std::vector<std::uint64_t> counts(event_joules_.size(), 0);
    for (const CoreShell* shell : chip_.used_cores()) {
        const auto of_core = shell->model().energy_counts();
        for (std::size_t event = 0; event < of_core.size(); ++event) {
            counts[event] += of_core[event];
        }
    }
    const NocCounters noc = chip_.noc().engine().counters();
    const std::array<std::uint64_t, 4> of_noc{noc.hops_x, noc.hops_y, noc.packets, noc.crossings};
    const bool board = run_.chip.topology.chips() > 1;
    const std::size_t first = counts.size() - (board ? 4 : 3);
    std::copy(of_noc.begin(), of_noc.begin() + (board ? 4 : 3),
              counts.begin() + static_cast<std::ptrdiff_t>(first));
    return counts;
}

void RunSession::begin_sample_energy() {
    if (prices_energy_) {
        energy_baseline_ = energy_counts();
    }
}

// Prices weigh the exact counts, event after event, as in EnergyLedger::dynamic_joules.
std::optional<double> RunSession::sample_joules() const {
    if (!prices_energy_) {
        return std::nullopt;
    }
    const std::vector<std::uint64_t> counts = energy_counts();
    double joules = 0;
    for (std::size_t event = 0; event < counts.size(); ++event) {
        // Firmware may have loaded a core anew, whose counts then start at 0 again.
        const std::uint64_t before = std::min(energy_baseline_[event], counts[event]);
        joules += static_cast<double>(counts[event] - before) * event_joules_[event];
    }
    return joules;
}

void RunSession::add_firmware_events(std::vector<EnergyEvent>& events) const {
    if (!firmware_) {
        return;
    }
    const Parameters& parameters = run_.experiment.parameters;
    for (const auto& [event, path] : {std::pair{"instruction", "management.instruction_energy"},
                                      std::pair{"ram_word", "management.ram_energy"},
                                      std::pair{"bus_word", "management.bus_energy"}}) {
        events.push_back({"management", event, parameters.energy(path), parameters.citation(path)});
    }
}

EnergyLedger RunSession::ledger() const {
    const Parameters& parameters = run_.experiment.parameters;
    const Topology& topology = run_.chip.topology;
    std::vector<EnergyEvent> events = energy_events();
    const bool board = topology.chips() > 1;
    // Events of a router come after the core's.
    const std::size_t hop_x = events.size() - (board ? 4 : 3), hop_y = hop_x + 1, local = hop_x + 2;
    const std::size_t crossing = hop_x + 3;
    const std::size_t instruction = events.size();
    add_firmware_events(events);
    std::vector<std::string> units;
    for (std::uint32_t c = 0; c < topology.cores(); ++c) {
        units.push_back(fmt::format("core {}", c));
    }
    for (std::uint32_t t = 0; t < topology.tiles(); ++t) {
        units.push_back(
            fmt::format("router x{} y{}", topology.x(TileId{t}), topology.y(TileId{t})));
    }
    for (std::uint32_t chip = 0; board && chip < topology.chips(); ++chip) {
        units.push_back(fmt::format("chip x{} y{}", chip % topology.chip_columns(),
                                    chip / topology.chip_columns()));
    }
    const std::size_t management = units.size();
    if (firmware_) {
        units.push_back("management");
    }
    std::vector<StaticPower> statics{{"chip", "static", parameters.power("chip.static_power"),
                                      parameters.citation("chip.static_power")}};
    if (board) {
        statics[0].watts *= topology.chips();
        statics[0].citation.source += fmt::format("; times {} chips", topology.chips());
    }
    for (StaticPower& power : run_.experiment.core_type->static_powers(
             parameters, static_cast<std::uint32_t>(chip_.used_cores().size()))) {
        statics.push_back(std::move(power));
    }
    EnergyLedger ledger(std::move(units), std::move(events), std::move(statics));
    for (const CoreShell* shell : chip_.used_cores()) {
        const auto counts = shell->model().energy_counts();
        for (std::size_t event = 0; event < counts.size(); ++event) {
            ledger.add(shell->id().value, event, counts[event]);
        }
    }
    for (std::uint32_t t = 0; t < topology.tiles(); ++t) {
        const std::size_t unit = topology.cores() + t;
        const auto packets = [&](Direction direction) {
            return chip_.noc().engine().link(TileId{t}, direction).packets;
        };
        ledger.add(unit, hop_x, packets(Direction::east) + packets(Direction::west));
        ledger.add(unit, hop_y, packets(Direction::north) + packets(Direction::south));
        ledger.add(unit, local, packets(Direction::local));
    }
    for (std::uint32_t chip = 0; board && chip < topology.chips(); ++chip) {
        for (const Direction direction : kSides) {
            ledger.add(topology.cores() + topology.tiles() + chip, crossing,
                       chip_.noc().engine().crossing(chip, direction).packets);
        }
    }
    if (firmware_) {
        ledger.add(management, instruction, firmware_->instructions());
        ledger.add(management, instruction + 1, firmware_->ram_words);
        ledger.add(management, instruction + 2, firmware_->bus_words);
    }
    ledger.set_modelled_seconds(
        to_seconds(chip_.time().total() + (firmware_ ? firmware_->management_time : 0)));
    return ledger;
}

}  // namespace cortile
