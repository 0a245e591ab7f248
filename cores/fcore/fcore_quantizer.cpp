// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/fcore_quantizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <set>

#include "cores/fcore/fcore_core.h"
#include "cores/fcore/fcore_dynamics.h"
#include "cores/fcore/fcore_registers.h"
#include "cores/fcore/weight_palette.h"
#include "hw_model/base/error.h"
#include "workload/quantize/damage.h"
#include "workload/quantize/outline.h"
#include "workload/quantize/weight_statistics.h"

namespace cortile {

namespace {

constexpr std::int32_t kLargestWeight = 127;
// Registers hold 28 bits; derived values stay a factor of two below, so that noise and adaptation
// have room.
constexpr double kLargestDerived = 1 << 26;
constexpr int kLargestShift = 22;
constexpr double kLeakTolerance = 0.05;  // of the threshold

std::string place(const Population& population) {
    return "population '" + population.name + "'";
}

// The projections into a population.
struct Incoming {
    std::vector<std::size_t> ids;
    std::vector<WeightStatistics> statistics;
    std::vector<double> ratio;  // what the value 1 of their packets stands for, over the unit
    double unit = 1;            // the smallest of those
    bool values = false;        // some source sends values
    double largest = 0;         // weight times ratio, magnitude
};

class FcoreQuantizer {
  public:
    FcoreQuantizer(const Network& network, const FcoreQuantizerOptions& options)
        : network_(network), options_(options), onset_(onsets(network)) {}

    QuantizedNetwork run();

  private:
    double unit_of(PopulationId source) const;
    Incoming incoming_of(std::size_t id) const;
    double exact_scale(const Population& population, const Incoming& incoming) const;
    double relu_scale(const Population& population, const Incoming& incoming,
                      const FcoreDynamics& dynamics, std::vector<std::int32_t>& shifts) const;
    double membrane_scale(const Population& population, const Incoming& incoming,
                          const FcoreDynamics& dynamics) const;
    std::vector<double> distinct(const Incoming& incoming) const;
    void quantize_population(std::size_t id);
    void quantize_projections(const Population& population, const Incoming& incoming, double scale,
                              bool exact, const QuantizationReport::Layer& common);
    void check_fan_in(const Population& population, const Incoming& incoming) const;
    void warn_about_leak(const Population& population, const FcoreDynamics& dynamics, double unit);

