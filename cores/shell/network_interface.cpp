// SPDX-License-Identifier: Apache-2.0
#include "cores/shell/network_interface.h"

#include "hw_model/base/error.h"

namespace cortile {

NetworkInterface::NetworkInterface(const sc_core::sc_module_name& name, SpikeProducer& producer,
                                   Consumer consumer)
    : sc_module(name),
      inject("inject"),
      eject("eject"),
      producer_(producer),
      consumer_(std::move(consumer)) {
    inject.register_nb_transport_bw(this, &NetworkInterface::granted);
    eject.register_b_transport(this, &NetworkInterface::arrived);
}

tlm::tlm_sync_enum NetworkInterface::granted(SpikeBurst& burst, tlm::tlm_phase&,
                                             sc_core::sc_time& delay) {
    const std::size_t before = burst.outgoing->size();
    producer_.produce(*burst.outgoing);
    const std::size_t produced = burst.outgoing->size() - before;
    if (produced > 0) {
        packets_injected_ += produced;
        inject->b_transport(burst, delay);
    }
    return tlm::TLM_COMPLETED;
}

void NetworkInterface::arrived(SpikeBurst& burst, sc_core::sc_time&) {
    if (!consumer_) {
        throw ContractViolation(std::string(name()) + ": a packet arrived where none can be taken");
    }
    packets_ejected_ += burst.arriving.size();
    consumer_(burst.arriving);
}

}  // namespace cortile
