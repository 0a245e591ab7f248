// SPDX-License-Identifier: Apache-2.0
// A network on one core of type ideal, stepped by hand.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cores/ideal/ideal_core.h"
#include "cores/ideal/ideal_quantizer.h"
#include "hw_model/base/error.h"
#include "workload/compile/compile.h"

namespace cortile::test {

inline constexpr double kStep = 1e-3;  // seconds

inline Population population(const std::string& name, NeuronKind kind, std::uint32_t size = 1) {
    Population p;
    p.name = name;
    p.kind = kind;
    p.shape = {size};
    p.size = size;
    p.tau_mem = 20e-3;
    p.tau_syn = 5e-3;
    return p;
}

// The first population is taken as the input if it is one, the last as the output.
inline Network network_of(std::vector<Population> populations) {
    Network network;
    network.name = "test";
    network.time_step = kStep;
    network.populations = std::move(populations);
    if (network.populations[0].kind == NeuronKind::input) {
        network.inputs = {PopulationId{0u}};
    }
    network.outputs = {PopulationId{network.populations.size() - 1}};
    return network;
}

inline void connect(Network& network, std::uint32_t source, std::uint32_t target,
                    std::shared_ptr<const Connectivity> connectivity) {
    Projection p;
    p.name = network.populations[source].name + "->" + network.populations[target].name;
    p.source = PopulationId{source};
    p.target = PopulationId{target};
    p.connectivity = std::move(connectivity);
    network.projections.push_back(std::move(p));
}

inline void connect(Network& network, std::uint32_t source, std::uint32_t target,
                    std::vector<float> weight) {
    connect(network, source, target,
            make_dense(network.populations[target].size, network.populations[source].size,
                       std::move(weight)));
}

// An input neuron -> one neuron, weight 1.
inline Network one_neuron(const Population& neuron) {
    Network network = network_of({population("input", NeuronKind::input), neuron});
    connect(network, 0, 1, {1});
    return network;
}

class SteppedCore {
  public:
    explicit SteppedCore(const Network& network, const IdealOptions& options = {},
                         std::uint32_t input_timesteps = 1000) {
        const QuantizedNetwork prepared = prepare_for_ideal(network, options);
        warnings_ = prepared.report.warnings;
        Topology topology;
        topology.external_ports = {TileId{0u}};
        CoreLimits limits;
        limits.neurons = 65535;
        limits.synapse_memory_bits = std::uint64_t{1} << 40;
        MappingOptions mapping_options;
        mapping_options.share_cores = true;
        const Mapping mapping = map_network(prepared, topology, limits, mapping_options);
        places_ = std::make_unique<NeuronPlaces>(prepared, mapping, topology.cores());
        ChipProgram program = compile(prepared, mapping, *places_, topology, limits);
        host_ = std::move(program.host_axons);
        core_ = std::make_unique<IdealCore>(std::move(program.cores[0]));
        core_->begin_sample(input_timesteps);
    }

    // One timestep; then `input` spikes arrive for the next one, with `values` (empty: 1).
    void step(const std::vector<std::uint32_t>& input = {},
              const std::vector<std::uint16_t>& values = {}) {
        core_->step();
        packets_.clear();
        core_->packetise(0, packets_);
        for (std::size_t i = 0; i < input.size(); ++i) {
            for (const SpikePacket::Target destination : host_.destinations(input[i])) {
                packets_.push_back(
                    {0, destination, 1, values.empty() ? std::uint16_t{1} : values[i]});
            }
        }
        core_->receive(packets_);
    }

    double v(std::uint32_t population, std::uint32_t neuron = 0) const {
        return read(StateVariable::v, population, neuron);
    }
    double u(std::uint32_t population, std::uint32_t neuron = 0) const {
        return read(StateVariable::u, population, neuron);
    }
    int spikes(std::uint32_t population, std::uint32_t neuron = 0) const {
        return static_cast<int>(read(StateVariable::spikes, population, neuron));
    }
    IdealCore& core() { return *core_; }
    const AxonTable& host() const { return host_; }
    std::uint32_t local(std::uint32_t population, std::uint32_t neuron = 0) const {
        return (*places_)(PopulationId{population}, neuron).local;
    }
    const std::vector<SpikePacket>& packets() const { return packets_; }
    const std::vector<std::string>& warnings() const { return warnings_; }

  private:
    double read(StateVariable variable, std::uint32_t population, std::uint32_t neuron) const {
        return core_->read(variable, local(population, neuron));
    }

    std::vector<std::string> warnings_;
    std::unique_ptr<NeuronPlaces> places_;
    AxonTable host_;
    std::unique_ptr<IdealCore> core_;
    std::vector<SpikePacket> packets_;
};

template <typename Action>
std::string config_error(Action action) {
    try {
        action();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace cortile::test
