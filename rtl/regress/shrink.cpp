// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/shrink.h"

#include <algorithm>
#include <utility>

#include "hw_model/base/error.h"

namespace cortile::regress {

namespace {

class Shrinker {
  public:
    Shrinker(OperationRows rows, const ShrinkOptions& options, const StillFails& still_fails)
        : rows_(std::move(rows)), options_(options), still_fails_(still_fails) {}

    Shrunk run() {
        cut_to_a_window();
        remove_rows();
        // A simpler word may make a row needless, and the reverse.
        while (!exhausted_ && simplify_words()) {
            remove_rows();
        }
        return {std::move(rows_), trials_, !exhausted_};
    }

  private:
    std::size_t count() const { return rows_.size() / options_.words; }

    // Takes `candidate` over if it fails.
    bool take(OperationRows candidate) {
        if (trials_ == options_.most_trials) {
            exhausted_ = true;
        }
        if (exhausted_ || candidate.empty()) {
            return false;
        }
        ++trials_;
        if (!still_fails_(candidate)) {
            return false;
        }
        rows_ = std::move(candidate);
        return true;
    }

    OperationRows without(std::size_t first, std::size_t rows) const {
        OperationRows kept = rows_;
        const auto begin = kept.begin() + static_cast<std::ptrdiff_t>(first * options_.words);
        kept.erase(begin, begin + static_cast<std::ptrdiff_t>(rows * options_.words));
        return kept;
    }

    // What fails mostly fails by its last rows, as the list ends where it failed: that takes a few
    // trials, where halving takes as many as the list has digits, each with a long list.
    void cut_to_a_window() {
        for (std::size_t last = 1; last < count() && !exhausted_; last *= 4) {
            if (take(without(0, count() - last))) {
                return;
            }
        }
    }

    void remove_rows() {
        std::size_t piece = (count() + 1) / 2;
        while (count() > 1 && !exhausted_) {
            bool removed = false;
            // From the end, since what comes after the failure is needless for sure.
            for (std::size_t end = count(); end > 0 && !exhausted_;) {
                const std::size_t rows = std::min(piece, end);
                removed = take(without(end - rows, rows)) || removed;
                end -= rows;
            }
            if (piece == 1 && !removed) {
                return;
            }
            piece = piece == 1 ? 1 : (piece + 1) / 2;
        }
    }

    bool take_word(std::size_t index, std::int64_t value) {
        OperationRows candidate = rows_;
        candidate[index] = value;
        return take(std::move(candidate));
    }

    bool repair_word(std::size_t index, std::int64_t simplest) {
        if (!options_.repairs || exhausted_) {
            return false;
        }
        OperationRows passes = rows_;
        passes[index] = simplest;
        const std::vector<OperationRows> candidates = options_.repairs(rows_, passes, index);
        return std::any_of(candidates.begin(), candidates.end(),
                           [&](const OperationRows& candidate) { return take(candidate); });
    }

    // The simplest value that fails; between it and the word the failure is taken as monotonous,
    // so that thresholds are found. Then single bits, for what is not.
    bool simplify_word(std::size_t index) {
        const std::int64_t simplest = options_.simplest[index % options_.words];
        const std::int64_t before = rows_[index];
        if (before == simplest || take_word(index, simplest)) {
            return rows_[index] != before;
        }
        if (repair_word(index, simplest)) {
            return true;
        }
        std::int64_t passes = simplest;
        while (!exhausted_) {
            const std::int64_t middle = passes + (rows_[index] - passes) / 2;
            if (middle == passes || middle == rows_[index]) {
                break;
            }
            if (!take_word(index, middle)) {
                passes = middle;
            }
        }
        for (int bit = 62; bit >= 0 && !exhausted_; --bit) {
            const std::uint64_t mask = std::uint64_t{1} << bit;
            const auto offset =
                static_cast<std::uint64_t>(rows_[index]) - static_cast<std::uint64_t>(simplest);
            const bool above = rows_[index] > simplest;
            const std::uint64_t distance = above ? offset : 0 - offset;
            if ((distance & mask) != 0) {
                const std::uint64_t nearer = distance & ~mask;
                const std::uint64_t value =
                    static_cast<std::uint64_t>(simplest) + (above ? nearer : 0 - nearer);
                take_word(index, static_cast<std::int64_t>(value));
            }
        }
        return rows_[index] != before;
    }

    bool simplify_words() {
        bool simpler = false;
        for (std::size_t index = 0; index < rows_.size() && !exhausted_; ++index) {
            simpler = simplify_word(index) || simpler;
        }
        return simpler;
    }

    OperationRows rows_;
    const ShrinkOptions& options_;
    const StillFails& still_fails_;
    std::uint64_t trials_ = 0;
    bool exhausted_ = false;
};

}  // namespace

Shrunk shrink(OperationRows rows, const ShrinkOptions& options, const StillFails& still_fails) {
    if (options.words == 0 || options.simplest.size() != options.words || rows.empty() ||
        rows.size() % options.words != 0) {
        throw ContractViolation("shrink: the rows do not have the words that were stated");
    }
    return Shrinker(std::move(rows), options, still_fails).run();
}

}  // namespace cortile::regress
