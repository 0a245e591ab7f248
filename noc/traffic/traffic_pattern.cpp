// SPDX-License-Identifier: Apache-2.0
#include "noc/traffic/traffic_pattern.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"

namespace cortile {

namespace {

class Uniform final : public TrafficPattern {
  public:
    explicit Uniform(std::uint32_t cores) : cores_(cores) {}
    std::uint32_t destination(std::uint32_t, std::uint32_t bits) const override {
        return uniform_below(bits, cores_);
    }

  private:
    std::uint32_t cores_;
};

// Each source has one destination.
class Permutation final : public TrafficPattern {
  public:
    template <typename Move>  // (x, y) -> tile
    Permutation(const Topology& topology, Move move) : destination_(topology.cores()) {
        for (std::uint32_t core = 0; core < topology.cores(); ++core) {
            const TileId from = topology.tile_of_core(CoreId{core});
            const TileId to = move(topology.x(from), topology.y(from));
            destination_[core] =
                to.value * topology.cores_per_tile + core % topology.cores_per_tile;
        }
    }
    std::uint32_t destination(std::uint32_t source, std::uint32_t) const override {
        return destination_[source];
    }

  private:
    std::vector<std::uint32_t> destination_;
};

class Hotspot final : public TrafficPattern {
  public:
    explicit Hotspot(const std::vector<HotspotTarget>& targets) {
        double total = 0, sum = 0;
        for (const HotspotTarget& target : targets) {
            total += target.weight;
        }
        for (const HotspotTarget& target : targets) {
            sum += target.weight;
            cores_.push_back(target.core);
            below_.push_back(sum / total * 0x1p32);
        }
    }
    std::uint32_t destination(std::uint32_t, std::uint32_t bits) const override {
        const auto found =
            std::upper_bound(below_.begin(), below_.end() - 1, static_cast<double>(bits));
        return cores_[static_cast<std::size_t>(found - below_.begin())];
    }

  private:
    std::vector<std::uint32_t> cores_;
    std::vector<double> below_;  // of 2^32: the end of each target's share
};

}  // namespace

std::vector<std::string> traffic_names() {
    return {"uniform", "transpose", "bit_complement", "neighbour", "tornado", "hotspot"};
}

std::unique_ptr<TrafficPattern> make_traffic(const std::string& name, const Topology& topology,
                                             const std::vector<HotspotTarget>& targets) {
    const std::uint32_t w = topology.width, h = topology.height;
    const auto permutation = [&](auto move) {
        return std::make_unique<Permutation>(topology, move);
    };
    if (name == "uniform") {
        return std::make_unique<Uniform>(topology.cores());
    }
    if (name == "transpose") {
        if (w != h) {
            throw ConfigError("traffic.pattern",
                              fmt::format("transpose needs a square mesh, this is {} x {}", w, h));
        }
        return permutation([&](std::uint32_t x, std::uint32_t y) { return topology.tile(y, x); });
    }
    if (name == "bit_complement") {
        return permutation(
            [&](std::uint32_t x, std::uint32_t y) { return topology.tile(w - 1 - x, h - 1 - y); });
    }
    if (name == "neighbour") {
        return permutation([&](std::uint32_t x, std::uint32_t y) {
            return topology.tile((x + 1) % w, (y + 1) % h);
        });
    }
    if (name == "tornado") {
        return permutation([&](std::uint32_t x, std::uint32_t y) {
            return topology.tile((x + (w + 1) / 2 - 1) % w, (y + (h + 1) / 2 - 1) % h);
        });
    }
    if (name == "hotspot") {
        if (targets.empty()) {
            throw ConfigError("traffic.targets", "hotspot needs at least one core");
        }
        for (const HotspotTarget& target : targets) {
            if (target.core >= topology.cores()) {
                throw ConfigError(
                    "traffic.targets",
                    fmt::format("core {} is outside the mesh, which has cores 0 to {}", target.core,
                                topology.cores() - 1));
            }
            if (!(target.weight > 0)) {
                throw ConfigError("traffic.targets", fmt::format("core {} has the weight {}",
                                                                 target.core, target.weight));
            }
        }
        return std::make_unique<Hotspot>(targets);
    }
    throw ConfigError("traffic.pattern", "there is no pattern '" + name + "'",
                      fmt::format("known: {}", fmt::join(traffic_names(), ", ")));
}

}  // namespace cortile
