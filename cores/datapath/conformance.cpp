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
    void power_on();
    void chain(Operations& rows);
    void compare(const Operations& rows, std::size_t at_once, ConformanceCheck& result);
    void start_after(const Operations& before);
    bool fails_after(const Operations& before, const Operations& rows);
    Operations shortest_before(const Operations& before, const Operations& rows);

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

void Suite::power_on() {
    if (options_.power_on) {
        options_.power_on(implementation_);
    } else {
        implementation_.reset();
    }
}

void Suite::chain(Operations& rows) {
    if (use_.chained) {
        std::vector<std::int64_t> state = initial_state(use_.contract);
        chain_operations(reference_, rows, state);
    }
}

// Runs `rows`, `at_once` operations a call (0: all), and notes what is seen and the first
// difference.
void Suite::compare(const Operations& rows, std::size_t at_once, ConformanceCheck& result) {
    const std::size_t count = rows.size() / words_, result_words = use_.contract.result_words();
    std::vector<std::int64_t> expected(count * result_words), got;
    reference_.run(rows, expected);
    if (options_.watch != nullptr) {
        options_.watch->see(rows);
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (result.seen.size() < result_words) {
            result.seen.emplace_back(expected[i], expected[i]);
        }
        auto& [lowest, highest] = result.seen[i % result_words];
        lowest = std::min(lowest, expected[i]);
        highest = std::max(highest, expected[i]);
    }
    result.operations += count;
    result.failure = first_disagreement(implementation_, rows, expected, got, at_once);
    if (result.failure) {
        const std::size_t upto = std::min<std::size_t>(count, result.failure->operation + 1);
        result.replay.assign(rows.begin(),
                             rows.begin() + static_cast<std::ptrdiff_t>(upto * words_));
    }
}

void Suite::check(std::string name, std::string question, Operations rows, std::size_t at_once) {
    if (rows.empty()) {
        return;
    }
    chain(rows);
    ConformanceCheck result{std::move(name), std::move(question), 0, {}, {}, {}};
    power_on();
    compare(rows, at_once, result);
    checks_.push_back(std::move(result));
}

// As after `before` and a reset; as at power-on, if there are none.
void Suite::start_after(const Operations& before) {
    power_on();
    if (before.empty()) {
        return;
    }
    std::vector<std::int64_t> ignored(before.size() / words_ * use_.contract.result_words());
    try {
        implementation_.run(before, ignored);
    } catch (const DatapathMismatch&) {
        // Other checks report it.
    }
    implementation_.reset();
}

bool Suite::fails_after(const Operations& before, const Operations& rows) {
    std::vector<std::int64_t> expected(rows.size() / words_ * use_.contract.result_words()), got;
    reference_.run(rows, expected);
    start_after(before);
    return first_disagreement(implementation_, rows, expected, got).has_value();
}

// The last operations of `before`, after which `rows` fail just as well.
Operations Suite::shortest_before(const Operations& before, const Operations& rows) {
    for (std::size_t count = words_; count < before.size(); count *= 2) {
        Operations last(before.end() - static_cast<std::ptrdiff_t>(count), before.end());
        chain(last);
        if (fails_after(last, rows)) {
            return last;
        }
    }
    return before;
}

// After many a history: what a register holds that is not reset is often what it would hold after a
// reset.
void Suite::check_reset() {
    constexpr std::uint64_t kHistories = 24, kAfter = 16;
    ConformanceCheck result{
        "reset", "after a reset in mid-run, is everything as at the start?", 0, {}, {}, {}};
    for (std::uint64_t i = 0; i < kHistories && !result.failure; ++i) {
        const std::uint64_t seed = kHistories * options_.seed + i;
        const Operations before = random(seed, 1 + i);
        start_after(before);
        compare(random(seed + 1, kAfter), 0, result);
        if (result.failure && options_.power_on && !fails_after({}, result.replay)) {
            result.before = shortest_before(before, result.replay);
        }
    }
    checks_.push_back(std::move(result));
}

std::vector<ConformanceCheck> Suite::run() {
    check("directed", "operations that the semantics single out",
          directed_operations(semantics_, use_.contract, reference_, use_.chained, options_.seed));
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
    if (use_.has_reset) {
        check_reset();
    }
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
