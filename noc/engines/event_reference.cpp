// SPDX-License-Identifier: Apache-2.0
// The hop-by-hop model in its plainest form: one heap of events, one entry per packet and link.
#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>
#include <vector>

#include "noc/api/noc_engine.h"
#include "noc/engines/checks.h"
#include "noc/engines/link_counters.h"

namespace cortile {

namespace {

// A packet reaches a link (or an ejection port).
struct Arrival {
    SpikePacket packet;  // its time is the arrival at `link`
    std::uint32_t link = 0;
    std::uint32_t sequence = 0;  // order of injection at the source
    TileId tile;                 // where the link begins

    auto key() const { return std::tuple(packet.time(), link, packet.source(), sequence); }
    friend bool operator>(const Arrival& a, const Arrival& b) { return a.key() > b.key(); }
};

class EventReference final : public NocEngine {
  public:
    EventReference(const Topology& topology, const NocTiming& timing)
        : topology_(topology),
          timing_(timing),
          link_counters_(topology),
          free_(4 * std::size_t{topology.tiles()} + topology.cores()),
          arrived_(topology.cores()) {}

    std::string name() const override { return "event_reference"; }

    void run_timestep(PacketSource& source, PacketSink& sink, Executor&) override {
        std::fill(free_.begin(), free_.end(), Picoseconds{0});
        last_.assign(free_.size(), {});
        pending_ = {};
        inject(source);
        while (!pending_.empty()) {
            const Arrival next = pending_.top();
            pending_.pop();
            pass(next);
        }
        for (std::uint32_t core = 0; core < topology_.cores(); ++core) {
            if (!arrived_[core].empty()) {
                sink.deliver(CoreId{core}, 0, arrived_[core]);
                arrived_[core].clear();
            }
        }
    }

    NocCounters counters() const override { return totals_; }
    LinkCounters link(TileId tile, Direction direction) const override {
        return link_counters_.at(tile, direction);
    }
    void clear_counters() override {
        totals_ = {};
        link_counters_.clear();
    }

  private:
    // X first, then Y, then the core.
    Direction direction_at(TileId tile, TileId target) const {
        if (topology_.x(target) != topology_.x(tile)) {
            return topology_.x(target) > topology_.x(tile) ? Direction::east : Direction::west;
        }
        if (topology_.y(target) != topology_.y(tile)) {
            return topology_.y(target) > topology_.y(tile) ? Direction::north : Direction::south;
        }
        return Direction::local;
    }

    // Links are numbered so that a packet only ever moves to a higher number: with a latency of 0
    // it then still comes after everything it could have met at the link before.
    std::uint32_t link_number(TileId tile, Direction direction, CoreId core) const {
        const std::uint32_t tiles = topology_.tiles();
        const std::uint32_t x = topology_.x(tile);
        const std::uint32_t y = topology_.y(tile);
        switch (direction) {
            case Direction::east:
                return topology_.tile(x, y).value;
            case Direction::west:
                return tiles + topology_.tile(topology_.width - 1 - x, y).value;
            case Direction::north:
                return 2 * tiles + topology_.tile(x, y).value;
            case Direction::south:
                return 3 * tiles + topology_.tile(x, topology_.height - 1 - y).value;
            case Direction::local:
                break;
        }
        return 4 * tiles + core.value;
    }

    TileId neighbour(TileId tile, Direction direction) const {
        switch (direction) {
            case Direction::east:
                return TileId{tile.value + 1};
            case Direction::west:
                return TileId{tile.value - 1};
            case Direction::north:
                return TileId{tile.value + topology_.width};
            case Direction::south:
                return TileId{tile.value - topology_.width};
            case Direction::local:
                break;
        }
        return tile;
    }

    void push(const SpikePacket& packet, std::uint32_t sequence, TileId tile) {
        const CoreId core{packet.core()};
        const Direction direction = direction_at(tile, topology_.tile_of_core(core));
        pending_.push({packet, link_number(tile, direction, core), sequence, tile});
    }

    void inject(PacketSource& source) {
        for (std::uint32_t s = 0; s < topology_.sources(); ++s) {
            injected_.clear();
            source.collect(s, 0, injected_);
            if (!is_injection_valid(injected_, s, topology_.cores())) {
                throw_invalid_injection(injected_, s, topology_.cores());
            }
            for (std::uint32_t i = 0; i < injected_.size(); ++i) {
                push(injected_[i], i, topology_.tile_of_source(s));
            }
            totals_.packets += injected_.size();
            totals_.injected += injected_packets(injected_, timing_.multicast);
        }
    }

    void pass(const Arrival& arrival) {
        const CoreId core{arrival.packet.core()};
        const Direction direction = direction_at(arrival.tile, topology_.tile_of_core(core));
        const bool local = direction == Direction::local;
        const bool along_x = direction == Direction::east || direction == Direction::west;
        const Picoseconds latency =
            local ? timing_.local : (along_x ? timing_.hop_x : timing_.hop_y);

        // Copies come one after another, since nothing orders before one what is after another.
        Passed& last = last_[arrival.link];
        const bool joins = timing_.multicast == Multicast::tree && !local &&
                           arrival.packet.is_copy_of(last.packet);
        const Picoseconds start =
            joins ? last.start : std::max(arrival.packet.time(), free_[arrival.link]);
        if (!joins) {
            free_[arrival.link] =
                start + (local ? timing_.ejection_occupancy : timing_.link_occupancy);
            LinkCounters& counters =
                link_counters_.at(topology_.x(arrival.tile), topology_.y(arrival.tile), direction);
            counters.packets += 1;
            counters.waited += start - arrival.packet.time();
            totals_.waited += start - arrival.packet.time();
            totals_.hops_x += along_x;
            totals_.hops_y += !along_x && !local;
            last = {arrival.packet, start};
        }

        SpikePacket packet = arrival.packet;
        packet.set_time(start + latency);
        if (local) {
            arrived_[core.value].push_back(packet);
        } else {
            push(packet, arrival.sequence, neighbour(arrival.tile, direction));
        }
    }

    Topology topology_;
    NocTiming timing_;
    NocCounters totals_;
    LinkCounterTable link_counters_;
    std::vector<Picoseconds> free_;  // by link number: when it can take the next packet
    struct Passed {
        SpikePacket packet{0, 0, 0};
        Picoseconds start = 0;
    };
    std::vector<Passed> last_;                       // by link number
    std::vector<std::vector<SpikePacket>> arrived_;  // by core
    std::vector<SpikePacket> injected_;
    std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> pending_;
};

}  // namespace

std::unique_ptr<NocEngine> make_event_reference(const Topology& topology, const NocTiming& timing) {
    check_noc_parameters(topology, timing);
    return std::make_unique<EventReference>(topology, timing);
}

}  // namespace cortile
