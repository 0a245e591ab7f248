// SPDX-License-Identifier: Apache-2.0
// What a quantiser must know about the float weights of a projection before it can choose a scale,
// and what it reports about the integers afterwards. One pass over the connections each at most.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workload/quantize/quantized_network.h"

namespace cortile {

struct WeightStatistics {
    double smallest = 0, largest = 0;  // over all weights and 0
    std::uint64_t count = 0;
    std::uint32_t max_delay = 0;
    // Per target neuron: sums of its positive and of its negative weights.
    std::vector<double> positive, negative;
    // At most 2048 of the weights, evenly spaced in enumeration order.
    std::vector<float> sample;
    // The first weight that is no integer, as text for an error; empty: all are integers.
    std::string non_integer;
    // integer_counts[w + kLargestCounted]: how often the integer w occurs. Empty unless all weights
    // are integers of at most that magnitude.
    static constexpr std::int32_t kLargestCounted = 1024;
    std::vector<std::uint64_t> integer_counts;
};

// Throws ConfigError at `where` for a weight that is not finite.
WeightStatistics weight_statistics(const Connectivity& connectivity, const std::string& where);

// Fills weights, nonzero, saturated, rounded_to_zero, rms_error and max_error of `layer`, and the
// projection's weight_bits. `statistics` are those of projection.connectivity; with counts of
// integers in them the connections need not be generated again.
void measure_quantization(const WeightStatistics& statistics, QuantizedProjection& projection,
                          QuantizationReport::Layer& layer);

}  // namespace cortile
