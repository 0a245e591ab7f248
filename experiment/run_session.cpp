// SPDX-License-Identifier: Apache-2.0
#include "experiment/run_session.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "experiment/loaded_chip.h"
#include "hw_model/base/error.h"

namespace cortile {

namespace {

StateVariable variable_of(const std::string& quantity) {
    return quantity == "spikes" ? StateVariable::spikes
           : quantity == "u"    ? StateVariable::u
                                : StateVariable::v;
}

LearntVariable learnt_of(const std::string& quantity) {
    const auto found = std::find(kLearntQuantities.begin(), kLearntQuantities.end(), quantity);
    return static_cast<LearntVariable>(found - kLearntQuantities.begin());
}

}  // namespace

RunSession::RunSession(const PreparedRun& run, Chip& chip, const RtlCores& rtl,
                       const std::atomic<bool>& stop, Progress progress)
    : run_(run),
      chip_(chip),
      rtl_(rtl),
      stop_(stop),
      progress_(std::move(progress)),
      next_sample_(run.first_sample),
      end_sample_index_(run.first_sample + run.samples) {
    std::uint32_t end = 0;
    for (const QuantizedPopulation& population : run.network.populations) {
        if (population.is_input) {
            input_ends_.push_back(end += population.size);
        }
    }
    input_spikes_.assign(input_ends_.size(), 0);
    for (const EnergyEvent& event : energy_events()) {
        event_joules_.push_back(event.joules);
        prices_energy_ = prices_energy_ || event.joules > 0;
    }
    add_probes();
}

void RunSession::count_input(std::span<const std::uint32_t> spikes) {
    if (input_spikes_.size() == 1) {
        input_spikes_[0] += spikes.size();
        return;
    }
    for (const std::uint32_t neuron : spikes) {
        const auto end = std::upper_bound(input_ends_.begin(), input_ends_.end(), neuron);
        ++input_spikes_[static_cast<std::size_t>(end - input_ends_.begin())];
    }
}

void RunSession::add_probes() {
    for (const ProbePlan& plan : run_.probes) {
        ProbeRecord record;
        record.quantity = plan.quantity;
        if (plan.projection) {
            const QuantizedProjection& projection = run_.network.projections[*plan.projection];
            record.population = projection.name;
            record.neurons = learnt_size(projection, plan.quantity);
            record.interval = static_cast<std::uint32_t>(
                run_.experiment.parameters.integer("run.learning_interval"));
            probes_.push_back({std::move(record), plan.population, {}, plan.projection});
            continue;
        }
        const QuantizedPopulation& population = run_.network[plan.population];
        record.population = population.name;
        record.neurons = population.size;
        record.graded = population.sends_values;
        record.real = run_.network.real && plan.quantity != "spikes";
        probes_.push_back(
            {std::move(record), plan.population, variable_of(plan.quantity), std::nullopt});
    }
}

void RunSession::transfer_state(StateArchive& archive) {
    archive.section("session", [&] {
        archive(next_sample_, sample_, timestep_, input_timesteps_, timesteps_, in_sample_,
                sample_time_);
        archive.fixed(input_spikes_);
        archive.list(output_baseline_);
        archive.list(energy_baseline_);
        archive.list(samples_);
        archive(assignment_);
    });
    for (Probe& probe : probes_) {
        archive.section("probe " + probe.record.population + ":" + probe.record.quantity,
                        [&] { archive(probe.record); });
    }
    if (run_.expectations != nullptr) {
        archive.section("expectations", [&] { archive(*run_.expectations); });
    }
}

bool RunSession::stop_requested() {
    interrupted_ = interrupted_ || stop_;
    return interrupted_;
}

bool RunSession::begin_timestep(Chip& chip) {
    const bool stops = stop_requested();
    const bool is_done = !in_sample_ && next_sample_ == end_sample_index_;
    if (checkpoints_ != nullptr && !is_done) {
        checkpoints_->between_timesteps(chip.timesteps(), stops);
    }
    if (stops) {
        return false;
    }
    if (is_done) {
        return false;
    }
    if (!in_sample_) {
        begin_sample();
    }
    if (run_.drives_current) {
        drive_inputs();
    }
    std::vector<std::uint32_t>& spikes = chip.host().spikes();
    spikes.clear();
    chip.host().values().clear();
    if (timestep_ < input_timesteps_ && !run_.drives_current) {
        run_.stimulus->spikes(sample_, timestep_, spikes);
        if (run_.stimulus->graded()) {
            run_.stimulus->values(sample_, timestep_, spikes, chip.host().values());
        }
    }
    count_input(spikes);
    return true;
}

void RunSession::begin_sample() {
    sample_ = next_sample_++;
    in_sample_ = true;
    timestep_ = 0;
    sample_time_ = 0;
    input_timesteps_ = run_.stimulus->timesteps(sample_);
    timesteps_ = input_timesteps_ + run_.drain;
    begin_sample_energy();
    chip_.begin_sample(input_timesteps_);
    output_baseline_.clear();
    for (const PopulationId output : run_.network.outputs) {
        for (std::uint32_t n = 0; n < run_.network[output].size; ++n) {
            const NeuronPlace place = (*run_.places)(output, n);
            output_baseline_.push_back(
                chip_.core(CoreId{place.core}).model().spike_count(place.local));
        }
    }
}

// Sets the currents of the input neurons, all input populations one after another, where they
// change; there is silence after the stimulus.
void RunSession::drive_inputs() {
    const bool silence = timestep_ >= input_timesteps_;
    std::span<const float> current;
    if (!silence) {
        current = run_.stimulus->current(sample_, timestep_);
    }
    if (current.empty() && !(silence && timestep_ == input_timesteps_)) {
        return;
    }
    std::size_t i = 0;
    for (const PopulationId input : run_.network.inputs) {
        const Drive drive = run_.stimulus->raw_current() ? Drive{} : run_.drives[input.value];
        for (std::uint32_t n = 0; n < run_.network[input].size; ++n, ++i) {
            const float x =
                silence ? 0 : static_cast<float>(drive.gain * current[i] + drive.offset);
            const NeuronPlace place = (*run_.places)(input, n);
            chip_.core(CoreId{place.core}).model().set_input(place.local, x);
        }
    }
}

void RunSession::end_timestep(Chip& chip) {
    rtl_.check(chip, fmt::format("sample {}, timestep {}", sample_, timestep_));
    sample_time_ += chip.last_timestep();
    look(timestep_);
    if (++timestep_ == timesteps_) {
        end_sample();
    }
}

void RunSession::look(std::uint32_t timestep) {
    for (Probe& probe : probes_) {
        if (probe.projection) {
            if (chip_.timesteps() % probe.record.interval == 0) {
                record_learnt(probe);
            }
            continue;
        }
        for (std::uint32_t n = 0; n < probe.record.neurons; ++n) {
            const NeuronPlace place = (*run_.places)(probe.population, n);
            const double value =
                chip_.core(CoreId{place.core}).model().read(probe.variable, place.local);
            if (probe.record.real) {
                probe.record.reals.push_back(value);
            } else {
                probe.record.values.push_back(static_cast<std::int32_t>(value));
            }
        }
        ++probe.record.timesteps;
    }
    if (run_.expectations != nullptr) {
        run_.expectations->compare(
            sample_ - run_.first_sample, timestep,
            [&](PopulationId population, const std::string& quantity, std::uint32_t n) {
                const NeuronPlace place = (*run_.places)(population, n);
                return chip_.core(CoreId{place.core})
                    .model()
                    .read(variable_of(quantity), place.local);
            });
    }
}

// Synapses row-major as (targets, sources), 0 where there is none; traces by axon, by neuron.
// Returns whether the projection learns.
bool RunSession::read_learnt(std::size_t id, const std::string& quantity,
                             std::vector<std::int32_t>& values) const {
    const QuantizedProjection& projection = run_.network.projections[id];
    const std::uint32_t sources = run_.network[projection.source].size;
    const std::uint32_t targets = run_.network[projection.target].size;
    const LearntVariable variable = learnt_of(quantity);
    const char kind = quantity[0];
    const std::size_t begin = values.size();
    values.resize(begin + learnt_size(projection, quantity), 0);
    bool learns = false;
    for (std::uint32_t t = 0; t < targets; ++t) {
        const NeuronPlace place = (*run_.places)(projection.target, t);
        const CoreShell& core = chip_.core(CoreId{place.core});
        if (!core.used()) {  // firmware may leave a core without its network
            continue;
        }
        const CoreModel& model = core.model();
        for (std::uint32_t s = 0; s < sources; ++s) {
            if (const auto value =
                    model.read_learnt(variable, static_cast<std::uint32_t>(id), s, place.local)) {
                learns = true;
                values[begin + (kind == 'x'   ? s
                                : kind == 'y' ? t
                                              : std::size_t{t} * sources + s)] = *value;
            }
        }
    }
    return learns;
}

std::uint32_t RunSession::learnt_size(const QuantizedProjection& projection,
                                      const std::string& quantity) const {
    const std::uint32_t sources = run_.network[projection.source].size;
    const std::uint32_t targets = run_.network[projection.target].size;
    return quantity[0] == 'x' ? sources : quantity[0] == 'y' ? targets : sources * targets;
}

void RunSession::record_learnt(Probe& probe) const {
    if (!read_learnt(*probe.projection, probe.record.quantity, probe.record.values)) {
        throw ConfigError(run_.experiment.parameters.where("run.probes"),
                          "projection '" + probe.record.population + "' does not learn",
                          "probe its target's spikes, u or v");
    }
    ++probe.record.timesteps;
}

std::vector<ProbeRecord> RunSession::learned() const {
    std::vector<ProbeRecord> records;
    for (std::size_t p = 0; p < run_.network.projections.size(); ++p) {
        const QuantizedProjection& projection = run_.network.projections[p];
        if (!projection.plastic) {
            continue;
        }
        ProbeRecord record;
        record.population = projection.name;
        record.quantity = "w";
        record.neurons = run_.network[projection.source].size;
        record.timesteps = run_.network[projection.target].size;
        read_learnt(p, record.quantity, record.values);
        records.push_back(std::move(record));
    }
    return records;
}

void RunSession::end_sample() {
    note_sample(classify(), sample_time_, timesteps_);
}

void RunSession::note_sample(std::int32_t prediction, Picoseconds latency,
                             std::uint64_t timesteps) {
    samples_.push_back(
        {sample_, run_.stimulus->label(sample_), prediction, latency, timesteps, sample_joules()});
    in_sample_ = false;
    if (progress_) {
        progress_(samples_.size());
    }
}

// Most spikes in this sample; for read-outs that do not spike, the highest value at its end. The
// lowest index wins a tie.
std::int32_t RunSession::classify() {
    std::vector<double> scores;
    for (const PopulationId output : run_.network.outputs) {
        for (std::uint32_t n = 0; n < run_.network[output].size; ++n) {
            scores.push_back(score(output, n, scores.size()));
        }
    }
    if (run_.assigning_samples > 0) {
        return classify_by_assignment(scores);
    }
    const auto best = std::max_element(scores.begin(), scores.end());
    return scores.empty() ? -1 : static_cast<std::int32_t>(best - scores.begin());
}

std::int32_t RunSession::classify_by_assignment(const std::vector<double>& scores) {
    if (samples_.size() < run_.assigning_samples) {
        assignment_.add(run_.stimulus->label(sample_), scores);
        return -1;
    }
    const auto label = assignment_.predict(scores);
    return label ? static_cast<std::int32_t>(*label) : -1;
}

double RunSession::score(PopulationId output, std::uint32_t neuron, std::size_t index) const {
    const NeuronPlace place = (*run_.places)(output, neuron);
    const CoreModel& model = chip_.core(CoreId{place.core}).model();
    if (run_.network[output].spikes && !run_.network[output].graded) {
        return static_cast<double>(model.spike_count(place.local) - output_baseline_[index]);
    }
    return model.read(StateVariable::v, place.local) * run_.network[output].volts_per_unit;
}

FinishedRun execute(PreparedRun& run, unsigned threads, const std::atomic<bool>& stop,
                    const RunSession::Progress& progress, Checkpoints* checkpoints) {
    using Clock = std::chrono::steady_clock;
    const auto seconds = [](Clock::duration d) { return std::chrono::duration<double>(d).count(); };
    const Clock::time_point start = Clock::now();
    LoadedChip loaded_chip("chip", run, threads,
                           checkpoints ? checkpoints->trace_start() : TraceStart::anew);
    Chip& chip = loaded_chip.chip();
    RunSession session(run, chip, loaded_chip.rtl(), stop, progress);
    chip.attach(session);
    if (checkpoints != nullptr) {
        checkpoints->attach([&](StateArchive& archive) {
            chip.transfer_state(archive);
            session.transfer_state(archive);
        });
        session.write_checkpoints(*checkpoints);
    }
    const Clock::time_point loaded = Clock::now();
    chip.run();

    chip.noc().engine().release_buffers();
    FinishedRun finished{session.result(), session.ledger()};
    loaded_chip.write_records();
    finished.result.faults = loaded_chip.faults();
    finished.result.threads = threads;
    finished.result.wall_load_seconds = seconds(loaded - start);
    finished.result.wall_run_seconds = seconds(Clock::now() - loaded);
    return finished;
}

}  // namespace cortile
