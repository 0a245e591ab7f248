// SPDX-License-Identifier: Apache-2.0
#include "cores/truenorth/truenorth_quantizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cores/truenorth/axon_types.h"
#include "cores/truenorth/neuron.h"
#include "cores/truenorth/truenorth_dynamics.h"
#include "cores/truenorth/truenorth_hardware.h"
#include "cores/truenorth/truenorth_parameters.h"
#include "hw_model/base/error.h"
#include "workload/quantize/outline.h"

namespace cortile {

using namespace truenorth;

namespace {

constexpr std::int32_t kMaxLeak = 255;

IntPerNeuron column(const std::vector<double>& values, double low, double high) {
    IntPerNeuron result;
    result.values.reserve(values.size());
    for (const double value : values) {
        result.values.push_back(static_cast<std::int32_t>(std::clamp(value, low, high)));
    }
    return result;
}

double largest(const std::vector<double>& values) {
    double result = 0;
    for (const double value : values) {
        result = std::max(result, std::abs(value));
    }
    return result;
}

class Quantizer {
  public:
    Quantizer(const Network& network, const TrueNorthQuantizerOptions& options)
        : network_(network), options_(options) {}

    QuantizedNetwork run();

  private:
    std::vector<std::size_t> incoming(std::size_t id) const;
    void quantize_population(std::size_t id);
    void current_input(QuantizedPopulation& result) const;
    double quantize_dynamics(const Population& population, const IncomingWeights& weights,
                             QuantizedPopulation& result);
    void set_weights(std::size_t id, const std::vector<std::size_t>& projections,
                     const IncomingWeights& weights, double unit, bool exact);
    void set_fixed_types(std::size_t id, const std::vector<std::size_t>& projections, double unit);
    void make_projection(std::size_t p, double unit, bool exact);
    void measure(std::size_t p, QuantizationReport::Layer& layer);
    IncomingWeights collect(std::size_t id, const std::vector<std::size_t>& projections) const;
    void warn(std::string text) { result_.report.warnings.push_back(std::move(text)); }

