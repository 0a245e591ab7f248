// SPDX-License-Identifier: Apache-2.0
// Shows a chip a stimulus, sample by sample, and collects what happens.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "experiment/checkpoints.h"
#include "experiment/experiment.h"
#include "experiment/label_assignment.h"
#include "experiment/prepared_run.h"
#include "experiment/rtl_cores.h"
#include "hw_model/chip/chip.h"
#include "hw_model/energy/ledger.h"
#include "hw_model/report/run_result.h"

namespace cortile {

class RunSession : public TimestepClient {
  public:
    // Called after each sample with the number of samples done.
    using Progress = std::function<void(std::uint64_t done)>;

    // `stop`: set from outside (Ctrl-C) to end at the next timestep.
    RunSession(const PreparedRun& run, Chip& chip, const RtlCores& rtl,
               const std::atomic<bool>& stop, Progress progress);

    // From now on checkpoints are written; `checkpoints` is kept.
    void write_checkpoints(Checkpoints& checkpoints) { checkpoints_ = &checkpoints; }
    // Between two timesteps: where the run stands, and what it has recorded.
    void transfer_state(StateArchive& archive);

    bool begin_timestep(Chip& chip) override;
    void end_timestep(Chip& chip) override;

    // What happened so far, without wall-clock figures.
    RunResult result() const;
    EnergyLedger ledger() const;

  protected:
    // For sessions in which somebody else drives the chip: firmware_session.h.
    struct Probe {
        ProbeRecord record;
        PopulationId population;
        StateVariable variable;
        std::optional<std::size_t> projection;  // of what is learnt
    };
    bool stop_requested();
    // The present sample, at its end.
    void note_sample(std::int32_t prediction, Picoseconds latency, std::uint64_t timesteps);
    void count_input(std::span<const std::uint32_t> spikes);
    // Between two samples, or at the latest before the present one's first timestep.
    void begin_sample_energy();
    // At the end of a timestep: what probes and expectations look at.
    void look(std::uint32_t timestep);

  private:
    bool read_learnt(std::size_t projection, const std::string& quantity,
                     std::vector<std::int32_t>& values) const;
    std::uint32_t learnt_size(const QuantizedProjection& projection,
                              const std::string& quantity) const;
    void record_learnt(Probe& probe) const;
    std::vector<ProbeRecord> learned() const;

    void add_probes();
    void begin_sample();
    void drive_inputs();
    void end_sample();
    std::int32_t classify();
    std::int32_t classify_by_assignment(const std::vector<double>& scores);
    double score(PopulationId output, std::uint32_t neuron, std::size_t index) const;
    CoreResult core_result(const CoreShell& shell) const;
    std::vector<LayerResult> layer_results() const;
    std::vector<LinkResult> link_results() const;
    std::vector<EnergyEvent> energy_events() const;    // without firmware's
    std::vector<std::uint64_t> energy_counts() const;  // of each of these
    std::optional<double> sample_joules() const;
    void add_firmware_events(std::vector<EnergyEvent>& events) const;

  protected:
    const PreparedRun& run_;
    Chip& chip_;
    const RtlCores& rtl_;
    const std::atomic<bool>& stop_;
    Progress progress_;
    Checkpoints* checkpoints_ = nullptr;  // null: none

    std::uint32_t next_sample_, end_sample_index_;
    std::uint32_t sample_ = 0, timestep_ = 0, input_timesteps_ = 0, timesteps_ = 0;
    bool in_sample_ = false, interrupted_ = false;
    Picoseconds sample_time_ = 0;
    // Of the input populations, in their order: where their neurons end among all inputs, and how
    // often they spiked.
    std::vector<std::uint32_t> input_ends_;
    std::vector<std::uint64_t> input_spikes_;
    LabelAssignment assignment_;
    std::vector<std::uint64_t> output_baseline_;  // spike counts of the outputs at sample start
    std::vector<double> event_joules_;            // of energy_events()
    bool prices_energy_ = false;                  // is one of them above 0?
    std::vector<std::uint64_t> energy_baseline_;  // energy_counts() at sample start
    std::vector<SampleResult> samples_;
    std::vector<Probe> probes_;
    std::optional<FirmwareResult> firmware_;  // of a chip that firmware drives
};

struct FinishedRun {
    RunResult result;
    EnergyLedger ledger;
};

// Builds the chip of `run`, loads it, and shows it every sample. Once per process: SystemC
// elaborates a single time. Sets the wall-clock figures that belong to it, load_seconds added.
// `checkpoints`: to write, and to resume from; null: none.
FinishedRun execute(PreparedRun& run, unsigned threads, const std::atomic<bool>& stop,
                    const RunSession::Progress& progress, Checkpoints* checkpoints = nullptr);

}  // namespace cortile
