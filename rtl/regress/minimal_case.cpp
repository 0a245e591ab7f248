// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/minimal_case.h"

#include <algorithm>
#include <set>

#include "rtl/regress/shrink.h"

namespace cortile::regress {

namespace {

// Runs lists of operations, each from power-on.
class CaseRunner {
  public:
    CaseRunner(const DatapathDescription& datapath, std::shared_ptr<const DatapathLibrary> library)
        : datapath_(datapath), reference_(datapath.reference()), library_(std::move(library)) {
        const DatapathContract& contract = datapath.contract;
        for (const auto* group : {&contract.state, &contract.inputs, &contract.parameters}) {
            for (const DatapathField& field : *group) {
                fields_.insert(fields_.end(), field.lanes, &field);
            }
        }
    }

    // What each word is simplified towards.
    std::vector<std::int64_t> simplest() const {
        std::vector<std::int64_t> values;
        for (std::size_t word = 0; word < fields_.size(); ++word) {
            const DatapathField& field = *fields_[word];
            const bool state = word < datapath_.contract.state_words();
            values.push_back(state ? field.initial
                             : !field.allowed.empty()
                                 ? field.allowed.front()
                                 : std::clamp<std::int64_t>(0, field.minimum(), field.maximum()));
        }
        return values;
    }

    // As the datapath sees them: of one that keeps its state each continues from the one before.
    Operations seen(std::span<const std::int64_t> rows) const {
        Operations chained(rows.begin(), rows.end());
        if (datapath_.state_inside) {
            std::vector<std::int64_t> state = initial_state(datapath_.contract);
            chain_operations(*reference_, chained, state);
        }
        return chained;
    }

    std::optional<LockstepFailure> run(std::span<const std::int64_t> candidate,
                                       const Stalls& stalls) {
        if (!is_allowed(candidate)) {
            return std::nullopt;
        }
        const Operations rows = seen(candidate);
        const std::size_t words = fields_.size();
        const std::size_t result_words = datapath_.contract.result_words();
        expected_.resize(rows.size() / words * result_words);
        reference_->run(rows, expected_);
        // A new model each time: reset spares registers that hold data, and what one trial leaves
        // in them must not make the next one fail.
        VerilatedDatapath rtl(datapath_, library_);
        rtl.set_stalls(stalls.seed, stalls.share, stalls.share);
        rtl.check_timing(true);
        const auto found = first_disagreement(rtl, rows, expected_, got_);
        return found ? std::optional(failure_of(*found, rows)) : std::nullopt;
    }

    // What the results changed by when word `index` became its simplest is added to, or taken from,
    // each other word of its row that is not at its simplest.
    std::vector<OperationRows> repairs(const OperationRows& fails, const OperationRows& passes,
                                       std::size_t index) const {
        constexpr std::size_t kMostWords = 32, kMostRows = 4;
        const std::size_t words = fields_.size();
        if (words > kMostWords || fails.size() > kMostRows * words) {
            return {};
        }
        const std::vector<std::int64_t> before = reference_results(fails),
                                        after = reference_results(passes), plain = simplest();
        std::set<std::int64_t> shifts;
        for (std::size_t i = 0; i < before.size(); ++i) {
            shifts.insert({after[i] - before[i], before[i] - after[i]});
        }
        std::vector<OperationRows> candidates;
        for (std::size_t word = 0; word < words; ++word) {
            const std::size_t at = index / words * words + word;
            for (const std::int64_t shift : shifts) {
                const std::int64_t value = passes[at] + shift;
                if (shift != 0 && at != index && passes[at] != plain[word] &&
                    value >= fields_[word]->minimum() && value <= fields_[word]->maximum()) {
                    candidates.push_back(passes);
                    candidates.back()[at] = value;
                }
            }
        }
        return candidates;
    }

  private:
    std::vector<std::int64_t> reference_results(const OperationRows& rows) const {
        const std::size_t count = rows.size() / fields_.size();
        std::vector<std::int64_t> results(count * datapath_.contract.result_words());
        reference_->run(seen(rows), results);
        return results;
    }

