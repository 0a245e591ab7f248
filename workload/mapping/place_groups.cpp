// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/place_groups.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <span>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"
#include "workload/mapping/curve.h"

namespace cortile {

namespace {

// Visits of an edge that the improvement may make: a tenth of a second or two.
constexpr std::int64_t kEffort = 40'000'000;
constexpr std::uint32_t kRandomCandidates = 4;
// Annealing: moves tried per group, fewest that are worth it, and final over initial temperature.
constexpr std::int64_t kMovesPerGroup = 600, kFewestMovesPerGroup = 20;
constexpr double kCooling = 0.003;
constexpr std::uint32_t kNobody = ~0u;

class Improver {
  public:
    Improver(const PlacementProblem& problem, const Topology& topology, std::vector<CoreId> start,
             std::uint64_t seed);

    std::vector<CoreId> run();

  private:
    struct Edge {
        std::uint32_t other;  // node: group, or groups + port
        float packets;
    };
    struct Position {
        std::int32_t x = 0, y = 0;
    };

    std::span<const Edge> edges(std::uint32_t group) const {
        return {edges_.data() + first_edge_[group], first_edge_[group + 1] - first_edge_[group]};
    }
    Position position_of(TileId tile) const {
        return {static_cast<std::int32_t>(topology_.x(tile)),
                static_cast<std::int32_t>(topology_.y(tile))};
    }
    double cost_of_crossings(Position a, Position b) const {
        const auto apart = [](std::int32_t p, std::int32_t q, std::int32_t size) {
            return std::abs(p / size - q / size);
        };
        return crossing_hops_ *
               (apart(a.x, b.x, static_cast<std::int32_t>(topology_.chip_tiles_x())) +
                apart(a.y, b.y, static_cast<std::int32_t>(topology_.chip_tiles_y())));
    }
    std::uint32_t draw_core(std::uint32_t bits) const {
        return working_[uniform_below(bits, static_cast<std::uint32_t>(working_.size()))];
    }
    void connect(const PlacementProblem& problem);
    double change_of_move(std::uint32_t group, Position to, std::uint32_t except);
    double change_of_swap(std::uint32_t group, std::uint32_t core);
    void apply(std::uint32_t group, std::uint32_t core);
    Position median_of_partners(std::uint32_t group);
    bool improve_near_partners(std::uint32_t group, std::uint32_t round);
    bool improve_anywhere(std::uint32_t group);
    bool try_cores(std::uint32_t group);
    void descend();
    void anneal();

