// SPDX-License-Identifier: Apache-2.0
#include "noc/engines/link_sweep.h"

#include <algorithm>
#include <utility>

#include "noc/engines/checks.h"

namespace cortile {

using sweep::kEnd;
using sweep::Stream;

namespace {

// Below this many packets in a timestep, waking other threads costs more than they save.
constexpr std::size_t kWorthThreads = 2000;

}  // namespace

// Scratch memory and totals of one worker. A row and a column are swept in the same buffers.
struct alignas(64) LinkSweep::Worker {
    NocCounters totals;

    std::vector<SpikePacket> collected;  // of one tile: each source's packets, then kEnd
    std::vector<Stream> streams;         // to be merged at one tile
    PacketBuffer merged;                 // between the stages of a merge of more than two streams
    std::size_t merged_size = 0;

    // What leaves the tile against the direction of the first sweep (west, south) waits for the
    // second sweep: one segment per tile.
    PacketBuffer back;
    std::size_t back_size = 0;
    std::vector<Segment> back_segments;

    PacketBuffer forth;               // what leaves the tile along the first sweep (east, north)
    PacketBuffer through[2];          // on the link before, on the link after the present tile
    std::size_t through_count = 0;

    // Columns: packets for the cores of each tile, turned there and come from the south.
    PacketBuffer home;
    std::size_t home_size = 0;
    std::vector<Segment> home_turned, home_from_south;
    PacketBuffer from_north;          // packets for the present tile
    std::size_t from_north_count = 0;
    PacketBuffer delivered;           // to the cores of one tile
    std::vector<sweep::EjectionPort> ports;

    Stream through_stream() const { return {through[0].data(), through_count}; }

    // Passes `side` and the through stream over one link; what has reached its coordinate is
    // written to `arrived`.
    sweep::LinkOutput pass(const sweep::Link& link, Stream side, SpikePacket* arrived,
                           LinkCounters& counters) {
        const std::size_t total = side.count + through_count;
        const sweep::LinkOutput output = sweep::pass_link(
            link, through_stream(), side, through[1].reserve(total + 1), arrived);
        through[0].swap(through[1]);
        through_count = output.through;
        counters.packets += total;
        counters.waited += output.waited;
        totals.waited += output.waited;
        return output;
    }
};

LinkSweep::LinkSweep(const Topology& topology, const NocTiming& timing)
    : topology_(topology),
      timing_(timing),
      x_of_core_(topology.cores()),
      y_of_core_(topology.cores()),
      port_begin_(topology.tiles() + 1),
      port_ids_(topology.external_ports.size()),
      rows_(topology.height),
      links_(topology) {
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
    while (workers_.size() < executor.threads()) {
        workers_.push_back(std::make_unique<Worker>());
        workers_.back()->back_segments.resize(std::max(topology_.width, topology_.height));
        workers_.back()->home_turned.resize(topology_.height);
        workers_.back()->home_from_south.resize(topology_.height);
        workers_.back()->ports.resize(topology_.cores_per_tile);
    }
    for_each(executor, last_packets_ < kWorthThreads, topology_.height,
             [&](std::uint32_t y, unsigned worker) { sweep_row(y, worker, source); });

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
    for_each(executor, packets < kWorthThreads, topology_.width,
             [&](std::uint32_t x, unsigned worker) { sweep_column(x, worker, sink); });
}

void LinkSweep::sweep_row(std::uint32_t y, unsigned worker, PacketSource& source) {
    Worker& scratch = *workers_[worker];
    rows_[y].size = 0;
    sweep_east(y, scratch, worker, source);
    if (rows_[y].size > 0) {
        sweep_west(y, scratch);
    }
}

void LinkSweep::collect_tile(std::uint32_t tile, Worker& scratch, unsigned worker,
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
        scratch.collected.push_back(kEnd);
        scratch.streams.push_back({nullptr, count});
    };
    for (std::uint32_t core = 0; core < topology_.cores_per_tile; ++core) {
        collect(tile * topology_.cores_per_tile + core);
    }
    for (std::uint32_t port = port_begin_[tile]; port < port_begin_[tile + 1]; ++port) {
        collect(port_ids_[port]);
    }
    // Only now do the packets stay where they are.
    const SpikePacket* next = scratch.collected.data();
    for (Stream& stream : scratch.streams) {
        stream.packets = next;
        next += stream.count + 1;
    }
}

