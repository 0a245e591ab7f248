// SPDX-License-Identifier: Apache-2.0
#include "noc/engines/link_sweep.h"

#include <algorithm>
#include <utility>

#include "noc/engines/checks.h"
#include "noc/engines/relaying.h"

namespace cortile {

using sweep::kEnd;
using sweep::kTail;
using sweep::Stream;

namespace {

// Below this many packets in a timestep, waking other threads costs more than they save.
constexpr std::size_t kWorthThreads = 512;
// Coordinate of no tile: a link that leaves its chip leads to the channel there.
constexpr std::uint32_t kNowhere = 0xFFFFFFFF;

}  // namespace

LinkSweep::LinkSweep(const Topology& topology, const NocTiming& timing)
    : topology_(topology),
      timing_(timing),
      x_of_core_(topology.cores()),
      y_of_core_(topology.cores()),
      port_begin_(topology.tiles() + 1),
      port_ids_(topology.external_ports.size()),
      rows_(topology.height),
      rows_together_(topology.chip_columns() > 1 ? topology.chip_tiles_y() : 1),
      columns_together_(topology.chip_rows() > 1 ? topology.chip_tiles_x() : 1),
      links_(topology),
      channels_(topology) {
    for (std::uint32_t core = 0; core < topology.cores(); ++core) {
        const TileId tile = topology.tile_of_core(CoreId{core});
        x_of_core_[core] = static_cast<std::uint16_t>(topology.x(tile));
        y_of_core_[core] = static_cast<std::uint16_t>(topology.y(tile));
    }
    for (const TileId tile : topology.external_ports) {
        ++port_begin_[tile.value + 1];
    }
    for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
        port_begin_[tile + 1] += port_begin_[tile];
    }
    std::vector<std::uint32_t> next(port_begin_.begin(), port_begin_.end() - 1);
    for (std::uint32_t port = 0; port < topology.external_ports.size(); ++port) {
        port_ids_[next[topology.external_ports[port].value]++] = topology.cores() + port;
    }
    for (Row& row : rows_) {
        row.turns.resize(topology.width);
    }
}

LinkSweep::~LinkSweep() = default;

template <typename Body>
void LinkSweep::for_each(Executor& executor, bool serial, std::uint32_t count, const Body& body) {
    if (serial) {
        for (std::uint32_t i = 0; i < count; ++i) {
            body(i, 0u);
        }
    } else {
        executor.for_each(count, std::cref(body));
    }
}

void LinkSweep::run_timestep(PacketSource& source, PacketSink& sink, Executor& executor) {
    while (crews_.size() < executor.threads()) {
        crews_.push_back(std::make_unique<Crew>(topology_, timing_,
                                                std::max(rows_together_, columns_together_)));
    }
    for_each(executor, last_packets_ < kWorthThreads, topology_.height / rows_together_,
             [&](std::uint32_t group, unsigned worker) { sweep_rows(group, worker, source); });

    active_rows_.clear();
    std::size_t packets = 0;
    for (std::uint32_t y = 0; y < topology_.height; ++y) {
        if (rows_[y].size > 0) {
            active_rows_.push_back(y);
            packets += rows_[y].size;
        }
    }
    last_packets_ = packets;
    if (active_rows_.empty()) {
        return;
    }
    for_each(executor, packets < kWorthThreads, topology_.width / columns_together_,
             [&](std::uint32_t group, unsigned worker) { sweep_columns(group, worker, sink); });
}

