// SPDX-License-Identifier: Apache-2.0
// The specification of a row of multiply-accumulate units of a Tianjic-style dendrite (semantics
// `fcore_mac_row`), one axon of `lanes` neurons at a time: acc = acc + weight * value. What
// Dendrite adds for one packet, whose value is 1 for a spike.
// Operands: state acc (lanes), inputs weight (lanes) and value. Results: acc (lanes); skipped:
// value was 0, and so nothing was multiplied.
#pragma once

#include "cores/datapath/semantics.h"

namespace cortile {

class FcoreMacRowSemantics final : public DatapathSemantics {
  public:
    std::string name() const override { return "fcore_mac_row"; }
    std::string description() const override;
    std::string rtl_folder() const override { return "neuron_datapath/fcore_mac_row"; }
    ParameterSchema schema() const override;
    std::unique_ptr<NeuronDatapath> make(const Parameters& options) const override;
    std::vector<std::vector<std::int64_t>> directed(const DatapathContract& contract,
                                                    NeuronDatapath& reference) const override;
    void steer(const DatapathContract& contract, NeuronDatapath& reference,
               std::span<std::int64_t> operands, std::uint32_t bits,
               bool state_is_free) const override;
    std::vector<CostKey> cost_keys(const DatapathContract& contract) const override;
};

}  // namespace cortile
