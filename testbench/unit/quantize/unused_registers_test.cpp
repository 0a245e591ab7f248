// SPDX-License-Identifier: Apache-2.0
#include "workload/quantize/unused_registers.h"

#include <gtest/gtest.h>

#include "testbench/unit/quantize/test_networks.h"

namespace cortile {
namespace {

TEST(UnusedRegisters, AreThoseOfOtherChips) {
    Network network = one_layer(lif(1e-3, 1), {{1}});
    EXPECT_EQ(unused_registers(network, "mine"), "");
    network.populations[1].hardware["other/du"] = {100};
    network.projections[0].hardware["other/exponent"] = {1};
    EXPECT_EQ(unused_registers(network, "mine"),
              "other/du, other/exponent of 'out', 'fc' are registers of another chip and not used: "
              "this one takes the network's own parameters");
    EXPECT_EQ(unused_registers(network, "other"), "");
    EXPECT_NE(unused_registers(network, "oth"), "");
}

TEST(UnusedRegisters, ANetworkForSeveralChipsIsAsItShouldBe) {
    Network network = one_layer(lif(1e-3, 1), {{1}});
    network.populations[1].hardware["other/du"] = {100};
    network.populations[1].hardware["mine/leak"] = {3};
    EXPECT_EQ(unused_registers(network, "mine"), "");
}

TEST(UnusedRegisters, OfVeryManyTheFirstAreNamed) {
    Network network = one_layer(lif(1e-3, 1), {{1}});
    for (const char* key : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
        network.populations[1].hardware[std::string("other/") + key] = {1};
    }
    EXPECT_TRUE(unused_registers(network, "mine")
                    .starts_with("other/a, other/b, other/c, other/d, other/e, other/f and 2 more "
                                 "of 'out' are "));
}

}  // namespace
}  // namespace cortile
