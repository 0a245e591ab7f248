// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/equations/boundary_chain.h"

#include <algorithm>

#include "cores/datapath/equations/steering.h"

namespace cortile {
namespace {

// The shortest ones: what a longer one does, the next operations do as well.
constexpr std::size_t kMostWays = 2;

}  // namespace

BoundaryChain::BoundaryChain(const DatapathContract& contract, EquationsDatapath& datapath)
    : datapath_(datapath), state_words_(contract.state_words()), fields_(operand_fields(contract)) {
    for (std::uint32_t i = 0; i < datapath.boundaries().size(); ++i) {
        const Boundary& boundary = datapath.boundaries()[i];
        bool is_reached = false;
        for (std::size_t steps = 1; steps <= kLongest && !is_reached; ++steps) {
            is_reached = !free_words(boundary, steps).empty();
        }
        for (const std::int64_t target : {-1, 0, 1}) {
            if (is_reached && (target >= 0 || boundary.below) && (target <= 0 || boundary.above)) {
                goals_.push_back({i, target});
            }
        }
    }
}

std::vector<std::uint32_t> BoundaryChain::free_words(const Boundary& boundary,
                                                     std::size_t steps) const {
    std::vector<std::uint32_t> words = datapath_.words_that_move(boundary, steps);
    std::erase_if(words, [&](std::uint32_t word) {
        return word < state_words_ || fields_[word]->allowed.size() == 1 ||
               fields_[word]->minimum() == fields_[word]->maximum();
    });
    return words;
}

void BoundaryChain::find_ways(std::uint32_t boundary) {
    boundary_ = boundary;
    ways_.clear();
    const Boundary& goal = datapath_.boundaries()[boundary];
    for (std::size_t steps = 1; steps <= kLongest && ways_.size() < kMostWays; ++steps) {
        std::vector<std::uint32_t> words = free_words(goal, steps);
        if (!words.empty()) {
            ways_.push_back({datapath_.course(goal, steps), std::move(words)});
        }
    }
}

std::optional<std::size_t> BoundaryChain::steer(std::span<std::int64_t> rows, std::uint32_t goal,
                                                std::uint32_t bits) {
    const auto [boundary, target] = goals_[goal];
    if (boundary_ != boundary) {
        find_ways(boundary);
    }
    const auto first = rows.first(fields_.size());
    const std::vector<std::int64_t> before(first.begin(), first.end());
    std::vector<std::int64_t> nearest;
    for (const Way& way : ways_) {
        std::copy(before.begin(), before.end(), first.begin());
        if (move_words(fields_, datapath_, way.course, target, way.words, bits, rows)) {
            return way.course.steps.size() - 1;
        }
        // Nearer in the next operation is where that one starts from.
        if (nearest.empty() && way.course.steps.size() > 1) {
            nearest.assign(first.begin(), first.end());
        }
    }
    const std::vector<std::int64_t>& best = nearest.empty() ? before : nearest;
    std::copy(best.begin(), best.end(), first.begin());
    return std::nullopt;
}

}  // namespace cortile
