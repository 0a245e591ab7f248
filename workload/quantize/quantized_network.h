// SPDX-License-Identifier: Apache-2.0
// A network in the integers of one core type.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "workload/network/network.h"

namespace cortile {

// One hardware integer per neuron, or one for all.
struct IntPerNeuron {
    std::vector<std::int32_t> values;  // size 1: uniform; otherwise the population's size
    std::int32_t operator[](std::size_t i) const {
        return values.size() == 1 ? values[0] : values[i];
    }
};

struct QuantizedConnection {
    std::uint32_t target = 0;
    std::int16_t weight = 0;  // as stored in synapse memory; 0 as QuantizedProjection says
    std::uint8_t delay = 0;   // timesteps beyond the first
};

struct QuantizedProjection {
    std::string name;
    PopulationId source;
    PopulationId target;
    std::shared_ptr<const Connectivity> connectivity;  // float weights
    double scale = 1;  // integer = round(float * scale), ties to even, then conditioning
    std::int32_t min_weight = 0, max_weight = 0;  // saturation bounds
    std::uint8_t truncated_bits = 0;  // low bits that the stored width cannot hold (cleared)
    bool negate_to_truncate = false;  // inhibitory sign mode truncates the magnitude
    // Derived weights: round to the nearest multiple of 2^truncated_bits, where clearing bits would
    // shift every weight down by half a step on average. Bounds are then such multiples.
    bool rounds_to_step = false;
    std::int32_t weight_exponent = 0;  // applied to the sum: a << e, or a >> -e (floor)
    std::uint8_t wrap_bits = 0;  // not 0: the shifted sum keeps so many low bits, two's complement
    std::uint8_t weight_bits = 8, delay_bits = 0, tag_bits = 0;  // of a synapse, for packing
    bool plastic = false;  // learns: weights of 0 are stored, too, and rows are not shared
    // Above 1: so many source neurons share an input axon on each core that they reach, at most
    // (Connectivity::source_channels). Weights of 0 are stored, too.
    std::uint32_t axon_atoms = 1;
    std::int8_t sign = 0;       // of plastic weights: 1 none may become negative, -1 none positive
    std::uint8_t rule_set = 0;  // that plastic weights follow: a number of the core type's
    // Not 0: its sums are no input of the neurons, but of this channel of theirs, a reward for
    // instance.
    std::uint8_t channel = 0;
    // Weights stay floating point: float * scale, for QuantizedNetwork::real. stored_weight() and
    // row() then give 1 for every weight.
    bool real = false;
    std::map<std::string, std::int32_t> parameters;  // whatever else the core type needs
    // Core types with few distinct weights: integer -128 .. 127 (index + 128) -> the one stored
    // for it. None: each integer is stored as it is.
    std::shared_ptr<const std::array<std::int8_t, 256>> weight_table;

    // The stored integer of one float weight, which must be finite.
    std::int32_t stored_weight(float weight) const;

    // Does synapse memory hold weights of 0?
    bool stores_zeros() const { return plastic || axon_atoms > 1; }

    // Replaces `out` by the stored synapses of `source`, ascending in (target, delay). `scratch` is
    // reused between calls. Thread-safe.
    void row(std::uint32_t source, std::vector<Connection>& scratch,
             std::vector<QuantizedConnection>& out) const;
};

// Per-layer cost of quantisation, for the report.
struct QuantizationReport {
    struct Layer {
        std::string projection, population;
        double scale = 0;
        std::int32_t weight_exponent = 0;
        std::uint64_t weights = 0, saturated = 0, rounded_to_zero = 0;
        std::uint64_t nonzero = 0;                  // of the weights, before quantisation
        double rms_error = 0;                       // of the weights, relative to their RMS
        double max_error = 0;                       // relative to the largest magnitude
        std::int32_t threshold_mantissa = -1;       // of neuron 0; -1: it never spikes
        double threshold_error = 0;                 // relative
        double tau_syn_asked = 0, tau_syn_got = 0;  // seconds; infinity: no decay; 0: none held
        double tau_mem_asked = 0, tau_mem_got = 0;
    };
    std::vector<Layer> layers;
    std::vector<std::string> warnings;
};

// An aligned table, a row per layer, and the warnings below it.
std::string to_text(const QuantizationReport& report);

struct QuantizedPopulation {
    std::string name;
    std::uint32_t size = 0;
    Shape shape;
    bool is_input = false;      // no neurons: spikes come from the stimulus
    bool spikes = true;         // sends packets
    bool sends_values = false;  // packets may carry other values than 1, in two's complement
    bool graded = false;  // they carry values, not spikes: its v is its result, not a spike count
    std::map<std::string, IntPerNeuron>
        parameters;  // "du", "dv", "vth_mantissa", …: the core type's
    std::map<std::string, PerNeuron> real_parameters;  // of core types that compute in reals
    std::vector<std::int32_t> table;  // of core types with look-up tables; empty: none
    double volts_per_unit = 1;  // network voltage of one integer unit of v, for probes and reports
};

struct QuantizedNetwork {
    std::string name;
    double time_step = 1e-3;
    bool real = false;                             // weights and states are floating-point numbers
    std::vector<QuantizedPopulation> populations;  // same order and ids as Network
    std::vector<QuantizedProjection> projections;
    std::vector<PopulationId> inputs, outputs;
    std::uint32_t pipeline_depth = 0;
    QuantizationReport report;

    const QuantizedPopulation& operator[](PopulationId id) const { return populations[id.value]; }
};

}  // namespace cortile