void LinkSweep::reduce_to_two(Worker& scratch) {
    std::vector<Stream>& streams = scratch.streams;
    if (streams.size() > 2) {
        std::size_t total = 0;
        for (const Stream& stream : streams) {
            total += stream.count + 1;
        }
        std::size_t levels = 0;
        for (std::size_t n = streams.size(); n > 2; n = (n + 1) / 2) {
            ++levels;
        }
        SpikePacket* out = scratch.merged.reserve(total * levels);
        // In rounds over neighbours: each packet is moved once a round.
        while (streams.size() > 2) {
            std::size_t kept = 0;
            for (std::size_t i = 0; i < streams.size(); i += 2) {
                if (i + 1 == streams.size()) {
                    streams[kept++] = streams[i];
                    break;
                }
                const std::size_t count = streams[i].count + streams[i + 1].count;
                sweep::merge_streams(streams[i], streams[i + 1], out);
                streams[kept++] = {out, count};
                out += count + 1;
            }
            streams.resize(kept);
        }
    }
    streams.resize(2);
}

void LinkSweep::sweep_east(std::uint32_t y, Worker& scratch, unsigned worker,
                           PacketSource& source) {
    Row& row = rows_[y];
    std::size_t injected = 0;
    std::size_t size = 0;  // of the log
    scratch.through_count = 0;
    scratch.back_size = 0;
    row.turns[0].from_west = {};
    for (std::uint32_t x = 0; x < topology_.width; ++x) {
        collect_tile(topology_.tile(x, y).value, scratch, worker, source);
        Stream east;
        row.turns[x].injected = {};
        scratch.back_segments[x] = {};
        if (!scratch.streams.empty()) {
            reduce_to_two(scratch);
            const std::size_t total = scratch.streams[0].count + scratch.streams[1].count;
            injected += total;
            const sweep::ThreeWay out{
                scratch.back.reserve(scratch.back_size + total + 1) + scratch.back_size,
                row.log.reserve(size + total + 1) + size, scratch.forth.reserve(total + 1)};
            const sweep::ThreeWayCounts counts = sweep::split_streams(
                x_of_core_.data(), x, scratch.streams[0], scratch.streams[1], out);
            scratch.back_segments[x] = {scratch.back_size, counts.below};
            scratch.back_size += counts.below + 1;
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
            SpikePacket* arrived = row.log.reserve(size + total + 1) + size;
            const sweep::LinkOutput output = scratch.pass(
                {timing_.link_occupancy, timing_.hop_x, x_of_core_.data(), x + 1}, east, arrived,
                links_.at(x, y, Direction::east));
            scratch.totals.hops_x += total;
            row.turns[x + 1].from_west = {size, output.arrived};
            size += output.arrived + 1;
        }
    }
    scratch.totals.packets += injected;
    row.size = size;
}

void LinkSweep::sweep_west(std::uint32_t y, Worker& scratch) {
    Row& row = rows_[y];
    scratch.through_count = 0;
    row.turns[topology_.width - 1].from_east = {};
    for (std::uint32_t x = topology_.width - 1; x > 0; --x) {
        row.turns[x - 1].from_east = {};
        const Stream west = stream(scratch.back, scratch.back_segments[x]);
        const std::size_t total = west.count + scratch.through_count;
        if (total > 0) {
            SpikePacket* arrived = row.log.reserve(row.size + total + 1) + row.size;
            const sweep::LinkOutput output = scratch.pass(
                {timing_.link_occupancy, timing_.hop_x, x_of_core_.data(), x - 1}, west, arrived,
                links_.at(x, y, Direction::west));
            scratch.totals.hops_x += total;
            row.turns[x - 1].from_east = {row.size, output.arrived};
            row.size += output.arrived + 1;
        }
    }
}

void LinkSweep::sweep_column(std::uint32_t x, unsigned worker, PacketSink& sink) {
    Worker& scratch = *workers_[worker];
    const bool anything = std::any_of(active_rows_.begin(), active_rows_.end(), [&](auto y) {
        const Turn& turn = rows_[y].turns[x];
        return turn.from_west.count + turn.from_east.count + turn.injected.count > 0;
    });
    if (anything) {
        sweep_north(x, scratch);
        sweep_south(x, scratch, worker, sink);
    }
}