void LinkSweep::collect_tile(std::uint32_t tile, SweepWorker& scratch, unsigned worker,
                             PacketSource& source) {
    scratch.collected.clear();
    scratch.streams.clear();
    const auto collect = [&](std::uint32_t id) {
        const std::size_t begin = scratch.collected.size();
        source.collect(id, worker, scratch.collected);
        const std::size_t count = scratch.collected.size() - begin;
        if (count == 0) {
            return;
        }
        const std::span<const SpikePacket> packets(scratch.collected.data() + begin, count);
        if (!is_injection_valid(packets, id, topology_.cores())) {
            throw_invalid_injection(packets, id, topology_.cores());
        }
        scratch.totals.injected += injected_packets(packets, timing_.multicast);
        scratch.collected.push_back(kEnd);
        scratch.streams.push_back({nullptr, count});
    };
    for (std::uint32_t core = 0; core < topology_.cores_per_tile; ++core) {
        collect(tile * topology_.cores_per_tile + core);
    }
    for (std::uint32_t port = port_begin_[tile]; port < port_begin_[tile + 1]; ++port) {
        collect(port_ids_[port]);
    }
    scratch.collected.push_back(kEnd);  // the room after the last stream's end
    // Only now do the packets stay where they are.
    const SpikePacket* next = scratch.collected.data();
    for (Stream& stream : scratch.streams) {
        stream.packets = next;
        next += stream.count + 1;
    }
}

void LinkSweep::sweep_east(std::uint32_t y, std::uint32_t begin, SweepWorker& scratch,
                           unsigned worker, PacketSource& source) {
    Row& row = rows_[y];
    std::size_t injected = 0;
    std::size_t size = row.size;  // of the log
    const std::uint32_t end = begin + topology_.chip_tiles_x();
    for (std::uint32_t x = begin; x < end; ++x) {
        collect_tile(topology_.tile(x, y).value, scratch, worker, source);
        Stream east;
        row.turns[x].injected = {};
        scratch.kept_segments[x] = {};
        if (!scratch.streams.empty()) {
            scratch.reduce_to_two();
            const std::size_t total = scratch.streams[0].count + scratch.streams[1].count;
            injected += total;
            const sweep::ThreeWay out{
                scratch.kept.reserve(scratch.kept_size + total + kTail) + scratch.kept_size,
                row.log.reserve(size + total + kTail) + size,
                scratch.beside.reserve(total + kTail)};
            const sweep::ThreeWayCounts counts = sweep::split_streams(
                x_of_core_.data(), x, scratch.streams[0], scratch.streams[1], out);
            scratch.kept_segments[x] = {scratch.kept_size, counts.below};
            scratch.kept_size += counts.below + 1;
            row.turns[x].injected = {size, counts.at};
            size += counts.at + 1;
            east = {out.above, counts.above};
        }
        if (x + 1 == topology_.width) {
            break;
        }
        row.turns[x + 1].from_west = {};
        const std::size_t total = east.count + scratch.through_count;
        if (total > 0) {
            SpikePacket* arrived = row.log.reserve(size + total + kTail) + size;
            const std::uint32_t next = x + 1 < end ? x + 1 : kNowhere;
            const std::size_t count =
                scratch.pass({timing_.link_occupancy, timing_.hop_x, x_of_core_.data(), next}, east,
                             arrived, links_.at(x, y, Direction::east), scratch.totals.hops_x);
            row.turns[x + 1].from_west = {size, count};
            size += count + 1;
        }
    }
    scratch.totals.packets += injected;
    row.size = size;
}

void LinkSweep::sweep_west(std::uint32_t y, std::uint32_t begin, SweepWorker& scratch) {
    Row& row = rows_[y];
    for (std::uint32_t x = begin + topology_.chip_tiles_x() - 1; x + 1 > begin && x > 0; --x) {
        row.turns[x - 1].from_east = {};
        const Stream west = stream_of(scratch.kept, scratch.kept_segments[x]);
        const std::size_t total = west.count + scratch.through_count;
        if (total > 0) {
            SpikePacket* arrived = row.log.reserve(row.size + total + kTail) + row.size;
            const std::uint32_t next = x > begin ? x - 1 : kNowhere;
            const std::size_t count =
                scratch.pass({timing_.link_occupancy, timing_.hop_x, x_of_core_.data(), next}, west,
                             arrived, links_.at(x, y, Direction::west), scratch.totals.hops_x);
            row.turns[x - 1].from_east = {row.size, count};
            row.size += count + 1;
        }
    }
}

