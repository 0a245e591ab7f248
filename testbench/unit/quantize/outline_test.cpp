// SPDX-License-Identifier: Apache-2.0
#include "workload/quantize/outline.h"

#include <gmock/gmock.h>

#include <utility>

#include "hw_model/base/error.h"
#include "testbench/unit/quantize/test_networks.h"

namespace cortile {
namespace {

TEST(Outline, HasWhatDoesNotDependOnTheCoreType) {
    Network network = one_layer(lif(1e-3, 1), {{1, 2}, {3, 4}, {5, 6}});
    const QuantizedNetwork q = outline(network);
    EXPECT_EQ(q.name, "test");
    EXPECT_EQ(q.time_step, 1e-4);
    EXPECT_EQ(q.pipeline_depth, 1u);
    ASSERT_EQ(q.populations.size(), 2u);
    EXPECT_TRUE(q.populations[0].is_input);
    EXPECT_FALSE(q.populations[1].is_input);
    EXPECT_TRUE(q.populations[1].spikes);
    EXPECT_EQ(q.populations[1].size, 3u);
    EXPECT_EQ(q.populations[1].shape, Shape{3});
    ASSERT_EQ(q.projections.size(), 1u);
    EXPECT_EQ(q.projections[0].name, "fc");
    EXPECT_EQ(q.projections[0].source.value, 0u);
    EXPECT_EQ(q.projections[0].target.value, 1u);
    EXPECT_EQ(q.projections[0].connectivity, network.projections[0].connectivity);
    EXPECT_EQ(q.inputs, network.inputs);
    EXPECT_EQ(q.outputs, network.outputs);
}

TEST(Outline, APopulationThatNeverSpikesSendsNothing) {
    Population readout = lif(1e-3, 1);
    readout.kind = NeuronKind::li;
    EXPECT_FALSE(outline(one_layer(readout, {{1}})).populations[1].spikes);
}

// An input is no neuron, whether spikes or a current drive it.
TEST(Outline, NoProjectionEndsAtAnInput) {
    for (const NeuronKind kind : {NeuronKind::input, NeuronKind::current_input}) {
        Network network = one_layer(lif(1e-3, 1), {{1}});
        network.populations[0].kind = kind;
        network.projections.push_back(network.projections[0]);
        network.projections[1].name = "back";
        std::swap(network.projections[1].source, network.projections[1].target);
        try {
            outline(network);
            FAIL() << "no error";
        } catch (const ConfigError& error) {
            EXPECT_THAT(error.what(),
                        testing::StartsWith("projection 'back': expected a population of neurons "
                                            "as target, found the input '"));
        }
    }
}

TEST(FillWeights, TheLargestOfAllProjectionsTakesTheLastCode) {
    Network network = one_layer(lif(1e-3, 1), {{0.25F, -0.5F}});
    add_projection(network, {{2.0F, 0}});
    QuantizedNetwork q = outline(network);
    EXPECT_DOUBLE_EQ(fill_weights(network, 1, 100, q), 50);
    EXPECT_EQ(q.projections[0].stored_weight(0.25F), 12) << "12.5, tie to even";
    EXPECT_EQ(q.projections[0].stored_weight(-0.5F), -25);
    EXPECT_EQ(q.projections[1].stored_weight(2.0F), 100);
    EXPECT_EQ(q.projections[1].stored_weight(-3.0F), -100);
    ASSERT_EQ(q.report.layers.size(), 2u);
    EXPECT_EQ(q.report.layers[0].projection, "fc");
    EXPECT_EQ(q.report.layers[1].population, "out");
    EXPECT_GT(q.report.layers[0].rms_error, 0);
    EXPECT_EQ(q.report.layers[1].rms_error, 0);
}

TEST(FillWeights, WithoutWeightsTheScaleIsOne) {
    Network network = one_layer(lif(1e-3, 1), {{0, 0}});
    QuantizedNetwork q = outline(network);
    EXPECT_EQ(fill_weights(network, 1, 100, q), 1);
}

}  // namespace
}  // namespace cortile
