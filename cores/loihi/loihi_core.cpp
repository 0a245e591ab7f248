// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/loihi_core.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cores/loihi/cuba_lif_semantics.h"
#include "cores/loihi/loihi_quantizer.h"
#include "cores/loihi/loihi_quantizer_scale.h"
#include "hw_model/base/error.h"

namespace cortile {

namespace {

CubaLifState make_soma(const CoreProgram& program) {
    CubaLifState soma(program.neurons);
    const auto& du = program_parameter(program, "du");
    const auto& dv = program_parameter(program, "dv");
    const auto& vth = program_parameter(program, "vth_mantissa");
    const auto& mantissa = program_parameter(program, "bias_mantissa");
    const auto& exponent = program_parameter(program, "bias_exponent");
    const auto& refractory = program_parameter(program, "refractory");
    for (std::uint32_t n = 0; n < program.neurons; ++n) {
        soma.u_keep[n] = static_cast<std::uint16_t>(4095 - du[n]);
        soma.v_keep[n] = static_cast<std::uint16_t>(4096 - dv[n]);
        soma.threshold[n] =
            program.spikes[n] ? vth[n] * 64 : std::numeric_limits<std::int32_t>::max();
        soma.bias[n] = shifted_bias(mantissa[n], exponent[n]);
    }
    if (std::any_of(refractory.begin(), refractory.end(), [](auto r) { return r > 1; })) {
        soma.refractory.assign(refractory.begin(), refractory.end());
        soma.hold.assign(program.neurons, 0);
    }
    return soma;
}

// With inputs up to 2^24 after their shift by 6, one wrap always brings u back into 24 bits, which
// the narrow kernel relies on.
bool needs_wide_sums(std::int64_t largest_input) {
    return largest_input * 64 > std::int64_t{1} << 24;
}

}  // namespace

LoihiCore::Extras::Extras(const CoreProgram& program) : others(program), resets(program) {
    if (const auto found = program.parameters.find("input_unit");
        found != program.parameters.end()) {
        input_unit = found->second;
    }
    if (!others.empty()) {
        lif_input.resize(program.neurons);
    }
}

std::unique_ptr<LoihiCore::Extras> LoihiCore::make_extras(const CoreProgram& program) {
    auto extras = std::make_unique<Extras>(program);
    const bool needed =
        !extras->others.empty() || !extras->resets.empty() || !extras->input_unit.empty();
    return needed ? std::move(extras) : nullptr;
}

LoihiCore::LoihiCore(const LoihiCoreParameters& parameters, CoreProgram program,
                     const LoihiLearning& learning)
    : SpikingCore(parameters.timing, program),
      voltage_readout_(parameters.voltage_readout),
      soma_(make_soma(program)),
      wide_(needs_wide_sums(program.largest_input) || program.takes_values),
      extras_(make_extras(program)),
      charges_updates_(learning.on()),
      update_time_(learning.update_time) {
    if (!program.plastic.empty()) {
        plasticity_ =
            std::make_unique<Plasticity>(learning, program.neurons, program.plastic, synapses());
    }
    if (extras_ != nullptr) {
        for (const std::uint32_t n : extras_->others.owned()) {
            soma_.threshold[n] = std::numeric_limits<std::int32_t>::max();
            soma_.bias[n] = 0;
        }
    }
}

void LoihiCore::begin_sample(std::uint32_t input_timesteps) {
    SpikingCore::begin_sample(input_timesteps);
    if (plasticity_ != nullptr) {
        plasticity_->begin_sample();
    }
}

Picoseconds LoihiCore::receive(std::span<const SpikePacket> packets) {
    if (plasticity_ != nullptr) {
        plasticity_->note(packets);
    }
    return SpikingCore::receive(packets);
}

Picoseconds LoihiCore::end_timestep() {
    const std::uint64_t updates = plasticity_->end_timestep(fired(), synapses());
    updates_ += updates;
    return static_cast<Picoseconds>(updates) * update_time_;
}

std::span<const std::uint64_t> LoihiCore::energy_counts() const {
    const auto counts = SpikingCore::energy_counts();
    if (!charges_updates_) {
        return counts;
    }
    energy_counts_.assign(counts.begin(), counts.end());
    energy_counts_.push_back(updates_);
    return energy_counts_;
}

std::optional<std::int32_t> LoihiCore::read_learnt(LearntVariable variable,
                                                   std::uint32_t projection, std::uint32_t source,
                                                   std::uint32_t neuron) const {
    return plasticity_ == nullptr ? std::nullopt
                                  : plasticity_->read(variable, projection, source, neuron);
}

void LoihiCore::reset() {
    if (extras_ != nullptr) {
        extras_->others.reset();
        extras_->resets.begin_sample();
    }
    std::fill(soma_.u.begin(), soma_.u.end(), 0);
    std::fill(soma_.v.begin(), soma_.v.end(), 0);
    std::fill(soma_.hold.begin(), soma_.hold.end(), std::uint8_t{0});
    if (rtl_ != nullptr) {
        std::fill(rtl_->hold.begin(), rtl_->hold.end(), std::uint8_t{0});
    }
    std::fill(soma_.fired.begin(), soma_.fired.end(), std::uint8_t{0});
}

void LoihiCore::transfer_soma(StateArchive& archive) {
    archive.fixed(soma_.u);
    archive.fixed(soma_.v);
    archive.fixed(soma_.fired);
    archive.fixed(soma_.hold);
    archive(updates_);
    if (extras_ != nullptr) {
        archive(extras_->others, extras_->resets);
        if (!extras_->input_unit.empty()) {
            archive.fixed(soma_.bias);
        }
    }
    if (plasticity_ != nullptr) {
        plasticity_->transfer_state(archive, synapses());
    }
}

void LoihiCore::update_lif(std::span<const std::int32_t> input) {
    if (rtl_ != nullptr) {
        update_by_datapath(input);
    } else {
        update_cuba_lif(soma_, input.data(), wide_);
    }
}

UpdateFlags LoihiCore::update(std::span<const std::int32_t> input) {
    if (plasticity_ != nullptr) {
        for (const learning::Trace trace : plasticity_->driven()) {
            plasticity_->drive(trace, channel_input(LoihiLearning::channel_of(trace)));
        }
    }
    if (extras_ == nullptr) {
        update_lif(input);
        return {soma_.active.data(), soma_.fired.data(), nullptr};
    }
    OtherNeurons& others = extras_->others;
    extras_->resets.step([&](std::uint32_t n) {
        soma_.u[n] = soma_.v[n] = 0;
        if (others.owns(n)) {
            others.reset_membrane(n);
        }
    });
    if (others.empty()) {
        update_lif(input);
        return {soma_.active.data(), soma_.fired.data(), nullptr};
    }
    std::copy(input.begin(), input.end(), extras_->lif_input.begin());
    for (const std::uint32_t n : others.owned()) {
        extras_->lif_input[n] = 0;
    }
    update_lif(extras_->lif_input);
    others.update(input, soma_.active, soma_.fired);
    return {soma_.active.data(), soma_.fired.data(), others.values().data()};
}

void LoihiCore::use_datapath(std::unique_ptr<NeuronDatapath> datapath,
                             const DatapathTiming& timing) {
    if (datapath->contract().semantics != "loihi_cuba_lif") {
        CoreModel::use_datapath(std::move(datapath), timing);
    }
    rtl_ = std::make_unique<Rtl>();
    rtl_->datapath = std::move(datapath);
    rtl_->operands.resize(std::size_t{neurons()} * CubaLifRow::operands);
    rtl_->results.resize(std::size_t{neurons()} * CubaLifRow::results);
    rtl_->hold.assign(soma_.hold.empty() ? neurons() : 0, 0);
    set_datapath_timing(timing);
}

void LoihiCore::update_by_datapath(std::span<const std::int32_t> input) {
    using Row = CubaLifRow;
    const bool holds = !soma_.hold.empty();
    std::vector<std::uint8_t>& hold = holds ? soma_.hold : rtl_->hold;
    for (std::uint32_t n = 0; n < neurons(); ++n) {
        std::int64_t* const x = rtl_->operands.data() + std::size_t{n} * Row::operands;
        // A threshold that nothing reaches stands for a neuron that never fires.
        const bool spikes = soma_.threshold[n] != std::numeric_limits<std::int32_t>::max();
        x[Row::u] = soma_.u[n];
        x[Row::v] = soma_.v[n];
        x[Row::hold] = hold[n];
        x[Row::input] = input[n];
        x[Row::du] = 4095 - soma_.u_keep[n];
        x[Row::dv] = 4096 - soma_.v_keep[n];
        x[Row::bias] = soma_.bias[n];
        x[Row::threshold] = spikes ? soma_.threshold[n] : 0;
        x[Row::refractory] = holds ? soma_.refractory[n] : 1;
        x[Row::spike_enable] = spikes;
    }
    try {
        rtl_->datapath->run(rtl_->operands, rtl_->results);
    } catch (const DatapathMismatch& mismatch) {
        if (rtl_->mismatch == nullptr) {
            rtl_->mismatch = std::make_unique<CoreMismatch>(
                rtl_->datapath->contract(), mismatch.disagreement(), rtl_->operands);
            rtl_->mismatch->neuron = static_cast<std::uint32_t>(rtl_->mismatch->operation());
        }
    }
    for (std::uint32_t n = 0; n < neurons(); ++n) {
        const std::int64_t* const y = rtl_->results.data() + std::size_t{n} * Row::results;
        soma_.u[n] = static_cast<std::int32_t>(y[Row::u_after]);
        soma_.v[n] = static_cast<std::int32_t>(y[Row::v_after]);
        hold[n] = static_cast<std::uint8_t>(y[Row::hold_after]);
        soma_.fired[n] = y[Row::spike] != 0;
        soma_.active[n] = y[Row::active] != 0;
    }
}

double LoihiCore::read(StateVariable variable, std::uint32_t neuron) const {
    if (extras_ != nullptr && extras_->others.owns(neuron)) {
        return extras_->others.read(variable, neuron);
    }
    switch (variable) {
        case StateVariable::spikes:
            return soma_.fired[neuron];
        case StateVariable::u:
            return soma_.u[neuron];
        case StateVariable::v:
            break;
    }
    if (voltage_readout_ == VoltageReadout::refractory_marker) {
        // Where every period is 1 only the spike's own timestep is refractory.
        const int period = soma_.refractory.empty() ? 1 : soma_.refractory[neuron];
        const int left = soma_.hold.empty() ? soma_.fired[neuron] : soma_.hold[neuron];
        if (left > 0) {
            return (period << 7) + period - left;
        }
    }
    return soma_.v[neuron];
}

void LoihiCore::set_input(std::uint32_t neuron, float current) {
    if (extras_ == nullptr || extras_->input_unit.empty() || extras_->input_unit[neuron] == 0) {
        throw ContractViolation("LoihiCore: not an input neuron");
    }
    const std::int32_t unit = extras_->input_unit[neuron];
    if (unit == kInputThreshold) {
        soma_.bias[neuron] =
            static_cast<std::int32_t>(std::lround(current * float{kInputThreshold}));
        return;
    }
    const float mantissa = std::round(current);
    if (!(mantissa >= kMinBiasMantissa && mantissa <= kMaxBiasMantissa)) {
        throw ConfigError("stimulus",
                          "an input neuron is to be driven by " + std::to_string(current) +
                              "; registers hold -4096 to 4095",
                          "scale the stimulus");
    }
    const auto bias = static_cast<std::int32_t>(mantissa) * unit;
    if (extras_->others.owns(neuron)) {
        extras_->others.drive(neuron, bias);
    } else {
        soma_.bias[neuron] = bias;
    }
}

}  // namespace cortile
