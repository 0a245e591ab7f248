// SPDX-License-Identifier: Apache-2.0
#include "workload/compile/compile.h"

#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "hw_model/base/random.h"

namespace cortile {
namespace {

// Target population's neuron, delay, accumulator exponent -> summed weight.
using Effect = std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, int>, int>;

QuantizedPopulation population(const std::string& name, Shape shape, bool is_input = false) {
    QuantizedPopulation result;
    result.name = name;
    result.shape = shape;
    result.size = element_count(shape);
    result.is_input = is_input;
    result.parameters = {{"vth_mantissa", {{100}}}};
    return result;
}

QuantizedProjection projection(std::uint32_t source, std::uint32_t target,
                               std::shared_ptr<const Connectivity> connectivity, int exponent) {
    QuantizedProjection result;
    result.name = "p";
    result.source = PopulationId{source};
    result.target = PopulationId{target};
    result.connectivity = std::move(connectivity);
    result.min_weight = -256;
    result.max_weight = 255;
    result.weight_exponent = exponent;
    return result;
}

std::unique_ptr<Connectivity> random_sparse(std::uint32_t sources, std::uint32_t targets,
                                            std::uint64_t seed) {
    std::vector<std::uint64_t> begin{0};
    std::vector<Connection> connections;
    for (std::uint32_t s = 0; s < sources; ++s) {
        for (std::uint32_t t = 0; t < targets; ++t) {
            const auto r = philox({seed}, s, t);
            if (r[0] % 3 == 0) {
                connections.push_back(
                    {t, static_cast<float>(1 + r[1] % 200), static_cast<std::uint16_t>(r[2] % 4)});
            }
        }
        begin.push_back(connections.size());
    }
    return make_sparse(targets, begin, connections);
}

std::unique_ptr<Connectivity> convolution(std::uint32_t height, std::uint32_t width) {
    Convolution2d c;
    c.in_channels = 2;
    c.in_height = height;
    c.in_width = width;
    c.out_channels = 3;
    c.out_height = height;
    c.out_width = width;
    c.kernel_height = c.kernel_width = 3;
    c.pad_top = c.pad_left = 1;
    for (std::uint32_t i = 0; i < 3 * 2 * 9; ++i) {
        c.weight.push_back(static_cast<float>(1 + i));
    }
    return make_convolution(c);
}

// Input 2x8x8 -> convolution -> 3x8x8 -> sparse with delays and an exponent -> 50 -> recurrent.
QuantizedNetwork test_network(std::uint64_t seed) {
    QuantizedNetwork network;
    network.name = "test";
    network.populations = {population("input", {2, 8, 8}, true), population("conv", {3, 8, 8}),
                           population("out", {50})};
    network.projections.push_back(projection(0, 1, convolution(8, 8), 0));
    network.projections.push_back(projection(1, 2, random_sparse(192, 50, seed), -2));
    network.projections.push_back(projection(2, 2, random_sparse(50, 50, seed + 1), 1));
    network.projections.push_back(projection(0, 2, random_sparse(128, 50, seed + 2), -2));
    network.inputs = {PopulationId{0u}};
    network.outputs = {PopulationId{2u}};
    return network;
}

struct Compiled {
    Topology topology{2, 2, 4, {TileId{0u}}};
    QuantizedNetwork network;
    Mapping mapping;
    std::unique_ptr<NeuronPlaces> places;
    ChipProgram program;

    Compiled(std::uint64_t seed, bool share, std::uint32_t neurons_per_core,
             Partition partition = Partition::contiguous)
        : Compiled(test_network(seed), share, neurons_per_core, partition) {}

    Compiled(QuantizedNetwork quantized, bool share, std::uint32_t neurons_per_core,
             Partition partition)
        : network(std::move(quantized)) {
        CoreLimits limits;
        limits.neurons = neurons_per_core;
        limits.shares_rows = share;
        MappingOptions options;
        options.partition = partition;
        options.share_cores = true;
        mapping = map_network(network, topology, limits, options);
        places = std::make_unique<NeuronPlaces>(network, mapping, topology.cores());
        program = compile(network, mapping, *places, topology, limits);
    }

