// SPDX-License-Identifier: Apache-2.0
// The soma's specification as a datapath: does stimulus reach what the soma can do, and is a
// datapath that differs anywhere told apart?
#include "cores/fcore/fcore_soma_semantics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "cores/datapath/conformance.h"
#include "cores/datapath/reference_datapath.h"
#include "cores/datapath/stimulus.h"
#include "cores/fcore/spiking_soma.h"
#include "cores/registry/core_type.h"

namespace cortile {
namespace {

using Row = FcoreSomaRow;
using Operation = const std::int64_t*;

const FcoreSomaSemantics kSemantics;

std::unique_ptr<NeuronDatapath> reference(const std::string& yaml = "{}") {
    return kSemantics.make(ConfigTree::from_text(yaml, "test", ".").resolve(kSemantics.schema()));
}

std::int64_t saturated(std::int64_t x) {
    return std::min<std::int64_t>(std::max<std::int64_t>(x, kSomaMin), kSomaMax);
}

std::int64_t noise(Operation x) {
    const std::int64_t bits = x[Row::random] & x[Row::random_mask];
    return bits > kSomaMax ? bits - (std::int64_t{1} << 28) : bits;
}

// What happens in an operation, by name: each must come often, from steering if not by chance.
std::map<std::string, bool> events(Operation x, Operation y) {
    const std::int64_t sum = x[Row::threshold] + x[Row::theta] + noise(x);
    const std::int64_t threshold = std::max(saturated(sum), x[Row::floor]);
    const std::int64_t driven = x[Row::v] + x[Row::input];
    const std::int64_t v = x[Row::hold] == 0 ? saturated(driven) : x[Row::v];
    const bool spike = y[Row::spike] != 0;
    const bool subtracts = spike && (x[Row::reset_mode] == 1 || x[Row::reset_mode] == 2);
    const std::int64_t less = v - (x[Row::reset_mode] == 1 ? threshold : x[Row::decrement]);
    const std::int64_t leaked = y[Row::shown] + x[Row::leak_add];
    const bool leaks = x[Row::leaks_by_factor] == 0;
    const bool ends = x[Row::window] > 0 && x[Row::timer] + 1 == x[Row::window];
    const std::int64_t theta = x[Row::theta] + x[Row::theta_add] + (spike ? x[Row::theta_step] : 0);
    const bool adds = x[Row::theta_by_factor] == 0;
    return {
        {"at the threshold", x[Row::fires] != 0 && v == threshold},
        {"just above the threshold", x[Row::fires] != 0 && v == threshold + 1},
        {"at a threshold with noise", v == threshold && noise(x) != 0},
        {"just above, fires off", x[Row::fires] == 0 && v == threshold + 1},
        {"threshold saturates above by one", sum == kSomaMax + 1},
        {"threshold saturates below by one", sum == kSomaMin - 1},
        {"threshold is the floor, one above the sum", x[Row::floor] == sum + 1},
        {"membrane reaches its maximum", x[Row::hold] == 0 && driven == kSomaMax},
        {"membrane saturates above by one", x[Row::hold] == 0 && driven == kSomaMax + 1},
        {"membrane reaches its minimum", x[Row::hold] == 0 && driven == kSomaMin},
        {"membrane saturates below by one", x[Row::hold] == 0 && driven == kSomaMin - 1},
        {"reset to value", spike && x[Row::reset_mode] == 0},
        {"reset by threshold", spike && x[Row::reset_mode] == 1},
        {"reset by decrement", spike && x[Row::reset_mode] == 2},
        {"no reset", spike && x[Row::reset_mode] == 3},
        {"reset by threshold saturates by one",
         subtracts && x[Row::reset_mode] == 1 && less == kSomaMax + 1},
        {"reset by decrement saturates above by one",
         subtracts && x[Row::reset_mode] == 2 && less == kSomaMax + 1},
        {"reset saturates below by one", subtracts && less == kSomaMin - 1},
        {"leak saturates above by one", leaks && !ends && leaked == kSomaMax + 1},
        {"leak saturates below by one", leaks && !ends && leaked == kSomaMin - 1},
        {"a small negative membrane decays", !leaks && x[Row::v] < 0 && x[Row::v] > -256},
        {"adaptation saturates above by one", adds && theta == kSomaMax + 1},
        {"adaptation saturates below by one", adds && theta == kSomaMin - 1},
        {"adaptation saturates with a spike", adds && spike && theta == kSomaMax + 1},
        {"membrane is the floor, one above",
         y[Row::v_after] == x[Row::floor] && leaks && !ends && leaked + 1 == x[Row::floor]},
        {"window ends", ends},
        {"window ends with a spike", ends && spike},
        {"window ends in the next timestep", x[Row::window] == x[Row::timer] + 2},
        {"window was over", x[Row::window] > 0 && x[Row::window] == x[Row::timer]},
        {"counter of the window overflows", x[Row::window] > 0 && x[Row::timer] == 65535},
        {"held for the last time", x[Row::hold] == 1 && x[Row::input] != 0 && !spike},
        {"fires while held", x[Row::hold] > 0 && spike},
        {"nothing happens", y[Row::active] == 0},
        {"nothing happens but a spike", spike && y[Row::v_after] == x[Row::v] &&
                                            y[Row::theta_after] == x[Row::theta] &&
                                            y[Row::hold_after] == x[Row::hold]},
    };
}

std::map<std::string, int> count_events(const Operations& rows) {
    const auto datapath = reference();
    std::vector<std::int64_t> results(rows.size() / Row::operands * Row::results);
    datapath->run(rows, results);
    std::map<std::string, int> counts;
    for (std::size_t i = 0; i * Row::operands < rows.size(); ++i) {
        for (const auto& [name, happens] :
             events(&rows[i * Row::operands], &results[i * Row::results])) {
            counts[name] += happens ? 1 : 0;
        }
    }
    return counts;
}

TEST(FcoreSomaSemantics, RandomStimulusReachesEverythingTheSomaCanDo) {
    const auto datapath = reference();
    RandomStimulus stimulus(kSemantics, datapath->contract(), *datapath, 7);
    Operations rows(20'000 * Row::operands);
    stimulus.draw(rows);
    for (const auto& [name, count] : count_events(rows)) {
        EXPECT_GE(count, 10) << name;
    }
}

TEST(FcoreSomaSemantics, DirectedOperationsFitTheContractAndReachItsCorners) {
    const auto datapath = reference();
    Operations rows;
    for (const auto& row : kSemantics.directed(datapath->contract(), *datapath)) {
        check_operations(datapath->contract(), row, "directed");
        rows.insert(rows.end(), row.begin(), row.end());
    }
    for (const auto& [name, count] : count_events(rows)) {
        EXPECT_GT(count, 0) << name;
    }
}

TEST(FcoreSomaSemantics, StimulusOfNarrowSomasStaysInRange) {
    const auto datapath = reference(
        "reference: {state_width: 4, input_width: 2, factor_width: 1, timer_width: 1, "
        "refractory_width: 1}");
    const DatapathContract& contract = datapath->contract();
    RandomStimulus stimulus(kSemantics, contract, *datapath, 3);
    Operations rows(5'000 * Row::operands);
    stimulus.draw(rows);
    EXPECT_NO_THROW(check_operations(contract, rows, "random"));
    std::vector<std::int64_t> results(5'000 * Row::results);
    datapath->run(rows, results);
    for (std::size_t i = 0; i < results.size(); i += Row::results) {
        ASSERT_LE(results[i + Row::timer_after], 1);
        ASSERT_LE(results[i + Row::v_after], 7);
        ASSERT_GE(results[i + Row::v_after], -8);
    }
}

TEST(FcoreSomaSemantics, ConformanceTellsEachWrongFieldOfTheResult) {
    const auto right = reference();
    for (std::size_t word = 0; word < Row::results; ++word) {
        const std::string field = right->contract().result_names()[word];
        auto update = [&](const std::int64_t* x, std::int64_t* y) {
            right->run({x, Row::operands}, {y, Row::results});
            // Wrong where a window ends.
            if (x[Row::window] == x[Row::timer] + 1) {
                y[word] = y[word] == 0 ? 1 : 0;
            }
        };
        ReferenceDatapath<decltype(update)> wrong(right->contract(), update);
        bool found = false;
        for (const ConformanceCheck& check :
             run_conformance(kSemantics, *right, wrong, {false, right->contract()}, {1, 200, {}})) {
            found |= check.failure && check.failure->field == field;
        }
        EXPECT_TRUE(found) << field;
    }
}

TEST(FcoreSomaSemantics, ItsCoreTypeOwnsIt) {
    EXPECT_EQ(find_semantics("fcore_soma", "test").name(), "fcore_soma");
    EXPECT_EQ(find_semantics("fcore_mac_row", "test").name(), "fcore_mac_row");
}

}  // namespace
}  // namespace cortile
