// SPDX-License-Identifier: Apache-2.0
// What the rest of Cortile knows of a Tianjic core.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "cores/fcore/fcore_core.h"
#include "cores/fcore/fcore_mac_row_semantics.h"
#include "cores/fcore/fcore_parameters.h"
#include "cores/fcore/fcore_quantizer.h"
#include "cores/fcore/fcore_soma_semantics.h"
#include "cores/fcore/relay_chains.h"
#include "cores/registry/core_type.h"
#include "hw_model/base/error.h"

namespace cortile {

namespace {

class FcoreType final : public CoreType {
  public:
    std::string name() const override { return "fcore"; }
    std::string description() const override;
    ParameterSchema schema() const override { return fcore_schema(); }
    CoreLimits limits(const Parameters& parameters) const override {
        return fcore_limits(parameters);
    }
    HardwareKeys hardware_keys() const override {
        return {"fcore",
                {"vth0", "v_floor", "v_init", "v_reset", "dv", "reset_mode", "leak_mode", "alpha_v",
                 "beta_v", "window", "theta_mode", "theta_alpha", "theta_beta", "theta_increment",
                 "random_mask", "refractory", "bias", "shift", "lut"},
                {},
                {{"lut", 256}}};
    }
    std::vector<EnergyEvent> energy_events(const Parameters& parameters) const override {
        return fcore_energy_events(parameters);
    }
    bool takes_values() const override { return true; }
    void adapt_generated(const RandomNetworkOptions& options, Network& network) const override;
    QuantizedNetwork quantize(const Network& network, const Parameters& parameters) const override;
    ChipProgram compile(const QuantizedNetwork& network, const Mapping& mapping,
                        const NeuronPlaces& places, const Parameters& parameters,
                        const Topology& topology) const override;
    std::vector<const DatapathSemantics*> semantics() const override {
        static const FcoreSomaSemantics soma;
        static const FcoreMacRowSemantics mac_row;
        return {&soma, &mac_row};
    }
    std::unique_ptr<CoreModel> make_core(const Parameters& parameters,
                                         CoreProgram program) const override;
};

std::string FcoreType::description() const {
    return "8-bit activations and integrate-and-fire in integers side by side, as Tianjic's cores";
}

// The register has 4 bits and counts timesteps of silence; rates down to 1/16 need no more.
void FcoreType::adapt_generated(const RandomNetworkOptions& /*options*/, Network& network) const {
    constexpr double kMostHeld = 15;
    for (Population& population : network.populations) {
        std::vector<double> held;
        for (const double period : population.refractory.values) {
            held.push_back(std::min(period - 1, kMostHeld));
        }
        population.hardware["fcore/refractory"] = std::move(held);
    }
}

QuantizedNetwork FcoreType::quantize(const Network& network, const Parameters& parameters) const {
    FcoreQuantizerOptions options;
    options.weights = static_cast<std::uint32_t>(parameters.integer("core.weights"));
    options.input_axons = static_cast<std::uint32_t>(parameters.integer("core.input_axons"));
    options.exponential = parameters.text("network.discretization") == "exponential";
    return quantize_for_fcore(network, options);
}

// Populations that share a core share its table of weights.
void check_weight_tables(const ChipProgram& program, std::size_t limit) {
    for (std::size_t c = 0; c < program.cores.size(); ++c) {
        const auto* memory = std::get_if<SynapseMemory>(&program.cores[c].synapses);
        std::set<std::int32_t> weights;
        for (const std::uint32_t word :
             memory != nullptr ? memory->words() : std::vector<std::uint32_t>{}) {
            weights.insert(SynapseWord::weight(word));
        }
        if (weights.size() > limit) {
            throw ConfigError(fmt::format("core {}", c),
                              fmt::format("{} distinct weights of several populations, its table "
                                          "has {} (core.weights)",
                                          weights.size(), limit),
                              "set mapping.share_cores: false");
        }
    }
}

ChipProgram FcoreType::compile(const QuantizedNetwork& network, const Mapping& mapping,
                               const NeuronPlaces& places, const Parameters& parameters,
                               const Topology& topology) const {
    ChipProgram program =
        cortile::compile(network, mapping, places, topology, fcore_limits(parameters));
    check_weight_tables(program, static_cast<std::size_t>(parameters.integer("core.weights")));
    for (const Slice& slice : mapping.slices) {
        const QuantizedPopulation& population = network[slice.population];
        if (!population.table.empty()) {
            program.cores[slice.core.value]
                .tables[static_cast<std::int32_t>(slice.population.value)] = population.table;
        }
    }
    make_relay_chains(program, topology);
    return program;
}

std::unique_ptr<CoreModel> FcoreType::make_core(const Parameters& parameters,
                                                CoreProgram program) const {
    return std::make_unique<FcoreCore>(fcore_core_parameters(parameters), std::move(program));
}

}  // namespace

std::unique_ptr<const CoreType> make_fcore_type() {
    return std::make_unique<FcoreType>();
}

}  // namespace cortile
