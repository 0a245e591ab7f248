// SPDX-License-Identifier: Apache-2.0
// `equations`: whatever can be written as integer arithmetic, in datapath.yaml itself
// (docs/how_to/bring_your_own_rtl.md).
#pragma once

#include <memory>

#include "cores/datapath/equations/source_text.h"
#include "cores/datapath/semantics.h"

namespace cortile {

// Semantics whose reference is a program. Directed operations and steering come from the program's
// boundaries.
class ProgramSemantics : public DatapathSemantics {
  public:
    std::unique_ptr<NeuronDatapath> make(const Parameters& options) const final;
    std::vector<std::vector<std::int64_t>> directed(const DatapathContract& contract,
                                                    NeuronDatapath& reference) const final;
    void steer(const DatapathContract& contract, NeuronDatapath& reference,
               std::span<std::int64_t> operands, std::uint32_t bits,
               bool state_is_free) const final;
    std::unique_ptr<ChainSteering> chain_steering(const DatapathContract& contract,
                                                  NeuronDatapath& reference) const final;
    std::unique_ptr<StimulusWatch> watch(NeuronDatapath& reference) const final;

    // The program of these options. Throws ConfigError.
    virtual SourceText program(const Parameters& options) const = 0;
};

std::unique_ptr<const DatapathSemantics> make_equations_semantics();

}  // namespace cortile
