// SPDX-License-Identifier: Apache-2.0
// Neurons as people build them, written down again in plain C++, against the options that describe
// them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "cores/datapath/lif/lif_options.h"
#include "cores/datapath/lif/lif_semantics.h"

namespace cortile {
namespace {

using Row = std::vector<std::int64_t>;

std::unique_ptr<NeuronDatapath> made(const std::string& options) {
    const auto semantics = make_lif_semantics();
    return semantics->make(ConfigTree::from_text("reference:\n" + options, "datapath.yaml", ".")
                               .resolve(semantics->schema()));
}

std::string program(const std::string& options) {
    const auto semantics = make_lif_semantics();
    return lif_program(lif_options(ConfigTree::from_text("reference:\n" + options, "d.yaml", ".")
                                       .resolve(semantics->schema())));
}

// Random operations, a quarter of them steered, against `plain`.
void expect_same(const std::string& options, const std::function<Row(const Row&)>& plain) {
    const auto semantics = make_lif_semantics();
    const auto reference = made(options);
    const DatapathContract& contract = reference->contract();
    std::vector<const DatapathField*> fields;
    for (const auto* group : {&contract.state, &contract.inputs, &contract.parameters}) {
        for (const DatapathField& field : *group) {
            fields.insert(fields.end(), field.lanes, &field);
        }
    }
    std::mt19937_64 random(3);
    std::vector<Row> operations = semantics->directed(contract, *reference);
    ASSERT_GT(operations.size(), 10u);
    for (int i = 0; i < 4000; ++i) {
        Row row;
        for (const DatapathField* field : fields) {
            row.push_back(field->minimum() +
                          static_cast<std::int64_t>(random() % (std::uint64_t{1} << field->width)));
        }
        if (i % 4 == 0) {
            semantics->steer(contract, *reference, row, static_cast<std::uint32_t>(random()), true);
        }
        operations.push_back(row);
    }
    int spikes = 0;
    for (const Row& row : operations) {
        Row result(contract.result_words());
        reference->run(row, result);
        ASSERT_EQ(result, plain(row)) << testing::PrintToString(row) << "\n" << program(options);
        spikes += result.back() != 0 ? 1 : 0;
    }
    EXPECT_GT(spikes, 50);
    EXPECT_LT(spikes, static_cast<int>(operations.size()) - 50);
}

// current, and half of what is left of v; the spike shows the new v, which is forgotten only in the
// next update. 8 bits wrap.
TEST(Lif, RegisteredWithSpikeOfTheRegister) {
    expect_same(
        "  state_width: 8\n  input_width: 8\n  leak: keep\n  leak_value: 1\n"
        "  overflow: wrap\n  threshold: 127\n  reset_when: before\n",
        [](const Row& x) -> Row {
            const std::int64_t kept = x[0] >= 127 ? 0 : x[0] >> 1;
            const std::int64_t v = (x[1] + kept) & 255;
            return {v, v >= 127};
        });
}

// if (v >= T) v <= 0 else v <= (v >> 1) + input, and a registered spike of the old v.
TEST(Lif, RegisteredWithResetInsteadOfUpdate) {
    expect_same(
        "  state_width: 8\n  input_width: 8\n  leak: keep\n  leak_value: 1\n"
        "  overflow: wrap\n  threshold: 128\n  reset_when: instead\n  spike_from: before\n",
        [](const Row& x) -> Row {
            if (x[0] >= 128) {
                return {0, 1};
            }
            return {((x[0] >> 1) + x[1]) & 255, 0};
        });
}

// Events on 8 bits without sign that saturate both ways, with a sign beside the weight.
TEST(Lif, EventsWithSignedWeightsAndLeakEnable) {
    expect_same(
        "  state_width: 8\n  input_width: 3\n  input_sign_bit: true\n  events: time_reference\n"
        "  leak: subtract\n  leak_value: port\n  leak_width: 7\n  leak_enable: true\n"
        "  threshold: port\n  threshold_width: 8\n",
        [](const Row& x) -> Row {
            // v, current, negative, synapse_event, time_reference, leak, leak_enable,
            // threshold
            std::int64_t v = x[0];
            if (x[3] != 0 && x[4] != 0) {
                v = x[6] != 0 ? std::max<std::int64_t>(v - x[5], 0) : v;
            } else if (x[3] != 0) {
                v = x[2] != 0 ? std::max<std::int64_t>(v - x[1], 0)
                              : std::min<std::int64_t>(v + x[1], 255);
            }
            const bool fires = v >= x[7];
            return {fires ? 0 : v, fires};
        });
}

TEST(Lif, SignedWithLeakTowardZero) {
    expect_same(
        "  state_width: 12\n  state_signed: true\n  input_width: 4\n  input_signed: true\n"
        "  events: time_reference\n  leak: toward_zero\n  leak_value: port\n  leak_width: 7\n"
        "  threshold: port\n  threshold_width: 12\n",
        [](const Row& x) -> Row {
            std::int64_t v = x[0];
            if (x[2] != 0 && x[3] != 0) {
                v = v < 0 ? std::min<std::int64_t>(v + x[4], 0)
                          : std::max<std::int64_t>(v - x[4], 0);
            } else if (x[2] != 0) {
                v = std::clamp<std::int64_t>(v + x[1], -2048, 2047);
            }
            const bool fires = v >= x[5];
            return {fires ? 0 : v, fires};
        });
}

// 16 bits with sign, clamped; a constant leak; held at the reset value while refractory.
TEST(Lif, RefractoryPeriodHoldsTheNeuron) {
    expect_same(
        "  state_width: 16\n  state_signed: true\n  input_width: 16\n  input_signed: true\n"
        "  leak: subtract\n  leak_value: 10\n  threshold: 1000\n  reset: value\n"
        "  reset_value: -70\n  initial: -70\n  refractory: 5\n",
        [](const Row& x) -> Row {
            if (x[1] != 0) {
                return {x[0], x[1] - 1, 0};
            }
            const std::int64_t v = std::clamp<std::int64_t>(x[0] + x[2] - 10, -32768, 32767);
            if (v >= 1000) {
                return {-70, 5, 1};
            }
            return {v, 0, 0};
        });
}

// Port for everything, input only where it is announced.
TEST(Lif, ResetsToThePortsValue) {
    expect_same(
        "  state_width: 16\n  input_width: 16\n  input_signed: true\n  events: separate\n"
        "  leak: subtract_to_zero\n  leak_value: port\n  leak_width: 8\n"
        "  threshold: port\n  threshold_width: 16\n  reset: value\n"
        "  reset_value: port\n  reset_value_width: 16\n  refractory: port\n"
        "  refractory_width: 4\n",
        [](const Row& x) -> Row {
            // v, hold, current, leak_event, input_event, leak, threshold, reset_value,
            // refractory
            if (x[1] != 0) {
                return {x[0], x[1] - 1, 0};
            }
            std::int64_t v = x[0];
            v = x[3] != 0 ? std::max<std::int64_t>(v - x[5], 0) : v;
            v = x[4] != 0 ? std::clamp<std::int64_t>(v + x[2], 0, 65535) : v;
            if (v >= x[6]) {
                return {x[7], x[8], 1};
            }
            return {v, 0, 0};
        });
}

TEST(Lif, RefractoryPeriodThatOnlyKeepsSpikesBack) {
    expect_same(
        "  state_width: 10\n  input_width: 6\n  leak: shift\n  leak_value: 3\n"
        "  threshold: 300\n  compare: above\n  refractory: port\n  refractory_width: 4\n"
        "  during_refractory: integrate\n",
        [](const Row& x) -> Row {
            const std::int64_t v = std::min<std::int64_t>(x[0] - (x[0] >> 3) + x[2], 1023);
            const bool fires = x[1] == 0 && v > 300;
            return {fires ? 0 : v, fires ? x[3] : std::max<std::int64_t>(x[1] - 1, 0), fires};
        });
}

TEST(Lif, RefractoryPeriodInWhichVLeaks) {
    expect_same(
        "  state_width: 10\n  input_width: 6\n  leak: subtract_to_zero\n  leak_value: 3\n"
        "  threshold: 300\n  refractory: 3\n  during_refractory: leak\n  reset: none\n",
        [](const Row& x) -> Row {
            const std::int64_t left = std::max<std::int64_t>(x[0] - 3, 0);
            if (x[1] != 0) {
                return {left, x[1] - 1, 0};
            }
            const std::int64_t v = std::min<std::int64_t>(left + x[2], 1023);
            return {v, v >= 300 ? 3 : 0, v >= 300};
        });
}

// Fixed point: v * beta / 2^7 to the nearest, eight weighted spikes, threshold subtracted.
TEST(Lif, MultipliedLeakWeightedInputsAndSubtractedThreshold) {
    expect_same(
        "  state_width: 16\n  state_signed: true\n  inputs: 3\n  input_width: 1\n"
        "  weight: port\n  weight_width: 8\n  weight_signed: true\n  input_shift: 6\n"
        "  bias: port\n  bias_width: 9\n  bias_signed: true\n"
        "  leak: multiply\n  leak_value: 115\n  leak_fraction: 7\n  leak_rounding: nearest\n"
        "  threshold: 8192\n  reset: subtract\n",
        [](const Row& x) -> Row {
            const std::int64_t total = x[1] * x[4] + x[2] * x[5] + x[3] * x[6];
            std::int64_t v = ((x[0] * 115 + 64) >> 7) + total * 64 + x[7];
            v = std::clamp<std::int64_t>(v, -32768, 32767);
            const bool fires = v >= 8192;
            return {fires ? v - 8192 : v, fires};
        });
}

// The input first, cut to the state; then the leak, rounded toward zero; wraps, and a floor.
TEST(Lif, InputFirstCutBetween) {
    expect_same(
        "  state_width: 8\n  state_signed: true\n  input_width: 7\n  input_signed: true\n"
        "  leak: shift\n  leak_value: port\n  leak_width: 3\n  leak_rounding: zero\n"
        "  order: input_first\n  between: state\n  overflow: wrap\n  lowest: -20\n"
        "  threshold: port\n  threshold_width: 7\n  threshold_signed: true\n",
        [](const Row& x) -> Row {
            const auto cut = [](std::int64_t value) {
                return std::max<std::int64_t>(static_cast<std::int8_t>(value), -20);
            };
            std::int64_t v = cut(x[0] + x[1]);
            v = cut(v - v / (std::int64_t{1} << x[2]));
            const bool fires = v >= x[3];
            return {fires ? 0 : v, fires};
        });
}

// An extended sum that is compared before it is cut.
TEST(Lif, ComparesTheSumBeforeItWraps) {
    expect_same(
        "  state_width: 8\n  input_width: 8\n  overflow: wrap\n  compared: sum\n"
        "  threshold: 250\n  reset: subtract\n  events: enable\n",
        [](const Row& x) -> Row {
            if (x[2] == 0) {
                return {x[0], 0};
            }
            const std::int64_t sum = x[0] + x[1];
            return {(sum >= 250 ? sum - 250 : sum) & 255, sum >= 250};
        });
}

TEST(Lif, SeparateEvents) {
    expect_same(
        "  state_width: 8\n  input_width: 4\n  events: separate\n  leak: subtract_to_zero\n"
        "  leak_value: 20\n  threshold: 100\n",
        [](const Row& x) -> Row {
            std::int64_t v = x[0];
            v = x[2] != 0 ? std::max<std::int64_t>(v - 20, 0) : v;
            v = x[3] != 0 ? std::min<std::int64_t>(v + x[1], 255) : v;
            return {v >= 100 ? 0 : v, v >= 100};
        });
}

std::string message(const std::string& options) {
    try {
        made(options);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Lif, OptionsThatContradictOneAnotherAreRefused) {
    const std::string base = "  state_width: 8\n  threshold: 9\n";
    EXPECT_EQ(message(base), "no error");
    EXPECT_THAT(message(base + "  threshold_width: 8\n"),
                testing::HasSubstr("a width, but reference.threshold is a constant"));
    EXPECT_THAT(message("  state_width: 8\n  threshold: port\n"),
                testing::HasSubstr("the width of the port is missing"));
    EXPECT_THAT(message("  state_width: 8\n  threshold: high\n"),
                testing::HasSubstr("expected an integer or port"));
    EXPECT_THAT(message("  state_width: 8\n"), testing::HasSubstr("reference.threshold"));
    EXPECT_THAT(message(base + "  leak: shift\n  leak_value: port\n  leak_width: 8\n"),
                testing::HasSubstr("at most 5 bits"));
    EXPECT_THAT(message(base + "  leak: shift\n  leak_value: -1\n"),
                testing::HasSubstr("the leak is negative"));
    EXPECT_THAT(message(base + "  leak_fraction: 3\n"),
                testing::HasSubstr("is for leak: multiply"));
    EXPECT_THAT(message(base + "  reset_value: 3\n"), testing::HasSubstr("is for reset: value"));
    EXPECT_THAT(message(base + "  input_signed: true\n  input_sign_bit: true\n"),
                testing::HasSubstr("has a sign already"));
    EXPECT_THAT(message(base + "  refractory: -1\n"), testing::HasSubstr("negative"));
    EXPECT_THAT(message(base + "  lowest: low\n"), testing::HasSubstr("none or an integer"));
    EXPECT_THAT(message(base + "  reset: value\n  reset_value: 300\n"),
                testing::HasSubstr("300 does not fit v"));
}

// The text is what a user starts from who needs equations of his own.
TEST(Lif, ItsEquationsAreReadable) {
    EXPECT_EQ(program("  state_width: 8\n  input_width: 4\n  leak: keep\n  leak_value: 1\n"
                      "  threshold: 9\n"),
              "state v: u8 = 0\n"
              "input current: u4\n"
              "output spike: u1\n"
              "let total = current\n"
              "let wide = v\n"
              "wide = shift_floor(wide, 1)\n"
              "wide = wide + total\n"
              "let cut = sat(wide, u8)\n"
              "let crossed_after = cut >= 9\n"
              "let next = cut\n"
              "if crossed_after { next = 0 }\n"
              "v = next\n"
              "spike = crossed_after\n");
}

}  // namespace
}  // namespace cortile