    const Topology& topology_;
    std::uint32_t groups_;
    std::uint64_t seed_;
    double crossing_hops_;  // 0 for one chip
    std::vector<CoreId> core_of_;
    std::vector<std::uint32_t> group_on_;  // per core
    std::vector<std::uint32_t> working_;   // cores, ascending
    std::vector<Position> position_;       // per node
    std::vector<std::size_t> first_edge_;
    std::vector<Edge> edges_;
    std::vector<std::uint32_t> candidates_;  // cores
    std::vector<std::pair<std::int32_t, float>> xs_, ys_;
    std::int64_t effort_ = kEffort;
    double gained_ = 0;  // cost saved since the last reset
};

Improver::Improver(const PlacementProblem& problem, const Topology& topology,
                   std::vector<CoreId> start, std::uint64_t seed)
    : topology_(topology),
      groups_(problem.groups),
      seed_(seed),
      crossing_hops_(topology.chips() > 1 ? problem.crossing_hops : 0),
      core_of_(std::move(start)),
      group_on_(topology.cores(), kNobody) {
    for (std::uint32_t g = 0; g < groups_; ++g) {
        group_on_[core_of_[g].value] = g;
        position_.push_back(position_of(topology.tile_of_core(core_of_[g])));
    }
    for (const TileId port : topology.external_ports) {
        position_.push_back(position_of(port));
    }
    for (std::uint32_t core = 0; core < topology.cores(); ++core) {
        if (topology.works(CoreId{core})) {
            working_.push_back(core);
        }
    }
    connect(problem);
}

// Hops are the same in both directions, so an edge counts for both of its ends.
void Improver::connect(const PlacementProblem& problem) {
    first_edge_.assign(groups_ + 1, 0);
    const auto for_each_end = [&](auto body) {
        for (const GroupTraffic& t : problem.traffic) {
            if (t.from != t.to && t.packets > 0) {
                body(t.to, t.from, t.packets);
                if (t.from < groups_) {
                    body(t.from, t.to, t.packets);
                }
            }
        }
    };
    for_each_end([&](std::uint32_t group, std::uint32_t, double) { ++first_edge_[group + 1]; });
    std::partial_sum(first_edge_.begin(), first_edge_.end(), first_edge_.begin());
    edges_.resize(first_edge_.back());
    std::vector<std::size_t> next(first_edge_.begin(), first_edge_.end() - 1);
    for_each_end([&](std::uint32_t group, std::uint32_t other, double packets) {
        edges_[next[group]++] = {other, static_cast<float>(packets)};
    });
}

// Cost change when `group` goes to `to`; its edges to `except` keep their length in a swap.
double Improver::change_of_move(std::uint32_t group, Position to, std::uint32_t except) {
    const Position from = position_[group];
    double change = 0;
    for (const Edge& edge : edges(group)) {
        if (edge.other != except) {
            const Position other = position_[edge.other];
            const int before = std::abs(from.x - other.x) + std::abs(from.y - other.y);
            const int after = std::abs(to.x - other.x) + std::abs(to.y - other.y);
            change += static_cast<double>(edge.packets) * (after - before);
            if (crossing_hops_ > 0) {
                change += static_cast<double>(edge.packets) *
                          (cost_of_crossings(to, other) - cost_of_crossings(from, other));
            }
        }
    }
    effort_ -= static_cast<std::int64_t>(edges(group).size()) + 1;
    return change;
}

double Improver::change_of_swap(std::uint32_t group, std::uint32_t core) {
    const Position there = position_of(topology_.tile_of_core(CoreId{core}));
    const std::uint32_t other = group_on_[core];
    double change = change_of_move(group, there, other);
    if (other != kNobody) {
        change += change_of_move(other, position_[group], group);
    }
    return change;
}

void Improver::apply(std::uint32_t group, std::uint32_t core) {
    const std::uint32_t other = group_on_[core];
    const CoreId old = core_of_[group];
    group_on_[old.value] = other;
    group_on_[core] = group;
    core_of_[group] = CoreId{core};
    position_[group] = position_of(topology_.tile_of_core(CoreId{core}));
    if (other != kNobody) {
        core_of_[other] = old;
        position_[other] = position_of(topology_.tile_of_core(old));
    }
}

// The sum of weighted Manhattan distances is least at the weighted median of each coordinate.
Improver::Position Improver::median_of_partners(std::uint32_t group) {
    xs_.clear();
    ys_.clear();
    double total = 0;
    for (const Edge& edge : edges(group)) {
        xs_.emplace_back(position_[edge.other].x, edge.packets);
        ys_.emplace_back(position_[edge.other].y, edge.packets);
        total += static_cast<double>(edge.packets);
    }
    effort_ -= static_cast<std::int64_t>(xs_.size()) * 4;
    const auto median = [&](auto& values) {
        std::sort(values.begin(), values.end());
        double sum = 0;
        for (const auto& [at, weight] : values) {
            sum += static_cast<double>(weight);
            if (2 * sum >= total) {
                return at;
            }
        }
        return values.back().first;
    };
    return {median(xs_), median(ys_)};
}

bool Improver::try_cores(std::uint32_t group) {
    double best = -1e-9;
    std::uint32_t chosen = kNobody;
    for (const std::uint32_t core : candidates_) {
        if (core == core_of_[group].value) {
            continue;
        }
        const double change = change_of_swap(group, core);
        if (change < best) {
            best = change;
            chosen = core;
        }
    }
    if (chosen == kNobody) {
        return false;
    }
    apply(group, chosen);
    gained_ -= best;
    return true;
}

bool Improver::improve_near_partners(std::uint32_t group, std::uint32_t round) {
    if (edges(group).empty()) {
        return false;
    }
    const Position centre = median_of_partners(group);
    candidates_.clear();
    for (std::int32_t y = centre.y - 1; y <= centre.y + 1; ++y) {
        for (std::int32_t x = centre.x - 1; x <= centre.x + 1; ++x) {
            if (x < 0 || y < 0 || x >= static_cast<std::int32_t>(topology_.width) ||
                y >= static_cast<std::int32_t>(topology_.height)) {
                continue;
            }
            const TileId tile =
                topology_.tile(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y));
            for (std::uint32_t c = 0; c < topology_.cores_per_tile; ++c) {
                const std::uint32_t core = tile.value * topology_.cores_per_tile + c;
                if (topology_.works(CoreId{core})) {
                    candidates_.push_back(core);
                }
            }
        }
    }
    const auto bits = philox({seed_, RandomUse::placement}, group, round);
    for (std::uint32_t i = 0; i < kRandomCandidates; ++i) {
        candidates_.push_back(draw_core(bits[i]));
    }
    return try_cores(group);
}

bool Improver::improve_anywhere(std::uint32_t group) {
    if (edges(group).empty()) {
        return false;
    }
    candidates_ = working_;
    return try_cores(group);
}

void Improver::descend() {
    bool improved = true;
    for (std::uint32_t round = 0; improved && effort_ > 0; ++round) {
        improved = false;
        for (std::uint32_t g = 0; g < groups_ && effort_ > 0; ++g) {
            improved |= improve_near_partners(g, round);
        }
    }
    improved = true;
    while (improved && effort_ > 0) {
        improved = false;
        for (std::uint32_t g = 0; g < groups_ && effort_ > 0; ++g) {
            improved |= improve_anywhere(g);
        }
    }
}

// Simulated annealing over random swaps and moves, to leave the local minimum of descend().
void Improver::anneal() {
    const auto visits_per_move = static_cast<std::int64_t>(2 * edges_.size() / groups_ + 2);
    const std::int64_t moves = std::min(kMovesPerGroup * groups_, effort_ / 2 / visits_per_move);
    if (moves < kFewestMovesPerGroup * groups_) {
        return;
    }
    const auto draw = [&](std::int64_t i) {
        // The rounds of improve_near_partners() count from 0, far below this.
        return philox({seed_, RandomUse::placement}, static_cast<std::uint64_t>(i), 1ull << 40);
    };
    const auto pick = [&](const std::array<std::uint32_t, 4>& bits) {
        return std::pair(uniform_below(bits[0], groups_), draw_core(bits[1]));
    };
    double mean_change = 0;
    constexpr std::int64_t kProbes = 64;
    for (std::int64_t i = 0; i < kProbes; ++i) {
        const auto [group, core] = pick(draw(-1 - i));
        if (core != core_of_[group].value) {
            mean_change += std::abs(change_of_swap(group, core)) / kProbes;
        }
    }
    for (std::int64_t i = 0; i < moves; ++i) {
        const auto bits = draw(i);
        const auto [group, core] = pick(bits);
        if (core == core_of_[group].value) {
            continue;
        }
        const double change = change_of_swap(group, core);
        const double temperature =
            mean_change * std::pow(kCooling, static_cast<double>(i) / static_cast<double>(moves));
        if (change <= 0 || bits[2] * 0x1p-32 < std::exp(-change / temperature)) {
            apply(group, core);
            gained_ -= change;
        }
    }
}

std::vector<CoreId> Improver::run() {
    if (edges_.empty()) {
        return std::move(core_of_);
    }
    descend();
    const std::vector<CoreId> best = core_of_;
    gained_ = 0;
    anneal();
    descend();
    return gained_ > 0 ? std::move(core_of_) : best;
}

}  // namespace

