// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/loihi_quantizer_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cortile {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A threshold of so many mantissas makes its rounding and that of the decays negligible: decay
// truncates v by at most 1/64 mantissa per timestep.
constexpr double kAmpleThreshold = 4096;
// Wrap-around of u under the worst case is not worth a coarser threshold than this.
constexpr double kSmallestThreshold = 256;
// How far below the best unit the refinement may go, and how many units it tries.
constexpr double kRefinementSpan = 0.03;
constexpr int kRefinementTries = 64;

// Unit at which the largest weight uses the last code, with exponent 0. Infinite without weights.
// One bit for both signs holds -256 and 0 only: positive weights are lost at any unit.
double full_scale(const ScaledProjection& p) {
    double unit = kInfinity;
    if (p.largest > 0 && p.range.max > 0) {
        unit = std::min(unit, p.range.max / p.largest);
    }
    if (p.smallest < 0) {
        unit = std::min(unit, p.range.min / p.smallest);
    }
    return unit;
}

int exponent_for(const ScaledProjection& p, double unit) {
    if (p.pinned_exponent) {
        return *p.pinned_exponent;
    }
    const double full = full_scale(p);
    if (std::isinf(full)) {
        return 0;
    }
    // A unit that was made from `full` may exceed it by rounding alone.
    const double exponent = std::ceil(std::log2(unit / full) - 1e-9);
    return static_cast<int>(std::clamp<double>(exponent, kMinWeightExponent, kMaxWeightExponent));
}

// Rounding noise of all weights in units of w, up to a constant factor.
double rounding_noise(const ScaleProblem& problem, double unit) {
    double noise = 0;
    for (const ScaledProjection& p : problem.projections) {
        const double step = std::ldexp(1 << p.range.truncated_bits, exponent_for(p, unit)) / unit;
        noise += static_cast<double>(p.count) * step * step;
    }
    return noise;
}

// Actual squared weight error over the samples, relative to the squared weights.
double sampled_error(const ScaleProblem& problem, double unit) {
    double error = 0, total = 0;
    for (const ScaledProjection& p : problem.projections) {
        if (p.sample.empty()) {
            continue;
        }
        const double step = std::ldexp(1 << p.range.truncated_bits, exponent_for(p, unit)) / unit;
        const double low = (p.range.min >> p.range.truncated_bits) * step;
        const double high = (p.range.max >> p.range.truncated_bits) * step;
        double e = 0, t = 0;
        for (const float weight : p.sample) {
            const auto w = static_cast<double>(weight);
            const double got = std::clamp(std::nearbyint(w / step) * step, low, high);
            e += (got - w) * (got - w);
            t += w * w;
        }
        const double share = static_cast<double>(p.count) / static_cast<double>(p.sample.size());
        error += share * e;
        total += share * t;
    }
    return total > 0 ? error / total : 0;
}

double threshold_error(const ScaleProblem& problem, double unit) {
    double error = 0;
    for (const double threshold : problem.threshold) {
        if (threshold > 0) {
            const double exact = threshold * unit;
            error += std::pow((std::nearbyint(exact) - exact) / exact, 2);
        }
    }
    return problem.threshold.empty() ? 0 : error / static_cast<double>(problem.threshold.size());
}

double smallest_positive(const std::vector<double>& values) {
    double smallest = kInfinity;
    for (const double v : values) {
        smallest = v > 0 ? std::min(smallest, v) : smallest;
    }
    return smallest;
}

// Largest unit that thresholds, biases and exponents permit.
double hard_bound(const ScaleProblem& problem) {
    double bound = kInfinity;
    for (const double threshold : problem.threshold) {
        bound = threshold > 0 ? std::min(bound, kMaxThresholdMantissa / threshold) : bound;
    }
    if (problem.largest_bias > 0) {
        bound =
            std::min(bound, (kMaxBiasMantissa << kMaxBiasExponent) / 64.0 / problem.largest_bias);
    }
    for (const ScaledProjection& p : problem.projections) {
        bound = std::min(bound,
                         std::ldexp(full_scale(p), p.pinned_exponent.value_or(kMaxWeightExponent)));
    }
    return bound;
}

