// SPDX-License-Identifier: Apache-2.0
#include "workload/recording/recording.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "hw_model/base/error.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

namespace {

constexpr std::string_view kNeuronAxes = "CHWX";
const char* const kAxesHint =
    "name each dimension once: N samples, T timesteps, C channels, H rows, W columns, X neurons; "
    "T or NT is one neuron";

std::string default_axes(std::size_t rank, const std::string& place) {
    constexpr std::string_view kAll = "NTX";
    if (rank < 1 || rank > kAll.size()) {
        throw ConfigError(place, fmt::format("has {} dimensions, and nothing says which", rank),
                          std::string(kAxesHint) + ", as in NCHWT");
    }
    return std::string(kAll.substr(kAll.size() - rank));
}

void check_axes(const std::string& axes, const NumberArray& array, const std::string& place) {
    std::string sorted = axes;
    std::sort(sorted.begin(), sorted.end());
    const bool known = axes.find_first_not_of("NTCHWX") == std::string::npos &&
                       std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
    const bool numbered = axes.find('X') != std::string::npos;
    const bool image = axes.find_first_of("CHW") != std::string::npos;
    const bool one_neuron = axes == "T" || axes == "NT";
    if (!known || (numbered == image && !one_neuron)) {
        throw ConfigError(place, "unknown axes " + shown_text(axes), kAxesHint);
    }
    if (axes.size() != array.shape.size()) {
        throw ConfigError(place,
                          fmt::format("has extents ({}), {} axes are named: {}",
                                      fmt::join(array.shape, ", "), axes.size(), axes),
                          kAxesHint);
    }
}

}  // namespace

Recording::Recording(NumberArray array, const std::string& given_axes, const std::string& place)
    : array_(std::move(array)) {
    const std::string axes =
        given_axes.empty() ? default_axes(array_.shape.size(), place) : given_axes;
    check_axes(axes, array_, place);
    if (array_.numbers.empty()) {
        throw ConfigError(place, "holds nothing", "name another array");
    }
    std::vector<std::uint64_t> strides(axes.size(), 1);
    for (std::size_t d = axes.size() - 1; d-- > 0;) {
        strides[d] = strides[d + 1] * array_.shape[d + 1];
    }
    const auto extent = [&](std::size_t d) { return static_cast<std::uint32_t>(array_.shape[d]); };
    if (const std::size_t n = axes.find('N'); n != std::string::npos) {
        samples_ = extent(n);
        sample_stride_ = strides[n];
    }
    if (const std::size_t t = axes.find('T'); t != std::string::npos) {
        has_time_ = true;
        timesteps_ = extent(t);
        time_stride_ = strides[t];
    }
    offset_ = {0};
    for (const char letter : kNeuronAxes) {
        const std::size_t d = axes.find(letter);
        if (d == std::string::npos) {
            continue;
        }
        std::vector<std::uint64_t> longer;
        longer.reserve(offset_.size() * extent(d));
        for (const std::uint64_t offset : offset_) {
            for (std::uint64_t i = 0; i < extent(d); ++i) {
                longer.push_back(offset + i * strides[d]);
            }
        }
        offset_ = std::move(longer);
        shape_.push_back(extent(d));
    }
    if (shape_.empty()) {
        shape_ = {1};
    }
}

void Recording::check_neurons(const Shape& population, const std::string& place) const {
    const bool same_shape = shape_.size() != 3 || population.size() != 3 || shape_ == population;
    if (neurons() != element_count(population) || !same_shape) {
        throw ConfigError(place,
                          fmt::format("is about neurons {}, the population has {}",
                                      to_string(shape_), to_string(population)),
                          "check which array it is, and the order of its axes");
    }
}

}  // namespace cortile
