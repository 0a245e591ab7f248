// SPDX-License-Identifier: Apache-2.0
// Every packet takes its unloaded latency. No links: their use follows from where packets start and
// end, by sums over rows and columns.
#include <algorithm>

#include "noc/api/noc_engine.h"
#include "noc/engines/checks.h"
#include "noc/engines/link_counters.h"
#include "noc/engines/relaying.h"

namespace cortile {

namespace {

class LooselyTimed final : public NocEngine {
  public:
    LooselyTimed(const Topology& topology, const NocTiming& timing)
        : topology_(topology),
          timing_(timing),
          links_(topology),
          channels_(topology),
          x_(topology.tiles()),
          y_(topology.tiles()),
          crossing_(topology.tiles() * std::size_t{4}),
          reach_(topology.width),
          first_(topology.cores() + std::size_t{1}) {
        for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
            x_[tile] = topology.x(TileId{tile});
            y_[tile] = topology.y(TileId{tile});
        }
    }

    std::string name() const override { return "loosely_timed"; }

    void run_timestep(PacketSource& source, PacketSink& sink, Executor&) override {
        packets_.clear();
        for (std::uint32_t s = 0; s < topology_.sources(); ++s) {
            const std::size_t first = packets_.size();
            source.collect(s, 0, packets_);
            const std::span<SpikePacket> own(packets_.begin() + static_cast<std::ptrdiff_t>(first),
                                             packets_.end());
            if (!is_injection_valid(own, s, topology_.cores())) {
                throw_invalid_injection(own, s, topology_.cores());
            }
            totals_.injected += injected_packets(own, timing_.multicast);
            if (timing_.multicast == Multicast::tree) {
                for_each_spike(own, [&](std::span<SpikePacket> copies) {
                    copies.size() == 1 ? carry(topology_.tile_of_source(s), copies)
                                       : carry_tree(topology_.tile_of_source(s), copies);
                });
            } else {
                carry(topology_.tile_of_source(s), own);
            }
        }
        totals_.packets += packets_.size();
        deliver(sink);
    }

    NocCounters counters() const override { return totals_; }
    LinkCounters link(TileId tile, Direction direction) const override {
        LinkCounters result = links_.at(tile, direction);  // refuses tiles beyond the mesh
        // What crosses a link is what began before it and did not end: a running sum.
        const std::uint32_t x = x_[tile.value], y = y_[tile.value];
        const auto sum = [&](unsigned way, std::uint32_t from, std::uint32_t to, bool along_x) {
            std::int64_t crossing = 0;
            for (std::uint32_t i = from; i <= to; ++i) {
                crossing +=
                    crossing_[4 * topology_.tile(along_x ? i : x, along_x ? y : i).value + way];
            }
            return static_cast<std::uint64_t>(crossing);
        };
        switch (direction) {
            case Direction::east:
                result.packets = sum(0, 0, x, true);
                break;
            case Direction::west:
                result.packets = sum(1, x, topology_.width - 1, true);
                break;
            case Direction::north:
                result.packets = sum(2, 0, y, false);
                break;
            case Direction::south:
                result.packets = sum(3, y, topology_.height - 1, false);
                break;
            case Direction::local:
                break;
        }
        return result;
    }
    LinkCounters crossing(std::uint32_t chip, Direction direction) const override {
        return channels_.at(chip, direction);
    }
    void transfer_state(StateArchive& archive) override {
        archive(totals_, links_, channels_);
        archive.fixed(crossing_);
    }
    void clear_counters() override {
        totals_ = {};
        links_.clear();
        channels_.clear();
        std::fill(crossing_.begin(), crossing_.end(), 0);
    }
    void release_buffers() override {
        packets_ = {};
        sorted_ = {};
    }

  private:
    void carry(TileId from, std::span<SpikePacket> packets) {
        const std::uint32_t x = x_[from.value], y = y_[from.value];
        for (SpikePacket& packet : packets) {
            const TileId to = topology_.tile_of_core(CoreId{packet.core()});
            const std::uint32_t to_x = x_[to.value], to_y = y_[to.value];
            const std::uint32_t hops_x = x < to_x ? to_x - x : x - to_x;
            const std::uint32_t hops_y = y < to_y ? to_y - y : y - to_y;
            packet.set_time(packet.time() + hops_x * timing_.hop_x + hops_y * timing_.hop_y +
                            topology_.crossings(from, to) * timing_.crossing_latency +
                            timing_.local);
            totals_.hops_x += hops_x;
            totals_.hops_y += hops_y;
            links_.at(to_x, to_y, Direction::local).packets += 1;
            // From where it starts until where it turns; from there until its end.
            cross_row(y, x, to_x);
            cross_column(to_x, y, to_y);
        }
    }

