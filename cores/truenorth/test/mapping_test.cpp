// SPDX-License-Identifier: Apache-2.0
// One outgoing axon a neuron: copies, runs of neurons, and what is loaded into the cores.
#include "cores/truenorth/truenorth_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "cores/truenorth/truenorth_parameters.h"
#include "cores/truenorth/truenorth_quantizer.h"
#include "hw_model/base/error.h"

namespace cortile {
namespace {

using testing::HasSubstr;

struct Net {
    Network network;

    PopulationId add(const std::string& name, std::uint32_t size, NeuronKind kind) {
        Population p;
        p.name = name;
        p.kind = kind;
        p.shape = {size};
        p.size = size;
        if (kind == NeuronKind::if_) {
            p.hardware["truenorth/threshold"] = {10};
            p.hardware["truenorth/floor"] = {1000};
        }
        const PopulationId id{network.populations.size()};
        network.populations.push_back(p);
        (kind == NeuronKind::input ? network.inputs : network.outputs).push_back(id);
        return id;
    }
    Projection& connect(PopulationId from, PopulationId to, std::shared_ptr<Connectivity> how) {
        network.projections.push_back(
            {"p" + std::to_string(network.projections.size()), from, to, std::move(how), {}});
        return network.projections.back();
    }
    QuantizedNetwork quantized() const { return quantize_for_truenorth(network, {}); }
};

std::shared_ptr<Connectivity> dense(std::uint32_t targets, std::uint32_t sources,
                                    const std::vector<float>& cycle) {
    std::vector<float> weights;
    for (std::size_t i = 0; i < std::size_t{targets} * sources; ++i) {
        weights.push_back(cycle[i % cycle.size()]);
    }
    return make_dense(targets, sources, weights);
}

Topology mesh(std::uint32_t side) {
    Topology topology;
    topology.width = topology.height = side;
    topology.external_ports = {TileId{0u}};
    return topology;
}

CoreLimits limits(std::uint32_t neurons = 256, std::uint32_t axons = 256) {
    CoreLimits result;
    result.neurons = neurons;
    result.input_axons = axons;
    return result;
}

// source neuron, target neuron, delay -> weight, summed over everything that is loaded.
using Synapses = std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, int>;

// Follows every neuron's own outgoing axon, and those of its copies, into the crossbars.
Synapses loaded(const QuantizedNetwork& network, const Mapping& mapping, const Topology& topology,
                std::uint32_t neurons_a_core) {
    const NeuronPlaces places(network, mapping, topology.cores());
    ChipProgram program = compile_for_truenorth(network, mapping, places, topology);
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> neuron_at;
    std::vector<std::uint32_t> first;  // of a population's neurons in one numbering of all
    std::uint32_t total = 0;
    for (std::uint32_t p = 0; p < network.populations.size(); ++p) {
        first.push_back(total);
        for (std::uint32_t n = 0; n < network.populations[p].size; ++n, ++total) {
            const NeuronPlace place = places(PopulationId{p}, n);
            neuron_at[{place.core, place.local}] = total;
        }
    }
    Synapses result;
    std::set<SpikePacket::Target> taken;  // axons: each has one source
    const auto follow = [&](std::uint32_t source, SpikePacket::Target destination) {
        EXPECT_TRUE(taken.insert(destination & ~SpikePacket::Target{15u << 8}).second)
            << "an axon with two sources";
        const SpikePacket packet(0, destination, 0);
        const CoreProgram& core = program.cores[packet.core()];
        const auto& crossbar = std::get<Crossbar>(core.synapses);
        const std::uint32_t axon = packet.address() & 0xFF, delay = packet.address() >> 8;
        const auto& weights = core.parameters.at("weight" + std::to_string(crossbar.type(axon)));
        for (std::uint32_t n = 0; n < core.neurons; ++n) {
            if (crossbar.connected(axon, n) && neuron_at.count({packet.core(), n})) {
                result[{source, neuron_at[{packet.core(), n}], delay}] +=
                    weights[weights.size() == 1 ? 0 : n];
            }
        }
    };
    for (std::uint32_t c = 0; c < program.cores.size(); ++c) {
        CoreProgram& core = program.cores[c];
        EXPECT_LE(core.neurons, neurons_a_core);
        if (core.neurons == 0) {
            continue;
        }
        const auto& crossbar = std::get<Crossbar>(core.synapses);
        EXPECT_EQ(crossbar.core(), c);
        const auto found = core.parameters.find("copies");
        const std::uint32_t copies =
            found == core.parameters.end() ? 0 : static_cast<std::uint32_t>(found->second[0]);
        // A copy is told by its column: the original's. Any original with that column will do,
        // since here each neuron has inputs of its own.
        for (std::uint32_t n = 0; n < core.neurons; ++n) {
            std::uint32_t original = n;
            if (n >= core.neurons - copies) {
                for (original = 0; original < core.neurons - copies; ++original) {
                    bool same = true;
                    for (std::uint32_t a = 0; a < crossbar.axons(); ++a) {
                        same &= crossbar.connected(a, n) == crossbar.connected(a, original);
                    }
                    if (same) {
                        break;
                    }
                }
            }
            const auto destinations = core.axons.destinations(n);
            EXPECT_LE(destinations.size(), 1u);
            for (const SpikePacket::Target destination : destinations) {
                follow(neuron_at.at({c, original}), destination);
            }
        }
    }
    for (std::uint32_t p = 0; p < network.populations.size(); ++p) {
        for (std::uint32_t n = 0;
             network.populations[p].is_input && n < network.populations[p].size; ++n) {
            const std::uint32_t at = places(PopulationId{p}, n).local;
            for (const SpikePacket::Target destination : program.host_axons.destinations(at)) {
                follow(first[p] + n, destination);
            }
        }
    }
    return result;
}

Synapses wanted(const QuantizedNetwork& network) {
    std::vector<std::uint32_t> first;
    std::uint32_t total = 0;
    for (const QuantizedPopulation& population : network.populations) {
        first.push_back(total);
        total += population.size;
    }
    Synapses result;
    std::vector<Connection> row;
    for (const QuantizedProjection& projection : network.projections) {
        for (std::uint32_t s = 0; s < projection.connectivity->source_size(); ++s) {
            projection.connectivity->row(s, row);
            for (const Connection& c : row) {
                result[{first[projection.source.value] + s,
                        first[projection.target.value] + c.target, c.delay + 1u}] +=
                    static_cast<int>(c.weight);
            }
        }
    }
    return result;
}

// Identity inputs give every hidden neuron a column of its own.
Net two_layers(std::uint32_t hidden, std::uint32_t out, const std::vector<float>& weights) {
    Net net;
    const auto input = net.add("input", hidden, NeuronKind::input);
    const auto a = net.add("a", hidden, NeuronKind::if_);
    const auto b = net.add("b", out, NeuronKind::if_);
    net.connect(input, a, make_elementwise(hidden, {10}, {0}));
    net.connect(a, b, dense(out, hidden, weights));
    return net;
}

TEST(TrueNorthMapping, EverySynapseIsLoadedOnceWithItsWeight) {
    const Net net = two_layers(20, 30, {1, -2, 3, 0, -4, 1});
    const QuantizedNetwork network = net.quantized();
    const Mapping mapping = map_for_truenorth(network, mesh(2), limits(), {});
    EXPECT_EQ(loaded(network, mapping, mesh(2), 256), wanted(network));
    EXPECT_EQ(mapping.core_count_used(), 2u);
    ASSERT_EQ(mapping.notes.size(), 1u);
    EXPECT_THAT(mapping.notes[0], HasSubstr("copies of neurons"));
}

TEST(TrueNorthMapping, NeuronsThatReachSeveralCoresAreCopiedOntoTheirOwn) {
    const Net net = two_layers(20, 40, {1});
    const QuantizedNetwork network = net.quantized();
    const Mapping mapping = map_for_truenorth(network, mesh(4), limits(16, 32), {});
    // 40 targets at 16 a core are 3 cores, so 3 copies of each of 20 neurons: 5 a core, 4 cores.
    EXPECT_EQ(mapping.core_count_used(), 3u + 4u);
    EXPECT_EQ(loaded(network, mapping, mesh(4), 16), wanted(network));
    std::uint64_t neurons = 0;
    for (const CoreUse& use : mapping.cores) {
        neurons += use.neurons;
    }
    EXPECT_EQ(neurons, 40u + 60u);
}

TEST(TrueNorthMapping, RandomRecurrentNetworksAreLoadedExactly) {
    const unsigned seed = 7;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 20; ++round) {
        const auto size = static_cast<std::uint32_t>(20 + random() % 60);
        Net net;
        const auto input = net.add("input", size, NeuronKind::input);
        const auto a = net.add("a", size, NeuronKind::if_);
        net.connect(input, a, make_elementwise(size, {10}, {0}));
        std::vector<std::uint64_t> begin{0};
        std::vector<Connection> connections;
        const float weights[] = {10, -3, 7};
        for (std::uint32_t s = 0; s < size; ++s) {
            for (std::size_t t = random() % 20; t < size; t += 1 + random() % 20) {
                connections.push_back({static_cast<std::uint32_t>(t), weights[random() % 3],
                                       static_cast<std::uint16_t>(random() % 15)});
            }
            begin.push_back(connections.size());
        }
        net.connect(a, a, make_sparse(size, begin, connections));
        const QuantizedNetwork network = net.quantized();
        const Mapping mapping = map_for_truenorth(network, mesh(8), limits(64, 128), {});
        EXPECT_EQ(loaded(network, mapping, mesh(8), 64), wanted(network)) << "round " << round;
    }
}

TEST(TrueNorthMapping, TwoProjectionsBetweenTheSamePopulationsAdd) {
    Net net = two_layers(6, 6, {2});
    net.connect(PopulationId{1u}, PopulationId{2u}, make_elementwise(6, {5}, {3}));
    const QuantizedNetwork network = net.quantized();
    const Mapping mapping = map_for_truenorth(network, mesh(2), limits(), {});
    EXPECT_EQ(loaded(network, mapping, mesh(2), 256), wanted(network));
}

TEST(TrueNorthMapping, PopulationsShareACoreIfTheyMay) {
    const QuantizedNetwork network = two_layers(20, 30, {1}).quantized();
    MappingOptions options;
    options.share_cores = true;
    const Mapping mapping = map_for_truenorth(network, mesh(2), limits(), options);
    EXPECT_EQ(mapping.core_count_used(), 1u);
    EXPECT_EQ(loaded(network, mapping, mesh(2), 256), wanted(network));
}

TEST(TrueNorthMapping, SpreadsOverAsManyCoresAsAsked) {
    const QuantizedNetwork network = two_layers(20, 20, {1}).quantized();
    MappingOptions options;
    options.cores = 8;
    const Mapping mapping = map_for_truenorth(network, mesh(4), limits(), options);
    EXPECT_EQ(mapping.core_count_used(), 8u);
    EXPECT_EQ(loaded(network, mapping, mesh(4), 256), wanted(network));
}

std::string error(const std::function<void()>& body) {
    try {
        body();
    } catch (const ConfigError& e) {
        return e.what();
    }
    return "no error";
}

TEST(TrueNorthMapping, DeadCoresHoldNothingAndAreNoRoom) {
    const QuantizedNetwork network = two_layers(20, 40, {1}).quantized();  // 7 cores of 16
    Topology topology = mesh(3);
    topology.dead_cores = {CoreId{0u}, CoreId{4u}};
    const Mapping mapping = map_for_truenorth(network, topology, limits(16, 32), {});
    EXPECT_EQ(mapping.core_count_used(), 7u);
    for (const CoreUse& use : mapping.cores) {
        EXPECT_TRUE(topology.works(use.core)) << use.core.value;
    }
    EXPECT_EQ(loaded(network, mapping, topology, 16), wanted(network));
    topology.dead_cores.push_back(CoreId{8u});
    try {
        map_for_truenorth(network, topology, limits(16, 32), {});
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), HasSubstr("the chip has 6"));
    }
}

