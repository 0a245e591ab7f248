// SPDX-License-Identifier: Apache-2.0
#include "hw_model/energy/ledger.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "hw_model/base/error.h"

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::Pair;

// Powers of two, so that every sum is exact.
EnergyLedger small_ledger() {
    return {{"core 0", "core 1", "tile 0"},
            {{"synapse", "operation", 0.5, {"a", Grade::simulated}},
             {"soma", "update", 0.25, {"b", Grade::assumed}},
             {"soma", "spike", 4.0, {"c", Grade::simulated}}},
            {{"chip", "leakage", 2.0, {"d", Grade::measured}},
             {"soma", "bias", 1.0, {"e", Grade::assumed}}}};
}

TEST(Ledger, StartsEmpty) {
    const EnergyLedger ledger = small_ledger();
    EXPECT_EQ(ledger.total_joules(), 0);
    EXPECT_EQ(ledger.total_count(0), 0U);
    EXPECT_TRUE(ledger.share_by_grade().empty());
}

TEST(Ledger, CountsPerUnitAndEvent) {
    EnergyLedger ledger = small_ledger();
    ledger.add(0, 0, 3);
    ledger.add(0, 0, 4);
    ledger.add(1, 0, 5);
    ledger.add(1, 2, 1);
    EXPECT_EQ(ledger.count(0, 0), 7U);
    EXPECT_EQ(ledger.count(1, 0), 5U);
    EXPECT_EQ(ledger.count(0, 2), 0U);
    EXPECT_EQ(ledger.total_count(0), 12U);
    EXPECT_EQ(ledger.total_count(2), 1U);
}

TEST(Ledger, StaticEnergyIsPowerTimesSeconds) {
    EnergyLedger ledger = small_ledger();
    ledger.set_modelled_seconds(0.5);
    EXPECT_EQ(ledger.static_joules(), 1.5);
    EXPECT_EQ(ledger.dynamic_joules(), 0);
    EXPECT_EQ(ledger.total_joules(), 1.5);
    EXPECT_EQ(ledger.modelled_seconds(), 0.5);
}

TEST(Ledger, SplitsByComponentWithStaticParts) {
    EnergyLedger ledger = small_ledger();
    ledger.add(0, 0, 8);
    ledger.add(1, 1, 2);
    ledger.add(1, 2, 3);
    ledger.set_modelled_seconds(4);
    EXPECT_THAT(ledger.joules_by_component(),
                ElementsAre(Pair("chip", 8.0), Pair("soma", 12.5 + 4.0), Pair("synapse", 4.0)));
}

TEST(Ledger, SplitsByGradeSumToTheTotal) {
    EnergyLedger ledger = small_ledger();
    ledger.add(0, 0, 8);
    ledger.add(1, 1, 2);
    ledger.add(1, 2, 3);
    ledger.set_modelled_seconds(4);
    EXPECT_THAT(ledger.joules_by_grade(),
                ElementsAre(Pair(Grade::measured, 8.0), Pair(Grade::simulated, 16.0),
                            Pair(Grade::assumed, 4.5)));
    EXPECT_EQ(ledger.total_joules(), 28.5);
    EXPECT_EQ(ledger.share_by_grade().at(Grade::measured), 8.0 / 28.5);
}

TEST(Ledger, TheSumDoesNotDependOnTheSpreadOverUnits) {
    const std::vector<EnergyEvent> events{
        {"synapse", "operation", 23.6e-12, {"a", Grade::simulated}}};
    EnergyLedger one({"core 0"}, events, {});
    EnergyLedger many(std::vector<std::string>(100, "core"), events, {});
    for (std::size_t unit = 0; unit < 100; ++unit) {
        one.add(0, 0, unit * 7 + 1);
        many.add(unit, 0, unit * 7 + 1);
    }
    EXPECT_EQ(one.dynamic_joules(), many.dynamic_joules());
}

TEST(Ledger, CsvHasAStableOrderAndQuotes) {
    EnergyLedger ledger({"tile 0", "core, 0"},
                        {{"synapse", "operation", 23.6e-12, {"a \"b\", c", Grade::simulated}},
                         {"soma", "update", 0.1, {"d\ne", Grade::assumed}}},
                        {{"chip", "leakage", 0.1044, {"f", Grade::derived}}});
    ledger.add(1, 1, 3);
    ledger.add(1, 0, 1);
    ledger.add(0, 1, 1);
    ledger.set_modelled_seconds(2);
    EXPECT_EQ(ledger.to_csv(),
              "unit,component,event,count,joules,grade,source\n"
              "tile 0,soma,update,1,0.1,assumed,\"d\ne\"\n"
              "\"core, 0\",synapse,operation,1,2.36e-11,simulated,\"a \"\"b\"\", c\"\n"
              "\"core, 0\",soma,update,3,0.30000000000000004,assumed,\"d\ne\"\n"
              ",chip,leakage,,0.2088,derived,f\n");
}

TEST(Ledger, CountsBeyond64BitsAreOurDefect) {
    EnergyLedger ledger = small_ledger();
    ledger.add(0, 0, std::numeric_limits<std::uint64_t>::max());
    EXPECT_THROW(ledger.add(0, 0, 1), ContractViolation);
    EXPECT_EQ(ledger.count(0, 0), std::numeric_limits<std::uint64_t>::max());
    ledger.add(1, 0, 1);
    EXPECT_THROW(ledger.total_count(0), ContractViolation);
}

TEST(Ledger, IndicesOutOfRangeAreOurDefect) {
    EnergyLedger ledger = small_ledger();
    EXPECT_THROW(ledger.add(3, 0, 1), ContractViolation);
    EXPECT_THROW(ledger.add(0, 3, 1), ContractViolation);
    EXPECT_THROW(ledger.count(3, 0), ContractViolation);
    EXPECT_THROW(ledger.total_count(3), ContractViolation);
}

TEST(Ledger, ImpossibleConstantsAreOurDefect) {
    const auto with_event = [](double joules) {
        return EnergyLedger({"u"}, {{"c", "e", joules, {}}}, {});
    };
    EXPECT_THROW(with_event(-1), ContractViolation);
    EXPECT_THROW(with_event(std::nan("")), ContractViolation);
    EXPECT_THROW(EnergyLedger({"u"}, {{"c", "e", 1, {}}, {"c", "e", 2, {}}}, {}),
                 ContractViolation);
    EXPECT_THROW(EnergyLedger({"u"}, {}, {{"c", "p", INFINITY, {}}}), ContractViolation);
    EXPECT_THROW(small_ledger().set_modelled_seconds(-1), ContractViolation);
}

}  // namespace
}  // namespace cortile
