// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/fcore_registers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "cores/fcore/fcore_core.h"
#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr std::int32_t kMostBias = 1 << 30;
constexpr std::int32_t kMostShift = 30;
constexpr std::size_t kTableSize = 256;
constexpr std::int32_t kNoLeak = 256;

struct Register {
    const char* name;
    std::int32_t value, min, max;  // value: where neither equations nor file give one
    bool of_activations;           // else of membranes
};

constexpr std::array<Register, 18> kRegisters{{
    {"vth0", kSomaMax, kSomaMin, kSomaMax, false},
    {"v_floor", kSomaMin, kSomaMin, kSomaMax, false},
    {"v_init", 0, kSomaMin, kSomaMax, false},
    {"v_reset", 0, kSomaMin, kSomaMax, false},
    {"dv", 0, kSomaMin, kSomaMax, false},
    {"reset_mode", 0, 0, 3, false},
    {"leak_mode", 0, 0, 1, false},
    {"alpha_v", 0, 0, 255, false},
    {"beta_v", 0, kSomaMin, kSomaMax, false},
    {"window", 0, 0, 65535, false},
    {"theta_mode", 0, 0, 1, false},
    {"theta_alpha", 0, 0, 255, false},
    {"theta_beta", 0, kSomaMin, kSomaMax, false},
    {"theta_increment", 0, kSomaMin, kSomaMax, false},
    {"random_mask", 0, 0, (1 << 28) - 1, false},
    {"refractory", 0, 0, 15, false},
    {"shift", 0, -8, kMostShift, true},
    {"lut", 0, 0, 127, true},
}};

const std::string kPrefix = "fcore/";

IntPerNeuron collapsed(std::vector<std::int32_t> values) {
    if (std::all_of(values.begin(), values.end(), [&](auto v) { return v == values[0]; })) {
        values.resize(1);
    }
    return {std::move(values)};
}

std::int32_t rounded(double x, std::int32_t most) {
    return static_cast<std::int32_t>(
        std::nearbyint(std::clamp<double>(x, -static_cast<double>(most), most)));
}

}  // namespace

FcoreRegisters::FcoreRegisters(const Population& population) : population_(population) {
    const bool activation = population.kind == NeuronKind::relu;
    for (const auto& [key, values] : population.hardware) {
        if (!key.starts_with(kPrefix) || key == "fcore/bias") {
            continue;
        }
        const auto found = std::find_if(kRegisters.begin(), kRegisters.end(),
                                        [&](const Register& r) { return kPrefix + r.name == key; });
        const std::string where = "population '" + population.name + "': " + key;
        if (found == kRegisters.end()) {
            throw ConfigError(where, "a core of type fcore has no such register");
        }
        if (found->of_activations != activation) {
            throw ConfigError(where,
                              activation ? "activations have no membrane"
                                         : "neurons with a membrane have no activation",
                              activation ? "they take fcore/shift, fcore/lut and fcore/bias"
                                         : "IF nodes whose metadata have cortile/activation do");
        }
        for (const double v : values) {
            if (v < found->min || v > found->max) {
                throw ConfigError(
                    where, fmt::format("expected {} to {}, found {}", found->min, found->max, v));
            }
        }
    }
}

bool FcoreRegisters::exact() const {
    return population_.hardware.contains(population_.kind == NeuronKind::relu ? "fcore/shift"
                                                                              : "fcore/vth0");
}

bool FcoreRegisters::has_table() const {
    return population_.hardware.contains("fcore/lut");
}

std::vector<std::int32_t> FcoreRegisters::table() const {
    const std::vector<double>& values = population_.hardware.at("fcore/lut");
    if (values.size() != kTableSize) {
        throw ConfigError("population '" + population_.name + "': fcore/lut",
                          fmt::format("expected 256 values, found {}", values.size()));
    }
    return {values.begin(), values.end()};
}

void FcoreRegisters::override_given(Parameters& parameters) const {
    for (const auto& [key, values] : population_.hardware) {
        if (key.starts_with(kPrefix) && key != "fcore/lut") {
            parameters[key.substr(kPrefix.size())] = collapsed({values.begin(), values.end()});
        }
    }
}

FcoreRegisters::Parameters FcoreRegisters::derive(const FcoreDynamics& d, double sums,
                                                  const std::vector<std::int32_t>& shifts) const {
    Parameters result;
    for (const Register& r : kRegisters) {
        result[r.name] = {{r.value}};
    }
    const bool activation = population_.kind == NeuronKind::relu;
    result["mode"] = {
        {static_cast<std::int32_t>(activation ? FcoreMode::relu : FcoreMode::spiking)}};
    std::vector<std::int32_t> bias, threshold, reset, factor, by_factor, rest;
    for (std::size_t i = 0; i < d.entries(); ++i) {
        const double units = sums / d.gain[i];  // of the membrane
        bias.push_back(rounded(d.bias[i] * sums, kMostBias));
        threshold.push_back(rounded(d.threshold[i] * units, kSomaMax));
        reset.push_back(rounded(d.reset[i] * units, kSomaMax));
        rest.push_back(rounded(d.rest[i] * units, kSomaMax));
        const std::int32_t keep = leak_factor(d.keep[i]);
        factor.push_back(keep == kNoLeak ? 0 : keep);
        by_factor.push_back(keep == kNoLeak ? 0 : 1);
    }
    result["bias"] = collapsed(std::move(bias));
    if (activation) {
        result["shift"] = collapsed(shifts);
    } else {
        if (spikes(population_.kind)) {
            result["vth0"] = collapsed(std::move(threshold));
        }
        const bool stateless = population_.kind == NeuronKind::threshold;
        const SomaReset mode = stateless ? SomaReset::none
                               : population_.reset == ResetMode::subtract
                                   ? SomaReset::subtract_threshold
                                   : SomaReset::to_value;
        result["reset_mode"] = {{static_cast<std::int32_t>(mode)}};
        result["v_reset"] = collapsed(std::move(reset));
        result["alpha_v"] = collapsed(std::move(factor));
        result["leak_mode"] = collapsed(std::move(by_factor));
        result["beta_v"] = collapsed(rest);
        // The leak comes after the spike: a membrane that starts from 0 has leaked once already
        // when its first input comes.
        result["v_init"] = collapsed(std::move(rest));
    }
    override_given(result);
    return result;
}

FcoreRegisters::Parameters FcoreRegisters::current_input() const {
    // Below the unit by what rounding a current to an integer can add up to over 256 timesteps.
    constexpr std::int32_t kSlack = 129;
    Parameters result;
    for (const Register& r : kRegisters) {
        result[r.name] = {{r.value}};
    }
    result["mode"] = {{static_cast<std::int32_t>(FcoreMode::input)}};
    result["vth0"] = {{kFcoreInputUnit - kSlack}};
    result["bias"] = result["onset"] = result["values"] = {{0}};
    override_given(result);
    return result;
}

}  // namespace cortile
