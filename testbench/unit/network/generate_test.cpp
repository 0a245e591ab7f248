// SPDX-License-Identifier: Apache-2.0
#include "workload/network/generate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "hw_model/base/error.h"

namespace cortile {
namespace {

std::vector<Connection> row(const Network& n, std::uint32_t source) {
    std::vector<Connection> result;
    n.projections[0].connectivity->row(source, result);
    return result;
}

// Fraction of neurons that fire in each timestep, with recurrent input: the membrane sums bias and
// weights without leak, a spike in t resets it to 0 and is followed by the next sum in t +
// refractory. All numbers are multiples of 1/64 below 2^24, so doubles hold them exactly.
std::vector<double> activity(const Network& network, std::uint32_t timesteps) {
    const Population& p = network.populations[0];
    std::vector<double> v(p.size, 0), wait(p.size, 0), input(p.size, 0), next(p.size, 0);
    std::vector<double> result;
    std::vector<Connection> connections;
    for (std::uint32_t t = 0; t < timesteps; ++t) {
        std::uint32_t fired = 0;
        std::fill(next.begin(), next.end(), 0);
        for (std::uint32_t i = 0; i < p.size; ++i) {
            if (wait[i] > 0) {
                --wait[i];
                continue;
            }
            v[i] += input[i] + p.bias[i];
            if (v[i] > p.v_threshold[i]) {
                v[i] = 0;
                wait[i] = p.refractory[i] - 1;
                ++fired;
                network.projections[0].connectivity->row(i, connections);
                for (const Connection& c : connections) {
                    next[c.target] += c.weight;
                }
            }
        }
        std::swap(input, next);
        result.push_back(static_cast<double>(fired) / p.size);
    }
    return result;
}

double mean(const std::vector<double>& v, std::size_t from) {
    double sum = 0;
    for (std::size_t i = from; i < v.size(); ++i) {
        sum += v[i];
    }
    return sum / static_cast<double>(v.size() - from);
}

class Rate : public ::testing::TestWithParam<double> {};

TEST_P(Rate, HoldsInEveryTimestepFromTheFirst) {
    RandomNetworkOptions o;
    o.neurons = 4000;
    o.synapses_per_neuron = 50;
    o.firing_rate = GetParam();
    const std::vector<double> shares = activity(generate_random(o), 150);
    // Six standard deviations of a binomial share, and a little for spikes moved by a timestep.
    const double band =
        6 * std::sqrt(o.firing_rate * (1 - o.firing_rate) / o.neurons) + 0.05 * o.firing_rate;
    for (std::size_t t = 0; t < shares.size(); ++t) {
        EXPECT_NEAR(shares[t], o.firing_rate, band) << "timestep " << t;
    }
    EXPECT_NEAR(mean(shares, 0), o.firing_rate, 0.03 * o.firing_rate);
}

INSTANTIATE_TEST_SUITE_P(Rates, Rate, ::testing::Values(0.0, 0.02, 0.07, 0.1, 0.3, 0.45, 0.8, 1.0),
                         [](const auto& rate) {
                             return std::to_string(static_cast<int>(rate.param * 100)) + "percent";
                         });

TEST(RandomNetwork, LowRatesSettleAfterAFewPeriods) {
    RandomNetworkOptions o;
    o.neurons = 4000;
    o.synapses_per_neuron = 20;
    o.firing_rate = 0.004;
    const std::vector<double> shares = activity(generate_random(o), 2000);
    EXPECT_NEAR(mean(shares, 750), 0.004, 0.0004);
    // Level: no stretch of 50 timesteps is silent or twice as busy.
    for (std::size_t t = 750; t + 50 <= shares.size(); t += 50) {
        const double stretch = mean({shares.begin() + static_cast<std::ptrdiff_t>(t),
                                     shares.begin() + static_cast<std::ptrdiff_t>(t + 50)},
                                    0);
        EXPECT_NEAR(stretch, 0.004, 0.002) << "from timestep " << t;
    }
}

TEST(RandomNetwork, ValuesAreOnesThatIntegerCoresHold) {
    for (const double rate : {0.0, 1e-5, 0.003, 0.1, 1.0}) {
        RandomNetworkOptions o;
        o.neurons = 2000;
        o.firing_rate = rate;
        const Network n = generate_random(o);
        const Population& p = n.populations[0];
        for (std::uint32_t i = 0; i < p.size; ++i) {
            const double threshold = p.v_threshold[i], refractory = p.refractory[i];
            EXPECT_TRUE(threshold >= 0 && threshold < 131072 && threshold == std::trunc(threshold))
                << threshold;
            EXPECT_TRUE(refractory >= 1 && refractory <= 63 && refractory == std::trunc(refractory))
                << refractory;
            // 12 significant bits: whole after division by the power of two that leaves so many.
            double steps = p.bias[i] * 64;
            EXPECT_TRUE(rate > 0 ? steps > 0 : steps == 0) << steps;
            while (steps > 4095) {
                steps /= 2;
            }
            EXPECT_EQ(steps, std::trunc(steps));
        }
    }
}

TEST(RandomNetwork, NamesNoRegistersOfACore) {
    RandomNetworkOptions o;
    o.stochastic = true;
    const Network n = generate_random(o);
    EXPECT_TRUE(n.populations[0].hardware.empty());
    EXPECT_TRUE(n.projections[0].hardware.empty());
}

TEST(RandomNetwork, EachRowHasDistinctTargetsAndSmallEvenWeights) {
    RandomNetworkOptions o;
    o.neurons = 5000;
    o.synapses_per_neuron = 200;
    o.max_weight = 6;
    const Network n = generate_random(o);
    std::set<int> weights;
    for (std::uint32_t s = 0; s < 500; ++s) {
        const std::vector<Connection> r = row(n, s);
        ASSERT_EQ(r.size(), 200u);
        for (std::size_t i = 0; i < r.size(); ++i) {
            ASSERT_LT(r[i].target, o.neurons);
            ASSERT_TRUE(i == 0 || r[i - 1].target < r[i].target) << "source " << s;
            weights.insert(static_cast<int>(r[i].weight));
        }
    }
    EXPECT_EQ(weights, (std::set<int>{-6, -4, -2, 2, 4, 6}));
}

TEST(RandomNetwork, EveryNeuronIsATargetAboutEquallyOften) {
    RandomNetworkOptions o;
    o.neurons = 400;
    o.synapses_per_neuron = 20;
    const Network n = generate_random(o);
    std::vector<int> fan_in(o.neurons, 0);
    for (std::uint32_t s = 0; s < o.neurons; ++s) {
        for (const Connection& c : row(n, s)) {
            ++fan_in[c.target];
        }
    }
    // Binomial with mean 20 and standard deviation 4.4; 400 draws.
    EXPECT_GE(*std::min_element(fan_in.begin(), fan_in.end()), 3);
    EXPECT_LE(*std::max_element(fan_in.begin(), fan_in.end()), 42);
}

TEST(RandomNetwork, AllToAllIsPossible) {
    RandomNetworkOptions o;
    o.neurons = 30;
    o.synapses_per_neuron = 30;
    const std::vector<Connection> r = row(generate_random(o), 7);
    ASSERT_EQ(r.size(), 30u);
    for (std::uint32_t i = 0; i < 30; ++i) {
        EXPECT_EQ(r[i].target, i);
    }
}

TEST(RandomNetwork, ClusteredTargetsLieInAsManyClustersAsAsked) {
    RandomNetworkOptions o;
    o.neurons = 1000;
    o.synapses_per_neuron = 30;
    o.locality = Locality::clustered;
    o.clusters = 16;  // does not divide 1000
    o.target_clusters = 4;
    const Network n = generate_random(o);
    std::set<std::uint32_t> ever;
    for (std::uint32_t s = 0; s < o.neurons; ++s) {
        std::set<std::uint32_t> clusters;
        const std::vector<Connection> r = row(n, s);
        ASSERT_EQ(r.size(), 30u);
        for (const Connection& c : r) {
            std::uint32_t cluster = 0;
            while ((cluster + 1) * o.neurons / o.clusters <= c.target) {
                ++cluster;
            }
            clusters.insert(cluster);
        }
        ASSERT_EQ(clusters.size(), 4u) << "source " << s;
        ever.insert(clusters.begin(), clusters.end());
    }
    EXPECT_EQ(ever.size(), 16u);
}

TEST(RandomNetwork, SeedDecidesAndNothingElse) {
    RandomNetworkOptions o;
    const Network a = generate_random(o);
    const Network b = generate_random(o);
    row(a, 900);  // asking in another order must not matter
    o.seed = 2;
    const Network c = generate_random(o);
    const auto same = [](const Connection& x, const Connection& y) {
        return x.target == y.target && x.weight == y.weight;
    };
    const std::vector<Connection> first = row(a, 5);
    const std::vector<Connection> again = row(b, 5);
    const std::vector<Connection> other = row(c, 5);
    EXPECT_TRUE(std::equal(first.begin(), first.end(), again.begin(), again.end(), same));
    EXPECT_FALSE(std::equal(first.begin(), first.end(), other.begin(), other.end(), same));
}

void expect_refused(const RandomNetworkOptions& o, const std::string& key) {
    try {
        generate_random(o);
        ADD_FAILURE() << key << " was accepted";
    } catch (const ConfigError& e) {
        EXPECT_NE(std::string(e.what()).find(key), std::string::npos) << e.what();
    }
}

TEST(RandomNetwork, OptionsOutOfRangeAreNamed) {
    RandomNetworkOptions o;
    o.neurons = 0;
    expect_refused(o, "neurons");
    o = {};
    o.firing_rate = 1.5;
    expect_refused(o, "firing_rate");
    o = {};
    o.firing_rate = std::nan("");
    expect_refused(o, "firing_rate");
    o = {};
    o.neurons = 50;
    expect_refused(o, "synapses_per_neuron");
    o = {};
    o.max_weight = 1;
    expect_refused(o, "max_weight");
    o = {};
    o.time_step = 0;
    expect_refused(o, "time_step");
    o = {};
    o.locality = Locality::clustered;
    o.clusters = 2;
    o.target_clusters = 3;
    expect_refused(o, "target_clusters");
    o.clusters = 64;  // 16 neurons each, 34 targets in each of 3
    expect_refused(o, "synapses_per_neuron");
}

// --- Locality::permuted ---

RandomNetworkOptions permuted(std::uint32_t neurons, std::uint32_t clusters,
                              std::uint32_t synapses) {
    RandomNetworkOptions o;
    o.neurons = neurons;
    o.clusters = clusters;
    o.synapses_per_neuron = synapses;
    o.locality = Locality::permuted;
    return o;
}

TEST(PermutedNetwork, EachClusterIsReachedByAsManyNeuronsAsItHas) {
    for (const std::uint32_t neurons : {4096u, 1000u}) {  // equal clusters, and unequal ones
        const std::uint32_t clusters = 16;
        const Network n = generate_random(permuted(neurons, clusters, 40));
        std::vector<std::uint32_t> reached(clusters), excited(clusters), size(clusters);
        const auto cluster = [&](std::uint32_t neuron) {
            std::uint32_t c = 0;
            while (std::uint64_t{c + 1} * neurons / clusters <= neuron) {
                ++c;
            }
            return c;
        };
        for (std::uint32_t s = 0; s < neurons; ++s) {
            ++size[cluster(s)];
            const auto connections = row(n, s);
            ASSERT_EQ(connections.size(), 40u);
            for (std::size_t i = 0; i < connections.size(); ++i) {
                EXPECT_EQ(cluster(connections[i].target), cluster(connections[0].target));
                EXPECT_EQ(connections[i].weight, connections[0].weight);
                EXPECT_EQ(std::abs(connections[i].weight), 1.0F);
                EXPECT_EQ(connections[i].delay, 0);
                if (i > 0) {
                    EXPECT_LT(connections[i - 1].target, connections[i].target);
                }
            }
            ++reached[cluster(connections[0].target)];
            excited[cluster(connections[0].target)] += connections[0].weight > 0;
        }
        EXPECT_EQ(reached, size);
        for (std::uint32_t c = 0; c < clusters; ++c) {
            EXPECT_NEAR(excited[c], size[c] / 2.0, 1.0);
        }
    }
}

// Each of the 64 neurons of a cluster is the target of a synapse equally often: sparse, about half
// and dense rows are drawn in different ways.
TEST(PermutedNetwork, TargetsAreUniform) {
    for (const std::uint32_t synapses : {3u, 30u, 60u, 64u}) {
        const Network n = generate_random(permuted(6400, 100, synapses));
        std::vector<std::uint32_t> count(64);
        for (std::uint32_t s = 0; s < 6400; ++s) {
            for (const Connection& c : row(n, s)) {
                ++count[c.target % 64];
            }
        }
        const double p = synapses / 64.0;
        for (std::size_t i = 0; i < count.size(); ++i) {
            EXPECT_NEAR(count[i], 6400 * p, 5 * std::sqrt(6400 * p * (1 - p)) + 1e-9)
                << synapses << " synapses, place " << i;
        }
    }
}

TEST(PermutedNetwork, SeedsGiveOtherTargetsAndTheSameSeedTheSame) {
    auto o = permuted(1024, 8, 64);
    const auto targets = [&] {
        const auto connections = row(generate_random(o), 5);
        std::vector<std::uint32_t> result;
        for (const Connection& c : connections) {
            result.push_back(c.target);
        }
        return result;
    };
    const auto first = targets();
    EXPECT_EQ(targets(), first);
    o.seed = 2;
    EXPECT_NE(targets(), first);
}

TEST(PermutedNetwork, RefusesMoreSynapsesThanAClusterHasNeurons) {
    EXPECT_THROW(generate_random(permuted(100, 10, 11)), ConfigError);
    EXPECT_NO_THROW(generate_random(permuted(100, 10, 10)));
}

}  // namespace
}  // namespace cortile
