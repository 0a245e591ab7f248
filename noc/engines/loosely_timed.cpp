// SPDX-License-Identifier: Apache-2.0
// Every packet takes its unloaded latency. No links: their use follows from where packets start and
// end, by sums over rows and columns.
#include <algorithm>

#include "noc/api/noc_engine.h"
#include "noc/engines/checks.h"
#include "noc/engines/link_counters.h"

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
            carry(topology_.tile_of_source(s), own);
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
                            timing_.local);
            totals_.hops_x += hops_x;
            totals_.hops_y += hops_y;
            links_.at(to_x, to_y, Direction::local).packets += 1;
            // From where it starts until where it turns; from there until its end.
            const std::uint32_t turn = topology_.tile(to_x, y).value;
            if (hops_x != 0) {
                const unsigned way = x < to_x ? 0 : 1;
                crossing_[4 * from.value + way] += 1;
                crossing_[4 * turn + way] -= 1;
            }
            if (hops_y != 0) {
                const unsigned way = y < to_y ? 2 : 3;
                crossing_[4 * turn + way] += 1;
                crossing_[4 * to.value + way] -= 1;
            }
            if (topology_.chips() > 1) {
                const std::uint32_t crossings = cross(from, TileId{turn}) + cross(TileId{turn}, to);
                packet.set_time(packet.time() + crossings * timing_.crossing_latency);
                totals_.crossings += crossings;
            }
        }
    }

    // Counts the channels on a straight way and returns their number.
    std::uint32_t cross(TileId from, TileId to) {
        const std::uint32_t end = topology_.chip(to), columns = topology_.chip_columns();
        std::uint32_t chip = topology_.chip(from), crossings = 0;
        const bool along_x = topology_.y(from) == topology_.y(to);
        const bool up = chip < end;
        const Direction direction = along_x ? (up ? Direction::east : Direction::west)
                                            : (up ? Direction::north : Direction::south);
        for (; chip != end; ++crossings) {
            channels_.of(chip, direction).packets += 1;
            const std::uint32_t step = along_x ? 1 : columns;
            chip = up ? chip + step : chip - step;
        }
        return crossings;
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

    Topology topology_;
    NocTiming timing_;
    NocCounters totals_;
    LinkCounterTable links_;  // local ports
    ChannelCounterTable channels_;
    std::vector<std::uint32_t> x_, y_;
    // By tile and way (east, west, north, south): packets that begin there less those that end.
    std::vector<std::int64_t> crossing_;
    std::vector<SpikePacket> packets_, sorted_;
    std::vector<std::size_t> first_;  // of each core in sorted_
};

}  // namespace

std::unique_ptr<NocEngine> make_loosely_timed(const Topology& topology, const NocTiming& timing) {
    check_noc_parameters(topology, timing);
    return std::make_unique<LooselyTimed>(topology, timing);
}

}  // namespace cortile
