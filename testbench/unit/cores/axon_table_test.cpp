// SPDX-License-Identifier: Apache-2.0
#include "cores/blocks/axon_table.h"

#include <gmock/gmock.h>

#include "hw_model/base/error.h"

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(AxonTable, KeepsDestinationsOfEachNeuronInOrderOfAddition) {
    AxonTable table(std::vector<std::uint32_t>{2, 0, 1});
    table.add(2, 30);
    table.add(0, 12);
    table.add(0, 11);
    table.finish();
    EXPECT_THAT(table.destinations(0), ElementsAre(12u, 11u));
    EXPECT_THAT(table.destinations(1), IsEmpty());
    EXPECT_THAT(table.destinations(2), ElementsAre(30u));
}

TEST(AxonTable, RefusesMoreDestinationsThanAnnounced) {
    AxonTable table(std::vector<std::uint32_t>{1});
    table.add(0, 1);
    EXPECT_THROW(table.add(0, 2), ContractViolation);
}

TEST(AxonTable, RefusesFewerDestinationsThanAnnounced) {
    AxonTable table(std::vector<std::uint32_t>{1});
    EXPECT_THROW(table.finish(), ContractViolation);
}

}  // namespace
}  // namespace cortile
