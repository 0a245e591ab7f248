// SPDX-License-Identifier: Apache-2.0
#include "cores/ideal/ideal_soma.h"

#include <algorithm>
#include <cmath>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// A parameter of a run: an array, or one number that the compiler keeps in a register.
template <bool kUniform>
class Column {
  public:
    Column(const std::vector<double>& values, std::uint32_t begin)
        : values_(values.data()), first_(values[begin]) {}
    double operator[](std::uint32_t i) const { return kUniform ? first_ : values_[i]; }

  private:
    const double* __restrict values_;
    double first_;
};

// What fires, and what is left of v.
struct Fired {
    double v = 0;
    double sent = 0;
};

template <FiringRule kRule>
Fired fire(double v_before, double v, double threshold, double reset) {
    using enum FiringRule;
    if constexpr (kRule == none || kRule == absent) {
        return {v, 0};
    } else if constexpr (kRule == stateless) {
        return {v, v > threshold ? 1.0 : 0.0};
    } else if constexpr (kRule == to_value) {
        return {v > threshold ? reset : v, v > threshold ? 1.0 : 0.0};
    } else if constexpr (kRule == subtract) {
        const double z = v > threshold ? 1 : 0;
        return {v - z * threshold, z};
    } else if constexpr (kRule == subtract_delayed) {
        const double due = v_before > threshold ? 1 : 0;
        const double reduced = v - due * threshold;
        const double z = reduced > threshold ? 1 : 0;
        return {reduced - (z - due) * threshold, z};
    } else if constexpr (kRule == multiple_subtract) {
        const double held = std::max(v, kSinabsFloor);
        const double z = held > 0 ? std::trunc(held / threshold) : 0;
        return {held - z * threshold, z};
    } else if constexpr (kRule == multiple_to_value) {
        const double held = std::max(v, kSinabsFloor);
        const double z = held > 0 ? std::trunc(held / threshold) : 0;
        return {z > 0 ? reset : held, z};
    } else if constexpr (kRule == charge) {
        return {v >= threshold ? 0.0 : v, v >= threshold ? 1.0 : 0.0};
    } else {
        static_assert(kRule == activation);
        const double y = std::clamp(v, 0.0, 1.0);
        return {y, std::floor(y * kActivationScale + 0.5)};
    }
}

template <FiringRule kRule, bool kUniform>
SomaResult update(IdealSomaState& s, const NeuronRun& run, const std::int64_t* __restrict input,
                  const double* __restrict bias) {
    const Column<kUniform> u_keep(s.u_keep, run.begin), u_gain(s.u_gain, run.begin);
    const Column<kUniform> v_keep(s.v_keep, run.begin), v_from_u(s.v_from_u, run.begin);
    const Column<kUniform> v_gain(s.v_gain, run.begin), drive(s.drive, run.begin);
    const Column<kUniform> threshold(s.threshold, run.begin), reset(s.reset, run.begin);
    const Column<kUniform> unit(s.input_unit, run.begin);
    double* __restrict const u = s.u.data();
    double* __restrict const v = s.v.data();
    std::uint16_t* __restrict const sent = s.sent.data();
    std::int64_t active = 0;
    [[maybe_unused]] double most = 0;
    for (std::uint32_t i = run.begin; i < run.end; ++i) {
        const double x = static_cast<double>(input[i]) * unit[i] + bias[i];
        const double old_u = u[i], old_v = v[i];
        const double new_u = u_keep[i] * old_u + u_gain[i] * x;
        const double charged = v_keep[i] * old_v + v_from_u[i] * old_u + v_gain[i] * x + drive[i];
        const Fired fired = fire<kRule>(old_v, charged, threshold[i], reset[i]);
        active += (new_u != old_u) | (fired.v != old_v);
        u[i] = new_u;
        v[i] = fired.v;
        double value = fired.sent;
        if constexpr (kRule == FiringRule::multiple_subtract ||
                      kRule == FiringRule::multiple_to_value) {
            most = std::max(most, value);
            value = std::min(value, double{kMostSpikes});
        }
        // Through a 32-bit integer, which vectors convert to.
        sent[i] = static_cast<std::uint16_t>(static_cast<std::int32_t>(value));
    }
    return {static_cast<std::uint64_t>(active), most > kMostSpikes};
}

