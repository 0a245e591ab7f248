// SPDX-License-Identifier: Apache-2.0
#include "workload/network/connectivity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"
#include "testbench/unit/network/dense_reference.h"

namespace cortile {
namespace {

using test::Draws;
using test::Matrix;
using test::matrix_of;
using ::testing::ElementsAre;

MATCHER_P3(Synapse, target, weight, delay, "") {
    return arg.target == static_cast<std::uint32_t>(target) &&
           arg.weight == static_cast<float>(weight) && arg.delay == delay;
}

std::vector<Connection> row(const Connectivity& c, std::uint32_t source) {
    std::vector<Connection> result;
    c.row(source, result);
    return result;
}

TEST(Dense, RowIsAColumnOfTheMatrixWithoutZeros) {
    const auto c = make_dense(3, 2, {1, 2, 0, 3, -4, 0});
    EXPECT_THAT(row(*c, 0), ElementsAre(Synapse(0, 1, 0), Synapse(2, -4, 0)));
    EXPECT_THAT(row(*c, 1), ElementsAre(Synapse(0, 2, 0), Synapse(1, 3, 0)));
}

TEST(Dense, MostlyZeroMatrixGivesTheSameRows) {
    Draws draws(11);
    const std::uint32_t targets = 37;
    const std::uint32_t sources = 41;
    std::vector<float> weight(std::size_t{targets} * sources, 0.0F);
    for (int i = 0; i < 50; ++i) {
        weight[draws.below(targets * sources)] = 1.5F;
    }
    const Matrix m = matrix_of(*make_dense(targets, sources, weight));
    for (std::size_t t = 0; t < targets; ++t) {
        for (std::size_t s = 0; s < sources; ++s) {
            EXPECT_EQ(m[t][s], weight[t * sources + s]) << "target " << t << " source " << s;
        }
    }
}

// However it is stored.
TEST(Dense, ZerosCanBeConnections) {
    for (const std::vector<float>& matrix :
         {std::vector<float>{1, 0, 3, 4, 5, 0}, std::vector<float>{0, 0, 0, 0, 7, 0},
          std::vector<float>(6, 0.0F)}) {
        const auto whole = make_dense(3, 2, matrix)->with_zeros();
        ASSERT_NE(whole, nullptr);
        for (std::uint32_t s = 0; s < 2; ++s) {
            std::vector<Connection> row;
            whole->row(s, row);
            ASSERT_EQ(row.size(), 3u);
            for (std::uint32_t t = 0; t < 3; ++t) {
                EXPECT_EQ(row[t].target, t);
                EXPECT_EQ(row[t].weight, matrix[t * 2 + s]);
            }
        }
    }
}

// A synapse that starts at 0 and may learn has a delay all the same.
TEST(Chain, ZerosOfAMatrixCanBeConnectionsWhereDelaysStandBeforeOrBehindIt) {
    const std::vector<float> matrix{1, 0, 0, 4, 5, 0};
    const auto dense = [&]() -> std::shared_ptr<const Connectivity> {
        return make_dense(3, 2, matrix);
    };
    const auto before = make_chain(make_elementwise(2, {1}, {7, 9}), dense())->with_zeros();
    const auto behind = make_chain(dense(), make_elementwise(3, {1}, {4, 5, 6}))->with_zeros();
    const auto alike = make_chain(dense(), make_elementwise(3, {1}, {4}))->with_zeros();
    ASSERT_TRUE(before && behind && alike);
    for (std::uint32_t s = 0; s < 2; ++s) {
        for (const auto* whole : {&before, &behind, &alike}) {
            std::vector<Connection> row;
            (*whole)->row(s, row);
            ASSERT_EQ(row.size(), 3u);
            for (std::uint32_t t = 0; t < 3; ++t) {
                EXPECT_EQ(row[t].target, t);
                EXPECT_EQ(row[t].weight, matrix[t * 2 + s]);
                EXPECT_EQ(row[t].delay, whole == &before   ? 7 + 2 * s
                                        : whole == &behind ? 4 + t
                                                           : 4);
            }
        }
    }
    EXPECT_EQ(
        make_chain(make_elementwise(2, {1}, {7}), make_elementwise(2, {1}, {1}))->with_zeros(),
        nullptr);
}

TEST(Dense, NegativeZeroIsNoSynapse) {
    EXPECT_TRUE(row(*make_dense(1, 1, {-0.0F}), 0).empty());
}

TEST(Dense, WrongNumberOfWeightsIsRefused) {
    EXPECT_THROW(make_dense(3, 2, {1, 2, 3}), ContractViolation);
}

TEST(Dense, SourceOutOfRangeIsRefused) {
    std::vector<Connection> out;
    EXPECT_THROW(make_dense(1, 1, {1})->row(1, out), ContractViolation);
}

TEST(Sparse, RowsAreWhatWasStored) {
    const auto c = make_sparse(9, {0, 2, 2, 3}, {{1, 2.0F, 0}, {1, 3.0F, 4}, {8, -1.0F, 0}});
    EXPECT_EQ(c->source_size(), 3u);
    EXPECT_EQ(c->max_delay(), 4);
    EXPECT_THAT(row(*c, 0), ElementsAre(Synapse(1, 2, 0), Synapse(1, 3, 4)));
    EXPECT_TRUE(row(*c, 1).empty());
    EXPECT_THAT(row(*c, 2), ElementsAre(Synapse(8, -1, 0)));
}

TEST(Sparse, RowsOutOfOrderAreRefused) {
    EXPECT_THROW(make_sparse(9, {0, 2}, {{4, 1.0F, 0}, {2, 1.0F, 0}}), ContractViolation);
}

TEST(Sparse, RepeatedTargetAndDelayIsRefused) {
    EXPECT_THROW(make_sparse(9, {0, 2}, {{2, 1.0F, 1}, {2, 1.0F, 1}}), ContractViolation);
}

TEST(Sparse, TargetOutOfRangeIsRefused) {
    EXPECT_THROW(make_sparse(2, {0, 1}, {{2, 1.0F, 0}}), ContractViolation);
}

TEST(Elementwise, EachNeuronMeetsItsOwn) {
    const auto c = make_elementwise(3, {1.0F, 0.0F, -2.0F}, {0, 1, 5});
    EXPECT_THAT(row(*c, 0), ElementsAre(Synapse(0, 1, 0)));
    EXPECT_TRUE(row(*c, 1).empty());
    EXPECT_THAT(row(*c, 2), ElementsAre(Synapse(2, -2, 5)));
    EXPECT_FALSE(c->repeats_rows());
    EXPECT_EQ(c->max_delay(), 5);
}

TEST(Elementwise, OneValueServesAll) {
    const auto c = make_elementwise(1000, {3.0F}, {2});
    EXPECT_THAT(row(*c, 999), ElementsAre(Synapse(999, 3, 2)));
    EXPECT_TRUE(c->repeats_rows());
}

TEST(Elementwise, SizeThatIsNeitherOneNorAllIsRefused) {
    EXPECT_THROW(make_elementwise(3, {1.0F, 2.0F}, {0}), ContractViolation);
    EXPECT_THROW(make_elementwise(3, {1.0F}, {0, 0}), ContractViolation);
}

TEST(Chain, DelaysAddAndStayApart) {
    // Two paths from source 0 to target 0, over delays 1 + 2 and 3 + 2, and one to target 1.
    const std::shared_ptr<const Connectivity> first =
        make_sparse(2, {0, 2}, {{0, 2.0F, 1}, {1, 5.0F, 3}});
    const std::shared_ptr<const Connectivity> second =
        make_sparse(2, {0, 1, 3}, {{0, 10.0F, 2}, {0, 1.0F, 2}, {1, -1.0F, 0}});
    const auto chain = make_chain(first, second);
    EXPECT_THAT(row(*chain, 0),
                ElementsAre(Synapse(0, 20, 3), Synapse(0, 5, 5), Synapse(1, -5, 3)));
    EXPECT_EQ(chain->max_delay(), 5);
}

TEST(Chain, PathsThatCancelLeaveNoSynapse) {
    const std::shared_ptr<const Connectivity> first = make_dense(2, 1, {1, 1});
    const std::shared_ptr<const Connectivity> second = make_dense(2, 2, {3, -3, 1, 1});
    EXPECT_THAT(row(*make_chain(first, second), 0), ElementsAre(Synapse(1, 2, 0)));
}

TEST(Chain, RepeatsRowsOnlyWhereBothDo) {
    const std::shared_ptr<const Connectivity> shift = make_elementwise(2, {1.0F}, {0});
    const std::shared_ptr<const Connectivity> matrix = make_dense(2, 2, {1, 2, 3, 4});
    EXPECT_TRUE(make_chain(shift, shift)->repeats_rows());
    EXPECT_FALSE(make_chain(shift, matrix)->repeats_rows());
    EXPECT_FALSE(make_chain(matrix, shift)->repeats_rows());
}

TEST(Chain, SizesThatDoNotMeetAreRefused) {
    EXPECT_THROW(make_chain(make_dense(2, 1, {1, 1}), make_dense(1, 3, {1, 1, 1})),
                 ContractViolation);
}

TEST(Chain, DelaysBeyond16BitAreRefused) {
    EXPECT_THROW(
        make_chain(make_elementwise(1, {1.0F}, {40000}), make_elementwise(1, {1.0F}, {40000})),
        ContractViolation);
}

// Sums of products of quarters are exact, so that rows must equal the product of the matrices.
TEST(Chain, EqualsTheProductOfTheMatrices) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Draws draws(seed);
        const std::uint32_t sizes[] = {draws.between(1, 20), draws.between(1, 300),
                                       draws.between(1, 20)};
        std::vector<float> a(std::size_t{sizes[1]} * sizes[0]);
        std::vector<float> b(std::size_t{sizes[2]} * sizes[1]);
        const std::uint32_t density = draws.between(1, 4);
        for (std::vector<float>* weights : {&a, &b}) {
            for (float& w : *weights) {
                w = draws.below(4) < density ? draws.weight() : 0.0F;
            }
        }
        const std::shared_ptr<const Connectivity> first = make_dense(sizes[1], sizes[0], a);
        const std::shared_ptr<const Connectivity> second = make_dense(sizes[2], sizes[1], b);
        EXPECT_EQ(matrix_of(*make_chain(first, second)),
                  test::product(matrix_of(*second), matrix_of(*first)));
    }
}

TEST(Connectivity, MaxDelayIsFoundByLookingWhereNoneIsStated) {
    class Odd final : public Connectivity {
      public:
        std::uint32_t source_size() const override { return 3; }
        std::uint32_t target_size() const override { return 1; }
        void row(std::uint32_t source, std::vector<Connection>& out) const override {
            out.assign(1, {0, 1.0F, static_cast<std::uint16_t>(7 * (source % 2))});
        }
    };
    EXPECT_EQ(Odd().max_delay(), 7);
}

}  // namespace
}  // namespace cortile
