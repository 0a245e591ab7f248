// SPDX-License-Identifier: Apache-2.0
#include "cores/api/core_model.h"

#include "hw_model/base/error.h"

namespace cortile {

const char* to_string(CoreEvent event) {
    switch (event) {
        case CoreEvent::axon_in:
            return "axon_in";
        case CoreEvent::synaptic_operation:
            return "synaptic_operation";
        case CoreEvent::neuron_update_inactive:
            return "neuron_update_inactive";
        case CoreEvent::neuron_update_active:
            return "neuron_update_active";
        case CoreEvent::neuron_spike:
            return "neuron_spike";
        case CoreEvent::axon_out:
            return "axon_out";
    }
    throw ContractViolation("unknown CoreEvent");
}

const char* component_of(CoreEvent event) {
    switch (event) {
        case CoreEvent::axon_in:
        case CoreEvent::axon_out:
            return "axon";
        case CoreEvent::synaptic_operation:
            return "synapse";
        default:
            return "soma";
    }
}

void CoreModel::use_datapath(std::unique_ptr<NeuronDatapath> datapath, const DatapathTiming&) {
    throw ContractViolation("this core has no datapath of semantics " +
                            datapath->contract().semantics);
}

const std::optional<CoreMismatch>& CoreModel::mismatch() const {
    static const std::optional<CoreMismatch> none;
    return none;
}

}  // namespace cortile
