// SPDX-License-Identifier: Apache-2.0
// What the rest of Cortile knows of an ODIN core.
#include "cores/odin/odin_core.h"
#include "cores/odin/odin_parameters.h"
#include "cores/odin/odin_program.h"
#include "cores/odin/odin_quantizer.h"
#include "cores/registry/core_type.h"

namespace cortile {

namespace {

class OdinType final : public CoreType {
  public:
    std::string name() const override { return "odin"; }
    std::string description() const override {
        return "ODIN's crossbar of 8-bit LIF neurons, one event after another";
    }
    ParameterSchema schema() const override { return odin_schema(); }
    CoreLimits limits(const Parameters& parameters) const override {
        return odin_limits(parameters);
    }
    HardwareKeys hardware_keys() const override {
        return {"odin", {"thr", "leak_str", "bias"}, {}, {}};
    }
    std::vector<EnergyEvent> energy_events(const Parameters& parameters) const override {
        return odin_energy_events(parameters);
    }
    std::vector<StaticPower> static_powers(const Parameters& parameters,
                                           std::uint32_t) const override {
        return {odin_clock_power(parameters)};
    }
    QuantizedNetwork quantize(const Network& network, const Parameters& parameters) const override {
        return quantize_for_odin(network,
                                 parameters.text("network.discretization") == "exponential");
    }
    Mapping map(const QuantizedNetwork& network, const Parameters& parameters,
                const Topology& topology, const MappingOptions& options) const override {
        CoreId core{0u};
        while (!topology.works(core) && core.value + 1 < topology.cores()) {
            ++core.value;
        }
        return map_onto_crossbar(network, limits(parameters), options, core);
    }
    ChipProgram compile(const QuantizedNetwork& network, const Mapping& mapping,
                        const NeuronPlaces& places, const Parameters&,
                        const Topology& topology) const override {
        return compile_for_crossbar(network, mapping, places, topology);
    }
    std::unique_ptr<CoreModel> make_core(const Parameters& parameters,
                                         CoreProgram program) const override {
        return std::make_unique<OdinCore>(odin_core_parameters(parameters), std::move(program));
    }
};

}  // namespace

std::unique_ptr<const CoreType> make_odin_type() {
    return std::make_unique<OdinType>();
}

}  // namespace cortile
