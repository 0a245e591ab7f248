// SPDX-License-Identifier: Apache-2.0
// From a failing list of operations to a minimal one: delta debugging (Zeller and Hildebrandt,
// "Simplifying and isolating failure-inducing input", IEEE Trans. Software Eng. 28(2), 2002,
// section 3.3: ddmin), then each word as near to its simplest value as the failure lets it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace cortile::regress {

// Rows of operand words, one after another.
using OperationRows = std::vector<std::int64_t>;

// Does this list still fail for the same reason? Never called with an empty list.
using StillFails = std::function<bool(std::span<const std::int64_t> rows)>;

struct ShrinkOptions {
    std::size_t words = 1;               // of a row
    std::vector<std::int64_t> simplest;  // of each word: its initial value, or that nearest to 0
    std::uint64_t most_trials = 5000;    // calls of the predicate; then the best so far is it
    // Given rows that fail, and the same with word `index` at its simplest, which do not: what else
    // might be changed along with it, as a sum that must equal a threshold. Only words that are not
    // at their simplest may be.
    std::function<std::vector<OperationRows>(const OperationRows& fails,
                                             const OperationRows& passes, std::size_t index)>
        repairs = {};
};

struct Shrunk {
    OperationRows rows;
    std::uint64_t trials = 0;
    // No row can be left out, and no step left makes a word simpler. Otherwise trials ran out.
    bool minimal = false;
};

// `rows` must fail; that is not tried again. Deterministic if the predicate is.
Shrunk shrink(OperationRows rows, const ShrinkOptions& options, const StillFails& still_fails);

}  // namespace cortile::regress
