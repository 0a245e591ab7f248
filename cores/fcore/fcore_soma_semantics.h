// SPDX-License-Identifier: Apache-2.0
// The specification of a Tianjic-style soma (semantics `fcore_soma`): update_spiking_soma() of
// cores/fcore/spiking_soma.h.
// Operands: state v, theta, timer, hold; inputs `input` (sum of the dendrite, bias included) and
// `random` (low bits of this update's random number); the registers of SpikingSoma. Results: v,
// theta, timer, hold; spike, shown, active.
#pragma once

#include "cores/datapath/semantics.h"

namespace cortile {

class FcoreSomaSemantics final : public DatapathSemantics {
  public:
    std::string name() const override { return "fcore_soma"; }
    std::string description() const override;
    std::string rtl_folder() const override { return "neuron_datapath/fcore_soma"; }
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
struct FcoreSomaRow {
    enum Operand {
        v,
        theta,
        timer,
        hold,
        input,
        random,
        threshold,
        floor,
        initial,
        reset,
        decrement,
        leak_add,
        theta_add,
        theta_step,
        random_mask,
        leak_factor,
        theta_factor,
        window,
        refractory,
        reset_mode,
        leaks_by_factor,
        theta_by_factor,
        fires,
        operands
    };
    enum Result { v_after, theta_after, timer_after, hold_after, spike, shown, active, results };
};

}  // namespace cortile
