// SPDX-License-Identifier: Apache-2.0
// What the rest of Cortile knows of a Loihi-style core.
#include <limits>

#include "cores/loihi/cuba_lif_semantics.h"
#include "cores/loihi/loihi_core.h"
#include "cores/loihi/loihi_generated.h"
#include "cores/loihi/loihi_learning.h"
#include "cores/loihi/loihi_parameters.h"
#include "cores/loihi/loihi_quantizer.h"
#include "cores/registry/core_type.h"
#include "cores/registry/standard_parameters.h"
#include "hw_model/base/error.h"

namespace cortile {

namespace {

class LoihiType final : public CoreType {
  public:
    std::string name() const override { return "loihi"; }
    std::string description() const override;
    ParameterSchema schema() const override;
    CoreLimits limits(const Parameters& parameters) const override;
    HardwareKeys hardware_keys() const override {
        return {
            "loihi",
            {"du", "dv", "vth_mantissa", "vth_low_mantissa", "bias_mantissa", "bias_exponent",
             "refractory", "reset_interval", "reset_offset", "state_exponent", "spike_exponent"},
            {"weight_exponent", "num_weight_bits", "sign_mode"},
            {}};
    }
    std::vector<EnergyEvent> energy_events(const Parameters& parameters) const override;
    bool takes_values() const override { return true; }
    bool takes_signed_values() const override { return true; }
    void adapt_generated(const RandomNetworkOptions& /*options*/, Network& network) const override {
        adapt_generated_for_loihi(network);
    }
    QuantizedNetwork quantize(const Network& network, const Parameters& parameters) const override;
    std::vector<std::string> unused_constants(const Parameters& parameters) const override;
    std::vector<const DatapathSemantics*> semantics() const override {
        static const CubaLifSemantics cuba_lif;
        return {&cuba_lif};
    }
    std::unique_ptr<CoreModel> make_core(const Parameters& parameters,
                                         CoreProgram program) const override;
};

std::string LoihiType::description() const {
    return "current-based leaky integrate-and-fire in integers, as Loihi 1 and 2 compute it";
}

ParameterSchema LoihiType::schema() const {
    return loihi_schema();
}

CoreLimits LoihiType::limits(const Parameters& parameters) const {
    return loihi_limits(parameters);
}

std::vector<EnergyEvent> LoihiType::energy_events(const Parameters& parameters) const {
    std::vector<EnergyEvent> events = standard_energy_events(parameters);
    if (learns(parameters)) {
        const char* const path = "core.energy.synaptic_update";
        events.push_back(
            {"learning", "synaptic_update", parameters.energy(path), parameters.citation(path)});
    }
    return events;
}

QuantizedNetwork LoihiType::quantize(const Network& network, const Parameters& parameters) const {
    LoihiQuantizerOptions options;
    options.weight_bits = static_cast<std::uint8_t>(parameters.integer("core.weight_bits"));
    options.default_refractory = static_cast<std::int32_t>(parameters.integer("core.refractory"));
    options.discretization = parameters.text("network.discretization") == "euler"
                                 ? Discretization::euler
                                 : Discretization::exponential;
    options.learning = loihi_learning(parameters);
    return quantize_for_loihi(network, options);
}

std::vector<std::string> LoihiType::unused_constants(const Parameters& parameters) const {
    return learns(parameters) ? std::vector<std::string>{}
                              : std::vector<std::string>{"core.timing.synaptic_update",
                                                         "core.energy.synaptic_update"};
}

std::unique_ptr<CoreModel> LoihiType::make_core(const Parameters& parameters,
                                                CoreProgram program) const {
    if (program.largest_input > std::numeric_limits<std::int32_t>::max()) {
        throw ConfigError(
            "core type loihi",
            "the weights into one neuron, shifted by their exponents, may sum up to " +
                std::to_string(program.largest_input) + ", beyond 32 bits",
            "lower the weight exponents or the number of inputs");
    }
    return std::make_unique<LoihiCore>(loihi_core_parameters(parameters), std::move(program),
                                       loihi_learning(parameters));
}

}  // namespace

std::unique_ptr<const CoreType> make_loihi_type() {
    return std::make_unique<LoihiType>();
}

}  // namespace cortile