    const Network& network_;
    FcoreQuantizerOptions options_;
    std::vector<std::uint32_t> onset_;
    QuantizedNetwork result_;
    std::vector<QuantizationReport::Layer> layers_;
};

double FcoreQuantizer::unit_of(PopulationId source) const {
    const Population& population = network_[source];
    if (population.kind == NeuronKind::relu) {
        return 1.0 / kFullActivation;
    }
    return population.kind == NeuronKind::input ? population.value_unit : 1.0;
}

Incoming FcoreQuantizer::incoming_of(std::size_t id) const {
    Incoming result;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t p = 0; p < network_.projections.size(); ++p) {
        const Projection& projection = network_.projections[p];
        if (projection.target.value != id) {
            continue;
        }
        const std::string where = "projection '" + projection.name + "'";
        result.ids.push_back(p);
        result.statistics.push_back(weight_statistics(*projection.connectivity, where));
        if (result.statistics.back().max_delay > 0) {
            throw ConfigError(where,
                              fmt::format("delays of up to {} timesteps; this core type delays "
                                          "nothing beyond the timestep of each layer",
                                          result.statistics.back().max_delay),
                              "remove the Delay nodes, or put a population that passes spikes on "
                              "in place of each timestep");
        }
        smallest = std::min(smallest, unit_of(projection.source));
        const Population& source = network_[projection.source];
        result.values |= unit_of(projection.source) != 1 || source.largest_value > 1;
        if (source.kind == NeuronKind::input && source.largest_value > kFullActivation) {
            throw ConfigError(
                "input '" + source.name + "'",
                fmt::format("the stimulus gives values up to {}; packets of this core "
                            "type carry at most {}",
                            source.largest_value, kFullActivation),
                "shorten network.time_step, or leave stimulus.counts out");
        }
    }
    result.unit = result.ids.empty() ? 1 : smallest;
    for (std::size_t k = 0; k < result.ids.size(); ++k) {
        const WeightStatistics& s = result.statistics[k];
        const double unit = unit_of(network_.projections[result.ids[k]].source);
        result.ratio.push_back(unit / result.unit);
        result.largest =
            std::max(result.largest, std::max(-s.smallest, s.largest) * result.ratio.back());
    }
    return result;
}

// Hardware integers: nothing to choose, but everything must fit.
double FcoreQuantizer::exact_scale(const Population& population, const Incoming& incoming) const {
    for (std::size_t k = 0; k < incoming.ids.size(); ++k) {
        const WeightStatistics& s = incoming.statistics[k];
        const std::string where = "projection '" + network_.projections[incoming.ids[k]].name + "'";
        const char* key = population.kind == NeuronKind::relu ? "fcore/shift" : "fcore/vth0";
        if (!s.non_integer.empty()) {
            throw ConfigError(where,
                              fmt::format("expected integer weights, since '{}' has {}; found {}",
                                          population.name, key, s.non_integer),
                              fmt::format("store integers, or leave {} out", key));
        }
        if (s.smallest < -128 || s.largest > 127) {
            throw ConfigError(where,
                              fmt::format("expected weights from -128 to 127, found {} to {}",
                                          s.smallest, s.largest),
                              fmt::format("store 8-bit integers, or leave {} out", key));
        }
    }
    return 1;
}

// A step of an activation must be a power of two of the sum.
double FcoreQuantizer::relu_scale(const Population& population, const Incoming& incoming,
                                  const FcoreDynamics& dynamics,
                                  std::vector<std::int32_t>& shifts) const {
    const double base = kFullActivation * incoming.unit * dynamics.gain[0] / dynamics.threshold[0];
    int shift = kLargestShift;
    if (incoming.largest > 0) {
        while (std::ldexp(std::abs(base), shift) * incoming.largest > kLargestWeight) {
            --shift;
        }
    }
    for (std::size_t i = 0; i < dynamics.entries(); ++i) {
        const double own =
            kFullActivation * incoming.unit * dynamics.gain[i] / dynamics.threshold[i];
        const double octaves = std::log2(base / own);
        if (!(own * base > 0) || std::abs(octaves - std::nearbyint(octaves)) > 1e-6) {
            throw ConfigError(
                place(population),
                fmt::format(
                    "neurons 0 and {} have v_threshold / r in a ratio of {:.6g}; activations "
                    "are scaled by shifting, so that ratios must be powers of two",
                    i, base / own),
                "multiply the weights and the bias of each neuron instead");
        }
        shifts.push_back(shift + static_cast<std::int32_t>(std::nearbyint(octaves)));
    }
    return std::ldexp(base, shift);
}

// Up to 256 distinct weights (times their ratio); empty if there are more.
std::vector<double> FcoreQuantizer::distinct(const Incoming& incoming) const {
    constexpr std::size_t kMost = 256;
    std::set<double> values;
    std::vector<Connection> row;
    for (std::size_t k = 0; k < incoming.ids.size(); ++k) {
        const Connectivity& c = *network_.projections[incoming.ids[k]].connectivity;
        for (std::uint32_t s = 0; s < c.source_size(); ++s) {
            c.row(s, row);
            for (const Connection& connection : row) {
                values.insert(static_cast<double>(connection.weight) * incoming.ratio[k]);
            }
            if (values.size() > kMost) {
                return {};
            }
        }
    }
    return {values.begin(), values.end()};
}

// Integer weight per weight. Membranes have no fixed unit: the largest weight takes the last code,
// or the grid that trained weights lie on is kept.
double FcoreQuantizer::membrane_scale(const Population& population, const Incoming& incoming,
                                      const FcoreDynamics& dynamics) const {
    double scale = 1;
    if (incoming.largest > 0) {
        const std::vector<double> values = distinct(incoming);
        const std::uint32_t grid = values.empty() ? 0 : weight_grid(values);
        scale = (grid > 0 ? grid : kLargestWeight) / incoming.largest;
    }
    double largest = 0;
    for (std::size_t i = 0; i < dynamics.entries(); ++i) {
        const double gain = std::abs(dynamics.gain[i]);
        largest = std::max({largest, std::abs(dynamics.threshold[i]) / gain,
                            std::abs(dynamics.reset[i]) / gain, std::abs(dynamics.rest[i]) / gain,
                            std::abs(dynamics.bias[i])});
    }
    const double sign = dynamics.gain[0] < 0 ? -1 : 1;
    for (const double gain : dynamics.gain) {
        if (gain * sign <= 0) {
            throw ConfigError(place(population), "r has both signs among its neurons",
                              "negate the weights of the neurons with negative r instead");
        }
    }
    // Weights shrink where the threshold would not fit into its register.
    scale = std::min(scale, largest > 0 ? kLargestDerived * incoming.unit / largest : scale);
    return scale * sign;
}

void FcoreQuantizer::quantize_population(std::size_t id) {
    const Population& population = network_.populations[id];
    QuantizedPopulation& made = result_.populations[id];
    if (made.is_input) {
        return;
    }
    if (is_sigma_delta(population.kind)) {
        throw ConfigError("population '" + population.name + "'",
                          "core type fcore has no sigma-delta neurons",
                          "choose a preset whose cores have them: cortile list cores");
    }
    const Incoming incoming = incoming_of(id);
    const bool activation = population.kind == NeuronKind::relu;
    const FcoreRegisters registers(population);
    std::vector<std::string>& warnings = result_.report.warnings;
    if (population.kind == NeuronKind::current_input) {
        made.parameters = registers.current_input();
        made.volts_per_unit = 1.0 / kFcoreInputUnit;
        return;
    }
    const bool exact = registers.exact();
    FcoreDynamics dynamics =
        fcore_dynamics(population, network_.time_step, options_.exponential, warnings);
    std::vector<std::int32_t> shifts{0};
    double scale = 1;
    if (exact) {
        scale = exact_scale(population, incoming);
        std::fill(dynamics.gain.begin(), dynamics.gain.end(), 1.0);
    } else if (activation) {
        shifts.clear();
        scale = relu_scale(population, incoming, dynamics, shifts);
    } else {
        scale = membrane_scale(population, incoming, dynamics);
    }
    // Sums per unit of x.
    const double sums = exact ? 1 : scale / incoming.unit;
    made.graded = activation;
    made.parameters = registers.derive(dynamics, sums, shifts);
    made.parameters["onset"] = {{static_cast<std::int32_t>(onset_[id])}};
    made.parameters["values"] = {{incoming.values ? 1 : 0}};
    if (registers.has_table()) {
        made.table = registers.table();
        made.parameters["mode"] = {{static_cast<std::int32_t>(FcoreMode::table)}};
        made.parameters["lut"] = {{static_cast<std::int32_t>(id)}};
    }
    made.volts_per_unit = activation ? 1.0 / kFullActivation : std::abs(dynamics.gain[0] / sums);
    if (!made.spikes && !dynamics.uniform_gain()) {
        throw ConfigError(
            place(population),
            "its neurons weigh their input differently (r, tau), so that their "
            "membranes have different units and cannot be compared",
            "give all neurons of a read-out the same r and tau, and scale its weights");
    }
    QuantizationReport::Layer common;
    common.population = population.name;
    common.weight_exponent = activation ? -made.parameters.at("shift")[0] : 0;
    common.threshold_mantissa = made.spikes && !activation ? made.parameters.at("vth0")[0] : -1;
    common.tau_mem_asked = dynamics.tau_asked;
    common.tau_mem_got = dynamics.tau_got;
    for (std::size_t i = 0; made.spikes && !activation && !exact && i < dynamics.entries(); ++i) {
        const double wanted = dynamics.threshold[i] * sums / dynamics.gain[i];
        if (wanted > 0) {
            common.threshold_error = std::max(common.threshold_error,
                                              std::abs(std::nearbyint(wanted) - wanted) / wanted);
        }
    }
    quantize_projections(population, incoming, scale, exact, common);
    check_fan_in(population, incoming);
    if (!exact && made.spikes && !activation) {
        warn_about_leak(population, dynamics, sums);
    }
}

void FcoreQuantizer::quantize_projections(const Population& population, const Incoming& incoming,
                                          double scale, bool exact,
                                          const QuantizationReport::Layer& common) {
    WeightHistogram histogram{};
    bool zero = false;
    std::vector<Connection> row;
    for (std::size_t k = 0; k < incoming.ids.size(); ++k) {
        QuantizedProjection& made = result_.projections[incoming.ids[k]];
        made.scale = scale * incoming.ratio[k];
        made.min_weight = exact ? -128 : -kLargestWeight;
        made.max_weight = kLargestWeight;
        const Connectivity& c = *made.connectivity;
        zero |= incoming.statistics[k].count < std::uint64_t{c.source_size()} * c.target_size();
        for (std::uint32_t s = 0; s < c.source_size(); ++s) {
            c.row(s, row);
            for (const Connection& connection : row) {
                ++histogram[static_cast<std::size_t>(made.stored_weight(connection.weight) + 128)];
            }
        }
    }
    const auto table = std::make_shared<const WeightTable>(
        fit_weight_table(histogram, options_.weights, zero || histogram[128] > 0));
    for (std::size_t w = 0; exact && w < histogram.size(); ++w) {
        if (histogram[w] > 0 && (*table)[w] != static_cast<int>(w) - 128) {
            throw ConfigError(
                place(population),
                fmt::format("its hardware integers have more than the {} distinct weights of a "
                            "core's table, synapses that do not exist counting as 0",
                            options_.weights),
                "store fewer distinct weights, or leave fcore/vth0 and fcore/shift out to have "
                "them chosen");
        }
    }
    for (std::size_t k = 0; k < incoming.ids.size(); ++k) {
        QuantizedProjection& made = result_.projections[incoming.ids[k]];
        made.weight_table = table;
        QuantizationReport::Layer& layer = layers_[incoming.ids[k]];
        layer = common;
        layer.projection = made.name;
        layer.scale = made.scale;
        const WeightStatistics& s = incoming.statistics[k];
        measure_quantization(s, made, layer);
        const DamageCause cause{8, "core.weights", std::max(-s.smallest, s.largest)};
        if (const auto damage = weight_damage(made, layer, cause); damage && !exact) {
            result_.report.warnings.push_back(*damage);
        }
        made.weight_bits = static_cast<std::uint8_t>(std::bit_width(options_.weights - 1));
        made.delay_bits = 0;
    }
}

void FcoreQuantizer::check_fan_in(const Population& population, const Incoming& incoming) const {
    std::vector<std::uint32_t> fan_in(population.size);
    std::vector<Connection> scratch;
    std::vector<QuantizedConnection> row;
    for (const std::size_t id : incoming.ids) {
        const QuantizedProjection& projection = result_.projections[id];
        for (std::uint32_t s = 0; s < projection.connectivity->source_size(); ++s) {
            projection.row(s, scratch, row);
            for (const QuantizedConnection& connection : row) {
                ++fan_in[connection.target];
            }
        }
    }
    const auto most = std::max_element(fan_in.begin(), fan_in.end());
    if (most == fan_in.end() || *most <= options_.input_axons) {
        return;
    }
    // The smallest square pooling of the layer in front that is enough for a dense layer.
    std::uint32_t pool = 2;
    while (*most / (pool * pool) > options_.input_axons) {
        ++pool;
    }
    throw ConfigError(
        place(population),
        fmt::format("neuron {} has {} inputs, a core has {} input axons", most - fan_in.begin(),
                    *most, options_.input_axons),
        fmt::format("nearest changes: {0} x {0} pooling in front of it ({1} inputs), a convolution "
                    "or groups of at most {2} weights a neuron, or pruning each neuron to its {2} "
                    "largest weights",
                    pool, *most / (pool * pool), options_.input_axons));
}

// Leaking rounds down: on average half a unit is lost per timestep, which adds up over 1 / (1 -
// keep) timesteps.
void FcoreQuantizer::warn_about_leak(const Population& population, const FcoreDynamics& dynamics,
                                     double sums) {
    for (std::size_t i = 0; i < dynamics.entries(); ++i) {
        const double keep = leak_factor(dynamics.keep[i]) / 256.0;
        const double threshold = dynamics.threshold[i] * sums / dynamics.gain[i];
        const double lost = 0.5 * keep / (1 - keep);
        if (keep > 0 && keep < 1 && threshold > 0 && lost > kLeakTolerance * threshold) {
            result_.report.warnings.push_back(fmt::format(
                "{}: the leak rounds down, which keeps a membrane up to {:.2g} units low, {:.0f} % "
                "of its threshold of {:.0f}: large weights beside the threshold leave it few units",
                place(population), lost, 100 * lost / threshold, threshold));
            return;
        }
    }
}

QuantizedNetwork FcoreQuantizer::run() {
    result_ = outline(network_);
    layers_.resize(network_.projections.size());
    for (std::size_t id = 0; id < network_.populations.size(); ++id) {
        quantize_population(id);
    }
    result_.report.layers = std::move(layers_);
    return std::move(result_);
}

}  // namespace

QuantizedNetwork quantize_for_fcore(const Network& network, const FcoreQuantizerOptions& options) {
    return FcoreQuantizer(network, options).run();
}

}  // namespace cortile