    bool is_allowed(std::span<const std::int64_t> rows) const {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& allowed = fields_[i % fields_.size()]->allowed;
            if (!allowed.empty() &&
                std::find(allowed.begin(), allowed.end(), rows[i]) == allowed.end()) {
                return false;
            }
        }
        return true;
    }

    LockstepFailure failure_of(const Disagreement& disagreement, const Operations& rows) const {
        const std::size_t words = fields_.size();
        const std::size_t result_words = datapath_.contract.result_words();
        const std::size_t failed =
            std::min<std::size_t>(disagreement.operation, rows.size() / words - 1);
        const auto results = [&](const std::vector<std::int64_t>& all) {
            const auto at = all.begin() + static_cast<std::ptrdiff_t>(failed * result_words);
            return std::vector<std::int64_t>(at, at + static_cast<std::ptrdiff_t>(result_words));
        };
        LockstepFailure failure;
        failure.disagreement = disagreement;
        failure.rows = rows;
        failure.history.assign(rows.begin(),
                               rows.begin() + static_cast<std::ptrdiff_t>((failed + 1) * words));
        failure.expected = results(expected_);
        if (disagreement.kind == Disagreement::Kind::value) {
            failure.got = results(got_);
        }
        return failure;
    }

    const DatapathDescription& datapath_;
    std::unique_ptr<NeuronDatapath> reference_;
    std::shared_ptr<const DatapathLibrary> library_;
    std::vector<const DatapathField*> fields_;  // of each word
    std::vector<std::int64_t> expected_, got_;
};

// All operations of the run up to the end of the piece in which it failed.
Operations history(const DatapathDescription& datapath, const TestDescription& test,
                   std::uint64_t seed, const LockstepFailure& failure) {
    OperationSource source(datapath, test, seed);
    const std::size_t words = datapath.contract.operand_words();
    Operations rows;
    const std::size_t wanted =
        static_cast<std::size_t>(failure.first) * words + failure.rows.size();
    while (rows.size() < wanted) {
        const auto piece = source.next(LockstepRun::kPiece);
        rows.insert(rows.end(), piece.begin(), piece.end());
    }
    return rows;
}

}  // namespace

std::optional<MinimalCase> find_minimal_case(const DatapathDescription& datapath,
                                             std::shared_ptr<const DatapathLibrary> library,
                                             const TestDescription& test, std::uint64_t seed,
                                             const LockstepFailure& failure,
                                             const MinimalCaseOptions& options) {
    CaseRunner runner(datapath, std::move(library));
    const std::string bucket = failure.bucket();
    const std::size_t words = datapath.contract.operand_words();
    std::uint64_t checked = 0;
    const auto fails = [&](std::span<const std::int64_t> rows, const Stalls& stalls) {
        checked += rows.size() / words;
        const auto found = checked > options.most_checked ? std::nullopt : runner.run(rows, stalls);
        return found && found->bucket() == bucket;
    };
    const Stalls drawn = stalls_of(test, seed);
    const Stalls none{}, of_piece{drawn.seed + failure.piece, drawn.share};
    std::vector<Stalls> pauses{none};
    if (drawn.share > 0) {
        pauses.push_back(of_piece);
    }
    const auto shrunk_from = [&](const Operations& rows) -> std::optional<MinimalCase> {
        for (const Stalls& stalls : pauses) {
            if (!fails(rows, stalls)) {
                continue;
            }
            const ShrinkOptions shrinking{
                words, runner.simplest(), options.most_trials,
                [&](const OperationRows& failing, const OperationRows& passing, std::size_t index) {
                    return runner.repairs(failing, passing, index);
                }};
            const Shrunk shrunk = shrink(rows, shrinking, [&](std::span<const std::int64_t> some) {
                return fails(some, stalls);
            });
            return MinimalCase{runner.seen(shrunk.rows), stalls, *runner.run(shrunk.rows, stalls),
                               shrunk.trials, shrunk.minimal && checked <= options.most_checked};
        }
        return std::nullopt;
    };
    if (failure.first == 0 || !datapath.state_inside) {
        if (auto found = shrunk_from(failure.rows)) {
            return found;
        }
    }
    if (failure.first == 0 || failure.first > options.most_operations) {
        return std::nullopt;
    }
    return shrunk_from(history(datapath, test, seed, failure));
}

}  // namespace cortile::regress
