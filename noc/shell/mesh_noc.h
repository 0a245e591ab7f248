// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <systemc>

#include "noc/api/noc_engine.h"
#include "noc/shell/spike_protocol.h"

namespace cortile {

// The network-on-chip as a module: sockets outside, one engine inside. Bind the interface of source
// s (Topology) as the s-th binding of `from_interface`, and that of core c as the c-th of
// `to_interface`.
class MeshNoc : public sc_core::sc_module, private PacketSource, private PacketSink {
  public:
    MeshNoc(const sc_core::sc_module_name& name, std::unique_ptr<NocEngine> engine);

    SpikeMultiTargetSocket<MeshNoc> from_interface;
    SpikeMultiInitiatorSocket<MeshNoc> to_interface;

    // Before the simulation, where not all sources have an interface: the ids of those that have,
    // in the order of their bindings, which are then the same for both sockets. What has none sends
    // nothing.
    void set_sources(std::span<const std::uint32_t> sources);

    // Grants every interface, carries the packets, delivers them.
    void run_timestep(Executor& executor);

    NocEngine& engine() { return *engine_; }
    const NocEngine& engine() const { return *engine_; }

  private:
    void collect(std::uint32_t source, unsigned worker, std::vector<SpikePacket>& out) override;
    void deliver(CoreId core, unsigned worker, std::span<const SpikePacket> packets) override;
    void accept(int interface, SpikeBurst& burst, sc_core::sc_time& delay);
    tlm::tlm_sync_enum refuse_backward(int interface, SpikeBurst& burst, tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);

    std::unique_ptr<NocEngine> engine_;
    static constexpr int kNone = -1;
    std::vector<int> binding_of_;  // by source; empty: the same number
};

}  // namespace cortile