void LinkSweep::sweep_north(std::uint32_t x, std::uint32_t begin, SweepWorker& scratch) {
    const std::uint32_t end = begin + topology_.chip_tiles_y();
    for (std::uint32_t y = begin; y < end; ++y) {
        Stream north;
        scratch.southbound_segments[y] = {};
        scratch.kept_segments[y] = {};
        const Row& row = rows_[y];
        if (row.size > 0) {
            const Turn& turn = row.turns[x];
            scratch.streams.clear();
            for (const Segment* segment : {&turn.injected, &turn.from_west, &turn.from_east}) {
                if (segment->count > 0) {
                    scratch.streams.push_back(stream_of(row.log, *segment));
                }
            }
            if (!scratch.streams.empty()) {
                scratch.reduce_to_two();
                const std::size_t total = scratch.streams[0].count + scratch.streams[1].count;
                const sweep::ThreeWay out{
                    scratch.southbound.reserve(scratch.southbound_size + total + kTail) +
                        scratch.southbound_size,
                    scratch.kept.reserve(scratch.kept_size + total + kTail) + scratch.kept_size,
                    scratch.beside.reserve(total + kTail)};
                const sweep::ThreeWayCounts counts = sweep::split_streams(
                    y_of_core_.data(), y, scratch.streams[0], scratch.streams[1], out);
                scratch.southbound_segments[y] = {scratch.southbound_size, counts.below};
                scratch.southbound_size += counts.below + 1;
                scratch.kept_segments[y] = {scratch.kept_size, counts.at};
                scratch.kept_size += counts.at + 1;
                north = {out.above, counts.above};
            }
        }
        if (y + 1 == topology_.height) {
            break;
        }
        scratch.from_south[y + 1] = {};
        const std::size_t total = north.count + scratch.through_count;
        if (total > 0) {
            SpikePacket* arrived =
                scratch.kept.reserve(scratch.kept_size + total + kTail) + scratch.kept_size;
            const std::uint32_t next = y + 1 < end ? y + 1 : kNowhere;
            const std::size_t count = scratch.pass(
                {timing_.link_occupancy, timing_.hop_y, y_of_core_.data(), next}, north, arrived,
                links_.at(x, y, Direction::north), scratch.totals.hops_y);
            scratch.from_south[y + 1] = {scratch.kept_size, count};
            scratch.kept_size += count + 1;
        }
    }
}

void LinkSweep::sweep_south(std::uint32_t x, std::uint32_t begin, SweepWorker& scratch,
                            unsigned worker, PacketSink& sink) {
    for (std::uint32_t y = begin + topology_.chip_tiles_y(); y-- > begin;) {
        eject(x, y, scratch, worker, sink);
        scratch.from_north_count = 0;
        if (y == 0) {
            break;
        }
        const Stream south = stream_of(scratch.southbound, scratch.southbound_segments[y]);
        const std::size_t total = south.count + scratch.through_count;
        if (total > 0) {
            const std::uint32_t next = y > begin ? y - 1 : kNowhere;
            const std::size_t count =
                scratch.pass({timing_.link_occupancy, timing_.hop_y, y_of_core_.data(), next},
                             south, scratch.beside.reserve(total + kTail),
                             links_.at(x, y, Direction::south), scratch.totals.hops_y);
            scratch.from_north_count = count;
        }
    }
}

