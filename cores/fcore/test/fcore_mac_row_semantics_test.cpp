// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/fcore_mac_row_semantics.h"

#include <gtest/gtest.h>

#include <array>

#include "cores/blocks/dendrite.h"
#include "cores/datapath/conformance.h"
#include "cores/datapath/reference_datapath.h"
#include "cores/datapath/stimulus.h"
#include "hw_model/base/random.h"

namespace cortile {
namespace {

const FcoreMacRowSemantics kSemantics;

std::unique_ptr<NeuronDatapath> reference(const std::string& yaml = "{}") {
    return kSemantics.make(ConfigTree::from_text(yaml, "test", ".").resolve(kSemantics.schema()));
}

std::vector<std::int64_t> run(NeuronDatapath& datapath, const std::vector<std::int64_t>& row) {
    std::vector<std::int64_t> result(datapath.contract().result_words());
    datapath.run(row, result);
    return result;
}

TEST(FcoreMacRowSemantics, AddsWhatTheDendriteAdds) {
    constexpr std::size_t kLanes = 16, kAxons = 200;
    const RandomKey key{11, RandomUse::test};
    SynapseMemory memory;
    std::vector<std::vector<std::int64_t>> weights;
    std::vector<SpikePacket> packets;
    for (std::uint32_t axon = 0; axon < kAxons; ++axon) {
        std::vector<SynapseWord::Raw> row;
        weights.emplace_back();
        for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
            const std::uint32_t code = uniform_below(philox(key, axon, lane)[0], 256);
            weights.back().push_back(static_cast<std::int32_t>(code) - 128);
            row.push_back(SynapseWord::pack(lane, 0, static_cast<std::int32_t>(code) - 128));
        }
        const std::uint32_t address = memory.add_row(row);
        const auto value = static_cast<std::uint16_t>(uniform_below(philox(key, axon, 99)[0], 256));
        packets.push_back({0, address, 0, value});
    }
    Dendrite dendrite(kLanes, memory);
    dendrite.receive_values(memory, packets, 0, 0);

    const auto row = reference();
    std::vector<std::int64_t> acc(kLanes, 0);
    for (std::size_t axon = 0; axon < kAxons; ++axon) {
        std::vector<std::int64_t> operation = acc;
        operation.insert(operation.end(), weights[axon].begin(), weights[axon].end());
        operation.push_back(packets[axon].value());
        const auto result = run(*row, operation);
        acc.assign(result.begin(), result.begin() + kLanes);
        EXPECT_EQ(result[kLanes], packets[axon].value() == 0);
    }
    const auto sums = dendrite.input(memory);
    EXPECT_EQ(acc, std::vector<std::int64_t>(sums.begin(), sums.end()));
}

TEST(FcoreMacRowSemantics, NarrowAccumulatorsWrapOrSaturate) {
    const std::string narrow = "reference: {lanes: 3, acc_width: 12, overflow: ";
    const std::vector<std::int64_t> operation{2047, -2048, 0, 1, -1, -128, 255};
    EXPECT_EQ(run(*reference(narrow + "wrap}"), operation),
              (std::vector<std::int64_t>{-1794, 1793, 128, 0}))
        << "-128 * 255 + 8 * 4096 = 128";
    EXPECT_EQ(run(*reference(narrow + "saturate}"), operation),
              (std::vector<std::int64_t>{2047, -2048, -2048, 0}));
}

TEST(FcoreMacRowSemantics, ZeroIsSkipped) {
    const auto row = reference("reference: {lanes: 2}");
    EXPECT_EQ(run(*row, {5, -6, 100, 100, 0}), (std::vector<std::int64_t>{5, -6, 1}));
    EXPECT_EQ(run(*row, {5, -6, 0, 1, 1}), (std::vector<std::int64_t>{5, -5, 0}));
}

TEST(FcoreMacRowSemantics, RandomStimulusReachesLimitsAndZeros) {
    const auto row = reference();
    const DatapathContract& contract = row->contract();
    constexpr std::size_t kLanes = 16, kCount = 5'000;
    const std::size_t words = contract.operand_words();
    RandomStimulus stimulus(kSemantics, contract, *row, 5);
    Operations rows(kCount * words);
    stimulus.draw(rows);
    ASSERT_NO_THROW(check_operations(contract, rows, "random"));
    const std::int64_t high = contract.state[0].maximum(), low = contract.state[0].minimum();
    std::array<int, kLanes> at_high{}, above{}, at_low{}, below{};
    int zeros = 0, spikes = 0, alone = 0, zero_after_product = 0;
    for (std::size_t i = 0; i < kCount; ++i) {
        const std::int64_t* x = &rows[i * words];
        const std::int64_t value = x[2 * kLanes];
        std::size_t used = 0;
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const std::int64_t sum = x[lane] + x[kLanes + lane] * value;
            at_high[lane] += sum == high;
            above[lane] += sum == high + 1;
            at_low[lane] += sum == low;
            below[lane] += sum == low - 1;
            used += x[kLanes + lane] != 0;
        }
        zeros += value == 0;
        spikes += value == 1;
        alone += used == 1 && value != 0;
        zero_after_product += i > 0 && value == 0 && x[2 * kLanes - words] != 0;
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        EXPECT_GE(std::min({at_high[lane], above[lane], at_low[lane], below[lane]}), 5)
            << "lane " << lane;
    }
    EXPECT_GE(std::min({zeros, spikes, alone, zero_after_product}), 100);
}

TEST(FcoreMacRowSemantics, ConformanceTellsOneWrongLane) {
    const auto right = reference();
    auto update = [&](const std::int64_t* x, std::int64_t* y) {
        right->run({x, 33}, {y, 17});
        y[9] += x[16 + 8] != 0 && x[32] != 0;  // lane 9 hears of lane 8
    };
    ReferenceDatapath<decltype(update)> wrong(right->contract(), update);
    const auto checks =
        run_conformance(kSemantics, *right, wrong, {false, right->contract()}, {1, 50, {}});
    ASSERT_FALSE(checks.empty());
    ASSERT_TRUE(checks[0].failure);
    EXPECT_EQ(checks[0].failure->field, "acc[9]");
}

}  // namespace
}  // namespace cortile
