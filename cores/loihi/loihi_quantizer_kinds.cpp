// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/loihi_quantizer_kinds.h"

#include <algorithm>

#include "cores/loihi/loihi_quantizer_hardware.h"
#include "cores/loihi/other_neurons.h"
#include "hw_model/base/error.h"

namespace cortile {

std::int32_t largest_value(const Population& source) {
    return is_sigma_delta(source.kind) ? 1 << (SpikePacket::kValueBits - 1) : source.largest_value;
}

namespace {

// Parameters of neurons that are not cuba_lif, over those that every neuron has.
void set_other_dynamics(const Population& population, QuantizedPopulation& result) {
    const std::string where = "population '" + population.name + "'";
    const bool ternary = result.parameters.contains("vth_low_mantissa");
    const bool exact = is_in_hardware_units(population);
    if (is_sigma_delta(population.kind)) {
        if (!exact || ternary) {
            throw ConfigError(where,
                              exact ? "sigma-delta neurons have no lower threshold"
                                    : "sigma-delta neurons are given by registers only",
                              "give loihi/vth_mantissa, as .net files do, and no "
                              "loihi/vth_low_mantissa");
        }
        const auto kind = population.kind == NeuronKind::delta ? LoihiDynamicsKind::delta
                          : population.kind == NeuronKind::sigma_delta
                              ? LoihiDynamicsKind::sigma_delta
                              : LoihiDynamicsKind::sigma;
        result.parameters["dynamics"] = {{static_cast<std::int32_t>(kind)}};
        for (const char* exponent : {"state_exponent", "spike_exponent"}) {
            if (!result.parameters.contains(exponent)) {
                result.parameters[exponent] = {{6}};
            }
        }
        result.graded = result.sends_values = true;
        return;
    }
    if (result.parameters.contains("state_exponent") ||
        result.parameters.contains("spike_exponent")) {
        throw ConfigError(where, "its neurons are no sigma-delta units, but have exponents of them",
                          "remove loihi/state_exponent and loihi/spike_exponent");
    }
    if (ternary) {
        const auto& periods = result.parameters.at("refractory").values;
        const bool holds =
            std::any_of(periods.begin(), periods.end(), [](auto r) { return r > 1; });
        if (!exact || !result.spikes || holds) {
            throw ConfigError(where + ": loihi/vth_low_mantissa",
                              !exact           ? "found without loihi/vth_mantissa"
                              : !result.spikes ? "these neurons do not spike"
                                               : "ternary neurons have no refractory period",
                              "ternary neurons have two thresholds, and refractory period 1");
        }
        result.parameters["dynamics"] = {
            {static_cast<std::int32_t>(LoihiDynamicsKind::ternary_lif)}};
        result.sends_values = true;
    }
}

void check_resets(const Population& population, const QuantizedPopulation& result) {
    const bool offset = result.parameters.contains("reset_offset");
    if (offset && !result.parameters.contains("reset_interval")) {
        throw ConfigError("population '" + population.name + "': loihi/reset_offset",
                          "found without loihi/reset_interval", "give both, or the interval alone");
    }
    if (result.parameters.contains("reset_interval") && is_sigma_delta(population.kind)) {
        throw ConfigError("population '" + population.name + "': loihi/reset_interval",
                          "sigma-delta neurons are not reset", "remove it");
    }
}

}  // namespace

void set_neuron_kind(const Population& population, QuantizedPopulation& result) {
    set_other_dynamics(population, result);
    check_resets(population, result);
}

}  // namespace cortile