    const Network& network_;
    const TrueNorthQuantizerOptions& options_;
    QuantizedNetwork result_;
    std::vector<QuantizationReport::Layer> layers_;
};

std::vector<std::size_t> Quantizer::incoming(std::size_t id) const {
    std::vector<std::size_t> ids;
    for (std::size_t p = 0; p < network_.projections.size(); ++p) {
        if (network_.projections[p].target.value == id) {
            ids.push_back(p);
        }
    }
    return ids;
}

IncomingWeights Quantizer::collect(std::size_t id,
                                   const std::vector<std::size_t>& projections) const {
    IncomingWeights weights(network_.populations[id].size);
    std::vector<Connection> row;
    for (const std::size_t p : projections) {
        const Projection& projection = network_.projections[p];
        for (std::uint32_t s = 0; s < projection.connectivity->source_size(); ++s) {
            projection.connectivity->row(s, row);
            for (const Connection& connection : row) {
                if (!std::isfinite(connection.weight)) {
                    throw ConfigError("projection '" + projection.name + "'",
                                      fmt::format("a weight is {}", connection.weight),
                                      "train again, or repair the file");
                }
                weights.add(connection.target, connection.weight);
            }
        }
    }
    return weights;
}

void Quantizer::current_input(QuantizedPopulation& result) const {
    result.parameters["threshold"] = {{kTrueNorthInputThreshold}};
    result.parameters["floor"] = {{kLargestThreshold}};
    result.parameters["floor_saturates"] = {{1}};
}

// Returns the unit: how many integers a weight of 1 is.
double Quantizer::quantize_dynamics(const Population& population, const IncomingWeights& weights,
                                    QuantizedPopulation& result) {
    Dynamics d =
        dynamics_of(population, network_.time_step, options_.exponential, result_.report.warnings);
    for (std::size_t i = 0; i < d.gain.size(); ++i) {
        for (auto* values : {&d.threshold, &d.drive, &d.initial}) {
            (*values)[i] /= d.gain[i];
        }
    }
    if (!result.spikes && largest(d.gain) != d.gain[0]) {
        warn(
            fmt::format("population '{}': neurons have membrane units of their own; recorded "
                        "voltages are right for neuron 0 only",
                        population.name));
    }
    // A constant leak towards rest: the decay at half the threshold. Read-outs have no threshold;
    // the weights take its place.
    std::vector<double> leak = d.drive;
    const double scale = weights.largest_magnitude();
    for (std::size_t i = 0; i < leak.size(); ++i) {
        if (d.decay[i] > 0) {
            leak[i] = -d.decay[i] * (result.spikes ? d.threshold[i] : scale) / 2;
        }
    }
    double unit = choose_unit(weights, weights.fit(options_.axons_per_source));
    for (const double most : {largest(leak) / kMaxLeak, largest(d.threshold) / kLargestThreshold}) {
        unit = most > 0 ? std::min(unit, 1 / most) : unit;
    }
    for (std::size_t i = 0; i < leak.size(); ++i) {
        leak[i] = std::nearbyint(leak[i] * unit);
        // The network fires above its threshold, the core at it. Where the threshold is also what a
        // spike takes off, its size matters more.
        d.threshold[i] = d.subtracts ? std::max(1.0, std::nearbyint(d.threshold[i] * unit))
                                     : std::floor(d.threshold[i] * unit + 1e-9) + 1;
        d.initial[i] = std::nearbyint(d.initial[i] * unit);
    }
    result.parameters["leak"] = column(leak, -kMaxLeak, kMaxLeak);
    result.parameters["leak_reversal"] = {{d.tau_asked > 0 ? 1 : 0}};
    result.parameters["threshold"] = column(d.threshold, 0, kLargestThreshold);
    result.parameters["reset_mode"] = {{d.subtracts ? 1 : 0}};
    result.parameters["floor"] = {{kLargestThreshold}};
    result.parameters["floor_saturates"] = {{1}};
    result.parameters["initial"] = column(d.initial, -kMembraneLimit, kMembraneLimit);
    result.volts_per_unit = d.gain[0] / unit;
    return unit;
}

void Quantizer::quantize_population(std::size_t id) {
    const Population& population = network_.populations[id];
    QuantizedPopulation& result = result_.populations[id];
    if (result.is_input) {
        return;
    }
    set_default_parameters(result);
    if (population.kind == NeuronKind::current_input) {
        current_input(result);
        return;
    }
    const bool hardware = is_in_hardware_units(population);
    const std::vector<std::size_t> projections = incoming(id);
    const bool given = hardware && gives_weights(population);
    const IncomingWeights weights = given ? IncomingWeights(0) : collect(id, projections);
    const double unit = hardware ? 1 : quantize_dynamics(population, weights, result);
    apply_hardware_values(population, result);
    if (!hardware && gives_weights(population)) {
        throw ConfigError("population '" + population.name + "'",
                          "truenorth/weight0 to weight3 without truenorth/threshold",
                          "give both: the population is then in hardware integers");
    }
    set_weights(id, projections, weights, unit, given);
}

// The weights of types that projections name: one weight a neuron and type.
void Quantizer::set_fixed_types(std::size_t id, const std::vector<std::size_t>& projections,
                                double unit) {
    const std::uint32_t size = network_.populations[id].size;
    std::array<std::vector<std::int32_t>, Crossbar::kTypes> columns;
    for (auto& one : columns) {
        one.resize(size);
    }
    std::vector<Connection> row;
    for (const std::size_t p : projections) {
        const Projection& projection = network_.projections[p];
        const auto type = static_cast<std::size_t>(*projection_hardware(projection).axon_type);
        for (std::uint32_t s = 0; s < projection.connectivity->source_size(); ++s) {
            projection.connectivity->row(s, row);
            for (const Connection& connection : row) {
                const double wanted = connection.weight * unit;
                std::int32_t& weight = columns[type][connection.target];
                if (weight != 0 && weight != std::nearbyint(wanted)) {
                    throw ConfigError(
                        "projection '" + projection.name + "'",
                        fmt::format("neuron {} would need the weights {} and {} for axon type {}",
                                    connection.target, weight, wanted, type),
                        "split the projection by weight, or leave out truenorth/axon_type to have "
                        "types chosen");
                }
                weight = static_cast<std::int32_t>(
                    std::clamp<double>(std::nearbyint(wanted), -256, 255));
            }
        }
    }
    for (std::size_t type = 0; type < columns.size(); ++type) {
        result_.populations[id].parameters["weight" + std::to_string(type)] = {
            std::move(columns[type])};
    }
}

void Quantizer::set_weights(std::size_t id, const std::vector<std::size_t>& projections,
                            const IncomingWeights& weights, double unit, bool exact) {
    const auto fixed = static_cast<std::size_t>(
        std::count_if(projections.begin(), projections.end(), [&](std::size_t p) {
            return projection_hardware(network_.projections[p]).axon_type.has_value();
        }));
    QuantizedPopulation& population = result_.populations[id];
    if (!exact && fixed > 0) {
        if (fixed < projections.size()) {
            throw ConfigError(
                "population '" + population.name + "'",
                "some projections into it have truenorth/axon_type, some have not",
                "give all of them one, or none, or give truenorth/weight0 to weight3");
        }
        set_fixed_types(id, projections, unit);
    } else if (!exact) {
        const auto columns = choose_type_weights(weights, unit, options_.axons_per_source);
        for (std::size_t type = 0; type < columns.size(); ++type) {
            population.parameters["weight" + std::to_string(type)] = {columns[type]};
        }
        const bool in_integers = is_in_hardware_units(network_.populations[id]);
        if (in_integers && weights.largest_magnitude() > 255) {
            throw ConfigError("population '" + population.name + "'",
                              fmt::format("weights up to {} into it, which is in hardware integers "
                                          "(truenorth/threshold); 9 bits hold -256 to 255",
                                          weights.largest_magnitude()),
                              "scale weights and threshold down, or leave out truenorth/threshold");
        }
    }
    for (const std::size_t p : projections) {
        make_projection(p, unit, exact);
    }
}

void Quantizer::make_projection(std::size_t p, double unit, bool exact) {
    const Projection& from = network_.projections[p];
    QuantizedProjection& projection = result_.projections[p];
    projection.scale = unit;
    projection.min_weight = -256;
    projection.max_weight = 255;
    projection.weight_bits = 1;
    const ProjectionHardware hardware = projection_hardware(from);
    if (hardware.axon_type) {
        projection.parameters["axon_type"] = *hardware.axon_type;
    }
    if (hardware.delay) {
        projection.parameters["delay"] = *hardware.delay;
    } else if (from.connectivity->max_delay() + 1u > kTrueNorthDelays) {
        throw ConfigError("projection '" + from.name + "'",
                          fmt::format("delays of up to {} ticks; an axon has 1 to {}",
                                      from.connectivity->max_delay() + 1, kTrueNorthDelays),
                          "use a longer timestep, or insert a population that relays");
    }
    if (exact) {
        projection.parameters["exact"] = 1;
    }
    measure(p, layers_[p]);
}

void Quantizer::measure(std::size_t p, QuantizationReport::Layer& layer) {
    const QuantizedProjection& projection = result_.projections[p];
    const QuantizedPopulation& target = result_[projection.target];
    layer.projection = projection.name;
    layer.population = target.name;
    layer.scale = projection.scale;
    layer.threshold_mantissa = target.spikes ? target.parameters.at("threshold")[0] : -1;
    const Population& population = network_[projection.target];
    if (!is_in_hardware_units(population)) {
        const bool leaks = target.parameters.at("leak_reversal")[0] != 0;
        layer.tau_mem_asked = layer.tau_mem_got = leaks ? population.tau_mem[0] : 0;
    }
    const SynapseCoder coder(result_, projection);
    std::vector<Connection> row;
    double squares = 0, errors = 0, largest_error = 0, largest_weight = 0;
    const auto add = [&](const Connection& connection, std::uint64_t count) {
        const TypeMask types = coder.types(connection.target, connection.weight);
        const double wanted = connection.weight * projection.scale;
        const double error = sum_of(coder.weights(connection.target), types) - wanted;
        squares += wanted * wanted * static_cast<double>(count);
        errors += error * error * static_cast<double>(count);
        largest_error = std::max(largest_error, std::abs(error));
        largest_weight = std::max(largest_weight, std::abs(wanted));
        layer.rounded_to_zero += types == 0 ? count : 0;
        layer.weights += count;
    };
    for (std::uint32_t s = 0; s < projection.connectivity->source_size(); ++s) {
        projection.connectivity->row(s, row);
        // Runs of one weight, which mean the same error where all neurons have the same types.
        for (std::size_t begin = 0, end = 0; begin < row.size(); begin = end) {
            for (end = begin + 1;
                 coder.uniform() && end < row.size() && row[end].weight == row[begin].weight;) {
                ++end;
            }
            add(row[begin], end - begin);
        }
    }
    layer.nonzero = layer.weights;
    layer.rms_error = squares > 0 ? std::sqrt(errors / squares) : 0;
    layer.max_error = largest_weight > 0 ? largest_error / largest_weight : 0;
    if (layer.rms_error > 0.02) {
        warn(
            fmt::format("projection '{}': its weights are off by {:.1f} % (RMS): the weights into "
                        "a neuron take more than the {} values that its axon types can give; the "
                        "nearest sums were taken",
                        layer.projection, 100 * layer.rms_error, options_.axons_per_source));
    }
}

QuantizedNetwork Quantizer::run() {
    result_ = outline(network_);
    layers_.resize(network_.projections.size());
    for (std::size_t id = 0; id < network_.populations.size(); ++id) {
        quantize_population(id);
    }
    result_.report.layers = std::move(layers_);
    return std::move(result_);
}

}  // namespace

QuantizedNetwork quantize_for_truenorth(const Network& network,
                                        const TrueNorthQuantizerOptions& options) {
    return Quantizer(network, options).run();
}

}  // namespace cortile
