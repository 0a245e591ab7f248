// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/loihi_quantizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <utility>

#include "cores/loihi/loihi_quantizer_kinds.h"
#include "cores/loihi/loihi_quantizer_run.h"
#include "cores/loihi/loihi_quantizer_target_scaled.h"
#include "hw_model/base/error.h"
#include "workload/quantize/damage.h"
#include "workload/quantize/outline.h"
#include "workload/quantize/weight_statistics.h"

namespace cortile {

namespace {

constexpr std::uint32_t kMaxDelay = 62;
constexpr std::uint8_t kSumBits = 24;  // of a convolution
// A membrane without leak is taken to integrate for so many timesteps when bounding it.
constexpr double kIntegrationHorizon = 1024;

IntPerNeuron collapsed(std::vector<std::int32_t> values) {
    if (std::all_of(values.begin(), values.end(), [&](auto v) { return v == values[0]; })) {
        values.resize(1);
    }
    return {std::move(values)};
}

// The threshold mantissa is the unit of weights and biases already. Decays that the population does
// not give as integers still follow from its time constants.
LoihiDynamics hardware_dynamics(const Population& population, double time_step,
                                Discretization discretization, std::vector<std::string>& warnings) {
    Population plain = population;
    plain.v_threshold = 1.0;
    plain.v_reset = 0.0;
    const bool decays =
        population.hardware.contains("loihi/du") && population.hardware.contains("loihi/dv");
    if (decays || is_sigma_delta(population.kind)) {
        plain.kind = spikes(population.kind) ? NeuronKind::if_ : NeuronKind::i;
    }
    LoihiDynamics result = loihi_dynamics(plain, time_step, discretization, warnings);
    const std::size_t entries = result.gain.size();
    result.gain = {1.0};
    result.weight_factor.clear();
    result.weight_sign = 1;
    result.drive.clear();
    for (std::size_t i = 0; i < entries; ++i) {
        result.drive.push_back(population.bias[i]);
    }
    return result;
}

void check_options(const LoihiQuantizerOptions& options) {
    if (options.weight_bits < 1 || options.weight_bits > 8) {
        throw ConfigError("weight_bits",
                          fmt::format("expected 1 to 8, found {}", options.weight_bits));
    }
    if (options.default_refractory < 1 || options.default_refractory > 64) {
        throw ConfigError("refractory", fmt::format("expected 1 to 64 timesteps, found {}",
                                                    options.default_refractory));
    }
}

}  // namespace

double threshold_error(const std::vector<double>& thresholds, double unit) {
    double error = 0;
    for (const double threshold : thresholds) {
        const double wanted = threshold * unit;
        if (wanted > 0) {
            error = std::max(error, std::abs(std::nearbyint(wanted) - wanted) / wanted);
        }
    }
    return error;
}

LoihiQuantizer::Incoming LoihiQuantizer::collect(std::size_t id,
                                                 const LoihiDynamics& dynamics) const {
    Incoming incoming;
    for (std::size_t p = 0; p < network_.projections.size(); ++p) {
        const Projection& projection = network_.projections[p];
        if (projection.target.value != id) {
            continue;
        }
        const std::string where = "projection '" + projection.name + "'";
        auto connectivity = projection.connectivity;
        if (learns(projection) || options_.learning.channel_of(projection.name) != 0) {
            if (connectivity->repeats_rows()) {
                throw ConfigError(where, "convolutions and pooling share weights, and cannot learn",
                                  "write its weights out in a Linear node");
            }
            if (!is_in_hardware_units(network_.populations[id])) {
                throw ConfigError(where, "learning needs weights in hardware integers",
                                  "give its target loihi/vth_mantissa and whole weights");
            }
            // Synapses that start at 0 are synapses all the same.
            if (auto whole = connectivity->with_zeros()) {
                connectivity = std::move(whole);
            }
        }
        if (!dynamics.weight_factor.empty()) {
            connectivity = std::make_shared<TargetScaled>(connectivity, dynamics.weight_factor);
        }
        // Values stand for themselves where weights are hardware integers.
        const double unit = network_[projection.source].value_unit;
        if (unit != 1 && !is_in_hardware_units(network_.populations[id])) {
            connectivity = std::make_shared<TargetScaled>(connectivity, std::vector<double>{unit});
        }
        WeightStatistics statistics = weight_statistics(*connectivity, where);
        if (statistics.max_delay > kMaxDelay) {
            throw ConfigError(where,
                              fmt::format("expected delays of at most {} timesteps beyond the "
                                          "first, found {}",
                                          kMaxDelay, statistics.max_delay),
                              "use a longer timestep, or insert a population that relays");
        }
        incoming.ids.push_back(p);
        incoming.connectivity.push_back(std::move(connectivity));
        incoming.statistics.push_back(std::move(statistics));
        incoming.hardware.push_back(projection_hardware(projection));
        incoming.largest_value.push_back(largest_value(network_[projection.source]));
    }
    return incoming;
}

ScaleProblem LoihiQuantizer::scale_problem(const Population& population,
                                           const LoihiDynamics& dynamics,
                                           const Incoming& incoming) const {
    ScaleProblem problem;
    problem.threshold = dynamics.threshold;
    for (const double drive : dynamics.drive) {
        problem.largest_bias = std::max(problem.largest_bias, std::abs(drive));
    }
    double largest_input = 0;
    for (std::size_t i = 0; i < population.size; ++i) {
        double positive = 0, negative = 0;
        for (std::size_t k = 0; k < incoming.ids.size(); ++k) {
            const WeightStatistics& s = incoming.statistics[k];
            positive += s.positive[i] * incoming.largest_value[k];
            negative -= s.negative[i] * incoming.largest_value[k];
        }
        largest_input = std::max({largest_input, positive, negative});
    }
    problem.current_peak = largest_input / (1 - dynamics.keep_u);
    const double leak = std::max(1 - dynamics.keep_v, 1 / kIntegrationHorizon);
    problem.voltage_peak = (problem.current_peak + problem.largest_bias) / leak;
    for (std::size_t k = 0; k < incoming.ids.size(); ++k) {
        const WeightStatistics& s = incoming.statistics[k];
        ScaledProjection p;
        p.smallest = dynamics.weight_sign > 0 ? s.smallest : -s.largest;
        p.largest = dynamics.weight_sign > 0 ? s.largest : -s.smallest;
        p.count = s.count;
        p.sample = s.sample;
        if (dynamics.weight_sign < 0) {
            std::transform(p.sample.begin(), p.sample.end(), p.sample.begin(), std::negate<>());
        }
        const auto bits = incoming.hardware[k].weight_bits.value_or(options_.weight_bits);
        p.range = reachable_range(sign_mode(p.smallest, p.largest), static_cast<unsigned>(bits));
        p.pinned_exponent = incoming.hardware[k].weight_exponent;
        problem.projections.push_back(std::move(p));
    }
    return problem;
}

ScaleChoice LoihiQuantizer::hardware_choice(const Population& population,
                                            const Incoming& incoming) const {
    const auto& reset = population.v_reset.values;
    if (std::any_of(reset.begin(), reset.end(), [](double v) { return v != 0; })) {
        throw ConfigError("population '" + population.name + "': v_reset",
                          "expected 0 with loihi/vth_mantissa, which is in hardware units");
    }
    ScaleChoice choice;
    for (std::size_t k = 0; k < incoming.ids.size(); ++k) {
        const std::string& bad = incoming.statistics[k].non_integer;
        if (!bad.empty()) {
            throw ConfigError("projection '" + network_.projections[incoming.ids[k]].name + "'",
                              fmt::format("expected integer weights, since population '{}' has "
                                          "loihi/vth_mantissa; found {}",
                                          population.name, bad),
                              "remove loihi/vth_mantissa to have the weights quantised");
        }
        choice.exponents.push_back(incoming.hardware[k].weight_exponent.value_or(0));
    }
    return choice;
}

void LoihiQuantizer::set_parameters(const Population& population, const LoihiDynamics& dynamics,
                                    double unit, QuantizedPopulation& result) {
    const bool spiking = !dynamics.threshold.empty();
    std::vector<std::int32_t> threshold, mantissa, exponent;
    for (std::size_t i = 0; i < dynamics.drive.size(); ++i) {
        const BiasIntegers bias = bias_integers(dynamics.drive[i] * unit * 64);
        mantissa.push_back(bias.mantissa);
        exponent.push_back(bias.exponent);
        if (bias.saturated) {
            throw ConfigError(
                "population '" + population.name + "': bias",
                fmt::format("{:.6g} units per timestep exceed the largest bias of the "
                            "core, {} (neuron {})",
                            dynamics.drive[i] * unit, (kMaxBiasMantissa << kMaxBiasExponent) / 64,
                            i),
                "scale the population's weights, threshold and bias down together");
        }
        if (spiking) {
            threshold.push_back(static_cast<std::int32_t>(std::clamp<double>(
                std::nearbyint(dynamics.threshold[i] * unit), 0, kMaxThresholdMantissa)));
        } else {
            threshold.push_back(kMaxThresholdMantissa);
        }
    }
    result.parameters["du"] = collapsed(dynamics.du);
    result.parameters["dv"] = collapsed(dynamics.dv);
    result.parameters["vth_mantissa"] = collapsed(std::move(threshold));
    result.parameters["bias_mantissa"] = collapsed(std::move(mantissa));
    result.parameters["bias_exponent"] = collapsed(std::move(exponent));
    result.parameters["refractory"] = {{options_.default_refractory}};
    result.volts_per_unit = dynamics.gain[0] / (64 * unit);
    if (std::any_of(dynamics.gain.begin(), dynamics.gain.end(),
                    [&](double g) { return g != dynamics.gain[0]; })) {
        warn(
            fmt::format("population '{}': neurons have membrane units of their own, since their "
                        "time constants or resistances differ; recorded voltages are right for "
                        "neuron 0 only",
                        population.name));
    }
}

QuantizedProjection LoihiQuantizer::projection(std::size_t id, const Incoming& incoming,
                                               std::size_t k, double scale, int exponent,
                                               bool exact) const {
    const Projection& from = network_.projections[id];
    const WeightStatistics& s = incoming.statistics[k];
    QuantizedProjection p = result_.projections[id];
    p.connectivity = incoming.connectivity[k];
    p.scale = scale;
    p.weight_exponent = exponent;
    SignMode mode =
        scale > 0 ? sign_mode(s.smallest, s.largest) : sign_mode(-s.largest, -s.smallest);
    if (const auto given = incoming.hardware[k].sign_mode) {
        check_sign_mode(*given, s, exact, "projection '" + from.name + "': loihi/sign_mode");
        mode = *given;
    }
    const auto bits = static_cast<unsigned>(
        incoming.hardware[k].weight_bits.value_or(exact ? 8 : options_.weight_bits));
    const WeightRange range = exact ? clipping_range(mode, bits) : reachable_range(mode, bits);
    p.min_weight = range.min;
    p.max_weight = range.max;
    p.truncated_bits = range.truncated_bits;
    p.negate_to_truncate = range.negate_to_truncate;
    p.rounds_to_step = !exact;
    p.delay_bits = s.max_delay > 0 ? kDelayBits : std::uint8_t{0};
    if (learns(from)) {
        make_plastic(mode, p);
    }
    p.channel = options_.learning.channel_of(from.name);
    p.wrap_bits = wraps(incoming, k, scale, exponent) ? kSumBits : std::uint8_t{0};
    return p;
}

// The sum of a convolution wraps around in 24 bits. Where none can become so large, projections may
// share accumulators.
bool LoihiQuantizer::wraps(const Incoming& incoming, std::size_t k, double scale,
                           int exponent) const {
    if (!incoming.connectivity[k]->repeats_rows()) {
        return false;
    }
    const WeightStatistics& s = incoming.statistics[k];
    double largest = 0;
    for (std::size_t i = 0; i < s.positive.size(); ++i) {
        largest = std::max({largest, s.positive[i] - s.negative[i]});
    }
    return largest * std::abs(scale) * std::ldexp(1.0, exponent) * incoming.largest_value[k] >=
           std::ldexp(1.0, kSumBits - 1);
}

// Input populations that are neurons are driven from outside: by how much a drive of 1 raises the
// bias.
void LoihiQuantizer::set_input_unit(std::size_t id, QuantizedPopulation& result) const {
    const auto& inputs = network_.inputs;
    if (std::find(inputs.begin(), inputs.end(), PopulationId{id}) == inputs.end()) {
        return;
    }
    const std::int32_t exponent = result.parameters.at("bias_exponent")[0];
    const bool counts_fractions = counts_fractions_.contains(id);
    result.parameters["input_unit"] = {
        {counts_fractions ? kInputThreshold : 1 << std::max(exponent, 0)}};
}

void LoihiQuantizer::quantize_population(std::size_t id) {
    const Population& population = network_.populations[id];
    QuantizedPopulation& result = result_.populations[id];
    if (result.is_input) {
        result.sends_values = population.largest_value > 1;
        return;
    }
    const bool exact = is_in_hardware_units(population);
    const LoihiDynamics dynamics =
        exact ? hardware_dynamics(population, network_.time_step, options_.discretization,
                                  result_.report.warnings)
              : loihi_dynamics(population, network_.time_step, options_.discretization,
                               result_.report.warnings);
    const Incoming incoming = collect(id, dynamics);
    const ScaleProblem problem = scale_problem(population, dynamics, incoming);
    const ScaleChoice choice =
        exact ? hardware_choice(population, incoming) : choose_scale(problem);
    set_parameters(population, dynamics, choice.unit, result);
    apply_hardware_values(population, result);
    set_neuron_kind(population, result);
    set_input_unit(id, result);
    if (!exact) {
        warn_about_ranges(population, dynamics, problem, choice.unit);
        warn_if_silent(population, dynamics, incoming);
    }
    for (std::size_t k = 0; k < incoming.ids.size(); ++k) {
        const int exponent = choice.exponents[k];
        // In hardware units a weight is what is stored; its exponent applies on top.
        const double scale =
            exact ? 1.0 : std::ldexp(choice.unit, -exponent) * dynamics.weight_sign;
        QuantizedProjection& made = result_.projections[incoming.ids[k]];
        made = projection(incoming.ids[k], incoming, k, scale, exponent, exact);
        QuantizationReport::Layer& layer = layers_[incoming.ids[k]];
        layer.projection = made.name;
        layer.population = population.name;
        layer.scale = scale;
        layer.weight_exponent = exponent;
        layer.threshold_mantissa = result.spikes ? result.parameters.at("vth_mantissa")[0] : -1;
        layer.threshold_error = exact ? 0 : threshold_error(dynamics.threshold, choice.unit);
        set_time_constants(dynamics, result, exact, layer);
        measure_quantization(incoming.statistics[k], made, layer);
        if (made.plastic) {
            made.weight_bits = 8;
        }
        warn_about_weights(incoming, k, made, layer);
    }
}

// Hardware integers are what was asked for; only their meaning in seconds is computed.
void LoihiQuantizer::set_time_constants(const LoihiDynamics& dynamics,
                                        const QuantizedPopulation& population, bool exact,
                                        QuantizationReport::Layer& layer) const {
    if (!exact) {
        layer.tau_syn_asked = dynamics.tau_syn_asked;
        layer.tau_syn_got = dynamics.tau_syn_got;
        layer.tau_mem_asked = dynamics.tau_mem_asked;
        layer.tau_mem_got = dynamics.tau_mem_got;
        return;
    }
    const std::int32_t du = population.parameters.at("du")[0];
    const std::int32_t dv = population.parameters.at("dv")[0];
    // du = 4095 holds no current, which the report shows as 0.
    layer.tau_syn_asked = layer.tau_syn_got = du == 4095 ? 0 : network_.time_step * 4096 / (du + 1);
    layer.tau_mem_asked = layer.tau_mem_got =
        dv == 0 ? std::numeric_limits<double>::infinity() : network_.time_step * 4096 / dv;
}

QuantizedNetwork LoihiQuantizer::run() {
    check_options(options_);
    result_ = outline(network_);
    check_learning();
    layers_.resize(network_.projections.size());
    for (std::size_t id = 0; id < network_.populations.size(); ++id) {
        quantize_population(id);
    }
    result_.report.layers = std::move(layers_);
    return std::move(result_);
}

namespace {

void make_input_neurons(Population& population) {
    population.kind = NeuronKind::if_;
    population.hardware = {{"loihi/du", {4095}},
                           {"loihi/dv", {0}},
                           {"loihi/vth_mantissa", {kInputThreshold >> 6}},
                           {"loihi/bias_mantissa", {0}},
                           {"loihi/bias_exponent", {0}},
                           {"loihi/refractory", {1}}};
}

}  // namespace

QuantizedNetwork quantize_for_loihi(const Network& network, const LoihiQuantizerOptions& options) {
    Network adapted = network;
    std::set<std::size_t> counts_fractions;
    for (std::size_t id = 0; id < adapted.populations.size(); ++id) {
        Population& population = adapted.populations[id];
        if (population.kind == NeuronKind::relu) {
            throw ConfigError("population '" + population.name + "'",
                              "its neurons compute activations; core type loihi has spikes only",
                              "choose a preset whose cores compute both: cortile list cores");
        }
        if (population.kind == NeuronKind::current_input) {
            make_input_neurons(population);
            counts_fractions.insert(id);
        }
    }
    return LoihiQuantizer(adapted, options, std::move(counts_fractions)).run();
}

}  // namespace cortile