void LinkSweep::eject(std::uint32_t x, std::uint32_t y, SweepWorker& scratch, unsigned worker,
                      PacketSink& sink) {
    const Segment turned = scratch.kept_segments[y];
    const Segment from_south = scratch.from_south[y];
    const std::size_t total = turned.count + from_south.count + scratch.from_north_count;
    if (total == 0) {
        return;
    }
    const std::uint32_t cores = topology_.cores_per_tile;
    // Few packets: room for all of them at each core costs less than counting them.
    constexpr std::size_t kLittleRoom = 256;
    const bool count_first = total * cores > kLittleRoom && cores > 1;
    scratch.kept.reserve(scratch.kept_size + (count_first ? total : total * cores));
    scratch.streams.clear();
    for (const Stream& one : {stream_of(scratch.kept, turned), stream_of(scratch.kept, from_south),
                              Stream{scratch.beside.data(), scratch.from_north_count}}) {
        if (one.count > 0) {
            scratch.streams.push_back(one);
        }
    }
    scratch.reduce_to_two();
    const Stream a = scratch.streams[0];
    const Stream b = scratch.streams[1];
    const std::uint32_t first_core = topology_.tile(x, y).value * cores;
    std::vector<sweep::EjectionPort>& ports = scratch.ports;
    for (sweep::EjectionPort& port : ports) {
        port = {nullptr, nullptr, 0, count_first ? 0 : total};
    }
    if (count_first) {
        sweep::count_ejected(first_core, a, ports.data());
        sweep::count_ejected(first_core, b, ports.data());
    }
    SpikePacket* out = scratch.kept.data() + scratch.kept_size;
    for (sweep::EjectionPort& port : ports) {
        port.begin = port.end = out;
        out += port.room;
    }
    const Picoseconds waited = sweep::eject_streams(timing_.ejection_occupancy, timing_.local,
                                                    first_core, a, b, ports.data());
    LinkCounters& counters = links_.at(x, y, Direction::local);
    counters.packets += total;
    counters.waited += waited;
    scratch.totals.waited += waited;
    for (std::uint32_t core = 0; core < cores; ++core) {
        const sweep::EjectionPort& port = ports[core];
        if (port.end != port.begin) {
            sink.deliver(CoreId{first_core + core}, worker, {port.begin, port.end});
        }
    }
    // Nothing of this tile is needed any more, and the tiles above are done.
    for (const Segment& segment : {turned, from_south}) {
        if (segment.count > 0) {
            scratch.kept_size = std::min(scratch.kept_size, segment.begin);
        }
    }
}

NocCounters LinkSweep::counters() const {
    NocCounters sum = released_;
    const auto add = [&](const NocCounters& totals) {
        sum.packets += totals.packets;
        sum.injected += totals.injected;
        sum.hops_x += totals.hops_x;
        sum.hops_y += totals.hops_y;
        sum.crossings += totals.crossings;
        sum.waited += totals.waited;
    };
    for (const auto& crew : crews_) {
        add(crew->totals);
        for (const auto& lane : crew->lanes) {
            add(lane->totals);
        }
    }
    return sum;
}

LinkCounters LinkSweep::link(TileId tile, Direction direction) const {
    return links_.at(tile, direction);
}

LinkCounters LinkSweep::crossing(std::uint32_t chip, Direction direction) const {
    return channels_.at(chip, direction);
}

// The totals of all workers together: how many there are may differ.
void LinkSweep::transfer_state(StateArchive& archive) {
    NocCounters totals = counters();
    archive(totals);
    if (archive.restores()) {
        clear_counters();
        released_ = totals;
    }
    archive(links_, channels_);
}

void LinkSweep::clear_counters() {
    for (const auto& crew : crews_) {
        crew->totals = {};
        for (const auto& lane : crew->lanes) {
            lane->totals = {};
        }
    }
    released_ = {};
    links_.clear();
    channels_.clear();
}

void LinkSweep::release_buffers() {
    released_ = counters();
    crews_.clear();
    for (Row& row : rows_) {
        PacketBuffer().swap(row.log);
        row.size = 0;
    }
}

std::unique_ptr<NocEngine> make_link_sweep(const Topology& topology, const NocTiming& timing) {
    check_noc_parameters(topology, timing);
    auto engine = std::make_unique<LinkSweep>(topology, timing);
    return timing.multicast == Multicast::relay
               ? make_relaying(std::move(engine), topology, timing.relay)
               : std::move(engine);
}

}  // namespace cortile
