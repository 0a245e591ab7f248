// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/lockstep_datapath.h"

#include <gtest/gtest.h>

#include "cores/datapath/reference_datapath.h"

namespace cortile {
namespace {

DatapathContract contract() {
    DatapathContract c;
    c.state = {{.name = "v", .width = 16}};
    c.outputs = {{.name = "spike"}};
    return c;
}

template <typename Update>
std::unique_ptr<NeuronDatapath> datapath(Update update) {
    return std::make_unique<ReferenceDatapath<Update>>(contract(), update);
}

std::unique_ptr<NeuronDatapath> right() {
    return datapath([](const std::int64_t* x, std::int64_t* y) {
        y[0] = x[0] + 1;
        y[1] = x[0] > 2;
    });
}

Disagreement found(std::unique_ptr<NeuronDatapath> implementation) {
    LockstepDatapath both(right(), std::move(implementation));
    const std::vector<std::int64_t> rows{1, 2, 3, 4};
    std::vector<std::int64_t> results(8);
    try {
        both.run(rows, results);
    } catch (const DatapathMismatch& mismatch) {
        EXPECT_EQ(results[6], 5) << "results are the reference's";
        return mismatch.disagreement();
    }
    Disagreement none;
    none.message = "none";
    return none;
}

TEST(Lockstep, EqualImplementationsPass) {
    EXPECT_EQ(found(right()).message, "none");
}

TEST(Lockstep, StopsAtTheFirstWordThatDiffers) {
    const Disagreement first = found(datapath([](const std::int64_t* x, std::int64_t* y) {
        y[0] = x[0] + 1;
        y[1] = x[0] > 3;
    }));
    EXPECT_EQ(first.operation, 2u);
    EXPECT_EQ(first.field, "spike");
    EXPECT_EQ(first.expected, 1);
    EXPECT_EQ(first.got, 0);
}

// An assertion fails a clock after the wrong value that it is about has been seen.
TEST(Lockstep, AWrongValueComesBeforeALaterAssertion) {
    const auto fails = [](std::int64_t of_first) {
        return found(datapath([=](const std::int64_t* x, std::int64_t* y) {
            y[0] = x[0] == 1 ? of_first : x[0] + 1;
            y[1] = x[0] > 2;
            if (x[0] == 3) {
                Disagreement assertion;
                assertion.kind = Disagreement::Kind::assertion;
                assertion.operation = 2;
                throw DatapathMismatch(assertion);
            }
        }));
    };
    EXPECT_EQ(fails(7).kind, Disagreement::Kind::value);
    EXPECT_EQ(fails(7).operation, 0u);
    EXPECT_EQ(fails(2).kind, Disagreement::Kind::assertion);
}

}  // namespace
}  // namespace cortile
