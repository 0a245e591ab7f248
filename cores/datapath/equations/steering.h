// SPDX-License-Identifier: Apache-2.0
// Operations at the boundaries of a program: where a comparison turns, a value saturates or wraps.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cores/datapath/equations/equations_datapath.h"

namespace cortile {

// Changes words of `operands` so that a - b of the boundary becomes `target`; false, and the
// operands as they were, if no way was found. `choice` varies which words change; words before
// `first_free` do not. `contract`: the datapath's, perhaps with narrower limits, which are kept.
bool move_to_boundary(const DatapathContract& contract, EquationsDatapath& datapath,
                      const Boundary& boundary, std::int64_t target, std::uint32_t choice,
                      std::size_t first_free, std::span<std::int64_t> operands);

// Every boundary, just met and missed by one, from several sides; all words at their ends.
std::vector<std::vector<std::int64_t>> boundary_operations(const DatapathContract& contract,
                                                           EquationsDatapath& datapath);

// Moves an operation drawn at random to a boundary that `bits` choose.
void steer_to_boundary(const DatapathContract& contract, EquationsDatapath& datapath,
                       std::span<std::int64_t> operands, std::uint32_t bits, bool state_is_free);

// Moves `words` of the first of `rows`, a few of them, one after another, so that a - b of the
// course becomes `target`: whether it did. Otherwise each is as near as it gets. `choice`: which
// comes first.
bool move_words(const std::vector<const DatapathField*>& fields, EquationsDatapath& datapath,
                const BoundaryCourse& course, std::int64_t target,
                std::span<const std::uint32_t> words, std::uint32_t choice,
                std::span<std::int64_t> rows);

// The field of each word of an operation.
std::vector<const DatapathField*> operand_fields(const DatapathContract& contract);

}  // namespace cortile
