// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/equations/steering.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <set>

namespace cortile {
namespace {

constexpr std::size_t kMostWordsMoved = 3;
constexpr int kMostProbes = 70;  // of one word: halving 63 bits, and some
constexpr std::size_t kMostDirected = 4096;

// The field of each word of an operation.
std::vector<const DatapathField*> fields_of(const DatapathContract& contract) {
    std::vector<const DatapathField*> result;
    for (const auto* fields : {&contract.state, &contract.inputs, &contract.parameters}) {
        for (const DatapathField& field : *fields) {
            result.insert(result.end(), field.lanes, &field);
        }
    }
    return result;
}

// Searches one word for a root of distance - target.
class WordSearch {
  public:
    WordSearch(EquationsDatapath& datapath, const Boundary& boundary, std::int64_t target,
               std::span<std::int64_t> operands, std::size_t word, const DatapathField& field)
        : datapath_(datapath),
          boundary_(boundary),
          target_(target),
          operands_(operands),
          word_(word),
          field_(field) {}

    // Leaves the word at the best value found; is it a root?
    bool run();

  private:
    // Half of the differences of 64-bit values would not fit; targets are small.
    std::int64_t at(std::int64_t value) {
        operands_[word_] = value;
        const std::int64_t miss = datapath_.distance(boundary_, operands_) - target_;
        if (std::llabs(miss) < best_miss_) {
            best_miss_ = std::llabs(miss);
            best_ = value;
        }
        return miss;
    }
    void between(std::int64_t low, std::int64_t low_miss, std::int64_t high,
                 std::int64_t high_miss);

    EquationsDatapath& datapath_;
    const Boundary& boundary_;
    std::int64_t target_;
    std::span<std::int64_t> operands_;
    std::size_t word_;
    const DatapathField& field_;
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

bool WordSearch::run() {
    at(operands_[word_]);
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
    }
    operands_[word_] = best_;
    return best_miss_ == 0;
}

}  // namespace

bool move_to_boundary(const DatapathContract& contract, EquationsDatapath& datapath,
                      const Boundary& boundary, std::int64_t target, std::uint32_t choice,
                      std::size_t first_free, std::span<std::int64_t> operands) {
    const std::vector<const DatapathField*> fields = fields_of(contract);
    const std::vector<std::int64_t> before(operands.begin(), operands.end());
    // Ascending: the words that may move are the last ones.
    const auto first =
        std::lower_bound(boundary.operands.begin(), boundary.operands.end(), first_free);
    const std::span<const std::uint32_t> movable(first, boundary.operands.end());
    for (std::size_t i = 0; i < std::min(movable.size(), kMostWordsMoved); ++i) {
        const std::size_t word = movable[(choice + i) % movable.size()];
        if (WordSearch(datapath, boundary, target, operands, word, *fields[word]).run()) {
            return true;
        }
    }
    std::copy(before.begin(), before.end(), operands.begin());
    return false;
}

std::vector<std::vector<std::int64_t>> boundary_operations(const DatapathContract& contract,
                                                           EquationsDatapath& datapath) {
    using Operation = std::vector<std::int64_t>;
    const std::vector<const DatapathField*> fields = fields_of(contract);
    const std::size_t state_words = contract.state_words();
    // A value for each word, by four rules.
    std::vector<Operation> bases(4, Operation(fields.size()));
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
        bases[0][word] = word < state_words ? field.initial : zero;
        bases[1][word] = low;
        bases[2][word] = high;
        bases[3][word] = allowed.empty() ? low + (high - low) / 3 : allowed[allowed.size() / 2];
    }
    std::vector<Operation> operations;
    std::set<Operation> known;
    const auto add = [&](const Operation& operation) {
        if (operations.size() < kMostDirected && known.insert(operation).second) {
            operations.push_back(operation);
        }
    };
    for (const Operation& base : bases) {
        add(base);
        for (std::size_t word = 0; word < fields.size(); ++word) {
            for (const Operation& other : bases) {
                Operation operation = base;
                operation[word] = other[word];
                add(operation);
            }
        }
    }
    for (const Boundary& boundary : datapath.boundaries()) {
        for (const Operation& base : bases) {
            for (std::uint32_t first = 0;
                 first < std::min<std::size_t>(boundary.operands.size(), 8); ++first) {
                for (const std::int64_t target : {-1, 0, 1}) {
                    Operation operation = base;
                    if (move_to_boundary(contract, datapath, boundary, target, first, 0,
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
