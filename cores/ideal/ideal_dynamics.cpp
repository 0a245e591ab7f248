// SPDX-License-Identifier: Apache-2.0
#include "cores/ideal/ideal_dynamics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// A constant current comes in single precision, so that its sum may miss 1 by so much.
constexpr double kChargeThreshold = 1 - 1e-6;

std::string place(const Population& population) {
    return "population '" + population.name + "'";
}

bool has_leak(NeuronKind kind) {
    return kind == NeuronKind::li || kind == NeuronKind::lif || kind == NeuronKind::cuba_li ||
           kind == NeuronKind::cuba_lif;
}

bool has_current(NeuronKind kind) {
    return kind == NeuronKind::cuba_li || kind == NeuronKind::cuba_lif;
}

bool has_reset(NeuronKind kind) {
    return kind == NeuronKind::if_ || kind == NeuronKind::lif || kind == NeuronKind::cuba_lif;
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
    if (has_leak(population.kind)) {
        check(population.tau_mem, "tau_mem");
    }
    if (has_current(population.kind)) {
        check(population.tau_syn, "tau_syn");
    }
}

void require_positive_threshold(const Population& population, const char* why) {
    for (const double threshold : population.v_threshold.values) {
        if (!(threshold > 0)) {
            throw ConfigError(place(population) + ": v_threshold",
                              fmt::format("expected a positive threshold, found {}", threshold),
                              why);
        }
    }
}

FiringRule reset_rule(const Population& population, IdealDynamics dynamics, bool reset_is_given) {
    const bool sinabs = dynamics == IdealDynamics::sinabs;
    const bool subtracts = reset_is_given ? population.reset == ResetMode::subtract : sinabs;
    if (sinabs) {
        return subtracts ? FiringRule::multiple_subtract : FiringRule::multiple_to_value;
    }
    if (!subtracts) {
        return FiringRule::to_value;
    }
    return dynamics == IdealDynamics::snntorch ? FiringRule::subtract_delayed
                                               : FiringRule::subtract;
}

[[noreturn]] void refuse_sigma_delta(const Population& population) {
    throw ConfigError("population '" + population.name + "'",
                      "core type ideal has no sigma-delta neurons",
                      "choose a preset whose cores have them: cortile list cores");
}

FiringRule firing_rule(const Population& population, IdealDynamics dynamics, bool reset_is_given) {
    switch (population.kind) {
        case NeuronKind::input:
            return FiringRule::absent;
        case NeuronKind::i:
        case NeuronKind::li:
        case NeuronKind::cuba_li:
            return FiringRule::none;
        case NeuronKind::threshold:
            return FiringRule::stateless;
        case NeuronKind::relu:
            return FiringRule::activation;
        case NeuronKind::delta:
        case NeuronKind::sigma_delta:
        case NeuronKind::sigma:
            refuse_sigma_delta(population);
        case NeuronKind::current_input:
            return FiringRule::charge;
        case NeuronKind::if_:
        case NeuronKind::lif:
        case NeuronKind::cuba_lif:
            break;
    }
    return reset_rule(population, dynamics, reset_is_given);
}

// What one time constant makes of a timestep: the share of the state that is kept, and the share
// of its input that it takes.
struct Relaxation {
    double keep = 0, take = 1;
    bool faster_than_step = false;
};

Relaxation relaxation(double tau, double time_step, IdealDynamics dynamics) {
    const double k = time_step / tau;
    switch (dynamics) {
        case IdealDynamics::exponential:
        case IdealDynamics::exact:
            return {std::exp(-k), -std::expm1(-k), false};
        case IdealDynamics::sinabs:
            return {std::exp(-k), k, false};
        case IdealDynamics::euler:
        case IdealDynamics::norse:
        case IdealDynamics::snntorch:
            break;
    }
    return {1 - std::min(k, 1.0), std::min(k, 1.0), k > 1};
}

// (exp(-dt/tau_syn) - exp(-dt/tau_mem)) tau_syn / (tau_syn - tau_mem), which a current of 1 at the
// start of the timestep adds to v by its end; also where the two times are equal or nearly so.
double exact_transfer(double tau_syn, double tau_mem, double time_step) {
    const double d = time_step / tau_mem - time_step / tau_syn;
    const double slope = d == 0 ? 1 : std::expm1(d) / d;
    return time_step / tau_mem * std::exp(-time_step / tau_mem) * slope;
}

struct Coefficients {
    double u_keep = 0, u_gain = 1, v_keep = 0, v_from_u = 0, v_gain = 1, drive = 0;
};

