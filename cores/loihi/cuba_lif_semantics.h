// SPDX-License-Identifier: Apache-2.0
// The specification of a Loihi-style neuron datapath (semantics `loihi_cuba_lif`).
// Operands: state u, v, hold; input `input` (sum of weights before its shift); parameters du, dv,
// bias, threshold (vth << 6), refractory, spike_enable. Results: u, v, hold; spike, active.
#pragma once

#include "cores/datapath/semantics.h"

namespace cortile {

class CubaLifSemantics final : public DatapathSemantics {
  public:
    std::string name() const override { return "loihi_cuba_lif"; }
    std::string description() const override;
    std::string rtl_folder() const override { return "neuron_datapath/cuba_lif"; }
    ParameterSchema schema() const override;
    std::unique_ptr<NeuronDatapath> make(const Parameters& options) const override;
    std::vector<std::vector<std::int64_t>> directed(const DatapathContract& contract,
                                                    NeuronDatapath& reference) const override;
    void steer(const DatapathContract& contract, NeuronDatapath& reference,
               std::span<std::int64_t> operands, std::uint32_t bits,
               bool state_is_free) const override;
    std::vector<CostKey> cost_keys(const DatapathContract&) const override;
};

// Positions of the operands and results in their rows.
struct CubaLifRow {
    enum Operand { u, v, hold, input, du, dv, bias, threshold, refractory, spike_enable, operands };
    enum Result { u_after, v_after, hold_after, spike, active, results };
};

}  // namespace cortile
