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

// A packet reaches a stage: a link, the channel behind a link that leaves its chip, or an ejection
// port.
struct Arrival {
    SpikePacket packet;          // its time is the arrival at the stage
    std::uint32_t stage = 0;     // number
    std::uint32_t lane = 0;      // row or column of the link, of those that share a channel
    std::uint32_t sequence = 0;  // order of injection at the source
    TileId tile;                 // where the link begins
    bool at_channel = false;

    auto key() const { return std::tuple(packet.time(), stage, packet.source(), lane, sequence); }
    friend bool operator>(const Arrival& a, const Arrival& b) { return a.key() > b.key(); }
};

class EventReference final : public NocEngine {
  public:
    EventReference(const Topology& topology, const NocTiming& timing)
        : topology_(topology),
          timing_(timing),
          link_counters_(topology),
          channel_counters_(topology),
          side_(std::max(topology.width, topology.height)),
          free_(8 * std::size_t{side_} * side_ + topology.cores()),
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
    LinkCounters crossing(std::uint32_t chip, Direction direction) const override {
        return channel_counters_.at(chip, direction);
    }
    void transfer_state(StateArchive& archive) override {
        archive(totals_, link_counters_, channel_counters_);
    }
    void clear_counters() override {
        totals_ = {};
        link_counters_.clear();
        channel_counters_.clear();
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

    // Stages are numbered so that a packet only ever moves to a higher number: with a latency of 0
    // it then still comes after everything it could have met at the stage before.
    std::uint32_t stage_number(TileId tile, Direction direction, bool channel, CoreId core) const {
        if (direction == Direction::local) {
            return 8 * side_ * side_ + core.value;
        }
        const std::uint32_t x = topology_.x(tile), y = topology_.y(tile);
        const bool along_x = direction == Direction::east || direction == Direction::west;
        const std::uint32_t along = along_x ? x : y;
        const std::uint32_t end = (along_x ? topology_.width : topology_.height) - 1;
        const bool up = direction == Direction::east || direction == Direction::north;
        std::uint32_t place = along_x ? y : x;
        if (channel) {
            place /= along_x ? topology_.chip_tiles_y() : topology_.chip_tiles_x();
        }
        const std::uint32_t step = 2 * (up ? along : end - along) + (channel ? 1 : 0);
        return (static_cast<std::uint32_t>(direction) * 2 * side_ + step) * side_ + place;
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

    void push(const SpikePacket& packet, std::uint32_t sequence, TileId tile,
              bool at_channel = false) {
        const CoreId core{packet.core()};
        const Direction direction = direction_at(tile, topology_.tile_of_core(core));
        const bool along_x = direction == Direction::east || direction == Direction::west;
        pending_.push({packet, stage_number(tile, direction, at_channel, core),
                       along_x ? topology_.y(tile) : topology_.x(tile), sequence, tile,
                       at_channel});
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
        Picoseconds latency = local ? timing_.local : (along_x ? timing_.hop_x : timing_.hop_y);
        Picoseconds occupancy = local ? timing_.ejection_occupancy : timing_.link_occupancy;
        LinkCounters* counters =
            &link_counters_.at(topology_.x(arrival.tile), topology_.y(arrival.tile), direction);
        if (arrival.at_channel) {
            latency = timing_.crossing_latency;
            occupancy = timing_.crossing_occupancy;
            counters = &channel_counters_.of(topology_.chip(arrival.tile), direction);
        }
        // Copies come one after another, since nothing orders before one what is after another.
        Passed& last = last_[arrival.stage];
        const bool joins = timing_.multicast == Multicast::tree && !local &&
                           arrival.lane == last.lane && arrival.packet.is_copy_of(last.packet);
        const Picoseconds start =
            joins ? last.start : std::max(arrival.packet.time(), free_[arrival.stage]);
        if (!joins) {
            free_[arrival.stage] = start + occupancy;
            counters->packets += 1;
            counters->waited += start - arrival.packet.time();
            totals_.waited += start - arrival.packet.time();
            totals_.hops_x += along_x && !arrival.at_channel;
            totals_.hops_y += !along_x && !local && !arrival.at_channel;
            totals_.crossings += arrival.at_channel;
            last = {arrival.packet, arrival.lane, start};
        }

        SpikePacket packet = arrival.packet;
        packet.set_time(start + latency);
        if (local) {
            arrived_[core.value].push_back(packet);
            return;
        }
        const TileId next = neighbour(arrival.tile, direction);
        const bool to_channel =
            !arrival.at_channel && topology_.chip(next) != topology_.chip(arrival.tile);
        push(packet, arrival.sequence, to_channel ? arrival.tile : next, to_channel);
    }

    Topology topology_;
    NocTiming timing_;
    NocCounters totals_;
    LinkCounterTable link_counters_;
    ChannelCounterTable channel_counters_;
    std::uint32_t side_;             // the longer one
    std::vector<Picoseconds> free_;  // by number: when the stage can take the next packet
    struct Passed {
        SpikePacket packet{0, 0, 0};
        std::uint32_t lane = 0;
        Picoseconds start = 0;
    };
    std::vector<Passed> last_;                       // by number
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