Coefficients with_current(const Population& p, std::size_t i, double time_step,
                          IdealDynamics dynamics, bool& faster) {
    const Relaxation syn = relaxation(p.tau_syn[i], time_step, dynamics);
    const Relaxation mem = relaxation(p.tau_mem[i], time_step, dynamics);
    faster |= syn.faster_than_step || mem.faster_than_step;
    Coefficients c;
    c.u_keep = syn.keep;
    c.u_gain = syn.take * p.w_in[i];
    c.v_keep = mem.keep;
    c.drive = mem.take * p.v_leak[i];
    if (dynamics == IdealDynamics::exact) {
        const double transfer = p.r[i] * exact_transfer(p.tau_syn[i], p.tau_mem[i], time_step);
        c.v_from_u = transfer;
        c.v_gain = (mem.take * p.r[i] - transfer) * p.w_in[i];
    } else {
        c.v_from_u = mem.take * p.r[i] * c.u_keep;
        c.v_gain = mem.take * p.r[i] * c.u_gain;
    }
    return c;
}

Coefficients coefficients_of(const Population& p, std::size_t i, double time_step,
                             IdealDynamics dynamics, bool& faster) {
    Coefficients c;
    switch (p.kind) {
        case NeuronKind::input:
        case NeuronKind::threshold:
            break;
        case NeuronKind::relu:
            c.v_gain = p.r[i] * time_step / p.v_threshold[i];
            break;
        case NeuronKind::current_input:
            c.v_keep = 1;
            break;
        case NeuronKind::delta:
        case NeuronKind::sigma_delta:
        case NeuronKind::sigma:
            refuse_sigma_delta(p);
        case NeuronKind::i:
        case NeuronKind::if_:
            c.v_keep = 1;
            c.v_gain = p.r[i];
            break;
        case NeuronKind::li:
        case NeuronKind::lif: {
            const Relaxation mem = relaxation(p.tau_mem[i], time_step, dynamics);
            faster |= mem.faster_than_step;
            c.v_keep = mem.keep;
            c.v_gain = mem.take * p.r[i];
            c.drive = mem.take * p.v_leak[i];
            break;
        }
        case NeuronKind::cuba_li:
        case NeuronKind::cuba_lif:
            return with_current(p, i, time_step, dynamics, faster);
    }
    return c;
}

std::size_t entries(const Population& p) {
    return std::max({p.r.values.size(), p.tau_mem.values.size(), p.tau_syn.values.size(),
                     p.v_leak.values.size(), p.w_in.values.size(), p.v_threshold.values.size()});
}

}  // namespace

IdealCoefficients ideal_coefficients(const Population& population, double time_step,
                                     IdealDynamics dynamics, bool reset_is_given,
                                     std::vector<std::string>& warnings) {
    check_times(population);
    IdealCoefficients result;
    result.rule = firing_rule(population, dynamics, reset_is_given);
    if (result.rule == FiringRule::multiple_subtract ||
        result.rule == FiringRule::multiple_to_value) {
        require_positive_threshold(population,
                                   "core.dynamics: sinabs counts how often the threshold fits");
    } else if (result.rule == FiringRule::activation) {
        require_positive_threshold(population, "the threshold is the input that gives 1");
    }
    bool faster = false;
    const std::size_t count = entries(population);
    PerNeuron* const columns[] = {&result.u_keep,   &result.u_gain, &result.v_keep,
                                  &result.v_from_u, &result.v_gain, &result.drive};
    for (PerNeuron* column : columns) {
        column->values.resize(count);
    }
    for (std::size_t i = 0; i < count; ++i) {
        const Coefficients c = coefficients_of(population, i, time_step, dynamics, faster);
        result.u_keep.values[i] = c.u_keep;
        result.u_gain.values[i] = c.u_gain;
        result.v_keep.values[i] = c.v_keep;
        result.v_from_u.values[i] = c.v_from_u;
        result.v_gain.values[i] = c.v_gain;
        result.drive.values[i] = c.drive;
    }
    if (faster) {
        warnings.push_back(fmt::format(
            "{}: a time constant is shorter than the timestep of {:.4g} s and is taken as equal",
            place(population), time_step));
    }
    if (result.rule == FiringRule::charge) {
        result.threshold = kChargeThreshold;
    } else if (spikes(population.kind) && population.kind != NeuronKind::relu) {
        result.threshold = population.v_threshold;
        result.reset = has_reset(population.kind) ? population.v_reset : PerNeuron(0.0);
    }
    return result;
}

}  // namespace cortile
