// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <systemc>

#include "cores/blocks/axon_table.h"
#include "cores/blocks/spike_sender.h"
#include "cores/shell/network_interface.h"

namespace cortile {

// Where the host injects input spikes: one packet per destination (or spike, if the
// network multicasts) and interval, in neuron order.
class HostPort : public sc_core::sc_module, private SpikeProducer {
  public:
    HostPort(const sc_core::sc_module_name& name, std::uint32_t source, Picoseconds interval,
             bool multicast);

    NetworkInterface interface;

    void load(AxonTable axons) { axons_ = std::move(axons); }
    // The input neurons (indices into the loaded axon table) that spike in the coming timestep.
    std::vector<std::uint32_t>& spikes() { return spikes_; }
    // The values they carry, one each; empty: all 1.
    std::vector<std::int32_t>& values() { return values_; }
    // Grants inject once a timestep: nothing while cores relay.
    void begin_timestep() { relaying_ = false; }
    void begin_relays() { relaying_ = true; }
    std::uint64_t spikes_injected() const { return spikes_injected_; }
    Picoseconds finish() const { return finish_; }  // of the present timestep's injection
    // Between two timesteps.
    void transfer_state(StateArchive& archive) { archive(interface, sender_, spikes_injected_); }

  private:
    void produce(std::vector<SpikePacket>& out) override;

    AxonTable axons_;
    std::uint32_t source_;
    Picoseconds interval_;
    std::vector<std::uint32_t> spikes_;
    std::vector<std::int32_t> values_;
    SpikeSender sender_;
    bool relaying_ = false;
    Picoseconds finish_ = 0;
    std::uint64_t spikes_injected_ = 0;
};

}  // namespace cortile
