// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/loihi_quantizer_hardware.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

#include "cores/loihi/loihi_quantizer_scale.h"
#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr std::string_view kPrefix = "loihi/";

struct Key {
    std::string_view name;  // without prefix
    std::int32_t minimum, maximum;
};

constexpr std::int32_t kMostTimesteps = 1 << 24;
constexpr std::array<Key, 11> kPopulationKeys{{
    {"du", 0, 4095},
    {"dv", 0, 4095},
    {"vth_mantissa", 0, kMaxThresholdMantissa},
    {"vth_low_mantissa", -kMaxThresholdMantissa - 1, kMaxThresholdMantissa},
    {"bias_mantissa", kMinBiasMantissa, kMaxBiasMantissa},
    {"bias_exponent", kMinBiasExponent, kMaxBiasExponent},
    {"refractory", 1, 64},
    {"reset_interval", 1, kMostTimesteps},
    {"reset_offset", 0, kMostTimesteps},
    {"state_exponent", 0, 12},
    {"spike_exponent", 0, 12},
}};
constexpr std::array<Key, 3> kProjectionKeys{{
    {"weight_exponent", kMinWeightExponent, kMaxWeightExponent},
    {"num_weight_bits", 1, 8},
    {"sign_mode", 1, 3},
}};
// The numbers of sign modes from 1, which are Lava's.
constexpr std::array kSignModes{SignMode::mixed, SignMode::excitatory, SignMode::inhibitory};

using HardwareMap = std::map<std::string, std::vector<double>>;

const Key& known_key(const std::string& name, std::span<const Key> keys, const std::string& where) {
    for (const Key& key : keys) {
        if (name == std::string(kPrefix) + std::string(key.name)) {
            return key;
        }
    }
    std::vector<std::string> names;
    for (const Key& key : keys) {
        names.push_back(std::string(kPrefix) + std::string(key.name));
    }
    throw ConfigError(where + ": " + name, "no such hardware value here",
                      fmt::format("known: {}", fmt::join(names, ", ")));
}

std::vector<std::int32_t> checked(const Key& key, const std::vector<double>& values,
                                  std::size_t size, const std::string& where) {
    const std::string place = fmt::format("{}: {}{}", where, kPrefix, key.name);
    if (values.size() != 1 && values.size() != size) {
        throw ConfigError(place,
                          fmt::format("expected 1 or {} values, found {}", size, values.size()));
    }
    std::vector<std::int32_t> result;
    for (const double value : values) {
        if (!(value >= key.minimum && value <= key.maximum) || value != std::floor(value)) {
            throw ConfigError(place, fmt::format("expected an integer from {} to {}, found {}",
                                                 key.minimum, key.maximum, value));
        }
        result.push_back(static_cast<std::int32_t>(value));
    }
    return result;
}

// Keys of other core types are none of our business.
bool is_ours(const std::string& name) {
    return name.starts_with(kPrefix);
}

}  // namespace

bool is_in_hardware_units(const Population& population) {
    return population.hardware.contains(std::string(kPrefix) + "vth_mantissa");
}

void apply_hardware_values(const Population& population, QuantizedPopulation& result) {
    const std::string where = "population '" + population.name + "'";
    bool bias_mantissa = false, bias_exponent = false;
    for (const auto& [name, values] : population.hardware) {
        if (is_ours(name)) {
            const Key& key = known_key(name, kPopulationKeys, where);
            result.parameters[std::string(key.name)] = {
                checked(key, values, population.size, where)};
            bias_mantissa |= key.name == "bias_mantissa";
            bias_exponent |= key.name == "bias_exponent";
        }
    }
    // Mantissa and exponent are one number: half of it must not stay from the derived bias.
    if (bias_exponent && !bias_mantissa) {
        throw ConfigError(where + ": loihi/bias_exponent", "found without loihi/bias_mantissa",
                          "give both, or neither");
    }
    if (bias_mantissa && !bias_exponent) {
        result.parameters["bias_exponent"] = {{0}};
    }
}

ProjectionHardware projection_hardware(const Projection& projection) {
    const std::string where = "projection '" + projection.name + "'";
    ProjectionHardware result;
    for (const auto& [name, values] : projection.hardware) {
        if (is_ours(name)) {
            const Key& key = known_key(name, kProjectionKeys, where);
            const std::int32_t value = checked(key, values, 1, where)[0];
            if (key.name == "sign_mode") {
                result.sign_mode = kSignModes[static_cast<std::size_t>(value - 1)];
            } else {
                (key.name == "weight_exponent" ? result.weight_exponent : result.weight_bits) =
                    value;
            }
        }
    }
    return result;
}

void check_sign_mode(SignMode mode, const WeightStatistics& weights, bool exact,
                     const std::string& where) {
    if (!exact) {
        throw ConfigError(where, "the weights are not in hardware integers",
                          "give the target loihi/vth_mantissa, or leave out loihi/sign_mode");
    }
    if ((mode == SignMode::excitatory && weights.smallest < 0) ||
        (mode == SignMode::inhibitory && weights.largest > 0)) {
        throw ConfigError(where,
                          mode == SignMode::excitatory ? "found weights below 0, and it is 2"
                                                       : "found weights above 0, and it is 3",
                          "1: mixed, 2: excitatory, 3: inhibitory");
    }
}

}  // namespace cortile
