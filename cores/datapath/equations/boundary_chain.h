// SPDX-License-Identifier: Apache-2.0
// Chains of operations that come to the boundaries of a program: of a module that keeps its state.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cores/datapath/equations/equations_datapath.h"
#include "cores/datapath/semantics.h"

namespace cortile {

class BoundaryChain final : public ChainSteering {
  public:
    // Both are kept. `contract`: the datapath's, perhaps with narrower limits, which are kept to.
    BoundaryChain(const DatapathContract& contract, EquationsDatapath& datapath);

    std::uint32_t goals() const override { return static_cast<std::uint32_t>(goals_.size()); }
    std::optional<std::size_t> steer(std::span<std::int64_t> rows, std::uint32_t goal,
                                     std::uint32_t bits) override;

  private:
    // A boundary just met, or missed by one.
    struct Goal {
        std::uint32_t boundary = 0;  // index
        std::int64_t target = 0;     // of a - b
    };
    // A way to it: so many operations, and words of the first that the last one's distance needs.
    struct Way {
        BoundaryCourse course;
        std::vector<std::uint32_t> words;
    };
    std::vector<std::uint32_t> free_words(const Boundary& boundary, std::size_t steps) const;
    void find_ways(std::uint32_t boundary);

    EquationsDatapath& datapath_;
    std::size_t state_words_;
    std::vector<const DatapathField*> fields_;  // of each word
    std::vector<Goal> goals_;
    // Of the boundary that was asked for last: one often comes several times.
    std::optional<std::uint32_t> boundary_;
    std::vector<Way> ways_;  // by length
};

}  // namespace cortile