    // Each copy comes after its own way; links are used once: from the source to the farthest
    // column on either side, in each column from there to the farthest row on either side.
    void carry_tree(TileId from, std::span<SpikePacket> copies) {
        const std::uint32_t x = x_[from.value], y = y_[from.value];
        std::uint32_t west = x, east = x;
        for (SpikePacket& copy : copies) {
            const TileId to = topology_.tile_of_core(CoreId{copy.core()});
            const std::uint32_t to_x = x_[to.value], to_y = y_[to.value];
            copy.set_time(copy.time() + topology_.hops_x(from, to) * timing_.hop_x +
                          topology_.hops_y(from, to) * timing_.hop_y +
                          topology_.crossings(from, to) * timing_.crossing_latency + timing_.local);
            links_.at(to_x, to_y, Direction::local).packets += 1;
            west = std::min(west, to_x);
            east = std::max(east, to_x);
            Reach& reach = reach_[to_x];
            reach = {std::min(reach.south, to_y), std::max(reach.north, to_y)};
        }
        cross_row(y, x, west);
        cross_row(y, x, east);
        totals_.hops_x += east - west;
        for (std::uint32_t column = west; column <= east; ++column) {
            const Reach reach{std::min(reach_[column].south, y), std::max(reach_[column].north, y)};
            reach_[column] = {};
            cross_column(column, y, reach.south);
            cross_column(column, y, reach.north);
            totals_.hops_y += reach.north - reach.south;
        }
    }

    void cross_row(std::uint32_t y, std::uint32_t from_x, std::uint32_t to_x) {
        if (from_x != to_x) {
            const unsigned way = from_x < to_x ? 0 : 1;
            crossing_[4 * topology_.tile(from_x, y).value + way] += 1;
            crossing_[4 * topology_.tile(to_x, y).value + way] -= 1;
            cross_channels(topology_.tile(from_x, y), topology_.tile(to_x, y), way, 1);
        }
    }
    void cross_column(std::uint32_t x, std::uint32_t from_y, std::uint32_t to_y) {
        if (from_y != to_y) {
            const unsigned way = from_y < to_y ? 2 : 3;
            crossing_[4 * topology_.tile(x, from_y).value + way] += 1;
            crossing_[4 * topology_.tile(x, to_y).value + way] -= 1;
            cross_channels(topology_.tile(x, from_y), topology_.tile(x, to_y), way,
                           topology_.chip_columns());
        }
    }
    // On a straight way; `step`: from a chip to the next that way, or the other.
    void cross_channels(TileId from, TileId to, unsigned way, std::uint32_t step) {
        const std::uint32_t end = topology_.chip(to);
        for (std::uint32_t chip = topology_.chip(from); chip != end;
             chip = chip < end ? chip + step : chip - step) {
            channels_.of(chip, static_cast<Direction>(way)).packets += 1;
            totals_.crossings += 1;
        }
    }

    // By core, then by time and source; those of one source and time stay in order.
    void deliver(PacketSink& sink) {
        std::fill(first_.begin(), first_.end(), 0);
        for (const SpikePacket& packet : packets_) {
            ++first_[packet.core() + 1];
        }
        for (std::size_t core = 1; core < first_.size(); ++core) {
            first_[core] += first_[core - 1];
        }
        sorted_.resize(packets_.size());
        for (const SpikePacket& packet : packets_) {
            sorted_[first_[packet.core()]++] = packet;
        }
        std::size_t begin = 0;
        for (std::uint32_t core = 0; core < topology_.cores(); ++core) {
            const std::span<SpikePacket> own(
                sorted_.begin() + static_cast<std::ptrdiff_t>(begin),
                sorted_.begin() + static_cast<std::ptrdiff_t>(first_[core]));
            begin = first_[core];
            if (!own.empty()) {
                std::stable_sort(
                    own.begin(), own.end(),
                    [](const SpikePacket& a, const SpikePacket& b) { return a.is_before(b); });
                sink.deliver(CoreId{core}, 0, own);
            }
        }
    }

    // Rows of one column that a multicast packet goes to.
    struct Reach {
        std::uint32_t south = 0xFFFFFFFF, north = 0;
    };

    Topology topology_;
    NocTiming timing_;
    NocCounters totals_;
    LinkCounterTable links_;  // local ports
    ChannelCounterTable channels_;
    std::vector<std::uint32_t> x_, y_;
    // By tile and way (east, west, north, south): packets that begin there less those that end.
    std::vector<std::int64_t> crossing_;
    std::vector<Reach> reach_;  // by column; of the present multicast packet
    std::vector<SpikePacket> packets_, sorted_;
    std::vector<std::size_t> first_;  // of each core in sorted_
};

}  // namespace

std::unique_ptr<NocEngine> make_loosely_timed(const Topology& topology, const NocTiming& timing) {
    check_noc_parameters(topology, timing);
    auto engine = std::make_unique<LooselyTimed>(topology, timing);
    return timing.multicast == Multicast::relay
               ? make_relaying(std::move(engine), topology, timing.relay)
               : std::move(engine);
}

}  // namespace cortile
