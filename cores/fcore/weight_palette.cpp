// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/weight_palette.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cortile {

namespace {

struct Cluster {
    double cost = 0;
    std::int32_t entry = 0;
};

// The distinct weights that occur, ascending, with prefix sums for costs of runs of them.
class Values {
  public:
    Values(const WeightHistogram& histogram, bool holds_zero) : holds_zero_(holds_zero) {
        for (std::int32_t w = -128; w <= 127; ++w) {
            const std::uint64_t count = histogram[static_cast<std::size_t>(w + 128)];
            if (count > 0 || (w == 0 && holds_zero)) {
                const auto n = static_cast<double>(count);
                value_.push_back(w);
                count_.push_back(count_.back() + n);
                sum_.push_back(sum_.back() + n * w);
                squares_.push_back(squares_.back() + n * w * w);
            }
        }
    }

    std::size_t size() const { return value_.size(); }
    std::int32_t operator[](std::size_t i) const { return value_[i]; }

    // Values [begin, end) under one entry.
    Cluster cluster(std::size_t begin, std::size_t end) const {
        const double n = count_[end] - count_[begin];
        const double sum = sum_[end] - sum_[begin];
        const double squares = squares_[end] - squares_[begin];
        Cluster result;
        const bool zero = holds_zero_ && value_[begin] <= 0 && value_[end - 1] >= 0;
        result.entry = zero || n == 0 ? 0 : static_cast<std::int32_t>(std::nearbyint(sum / n));
        const double e = result.entry;
        result.cost = squares - 2 * e * sum + e * e * n;
        return result;
    }

  private:
    bool holds_zero_;
    std::vector<std::int32_t> value_;
    std::vector<double> count_{0}, sum_{0}, squares_{0};
};

}  // namespace

WeightTable fit_weight_table(const WeightHistogram& histogram, std::uint32_t size,
                             bool holds_zero) {
    WeightTable table;
    for (std::int32_t w = -128; w <= 127; ++w) {
        table[static_cast<std::size_t>(w + 128)] = static_cast<std::int8_t>(w);
    }
    const Values values(histogram, holds_zero);
    const std::size_t n = values.size();
    if (n <= size) {
        return table;
    }
    // best[k][i]: least cost of the first i values under k entries; from[k][i]: where the last of
    // these begins.
    constexpr double kNone = std::numeric_limits<double>::infinity();
    std::vector<std::vector<double>> best(size + 1, std::vector<double>(n + 1, kNone));
    std::vector<std::vector<std::size_t>> from(size + 1, std::vector<std::size_t>(n + 1, 0));
    best[0][0] = 0;
    for (std::size_t k = 1; k <= size; ++k) {
        for (std::size_t end = k; end <= n; ++end) {
            for (std::size_t begin = k - 1; begin < end; ++begin) {
                const double cost = best[k - 1][begin] + values.cluster(begin, end).cost;
                if (cost < best[k][end]) {
                    best[k][end] = cost;
                    from[k][end] = begin;
                }
            }
        }
    }
    for (std::size_t k = size, end = n; k > 0; --k) {
        const std::size_t begin = from[k][end];
        const std::int32_t entry = values.cluster(begin, end).entry;
        for (std::size_t i = begin; i < end; ++i) {
            table[static_cast<std::size_t>(values[i] + 128)] = static_cast<std::int8_t>(entry);
        }
        end = begin;
    }
    return table;
}

std::uint32_t weight_grid(std::span<const double> weights, double tolerance) {
    double largest = 0;
    for (const double w : weights) {
        largest = std::max(largest, std::abs(w));
    }
    const auto on_grid = [&](std::uint32_t n) {
        return std::all_of(weights.begin(), weights.end(), [&](double w) {
            const double steps = w / largest * n;
            return std::abs(steps - std::nearbyint(steps)) <= tolerance;
        });
    };
    for (std::uint32_t n = 127; n > 0; --n) {
        if (on_grid(n)) {
            return n;
        }
    }
    return 0;
}

}  // namespace cortile
