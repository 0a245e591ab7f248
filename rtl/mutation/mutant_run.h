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
#include "rtl/verilated/verilated_datapath.h"

namespace cortile {

// A list of operations that starts from reset.
struct MutationStimulus {
    std::string name;
    Operations operations;
    // Share of clocks, in 256, in which none is offered, or no response taken; from `seed`.
    std::uint64_t seed = 1;
    std::uint32_t request_stalls = 0, response_stalls = 0;
};

// The operations that the semantics single out, back to back and with pauses on both sides; then
// `random` ones, half of them with pauses, half back to back.
std::vector<MutationStimulus> standard_stimuli(const DatapathDescription& description,
                                               std::uint64_t seed, std::uint64_t random);

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
    std::optional<Disagreement> run_stimulus(VerilatedDatapath& datapath,
                                             const MutationStimulus& stimulus,
                                             const std::vector<std::int64_t>& expected) const;

    const DatapathDescription& description_;
    std::shared_ptr<const DatapathLibrary> library_;
    std::vector<MutationStimulus> stimuli_;
    std::vector<std::vector<std::int64_t>> expected_;  // results, by stimulus
};

}  // namespace cortile
