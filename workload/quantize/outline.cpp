// SPDX-License-Identifier: Apache-2.0
#include "workload/quantize/outline.h"

#include <algorithm>
#include <string>
#include <utility>

#include "hw_model/base/error.h"
#include "workload/quantize/weight_statistics.h"

namespace cortile {

namespace {

void check(const Network& network, const Projection& projection) {
    const std::string where = "projection '" + projection.name + "'";
    const Population& target = network[projection.target];
    if (target.kind == NeuronKind::input || target.kind == NeuronKind::current_input) {
        throw ConfigError(where, "expected a population of neurons as target, found the input '" +
                                     target.name + "'");
    }
    if (projection.connectivity->source_size() != network[projection.source].size ||
        projection.connectivity->target_size() != target.size) {
        throw ContractViolation(where + ": sizes differ from those of its populations");
    }
}

}  // namespace

QuantizedNetwork outline(const Network& network) {
    QuantizedNetwork result;
    result.name = network.name;
    result.time_step = network.time_step;
    result.inputs = network.inputs;
    result.outputs = network.outputs;
    result.pipeline_depth = pipeline_depth(network);
    for (const Population& population : network.populations) {
        QuantizedPopulation made;
        made.name = population.name;
        made.size = population.size;
        made.shape = population.shape;
        made.is_input = population.kind == NeuronKind::input;
        made.spikes = spikes(population.kind);
        result.populations.push_back(std::move(made));
    }
    for (const Projection& projection : network.projections) {
        check(network, projection);
        QuantizedProjection made;
        made.name = projection.name;
        made.source = projection.source;
        made.target = projection.target;
        made.connectivity = projection.connectivity;
        made.rounds_to_step = true;
        result.projections.push_back(std::move(made));
    }
    return result;
}

double fill_weights(const Network& network, std::size_t id, std::int32_t max_weight,
                    QuantizedNetwork& result) {
    std::vector<std::pair<std::size_t, WeightStatistics>> incoming;
    double largest = 0;
    for (std::size_t p = 0; p < network.projections.size(); ++p) {
        const Projection& projection = network.projections[p];
        if (projection.target.value == id) {
            incoming.emplace_back(p, weight_statistics(*projection.connectivity,
                                                       "projection '" + projection.name + "'"));
            const WeightStatistics& s = incoming.back().second;
            largest = std::max({largest, s.largest, -s.smallest});
        }
    }
    const double scale = largest > 0 ? max_weight / largest : 1;
    for (const auto& [p, statistics] : incoming) {
        QuantizedProjection& projection = result.projections[p];
        projection.scale = scale;
        projection.min_weight = -max_weight;
        projection.max_weight = max_weight;
        QuantizationReport::Layer layer;
        layer.projection = projection.name;
        layer.population = network.populations[id].name;
        layer.scale = scale;
        measure_quantization(statistics, projection, layer);
        result.report.layers.push_back(layer);
    }
    return scale;
}

}  // namespace cortile
