// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/equations/steering.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <set>

namespace cortile {
namespace {

constexpr std::size_t kMostWordsMoved = 3;
constexpr int kMostProbes = 70;  // between two values of a word: halving 63 bits, and some
// Of a word in all: what has many turns is not followed into each.
constexpr int kMostProbesOfWord = 100;
constexpr std::uint64_t kParts = 8;
constexpr std::size_t kMostDirected = 4096;

// Searches one word of the first of some rows for a root of distance - target.
class WordSearch {
  public:
    WordSearch(EquationsDatapath& datapath, const BoundaryCourse& course, std::int64_t target,
               std::span<std::int64_t> rows, std::size_t word, const DatapathField& field)
        : datapath_(datapath),
          course_(course),
          target_(target),
          rows_(rows),
          word_(word),
          field_(field) {}

    // Leaves the word at the best value found; is it a root?
    bool run();

  private:
    // Half of the differences of 64-bit values would not fit; targets are small.
    std::int64_t at(std::int64_t value) {
        ++probes_;
        rows_[word_] = value;
        const std::int64_t miss = datapath_.distance(course_, rows_) - target_;
        if (std::llabs(miss) < best_miss_) {
            best_miss_ = std::llabs(miss);
            best_ = value;
        }
        return miss;
    }
    void between(std::int64_t low, std::int64_t low_miss, std::int64_t high,
                 std::int64_t high_miss);
    void in_parts(std::int64_t low, std::int64_t high);

