// SPDX-License-Identifier: Apache-2.0
// What a core type gives to the rest of Cortile. A new core type is a folder under cores/ with a
// class derived from CoreType, and one line in cores/CMakeLists.txt (docs/how_to/add_a_core.md).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cores/api/core_limits.h"
#include "cores/api/core_model.h"
#include "cores/blocks/core_program.h"
#include "cores/datapath/semantics.h"
#include "hw_model/config/parameters.h"
#include "hw_model/energy/ledger.h"
#include "workload/compile/compile.h"
#include "workload/mapping/mapping.h"
#include "workload/network/hardware_keys.h"
#include "workload/network/network.h"
#include "workload/quantize/quantized_network.h"

namespace cortile {

struct RandomNetworkOptions;

class CoreType {
  public:
    virtual ~CoreType() = default;

    virtual std::string name() const = 0;
    virtual std::string description() const = 0;
    virtual ParameterSchema schema() const = 0;  // core.*
    // Register contents that network files may give; none for most types.
    virtual HardwareKeys hardware_keys() const { return {name(), {}, {}, {}}; }
    virtual CoreLimits limits(const Parameters& parameters) const = 0;

    // What CoreModel::energy_counts() counts, in its order.
    virtual std::vector<EnergyEvent> energy_events(const Parameters& parameters) const = 0;
    // Cited parameters that nothing in this run depends on: reports leave them out.
    virtual std::vector<std::string> unused_constants(const Parameters& /*parameters*/) const {
        return {};
    }
    // Static powers beyond chip.static_power, per core in use: none for most types.
    virtual std::vector<StaticPower> static_powers(const Parameters& /*parameters*/,
                                                   std::uint32_t /*cores_used*/) const {
        return {};
    }
    // May packets carry values other than 1 (Stimulus::graded)?
    virtual bool takes_values() const { return false; }
    virtual bool takes_signed_values() const { return false; }  // negative ones too?

    // Adds what the type needs so that the network of generate_random(options) fires as asked:
    // register contents beside its real parameters. Nothing for most types.
    virtual void adapt_generated(const RandomNetworkOptions& /*options*/,
                                 Network& /*network*/) const {}
    // Throws ConfigError for what the core cannot compute, with the nearest change that it could.
    virtual QuantizedNetwork quantize(const Network& network,
                                      const Parameters& parameters) const = 0;
    // Which neuron sits where, and what is loaded. The defaults are map_network() and compile(),
    // right for every core whose synapses are rows of (neuron, weight, delay).
    virtual Mapping map(const QuantizedNetwork& network, const Parameters& parameters,
                        const Topology& topology, const MappingOptions& options) const;
    virtual ChipProgram compile(const QuantizedNetwork& network, const Mapping& mapping,
                                const NeuronPlaces& places, const Parameters& parameters,
                                const Topology& topology) const;
    // The neuron datapaths whose specification this type owns; none for types without RTL.
    virtual std::vector<const DatapathSemantics*> semantics() const { return {}; }
    virtual std::unique_ptr<CoreModel> make_core(const Parameters& parameters,
                                                 CoreProgram program) const = 0;
};

std::span<const std::unique_ptr<const CoreType>> core_types();
// Of all core types, sorted by name.
std::vector<const DatapathSemantics*> datapath_semantics();
// Throws ConfigError naming the known semantics.
const DatapathSemantics& find_semantics(const std::string& name, const std::string& where);
// Throws ConfigError naming the known types.
const CoreType& core_type(const std::string& name, const std::string& where);

}  // namespace cortile
