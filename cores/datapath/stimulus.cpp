// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/stimulus.h"

#include <algorithm>
#include <array>
#include <bit>

#include "hw_model/base/random.h"

namespace cortile {

namespace {

constexpr std::size_t kCorners = 64;
__extension__ using Product = unsigned __int128;

}  // namespace

// Ends, zero and powers of two with their neighbours, as many as there is room for; the ends and
// zero come several times.
std::vector<std::int64_t> corner_values(const DatapathField& field) {
    if (!field.allowed.empty()) {
        return field.allowed;
    }
    const std::int64_t low = field.minimum(), high = field.maximum();
    std::vector<std::int64_t> corners;
    const auto add = [&](std::int64_t value) {
        if (value >= low && value <= high) {
            corners.push_back(value);
        }
    };
    for (unsigned bit = field.width; bit-- > 0 && corners.size() < kCorners / 2;) {
        const std::int64_t power = std::int64_t{1} << bit;
        for (const std::int64_t value : {power, power - 1, -power, 1 - power}) {
            add(value);
        }
    }
    while (corners.size() < kCorners) {
        for (const std::int64_t value :
             {low, high, std::int64_t{0}, low + 1, high - 1, std::int64_t{1}, std::int64_t{-1}}) {
            add(value);
        }
    }
    corners.resize(kCorners);
    return corners;
}

RandomStimulus::RandomStimulus(const DatapathSemantics& semantics, const DatapathContract& contract,
                               NeuronDatapath& reference, std::uint64_t seed)
    : semantics_(semantics), contract_(contract), reference_(reference) {
    for (const auto* group : {&contract.state, &contract.inputs, &contract.parameters}) {
        for (const DatapathField& field : *group) {
            Draw draw{field.minimum(), field.maximum(), field.minimum() < 0 ? 0 : -1,
                      !field.allowed.empty()};
            const std::vector<std::int64_t> corners = corner_values(field);
            const auto bits = static_cast<std::size_t>(
                std::bit_width(static_cast<std::uint64_t>(std::max(draw.maximum, -draw.minimum))) +
                1);
            for (std::size_t i = 0; i < kCorners; ++i) {
                draw.corners[i] = corners[i % corners.size()];
                draw.shifts[i] =
                    static_cast<std::uint8_t>(62 - i % std::min<std::size_t>(bits, 62));
            }
            words_.insert(words_.end(), field.lanes, static_cast<std::uint32_t>(draws_.size()));
            draws_.push_back(draw);
        }
    }
    const auto start = philox({seed, RandomUse::datapath_stimulus}, 0, 0);
    state_ = std::uint64_t{start[0]} << 32 | start[1];
}

// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA'14): a
// tenth of the time of a counter-based generator, which would be most of a lockstep run.
std::uint64_t RandomStimulus::bits() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

// Without branches on what was drawn, of which every other would be predicted wrongly: they took a
// third of a lockstep run.
std::int64_t RandomStimulus::value(const Draw& draw) {
    const std::uint64_t r = bits();
    const unsigned kind = r & 7, choice = r >> 3 & 63;
    // The product's upper half: as many values as there are, all alike.
    const auto count = static_cast<std::uint64_t>(draw.maximum - draw.minimum) + 1;
    const std::int64_t uniform =
        draw.minimum + static_cast<std::int64_t>(
                           static_cast<std::uint64_t>(static_cast<Product>(r) * count >> 64));
    // A random number of bits, around zero where zero is in range.
    std::int64_t small = static_cast<std::int64_t>(r) >> draw.shifts[choice];
    small ^= (small >> 63) & draw.sign_mask;
    const std::int64_t is_small =
        -std::int64_t{(kind < 6) & (small >= draw.minimum) & (small <= draw.maximum)};
    const std::int64_t result = (uniform & ~is_small) | (small & is_small);
    const std::int64_t is_corner = -std::int64_t{(kind < 3) | draw.only_corners};
    return (result & ~is_corner) | (draw.corners[choice] & is_corner);
}

void RandomStimulus::draw_values(std::span<std::int64_t> row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
        row[i] = value(draws_[words_[i]]);
    }
}

// Words from `first_free` on.
void RandomStimulus::steer(std::span<std::int64_t> row, std::uint32_t choice,
                           std::size_t first_free) {
    semantics_.steer(contract_, reference_, row, choice, first_free == 0);
    // Where limits are narrower than the semantics know.
    for (std::size_t i = first_free; i < row.size(); ++i) {
        const Draw& draw = draws_[words_[i]];
        if (draw.only_corners || row[i] < draw.minimum || row[i] > draw.maximum) {
            row[i] = value(draw);
        }
    }
}

// Words from `first` on.
void RandomStimulus::keep_some(std::span<std::int64_t> row, std::size_t first) {
    if (stretch_ == 0) {
        const std::uint64_t r = bits();
        stretch_ = std::uint64_t{1} << (r & 7) << (r >> 3 & 1);
        // None, an eighth, a half or seven eighths of the words.
        const std::uint64_t share = std::array<std::uint64_t, 4>{0, 32, 128, 224}[r >> 4 & 3];
        keeps_most_ = share >= 128;
        kept_.assign(row.size(), std::nullopt);
        for (std::size_t i = first; i < row.size(); ++i) {
            if ((bits() & 255) < share) {
                kept_[i] = row[i];
            }
        }
    }
    --stretch_;
    for (std::size_t i = first; i < row.size(); ++i) {
        row[i] = kept_[i].value_or(row[i]);
    }
}

