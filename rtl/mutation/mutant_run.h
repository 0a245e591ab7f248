// SPDX-License-Identifier: Apache-2.0
// Do the stimuli of a datapath tell a mutant from it?
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cores/datapath/operations.h"
#include "rtl/mutation/mutant_model.h"
#include "rtl/regress/lockstep_run.h"
#include "rtl/regress/regression_list.h"
#include "rtl/verilated/verilated_datapath.h"

namespace cortile {

// A list of operations that starts from reset, in pieces and with pauses as a regression's run.
struct MutationStimulus {
    std::string name;  // "random_stalls.2"
    Operations operations;
    regress::Stalls stalls = {};
};

// What a regression shows this datapath, run by run, in its order; also one that its list does not
// name. All operations are held in memory. Throws ConfigError, also if no test is for it.
std::vector<MutationStimulus> stimuli_of(const regress::RegressionList& list,
                                         const DatapathDescription& description);

struct Kill {
    std::uint64_t operations = 0;  // of all stimuli, one after another, up to that which showed it
    std::string stimulus;
    Disagreement how;
};

class MutantRunner {
  public:
    // `description` is kept. Stimuli of a datapath with its state inside are chained. Throws
    // DatapathMismatch if mutant 0, the datapath itself, does not pass them.
    MutantRunner(const DatapathDescription& description,
                 std::shared_ptr<const DatapathLibrary> library,
                 std::vector<MutationStimulus> stimuli);

    // Runs a mutant from power-up until the first mismatch; nothing: it survives.
    std::optional<Kill> run(std::uint32_t mutant) const;
    // All of them, on several threads.
    std::vector<std::optional<Kill>> run_all(std::uint32_t mutants, unsigned threads) const;

    // What these operations, from reset, show of a mutant; nothing: no difference.
    std::optional<Disagreement> difference(std::uint32_t mutant,
                                           const Operations& operations) const;

    std::uint64_t operations() const;  // of all stimuli

  private:
    // On a model of its own, as a run of a regression.
    std::optional<Disagreement> run_stimulus(std::uint32_t mutant, const MutationStimulus& stimulus,
                                             const std::vector<std::int64_t>& expected) const;

    const DatapathDescription& description_;
    std::shared_ptr<const DatapathLibrary> library_;
    std::vector<MutationStimulus> stimuli_;
    std::vector<std::vector<std::int64_t>> expected_;  // results, by stimulus
};

}  // namespace cortile
