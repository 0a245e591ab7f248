// SPDX-License-Identifier: Apache-2.0
// What the rest of Cortile knows of a TrueNorth core.
#include "cores/registry/core_type.h"
#include "cores/truenorth/truenorth_core.h"
#include "cores/truenorth/truenorth_generated.h"
#include "cores/truenorth/truenorth_mapping.h"
#include "cores/truenorth/truenorth_parameters.h"
#include "cores/truenorth/truenorth_quantizer.h"

namespace cortile {

namespace {

const char* component_of(TrueNorthEvent event) {
    switch (event) {
        case TrueNorthEvent::axon_in:
            return "axon";
        case TrueNorthEvent::synaptic_operation:
            return "synapse";
        default:
            return "soma";
    }
}

class TrueNorthType final : public CoreType {
  public:
    std::string name() const override { return "truenorth"; }
    std::string description() const override {
        return "binary crossbar and the digital neuron of TrueNorth, on a fixed tick";
    }
    ParameterSchema schema() const override { return truenorth_schema(); }
    CoreLimits limits(const Parameters& parameters) const override {
        return truenorth_limits(parameters);
    }

    HardwareKeys hardware_keys() const override {
        return {"truenorth",
                {"weight0", "weight1", "weight2", "weight3", "stochastic_synapse", "leak",
                 "leak_reversal", "stochastic_leak", "threshold", "threshold_mask", "floor",
                 "floor_saturates", "reset_mode", "reset_voltage", "initial"},
                {"axon_type", "delay"},
                {}};
    }
    std::vector<EnergyEvent> energy_events(const Parameters& parameters) const override {
        std::vector<EnergyEvent> events;
        for (std::size_t i = 0; i < kTrueNorthEvents; ++i) {
            const auto event = static_cast<TrueNorthEvent>(i);
            const std::string path = std::string("core.energy.") + to_string(event);
            events.push_back({component_of(event), to_string(event), parameters.energy(path),
                              parameters.citation(path)});
        }
        return events;
    }

    void adapt_generated(const RandomNetworkOptions& options, Network& network) const override {
        for (Population& population : network.populations) {
            truenorth::adapt_generated(options, population);
        }
    }
    QuantizedNetwork quantize(const Network& network, const Parameters& parameters) const override {
        TrueNorthQuantizerOptions options;
        options.axons_per_source =
            static_cast<std::uint32_t>(parameters.integer("core.axons_per_source"));
        options.exponential = parameters.text("network.discretization") == "exponential";
        return quantize_for_truenorth(network, options);
    }

    Mapping map(const QuantizedNetwork& network, const Parameters& parameters,
                const Topology& topology, const MappingOptions& options) const override {
        return map_for_truenorth(network, topology, limits(parameters), options);
    }

    ChipProgram compile(const QuantizedNetwork& network, const Mapping& mapping,
                        const NeuronPlaces& places, const Parameters&,
                        const Topology& topology) const override {
        return compile_for_truenorth(network, mapping, places, topology);
    }

    std::unique_ptr<CoreModel> make_core(const Parameters& parameters,
                                         CoreProgram program) const override {
        return std::make_unique<TrueNorthCore>(truenorth_parameters(parameters),
                                               std::move(program));
    }
};

}  // namespace

std::unique_ptr<const CoreType> make_truenorth_type() {
    return std::make_unique<TrueNorthType>();
}

}  // namespace cortile
