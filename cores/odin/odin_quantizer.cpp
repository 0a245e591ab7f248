// SPDX-License-Identifier: Apache-2.0
#include "cores/odin/odin_quantizer.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "cores/odin/odin_hardware.h"
#include "cores/odin/odin_neurons.h"
#include "hw_model/base/error.h"
#include "workload/quantize/damage.h"
#include "workload/quantize/outline.h"
#include "workload/quantize/weight_statistics.h"

namespace cortile {

namespace {

constexpr double kMaxWeight = OdinNeurons::kMaxWeight;
// A neuron without memory forgets v in one time reference: its leak must reach below threshold.
constexpr std::int32_t kMaxForgottenThreshold = OdinNeurons::kMaxLeak + 1;

bool any(const PerNeuron& values, bool (*bad)(double)) {
    return std::any_of(values.values.begin(), values.values.end(), bad);
}

bool is_not_zero(double value) {
    return value != 0;
}

std::string place_of(const Population& population) {
    return "population '" + population.name + "'";
}

void check_population(const Population& p) {
    switch (p.kind) {
        case NeuronKind::input:
            return;
        case NeuronKind::if_:
        case NeuronKind::lif:
        case NeuronKind::threshold:
            break;
        case NeuronKind::cuba_lif:
            throw ConfigError(place_of(p), "core type odin has no synaptic current (CubaLIF)",
                              "use LIF neurons");
        case NeuronKind::i:
        case NeuronKind::li:
        case NeuronKind::cuba_li:
            throw ConfigError(place_of(p),
                              fmt::format("core type odin has no neuron that never spikes ({})",
                                          to_string(p.kind)),
                              "read out spikes: use IF or LIF neurons");
        case NeuronKind::current_input:
            throw ConfigError(place_of(p), "core type odin takes spikes, not currents",
                              "choose another stimulus.encoder: deterministic, bernoulli or "
                              "first_spike");
        case NeuronKind::relu:
        case NeuronKind::delta:
        case NeuronKind::sigma_delta:
        case NeuronKind::sigma:
            throw ConfigError(place_of(p), "core type odin sends spikes, not values",
                              "use IF neurons, and a stimulus of spikes");
    }
    if (p.reset == ResetMode::subtract) {
        throw ConfigError(place_of(p),
                          "core type odin resets the membrane to 0, not by the "
                          "threshold",
                          "network.reset: zero");
    }
    if (p.kind != NeuronKind::threshold && any(p.v_reset, is_not_zero)) {
        throw ConfigError(place_of(p) + ": v_reset", "core type odin resets the membrane to 0",
                          "network.reset: zero");
    }
    if (p.kind == NeuronKind::lif && any(p.v_leak, is_not_zero)) {
        throw ConfigError(place_of(p) + ": v_leak", "core type odin's membrane rests at 0",
                          "shift the network's voltages so that v_leak is 0");
    }
    if (any(p.v_threshold, [](double v) { return !(v > 0); })) {
        throw ConfigError(place_of(p) + ": v_threshold",
                          "core type odin's thresholds are above 0, where the membrane rests",
                          "make it positive, or take neurons out that always spike");
    }
    if (p.kind != NeuronKind::threshold && any(p.r, [](double r) { return !(r > 0); })) {
        throw ConfigError(place_of(p) + ": r", "expected positive numbers",
                          "put the sign into the weights");
    }
}

// A population per unit of its input x: v = gain * y with y <- keep * y + x.
struct Dynamics {
    std::vector<double> threshold;  // of y, one or one per neuron
    std::vector<double> decay;      // share of y lost per timestep
    std::vector<double> gain;
    double tau = 0;  // of neuron 0; infinity: no leak
};

Dynamics dynamics_of(const Population& p, double time_step, bool exponential) {
    const bool uniform = p.tau_mem.uniform() && p.r.uniform() && p.v_threshold.uniform();
    Dynamics result;
    for (std::size_t n = 0; n < (uniform ? 1 : p.size); ++n) {
        double decay = p.kind == NeuronKind::threshold ? 1 : 0;
        double gain = p.kind == NeuronKind::threshold ? 1 : p.r[n];
        if (p.kind == NeuronKind::lif) {
            const double ratio = time_step / p.tau_mem[n];
            decay = exponential ? 1 - std::exp(-ratio) : std::min(1.0, ratio);
            gain *= decay;
        }
        result.threshold.push_back(p.v_threshold[n] / gain);
        result.decay.push_back(decay);
        result.gain.push_back(gain);
    }
    result.tau = p.kind == NeuronKind::lif   ? p.tau_mem[0]
                 : p.kind == NeuronKind::if_ ? std::numeric_limits<double>::infinity()
                                             : 0;
    return result;
}

bool forgets(double decay) {
    return decay >= 1;
}

class OdinQuantizer {
  public:
    OdinQuantizer(const Network& network, bool exponential)
        : network_(network), exponential_(exponential) {}