    // What a spike of one neuron does, read out of the compiled program.
    Effect effect_of(std::uint32_t source_population, std::uint32_t neuron) const {
        const NeuronPlace from = (*places)(PopulationId{source_population}, neuron);
        const AxonTable& axons =
            from.core == topology.cores() ? program.host_axons : program.cores[from.core].axons;
        Effect effect;
        for (const SpikePacket::Target destination : axons.destinations(from.local)) {
            const std::uint32_t core = SpikePacket::core_of(destination);
            const std::uint32_t address = SpikePacket::address_of(destination);
            const auto& memory = std::get<SynapseMemory>(program.cores[core].synapses);
            const InputAxon axon =
                memory.indexed() ? memory.axons()[address] : InputAxon{address, 0, 0};
            for (std::uint32_t i = axon.row;; ++i) {
                const std::uint32_t word = memory.words()[i];
                effect[{core, axon.base + SynapseWord::neuron(word), SynapseWord::delay(word),
                        memory.planes()[axon.plane].exponent}] += SynapseWord::weight(word);
                if (word & SynapseWord::kLast) {
                    break;
                }
            }
        }
        return effect;
    }

    Effect expected_effect(std::uint32_t source_population, std::uint32_t neuron) const {
        Effect effect;
        std::vector<Connection> scratch;
        std::vector<QuantizedConnection> row;
        for (const QuantizedProjection& p : network.projections) {
            if (p.source.value != source_population) {
                continue;
            }
            p.row(neuron, scratch, row);
            for (const QuantizedConnection& c : row) {
                const NeuronPlace to = (*places)(p.target, c.target);
                effect[{to.core, to.local, c.delay, p.weight_exponent}] += c.weight;
            }
        }
        return effect;
    }

    void expect_every_spike_right() const {
        for (std::uint32_t p = 0; p < network.populations.size(); ++p) {
            for (std::uint32_t n = 0; n < network.populations[p].size; ++n) {
                ASSERT_EQ(effect_of(p, n), expected_effect(p, n))
                    << network.populations[p].name << " " << n;
            }
        }
    }
};

TEST(Compile, EverySpikeHasItsProjectionsEffect) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        SCOPED_TRACE(seed);
        Compiled(seed, false, 40).expect_every_spike_right();
    }
}

TEST(Compile, SharedRowsHaveTheSameEffect) {
    Compiled(7, true, 40).expect_every_spike_right();
    Compiled(7, true, 1024).expect_every_spike_right();
}

// Rows that are shared and rows that are not, of one exponent, on one core, in either order.
TEST(Compile, SharedAndPlainRowsLiveOnOneCore) {
    for (const bool shared_first : {true, false}) {
        QuantizedNetwork network;
        network.populations = {population("input", {2, 8, 8}, true), population("conv", {3, 8, 8})};
        std::shared_ptr<const Connectivity> shared = convolution(8, 8);
        std::shared_ptr<const Connectivity> plain = random_sparse(128, 192, 11);
        network.projections.push_back(projection(0, 1, shared_first ? shared : plain, 0));
        network.projections.push_back(projection(0, 1, shared_first ? plain : shared, 0));
        Compiled(std::move(network), true, 1024, Partition::contiguous).expect_every_spike_right();
    }
}

TEST(Compile, PermutedNeuronsHaveTheSameEffect) {
    Compiled(9, false, 40, Partition::metis).expect_every_spike_right();
}

TEST(Compile, ConvolutionRowsAreStoredOnce) {
    const Compiled apart(3, false, 1024), shared(3, true, 1024);
    EXPECT_EQ(apart.program.synapses, shared.program.synapses);
    EXPECT_EQ(apart.program.stored_words, apart.program.synapses);
    // 128 input neurons; 2 channels x (3 row classes x 3 column classes of a 3x3 kernel on 8x8).
    std::uint64_t convolution_synapses = 0, distinct = 0;
    std::vector<Connection> row;
    for (std::uint32_t s = 0; s < 128; ++s) {
        apart.network.projections[0].connectivity->row(s, row);
        convolution_synapses += row.size();
        // One of each class: at the first border, inside, at the last border.
        const auto represents = [](std::uint32_t i) { return i == 0 || i == 1 || i == 7; };
        if (represents(s / 8 % 8) && represents(s % 8)) {
            distinct += row.size();
        }
    }
    EXPECT_EQ(shared.program.stored_words,
              apart.program.stored_words - convolution_synapses + distinct);
}

