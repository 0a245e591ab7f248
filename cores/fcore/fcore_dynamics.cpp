// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/fcore_dynamics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kTauTolerance = 0.05;  // relative; beyond it the user is told

std::string place(const Population& population) {
    return "population '" + population.name + "'";
}

bool leaks(NeuronKind kind) {
    return kind == NeuronKind::li || kind == NeuronKind::lif || kind == NeuronKind::cuba_li ||
           kind == NeuronKind::cuba_lif;
}

bool has_current(NeuronKind kind) {
    return kind == NeuronKind::cuba_li || kind == NeuronKind::cuba_lif;
}

double time_constant(double keep, double time_step, bool exponential) {
    if (keep >= 1) {
        return kInfinity;
    }
    if (exponential) {
        return keep <= 0 ? 0 : -time_step / std::log(keep);
    }
    return time_step / (1 - keep);
}

void check(const Population& p, double time_step) {
    for (std::size_t i = 0; leaks(p.kind) && i < p.tau_mem.values.size(); ++i) {
        const double tau = p.tau_mem.values[i];
        if (!(tau > 0) || std::isinf(tau)) {
            throw ConfigError(place(p) + ": tau_mem",
                              fmt::format("expected a positive, finite time, found {}", tau),
                              "use an IF or I node for a membrane without leak");
        }
    }
    for (const double tau : p.tau_syn.values) {
        // Equal within rounding: the current then lives for its own timestep only.
        if (has_current(p.kind) && tau > time_step * (1 + 1e-6)) {
            throw ConfigError(
                place(p) + ": tau_syn",
                fmt::format("a synaptic current that decays over {:.4g} s; the soma of this core "
                            "has a membrane but no current",
                            tau),
                fmt::format("use {} nodes, or make tau_syn at most the timestep of {:.4g} s",
                            p.kind == NeuronKind::cuba_lif ? "LIF" : "LI", time_step));
        }
    }
    for (const double threshold : p.v_threshold.values) {
        if (p.kind == NeuronKind::relu && !(threshold > 0)) {
            throw ConfigError(place(p) + ": v_threshold",
                              fmt::format("expected a positive value, found {}", threshold),
                              "it is the input at which an activation reaches 1");
        }
    }
}

std::size_t entry_count(const Population& p) {
    std::size_t n = std::max(p.bias.values.size(), p.r.values.size());
    if (leaks(p.kind)) {
        n = std::max({n, p.tau_mem.values.size(), p.v_leak.values.size()});
    }
    if (has_current(p.kind)) {
        n = std::max(n, p.w_in.values.size());
    }
    if (spikes(p.kind)) {
        n = std::max({n, p.v_threshold.values.size(), p.v_reset.values.size()});
    }
    return n;
}

}  // namespace

bool FcoreDynamics::uniform_gain() const {
    return std::all_of(gain.begin(), gain.end(), [&](double g) { return g == gain[0]; });
}

std::int32_t leak_factor(double keep) {
    return static_cast<std::int32_t>(std::clamp(std::nearbyint(256 * keep), 0.0, 256.0));
}

FcoreDynamics fcore_dynamics(const Population& p, double time_step, bool exponential,
                             std::vector<std::string>& warnings) {
    check(p, time_step);
    FcoreDynamics result;
    double worst = -1;
    bool faster = false;
    for (std::size_t i = 0; i < entry_count(p); ++i) {
        double share = 1, keep = 1;
        if (leaks(p.kind)) {
            share = exponential ? -std::expm1(-time_step / p.tau_mem[i])
                                : std::min(1.0, time_step / p.tau_mem[i]);
            faster |= !exponential && time_step > p.tau_mem[i];
            keep = 1 - share;
            const double got = time_constant(leak_factor(keep) / 256.0, time_step, exponential);
            const double error =
                std::isinf(got) ? kInfinity : std::abs(got - p.tau_mem[i]) / p.tau_mem[i];
            if (error > worst) {
                worst = error;
                result.tau_asked = p.tau_mem[i];
                result.tau_got = got;
            }
        }
        const bool stateless = p.kind == NeuronKind::threshold;
        if (stateless) {
            keep = 0;
        }
        double gain = stateless ? 1 : share * p.r[i];
        gain *= has_current(p.kind) ? p.w_in[i] : 1;
        gain *= p.kind == NeuronKind::relu ? time_step : 1;
        if (gain == 0 || !std::isfinite(gain)) {
            throw ConfigError(place(p) + ": r",
                              fmt::format("neuron {} weighs its input with {}", i, gain),
                              "its input must count: give r a finite value other than 0");
        }
        result.gain.push_back(gain);
        result.keep.push_back(keep);
        result.rest.push_back(leaks(p.kind) ? share * p.v_leak[i] : 0);
        result.threshold.push_back(spikes(p.kind) ? p.v_threshold[i] : 0);
        result.reset.push_back(spikes(p.kind) && !stateless ? p.v_reset[i] : 0);
        result.bias.push_back(p.bias[i]);
    }
    if (!leaks(p.kind)) {
        result.tau_asked = result.tau_got =
            p.kind == NeuronKind::relu || p.kind == NeuronKind::threshold ? 0 : kInfinity;
    }
    if (faster) {
        warnings.push_back(fmt::format(
            "{}: a time constant is shorter than the timestep of {:.4g} s and is taken as equal",
            place(p), time_step));
    } else if (worst > kTauTolerance) {
        warnings.push_back(fmt::format(
            "{}: tau_mem = {:.4g} s becomes {}: the leak per timestep of {:.4g} s is a multiple of "
            "1/256",
            place(p), result.tau_asked,
            std::isinf(result.tau_got) ? "no leak at all" : fmt::format("{:.4g} s", result.tau_got),
            time_step));
    }
    return result;
}

}  // namespace cortile
