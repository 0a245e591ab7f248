// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/other_neurons.h"

#include <algorithm>

#include "cores/blocks/spiking_core.h"
#include "cores/loihi/cuba_lif.h"

namespace cortile {

namespace {

std::int32_t add(std::int32_t a, std::int32_t b) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

std::int32_t subtract(std::int32_t a, std::int32_t b) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) - static_cast<std::uint32_t>(b));
}

std::int32_t shift_left(std::int32_t a, unsigned bits) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) << bits);
}

// |d| >= threshold, where the magnitude of the least number is above every threshold.
bool reaches(std::int32_t d, std::int32_t threshold) {
    return d >= threshold || -static_cast<std::int64_t>(d) >= threshold;
}

}  // namespace

std::int32_t optional_parameter(const CoreProgram& program, const char* name,
                                std::uint32_t neuron) {
    const auto found = program.parameters.find(name);
    return found == program.parameters.end() ? 0 : found->second[neuron];
}

std::int32_t shifted_bias(std::int32_t mantissa, std::int32_t exponent) {
    return exponent >= 0 ? mantissa * (1 << exponent) : mantissa >> -exponent;
}

OtherNeurons::OtherNeurons(const CoreProgram& program) {
    if (!program.parameters.contains("dynamics")) {
        return;
    }
    for (std::uint32_t n = 0; n < program.neurons; ++n) {
        const auto kind =
            static_cast<LoihiDynamicsKind>(optional_parameter(program, "dynamics", n));
        if (kind != LoihiDynamicsKind::cuba_lif) {
            owned_.push_back(n);
            neurons_.push_back(make(program, n, kind));
        }
    }
    if (!empty()) {
        values_.assign(program.neurons, 1);
    }
}

OtherNeurons::Neuron OtherNeurons::make(const CoreProgram& program, std::uint32_t n,
                                        LoihiDynamicsKind kind) const {
    Neuron neuron;
    neuron.kind = kind;
    const std::int32_t mantissa = program_parameter(program, "bias_mantissa")[n];
    const std::int32_t threshold = program_parameter(program, "vth_mantissa")[n];
    if (kind == LoihiDynamicsKind::ternary_lif) {
        neuron.u_keep = 4095 - program_parameter(program, "du")[n];
        neuron.v_keep = 4096 - program_parameter(program, "dv")[n];
        neuron.bias = shifted_bias(mantissa, program_parameter(program, "bias_exponent")[n]);
        neuron.high = threshold * 64;
        neuron.low = optional_parameter(program, "vth_low_mantissa", n) * 64;
        return neuron;
    }
    neuron.state_exponent =
        static_cast<std::uint8_t>(optional_parameter(program, "state_exponent", n));
    neuron.input_shift = static_cast<std::uint8_t>(
        neuron.state_exponent + optional_parameter(program, "spike_exponent", n));
    neuron.bias = shift_left(mantissa, neuron.input_shift);
    neuron.high = shift_left(threshold, neuron.input_shift);
    return neuron;
}

void OtherNeurons::reset() {
    for (Neuron& neuron : neurons_) {
        neuron.u = neuron.v = neuron.residue = neuron.sent = 0;
    }
}

void OtherNeurons::step_ternary(Neuron& neuron, std::int32_t input) {
    CubaLifOperation operation;
    operation.u = neuron.u;
    operation.v = neuron.v;
    operation.input = input;
    operation.u_keep = neuron.u_keep;
    operation.v_keep = neuron.v_keep;
    operation.bias = neuron.bias;
    operation.spike_enable = false;
    const CubaLifResult result = update_cuba_lif_neuron({}, operation);
    neuron.u = static_cast<std::int32_t>(result.u);
    neuron.v = static_cast<std::int32_t>(result.v);
    neuron.sent = (neuron.v > neuron.high ? 1 : 0) - (neuron.v < neuron.low ? 1 : 0);
    neuron.v = neuron.sent != 0 ? 0 : neuron.v;
}

void OtherNeurons::step_sigma_delta(Neuron& neuron, std::int32_t input) {
    neuron.u = add(neuron.u, input);
    if (neuron.kind == LoihiDynamicsKind::sigma) {
        neuron.v = neuron.sent = neuron.u;
        return;
    }
    const std::int32_t act = neuron.kind == LoihiDynamicsKind::delta
                                 ? shift_left(neuron.drive, neuron.input_shift)
                                 : std::max(0, add(neuron.u, neuron.bias));
    const std::int32_t change = add(subtract(act, neuron.v), neuron.residue);
    const std::int32_t sent = reaches(change, neuron.high) ? change : 0;
    neuron.residue = subtract(change, sent);
    neuron.v = act;
    neuron.sent = sent >> neuron.state_exponent;
}

void OtherNeurons::update(std::span<const std::int32_t> input, std::span<std::uint8_t> active,
                          std::span<std::uint8_t> fired) {
    for (std::size_t i = 0; i < neurons_.size(); ++i) {
        Neuron& neuron = neurons_[i];
        const std::uint32_t n = owned_[i];
        const Neuron before = neuron;
        if (neuron.kind == LoihiDynamicsKind::ternary_lif) {
            step_ternary(neuron, input[n]);
        } else {
            step_sigma_delta(neuron, input[n]);
        }
        values_[n] = neuron.sent;
        fired[n] = neuron.sent != 0;
        // A ternary neuron that fires from rest comes back to rest: its state changed meanwhile.
        active[n] = neuron.u != before.u || neuron.v != before.v ||
                    neuron.residue != before.residue || neuron.sent != 0;
    }
}

std::size_t OtherNeurons::position(std::uint32_t neuron) const {
    const auto found = std::lower_bound(owned_.begin(), owned_.end(), neuron);
    return found != owned_.end() && *found == neuron
               ? static_cast<std::size_t>(found - owned_.begin())
               : owned_.size();
}

bool OtherNeurons::owns(std::uint32_t neuron) const {
    return position(neuron) < owned_.size();
}

std::int32_t OtherNeurons::read(StateVariable variable, std::uint32_t neuron) const {
    const Neuron& found = neurons_[position(neuron)];
    return variable == StateVariable::u   ? found.u
           : variable == StateVariable::v ? found.v
                                          : found.sent;
}

void OtherNeurons::drive(std::uint32_t neuron, std::int32_t x) {
    Neuron& found = neurons_[position(neuron)];
    (found.kind == LoihiDynamicsKind::delta ? found.drive : found.bias) = x;
}

void OtherNeurons::transfer_state(StateArchive& archive) {
    for (Neuron& neuron : neurons_) {
        archive(neuron.u, neuron.v, neuron.residue, neuron.sent, neuron.drive, neuron.bias);
    }
}

void OtherNeurons::reset_membrane(std::uint32_t neuron) {
    Neuron& found = neurons_[position(neuron)];
    found.u = found.v = 0;
}

}  // namespace cortile