    EquationsDatapath& datapath_;
    const BoundaryCourse& course_;
    std::int64_t target_;
    std::span<std::int64_t> rows_;
    std::size_t word_;
    const DatapathField& field_;
    int probes_ = 0;
    std::int64_t best_ = 0, best_miss_ = std::numeric_limits<std::int64_t>::max();
};

// Misses at both ends have different signs. Interpolates, and halves where that does not help.
void WordSearch::between(std::int64_t low, std::int64_t low_miss, std::int64_t high,
                         std::int64_t high_miss) {
    for (int probe = 0; probe < kMostProbes && best_miss_ != 0; ++probe) {
        const auto width = static_cast<double>(high) - static_cast<double>(low);
        if (width <= 1) {
            return;
        }
        const double part = static_cast<double>(low_miss) /
                            (static_cast<double>(low_miss) - static_cast<double>(high_miss));
        std::int64_t middle =
            low + static_cast<std::int64_t>(width * (probe % 2 == 0 ? part : 0.5));
        middle = std::clamp(middle, low + 1, high - 1);
        const std::int64_t miss = at(middle);
        if ((miss < 0) == (low_miss < 0)) {
            low = middle;
            low_miss = miss;
        } else {
            high = middle;
            high_miss = miss;
        }
    }
}

// What wraps, or turns, may have roots although its ends have the same sign.
void WordSearch::in_parts(std::int64_t low, std::int64_t high) {
    const std::uint64_t width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    if (width < kParts) {
        return;
    }
    std::int64_t begin = low, begin_miss = at(low);
    for (std::uint64_t part = 1; part <= kParts && best_miss_ != 0 && probes_ < kMostProbesOfWord;
         ++part) {
        const std::int64_t end = part == kParts
                                     ? high
                                     : static_cast<std::int64_t>(static_cast<std::uint64_t>(low) +
                                                                 width / kParts * part);
        const std::int64_t end_miss = at(end);
        if ((begin_miss < 0) != (end_miss < 0)) {
            between(begin, begin_miss, end, end_miss);
        }
        begin = end;
        begin_miss = end_miss;
    }
}

bool WordSearch::run() {
    at(rows_[word_]);
    if (!field_.allowed.empty()) {
        for (const std::int64_t value : field_.allowed) {
            at(value);
        }
    } else if (best_miss_ != 0) {
        const std::int64_t low = field_.minimum(), high = field_.maximum();
        const std::int64_t low_miss = at(low), high_miss = at(high);
        if ((low_miss < 0) != (high_miss < 0)) {
            between(low, low_miss, high, high_miss);
        }
        if (best_miss_ != 0) {
            in_parts(low, high);
        }
    }
    rows_[word_] = best_;
    return best_miss_ == 0;
}

}  // namespace

std::vector<const DatapathField*> operand_fields(const DatapathContract& contract) {
    std::vector<const DatapathField*> result;
    for (const auto* fields : {&contract.state, &contract.inputs, &contract.parameters}) {
        for (const DatapathField& field : *fields) {
            result.insert(result.end(), field.lanes, &field);
        }
    }
    return result;
}

bool move_words(const std::vector<const DatapathField*>& fields, EquationsDatapath& datapath,
                const BoundaryCourse& course, std::int64_t target,
                std::span<const std::uint32_t> words, std::uint32_t choice,
                std::span<std::int64_t> rows) {
    for (std::size_t i = 0; i < std::min(words.size(), kMostWordsMoved); ++i) {
        const std::size_t word = words[(choice + i) % words.size()];
        if (WordSearch(datapath, course, target, rows, word, *fields[word]).run()) {
            return true;
        }
    }
    return false;
}

bool move_to_boundary(const DatapathContract& contract, EquationsDatapath& datapath,
                      const Boundary& boundary, std::int64_t target, std::uint32_t choice,
                      std::size_t first_free, std::span<std::int64_t> operands) {
    const std::vector<std::int64_t> before(operands.begin(), operands.end());
    // Ascending: the words that may move are the last ones.
    const auto first =
        std::lower_bound(boundary.operands.begin(), boundary.operands.end(), first_free);
    if (first != boundary.operands.end() &&
        move_words(operand_fields(contract), datapath, datapath.course(boundary, 1), target,
                   {first, boundary.operands.end()}, choice, operands)) {
        return true;
    }
    std::copy(before.begin(), before.end(), operands.begin());
    return false;
}

std::vector<std::vector<std::int64_t>> boundary_operations(const DatapathContract& contract,
                                                           EquationsDatapath& datapath) {
    using Operation = std::vector<std::int64_t>;
    const std::vector<const DatapathField*> fields = operand_fields(contract);
    const std::size_t state_words = contract.state_words();
    // A value for each word, by six rules. The last two have what may be an enable at 1: where it
    // is 0, nothing that the other words say matters.
    std::vector<Operation> bases(6, Operation(fields.size()));
    for (std::size_t word = 0; word < fields.size(); ++word) {
        const DatapathField& field = *fields[word];
        const auto& allowed = field.allowed;
        const std::int64_t low =
            allowed.empty() ? field.minimum() : *std::min_element(allowed.begin(), allowed.end());
        const std::int64_t high =
            allowed.empty() ? field.maximum() : *std::max_element(allowed.begin(), allowed.end());
        const std::int64_t zero =
            !allowed.empty() && std::find(allowed.begin(), allowed.end(), 0) == allowed.end()
                ? allowed.front()
                : std::clamp<std::int64_t>(0, low, high);
        const bool is_bit = word >= state_words && field.width == 1;
        bases[0][word] = word < state_words ? field.initial : zero;
        bases[1][word] = low;
        bases[2][word] = high;
        bases[3][word] = allowed.empty() ? low + (high - low) / 3 : allowed[allowed.size() / 2];
        const std::int64_t one = field.is_signed ? low : high;
        bases[4][word] = is_bit ? one : bases[0][word];
        bases[5][word] = is_bit ? one : bases[3][word];
    }
    std::vector<Operation> operations;
    std::set<Operation> known;
    const auto add = [&](const Operation& operation, std::size_t most = kMostDirected) {
        if (operations.size() < most && known.insert(operation).second) {
            operations.push_back(operation);
        }
    };
    for (const Operation& base : bases) {
        add(base);
        for (std::size_t word = 0; word < fields.size(); ++word) {
            for (const Operation& other : bases) {
                Operation operation = base;
                operation[word] = other[word];
                add(operation, kMostDirected / 2);
            }
        }
    }
    for (const Boundary& boundary : datapath.boundaries()) {
        const BoundaryCourse course = datapath.course(boundary, 1);
        for (const Operation& base : bases) {
            for (std::uint32_t first = 0;
                 first < std::min<std::size_t>(boundary.operands.size(), 8); ++first) {
                for (const std::int64_t target : {-1, 0, 1}) {
                    Operation operation = base;
                    if (move_words(fields, datapath, course, target, boundary.operands, first,
                                   operation)) {
                        add(operation);
                    }
                }
            }
        }
    }
    return operations;
}

void steer_to_boundary(const DatapathContract& contract, EquationsDatapath& datapath,
                       std::span<std::int64_t> operands, std::uint32_t bits, bool state_is_free) {
    const std::size_t boundaries = datapath.boundaries().size();
    if (boundaries != 0) {
        const Boundary& boundary = datapath.boundaries()[(bits & 0xFFFFu) % boundaries];
        move_to_boundary(contract, datapath, boundary,
                         static_cast<std::int64_t>((bits >> 16) % 3) - 1, bits >> 18,
                         state_is_free ? 0 : contract.state_words(), operands);
    }
}

}  // namespace cortile