TEST(TrueNorthMapping, RefusesMoreInputsThanACoreHasAxons) {
    Net net;
    const auto input = net.add("pixels", 257, NeuronKind::input);
    net.connect(input, net.add("a", 2, NeuronKind::if_), dense(2, 257, {1}));
    const QuantizedNetwork network = net.quantized();
    const std::string text = error([&] { map_for_truenorth(network, mesh(2), limits(), {}); });
    EXPECT_THAT(text, HasSubstr("population 'a': neuron 0 takes 257 axons"));
    EXPECT_THAT(text, HasSubstr("hint: give it at most 256 inputs"));
}

TEST(TrueNorthMapping, RefusesCopiesOfNeuronsThatDrawRandomNumbers) {
    for (const char* key : {"truenorth/threshold_mask", "truenorth/stochastic_leak",
                            "truenorth/stochastic_synapse"}) {
        Net net = two_layers(4, 40, {1});
        net.network.populations[1].hardware[key] = {1};
        const QuantizedNetwork network = net.quantized();
        EXPECT_THAT(error([&] { map_for_truenorth(network, mesh(4), limits(20), {}); }),
                    HasSubstr("population 'a': neuron 0 draws random numbers and needs 2 outgoing "
                              "axons"))
            << key;
        EXPECT_EQ(error([&] { map_for_truenorth(network, mesh(4), limits(), {}); }), "no error");
    }
}

TEST(TrueNorthMapping, RefusesMoreCopiesThanACoreHolds) {
    const QuantizedNetwork network = two_layers(1, 100, {1}).quantized();
    EXPECT_THAT(
        error([&] { map_for_truenorth(network, mesh(8), limits(8), {}); }),
        HasSubstr("population 'a': neuron 0 needs 13 outgoing axons and so as many copies"));
}

TEST(TrueNorthMapping, RefusesMoreCoresThanThereAre) {
    const QuantizedNetwork network = two_layers(200, 40, {1}).quantized();
    EXPECT_THAT(error([&] { map_for_truenorth(network, mesh(2), limits(16), {}); }),
                HasSubstr("the chip has 4"));
}

}  // namespace
}  // namespace cortile
