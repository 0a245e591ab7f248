// SPDX-License-Identifier: Apache-2.0
#include "cores/api/core_model.h"

#include <algorithm>

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

CoreMismatch::CoreMismatch(const DatapathContract& its_contract, const Disagreement& what,
                           const std::vector<std::int64_t>& rows)
    : disagreement(what), contract(its_contract) {
    const std::size_t words = contract.operand_words();
    const std::size_t count =
        std::min(static_cast<std::size_t>(disagreement.operation) + 1, rows.size() / words);
    operations.assign(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count * words));
}

std::size_t CoreMismatch::operation() const {
    return operations.size() / contract.operand_words() - 1;
}

}  // namespace cortile
