// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/loihi_quantizer_dynamics.h"

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

bool has_membrane_leak(NeuronKind kind) {
    return kind == NeuronKind::li || kind == NeuronKind::lif || kind == NeuronKind::cuba_li ||
           kind == NeuronKind::cuba_lif;
}

bool has_current(NeuronKind kind) {
    return kind == NeuronKind::cuba_li || kind == NeuronKind::cuba_lif;
}

// Share of a state that decays per timestep, in (0, 1].
struct Decay {
    double share = 1;
    bool faster_than_step = false;
};

Decay decay_share(double tau, double time_step, Discretization discretization) {
    if (discretization == Discretization::exponential) {
        return {-std::expm1(-time_step / tau), false};
    }
    const double share = time_step / tau;
    return {std::min(share, 1.0), share > 1};
}

// Inverse of decay_share for a factor kept per timestep.
double time_constant(double keep, double time_step, Discretization discretization) {
    if (keep >= 1) {
        return kInfinity;
    }
    if (discretization == Discretization::exponential) {
        return keep <= 0 ? 0 : -time_step / std::log(keep);
    }
    return time_step / (1 - keep);
}

std::int32_t decay_integer(double share, double offset) {
    return static_cast<std::int32_t>(
        std::clamp(std::nearbyint(4096 * share - offset), 0.0, 4095.0));
}

// Of many neurons keeps the time constant that is off by most.
struct WorstTau {
    double asked = 0, got = 0, error = -1;

    void see(double a, double g) {
        const double e = std::isinf(a) && std::isinf(g) ? 0
                         : std::isinf(g)                ? kInfinity
                                                        : std::abs(g - a) / a;
        if (e > error) {
            *this = {a, g, e};
        }
    }
};

void warn_about(const WorstTau& tau, const char* name, const Population& population,
                double time_step, std::vector<std::string>& warnings) {
    if (tau.error <= kTauTolerance) {
        return;
    }
    const std::string got =
        std::isinf(tau.got) ? "no decay at all" : fmt::format("{:.4g} s", tau.got);
    warnings.push_back(fmt::format(
        "{}: {} = {:.4g} s becomes {}: the decay per timestep of {:.4g} s is a multiple of 1/4096",
        place(population), name, tau.asked, got, time_step));
}

void check_times(const Population& population) {
    const auto check = [&](const PerNeuron& tau, const char* name) {
        for (const double t : tau.values) {
            if (!(t > 0) || std::isinf(t)) {
                throw ConfigError(place(population) + ": " + name,
                                  fmt::format("expected a positive, finite time, found {}", t),
                                  "use an IF or I node for a membrane without leak");
            }
        }
    };
    if (has_membrane_leak(population.kind)) {
        check(population.tau_mem, "tau_mem");
    }
    if (has_current(population.kind)) {
        check(population.tau_syn, "tau_syn");
    }
}

