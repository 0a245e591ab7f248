// SPDX-License-Identifier: Apache-2.0
// A network as the mapper sees it: populations of neurons, and projections between them. Importers
// (workload/nir) and generators make it; quantisers (workload/quantize) turn it into integers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hw_model/base/ids.h"
#include "workload/network/connectivity.h"

namespace cortile {

// Extent per dimension, row-major (C order), no batch dimension. (C, H, W) for images.
using Shape = std::vector<std::uint32_t>;

std::uint32_t element_count(const Shape& shape);
std::string to_string(const Shape& shape);  // "(16, 14, 14)"

// One number per neuron, or one for all.
struct PerNeuron {
    std::vector<double> values;  // size 1: uniform; otherwise the population's size

    PerNeuron() = default;
    PerNeuron(double uniform) : values{uniform} {}  // NOLINT: a number is a uniform value
    bool uniform() const { return values.size() == 1; }
    double operator[](std::size_t i) const { return values.size() == 1 ? values[0] : values[i]; }
};

// The dynamics a population asks for; equations in docs/reference/nir.md.
enum class NeuronKind {
    input,          // no neuron: spikes come from a stimulus
    current_input,  // sums a constant current that the stimulus sets, and fires at 1
    i,              // dv/dt = r x ; no spike
    if_,            // dv/dt = r x
    li,             // tau_mem dv/dt = (v_leak - v) + r x ; no spike
    lif,            // tau_mem dv/dt = (v_leak - v) + r x
    cuba_li,        // tau_syn dI/dt = -I + w_in x ; tau_mem dv/dt = (v_leak - v) + r I ; no spike
    cuba_lif,       // as cuba_li, with spikes
    threshold,      // z = x > v_threshold, no state
    relu,           // y = clamp(r x dt / v_threshold, 0, 1), sent as a value; no state
    // Sigma-delta units: what changed is sent as a value; registers say how
    // (docs/reference/netx.md).
    delta,        // sends changes of a value that the stimulus sets
    sigma_delta,  // sums up changes, rectifies, sends changes of the result
    sigma,        // sums up changes and sends the sum
};

const char* to_string(NeuronKind kind);
bool spikes(NeuronKind kind);          // does it ever send anything?
bool is_sigma_delta(NeuronKind kind);  // one of the last three

enum class ResetMode { to_value, subtract };

struct Population {
    std::string name;
    NeuronKind kind = NeuronKind::lif;
    Shape shape;
    std::uint32_t size = 0;  // element_count(shape)

    // Times in seconds, voltages dimensionless as in NIR. A parameter that `kind` lacks is unused.
    PerNeuron tau_syn{0.0}, tau_mem{0.0}, r{1.0}, v_leak{0.0}, v_threshold{1.0}, v_reset{0.0},
        w_in{1.0};
    ResetMode reset = ResetMode::to_value;

    PerNeuron bias{0.0};  // constant part of x, summed over the linear nodes in front
    // The part of it from linear nodes that only feedback reaches: simulators that run a network
    // layer by layer do not evaluate these in a sample's first timestep.
    PerNeuron recurrent_bias{0.0};

    // Whole timesteps from a spike to the next possible one, 1 or more. NIR files have none: only
    // generated networks have others than 1.
    PerNeuron refractory{1.0};

    // Of inputs: what the value 1 of a packet stands for (Stimulus::value_unit).
    double value_unit = 1;
    std::int32_t largest_value = 1;  // magnitude in a packet (Stimulus::largest_value)

    // Of inputs: what they become where a stimulus drives them, and how much a full-scale drive x
    // of 0 to 1 is to them: drive_gain * x + drive_offset.
    NeuronKind driven_kind = NeuronKind::current_input;
    double drive_gain = 1, drive_offset = 0;

    // Exact hardware integers that win over derived ones: "loihi/du" -> values (size 1 or `size`).
    std::map<std::string, std::vector<double>> hardware;
};

struct Projection {
    std::string name;  // "fc1" or "conv1+pool1": the linear nodes it came from
    PopulationId source;
    PopulationId target;
    std::shared_ptr<const Connectivity> connectivity;

    // Exact hardware integers, as in Population: "loihi/weight_exponent", ...
    std::map<std::string, std::vector<double>> hardware;
};

struct Network {
    std::string name;
    double time_step = 1e-3;  // seconds per timestep
    std::vector<Population> populations;
    std::vector<Projection> projections;
    std::vector<PopulationId> inputs;   // kind == input, in a stable order
    std::vector<PopulationId> outputs;  // populations whose spikes (or v) are the result
    std::vector<std::string> warnings;  // what an importer had to guess; shown to the user

    const Population& operator[](PopulationId id) const { return populations[id.value]; }
};

// Longest path in synapse layers from an input to an output, cycles cut: how many timesteps after
// the last input the answer can still change when each layer delays by one timestep.
std::uint32_t pipeline_depth(const Network& network);

// Per population: how many timesteps after a sample's first input the first spikes of it can
// arrive, when each projection takes one timestep. 0 for inputs and for what no input reaches.
std::vector<std::uint32_t> onsets(const Network& network);

}  // namespace cortile
