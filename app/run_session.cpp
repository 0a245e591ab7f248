// SPDX-License-Identifier: Apache-2.0
#include "app/run_session.h"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr std::array<Direction, 5> kDirections{Direction::east, Direction::west, Direction::north,
                                               Direction::south, Direction::local};
constexpr std::array<const char*, 5> kDirectionNames{"east", "west", "north", "south", "local"};

// Events of a router, after the core's in the ledger.
constexpr std::size_t kHopX = kCoreEvents, kHopY = kCoreEvents + 1, kLocal = kCoreEvents + 2;

StateVariable variable_of(const std::string& quantity) {
    return quantity == "spikes" ? StateVariable::spikes
           : quantity == "u"    ? StateVariable::u
                                : StateVariable::v;
}

}  // namespace

RunSession::RunSession(const PreparedRun& run, Chip& chip, const std::atomic<bool>& stop,
                       Progress progress)
    : run_(run),
      chip_(chip),
      stop_(stop),
      progress_(std::move(progress)),
      next_sample_(run.first_sample),
      end_sample_index_(run.first_sample + run.samples) {
    add_probes();
}

void RunSession::add_probes() {
    const Parameters& parameters = run_.experiment.parameters;
    for (const std::string& text : parameters.texts("run.probes")) {
        const std::string where = parameters.where("run.probes");
        const ProbeRequest request = parse_probe(text, where);
        const auto& populations = run_.network.populations;
        const auto found = std::find_if(
            populations.begin(), populations.end(),
            [&](const QuantizedPopulation& p) { return p.name == request.population; });
        if (found == populations.end() || found->is_input) {
            std::string names;
            for (const QuantizedPopulation& p : populations) {
                names += p.is_input ? "" : " " + p.name;
            }
            throw ConfigError(where,
                              "there are no neurons named '" + request.population + "' to probe",
                              "populations on cores:" + names);
        }
        for (const std::string& quantity : request.quantities) {
            probes_.push_back({{found->name, quantity, found->size, 0, {}},
                               PopulationId{static_cast<std::size_t>(found - populations.begin())},
                               variable_of(quantity)});
        }
    }
}

bool RunSession::begin_timestep(Chip& chip) {
    if (stop_) {
        interrupted_ = true;
        return false;
    }
    if (!in_sample_) {
        if (next_sample_ == end_sample_index_) {
            return false;
        }
        begin_sample();
    }
    std::vector<std::uint32_t>& spikes = chip.host().spikes();
    spikes.clear();
    if (timestep_ < input_timesteps_ && !run_.drives_current) {
        run_.stimulus->spikes(sample_, timestep_, spikes);
    }
    input_spikes_ += spikes.size();
    return true;
}

void RunSession::begin_sample() {
    sample_ = next_sample_++;
    in_sample_ = true;
    timestep_ = 0;
    sample_time_ = 0;
    input_timesteps_ = run_.stimulus->timesteps(sample_);
    timesteps_ = input_timesteps_ + run_.drain;
    chip_.reset_state();
    output_baseline_.clear();
    for (const PopulationId output : run_.network.outputs) {
        for (std::uint32_t n = 0; n < run_.network[output].size; ++n) {
            const NeuronPlace place = (*run_.places)(output, n);
            output_baseline_.push_back(
                chip_.core(CoreId{place.core}).model().spike_count(place.local));
        }
    }
    if (run_.drives_current) {
        const std::span<const float> current = run_.stimulus->current(sample_);
        std::size_t i = 0;
        for (const PopulationId input : run_.network.inputs) {
            for (std::uint32_t n = 0; n < run_.network[input].size; ++n, ++i) {
                const NeuronPlace place = (*run_.places)(input, n);
                chip_.core(CoreId{place.core})
                    .model()
                    .set_bias(place.local, static_cast<std::int32_t>(
                                               std::lround(current[i] * float{kCurrentThreshold})));
            }
        }
    }
}

void RunSession::end_timestep(Chip& chip) {
    sample_time_ += chip.last_timestep();
    for (Probe& probe : probes_) {
        for (std::uint32_t n = 0; n < probe.record.neurons; ++n) {
            const NeuronPlace place = (*run_.places)(probe.population, n);
            probe.record.values.push_back(
                chip.core(CoreId{place.core}).model().read(probe.variable, place.local));
        }
        ++probe.record.timesteps;
    }
    if (++timestep_ == timesteps_) {
        end_sample();
    }
}

void RunSession::end_sample() {
    samples_.push_back({sample_, run_.stimulus->label(sample_), classify(), sample_time_});
    in_sample_ = false;
    if (progress_) {
        progress_(samples_.size());
    }
}

// Most spikes in this sample; for read-outs that do not spike, the highest voltage at its end. The
// lowest index wins a tie.
std::int32_t RunSession::classify() const {
    std::int32_t best = -1;
    double best_score = -std::numeric_limits<double>::infinity();
    std::size_t index = 0;
    for (const PopulationId output : run_.network.outputs) {
        for (std::uint32_t n = 0; n < run_.network[output].size; ++n, ++index) {
            const double value = score(output, n, index);
            if (value > best_score) {
                best_score = value;
                best = static_cast<std::int32_t>(index);
            }
        }
    }
    return best;
}

double RunSession::score(PopulationId output, std::uint32_t neuron, std::size_t index) const {
    const NeuronPlace place = (*run_.places)(output, neuron);
    const CoreModel& model = chip_.core(CoreId{place.core}).model();
    if (run_.network[output].spikes) {
        return static_cast<double>(model.spike_count(place.local) - output_baseline_[index]);
    }
    return model.read(StateVariable::v, place.local) * run_.network[output].volts_per_unit;
}