PlacementCost cost_of(const PlacementProblem& problem, const Topology& topology,
                      const std::vector<CoreId>& core_of) {
    PlacementCost cost;
    for (const GroupTraffic& t : problem.traffic) {
        const TileId from = t.from < problem.groups
                                ? topology.tile_of_core(core_of[t.from])
                                : topology.external_ports[t.from - problem.groups];
        const TileId to = topology.tile_of_core(core_of[t.to]);
        cost.hops += t.packets * topology.hops(from, to);
        cost.crossings += t.packets * topology.crossings(from, to);
    }
    return cost;
}

void note_placement(const PlacementProblem& problem, const Topology& topology,
                    const std::vector<CoreId>& core_of, Mapping& mapping) {
    const PlacementCost cost = cost_of(problem, topology, core_of);
    mapping.spike_weighted_hops = cost.hops;
    mapping.spike_weighted_crossings = cost.crossings;
    std::set<std::uint32_t> chips;
    for (const CoreId core : core_of) {
        chips.insert(topology.chip(topology.tile_of_core(core)));
    }
    mapping.chips = topology.chips();
    mapping.chips_used = static_cast<std::uint32_t>(chips.size());
}

std::vector<CoreId> place_groups(const PlacementProblem& problem, const Topology& topology,
                                 Placement placement, std::uint64_t seed) {
    if (problem.groups > topology.working_cores()) {
        throw ContractViolation("place_groups: more groups than working cores");
    }
    std::vector<CoreId> linear;
    for (std::uint32_t core = 0; linear.size() < problem.groups; ++core) {
        if (topology.works(CoreId{core})) {
            linear.emplace_back(core);
        }
    }
    if (placement == Placement::linear) {
        return linear;
    }
    std::vector<CoreId> curve = cores_along_curve(topology);
    curve.resize(problem.groups);
    if (placement == Placement::curve) {
        return curve;
    }
    const auto sum = [&](const std::vector<CoreId>& core_of) {
        const PlacementCost cost = cost_of(problem, topology, core_of);
        return cost.hops + problem.crossing_hops * cost.crossings;
    };
    const bool start_linear = sum(linear) < sum(curve);
    return Improver(problem, topology, start_linear ? std::move(linear) : std::move(curve), seed)
        .run();
}

}  // namespace cortile
