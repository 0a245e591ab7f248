// SPDX-License-Identifier: Apache-2.0
// Straightforward full matrices to compare connectivities with, and random numbers for tests.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "hw_model/base/random.h"
#include "workload/network/connectivity.h"

namespace cortile::test {

// [target][source], without any of the shortcuts of the code under test.
using Matrix = std::vector<std::vector<double>>;

inline Matrix zeros(std::size_t targets, std::size_t sources) {
    return Matrix(targets, std::vector<double>(sources, 0.0));
}

// The rows as a matrix, after checking what the interface promises of every row.
inline Matrix matrix_of(const Connectivity& connectivity) {
    Matrix m = zeros(connectivity.target_size(), connectivity.source_size());
    std::vector<Connection> row{{7, 7.0F, 7}};  // must be replaced
    for (std::uint32_t s = 0; s < connectivity.source_size(); ++s) {
        connectivity.row(s, row);
        for (std::size_t i = 0; i < row.size(); ++i) {
            EXPECT_LT(row[i].target, connectivity.target_size());
            EXPECT_NE(row[i].weight, 0.0F);
            EXPECT_LE(row[i].delay, connectivity.max_delay());
            if (i > 0) {
                EXPECT_LT(std::pair(row[i - 1].target, row[i - 1].delay),
                          std::pair(row[i].target, row[i].delay));
            }
            m[row[i].target][s] += row[i].weight;
        }
    }
    return m;
}

inline Matrix product(const Matrix& second, const Matrix& first) {
    Matrix m = zeros(second.size(), first.empty() ? 0 : first[0].size());
    for (std::size_t t = 0; t < second.size(); ++t) {
        for (std::size_t k = 0; k < first.size(); ++k) {
            for (std::size_t s = 0; s < m[t].size(); ++s) {
                m[t][s] += second[t][k] * first[k][s];
            }
        }
    }
    return m;
}

// Draws one after the other from a stated seed.
class Draws {
  public:
    explicit Draws(std::uint64_t seed) : seed_(seed) {}
    std::uint32_t below(std::uint32_t n) {
        return uniform_below(philox({seed_, RandomUse::test}, count_++, 0)[0], n);
    }
    std::uint32_t between(std::uint32_t low, std::uint32_t high) {
        return low + below(high - low + 1);
    }
    // Small multiples of 1/4, some of them 0: sums and products are exact in float.
    float weight() { return (static_cast<float>(below(17)) - 8.0F) / 4.0F; }

  private:
    std::uint64_t seed_;
    std::uint64_t count_ = 0;
};

}  // namespace cortile::test
