// SPDX-License-Identifier: Apache-2.0
// Quantised networks made by hand, for the tests of the mapper.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cores/api/core_limits.h"
#include "hw_model/base/random.h"
#include "workload/quantize/quantized_network.h"

namespace cortile {

// Rows given one by one.
class RowConnectivity : public Connectivity {
  public:
    RowConnectivity(std::uint32_t targets, std::vector<std::vector<Connection>> rows,
                    bool repeats = false)
        : targets_(targets), rows_(std::move(rows)), repeats_(repeats) {}

    std::uint32_t source_size() const override { return static_cast<std::uint32_t>(rows_.size()); }
    std::uint32_t target_size() const override { return targets_; }
    void row(std::uint32_t source, std::vector<Connection>& out) const override {
        out = rows_[source];
    }
    bool repeats_rows() const override { return repeats_; }
    std::uint16_t max_delay() const override { return 0; }

  private:
    std::uint32_t targets_;
    std::vector<std::vector<Connection>> rows_;
    bool repeats_;
};

inline std::shared_ptr<const Connectivity> all_to_all(std::uint32_t sources,
                                                      std::uint32_t targets) {
    std::vector<Connection> row;
    for (std::uint32_t t = 0; t < targets; ++t) {
        row.push_back({t, 1.0F, 0});
    }
    return std::make_shared<RowConnectivity>(targets,
                                             std::vector<std::vector<Connection>>(sources, row));
}

inline std::shared_ptr<const Connectivity> one_to_one(std::uint32_t size) {
    std::vector<std::vector<Connection>> rows(size);
    for (std::uint32_t i = 0; i < size; ++i) {
        rows[i] = {{i, 1.0F, 0}};
    }
    return std::make_shared<RowConnectivity>(size, std::move(rows));
}

// Each pair connected with probability `density`, weights 1..4; the same for the same seed.
inline std::shared_ptr<const Connectivity> random_sparse(std::uint32_t sources,
                                                         std::uint32_t targets, double density,
                                                         std::uint64_t seed) {
    std::vector<std::vector<Connection>> rows(sources);
    for (std::uint32_t s = 0; s < sources; ++s) {
        for (std::uint32_t t = 0; t < targets; ++t) {
            const double draw = uniform01({seed, RandomUse::test}, s, t);
            if (draw < density) {
                rows[s].push_back(
                    {t, static_cast<float>(1 + static_cast<int>(4 * draw / density)), 0});
            }
        }
    }
    return std::make_shared<RowConnectivity>(targets, std::move(rows));
}

// Cross-correlation of a (channels_in, side, side) image with all-different 3 x 3 kernels,
// padding 1.
inline std::shared_ptr<const Connectivity> convolution_3x3(std::uint32_t channels_in,
                                                           std::uint32_t channels_out,
                                                           std::uint32_t side) {
    const std::uint32_t area = side * side;
    std::vector<std::vector<Connection>> rows(channels_in * area);
    for (std::uint32_t s = 0; s < rows.size(); ++s) {
        const int y = static_cast<int>(s % area / side), x = static_cast<int>(s % side);
        for (std::uint32_t o = 0; o < channels_out; ++o) {
            for (int oy = y - 1; oy <= y + 1; ++oy) {
                for (int ox = x - 1; ox <= x + 1; ++ox) {
                    if (oy >= 0 && ox >= 0 && oy < static_cast<int>(side) &&
                        ox < static_cast<int>(side)) {
                        const auto tap = static_cast<std::uint32_t>((y - oy + 1) * 3 + x - ox + 1);
                        const std::uint32_t weight = 1 + (s / area * channels_out + o) * 9 + tap;
                        rows[s].push_back({o * area + static_cast<std::uint32_t>(oy) * side +
                                               static_cast<std::uint32_t>(ox),
                                           static_cast<float>(weight), 0});
                    }
                }
            }
        }
    }
    return std::make_shared<RowConnectivity>(channels_out * area, std::move(rows), true);
}

class NetworkBuilder {
  public:
    NetworkBuilder() { network_.name = "test"; }

    PopulationId input(std::uint32_t size) { return add("input", {size}, true); }
    PopulationId neurons(const std::string& name, Shape shape) {
        return add(name, std::move(shape), false);
    }
    NetworkBuilder& connect(PopulationId from, PopulationId to,
                            std::shared_ptr<const Connectivity> connectivity) {
        QuantizedProjection p;
        p.name = network_[from].name + "_" + network_[to].name;
        p.source = from;
        p.target = to;
        p.connectivity = std::move(connectivity);
        p.min_weight = -256;
        p.max_weight = 255;
        network_.projections.push_back(std::move(p));
        return *this;
    }
    QuantizedNetwork& network() { return network_; }

  private:
    PopulationId add(const std::string& name, Shape shape, bool is_input) {
        QuantizedPopulation p;
        p.name = name;
        p.shape = std::move(shape);
        p.size = 1;
        for (const std::uint32_t extent : p.shape) {
            p.size *= extent;
        }
        p.is_input = is_input;
        network_.populations.push_back(std::move(p));
        const PopulationId id{network_.populations.size() - 1};
        if (is_input) {
            network_.inputs.push_back(id);
        }
        return id;
    }

    QuantizedNetwork network_;
};

inline CoreLimits unlimited() {
    CoreLimits limits;
    limits.neurons = 65536;
    limits.input_axons = limits.output_axons = 1u << 30;
    limits.synapse_memory_bits = 1ull << 50;
    return limits;
}

}  // namespace cortile
