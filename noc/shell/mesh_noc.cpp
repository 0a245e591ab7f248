// SPDX-License-Identifier: Apache-2.0
#include "noc/shell/mesh_noc.h"

#include <algorithm>
#include <string>

#include "hw_model/base/error.h"

namespace cortile {

MeshNoc::MeshNoc(const sc_core::sc_module_name& name, std::unique_ptr<NocEngine> engine)
    : sc_module(name),
      from_interface("from_interface"),
      to_interface("to_interface"),
      engine_(std::move(engine)) {
    from_interface.register_b_transport(this, &MeshNoc::accept);
    to_interface.register_nb_transport_bw(this, &MeshNoc::refuse_backward);
}

void MeshNoc::set_sources(std::span<const std::uint32_t> sources) {
    binding_of_.assign(sources.empty() ? 0 : *std::max_element(sources.begin(), sources.end()) + 1,
                       kNone);
    for (std::size_t i = 0; i < sources.size(); ++i) {
        binding_of_[sources[i]] = static_cast<int>(i);
    }
}

void MeshNoc::run_timestep(Executor& executor) {
    engine_->run_timestep(*this, *this, executor);
}

void MeshNoc::collect(std::uint32_t source, unsigned worker, std::vector<SpikePacket>& out) {
    const int binding = binding_of_.empty() ? static_cast<int>(source) : binding_of_[source];
    if (binding == kNone) {
        return;
    }
    SpikeBurst grant{worker, &out, {}};
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay;
    if (from_interface[binding]->nb_transport_bw(grant, phase, delay) != tlm::TLM_COMPLETED) {
        throw ContractViolation("MeshNoc: an interface did not answer its grant");
    }
}

// The burst was appended to the buffer that the grant carried: nothing is left to copy.
void MeshNoc::accept(int, SpikeBurst& burst, sc_core::sc_time&) {
    if (burst.outgoing == nullptr) {
        throw ContractViolation("MeshNoc: a burst was injected without a grant");
    }
}

void MeshNoc::deliver(CoreId core, unsigned worker, std::span<const SpikePacket> packets) {
    SpikeBurst burst{worker, nullptr, packets};
    sc_core::sc_time delay;
    const int binding =
        binding_of_.empty() ? static_cast<int>(core.value) : binding_of_[core.value];
    if (binding == kNone) {
        throw ContractViolation("MeshNoc: a packet for core " + std::to_string(core.value) +
                                ", which has no interface");
    }
    to_interface[binding]->b_transport(burst, delay);
}

tlm::tlm_sync_enum MeshNoc::refuse_backward(int, SpikeBurst&, tlm::tlm_phase&, sc_core::sc_time&) {
    throw ContractViolation("MeshNoc: deliveries have no backward path");
}

}  // namespace cortile