CoreResult RunSession::core_result(const CoreShell& shell) const {
    const Topology& topology = run_.chip.topology;
    const TileId tile = topology.tile_of_core(shell.id());
    const ActivityCounts activity = shell.model().activity();
    const auto count = [&](CoreEvent event) { return activity[static_cast<std::size_t>(event)]; };
    CoreResult result;
    result.core = shell.id().value;
    result.tile_x = topology.x(tile);
    result.tile_y = topology.y(tile);
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
    for (std::size_t p = 0; p < run_.network.populations.size(); ++p) {
        const QuantizedPopulation& population = run_.network.populations[p];
        LayerResult layer{population.name, population.size, 0, 0, 0};
        if (population.is_input) {
            layer.spikes = input_spikes_;
        } else {
            std::set<std::uint32_t> cores;
            for (std::uint32_t n = 0; n < population.size; ++n) {
                const NeuronPlace place = (*run_.places)(PopulationId{p}, n);
                cores.insert(place.core);
                layer.spikes += chip_.core(CoreId{place.core}).model().spike_count(place.local);
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
                links.push_back({topology.x(TileId{t}), topology.y(TileId{t}), kDirectionNames[d],
                                 link.packets, link.waited});
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
    result.noc_timing = chip_.noc().engine().name();
    result.stimulus = fmt::format("{}; samples {} to {}", run_.stimulus->description(),
                                  run_.first_sample, end_sample_index_ - 1);
    result.samples = samples_;
    result.timesteps = chip_.timesteps();
    result.synapses = run_.synapses;
    result.input_spikes = input_spikes_;
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
    result.hops = noc.hops_x + noc.hops_y;
    result.cores_used = static_cast<std::uint32_t>(chip_.used_cores().size());
    result.cores_total = chip_.core_count();
    result.tiles_used = chip_.used_tiles();
    const ChipTime& time = chip_.time();
    result.modelled_time = time.total();
    result.barrier_time = time.barrier;
    result.generation_time = time.generation;
    result.receive_time = time.receive;
    result.layers = layer_results();
    result.links = link_results();
    for (const Probe& probe : probes_) {
        result.probes.push_back(probe.record);
    }
    result.quantization_table = to_text(run_.network.report);
    result.mapping_table = to_text(run_.mapping, run_.network, run_.limits);
    result.warnings = run_.warnings;
    result.interrupted = interrupted_;
    return result;
}

EnergyLedger RunSession::ledger() const {
    const Parameters& parameters = run_.experiment.parameters;
    const Topology& topology = run_.chip.topology;
    std::vector<EnergyEvent> events = run_.experiment.core_type->energy_events(parameters);
    for (const auto& [event, path] :
         {std::pair{"hop_x", "noc.hop_x_energy"}, std::pair{"hop_y", "noc.hop_y_energy"},
          std::pair{"local", "noc.local_energy"}}) {
        events.push_back({"router", event, parameters.energy(path), parameters.citation(path)});
    }
    std::vector<std::string> units;
    for (std::uint32_t c = 0; c < topology.cores(); ++c) {
        units.push_back(fmt::format("core {}", c));
    }
    for (std::uint32_t t = 0; t < topology.tiles(); ++t) {
        units.push_back(
            fmt::format("router x{} y{}", topology.x(TileId{t}), topology.y(TileId{t})));
    }
    EnergyLedger ledger(std::move(units), std::move(events),
                        {{"chip", "static", parameters.power("chip.static_power"),
                          parameters.citation("chip.static_power")}});
    for (const CoreShell* shell : chip_.used_cores()) {
        const ActivityCounts activity = shell->model().activity();
        for (std::size_t event = 0; event < kCoreEvents; ++event) {
            ledger.add(shell->id().value, event, activity[event]);
        }
    }
    for (std::uint32_t t = 0; t < topology.tiles(); ++t) {
        const std::size_t unit = topology.cores() + t;
        const auto packets = [&](Direction direction) {
            return chip_.noc().engine().link(TileId{t}, direction).packets;
        };
        ledger.add(unit, kHopX, packets(Direction::east) + packets(Direction::west));
        ledger.add(unit, kHopY, packets(Direction::north) + packets(Direction::south));
        ledger.add(unit, kLocal, packets(Direction::local));
    }
    ledger.set_modelled_seconds(to_seconds(chip_.time().total()));
    return ledger;
}

FinishedRun execute(PreparedRun& run, unsigned threads, const std::atomic<bool>& stop,
                    const RunSession::Progress& progress) {
    using Clock = std::chrono::steady_clock;
    const auto seconds = [](Clock::duration d) { return std::chrono::duration<double>(d).count(); };
    const Clock::time_point start = Clock::now();
    Executor executor(threads);
    Chip chip("chip", run.chip, executor);
    {
        ChipProgram program = make_program(run);
        chip.load(program, [&](CoreProgram core) {
            return run.experiment.core_type->make_core(run.experiment.parameters, std::move(core));
        });
    }
    // Loading leaves holes in the heap; the pages behind them are needed for packets now.
    malloc_trim(0);
    RunSession session(run, chip, stop, progress);
    chip.attach(session);
    const Clock::time_point loaded = Clock::now();
    sc_core::sc_start();

    FinishedRun finished{session.result(), session.ledger()};
    finished.result.threads = threads;
    finished.result.wall_load_seconds = seconds(loaded - start);
    finished.result.wall_run_seconds = seconds(Clock::now() - loaded);
    return finished;
}

}  // namespace cortile
