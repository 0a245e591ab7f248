// SPDX-License-Identifier: Apache-2.0
// What somebody should know who wonders about the spikes of a quantised network.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cores/loihi/loihi_quantizer_run.h"
#include "workload/quantize/damage.h"

namespace cortile {

void LoihiQuantizer::warn_about_ranges(const Population& population, const LoihiDynamics& dynamics,
                                       const ScaleProblem& problem, double unit) {
    const double share = kMaxState / 64 / (problem.current_peak * unit);
    if (share < 1) {
        warn(
            fmt::format("population '{}': the current wraps around if more than {:.0f} % of the "
                        "inputs of one sign spike together (24 bits)",
                        population.name, 100 * share));
    }
    const bool zero_threshold = std::any_of(dynamics.threshold.begin(), dynamics.threshold.end(),
                                            [](double t) { return t == 0; });
    const double error = threshold_error(dynamics.threshold, unit);
    if (error > kLargestThresholdError) {
        warn(
            fmt::format("population '{}': its threshold is off by {:.1f} %; bring bias, v_leak and "
                        "the weights into it nearer to the size of v_threshold",
                        population.name, 100 * error));
    }
    if (zero_threshold && population.kind != NeuronKind::threshold) {
        warn(fmt::format("population '{}': v_threshold equals v_reset: any positive input fires",
                         population.name));
    }
}

void LoihiQuantizer::warn_if_silent(const Population& population, const LoihiDynamics& dynamics,
                                    const Incoming& incoming) {
    if (dynamics.threshold.empty()) {
        return;
    }
    double best = 0;  // largest reachable share of a threshold
    for (std::size_t i = 0; i < population.size; ++i) {
        double input = 0;
        for (const WeightStatistics& s : incoming.statistics) {
            input += dynamics.weight_sign > 0 ? s.positive[i] : -s.negative[i];
        }
        const double push = input / (1 - dynamics.keep_u) + value_of(dynamics.drive, i);
        const double reach = push <= 0 ? 0 : push / (1 - dynamics.keep_v);  // may be infinite
        const double threshold = value_of(dynamics.threshold, i);
        if (reach > threshold) {
            return;
        }
        best = threshold > 0 ? std::max(best, reach / threshold) : best;
    }
    warn(
        fmt::format("population '{}' can never spike: with every input active its membrane "
                    "reaches {:.1f} % of the threshold at most",
                    population.name, 100 * best));
}

void LoihiQuantizer::warn_about_weights(const Incoming& incoming, std::size_t k,
                                        const QuantizedProjection& projection,
                                        const QuantizationReport::Layer& layer) {
    if (layer.saturated > 0) {
        warn(fmt::format("projection '{}': {} of {} weights lie outside [{}, {}] and are clipped",
                         layer.projection, layer.saturated, layer.weights, projection.min_weight,
                         projection.max_weight));
    }
    const ProjectionHardware& given = incoming.hardware[k];
    DamageCause cause;
    cause.weight_bits = static_cast<unsigned>(
        given.weight_bits.value_or(projection.rounds_to_step ? options_.weight_bits : 8));
    cause.bits_key = given.weight_bits ? "loihi/num_weight_bits" : "core.weight_bits";
    cause.exponent_key = "loihi/weight_exponent";
    cause.exponent_is_given = given.weight_exponent.has_value();
    const WeightStatistics& s = incoming.statistics[k];
    cause.largest_weight = std::max(s.largest, -s.smallest);
    if (const auto damage = weight_damage(projection, layer, cause)) {
        warn(*damage);
    }
}

}  // namespace cortile
