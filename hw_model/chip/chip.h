// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

#include <systemc>

#include "cores/shell/core_shell.h"
#include "hw_model/base/executor.h"
#include "hw_model/chip/chip_config.h"
#include "hw_model/chip/host_port.h"
#include "hw_model/chip/tile.h"
#include "noc/shell/mesh_noc.h"
#include "workload/compile/compile.h"

namespace cortile {

class Chip;

// Drives the chip timestep by timestep.
class TimestepClient {
  public:
    virtual ~TimestepClient() = default;
    // Before a timestep: put input spikes into chip.host().spikes(). False: no timestep now; pause
    // the simulation, or ask again when resumes() is notified.
    virtual bool begin_timestep(Chip& chip) = 0;
    virtual const sc_core::sc_event* resumes() const { return nullptr; }
    // At a timestep's end, all state of it readable.
    virtual void end_timestep(Chip& chip) = 0;
};

// Makes the behaviour of one core from its program.
using CoreFactory = std::function<std::unique_ptr<CoreModel>(CoreProgram)>;

// Shares of the modelled time. They add up to it.
struct ChipTime {
    Picoseconds generation = 0;  // until the last core had updated its neurons and sent its packets
    Picoseconds host_injection = 0;  // from then until the host's last packet had left
    Picoseconds receive = 0;         // from then until the last packet had been processed
    Picoseconds barrier = 0;         // sync: tick: idle until the tick's end
    Picoseconds total() const { return generation + host_injection + receive + barrier; }
};

// W x H tiles on a network-on-chip. In each timestep all cores update and all packets travel; it
// ends with a barrier when the last core has processed what it received, or, with sync: tick, when
// its time is over. Cores then decide by the arrival times which spikes come too late.
class Chip : public sc_core::sc_module {
  public:
    // `engine`: carries the packets; without, make_noc(config) does. Throws ConfigError where
    // SystemC's time resolution is coarser than 1 ps.
    Chip(const sc_core::sc_module_name& name, const ChipConfig& config, Executor& executor,
         std::unique_ptr<NocEngine> engine = nullptr);

    // Loads every core and the host's axon table; the program's cores are moved from.
    void load(ChipProgram& program, const CoreFactory& make_core);
    // One core, or the host's axon table, alone; in place of what was there.
    void load_core(CoreId id, CoreProgram program, const CoreFactory& make_core);
    void load_host(AxonTable axons);
    void attach(TimestepClient& client) { client_ = &client; }
    // Runs until the client has no more timesteps. What a timestep throws comes out as it was
    // thrown; the chip cannot be run again then. In a simulation that others start, what it throws
    // ends that simulation: sc_start() throws an sc_report with its text. At the end, throws
    // ContractViolation unless every packet that an interface injected was delivered to one, or is
    // among those that the network says it lost.
    void run();

    // Throws ContractViolation unless every packet that was injected was delivered or reported
    // lost. run() ends with it.
    void check_conservation() const;

    HostPort& host() { return host_; }
    const HostPort& host() const { return host_; }
    // Of a tile in use.
    CoreShell& core(CoreId id) { return *cores_[id.value]; }
    const CoreShell& core(CoreId id) const { return *cores_[id.value]; }
    std::uint32_t core_count() const { return static_cast<std::uint32_t>(cores_.size()); }
    const std::vector<CoreShell*>& used_cores() const { return used_; }
    MeshNoc& noc() { return noc_; }
    const MeshNoc& noc() const { return noc_; }
    const ChipConfig& config() const { return config_; }
    std::uint32_t used_tiles() const;
    std::uint32_t used_chips() const;  // of the board

    // State of every core back to its start, at no cost in modelled time: the next timestep is the
    // first of a sample with that much input.
    void begin_sample(std::uint32_t input_timesteps);

    std::uint64_t timesteps() const { return timesteps_; }
    const ChipTime& time() const { return time_; }
    // How long the host injected, summed over timesteps; cores generate and receive meanwhile.
    Picoseconds host_busy() const { return host_busy_; }
    Picoseconds last_timestep() const { return last_timestep_; }
    // With sync: tick: timesteps in which some core was still busy at the end.
    std::uint64_t overrun_timesteps() const { return overruns_; }
    // In how many timesteps this core was the last to finish.
    std::uint64_t critical_timesteps(CoreId id) const { return critical_[id.value]; }

    // Saves or restores the whole chip between two timesteps, when the network is empty: all that
    // was sent in a timestep arrives in it. Call it from begin_timestep() or, to restore, between
    // load() and run(). The kernel's time does not belong to it: the chip counts its own.
    void transfer_state(StateArchive& archive);

  private:
    void advance();
    void advance_or_note();
    Picoseconds run_timestep();
    void relay();
    static void add(std::vector<CoreShell*>& cores, CoreShell* core);

    ChipConfig config_;
    Executor& executor_;
    TimestepClient* client_ = nullptr;
    HostPort host_;
    MeshNoc noc_;
    std::vector<std::unique_ptr<Tile>> tiles_;
    std::vector<CoreShell*> cores_, used_;  // cores_: by id; null beyond the tiles in use
    std::vector<CoreShell*> ending_;  // of used_: those that do something at the end of a timestep
    Picoseconds barrier_ = 0, last_timestep_ = 0;
    bool barrier_known_ = false;  // for the cores now in use
    bool running_ = false, started_by_run_ = false;
    std::exception_ptr failure_;
    ChipTime time_;
    Picoseconds host_busy_ = 0;
    std::uint64_t timesteps_ = 0, overruns_ = 0;
    std::vector<std::uint64_t> critical_;
};

}  // namespace cortile