void RandomStimulus::draw(std::span<std::int64_t> rows) {
    for (std::size_t first = 0; first < rows.size(); first += words_.size()) {
        const auto row = rows.subspan(first, words_.size());
        draw_values(row);
        const std::uint64_t r = bits();
        if ((r & 3) == 0) {
            steer(row, static_cast<std::uint32_t>(r >> 32), 0);
        }
    }
}

void RandomStimulus::plan(std::size_t state_words) {
    const std::size_t words = words_.size();
    if (planned_.empty()) {
        chain_ = semantics_.chain_steering(contract_, reference_);
    }
    while (planned_.size() < ChainSteering::kLongest * words) {
        planned_.resize(planned_.size() + words);
        const auto row = std::span(planned_).last(words);
        draw_values(row);
        keep_some(row, state_words);
    }
}

void RandomStimulus::steer_planned(std::size_t state_words) {
    if (settled_ > 0) {
        --settled_;
        return;
    }
    constexpr std::uint64_t kMostTries = 32;
    const std::uint64_t r = bits();
    const auto choice = static_cast<std::uint32_t>(r >> 32);
    const std::uint32_t goals = chain_ ? chain_->goals() : 0;
    if (tries_ == 0 && goals > 0 && (r & 31) == 0) {
        goal_ = static_cast<std::uint32_t>(bits() % goals);
        tries_ = 1 + (r >> 5) % kMostTries;
    }
    if (tries_ > 0) {
        --tries_;
        if (const auto met = chain_->steer(planned_, goal_, choice)) {
            settled_ = *met;
            tries_ = 0;
        }
    } else if ((r >> 10 & 3) == 0 && (!keeps_most_ || (r >> 12 & 7) == 0)) {
        steer(std::span(planned_).first(words_.size()), choice, state_words);
    }
}

void RandomStimulus::draw_chained(std::span<std::int64_t> rows, std::span<std::int64_t> state) {
    const auto words = static_cast<std::ptrdiff_t>(words_.size());
    for (std::size_t first = 0; first < rows.size(); first += words_.size()) {
        plan(state.size());
        std::copy(state.begin(), state.end(), planned_.begin());
        steer_planned(state.size());
        const auto row = rows.subspan(first, words_.size());
        std::copy_n(planned_.begin(), words, row.begin());
        planned_.erase(planned_.begin(), planned_.begin() + words);
        chain_operations(reference_, row, state);
    }
}

Operations RandomStimulus::draw_goals(std::span<std::int64_t> state) {
    constexpr std::uint64_t kMostOperations = 4096, kMostTries = 24;
    Operations rows;
    plan(state.size());
    const std::uint64_t goals = chain_ ? chain_->goals() : 0;
    for (std::uint32_t goal = 0; goal < goals; ++goal) {
        goal_ = goal;
        tries_ = std::clamp<std::uint64_t>(kMostOperations / goals, 1, kMostTries);
        settled_ = 0;
        while (tries_ > 0 || settled_ > 0) {
            rows.resize(rows.size() + words_.size());
            draw_chained(std::span(rows).last(words_.size()), state);
        }
    }
    return rows;
}

Operations directed_operations(const DatapathSemantics& semantics, const DatapathContract& contract,
                               NeuronDatapath& reference, bool chained, std::uint64_t seed) {
    Operations rows;
    for (const std::vector<std::int64_t>& row : semantics.directed(contract, reference)) {
        try {
            check_operations(contract, row, "directed");
        } catch (const ConfigError&) {
            continue;  // beyond what this implementation can be asked for
        }
        rows.insert(rows.end(), row.begin(), row.end());
    }
    if (chained) {
        // The state that a row asks for comes about by chance; that of a goal is made.
        std::vector<std::int64_t> state = initial_state(contract);
        chain_operations(reference, rows, state);
        const Operations goals =
            RandomStimulus(semantics, contract, reference, seed).draw_goals(state);
        rows.insert(rows.end(), goals.begin(), goals.end());
    }
    return rows;
}

Operations corner_operations(const DatapathContract& contract, const DatapathField& field,
                             std::size_t first_word, RandomStimulus& stimulus, bool chained) {
    constexpr std::size_t kEach = 16;
    std::vector<std::int64_t> values = corner_values(field);
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    const std::size_t words = contract.operand_words();
    Operations rows(values.size() * field.lanes * kEach * words);
    if (chained) {
        std::vector<std::int64_t> state = initial_state(contract);
        stimulus.draw_chained(rows, state);
    } else {
        stimulus.draw(rows);
    }
    std::size_t row = 0;
    for (const std::int64_t value : values) {
        for (unsigned lane = 0; lane < field.lanes; ++lane) {
            for (std::size_t i = 0; i < kEach; ++i, ++row) {
                rows[row * words + first_word + lane] = value;
            }
        }
    }
    return rows;
}

void chain_operations(NeuronDatapath& reference, std::span<std::int64_t> rows,
                      std::span<std::int64_t> state) {
    const std::size_t words = reference.contract().operand_words();
    std::vector<std::int64_t> result(reference.contract().result_words());
    for (std::size_t first = 0; first < rows.size(); first += words) {
        const auto row = rows.subspan(first, words);
        std::copy(state.begin(), state.end(), row.begin());
        reference.run(row, result);
        std::copy_n(result.begin(), state.size(), state.begin());
    }
}

std::vector<std::int64_t> initial_state(const DatapathContract& contract) {
    std::vector<std::int64_t> state;
    for (const DatapathField& field : contract.state) {
        state.insert(state.end(), field.lanes, field.initial);
    }
    return state;
}

}  // namespace cortile
