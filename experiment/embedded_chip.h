// SPDX-License-Identifier: Apache-2.0
// A chip as a module of somebody's SystemC simulation (docs/how_to/embed_in_systemc.md).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <systemc>

#include "experiment/loaded_chip.h"
#include "experiment/prepared_run.h"
#include "hw_model/chip/spike_bridge.h"

namespace cortile {

struct EmbeddingOptions {
    // Populations whose spikes leave the chip; none: the network's outputs that send spikes.
    std::vector<std::string> outputs = {};
    // Timesteps follow one another by themselves; otherwise writes to STEP let them run.
    bool free_running = false;
    sc_core::sc_time period = {};  // least time between the starts of two timesteps
    unsigned threads = 1;          // of cores and network; results are the same with any number
    // As in SpikeBridgeParams.
    std::uint32_t inject_capacity = 0x10000, receive_capacity = 0x10000, send_capacity = 0x10000;
    std::uint64_t output_address = 0;
};

// The chip and network of an experiment behind a SpikeBridge: bind bridge.access, and, if output
// spikes are to be sent, bridge.output. Input neuron n is the n-th of the network's input
// populations, one after another. Of the experiment's stimulus only the kind counts: whether
// spikes carry values, and how large ones. Errors of the model in a timestep come out of sc_start()
// as an sc_report.
class EmbeddedChip : public sc_core::sc_module, private TimestepClient {
  public:
    // `experiment`, `assignments`: as load_experiment() takes them; a bare network (.nir) will do.
    // Throws ConfigError for what `cortile check` refuses, for a stimulus that drives currents, and
    // for outputs that send no spikes. Construct before threads exist.
    EmbeddedChip(const sc_core::sc_module_name& name, const std::filesystem::path& experiment,
                 const std::vector<std::string>& assignments = {},
                 const EmbeddingOptions& options = {});

  private:
    PreparedRun run_;
    LoadedChip loaded_;

  public:
    SpikeBridge bridge;

    Chip& chip() { return loaded_.chip(); }
    const PreparedRun& run() const { return run_; }
    // After the simulation: writes the files of cores.record and noc.trace, where the experiment
    // has them. Throws ContractViolation if packets were lost that the network does not report.
    void finish();

  private:
    bool begin_timestep(Chip& chip) override { return bridge.begin_timestep(chip); }
    void end_timestep(Chip& chip) override;
    const sc_core::sc_event* resumes() const override { return bridge.resumes(); }
};

}  // namespace cortile
