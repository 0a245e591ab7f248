// SPDX-License-Identifier: Apache-2.0
#include "rtl/mutation/mutant_run.h"

#include <algorithm>

#include "cores/datapath/lockstep_datapath.h"
#include "cores/datapath/stimulus.h"
#include "hw_model/base/executor.h"

namespace cortile {

namespace {

// Most mutants show at once: the first calls are short.
constexpr std::size_t kFirstCall = 16, kLongestCall = 4096;
// Share of clocks, of 256, in which a side pauses.
constexpr std::uint32_t kPauses = 64;

}  // namespace

std::vector<MutationStimulus> standard_stimuli(const DatapathDescription& d, std::uint64_t seed,
                                               std::uint64_t random) {
    const auto reference = d.reference();
    const std::size_t words = d.contract.operand_words();
    // What holds operations up needs both sides to pause.
    const auto paused = [&](MutationStimulus stimulus) {
        stimulus.name += ", with pauses";
        stimulus.request_stalls = d.request_valid.exists() ? kPauses : 0;
        stimulus.response_stalls = d.response_ready.exists() ? kPauses : 0;
        return stimulus;
    };
    MutationStimulus directed;
    directed.name = "directed";
    for (const std::vector<std::int64_t>& row : d.semantics->directed(d.contract, *reference)) {
        try {
            check_operations(d.contract, row, "directed");
        } catch (const ConfigError&) {
            continue;  // beyond what this datapath can be asked
        }
        directed.operations.insert(directed.operations.end(), row.begin(), row.end());
    }
    const auto draw = [&](std::uint64_t from, std::uint64_t count) {
        MutationStimulus stimulus;
        stimulus.name = "random";
        stimulus.seed = from;
        stimulus.operations.resize(count * words);
        RandomStimulus(*d.semantics, d.contract, *reference, from).draw(stimulus.operations);
        return stimulus;
    };
    return {directed, paused(directed), paused(draw(seed, random / 2)),
            draw(seed + 1, random - random / 2)};
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
    VerilatedDatapath& datapath, const MutationStimulus& stimulus,
    const std::vector<std::int64_t>& expected) const {
    const std::size_t words = description_.contract.operand_words();
    const std::size_t result_words = description_.contract.result_words();
    const std::size_t operations = stimulus.operations.size() / words;
    datapath.set_stalls(stimulus.seed, stimulus.request_stalls, stimulus.response_stalls);
    datapath.reset();
    std::vector<std::int64_t> got;
    std::size_t step = kFirstCall;
    for (std::size_t first = 0; first < operations;
         first += step, step = std::min(step * 4, kLongestCall)) {
        const std::size_t count = std::min(step, operations - first);
        const auto right = std::span(expected).subspan(first * result_words, count * result_words);
        // A result that the RTL does not show stays what the reference says.
        got.assign(right.begin(), right.end());
        std::optional<Disagreement> difference;
        std::size_t sane = count;
        try {
            datapath.run(std::span(stimulus.operations).subspan(first * words, count * words), got);
        } catch (const DatapathMismatch& mismatch) {
            difference = mismatch.disagreement();
            sane = static_cast<std::size_t>(difference->operation);
        }
        if (auto earlier = first_difference(description_.contract, right.first(sane * result_words),
                                            std::span(got).first(sane * result_words))) {
            difference = std::move(earlier);
        }
        if (difference) {
            difference->operation += first;
            return difference;
        }
    }
    return std::nullopt;
}

std::optional<Kill> MutantRunner::run(std::uint32_t mutant) const {
    VerilatedDatapath datapath(description_, library_);
    datapath.select_mutant(mutant);
    datapath.check_timing(true);
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < stimuli_.size(); ++i) {
        if (auto how = run_stimulus(datapath, stimuli_[i], expected_[i])) {
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
    VerilatedDatapath datapath(description_, library_);
    datapath.select_mutant(mutant);
    datapath.check_timing(true);
    return run_stimulus(datapath, stimulus, expected);
}

std::vector<std::optional<Kill>> MutantRunner::run_all(std::uint32_t mutants,
                                                       unsigned threads) const {
    std::vector<std::optional<Kill>> kills(mutants);
    Executor(threads).for_each(
        mutants, [&](std::uint32_t index, unsigned) { kills[index] = run(index + 1); });
    return kills;
}

}  // namespace cortile