template <FiringRule kRule>
SomaResult update(IdealSomaState& s, const NeuronRun& run, const std::int64_t* input,
                  const double* bias) {
    return run.uniform ? update<kRule, true>(s, run, input, bias)
                       : update<kRule, false>(s, run, input, bias);
}

SomaResult dispatch(IdealSomaState& s, const NeuronRun& run, const std::int64_t* input,
                    const double* bias) {
    using enum FiringRule;
    switch (run.rule) {
        case absent:
            return {};
        case none:
            return update<none>(s, run, input, bias);
        case stateless:
            return update<stateless>(s, run, input, bias);
        case to_value:
            return update<to_value>(s, run, input, bias);
        case subtract:
            return update<subtract>(s, run, input, bias);
        case subtract_delayed:
            return update<subtract_delayed>(s, run, input, bias);
        case multiple_subtract:
            return update<multiple_subtract>(s, run, input, bias);
        case multiple_to_value:
            return update<multiple_to_value>(s, run, input, bias);
        case charge:
            return update<charge>(s, run, input, bias);
        case activation:
            return update<activation>(s, run, input, bias);
    }
    throw ContractViolation("update_ideal: not a FiringRule");
}

// In the timesteps after a spike v stays at its reset and nothing fires; u goes on.
void rest(IdealSomaState& s, const NeuronRun& run) {
    for (std::uint32_t i = run.begin; i < run.end; ++i) {
        if (s.resting[i] > 0) {
            --s.resting[i];
            s.v[i] = s.reset[i];
            s.sent[i] = 0;
        } else if (s.sent[i] > 0) {
            s.resting[i] = s.rest[i];
        }
    }
}

}  // namespace

IdealSomaState::IdealSomaState(std::uint32_t neurons)
    : u(neurons),
      v(neurons),
      input_unit(neurons),
      bias(neurons),
      u_keep(neurons),
      u_gain(neurons),
      v_keep(neurons),
      v_from_u(neurons),
      v_gain(neurons),
      drive(neurons),
      threshold(neurons),
      reset(neurons),
      rule(neurons, FiringRule::absent),
      sent(neurons) {}

std::vector<NeuronRun> IdealSomaState::runs(std::span<const std::uint32_t> onset) const {
    const auto is_uniform = [](const std::vector<double>& values, const NeuronRun& run) {
        const auto begin = values.begin() + run.begin;
        return std::all_of(begin, values.begin() + run.end,
                           [&](double value) { return value == *begin; });
    };
    std::vector<NeuronRun> result;
    for (std::uint32_t begin = 0; begin < neurons();) {
        NeuronRun run{begin, begin + 1, rule[begin], onset[begin]};
        while (run.end < neurons() && rule[run.end] == run.rule && onset[run.end] == run.onset) {
            ++run.end;
        }
        run.uniform = true;
        for (const auto* column : {&u_keep, &u_gain, &v_keep, &v_from_u, &v_gain, &drive,
                                   &threshold, &reset, &input_unit}) {
            run.uniform = run.uniform && is_uniform(*column, run);
        }
        run.holds = !rest.empty() && std::any_of(rest.begin() + run.begin, rest.begin() + run.end,
                                                 [](std::uint8_t r) { return r > 0; });
        begin = run.end;
        result.push_back(run);
    }
    return result;
}

SomaResult update_ideal(IdealSomaState& state, const NeuronRun& run, const std::int64_t* input,
                        bool first) {
    const bool starts = first && !state.start_bias.empty();
    const SomaResult result =
        dispatch(state, run, input, (starts ? state.start_bias : state.bias).data());
    if (run.holds) {
        rest(state, run);
    }
    return result;
}

}  // namespace cortile