TEST(Compile, LargestInputBoundsEveryNeuronsSum) {
    const Compiled compiled(4, false, 1024);
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> sums;
    for (std::uint32_t p = 0; p < 3; ++p) {
        for (std::uint32_t n = 0; n < compiled.network.populations[p].size; ++n) {
            for (const auto& [key, weight] : compiled.expected_effect(p, n)) {
                const auto& [core, local, delay, exponent] = key;
                const std::int64_t magnitude = std::abs(weight);
                sums[{core, local}] +=
                    exponent >= 0 ? magnitude << exponent : magnitude >> -exponent;
            }
        }
    }
    for (const auto& [place, sum] : sums) {
        EXPECT_LE(sum, compiled.program.cores[place.first].largest_input);
    }
}

// Weights that no integer holds, times the projection's scale, and one shared row per convolution.
TEST(Compile, RealWeightsAreStoredScaled) {
    QuantizedNetwork network = test_network(3);
    network.real = true;
    for (QuantizedProjection& p : network.projections) {
        p.real = true;
        p.scale = 0.3;
        p.weight_exponent = 0;
    }
    const Compiled compiled(network, true, 40, Partition::contiguous);
    std::vector<Connection> row;
    for (const QuantizedProjection& p : network.projections) {
        for (std::uint32_t s = 0; s < p.connectivity->source_size(); ++s) {
            std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, float> expected;
            p.connectivity->row(s, row);
            for (const Connection& c : row) {
                const NeuronPlace to = (*compiled.places)(p.target, c.target);
                expected[{to.core, to.local, c.delay}] = static_cast<float>(c.weight * 0.3);
            }
            const NeuronPlace from = (*compiled.places)(p.source, s);
            const AxonTable& axons = from.core == compiled.topology.cores()
                                         ? compiled.program.host_axons
                                         : compiled.program.cores[from.core].axons;
            std::size_t found = 0;
            for (const SpikePacket::Target destination : axons.destinations(from.local)) {
                const std::uint32_t core = SpikePacket::core_of(destination);
                const auto& memory =
                    std::get<RealSynapseMemory>(compiled.program.cores[core].synapses);
                const std::uint32_t address = SpikePacket::address_of(destination);
                const InputAxon axon =
                    memory.indexed() ? memory.axons()[address] : InputAxon{address, 0, 0};
                for (std::uint32_t i = axon.row;; ++i) {
                    const std::uint64_t word = memory.words()[i];
                    const auto it = expected.find({core, axon.base + RealSynapseWord::neuron(word),
                                                   RealSynapseWord::delay(word)});
                    if (it != expected.end() && it->second == RealSynapseWord::weight(word)) {
                        ++found;
                    }
                    if (word & RealSynapseWord::kLast) {
                        break;
                    }
                }
            }
            // Another projection may join the same neurons; each of this one's is there.
            EXPECT_GE(found, expected.size()) << p.name << " " << s;
        }
    }
}

TEST(Compile, HostInputsOfSeveralPopulationsFollowOneAnother) {
    QuantizedNetwork network;
    network.populations = {population("a", {3}, true), population("b", {2}, true),
                           population("out", {2})};
    network.projections.push_back(projection(0, 2, random_sparse(3, 2, 1), 0));
    network.projections.push_back(projection(1, 2, random_sparse(2, 2, 2), 0));
    const Topology topology{1, 1, 1, {TileId{0u}}};
    const Mapping mapping = map_network(network, topology, CoreLimits{}, MappingOptions{});
    const NeuronPlaces places(network, mapping, topology.cores());
    EXPECT_EQ(places.host_inputs(), 5u);
    EXPECT_EQ(places(PopulationId{0u}, 2).local, 2u);
    EXPECT_EQ(places(PopulationId{1u}, 0).local, 3u);
    EXPECT_EQ(places(PopulationId{1u}, 0).core, topology.cores());
}

}  // namespace
}  // namespace cortile
