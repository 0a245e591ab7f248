// SPDX-License-Identifier: Apache-2.0
#include "cores/ideal/ideal_core.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

const std::vector<std::int32_t>& whole(const CoreProgram& program, const char* name) {
    const auto found = program.parameters.find(name);
    if (found == program.parameters.end() || found->second.size() != program.neurons) {
        throw ContractViolation(std::string("IdealCore: program lacks parameter ") + name);
    }
    return found->second;
}

const std::vector<double>& real(const CoreProgram& program, const char* name) {
    const auto found = program.real_parameters.find(name);
    if (found == program.real_parameters.end() || found->second.size() != program.neurons) {
        throw ContractViolation(std::string("IdealCore: program lacks parameter ") + name);
    }
    return found->second;
}

IdealSomaState make_soma(const CoreProgram& program) {
    namespace names = ideal_parameter;
    IdealSomaState soma(program.neurons);
    soma.input_unit = real(program, names::kInputUnit);
    soma.bias = real(program, names::kBias);
    soma.start_bias = real(program, names::kStartBias);
    if (soma.start_bias == soma.bias) {
        soma.start_bias.clear();
    }
    soma.u_keep = real(program, names::kUKeep);
    soma.u_gain = real(program, names::kUGain);
    soma.v_keep = real(program, names::kVKeep);
    soma.v_from_u = real(program, names::kVFromU);
    soma.v_gain = real(program, names::kVGain);
    soma.drive = real(program, names::kDrive);
    soma.threshold = real(program, names::kThreshold);
    soma.reset = real(program, names::kReset);
    const auto& rule = whole(program, names::kRule);
    std::transform(rule.begin(), rule.end(), soma.rule.begin(),
                   [](std::int32_t r) { return static_cast<FiringRule>(r); });
    const auto& rest = whole(program, names::kRest);
    if (std::any_of(rest.begin(), rest.end(), [](std::int32_t r) { return r > 0; })) {
        soma.rest.assign(rest.begin(), rest.end());
        soma.resting.resize(program.neurons);
    }
    return soma;
}

}  // namespace

IdealCore::IdealCore(CoreProgram program)
    : synapses_(std::get<RealSynapseMemory>(std::move(program.synapses))),
      axons_(std::move(program.axons)),
      sender_(program.multicast),
      dendrite_(program.neurons, synapses_),
      soma_(make_soma(program)),
      spike_counts_(program.neurons, 0) {
    const auto& onset = whole(program, ideal_parameter::kOnset);
    runs_ = soma_.runs(std::vector<std::uint32_t>(onset.begin(), onset.end()));
}

void IdealCore::begin_sample(std::uint32_t input_timesteps) {
    std::fill(soma_.u.begin(), soma_.u.end(), 0);
    std::fill(soma_.v.begin(), soma_.v.end(), 0);
    std::fill(soma_.resting.begin(), soma_.resting.end(), std::uint8_t{0});
    std::fill(soma_.sent.begin(), soma_.sent.end(), std::uint16_t{0});
    dendrite_.clear();
    outbox_.clear();
    timestep_ = 0;
    input_timesteps_ = input_timesteps;
}

// Activations are of the input that is passing: nothing comes before it, and nothing after.
bool IdealCore::awake(const NeuronRun& run) const {
    if (timestep_ < run.onset) {
        return false;
    }
    return run.rule != FiringRule::activation || timestep_ - run.onset < input_timesteps_;
}

void IdealCore::step() {
    const std::int64_t* const input = dendrite_.input().data();
    std::uint64_t visited = 0;
    for (const NeuronRun& run : runs_) {
        if (run.rule == FiringRule::absent) {
            continue;
        }
        if (!awake(run)) {
            std::fill(soma_.sent.begin() + run.begin, soma_.sent.begin() + run.end,
                      std::uint16_t{0});
            continue;
        }
        const SomaResult result = update_ideal(soma_, run, input, timestep_ == run.onset);
        if (result.overflow) {
            throw ConfigError(
                "core.dynamics",
                fmt::format("a neuron has more than {} spikes in one timestep", kMostSpikes),
                "check weights and thresholds, or choose dynamics of one spike a "
                "timestep");
        }
        count_of(CoreEvent::neuron_update_active) += result.active;
        visited += run.end - run.begin - result.active;
    }
    count_of(CoreEvent::neuron_update_inactive) += visited;
    dendrite_.take();
    collect();
    ++timestep_;
}

// Four neurons at a time: most do not fire.
void IdealCore::collect() {
    outbox_.clear();
    const std::uint16_t* const sent = soma_.sent.data();
    const std::uint32_t count = soma_.neurons();
    std::uint64_t spikes = 0;
    const auto look = [&](std::uint32_t neuron) {
        if (sent[neuron] > 0) {
            outbox_.push_back(neuron);
            // An activation is one message, whatever it says.
            const std::uint32_t times =
                soma_.rule[neuron] == FiringRule::activation ? 1 : sent[neuron];
            spike_counts_[neuron] += times;
            spikes += times;
        }
    };
    std::uint32_t neuron = 0;
    for (; neuron + 4 <= count; neuron += 4) {
        std::uint64_t four;
        std::memcpy(&four, sent + neuron, sizeof four);
        if (four != 0) {
            for (std::uint32_t i = 0; i < 4; ++i) {
                look(neuron + i);
            }
        }
    }
    for (; neuron < count; ++neuron) {
        look(neuron);
    }
    count_of(CoreEvent::neuron_spike) += spikes;
}

Picoseconds IdealCore::packetise(std::uint32_t source, std::vector<SpikePacket>& out) {
    Picoseconds time = 0;
    for (const std::uint32_t neuron : outbox_) {
        count_of(CoreEvent::axon_out) +=
            sender_.send(axons_.destinations(neuron), 0, source, soma_.sent[neuron], time, out);
    }
    return time;
}

Picoseconds IdealCore::receive(std::span<const SpikePacket> packets) {
    const FixedPointReceipt receipt = dendrite_.receive(synapses_, packets);
    count_of(CoreEvent::axon_in) += packets.size();
    count_of(CoreEvent::synaptic_operation) += receipt.synapses;
    return receipt.last;
}

double IdealCore::read(StateVariable variable, std::uint32_t neuron) const {
    switch (variable) {
        case StateVariable::spikes:
            if (soma_.rule[neuron] == FiringRule::activation) {
                return soma_.sent[neuron] > 0 ? 1 : 0;
            }
            return std::min<std::uint16_t>(soma_.sent[neuron], 255);
        case StateVariable::u:
            return soma_.u[neuron];
        case StateVariable::v:
            break;
    }
    return soma_.v[neuron];
}

void IdealCore::transfer_state(StateArchive& archive) {
    archive(sender_, dendrite_, timestep_, input_timesteps_, activity_);
    archive.fixed(soma_.u);
    archive.fixed(soma_.v);
    archive.fixed(soma_.resting);
    archive.fixed(soma_.sent);
    archive.fixed(soma_.bias);  // set_input() changes biases
    archive.fixed(soma_.start_bias);
    archive.fixed(spike_counts_);
}

void IdealCore::set_input(std::uint32_t neuron, float current) {
    soma_.bias[neuron] = current;
    if (!soma_.start_bias.empty()) {
        soma_.start_bias[neuron] = current;
    }
}

}  // namespace cortile
