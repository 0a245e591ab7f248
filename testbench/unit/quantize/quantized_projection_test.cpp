// SPDX-License-Identifier: Apache-2.0
#include "workload/quantize/quantized_network.h"

#include <gmock/gmock.h>

#include "testbench/unit/quantize/test_networks.h"

namespace cortile {
namespace {

QuantizedProjection projection(double scale, int min, int max) {
    QuantizedProjection p;
    p.scale = scale;
    p.min_weight = min;
    p.max_weight = max;
    return p;
}

std::vector<int> stored(const QuantizedProjection& p, const std::vector<float>& weights) {
    std::vector<int> result;
    for (const float w : weights) {
        result.push_back(p.stored_weight(w));
    }
    return result;
}

TEST(QuantizedProjection, RoundsTiesToEven) {
    EXPECT_THAT(
        stored(projection(2, -256, 255), {0.25F, 0.75F, 1.25F, -0.25F, -0.75F, -1.25F, 0.3F}),
        testing::ElementsAre(0, 2, 2, 0, -2, -2, 1));
}

TEST(QuantizedProjection, ClipsToBoundsForHugeWeightsToo) {
    EXPECT_THAT(stored(projection(1, -256, 255), {255.4F, 255.6F, 1e30F, -256.4F, -1e30F}),
                testing::ElementsAre(255, 255, 255, -256, -256));
}

TEST(QuantizedProjection, ClearsLowBitsTowardsMinusInfinity) {
    // W <- (W >> 1) << 1, Lava's rule for 8-bit mixed weights.
    QuantizedProjection p = projection(1, -256, 255);
    p.truncated_bits = 1;
    EXPECT_THAT(stored(p, {5, 4, 1, -1, -4, -5, 255, -255}),
                testing::ElementsAre(4, 4, 0, -2, -4, -6, 254, -256));
}

TEST(QuantizedProjection, InhibitoryModeTruncatesTheMagnitude) {
    QuantizedProjection p = projection(1, -255, 0);
    p.truncated_bits = 2;
    p.negate_to_truncate = true;
    EXPECT_THAT(stored(p, {-1, -3, -4, -7, -255}), testing::ElementsAre(0, 0, -4, -4, -252));
}

TEST(QuantizedProjection, DerivedWeightsGoToTheNearestStep) {
    QuantizedProjection p = projection(1, -256, 254);
    p.truncated_bits = 1;
    p.rounds_to_step = true;
    EXPECT_THAT(stored(p, {5.2F, 4.9F, 0.9F, -0.9F, -1.1F, 3, 5, 254.9F, 300, -300}),
                testing::ElementsAre(6, 4, 0, 0, -2, 4, 4, 254, 254, -256));
}

TEST(QuantizedProjection, RowDropsZerosAndKeepsOrderAndDelay) {
    QuantizedProjection p = projection(10, -256, 255);
    p.connectivity = std::make_shared<MatrixConnectivity>(
        std::vector<std::vector<float>>{{1.0F}, {0.01F}, {-2.0F}}, 3);
    std::vector<Connection> scratch;
    std::vector<QuantizedConnection> row{{9, 9, 9}};
    p.row(0, scratch, row);
    ASSERT_EQ(row.size(), 2u);
    EXPECT_EQ(row[0].target, 0u);
    EXPECT_EQ(row[0].weight, 10);
    EXPECT_EQ(row[0].delay, 3);
    EXPECT_EQ(row[1].target, 2u);
    EXPECT_EQ(row[1].weight, -20);
}

TEST(QuantizationReport, TableIsAlignedAndEndsWithWarnings) {
    QuantizationReport report;
    QuantizationReport::Layer layer;
    layer.projection = "a_long_name";
    layer.population = "p";
    layer.weights = 12;
    layer.rms_error = 0.0123;
    layer.tau_mem_asked = 0.01;
    layer.tau_mem_got = std::numeric_limits<double>::infinity();
    report.layers = {layer};
    report.warnings = {"mind this"};
    const std::string text = to_text(report);
    EXPECT_THAT(text, testing::HasSubstr("1.23 %"));
    EXPECT_THAT(text, testing::HasSubstr("10 ms -> inf"));
    EXPECT_THAT(text, testing::EndsWith("warning: mind this\n"));
    const std::size_t header_end = text.find('\n');
    EXPECT_EQ(text.find("into"), text.find("p  ", header_end) - header_end - 1);
}

}  // namespace
}  // namespace cortile
