// SPDX-License-Identifier: Apache-2.0
#include "rtl/mutation/mutant_run.h"

#include <algorithm>

#include <fmt/format.h>

#include "cores/datapath/lockstep_datapath.h"
#include "cores/datapath/stimulus.h"
#include "hw_model/base/error.h"
#include "hw_model/base/executor.h"
#include "rtl/regress/operation_source.h"
#include "rtl/regress/plan.h"

namespace cortile {

namespace {

constexpr std::size_t kPiece = regress::LockstepRun::kPiece;

}  // namespace

std::vector<MutationStimulus> stimuli_of(const regress::RegressionList& list,
                                         const DatapathDescription& d) {
    std::vector<MutationStimulus> stimuli;
    for (const regress::PlannedRun& run : regress::plan_runs(list, {d.name}, {}, {})) {
        const regress::TestDescription& test = list.tests[run.test];
        regress::OperationSource source(d, test, run.name.seed);
        MutationStimulus stimulus{fmt::format("{}.{}", run.name.test, run.name.seed),
                                  {},
                                  regress::stalls_of(test, run.name.seed)};
        for (auto rows = source.next(kPiece); !rows.empty(); rows = source.next(kPiece)) {
            stimulus.operations.insert(stimulus.operations.end(), rows.begin(), rows.end());
        }
        stimuli.push_back(std::move(stimulus));
    }
    if (stimuli.empty()) {
        throw ConfigError(list.file.string(), "no test is for " + d.name);
    }
    return stimuli;
}

MutantRunner::MutantRunner(const DatapathDescription& description,
                           std::shared_ptr<const DatapathLibrary> library,
                           std::vector<MutationStimulus> stimuli)
    : description_(description), library_(std::move(library)), stimuli_(std::move(stimuli)) {
    const auto reference = description.reference();
    const std::size_t words = description.contract.operand_words();
    for (MutationStimulus& stimulus : stimuli_) {
        if (description.state_inside) {
            std::vector<std::int64_t> state = initial_state(description.contract);
            chain_operations(*reference, stimulus.operations, state);
        }
        expected_.emplace_back(stimulus.operations.size() / words *
                               description.contract.result_words());
        reference->run(stimulus.operations, expected_.back());
    }
    if (const auto kill = run(0)) {
        throw DatapathMismatch(kill->how);
    }
}

std::uint64_t MutantRunner::operations() const {
    std::uint64_t words = 0;
    for (const MutationStimulus& stimulus : stimuli_) {
        words += stimulus.operations.size();
    }
    return words / description_.contract.operand_words();
}

std::optional<Disagreement> MutantRunner::run_stimulus(
    std::uint32_t mutant, const MutationStimulus& stimulus,
    const std::vector<std::int64_t>& expected) const {
    const std::size_t words = description_.contract.operand_words();
    const std::size_t result_words = description_.contract.result_words();
    const std::size_t operations = stimulus.operations.size() / words;
    VerilatedDatapath datapath(description_, library_);
    datapath.select_mutant(mutant);
    datapath.check_timing(true);
    datapath.set_stalls(stimulus.stalls.seed, stimulus.stalls.share, stimulus.stalls.share);
    datapath.reset();
    std::vector<std::int64_t> got;
    for (std::size_t first = 0; first < operations; first += kPiece) {
        const std::size_t count = std::min(kPiece, operations - first);
        const auto right = std::span(expected).subspan(first * result_words, count * result_words);
        if (auto difference = first_disagreement(
                datapath, std::span(stimulus.operations).subspan(first * words, count * words),
                right, got)) {
            difference->operation += first;
            return difference;
        }
    }
    return std::nullopt;
}

std::optional<Kill> MutantRunner::run(std::uint32_t mutant) const {
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < stimuli_.size(); ++i) {
        if (auto how = run_stimulus(mutant, stimuli_[i], expected_[i])) {
            return Kill{before + how->operation + 1, stimuli_[i].name, std::move(*how)};
        }
        before += stimuli_[i].operations.size() / description_.contract.operand_words();
    }
    return std::nullopt;
}

std::optional<Disagreement> MutantRunner::difference(std::uint32_t mutant,
                                                     const Operations& operations) const {
    MutationStimulus stimulus;
    stimulus.operations = operations;
    const auto reference = description_.reference();
    if (description_.state_inside) {
        std::vector<std::int64_t> state = initial_state(description_.contract);
        chain_operations(*reference, stimulus.operations, state);
    }
    std::vector<std::int64_t> expected(operations.size() / description_.contract.operand_words() *
                                       description_.contract.result_words());
    reference->run(stimulus.operations, expected);
    return run_stimulus(mutant, stimulus, expected);
}

std::vector<std::optional<Kill>> MutantRunner::run_all(std::uint32_t mutants,
                                                       unsigned threads) const {
    std::vector<std::optional<Kill>> kills(mutants);
    Executor(threads).for_each(
        mutants, [&](std::uint32_t index, unsigned) { kills[index] = run(index + 1); });
    return kills;
}

}  // namespace cortile
