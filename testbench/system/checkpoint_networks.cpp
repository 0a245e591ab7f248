// SPDX-License-Identifier: Apache-2.0
#include "testbench/system/checkpoint_networks.h"

#include <fmt/format.h>

#include <functional>
#include <vector>

#include "hw_model/base/random.h"
#include "testbench/support/net_writer.h"

namespace cortile::test {

namespace {

std::uint32_t draw(std::uint64_t seed, std::size_t a, std::size_t b = 0) {
    return philox({seed, RandomUse::test}, a, b)[0];
}

std::vector<double> weights(std::uint32_t targets, std::uint32_t sources, std::uint64_t seed,
                            std::uint32_t of, double step) {
    std::vector<double> matrix;
    for (std::uint32_t i = 0; i < targets * sources; ++i) {
        matrix.push_back(draw(seed, i) % 4 == 0 ? step * (1 + draw(seed, i, 1) % of) : 0);
    }
    return matrix;
}

// Integrate-and-fire in two layers, the second recurrent: what every core type computes.
void write_if(NirWriter& writer, const std::function<void(NirGraph&)>& more) {
    NirGraph net = writer.root();
    net.input("input", {kInputs});
    net.linear("fc1", kNeurons, kInputs, weights(kNeurons, kInputs, 1, 1, 1));
    net.if_("first", {kNeurons}, {.v_threshold = {1.5}});
    net.linear("fc2", kNeurons, kNeurons, weights(kNeurons, kNeurons, 2, 1, 1));
    net.if_("second", {kNeurons}, {.v_threshold = {1.5}});
    net.output("output", {kNeurons});
    net.chain({"input", "fc1", "first", "fc2", "second", "output"});
    more(net);
}

}  // namespace

void write_plain(NirWriter& writer) {
    write_if(writer, [](NirGraph&) {});
}

// Currents that decay, delays, refractory periods.
void write_cuba(NirWriter& writer) {
    NirGraph net = writer.root();
    net.input("input", {kInputs});
    net.linear("fc", kNeurons, kInputs, weights(kNeurons, kInputs, 3, 90, 1));
    std::vector<double> delays;
    for (std::uint32_t n = 0; n < kNeurons; ++n) {
        delays.push_back(1e-3 * (draw(4, n) % 9));
    }
    net.delay("delay", delays);
    net.cuba_lif("lif", {kNeurons});
    net.output("output", {kNeurons});
    net.chain({"input", "fc", "delay", "lif", "output"});
}

void write_learning_of(NirWriter& writer, double refractory) {
    NirGraph net = writer.root();
    net.input("input", {kInputs});
    net.linear("fc", kNeurons, kInputs, weights(kNeurons, kInputs, 3, 90, 1));
    net.cuba_lif("lif", {kNeurons});
    net.output("output", {kNeurons});
    net.chain({"input", "fc", "lif", "output"});
    net.metadata("lif", "loihi/du", {1500});
    net.metadata("lif", "loihi/dv", {300});
    net.metadata("lif", "loihi/vth_mantissa", {180});
    net.metadata("lif", "loihi/refractory", {refractory});
}

void write_learning(NirWriter& writer) {
    write_learning_of(writer, 3);
}

// A random threshold and an adaptive one: the core's shift register and theta.
void write_noisy(NirWriter& writer) {
    write_if(writer, [](NirGraph& net) {
        for (const char* population : {"first", "second"}) {
            net.metadata(population, "fcore/vth0", {2});
            net.metadata(population, "fcore/random_mask", {3});
            net.metadata(population, "fcore/theta_increment", {2});
            net.metadata(population, "fcore/theta_mode", {1});
            net.metadata(population, "fcore/theta_alpha", {200});
            net.metadata(population, "fcore/refractory", {2});
        }
    });
}

void write_sigma_delta(const std::filesystem::path& file) {
    NetWriter net(file);
    net.layer("input");
    net.field("shape", {kInputs}, {1});
    net.neuron("SDNN", {{"vThMant", 1}});
    net.layer("dense");
    net.field("weight", weights(kNeurons, kInputs, 6, 60, 2), {kNeurons, kInputs});
    net.neuron("SDNN", {{"vThMant", 2}});
    net.layer("dense");
    net.field("weight", weights(4, kNeurons, 7, 60, 2), {4, kNeurons});
    net.neuron("SDNN", {{"vThMant", 0}, {"sigma_output", 1}});
    net.close();
}

std::string raster(std::uint64_t seed) {
    std::string text;
    for (std::uint32_t t = 0; t < kTimesteps; ++t) {
        for (std::uint32_t i = 0; i < kInputs; ++i) {
            text += (i == 0 ? "" : ",");
            text += draw(seed, t, i) % 3 == 0 ? '1' : '0';
        }
        text += '\n';
    }
    return text;
}

std::string currents() {
    std::vector<std::int32_t> values;
    for (std::uint32_t i = 0; i < kSamples * kInputs * kTimesteps; ++i) {
        // The same for some timesteps: the drive then stays as it was set.
        values.push_back(static_cast<std::int32_t>(draw(8, i / 3) % 200) - 60);
    }
    return npy(values, {kSamples, kInputs, kTimesteps});
}

}  // namespace cortile::test
