// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "cores/api/neuron_datapath.h"
#include "cores/datapath/operations.h"
#include "cores/datapath/semantics.h"

namespace cortile {

// Constrained random operations, biased to corners: of each operand's values a third are ends of
// its range, zero, and powers of two with their neighbours; a third have a random number of bits;
// the rest is uniform. The semantics then steers a part of the operations to its own corners.
// A chain has stretches, of up to 256 operations, in which some operands keep their values: a state
// that only gets somewhere under the same input for a while would never get there otherwise. And
// stretches in which each operation goes for the same goal of the semantics.
// What it draws depends on seed and position alone.
class RandomStimulus {
  public:
    // References are kept. `contract`: the reference's, or with narrower limits.
    RandomStimulus(const DatapathSemantics& semantics, const DatapathContract& contract,
                   NeuronDatapath& reference, std::uint64_t seed);

    // The next rows. `chained`: each operation starts from the state that the one before leaves,
    // the first from `state` (state_words() long), which becomes what the last one leaves.
    void draw(std::span<std::int64_t> rows);
    void draw_chained(std::span<std::int64_t> rows, std::span<std::int64_t> state);
    // Likewise, rows that go for every goal of the semantics in turn, each for some operations.
    Operations draw_goals(std::span<std::int64_t> state);

  private:
    // How the words of a field are drawn.
    struct Draw {
        std::int64_t minimum = 0, maximum = 0;
        std::int64_t sign_mask = 0;              // -1: the field has no sign
        bool only_corners = false;               // DatapathField::allowed
        std::array<std::int64_t, 64> corners{};  // as often as there is room for
        std::array<std::uint8_t, 64> shifts{};   // of 64 bits, for a random number of them
    };

    std::uint64_t bits();
    std::int64_t value(const Draw& draw);
    void draw_values(std::span<std::int64_t> row);
    void steer(std::span<std::int64_t> row, std::uint32_t choice, std::size_t first_free);
    void keep_some(std::span<std::int64_t> row, std::size_t first);
    void plan(std::size_t state_words);
    void steer_planned(std::size_t state_words);

    const DatapathSemantics& semantics_;
    const DatapathContract& contract_;
    NeuronDatapath& reference_;
    std::vector<Draw> draws_;           // of each field
    std::vector<std::uint32_t> words_;  // of each word of a row: its field
    std::uint64_t state_;
    std::uint64_t stretch_ = 0;                           // operations that are left of it
    std::vector<std::optional<std::int64_t>> kept_ = {};  // words that keep their value in it
    bool keeps_most_ = false;
    // Of a chain: the next operations, so that the first can be chosen for what a later one does.
    std::unique_ptr<ChainSteering> chain_ = {};
    Operations planned_ = {};
    std::uint32_t goal_ = 0;
    std::uint64_t tries_ = 0;    // that are left for the goal
    std::uint64_t settled_ = 0;  // planned operations that must stay, since a goal is met by them
};

// Values of a field that tests must not miss, at least one.
std::vector<std::int64_t> corner_values(const DatapathField& field);

// What the semantics single out, as far as `contract` can be asked it. `chained`: of a module that
// keeps its state; then also operations that come to each goal of the semantics, from `seed`.
Operations directed_operations(const DatapathSemantics& semantics, const DatapathContract& contract,
                               NeuronDatapath& reference, bool chained, std::uint64_t seed);
// Every corner value of every lane of one operand, 16 times, amid others of `stimulus`.
// `first_word`: of the operand, in a row. `chained`: others are drawn chained, from the
// state after reset; the corners then break the chain (chain_operations()).
Operations corner_operations(const DatapathContract& contract, const DatapathField& field,
                             std::size_t first_word, RandomStimulus& stimulus, bool chained);

// Of an implementation that keeps the state: makes each row start from the state that the one
// before leaves, the first from `state`, which becomes what the last one leaves.
void chain_operations(NeuronDatapath& reference, std::span<std::int64_t> rows,
                      std::span<std::int64_t> state);
// The state after reset.
std::vector<std::int64_t> initial_state(const DatapathContract& contract);

}  // namespace cortile
