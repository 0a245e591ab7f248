// SPDX-License-Identifier: Apache-2.0
// Is a mutant that no stimulus shows a fault at all? By SAT, for any number of clocks from reset:
// register and signal correspondence merges what starts equal and by induction stays equal (ABC's
// lcorr and scorr); a bounded search looks for a difference in what is left (bmc3); if it finds
// none, property-directed reachability (pdr) has to find an inductive invariant under which there
// can be none. The bounded search alone proves nothing. What is assumed: rtl/mutation/miter.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cores/datapath/operations.h"
#include "rtl/mutation/mutant_model.h"

namespace cortile {

// One line that names what is missing for proofs; empty: nothing is.
std::string missing_proof_tools();

struct Proof {
    enum class Result {
        equivalent,         // for all operands
        equivalent_within,  // for all operands that the contract lets be asked
        different,
        unknown,  // not decided in the time given, or not tried
    };
    Result result = Result::unknown;
    std::string reason;  // of unknown
    Operations witness;  // of different: operations offered, from reset; one of them shows it
};

class EquivalenceProver {
  public:
    // Maps the datapath and these of its mutants to gates, once for all. `seconds`: for each of the
    // searches for one mutant. Throws ConfigError.
    EquivalenceProver(const MutantModel& model, const std::vector<std::uint32_t>& mutants,
                      unsigned seconds);

    Proof prove(std::uint32_t mutant) const;

  private:
    Proof prove(std::uint32_t mutant, bool within) const;
    std::string instance(std::uint32_t mutant, bool within) const;

    const MutantModel& model_;
    unsigned seconds_;
    std::string before_inputs_, after_inputs_;  // the netlist in BLIF, around its inputs
    std::vector<std::string> inputs_;
    std::string refusal_;  // why nothing can be proved
};

// Inputs of a counterexample as ABC writes it ("name[3]@2=1" a line), as operations: those that
// `request_valid` offers, with operands brought into their ranges if `within`.
Operations parse_counterexample(const std::string& text, const DatapathDescription& description,
                                bool within);

}  // namespace cortile
