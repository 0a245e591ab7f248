// SPDX-License-Identifier: Apache-2.0
// What the rest of Cortile knows of core type ideal.
#include "cores/ideal/ideal_core.h"
#include "cores/ideal/ideal_quantizer.h"
#include "cores/registry/core_type.h"
#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr double kMostNeurons = RealSynapseWord::kMaxNeuron;

class IdealType final : public CoreType {
  public:
    std::string name() const override { return "ideal"; }
    std::string description() const override {
        return "double precision without limits, as published simulators compute; no chip";
    }
    ParameterSchema schema() const override;
    CoreLimits limits(const Parameters& parameters) const override;
    std::vector<EnergyEvent> energy_events(const Parameters& parameters) const override;
    bool takes_values() const override { return true; }
    QuantizedNetwork quantize(const Network& network, const Parameters& parameters) const override;
    std::unique_ptr<CoreModel> make_core(const Parameters&, CoreProgram program) const override {
        return std::make_unique<IdealCore>(std::move(program));
    }
};

ParameterSchema IdealType::schema() const {
    return {
        {"core.dynamics",
         ParameterType::choice,
         "network",
         "how a timestep is computed; network: as network.discretization says; exact: closed form; "
         "norse, snntorch, sinabs: as these simulators do",
         false,
         {"network", "exact", "norse", "snntorch", "sinabs"}},
        whole_number("core.neurons", "65535", "neurons a core holds", 1, kMostNeurons),
    };
}

CoreLimits IdealType::limits(const Parameters& parameters) const {
    constexpr std::uint32_t kNoLimit = 1u << 30;
    CoreLimits limits;
    limits.neurons = static_cast<std::uint32_t>(parameters.integer("core.neurons"));
    limits.input_axons = SpikePacket::kMaxAddress;
    limits.output_axons = kNoLimit;
    limits.synapse_memory_bits = std::uint64_t{1} << 44;
    limits.packing = {.word_bits = 64, .block_synapses = 1, .block_header_bits = 0};
    return limits;
}

// The counts of every report, at no cost: there is no chip.
std::vector<EnergyEvent> IdealType::energy_events(const Parameters&) const {
    std::vector<EnergyEvent> events;
    for (std::size_t i = 0; i < kCoreEvents; ++i) {
        const auto event = static_cast<CoreEvent>(i);
        events.push_back(
            {component_of(event),
             to_string(event),
             0,
             {"no source: core type ideal is no chip and has no cost model", Grade::assumed}});
    }
    return events;
}

IdealDynamics dynamics_of(const Parameters& parameters) {
    const std::string& name = parameters.text("core.dynamics");
    if (name == "network") {
        return parameters.text("network.discretization") == "euler" ? IdealDynamics::euler
                                                                    : IdealDynamics::exponential;
    }
    return name == "exact"      ? IdealDynamics::exact
           : name == "norse"    ? IdealDynamics::norse
           : name == "snntorch" ? IdealDynamics::snntorch
                                : IdealDynamics::sinabs;
}

QuantizedNetwork IdealType::quantize(const Network& network, const Parameters& parameters) const {
    return prepare_for_ideal(network,
                             {dynamics_of(parameters), parameters.text("network.reset") != "file"});
}

}  // namespace

std::unique_ptr<const CoreType> make_ideal_type() {
    return std::make_unique<IdealType>();
}

}  // namespace cortile