    QuantizedNetwork run();

  private:
    void check_projections() const;
    void quantize_population(std::size_t id, std::uint32_t onset);
    double choose_scale(const Dynamics& dynamics) const;
    void set_parameters(const Population& population, const Dynamics& dynamics, double scale,
                        QuantizedPopulation& result);
    void check_exact(const Population& population) const;
    void warn_of_floor(const Population& population, const Dynamics& dynamics);
    void set_projection(std::size_t k, double scale, const Population& population,
                        const Dynamics& dynamics, const QuantizedPopulation& result);
    void warn(std::string text) { result_.report.warnings.push_back(std::move(text)); }

    const Network& network_;
    bool exponential_;
    QuantizedNetwork result_;
    std::vector<QuantizationReport::Layer> layers_;  // by projection
    std::vector<std::size_t> incoming_;              // projections into the present population
    std::vector<WeightStatistics> statistics_;       // of each of them
};

void OdinQuantizer::check_projections() const {
    std::set<std::pair<std::size_t, std::size_t>> pairs;
    for (const Projection& projection : network_.projections) {
        const std::string place = "projection '" + projection.name + "'";
        if (projection.connectivity->max_delay() > 0) {
            throw ConfigError(place, "core type odin has no synaptic delays",
                              "remove them, or insert a population that relays");
        }
        if (!pairs.emplace(projection.source.value, projection.target.value).second) {
            throw ConfigError(
                place,
                fmt::format("a second projection from '{}' to '{}'; core type odin "
                            "has one synapse for each pair of neurons",
                            network_[projection.source].name, network_[projection.target].name),
                "add the two up in the network");
        }
    }
}

// The scale, in membrane units per unit of weight, with the least error of weights and thresholds
// together: a smaller scale than the weights would fill, or a larger one that clips a few of them.
double OdinQuantizer::choose_scale(const Dynamics& dynamics) const {
    double most = std::numeric_limits<double>::infinity();
    for (std::size_t n = 0; n < dynamics.threshold.size(); ++n) {
        const double limit =
            forgets(dynamics.decay[n]) ? kMaxForgottenThreshold : OdinNeurons::kMaxThreshold;
        most = std::min(most, limit / dynamics.threshold[n]);
    }
    double largest = 0, squares = 0;
    for (const WeightStatistics& s : statistics_) {
        largest = std::max({largest, s.largest, -s.smallest});
        for (const float w : s.sample) {
            squares += static_cast<double>(w) * static_cast<double>(w);
        }
    }
    if (largest == 0) {
        return most;
    }
    constexpr int kSteps = 384;
    double best = std::min(most, kMaxWeight / largest), least = -1;
    for (int i = 0; i <= kSteps; ++i) {
        const double scale = kMaxWeight / largest * (0.5 + 1.5 * i / kSteps);
        if (scale > most && i > 0) {
            break;
        }
        const double used = std::min(scale, most);
        double error = 0;
        for (const WeightStatistics& s : statistics_) {
            for (const float w : s.sample) {
                const auto asked = static_cast<double>(w);
                const double got =
                    std::clamp(std::nearbyint(asked * used), -kMaxWeight, kMaxWeight) / used;
                error += (got - asked) * (got - asked);
            }
        }
        error /= squares;
        double threshold_error = 0;
        for (const double threshold : dynamics.threshold) {
            const double wanted = threshold * used;
            threshold_error = std::max(
                threshold_error, std::abs(std::max(1.0, std::nearbyint(wanted)) - wanted) / wanted);
        }
        error += threshold_error * threshold_error;
        if (least < 0 || error < least) {
            least = error;
            best = used;
        }
    }
    return best;
}

void OdinQuantizer::set_parameters(const Population& population, const Dynamics& dynamics,
                                   double scale, QuantizedPopulation& result) {
    IntPerNeuron threshold, leak, bias;
    bool lost_leak = false, clipped_leak = false;
    for (std::size_t n = 0; n < dynamics.threshold.size(); ++n) {
        const double wanted = std::max(1.0, std::nearbyint(dynamics.threshold[n] * scale));
        threshold.values.push_back(static_cast<std::int32_t>(wanted));
        const double decay = dynamics.decay[n];
        // A potential that falls from the threshold by a constant amount has the same area as one
        // that decays by a constant share if that amount is share * threshold / 2.
        const double amount =
            forgets(decay) ? OdinNeurons::kMaxLeak : std::nearbyint(decay * wanted / 2);
        lost_leak |= decay > 0 && amount == 0;
        clipped_leak |= amount > OdinNeurons::kMaxLeak;
        leak.values.push_back(
            static_cast<std::int32_t>(std::min<double>(amount, OdinNeurons::kMaxLeak)));
    }
    double largest_error = 0;
    for (const double asked : population.bias.values) {
        const double units = std::nearbyint(asked * scale);
        if (std::abs(units) > kOdinMaxBias) {
            throw ConfigError(place_of(population) + ": bias",
                              fmt::format("{:.6g} units per timestep exceed {}, which 255 virtual "
                                          "events carry",
                                          asked * scale, kOdinMaxBias),
                              "scale the population's weights, threshold and bias down together");
        }
        largest_error = std::max(largest_error, std::abs(units / scale - asked) * scale /
                                                    static_cast<double>(threshold[0]));
        bias.values.push_back(static_cast<std::int32_t>(units));
    }
    if (lost_leak) {
        warn(
            fmt::format("population '{}': the leak rounds to 0, so that nothing decays; shorten "
                        "tau or lengthen network.time_step",
                        population.name));
    } else if (population.kind == NeuronKind::lif && !forgets(dynamics.decay[0])) {
        warn(
            fmt::format("population '{}': the exponential leak is replaced by a constant one of "
                        "{} per timestep, at a threshold of {}",
                        population.name, leak.values[0], threshold.values[0]));
    }
    if (largest_error > 0.05) {
        warn(
            fmt::format("population '{}': biases are off by up to {:.0f} % of the threshold per "
                        "timestep, since they are whole units of the membrane",
                        population.name, 100 * largest_error));
    }
    result.parameters["thr"] = std::move(threshold);
    result.parameters["leak_str"] = std::move(leak);
    result.parameters["bias"] = std::move(bias);
    result.volts_per_unit = dynamics.gain[0] / scale;
}

void OdinQuantizer::check_exact(const Population& population) const {
    for (std::size_t k = 0; k < incoming_.size(); ++k) {
        const WeightStatistics& s = statistics_[k];
        if (!s.non_integer.empty() || s.smallest < -kMaxWeight || s.largest > kMaxWeight) {
            throw ConfigError(
                "projection '" + network_.projections[incoming_[k]].name + "'",
                fmt::format(
                    "expected integer weights from -7 to 7, since population '{}' has "
                    "odin/thr; found {}",
                    population.name,
                    !s.non_integer.empty()
                        ? s.non_integer
                        : fmt::format("{}", s.largest > kMaxWeight ? s.largest : s.smallest)),
                "remove odin/thr to have the weights quantised");
        }
    }
}

void OdinQuantizer::set_projection(std::size_t k, double scale, const Population& population,
                                   const Dynamics& dynamics, const QuantizedPopulation& result) {
    QuantizedProjection& p = result_.projections[incoming_[k]];
    p.scale = scale;
    p.min_weight = -OdinNeurons::kMaxWeight;
    p.max_weight = OdinNeurons::kMaxWeight;
    QuantizationReport::Layer& layer = layers_[incoming_[k]];
    layer.projection = p.name;
    layer.population = population.name;
    layer.scale = scale;
    measure_quantization(statistics_[k], p, layer);
    p.weight_bits = 4;  // 3 bits, and the mapping bit
    const double asked = dynamics.threshold[0] * scale;
    const std::int32_t threshold = result.parameters.at("thr")[0];
    layer.threshold_mantissa = threshold;
    layer.threshold_error = is_in_odin_units(population) ? 0 : std::abs(threshold - asked) / asked;
    const std::int32_t leak = result.parameters.at("leak_str")[0];
    layer.tau_mem_asked = dynamics.tau;
    layer.tau_mem_got = dynamics.tau == 0 ? 0
                        : leak == 0       ? std::numeric_limits<double>::infinity()
                                          : network_.time_step * threshold / (2.0 * leak);
    DamageCause cause;
    cause.largest_weight = std::max(statistics_[k].largest, -statistics_[k].smallest);
    if (const auto damage = weight_damage(p, layer, cause)) {
        warn(*damage);
    }
    if (layer.threshold_error > kLargestThresholdError) {
        warn(
            fmt::format("population '{}': the threshold is off by {:.0f} %; its weights are large "
                        "beside it",
                        population.name, 100 * layer.threshold_error));
    }
}

// A membrane that is about to forget everything has no inhibition to remember.
void OdinQuantizer::warn_of_floor(const Population& population, const Dynamics& dynamics) {
    const bool inhibited = std::any_of(statistics_.begin(), statistics_.end(),
                                       [](const WeightStatistics& s) { return s.smallest < 0; });
    if (inhibited && !forgets(dynamics.decay[0])) {
        warn(
            fmt::format("population '{}': its membranes stop at 0 and forget inhibition beyond "
                        "that; trained without this floor it may fire far more than it should",
                        population.name));
    }
}

void OdinQuantizer::quantize_population(std::size_t id, std::uint32_t onset) {
    const Population& population = network_.populations[id];
    check_population(population);
    QuantizedPopulation& result = result_.populations[id];
    if (result.is_input) {
        return;
    }
    incoming_.clear();
    statistics_.clear();
    for (std::size_t p = 0; p < network_.projections.size(); ++p) {
        if (network_.projections[p].target.value == id) {
            incoming_.push_back(p);
            statistics_.push_back(
                weight_statistics(*network_.projections[p].connectivity,
                                  "projection '" + network_.projections[p].name + "'"));
        }
    }
    const Dynamics dynamics = dynamics_of(population, network_.time_step, exponential_);
    double scale = 1;
    if (is_in_odin_units(population)) {
        check_exact(population);
    } else {
        scale = choose_scale(dynamics);
        warn_of_floor(population, dynamics);
    }
    set_parameters(population, dynamics, scale, result);
    apply_odin_values(population, result);
    if (is_in_odin_units(population)) {
        result.volts_per_unit = 1;
    }
    result.parameters["onset"] = {{static_cast<std::int32_t>(onset)}};
    for (std::size_t k = 0; k < incoming_.size(); ++k) {
        set_projection(k, scale, population, dynamics, result);
    }
}

QuantizedNetwork OdinQuantizer::run() {
    check_projections();
    result_ = outline(network_);
    layers_.resize(network_.projections.size());
    const std::vector<std::uint32_t> onset = onsets(network_);
    for (std::size_t id = 0; id < network_.populations.size(); ++id) {
        quantize_population(id, onset[id]);
    }
    result_.report.layers = std::move(layers_);
    return std::move(result_);
}

}  // namespace

QuantizedNetwork quantize_for_odin(const Network& network, bool exponential) {
    return OdinQuantizer(network, exponential).run();
}

}  // namespace cortile