// How many entries the population's vectors need: 1 when all parameters in use are uniform.
std::size_t entries(const Population& p) {
    std::size_t n = std::max(p.bias.values.size(), p.r.values.size());
    if (has_membrane_leak(p.kind)) {
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

// One neuron's constants in network units: v <- keep v + gain (u + ...) + drive.
struct NeuronConstants {
    double syn_share = 1, mem_share = 0;
    double gain = 1, drive = 0, threshold = 0;
};

NeuronConstants constants_of(const Population& p, std::size_t i, double time_step,
                             Discretization discretization, bool& faster) {
    NeuronConstants c;
    // The threshold node has neither resistance nor reset voltage.
    const bool stateless = p.kind == NeuronKind::threshold;
    const double r = stateless ? 1 : p.r[i];
    const double reset = spikes(p.kind) && !stateless ? p.v_reset[i] : 0;
    double share = 1;
    if (has_membrane_leak(p.kind)) {
        const Decay mem = decay_share(p.tau_mem[i], time_step, discretization);
        faster |= mem.faster_than_step;
        share = c.mem_share = mem.share;
        c.drive = share * (p.v_leak[i] - reset);
    } else if (stateless) {
        c.mem_share = 1;
    }
    const double w_in = has_current(p.kind) ? p.w_in[i] : 1;
    if (has_current(p.kind)) {
        const Decay syn = decay_share(p.tau_syn[i], time_step, discretization);
        faster |= syn.faster_than_step;
        c.syn_share = syn.share;
    }
    c.gain = share * r * w_in * c.syn_share;
    // The core adds its bias to v; through a current it would settle at w_in * bias.
    c.drive += share * r * w_in * p.bias[i];
    c.threshold = p.v_threshold[i] - reset;
    return c;
}

void check_reset(const Population& p, std::vector<std::string>& warnings) {
    if (!spikes(p.kind) || p.kind == NeuronKind::threshold) {
        return;
    }
    if (p.reset == ResetMode::subtract) {
        throw ConfigError(place(p),
                          "expected a reset to a value, found reset by subtraction, which this "
                          "core cannot do: it sets the membrane to zero",
                          "set network.reset: zero to run it with a reset to zero, and compare the "
                          "accuracy");
    }
    const auto& reset = p.v_reset.values;
    if (std::any_of(reset.begin(), reset.end(), [](double v) { return v != 0; })) {
        warnings.push_back(fmt::format(
            "{}: v_reset = {:.4g} is made zero by shifting all voltages, so v also starts there "
            "and not at 0",
            place(p), *std::find_if(reset.begin(), reset.end(), [](double v) { return v != 0; })));
    }
}

void check_bias(const Population& p, const LoihiDynamics& d, std::vector<std::string>& warnings) {
    const auto& bias = p.bias.values;
    if (has_current(p.kind) && d.keep_u > 0 &&
        std::any_of(bias.begin(), bias.end(), [](double b) { return b != 0; })) {
        warnings.push_back(fmt::format(
            "{}: the core adds a bias to v, not to the current: it acts at full strength from the "
            "first timestep on, without building up over tau_syn = {:.4g} s",
            place(p), d.tau_syn_asked));
    }
}

// Moves the gain out of threshold and drive, or into the weights where that is not possible.
void normalise(LoihiDynamics& d, bool spiking) {
    const bool uniform = d.gain.size() == 1;
    const bool positive = std::all_of(d.gain.begin(), d.gain.end(), [](double g) { return g > 0; });
    if (uniform && d.gain[0] < 0) {
        d.weight_sign = -1;
        d.gain[0] = -d.gain[0];
    } else if (!positive || (!uniform && !spiking)) {
        d.weight_factor = d.gain;
        d.gain = {1.0};
    }
    for (std::size_t i = 0; i < d.drive.size(); ++i) {
        const double gain = d.gain.size() == 1 ? d.gain[0] : d.gain[i];
        d.drive[i] /= gain;
        if (spiking) {
            d.threshold[i] /= gain;
        }
    }
}

}  // namespace

LoihiDynamics loihi_dynamics(const Population& population, double time_step,
                             Discretization discretization, std::vector<std::string>& warnings) {
    check_times(population);
    check_reset(population, warnings);
    const bool spiking = spikes(population.kind);
    LoihiDynamics result;
    WorstTau syn, mem;
    bool faster = false;
    for (std::size_t i = 0; i < entries(population); ++i) {
        const NeuronConstants c = constants_of(population, i, time_step, discretization, faster);
        if (spiking && c.threshold < 0) {
            throw ConfigError(
                place(population) + ": v_threshold",
                fmt::format("expected a threshold that is not below v_reset, found v_threshold = "
                            "{:.6g} with v_reset = {:.6g} (neuron {})",
                            population.v_threshold[i], population.v_reset[i], i),
                "the core compares with an unsigned threshold");
        }
        result.gain.push_back(c.gain);
        result.drive.push_back(c.drive);
        if (spiking) {
            result.threshold.push_back(c.threshold);
        }
        // The core's current decay has an offset of one: du = 4095 keeps nothing.
        result.du.push_back(decay_integer(c.syn_share, 1));
        result.dv.push_back(decay_integer(c.mem_share, 0));
        const double keep_u = (4095 - result.du.back()) / 4096.0;
        const double keep_v = (4096 - result.dv.back()) / 4096.0;
        result.keep_u = std::max(result.keep_u, keep_u);
        result.keep_v = std::max(result.keep_v, keep_v);
        if (has_current(population.kind)) {
            syn.see(population.tau_syn[i], time_constant(keep_u, time_step, discretization));
        }
        if (has_membrane_leak(population.kind)) {
            mem.see(population.tau_mem[i], time_constant(keep_v, time_step, discretization));
        }
    }
    if (!has_membrane_leak(population.kind) && population.kind != NeuronKind::threshold) {
        mem = {kInfinity, kInfinity, 0};
    }
    result.tau_syn_asked = syn.asked;
    result.tau_syn_got = syn.got;
    result.tau_mem_asked = mem.asked;
    result.tau_mem_got = mem.got;
    if (faster) {
        warnings.push_back(fmt::format(
            "{}: a time constant is shorter than the timestep of {:.4g} s and is taken as equal",
            place(population), time_step));
    } else {
        warn_about(syn, "tau_syn", population, time_step, warnings);
        warn_about(mem, "tau_mem", population, time_step, warnings);
    }
    if (population.kind == NeuronKind::threshold) {
        warnings.push_back(place(population) +
                           ": a threshold node has no memory, but the core keeps 1/4096 of v from "
                           "one timestep to the next");
    }
    check_bias(population, result, warnings);
    normalise(result, spiking);
    return result;
}

}  // namespace cortile
