// SPDX-License-Identifier: Apache-2.0
#include "cores/shell/core_shell.h"

#include <algorithm>

#include "hw_model/base/error.h"

namespace cortile {

CoreShell::CoreShell(const sc_core::sc_module_name& name, CoreId id)
    : sc_module(name),
      interface("interface", *this,
                [this](std::span<const SpikePacket> packets) { consume(packets); }),
      id_(id) {}

void CoreShell::step() {
    model_->step();
    generation_finish_ = model_->update_finish();
    receive_finish_ = 0;
    relaying_ = false;
}

void CoreShell::produce(std::vector<SpikePacket>& out) {
    if (!model_) {
        return;
    }
    if (relaying_) {
        receive_finish_ = std::max(receive_finish_, model_->relay(id_.value, out));
    } else {
        generation_finish_ = model_->packetise(id_.value, out);
    }
}

void CoreShell::consume(std::span<const SpikePacket> packets) {
    if (!model_) {
        throw ContractViolation(std::string(name()) + ": a packet arrived at an unused core");
    }
    receive_finish_ = std::max(receive_finish_, model_->receive(packets));
}

void CoreShell::end_timestep() {
    if (const Picoseconds time = model_->end_timestep(); time > 0) {
        receive_finish_ = finish() + time;
    }
}

void CoreShell::transfer_state(StateArchive& archive) {
    archive(interface, busy_generating_, busy_receiving_);
    if (model_ != nullptr) {
        archive(*model_);
    }
}

void CoreShell::account() {
    busy_generating_ += generation_finish_;
    busy_receiving_ += receive_finish_;
}

}  // namespace cortile