void LinkSweep::sweep_north(std::uint32_t x, Worker& scratch) {
    scratch.through_count = 0;
    scratch.back_size = 0;
    scratch.home_size = 0;
    scratch.home_from_south[0] = {};
    for (std::uint32_t y = 0; y < topology_.height; ++y) {
        Stream north;
        scratch.back_segments[y] = {};
        scratch.home_turned[y] = {};
        const Row& row = rows_[y];
        if (row.size > 0) {
            const Turn& turn = row.turns[x];
            scratch.streams.clear();
            for (const Segment* segment : {&turn.injected, &turn.from_west, &turn.from_east}) {
                if (segment->count > 0) {
                    scratch.streams.push_back(stream(row.log, *segment));
                }
            }
            if (!scratch.streams.empty()) {
                reduce_to_two(scratch);
                const std::size_t total = scratch.streams[0].count + scratch.streams[1].count;
                const sweep::ThreeWay out{
                    scratch.back.reserve(scratch.back_size + total + 1) + scratch.back_size,
                    scratch.home.reserve(scratch.home_size + total + 1) + scratch.home_size,
                    scratch.forth.reserve(total + 1)};
                const sweep::ThreeWayCounts counts = sweep::split_streams(
                    y_of_core_.data(), y, scratch.streams[0], scratch.streams[1], out);
                scratch.back_segments[y] = {scratch.back_size, counts.below};
                scratch.back_size += counts.below + 1;
                scratch.home_turned[y] = {scratch.home_size, counts.at};
                scratch.home_size += counts.at + 1;
                north = {out.above, counts.above};
            }
        }
        if (y + 1 == topology_.height) {
            break;
        }
        scratch.home_from_south[y + 1] = {};
        const std::size_t total = north.count + scratch.through_count;
        if (total > 0) {
            SpikePacket* arrived =
                scratch.home.reserve(scratch.home_size + total + 1) + scratch.home_size;
            const sweep::LinkOutput output = scratch.pass(
                {timing_.link_occupancy, timing_.hop_y, y_of_core_.data(), y + 1}, north, arrived,
                links_.at(x, y, Direction::north));
            scratch.totals.hops_y += total;
            scratch.home_from_south[y + 1] = {scratch.home_size, output.arrived};
            scratch.home_size += output.arrived + 1;
        }
    }
}

void LinkSweep::sweep_south(std::uint32_t x, Worker& scratch, unsigned worker, PacketSink& sink) {
    scratch.through_count = 0;
    scratch.from_north_count = 0;
    for (std::uint32_t y = topology_.height; y-- > 0;) {
        eject(x, y, scratch, worker, sink);
        scratch.from_north_count = 0;
        if (y == 0) {
            break;
        }
        const Stream south = stream(scratch.back, scratch.back_segments[y]);
        const std::size_t total = south.count + scratch.through_count;
        if (total > 0) {
            const sweep::LinkOutput output = scratch.pass(
                {timing_.link_occupancy, timing_.hop_y, y_of_core_.data(), y - 1}, south,
                scratch.from_north.reserve(total + 1), links_.at(x, y, Direction::south));
            scratch.totals.hops_y += total;
            scratch.from_north_count = output.arrived;
        }
    }
}

void LinkSweep::eject(std::uint32_t x, std::uint32_t y, Worker& scratch, unsigned worker,
                      PacketSink& sink) {
    const Stream all[] = {stream(scratch.home, scratch.home_turned[y]),
                          stream(scratch.home, scratch.home_from_south[y]),
                          {scratch.from_north.data(), scratch.from_north_count}};
    scratch.streams.clear();
    for (const Stream& one : all) {
        if (one.count > 0) {
            scratch.streams.push_back(one);
        }
    }
    if (scratch.streams.empty()) {
        return;
    }
    reduce_to_two(scratch);
    const Stream a = scratch.streams[0];
    const Stream b = scratch.streams[1];
    const std::size_t total = a.count + b.count;
    const std::uint32_t cores = topology_.cores_per_tile;
    SpikePacket* const out = scratch.delivered.reserve(total * cores);
    for (std::uint32_t core = 0; core < cores; ++core) {
        scratch.ports[core] = {out + core * total, 0};
    }
    const std::uint32_t first_core = topology_.tile(x, y).value * cores;
    const Picoseconds waited = sweep::eject_streams(timing_.ejection_occupancy, timing_.local,
                                                    first_core, a, b, scratch.ports.data());
    LinkCounters& counters = links_.at(x, y, Direction::local);
    counters.packets += total;
    counters.waited += waited;
    scratch.totals.waited += waited;
    for (std::uint32_t core = 0; core < cores; ++core) {
        const SpikePacket* const begin = out + core * total;
        const auto count = static_cast<std::size_t>(scratch.ports[core].out - begin);
        if (count > 0) {
            sink.deliver(CoreId{first_core + core}, worker, {begin, count});
        }
    }
}

NocCounters LinkSweep::counters() const {
    NocCounters sum;
    for (const auto& worker : workers_) {
        sum.packets += worker->totals.packets;
        sum.hops_x += worker->totals.hops_x;
        sum.hops_y += worker->totals.hops_y;
        sum.waited += worker->totals.waited;
    }
    return sum;
}

LinkCounters LinkSweep::link(TileId tile, Direction direction) const {
    return links_.at(tile, direction);
}

void LinkSweep::clear_counters() {
    for (const auto& worker : workers_) {
        worker->totals = {};
    }
    links_.clear();
}

std::unique_ptr<NocEngine> make_link_sweep(const Topology& topology, const NocTiming& timing) {
    check_noc_parameters(topology, timing);
    return std::make_unique<LinkSweep>(topology, timing);
}

}  // namespace cortile