// Largest unit at which u cannot wrap (and v of readouts cannot saturate), unless that were to cost
// more precision than the remote case is worth.
double overflow_bound(const ScaleProblem& problem, double natural) {
    const double current = kMaxState / 64 / problem.current_peak;
    if (!problem.threshold.empty()) {
        return std::max(current, kSmallestThreshold / smallest_positive(problem.threshold));
    }
    return std::min(current, std::max(kMaxState / 64 / problem.voltage_peak, natural / 4));
}

// The unit with the least noise among those at which some projection is at full scale and the
// smallest exponent is 0.
double natural_unit(const ScaleProblem& problem) {
    double pinned = kInfinity, top = 0;
    for (const ScaledProjection& p : problem.projections) {
        if (p.pinned_exponent) {
            pinned = std::min(pinned, std::ldexp(full_scale(p), *p.pinned_exponent));
        }
    }
    if (!std::isinf(pinned)) {
        return pinned;
    }
    for (const ScaledProjection& p : problem.projections) {
        const double full = full_scale(p);
        top = std::isinf(full) ? top : std::max(top, full);
    }
    double best = 0, least = kInfinity;
    for (const ScaledProjection& p : problem.projections) {
        const double full = full_scale(p);
        if (std::isinf(full)) {
            continue;
        }
        const double unit =
            std::ldexp(full, static_cast<int>(std::floor(std::log2(top / full) + 1e-9)));
        const double noise = rounding_noise(problem, unit);
        if (noise < least) {
            least = noise;
            best = unit;
        }
    }
    return best;
}

double without_weights(const ScaleProblem& problem, double bound) {
    const double threshold = smallest_positive(problem.threshold);
    const double wish = std::isinf(threshold) ? 1.0 : kAmpleThreshold / threshold;
    return std::min(bound, wish);
}

double refined(const ScaleProblem& problem, double unit) {
    double best = unit, least = kInfinity;
    const auto consider = [&](double candidate) {
        const double error =
            sampled_error(problem, candidate) + threshold_error(problem, candidate);
        if (error < least) {
            least = error;
            best = candidate;
        }
    };
    consider(unit);
    const bool uniform = !problem.threshold.empty() &&
                         std::equal(problem.threshold.begin() + 1, problem.threshold.end(),
                                    problem.threshold.begin());
    if (uniform && problem.threshold[0] > 0) {
        // Units at which the threshold is an integer.
        const double top = std::floor(problem.threshold[0] * unit * (1 + 1e-12));
        const double bottom = std::max(1.0, std::min(top, std::ceil(top * (1 - kRefinementSpan))));
        const double stride = std::max(1.0, std::floor((top - bottom) / kRefinementTries));
        for (double mantissa = top; mantissa >= bottom; mantissa -= stride) {
            consider(mantissa / problem.threshold[0]);
        }
    } else if (!problem.threshold.empty()) {
        for (int i = 1; i < kRefinementTries; ++i) {
            consider(unit * (1 - kRefinementSpan * i / kRefinementTries));
        }
    }
    return best;
}

}  // namespace

ScaleChoice choose_scale(const ScaleProblem& problem) {
    const double bound = hard_bound(problem);
    double unit = natural_unit(problem);
    if (unit == 0) {
        unit = without_weights(problem, bound);
    } else {
        const double limit = std::min(bound, overflow_bound(problem, unit));
        const double threshold = smallest_positive(problem.threshold);
        while (!std::isinf(threshold) && threshold * unit < kAmpleThreshold && 2 * unit <= limit) {
            unit *= 2;
        }
        while (unit > limit) {
            unit /= 2;
        }
    }
    ScaleChoice choice;
    choice.unit = refined(problem, unit);
    for (const ScaledProjection& p : problem.projections) {
        choice.exponents.push_back(exponent_for(p, choice.unit));
    }
    return choice;
}

BiasIntegers bias_integers(double bias) {
    BiasIntegers result;
    for (result.exponent = 0; result.exponent <= kMaxBiasExponent; ++result.exponent) {
        const double mantissa = std::nearbyint(std::ldexp(bias, -result.exponent));
        if (mantissa >= kMinBiasMantissa && mantissa <= kMaxBiasMantissa) {
            result.mantissa = static_cast<std::int32_t>(mantissa);
            return result;
        }
    }
    return {bias < 0 ? kMinBiasMantissa : kMaxBiasMantissa, kMaxBiasExponent, true};
}

}  // namespace cortile
