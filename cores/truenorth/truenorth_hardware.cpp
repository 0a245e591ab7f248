// SPDX-License-Identifier: Apache-2.0
#include "cores/truenorth/truenorth_hardware.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

#include "cores/truenorth/neuron.h"
#include "cores/truenorth/truenorth_parameters.h"
#include "hw_model/base/error.h"

namespace cortile::truenorth {

namespace {

constexpr std::string_view kPrefix = "truenorth/";

struct Key {
    std::string_view name;  // without prefix
    std::int32_t minimum, maximum;
};

constexpr std::array<Key, 15> kPopulationKeys{{
    {"weight0", -256, 255},
    {"weight1", -256, 255},
    {"weight2", -256, 255},
    {"weight3", -256, 255},
    {"stochastic_synapse", 0, 15},
    {"leak", -256, 255},
    {"leak_reversal", 0, 1},
    {"stochastic_leak", 0, 1},
    {"threshold", 0, kLargestThreshold},
    {"threshold_mask", 0, kLargestMaskBits},
    {"floor", 0, kLargestThreshold},
    {"floor_saturates", 0, 1},
    {"reset_mode", 0, 2},
    {"reset_voltage", -kLargestThreshold, kLargestThreshold},
    {"initial", -kMembraneLimit, kMembraneLimit},
}};
constexpr std::array<Key, 2> kProjectionKeys{{
    {"axon_type", 0, Crossbar::kTypes - 1},
    {"delay", 1, kTrueNorthDelays},
}};

const Key& known_key(const std::string& name, std::span<const Key> keys, const std::string& where) {
    std::vector<std::string> names;
    for (const Key& key : keys) {
        names.push_back(std::string(kPrefix) + std::string(key.name));
        if (name == names.back()) {
            return key;
        }
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
    result.reserve(values.size());
    for (const double value : values) {
        if (!(value >= key.minimum && value <= key.maximum) || value != std::floor(value)) {
            throw ConfigError(place, fmt::format("expected an integer from {} to {}, found {}",
                                                 key.minimum, key.maximum, value));
        }
        if (key.name == "reset_voltage" && !is_reset_voltage(static_cast<std::int64_t>(value))) {
            throw ConfigError(place,
                              fmt::format("expected 0 or +-(2^k - 1), which is all that the chip's "
                                          "sign and exponent express, found {}",
                                          value),
                              fmt::format("the nearest is {}", nearest_reset_voltage(value)));
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
    return population.hardware.contains(std::string(kPrefix) + "threshold");
}

bool gives_weights(const Population& population) {
    return std::any_of(
        population.hardware.begin(), population.hardware.end(),
        [](const auto& entry) { return entry.first.starts_with("truenorth/weight"); });
}

void set_default_parameters(QuantizedPopulation& result) {
    for (const Key& key : kPopulationKeys) {
        result.parameters[std::string(key.name)] = {{key.name == "threshold" ? 1 : 0}};
    }
}

void apply_hardware_values(const Population& population, QuantizedPopulation& result) {
    const std::string where = "population '" + population.name + "'";
    for (const auto& [name, values] : population.hardware) {
        if (is_ours(name)) {
            const Key& key = known_key(name, kPopulationKeys, where);
            result.parameters[std::string(key.name)] = {
                checked(key, values, population.size, where)};
        }
    }
}

ProjectionHardware projection_hardware(const Projection& projection) {
    const std::string where = "projection '" + projection.name + "'";
    ProjectionHardware result;
    for (const auto& [name, values] : projection.hardware) {
        if (is_ours(name)) {
            const Key& key = known_key(name, kProjectionKeys, where);
            const std::int32_t value = checked(key, values, 1, where)[0];
            (key.name == "delay" ? result.delay : result.axon_type) = value;
        }
    }
    return result;
}

bool is_reset_voltage(std::int64_t value) {
    const std::int64_t magnitude = std::abs(value) + 1;
    return (magnitude & (magnitude - 1)) == 0 && magnitude <= kLargestThreshold + 1;
}

std::int32_t nearest_reset_voltage(double value) {
    std::int32_t best = 0;
    for (std::int32_t k = 1; k <= 18; ++k) {
        const std::int32_t candidate = value < 0 ? -((1 << k) - 1) : (1 << k) - 1;
        if (std::abs(value - candidate) < std::abs(value - best)) {
            best = candidate;
        }
    }
    return best;
}

}  // namespace cortile::truenorth
