// SPDX-License-Identifier: Apache-2.0
// What a session hands over at its end: figures of the run.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <set>

#include "experiment/run_session.h"
#include "noc/api/tile_address.h"
#include "noc/engines/timing_error.h"

namespace cortile {

namespace {

constexpr std::array<Direction, 5> kDirections{Direction::east, Direction::west, Direction::north,
                                               Direction::south, Direction::local};
constexpr std::array<const char*, 5> kDirectionNames{"east", "west", "north", "south", "local"};

// The load that the error of approximately_timed depends on: how much of the time the busiest link,
// port into a core or interface out of one was in use, or what it would take to make packets wait
// as they did. Nothing if links take no time.
std::optional<double> noc_load(const ChipConfig& chip, const RunResult& result,
                               const NocCounters& noc) {
    const NocTiming& timing = chip.noc_timing;
    const Picoseconds time = result.modelled_time - result.barrier_time;
    if (time <= 0 || (timing.link_occupancy == 0 && timing.ejection_occupancy == 0 &&
                      timing.crossing_occupancy == 0)) {
        return std::nullopt;
    }
    Picoseconds busiest = 0;
    const auto use = [&](std::uint64_t packets, Picoseconds occupancy) {
        busiest = std::max(busiest, static_cast<Picoseconds>(packets) * occupancy);
    };
    for (const LinkResult& link : result.links) {
        if (link.direction != kDirectionNames.back()) {
            use(link.packets, link.is_channel ? timing.crossing_occupancy : timing.link_occupancy);
        }
    }
    use(result.host_packets, timing.link_occupancy);
    for (const CoreResult& core : result.cores) {
        use(core.packets_in, timing.ejection_occupancy);
        use(core.packets_out, timing.link_occupancy);  // an interface is no faster than a link
    }
    const auto service = static_cast<Picoseconds>(noc.hops_x + noc.hops_y) * timing.link_occupancy +
                         static_cast<Picoseconds>(noc.crossings) * timing.crossing_occupancy +
                         static_cast<Picoseconds>(noc.packets) * timing.ejection_occupancy;
    const double waited =
        service > 0 ? static_cast<double>(noc.waited) / static_cast<double>(service) : 0;
    return std::max(static_cast<double>(busiest) / static_cast<double>(time),
                    equivalent_load(waited));
}

// Those that the run rests on: without `unused`, without those of boards on a single chip, without
// those of the management plane where no firmware runs, and without barriers where ticks end the
// timesteps.
std::vector<TimingConstant> timing_constants(const Parameters& parameters, bool board,
                                             bool firmware,
                                             const std::vector<std::string>& unused) {
    std::vector<TimingConstant> constants;
    const bool ticks = parameters.text("chip.sync") == "tick";
    for (const auto& [path, value] : parameters.values()) {
        const ParameterType type = value.descriptor->type;
        if ((path.starts_with("board.") && !board) ||
            (path.starts_with("management.") && !firmware) ||
            (ticks && path.ends_with(".barrier_latency"))) {
            continue;
        }
        // Whatever is cited and not a price: times, and the clocks and cycles that make times.
        const bool used = std::find(unused.begin(), unused.end(), path) == unused.end();
        if (used && value.citation && type != ParameterType::energy &&
            type != ParameterType::power) {
            const bool zero = type == ParameterType::time_table
                                  ? std::all_of(value.table.begin(), value.table.end(),
                                                [](const auto& row) { return row.second == 0; })
                                  : value.integer == 0 && value.number == 0;
            constants.push_back({path, value.text, *value.citation, zero});
        }
    }
    return constants;
}

}  // namespace

CoreResult RunSession::core_result(const CoreShell& shell) const {
    const Topology& topology = run_.chip.topology;
    const TileId tile = topology.tile_of_core(shell.id());
    const ActivityCounts activity = shell.model().activity();
    const auto count = [&](CoreEvent event) { return activity[static_cast<std::size_t>(event)]; };
    CoreResult result;
    result.core = shell.id().value;
    const TileAddress at = address_of(topology, tile);
    result.tile_x = at.x;
    result.tile_y = at.y;
    result.chip_x = at.chip_x;
    result.chip_y = at.chip_y;
    for (const Slice& slice : run_.mapping.slices) {
        if (slice.core == shell.id()) {
            result.populations +=
                (result.populations.empty() ? "" : " ") + run_.network[slice.population].name;
        }
    }
    result.neurons = shell.model().neurons();
    result.spikes = count(CoreEvent::neuron_spike);
    result.synaptic_operations = count(CoreEvent::synaptic_operation);
    result.neuron_updates_active = count(CoreEvent::neuron_update_active);
    result.neuron_updates_inactive = count(CoreEvent::neuron_update_inactive);
    result.packets_in = shell.interface.packets_ejected();
    result.packets_out = shell.interface.packets_injected();
    result.busy_generating = shell.busy_generating();
    result.busy_receiving = shell.busy_receiving();
    result.critical_timesteps = chip_.critical_timesteps(shell.id());
    for (const CoreUse& use : run_.mapping.cores) {
        if (use.core == shell.id()) {
            result.input_axons = use.input_axons;
            result.synapses = use.synapses;
            result.synapse_bits = use.synapse_bits;
        }
    }
    return result;
}

std::vector<LayerResult> RunSession::layer_results() const {
    std::vector<LayerResult> layers;
    std::size_t input = 0;
    for (std::size_t p = 0; p < run_.network.populations.size(); ++p) {
        const QuantizedPopulation& population = run_.network.populations[p];
        LayerResult layer{population.name,
                          population.size,
                          0,
                          0,
                          0,
                          population.is_input ? run_.stimulus->graded() : population.graded,
                          population.is_input};
        if (population.is_input) {
            layer.spikes = input_spikes_[input++];
        } else {
            std::set<std::uint32_t> cores;
            for (std::uint32_t n = 0; n < population.size; ++n) {
                const NeuronPlace place = (*run_.places)(PopulationId{p}, n);
                cores.insert(place.core);
                const CoreShell& core = chip_.core(CoreId{place.core});
                // Firmware may leave a core without its network.
                layer.spikes += core.used() ? core.model().spike_count(place.local) : 0;
            }
            layer.cores = static_cast<std::uint32_t>(cores.size());
        }
        const double updates =
            static_cast<double>(population.size) * static_cast<double>(chip_.timesteps());
        layer.spikes_per_neuron_and_timestep =
            updates > 0 ? static_cast<double>(layer.spikes) / updates : 0;
        layers.push_back(layer);
    }
    return layers;
}

std::vector<LinkResult> RunSession::link_results() const {
    const Topology& topology = run_.chip.topology;
    std::vector<LinkResult> links;
    for (std::uint32_t t = 0; t < topology.tiles(); ++t) {
        for (std::size_t d = 0; d < kDirections.size(); ++d) {
            const LinkCounters link = chip_.noc().engine().link(TileId{t}, kDirections[d]);
            if (link.packets > 0) {
                const TileAddress at = address_of(topology, TileId{t});
                links.push_back({at.x, at.y, kDirectionNames[d], link.packets, link.waited,
                                 at.chip_x, at.chip_y});
            }
        }
    }
    for (std::uint32_t chip = 0; chip < topology.chips(); ++chip) {
        for (std::size_t d = 0; kDirections[d] != Direction::local; ++d) {
            const LinkCounters channel = chip_.noc().engine().crossing(chip, kDirections[d]);
            if (channel.packets > 0) {
                links.push_back({0, 0, kDirectionNames[d], channel.packets, channel.waited,
                                 chip % topology.chip_columns(), chip / topology.chip_columns(),
                                 true});
            }
        }
    }
    return links;
}

RunResult RunSession::result() const {
    const Parameters& parameters = run_.experiment.parameters;
    RunResult result;
    result.network_name = run_.network.name;
    result.chip_name = parameters.text("preset");
    result.core_type = run_.experiment.core_type->name();
    result.operating_point = parameters.text("chip.operating_point");
    result.datapath = rtl_.summary();
    result.noc_timing = chip_.noc().engine().name();
    result.stimulus = fmt::format("{}; samples {} to {}", run_.stimulus->description(),
                                  run_.first_sample, end_sample_index_ - 1);
    result.samples = samples_;
    result.timesteps = chip_.timesteps();
    result.synapses = run_.synapses;
    result.input_spikes =
        std::accumulate(input_spikes_.begin(), input_spikes_.end(), std::uint64_t{0});
    result.cores.reserve(chip_.used_cores().size());
    for (const CoreShell* shell : chip_.used_cores()) {
        const CoreResult core = core_result(*shell);
        result.neurons += core.neurons;
        result.neuron_spikes += core.spikes;
        result.synaptic_operations += core.synaptic_operations;
        result.neuron_updates += core.neuron_updates_active + core.neuron_updates_inactive;
        result.cores.push_back(core);
    }
    const NocCounters noc = chip_.noc().engine().counters();
    result.packets = noc.packets;
    result.packets_injected = noc.injected;
    result.hops = noc.hops_x + noc.hops_y;
    result.cores_used = static_cast<std::uint32_t>(chip_.used_cores().size());
    result.cores_total = run_.chip.topology.working_cores();
    result.cores_dead = chip_.core_count() - result.cores_total;
    result.tiles_used = chip_.used_tiles();
    const ChipTime& time = chip_.time();
    result.modelled_time = time.total();
    if (firmware_) {
        result.firmware = firmware_;
        result.modelled_time += firmware_->management_time;
    }
    result.barrier_time = time.barrier;
    result.generation_time = time.generation;
    result.host_time = time.host_injection;
    result.receive_time = time.receive;
    result.host_packets = chip_.host().interface.packets_injected();
    result.host_busy = chip_.host_busy();
    result.network_time_step = parameters.time("network.time_step");
    const Topology& topology = run_.chip.topology;
    result.board = {topology.chip_columns(), topology.chip_rows(), chip_.used_chips(),
                    noc.crossings};
    result.timing_constants =
        timing_constants(parameters, topology.chips() > 1, firmware_.has_value(),
                         run_.experiment.core_type->unused_constants(parameters));
    result.layers = layer_results();
    result.links = link_results();
    if (result.noc_timing == "approximately_timed") {
        result.noc_load = noc_load(run_.chip, result, noc);
        result.noc_error_percent =
            result.noc_load ? approximate_error_percent(*result.noc_load) : std::nullopt;
    }
    for (const Probe& probe : probes_) {
        result.probes.push_back(probe.record);
    }
    result.learned = learned();
    if (run_.expectations != nullptr) {
        result.expectations = run_.expectations->results();
    }
    result.quantization_table = to_text(run_.network.report);
    result.mapping_table = to_text(run_.mapping, run_.network, run_.limits);
    result.warnings = run_.warnings;
    result.ticks = run_.chip.tick > 0;
    for (const CoreShell* shell : chip_.used_cores()) {
        result.late_spikes += shell->model().late_spikes();
    }
    result.overrun_timesteps = chip_.overrun_timesteps();
    result.interrupted = interrupted_;
    return result;
}

}  // namespace cortile
