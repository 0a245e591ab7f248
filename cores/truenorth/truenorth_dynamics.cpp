// SPDX-License-Identifier: Apache-2.0
#include "cores/truenorth/truenorth_dynamics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hw_model/base/error.h"

namespace cortile::truenorth {

namespace {

bool leaks(NeuronKind kind) {
    return kind == NeuronKind::li || kind == NeuronKind::lif || kind == NeuronKind::cuba_li ||
           kind == NeuronKind::cuba_lif;
}

bool has_current(NeuronKind kind) {
    return kind == NeuronKind::cuba_li || kind == NeuronKind::cuba_lif;
}

std::string place(const Population& population) {
    return "population '" + population.name + "'";
}

void check_kind(const Population& p) {
    if (p.kind == NeuronKind::relu || is_sigma_delta(p.kind)) {
        throw ConfigError(place(p),
                          "its neurons compute activations; core type truenorth has spikes "
                          "only",
                          "choose a preset whose cores compute both: cortile list cores");
    }
    if (p.kind == NeuronKind::threshold) {
        throw ConfigError(place(p),
                          "a threshold without memory: this core's membrane keeps what did not "
                          "reach the threshold",
                          "use an IF or LIF node");
    }
}

// Share of the membrane that decays in a tick.
double share(double tau, double time_step, bool exponential, const Population& p,
             const char* name) {
    if (!(tau > 0) || std::isinf(tau)) {
        throw ConfigError(place(p) + ": " + name,
                          fmt::format("expected a positive, finite time, found {}", tau),
                          "use an IF or I node for a membrane without leak");
    }
    return exponential ? -std::expm1(-time_step / tau) : std::min(1.0, time_step / tau);
}

// A synapse's charge goes into the membrane at once and whole.
void check_current(const Population& p, double tau, double time_step, bool exponential) {
    constexpr double kWhole = 0.95;
    if (share(tau, time_step, exponential, p, "tau_syn") < kWhole) {
        throw ConfigError(
            place(p) + ": tau_syn",
            fmt::format("a synaptic current that lasts {:.4g} s; this core adds weights to the "
                        "membrane within one tick of {:.4g} s",
                        tau, time_step),
            "use LIF or IF nodes, or a tau_syn of at most one timestep");
    }
}

std::size_t entries(const Population& p) {
    std::size_t n = std::max({p.bias.values.size(), p.r.values.size()});
    if (leaks(p.kind)) {
        n = std::max({n, p.tau_mem.values.size(), p.v_leak.values.size()});
    }
    if (has_current(p.kind)) {
        n = std::max({n, p.tau_syn.values.size(), p.w_in.values.size()});
    }
    if (spikes(p.kind)) {
        n = std::max({n, p.v_threshold.values.size(), p.v_reset.values.size()});
    }
    return n;
}

}  // namespace

Dynamics dynamics_of(const Population& p, double time_step, bool exponential,
                     std::vector<std::string>& warnings) {
    check_kind(p);
    Dynamics d;
    d.subtracts = spikes(p.kind) && p.reset == ResetMode::subtract;
    const bool leaky = leaks(p.kind);
    for (std::size_t i = 0; i < entries(p); ++i) {
        if (has_current(p.kind)) {
            check_current(p, p.tau_syn[i], time_step, exponential);
        }
        const double decay =
            leaky ? share(p.tau_mem[i], time_step, exponential, p, "tau_mem") : 0.0;
        if (decay > 0.9) {
            throw ConfigError(place(p) + ": tau_mem",
                              fmt::format("a membrane that forgets within a tick ({:.4g} s of "
                                          "{:.4g} s): this core's leak is a constant, taken before "
                                          "the threshold",
                                          p.tau_mem[i], time_step),
                              "use a tau of several timesteps, or IF nodes");
        }
        const double w_in = has_current(p.kind) ? p.w_in[i] : 1.0;
        const double origin = spikes(p.kind) && !d.subtracts ? p.v_reset[i] : 0.0;
        const double gain = (leaky ? decay : 1.0) * p.r[i] * w_in;
        if (!(gain > 0)) {
            throw ConfigError(place(p),
                              fmt::format("r and w_in give its input a gain of {:.4g}", gain),
                              "give it a positive gain, and the weights into it the sign");
        }
        const double drive = (leaky ? decay * (p.v_leak[i] - origin) : 0.0) + gain * p.bias[i];
        if (leaky && std::abs(drive) > 1e-12) {
            throw ConfigError(
                place(p),
                fmt::format("a membrane that both decays and is driven by {:.4g} a tick (bias, or "
                            "v_leak beside v_reset): this core has one leak for the two",
                            drive),
                "drop the bias (train without), set v_leak to v_reset, or use IF nodes, whose bias "
                "is a leak");
        }
        d.gain.push_back(gain);
        d.drive.push_back(drive);
        d.decay.push_back(decay);
        d.threshold.push_back(spikes(p.kind) ? p.v_threshold[i] - origin : 0.0);
        d.initial.push_back(-origin);
        if (spikes(p.kind) && !(d.threshold.back() >= 0)) {
            throw ConfigError(place(p) + ": v_threshold",
                              "expected a threshold of at least the reset voltage",
                              "raise v_threshold, or lower v_reset");
        }
    }
    if (leaky) {
        d.tau_asked = p.tau_mem[0];
        warnings.push_back(
            fmt::format("{}: the exponential decay (tau {:.4g} s) becomes a leak of constant size "
                        "towards rest, "
                        "right at half the threshold: stronger below, weaker above",
                        place(p), p.tau_mem[0]));
    }
    return d;
}

}  // namespace cortile::truenorth
