// SPDX-License-Identifier: Apache-2.0
#include "cores/odin/odin_hardware.h"

#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cores/odin/odin_neurons.h"
#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr std::string_view kPrefix = "odin/";

struct Key {
    std::string_view name;
    std::int32_t minimum, maximum;
};
constexpr std::array<Key, 3> kKeys{{
    {"thr", 1, OdinNeurons::kMaxThreshold},
    {"leak_str", 0, OdinNeurons::kMaxLeak},
    {"bias", -kOdinMaxBias, kOdinMaxBias},
}};

const Key& known_key(std::string_view name, const std::string& place) {
    for (const Key& key : kKeys) {
        if (name == key.name) {
            return key;
        }
    }
    throw ConfigError(place, "no such hardware value here",
                      "known: odin/thr, odin/leak_str, odin/bias");
}

}  // namespace

bool is_in_odin_units(const Population& population) {
    return population.hardware.contains("odin/thr");
}

void apply_odin_values(const Population& population, QuantizedPopulation& result) {
    for (const auto& [name, values] : population.hardware) {
        if (!name.starts_with(kPrefix)) {
            continue;
        }
        const std::string place = "population '" + population.name + "': " + name;
        const Key& key = known_key(std::string_view(name).substr(kPrefix.size()), place);
        if (values.size() != 1 && values.size() != population.size) {
            throw ConfigError(place, fmt::format("expected 1 or {} values, found {}",
                                                 population.size, values.size()));
        }
        IntPerNeuron integers;
        for (const double value : values) {
            if (!(value >= key.minimum && value <= key.maximum) || value != std::floor(value)) {
                throw ConfigError(place, fmt::format("expected an integer from {} to {}, found {}",
                                                     key.minimum, key.maximum, value));
            }
            integers.values.push_back(static_cast<std::int32_t>(value));
        }
        result.parameters[std::string(key.name)] = std::move(integers);
    }
}

}  // namespace cortile
