// SPDX-License-Identifier: Apache-2.0
// What became of the mutants of a datapath.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rtl/mutation/equivalence.h"
#include "rtl/mutation/mutant_run.h"

namespace cortile {

enum class MutantVerdict {
    killed,             // a stimulus shows it
    equivalent,         // proven: nothing can show it
    equivalent_within,  // proven: nothing that the contract lets be asked can show it
    survived,
};
const char* to_string(MutantVerdict verdict);

struct MutantOutcome {
    Mutant mutant;
    std::string place, line;  // "cuba_lif.sv:165" and its text; empty: not known
    MutantVerdict verdict = MutantVerdict::survived;
    std::optional<Kill> kill;
    Proof proof;  // of those not killed
    // Of a survivor with a witness: what lockstep sees of it; nothing: no difference.
    std::optional<Disagreement> shown_by_witness;
};

struct MutationResult {
    std::string datapath;
    DatapathContract contract;
    std::uint64_t seed = 1;        // of the choice of mutants
    std::uint64_t operations = 0;  // of all stimuli
    std::vector<MutantOutcome> outcomes;

    std::size_t count(MutantVerdict verdict) const;
    std::size_t not_equivalent() const;
    // Killed of those not equivalent, in percent; 100 if all are equivalent.
    double score() const;
    std::size_t killed_after(std::uint64_t operations) const;
};

// "99.89 %", cut and not rounded: 100.00 % is all.
std::string percent_text(double percent);

}  // namespace cortile
