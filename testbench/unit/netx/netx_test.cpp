// SPDX-License-Identifier: Apache-2.0
// What becomes of a .net file's layers, and what is said about files that are no networks.
#include "workload/netx/netx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "hw_model/base/error.h"
#include "testbench/support/net_writer.h"
#include "workload/netx/synapses.h"

namespace cortile {
namespace {

using test::NetWriter;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Netx : public testing::Test {
  protected:
    Netx()
        : path_(std::filesystem::path(testing::TempDir()) /
                ("netx-" + std::to_string(getpid()) + ".net")) {
        options_.hardware = {
            {"chip",
             {"du", "dv", "vth_mantissa", "bias_mantissa", "bias_exponent", "refractory"},
             {"weight_exponent", "num_weight_bits"},
             {}}};
    }
    ~Netx() override { std::filesystem::remove(path_); }

    Network import(const std::function<void(NetWriter&)>& write) {
        {
            NetWriter writer(path_);
            write(writer);
            writer.close();
        }
        return import_netx(path_, options_);
    }
    std::string refused(const std::function<void(NetWriter&)>& write) {
        try {
            import(write);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "no error";
    }

    static void loihi(NetWriter& net, std::map<std::string, double> more = {}) {
        std::map<std::string, double> fields{{"iDecay", 1024}, {"vDecay", 128}, {"vThMant", 80}};
        for (const auto& [name, value] : more) {
            fields[name] = value;
        }
        net.neuron("LOIHI", fields);
    }
    static void input(NetWriter& net, const std::vector<double>& shape) {
        net.layer("input");
        net.field("shape", shape, {shape.size()});
    }
    // Two inputs, three neurons.
    static void dense(NetWriter& net, const std::vector<double>& weight = {1, 2, 3, 4, 5, 6}) {
        net.layer("dense");
        net.field("weight", weight, {3, 2});
    }

    std::filesystem::path path_;
    NetxOptions options_;
};

std::vector<Connection> row(const Projection& projection, std::uint32_t source) {
    std::vector<Connection> connections;
    projection.connectivity->row(source, connections);
    return connections;
}

TEST_F(Netx, RegistersOfLoihiNeurons) {
    const Network network = import([](NetWriter& net) {
        input(net, {2});
        dense(net);
        net.field("bias", {7, 8, 9}, {3});
        loihi(net, {{"refDelay", 5}});
    });
    ASSERT_EQ(network.populations.size(), 2u);
    const Population& layer = network.populations[1];
    EXPECT_EQ(layer.name, "layer1");
    EXPECT_EQ(layer.kind, NeuronKind::cuba_lif);
    EXPECT_THAT(layer.hardware.at("chip/du"), ElementsAre(1023));
    EXPECT_THAT(layer.hardware.at("chip/dv"), ElementsAre(128));
    EXPECT_THAT(layer.hardware.at("chip/vth_mantissa"), ElementsAre(80));
    EXPECT_THAT(layer.hardware.at("chip/bias_mantissa"), ElementsAre(7, 8, 9));
    EXPECT_THAT(layer.hardware.at("chip/bias_exponent"), ElementsAre(6));
    EXPECT_THAT(layer.hardware.at("chip/refractory"), ElementsAre(5));
    // The same dynamics in real parameters: gain 1, shares of 1/4 and 1/32.
    EXPECT_DOUBLE_EQ(layer.tau_syn[0], 4e-3);
    EXPECT_DOUBLE_EQ(layer.tau_mem[0], 32e-3);
    EXPECT_DOUBLE_EQ(layer.v_leak[1], 8 * 32);
}

TEST_F(Netx, WeightsAreShiftedUpAndTheirSumDown) {
    const Network network = import([](NetWriter& net) {
        input(net, {2});
        dense(net, {1, -2, 3, 4, 5, 6});
        loihi(net, {{"wgtExp", 1}});
    });
    const Projection& projection = network.projections[0];
    // 127 / 6 leaves 4 bits, and mixed signs one more: shift 5.
    EXPECT_THAT(projection.hardware.at("chip/weight_exponent"), ElementsAre(1 - 5));
    EXPECT_THAT(projection.hardware.at("chip/num_weight_bits"), ElementsAre(4));
    const auto connections = row(projection, 1);
    ASSERT_EQ(connections.size(), 3u);
    EXPECT_EQ(connections[0].weight, -64);
    EXPECT_EQ(connections[2].weight, 192);
}

TEST_F(Netx, StorageOfSignModes) {
    const auto storage = [](std::vector<std::int32_t> weights) {
        std::vector<std::string> warnings;
        const auto s = netx::choose_storage(weights, "here", warnings);
        return std::tuple(s.shift, s.bits, warnings.size(), weights.back());
    };
    EXPECT_EQ(storage({1, 0}), std::tuple(7, 1, 0u, 0));
    EXPECT_EQ(storage({-1, -2}), std::tuple(6, 2, 0u, -2));
    EXPECT_EQ(storage({-12, 8}), std::tuple(4, 3, 0u, 8));
    EXPECT_EQ(storage({-256, 254}), std::tuple(0, 8, 0u, 254));
    EXPECT_EQ(storage({-3, 300}), std::tuple(0, 8, 1u, 254));
    EXPECT_EQ(storage({0, 0}), std::tuple(0, 8, 0u, 0));
}

TEST_F(Netx, DelaysAreOneForEachOutputInputOrSynapse) {
    const auto delays = [&](const std::vector<double>& values, const test::Extents& shape) {
        const Network network = import([&](NetWriter& net) {
            input(net, {2});
            dense(net);
            net.field("delay", values, shape);
            loihi(net);
        });
        std::vector<int> result;
        for (std::uint32_t s = 0; s < 2; ++s) {
            for (const Connection& c : row(network.projections[0], s)) {
                result.push_back(c.delay);
            }
        }
        return result;
    };
    EXPECT_THAT(delays({7}, {}), ElementsAre(7, 7, 7, 7, 7, 7));
    EXPECT_THAT(delays({1, 2, 3}, {3}), ElementsAre(1, 2, 3, 1, 2, 3));
    EXPECT_THAT(delays({4, 5}, {2}), ElementsAre(4, 4, 4, 5, 5, 5));
    EXPECT_THAT(delays({1, 2, 3, 4, 5, 99}, {3, 2}), ElementsAre(1, 3, 5, 2, 4, 62));
}

TEST_F(Netx, ConvolutionThenFlattenThenDense) {
    const Network network = import([](NetWriter& net) {
        input(net, {5, 4, 2});  // width, height, channels: the kernel tells
        net.layer("conv");
        net.field("weight", std::vector<double>(3 * 2 * 3 * 3, 2), {3, 2, 3, 3, 1});
        net.field("padding", {1, 0}, {2});
        net.field("stride", {2}, {});
        net.field("shape", {2, 2, 3}, {3});
        loihi(net);
        net.layer("flatten");
        net.layer("dense");
        net.field("weight", std::vector<double>(12, 1), {1, 12});
        loihi(net);
    });
    ASSERT_EQ(network.populations.size(), 3u);
    EXPECT_EQ(network.populations[0].shape, (Shape{2, 4, 5}));
    EXPECT_EQ(network.populations[1].shape, (Shape{3, 2, 2}));
    EXPECT_EQ(network.populations[2].name, "layer3");
    EXPECT_EQ(network.outputs[0], PopulationId{std::size_t{2}});
}

TEST_F(Netx, RecurrentLayersHaveASecondProjection) {
    const Network network = import([](NetWriter& net) {
        net.layer("dense_rec");
        net.field("weight", {1, 2, 3, 4, 5, 6}, {3, 2});
        net.field("weight_rec", {1, 0, 0, 0, 1, 0, 0, 0, 12}, {3, 3});
        loihi(net);
    });
    ASSERT_EQ(network.projections.size(), 2u);
    EXPECT_EQ(network.populations[0].name, "input");
    EXPECT_EQ(network.projections[1].source, network.projections[1].target);
    EXPECT_EQ(network.projections[0].hardware, network.projections[1].hardware);
}

TEST_F(Netx, SigmaDeltaLayers) {
    const Network network = import([](NetWriter& net) {
        input(net, {2});
        net.neuron("SDNN", {{"vThMant", 3}});
        net.layer("dense");
        net.field("weight", {1, 2, 3, 4}, {2, 2});
        net.field("bias", {5, 6}, {2});
        net.neuron("SDNN", {{"vThMant", 4}});
        net.layer("dense");
        net.field("weight", {1, 2}, {1, 2});
        net.neuron("SDNN", {{"vThMant", 0}, {"sigma_output", 1}});
    });
    EXPECT_EQ(network.populations[0].kind, NeuronKind::input);
    EXPECT_EQ(network.populations[0].driven_kind, NeuronKind::delta);
    EXPECT_EQ(network.populations[1].kind, NeuronKind::sigma_delta);
    EXPECT_THAT(network.populations[1].hardware.at("chip/bias_mantissa"), ElementsAre(5, 6));
    EXPECT_EQ(network.populations[2].kind, NeuronKind::sigma);
}

TEST_F(Netx, SomeLayersOnly) {
    const auto three_layers = [](NetWriter& net) {
        input(net, {2});
        dense(net);
        loihi(net);
        net.layer("dense");
        net.field("weight", {1, 2, 3}, {1, 3});
        loihi(net);
        net.layer("average");
    };
    EXPECT_THAT(refused(three_layers), AllOf(HasSubstr("/layer/3/type"), HasSubstr("'average'"),
                                             HasSubstr("network.last_layer")));
    options_.last_layer = 2;
    EXPECT_EQ(import(three_layers).projections.size(), 2u);
    options_.first_layer = 1;
    const Network network = import(three_layers);
    ASSERT_EQ(network.populations.size(), 2u);
    EXPECT_EQ(network.populations[0].kind, NeuronKind::input);
    EXPECT_EQ(network.populations[0].name, "layer1");
    EXPECT_EQ(network.projections[0].source.value, 0u);
    EXPECT_EQ(network.projections[0].target.value, 1u);
}

TEST_F(Netx, ErrorsNameFileAndPlace) {
    const std::string name = path_.filename().string();
    const auto second = [](const std::function<void(NetWriter&)>& write) {
        return [write](NetWriter& net) {
            input(net, {2});
            write(net);
        };
    };
    EXPECT_THAT(refused(second([](NetWriter& net) {
                    dense(net);
                    net.neuron("RF", {});
                })),
                AllOf(HasSubstr(name + ": /layer/1/neuron/type"), HasSubstr("'RF'")));
    EXPECT_THAT(refused(second([](NetWriter& net) {
                    dense(net);
                    loihi(net, {{"vThMant", 131072}});
                })),
                AllOf(HasSubstr("vThMant"), HasSubstr("131071"), HasSubstr("131072")));
    EXPECT_THAT(refused(second([](NetWriter& net) {
                    dense(net, {1, 2, 3, 4, 5, 6.5});
                    loihi(net);
                })),
                AllOf(HasSubstr("/layer/1/weight"), HasSubstr("6.5 as number 6")));
    EXPECT_THAT(refused(second([](NetWriter& net) {
                    net.layer("dense");
                    net.field("weight", {1, 2, 3}, {1, 3});
                    loihi(net);
                })),
                HasSubstr("has 3 inputs, the layer before has 2"));
    EXPECT_THAT(refused(second([](NetWriter& net) { dense(net); })), HasSubstr("has no neurons"));
    EXPECT_THAT(refused(second([](NetWriter& net) {
                    net.layer("conv");
                    net.field("weight", {1}, {1, 1, 1, 1});
                    loihi(net);
                })),
                HasSubstr("convolutions need channels"));
    EXPECT_THAT(refused([](NetWriter& net) {
                    input(net, {1, 4, 4});
                    net.layer("conv");
                    net.field("weight", std::vector<double>(9, 1), {1, 1, 3, 3});
                    net.field("shape", {1, 3, 2}, {3});
                    loihi(net);
                }),
                AllOf(HasSubstr("/layer/1/shape"), HasSubstr("(1, 2, 2)")));
    EXPECT_THAT(refused(second([](NetWriter& net) {
                    dense(net);
                    loihi(net);
                    net.file().group("/layer/7");
                })),
                HasSubstr("has no layer 2"));
}

}  // namespace
}  // namespace cortile
