// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <systemc>

#include "cores/api/core_model.h"
#include "cores/shell/network_interface.h"
#include "hw_model/base/ids.h"

namespace cortile {

// A core on the chip: its behaviour (CoreModel, empty where the core is unused), its network
// interface, and when it was busy.
class CoreShell : public sc_core::sc_module, private SpikeProducer {
  public:
    CoreShell(const sc_core::sc_module_name& name, CoreId id);

    NetworkInterface interface;

    void load(std::unique_ptr<CoreModel> model) { model_ = std::move(model); }
    bool used() const { return model_ != nullptr; }
    CoreModel& model() { return *model_; }
    const CoreModel& model() const { return *model_; }
    CoreId id() const { return id_; }

    // The update phase of a timestep. May run beside other cores' step().
    void step();

    // After all packets of the timestep. May run beside other cores' end_timestep().
    bool ends_timesteps() const { return model_ != nullptr && model_->ends_timesteps(); }
    void end_timestep();

    // Packets that the core received in the present timestep and is to pass on.
    bool has_relays() const { return model_ != nullptr && model_->has_relays(); }
    // From now on the interface is granted for relayed packets.
    void begin_relays() { relaying_ = true; }

    // Of the present timestep, from its start: when the last packet or update was done, and when
    // the last arriving synapse was processed.
    Picoseconds generation_finish() const { return generation_finish_; }
    Picoseconds receive_finish() const { return receive_finish_; }
    Picoseconds finish() const { return std::max(generation_finish_, receive_finish_); }

    // Summed over timesteps.
    Picoseconds busy_generating() const { return busy_generating_; }
    Picoseconds busy_receiving() const { return busy_receiving_; }
    // Ends a timestep: adds its times to the sums.
    void account();

    // Between two timesteps.
    void transfer_state(StateArchive& archive);

  private:
    void produce(std::vector<SpikePacket>& out) override;
    void consume(std::span<const SpikePacket> packets);

    CoreId id_;
    std::unique_ptr<CoreModel> model_;
    bool relaying_ = false;
    Picoseconds generation_finish_ = 0, receive_finish_ = 0;
    Picoseconds busy_generating_ = 0, busy_receiving_ = 0;
};

}  // namespace cortile
