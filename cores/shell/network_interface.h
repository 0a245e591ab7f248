// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include <systemc>

#include "hw_model/state/state_archive.h"
#include "noc/shell/spike_protocol.h"

namespace cortile {

// A source of spike packets as the interface sees it: a core, or the host.
class SpikeProducer {
  public:
    virtual ~SpikeProducer() = default;
    // Appends this timestep's packets, ascending in time.
    virtual void produce(std::vector<SpikePacket>& out) = 0;
};

// Between a core and its router: injects when the network grants, hands over what arrives.
class NetworkInterface : public sc_core::sc_module {
  public:
    using Consumer = std::function<void(std::span<const SpikePacket>)>;

    // `consumer` may be empty for interfaces that only inject (the host's).
    NetworkInterface(const sc_core::sc_module_name& name, SpikeProducer& producer,
                     Consumer consumer);

    SpikeInitiatorSocket<NetworkInterface> inject;
    SpikeTargetSocket<NetworkInterface> eject;

    std::uint64_t packets_injected() const { return packets_injected_; }
    std::uint64_t packets_ejected() const { return packets_ejected_; }
    void transfer_state(StateArchive& archive) { archive(packets_injected_, packets_ejected_); }

  private:
    tlm::tlm_sync_enum granted(SpikeBurst& burst, tlm::tlm_phase& phase, sc_core::sc_time& delay);
    void arrived(SpikeBurst& burst, sc_core::sc_time& delay);

    SpikeProducer& producer_;
    Consumer consumer_;
    std::uint64_t packets_injected_ = 0, packets_ejected_ = 0;
};

}  // namespace cortile
