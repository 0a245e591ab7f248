// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/conformance.h"

#include <algorithm>

#include <fmt/format.h>

#include "cores/datapath/lockstep_datapath.h"
#include "cores/datapath/stimulus.h"

namespace cortile {

namespace {

class Suite {
  public:
    Suite(const DatapathSemantics& semantics, NeuronDatapath& reference,
          NeuronDatapath& implementation, const DatapathUse& use, const ConformanceOptions& options)
        : semantics_(semantics),
          reference_(reference),
          implementation_(implementation),
          use_(use),
          options_(options),
          words_(use.contract.operand_words()) {}

    std::vector<ConformanceCheck> run();

  private:
    Operations random(std::uint64_t seed, std::uint64_t count);
    Operations corners(const DatapathField& field, std::size_t first_word);
    void check(std::string name, std::string question, Operations rows, std::size_t at_once = 0);
    void check_reset();

    const DatapathSemantics& semantics_;
    NeuronDatapath& reference_;
    NeuronDatapath& implementation_;
    const DatapathUse& use_;
    const ConformanceOptions& options_;
    std::size_t words_;
    std::vector<ConformanceCheck> checks_;
};

Operations Suite::random(std::uint64_t seed, std::uint64_t count) {
    RandomStimulus stimulus(semantics_, use_.contract, reference_, seed);
    Operations rows(count * words_);
    if (use_.chained) {
        std::vector<std::int64_t> state = initial_state(use_.contract);
        stimulus.draw_chained(rows, state);
    } else {
        stimulus.draw(rows);
    }
    return rows;
}

Operations Suite::corners(const DatapathField& field, std::size_t first_word) {
    RandomStimulus others(semantics_, use_.contract, reference_, options_.seed + 1000 + first_word);
    return corner_operations(use_.contract, field, first_word, others, use_.chained);
}

// Runs `rows` from reset, `at_once` operations a call (0: all), and notes the first difference.
void Suite::check(std::string name, std::string question, Operations rows, std::size_t at_once) {
    if (rows.empty()) {
        return;
    }
    if (use_.chained) {
        std::vector<std::int64_t> state = initial_state(use_.contract);
        chain_operations(reference_, rows, state);
    }
    ConformanceCheck result{std::move(name), std::move(question), rows.size() / words_, {}, {}, {}};
    implementation_.reset();
    const std::size_t result_words = use_.contract.result_words();
    std::vector<std::int64_t> expected(result.operations * result_words), got;
    reference_.run(rows, expected);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (i < result_words) {
            result.seen.emplace_back(expected[i], expected[i]);
        }
        auto& [lowest, highest] = result.seen[i % result_words];
        lowest = std::min(lowest, expected[i]);
        highest = std::max(highest, expected[i]);
    }
    result.failure = first_disagreement(implementation_, rows, expected, got, at_once);
    if (result.failure) {
        const std::size_t upto =
            std::min<std::size_t>(result.operations, result.failure->operation + 1);
        result.replay.assign(rows.begin(),
                             rows.begin() + static_cast<std::ptrdiff_t>(upto * words_));
    }
    checks_.push_back(std::move(result));
}

// Reset in the middle of everything.
void Suite::check_reset() {
    const Operations before = random(options_.seed + 1, 37);
    std::vector<std::int64_t> ignored(37 * use_.contract.result_words());
    implementation_.reset();
    try {
        implementation_.run(before, ignored);
    } catch (const DatapathMismatch&) {
        // Other checks report it.
    }
    check("reset", "after a reset in mid-run, is everything as at the start?",
          random(options_.seed + 2, 50));
}

std::vector<ConformanceCheck> Suite::run() {
    check("directed", "operations that the semantics single out",
          directed_operations(semantics_, use_.contract, reference_));
    std::size_t word = 0;
    for (const auto* group :
         {&use_.contract.state, &use_.contract.inputs, &use_.contract.parameters}) {
        for (const DatapathField& field : *group) {
            const bool free = !(use_.chained && group == &use_.contract.state);
            if (free && field.allowed.size() != 1) {
                check("corners." + field.name,
                      fmt::format("{} at its ends, at zero, around powers of two", field.name),
                      corners(field, word));
            }
            word += field.lanes;
        }
    }
    check("one_by_one", "operations one at a time",
          random(options_.seed + 3, std::min<std::uint64_t>(options_.random_operations, 500)), 1);
    check_reset();
    check("random", "random operations, back to back",
          random(options_.seed + 4, options_.random_operations));
    if (options_.stall) {
        options_.stall(implementation_, options_.seed);
        check("stalls", "random operations with pauses on both sides",
              random(options_.seed + 5, options_.random_operations));
    }
    return std::move(checks_);
}

}  // namespace

std::vector<ConformanceCheck> run_conformance(const DatapathSemantics& semantics,
                                              NeuronDatapath& reference,
                                              NeuronDatapath& implementation,
                                              const DatapathUse& use,
                                              const ConformanceOptions& options) {
    return Suite(semantics, reference, implementation, use, options).run();
}

}  // namespace cortile
