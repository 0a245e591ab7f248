// SPDX-License-Identifier: Apache-2.0
#include "workload/netx/neurons.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

namespace cortile::netx {

namespace {

constexpr std::int64_t kMostThreshold = 131071;  // 17 bits
constexpr std::int64_t kMostDecay = 4096;
// A register of 12 bits: 4096, nothing kept, is one more than it can say.
constexpr std::int32_t kMostVoltageDecay = 4095;
constexpr double kBiasExponent = 6;
// Real parameters: what stands for a membrane without leak, in timesteps.
constexpr double kNoLeak = 0x1p40;

// Names of one kind of neuron in the format.
constexpr std::array<std::string_view, 2> kCubaTypes{"LOIHI", "CUBA"};

using Registers = std::map<std::string, std::vector<double>>;

// Gives the registers to each core type that has them all.
void give(const Registers& registers, const NetxOptions& options, Population& population) {
    for (const HardwareKeys& keys : options.hardware) {
        const bool all = std::all_of(registers.begin(), registers.end(), [&](const auto& entry) {
            return std::find(keys.neuron.begin(), keys.neuron.end(), entry.first) !=
                   keys.neuron.end();
        });
        if (all) {
            for (const auto& [name, values] : registers) {
                population.hardware[keys.prefix + "/" + name] = values;
            }
        }
    }
}

// One bias a neuron, from one for all, one a channel or one a neuron; one value if all are equal.
std::vector<double> biases(const Group& layer, const Population& population) {
    if (!layer.has("bias")) {
        return {0};
    }
    const std::vector<std::int32_t> stored = layer.integers("bias").values;
    const std::uint32_t channels = population.shape[0];
    if (stored.size() != 1 && stored.size() != channels && stored.size() != population.size) {
        layer.fail("bias",
                   fmt::format("expected 1, {} or {} values, found {}", channels, population.size,
                               stored.size()),
                   "a bias belongs to the layer, to a channel or to a neuron");
    }
    if (std::all_of(stored.begin(), stored.end(), [&](auto b) { return b == stored[0]; })) {
        return {static_cast<double>(stored[0])};
    }
    const std::size_t each = population.size / stored.size();
    std::vector<double> result;
    for (std::size_t n = 0; n < population.size; ++n) {
        result.push_back(stored[n / each]);
    }
    return result;
}

std::int32_t voltage_decay(const Group& neuron, std::vector<std::string>& warnings) {
    const std::int32_t stored = neuron.integer("vDecay", 0, kMostDecay);
    if (stored > kMostVoltageDecay) {
        warnings.push_back(neuron.place("vDecay") +
                           ": the register holds at most 4095: 1/4096 of the voltage is kept");
    }
    return std::min(stored, kMostVoltageDecay);
}

// Exact registers, and the same dynamics as a network states them (forward Euler).
void make_cuba(const Group& neuron, const std::vector<double>& bias, const NetxOptions& options,
               Population& population, std::vector<std::string>& warnings) {
    const std::int32_t current_decay = neuron.integer("iDecay", 1, kMostDecay);
    const std::int32_t decay = voltage_decay(neuron, warnings);
    const std::int32_t threshold = neuron.integer("vThMant", 0, kMostThreshold);
    const std::int32_t refractory = neuron.integer_or("refDelay", 1, 1, 64);
    if (neuron.flag("gradedSpike")) {
        neuron.fail("gradedSpike", "graded spikes of these neurons are not known here",
                    "export the network with graded_spike=False");
    }
    population.kind = NeuronKind::cuba_lif;
    const double memory = decay == 0 ? kNoLeak : 4096.0 / decay;  // timesteps
    population.tau_mem = memory * options.time_step;
    population.r = memory;
    population.tau_syn = 4096.0 / current_decay * options.time_step;
    population.w_in = 4096.0 / current_decay;
    population.v_threshold = static_cast<double>(threshold);
    population.refractory = static_cast<double>(refractory);
    population.v_leak.values.clear();
    for (const double b : bias) {
        population.v_leak.values.push_back(b * memory);
    }
    give({{"du", {static_cast<double>(current_decay - 1)}},
          {"dv", {static_cast<double>(decay)}},
          {"vth_mantissa", {static_cast<double>(threshold)}},
          {"bias_mantissa", bias},
          {"bias_exponent", {kBiasExponent}},
          {"refractory", {static_cast<double>(refractory)}}},
         options, population);
}

void make_sigma_delta(const Group& neuron, const std::vector<double>& bias, Position position,
                      const NetxOptions& options, Population& population) {
    if (neuron.has("activation") && neuron.text("activation") != "relu") {
        neuron.fail("activation", "unknown activation '" + neuron.text("activation") + "'",
                    "known activations: relu");
    }
    const bool sigma_only = neuron.has("sigma_output") && position != Position::input;
    population.kind = position == Position::input ? NeuronKind::delta
                      : sigma_only                ? NeuronKind::sigma
                                                  : NeuronKind::sigma_delta;
    if (sigma_only) {
        if (bias != std::vector<double>{0}) {
            neuron.fail("sigma_output", "a layer that only sums has no bias", "remove the bias");
        }
        give({{"vth_mantissa", {0}}}, options, population);
        return;
    }
    population.v_threshold = static_cast<double>(neuron.integer("vThMant", 0, kMostThreshold));
    give({{"vth_mantissa", population.v_threshold.values}, {"bias_mantissa", bias}}, options,
         population);
}

// An input layer is a population of neurons only where a stimulus drives it.
void make_input(const Group& layer, Population& population) {
    population.driven_kind = population.kind;
    population.kind = NeuronKind::input;
    constexpr std::int64_t kMost = 1 << 20;
    population.drive_gain = layer.integer_or("weight", 64, -kMost, kMost);
    population.drive_offset = layer.integer_or("bias", 0, -kMost, kMost);
}

}  // namespace

Population make_population(const Group& layer, std::string name, Shape shape, Position position,
                           const NetxOptions& options, std::vector<std::string>& warnings) {
    Population population;
    population.name = std::move(name);
    population.shape = std::move(shape);
    population.size = element_count(population.shape);
    const bool is_input = position == Position::input;
    if (!layer.has("neuron")) {
        if (!is_input) {
            layer.fail("", "has no neurons", "every layer of synapses feeds neurons");
        }
        population.kind = NeuronKind::input;
        return population;
    }
    const Group neuron = layer.group("neuron");
    const std::string type = neuron.text("type");
    const std::vector<double> bias = is_input ? std::vector<double>{0} : biases(layer, population);
    if (std::find(kCubaTypes.begin(), kCubaTypes.end(), type) != kCubaTypes.end()) {
        make_cuba(neuron, bias, options, population, warnings);
    } else if (type == "SDNN") {
        make_sigma_delta(neuron, bias, position, options, population);
    } else {
        neuron.fail("type", "unknown neuron type '" + type + "'",
                    fmt::format("known types: {}, SDNN", fmt::join(kCubaTypes, ", ")));
    }
    if (is_input) {
        make_input(layer, population);
    }
    return population;
}

}  // namespace cortile::netx
