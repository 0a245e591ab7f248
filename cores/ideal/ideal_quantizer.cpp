// SPDX-License-Identifier: Apache-2.0
#include "cores/ideal/ideal_quantizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "cores/ideal/ideal_core.h"
#include "hw_model/base/error.h"
#include "workload/quantize/outline.h"
#include "workload/quantize/weight_statistics.h"

namespace cortile {

namespace {

constexpr std::uint32_t kMaxDelay = 62;
constexpr int kSumBits = 62;            // a sum stays within +-2^62 grid units
constexpr double kFinestClaim = 1e-12;  // of the grid, relative to the largest weight
constexpr std::int32_t kMostRest = 255;

class Preparation {
  public:
    Preparation(const Network& network, const IdealOptions& options)
        : network_(network), options_(options) {}

    QuantizedNetwork run() {
        result_ = outline(network_);
        result_.real = true;
        const std::vector<std::uint32_t> onset = onsets(network_);
        for (const Projection& projection : network_.projections) {
            check(projection);
        }
        for (std::size_t id = 0; id < network_.populations.size(); ++id) {
            prepare(id, onset[id]);
        }
        return std::move(result_);
    }

  private:
    void check(const Projection& projection) const {
        const std::string where = "projection '" + projection.name + "'";
        if (projection.connectivity->max_delay() > kMaxDelay) {
            throw ConfigError(
                where,
                fmt::format("expected delays of at most {} timesteps beyond the first, found {}",
                            kMaxDelay, projection.connectivity->max_delay()),
                "use a longer timestep, or insert a population that relays");
        }
    }

    // What one packet of a population can say, in units, and what a unit stands for.
    struct Values {
        double unit = 1, largest = 1;
    };
    Values values_of(const Population& source) const {
        if (source.kind == NeuronKind::input) {
            return {source.value_unit, static_cast<double>(source.largest_value)};
        }
        if (source.kind == NeuronKind::relu) {
            return {1.0 / kActivationScale, kActivationScale};
        }
        const bool counts = options_.dynamics == IdealDynamics::sinabs &&
                            (source.kind == NeuronKind::if_ || source.kind == NeuronKind::lif ||
                             source.kind == NeuronKind::cuba_lif);
        return {1, counts ? static_cast<double>(kMostSpikes) : 1};
    }

    void prepare(std::size_t id, std::uint32_t onset) {
        const Population& population = network_.populations[id];
        QuantizedPopulation& made = result_.populations[id];
        if (made.is_input) {
            return;
        }
        made.graded = population.kind == NeuronKind::relu;
        const double unit = set_grid(id);
        set_parameters(population, onset, unit, made);
    }

    // Chooses the unit of the sums into a population, the same whatever core a neuron sits on, so
    // that mapping cannot change results; sets the projections' scales to it.
    double set_grid(std::size_t id) {
        const Population& population = network_.populations[id];
        std::vector<double> bound(population.size, 0.0);
        double largest_weight = 0;
        for (std::size_t p = 0; p < network_.projections.size(); ++p) {
            const Projection& projection = network_.projections[p];
            if (projection.target.value != id) {
                continue;
            }
            const WeightStatistics statistics =
                weight_statistics(*projection.connectivity, "projection '" + projection.name + "'");
            const Values values = values_of(network_[projection.source]);
            for (std::uint32_t n = 0; n < population.size; ++n) {
                bound[n] += (statistics.positive[n] - statistics.negative[n]) * values.unit *
                            values.largest;
            }
            // The weight as the network means it, at full scale of an activation.
            largest_weight =
                std::max(largest_weight, std::max(statistics.largest, -statistics.smallest) *
                                             std::min(1.0, values.unit * values.largest));
        }
        const double most = bound.empty() ? 0 : *std::max_element(bound.begin(), bound.end());
        int exponent = 0;
        std::frexp(most, &exponent);  // most < 2^exponent
        const double unit = most > 0 ? std::ldexp(1.0, exponent - kSumBits) : 1.0;
        if (unit > kFinestClaim * largest_weight && most > 0) {
            warn(fmt::format(
                "population '{}': its synaptic sums are in steps of {:.2g} of its largest weight, "
                "since the largest sum is {:.2g} times that weight",
                population.name, unit / largest_weight, most / largest_weight));
        }
        for (std::size_t p = 0; p < network_.projections.size(); ++p) {
            if (network_.projections[p].target.value == id) {
                set_projection(p, unit);
            }
        }
        return unit;
    }

    void set_projection(std::size_t p, double unit) {
        const Projection& projection = network_.projections[p];
        QuantizedProjection& made = result_.projections[p];
        made.real = true;
        made.scale = values_of(network_[projection.source]).unit / unit;
        made.weight_bits = 32;
        made.delay_bits = projection.connectivity->max_delay() > 0 ? 6 : 0;
    }

    void set_parameters(const Population& population, std::uint32_t onset, double unit,
                        QuantizedPopulation& made) {
        namespace names = ideal_parameter;
        const IdealCoefficients c =
            ideal_coefficients(population, network_.time_step, options_.dynamics,
                               options_.reset_is_given, result_.report.warnings);
        made.parameters = {{names::kRule, {{static_cast<std::int32_t>(c.rule)}}},
                           {names::kOnset, {{static_cast<std::int32_t>(onset)}}},
                           {names::kRest, rest_of(population)}};
        made.real_parameters = {{names::kInputUnit, unit},
                                {names::kBias, population.bias},
                                {names::kStartBias, start_bias(population)},
                                {names::kUKeep, c.u_keep},
                                {names::kUGain, c.u_gain},
                                {names::kVKeep, c.v_keep},
                                {names::kVFromU, c.v_from_u},
                                {names::kVGain, c.v_gain},
                                {names::kDrive, c.drive},
                                {names::kThreshold, c.threshold},
                                {names::kReset, c.reset}};
    }

    PerNeuron start_bias(const Population& population) const {
        PerNeuron result = population.bias;
        const PerNeuron& recurrent = population.recurrent_bias;
        if (options_.dynamics == IdealDynamics::norse) {
            result.values.resize(std::max(result.values.size(), recurrent.values.size()),
                                 result.values.front());
            for (std::size_t i = 0; i < result.values.size(); ++i) {
                result.values[i] -= recurrent[i];
            }
        }
        return result;
    }

    static IntPerNeuron rest_of(const Population& population) {
        IntPerNeuron rest;
        for (const double period : population.refractory.values) {
            if (!(period >= 1 && period <= kMostRest)) {
                throw ConfigError(
                    "population '" + population.name + "': refractory",
                    fmt::format("expected 1 to {} timesteps, found {}", kMostRest, period));
            }
            rest.values.push_back(static_cast<std::int32_t>(period) - 1);
        }
        return rest;
    }

    void warn(std::string text) { result_.report.warnings.push_back(std::move(text)); }

    const Network& network_;
    const IdealOptions& options_;
    QuantizedNetwork result_;
};

}  // namespace

QuantizedNetwork prepare_for_ideal(const Network& network, const IdealOptions& options) {
    return Preparation(network, options).run();
}

}  // namespace cortile
