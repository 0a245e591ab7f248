// SPDX-License-Identifier: Apache-2.0
// What a worker sweeps at once: one row or column of a mesh; on a board, those that share channels
// between chips, chip by chip.
#include <algorithm>

#include "noc/engines/link_sweep.h"

namespace cortile {

using sweep::kTail;

LinkSweep::Crew::Crew(const Topology& topology, const NocTiming& timing, std::uint32_t lane_count)
    : channel(timing.crossing_latency, timing.crossing_occupancy,
              timing.multicast == Multicast::tree),
      crossing(lane_count) {
    while (lanes.size() < lane_count) {
        lanes.push_back(std::make_unique<SweepWorker>(topology, timing.multicast));
    }
}

void LinkSweep::sweep_rows(std::uint32_t group, unsigned worker, PacketSource& source) {
    Crew& crew = *crews_[worker];
    const std::uint32_t first = group * rows_together_, step = topology_.chip_tiles_x();
    const auto for_each_row = [&](auto body) {
        for (std::uint32_t i = 0; i < rows_together_; ++i) {
            body(first + i, rows_[first + i], *crew.lanes[i]);
        }
    };
    for_each_row([&](std::uint32_t, Row& row, SweepWorker& lane) {
        row.size = 0;
        row.turns[0].from_west = {};
        row.turns[topology_.width - 1].from_east = {};
        lane.through_count = 0;
        lane.kept_size = 0;
    });
    for (std::uint32_t x = 0; x < topology_.width; x += step) {
        if (x > 0) {
            cross(crew, rows_together_, topology_.tile(x - 1, first), Direction::east);
        }
        for_each_row([&](std::uint32_t y, Row& row, SweepWorker& lane) {
            if (x > 0) {
                row.turns[x].from_west = enter_column(row, x, lane);
            }
            sweep_east(y, x, lane, worker, source);
        });
    }
    for_each_row([](std::uint32_t, Row&, SweepWorker& lane) { lane.through_count = 0; });
    for (std::uint32_t x = topology_.width; x > 0; x -= step) {
        if (x < topology_.width) {
            cross(crew, rows_together_, topology_.tile(x, first), Direction::west);
        }
        for_each_row([&](std::uint32_t y, Row& row, SweepWorker& lane) {
            if (row.size > 0) {
                if (x < topology_.width) {
                    row.turns[x - 1].from_east = enter_column(row, x - 1, lane);
                }
                sweep_west(y, x - step, lane);
            }
        });
    }
}

bool LinkSweep::is_reached(std::uint32_t x) const {
    return std::any_of(active_rows_.begin(), active_rows_.end(), [&](auto y) {
        const Turn& turn = rows_[y].turns[x];
        return turn.from_west.count + turn.from_east.count + turn.injected.count > 0;
    });
}

void LinkSweep::sweep_columns(std::uint32_t group, unsigned worker, PacketSink& sink) {
    Crew& crew = *crews_[worker];
    const std::uint32_t first = group * columns_together_, step = topology_.chip_tiles_y();
    for (std::uint32_t i = 0; i < columns_together_; ++i) {
        SweepWorker& lane = *crew.lanes[i];
        lane.is_active = is_reached(first + i);
        lane.through_count = 0;
        lane.southbound_size = 0;
        lane.kept_size = 0;
        lane.from_south[0] = {};
    }
    const auto for_each_column = [&](auto body) {
        for (std::uint32_t i = 0; i < columns_together_; ++i) {
            if (crew.lanes[i]->is_active) {
                body(first + i, *crew.lanes[i]);
            }
        }
    };
    for (std::uint32_t y = 0; y < topology_.height; y += step) {
        if (y > 0) {
            cross(crew, columns_together_, topology_.tile(first, y - 1), Direction::north);
        }
        for_each_column([&](std::uint32_t x, SweepWorker& lane) {
            if (y > 0) {
                enter_row_north(y, lane);
            }
            sweep_north(x, y, lane);
        });
    }
    for_each_column([](std::uint32_t, SweepWorker& lane) {
        lane.through_count = 0;
        lane.from_north_count = 0;
    });
    for (std::uint32_t y = topology_.height; y > 0; y -= step) {
        if (y < topology_.height) {
            cross(crew, columns_together_, topology_.tile(first, y), Direction::south);
        }
        for_each_column([&](std::uint32_t x, SweepWorker& lane) {
            if (y < topology_.height) {
                enter_row_south(y - 1, lane);
            }
            sweep_south(x, y - step, lane, worker, sink);
        });
    }
}

void LinkSweep::cross(Crew& crew, std::uint32_t count, TileId tile, Direction direction) {
    for (std::uint32_t i = 0; i < count; ++i) {
        SweepWorker& lane = *crew.lanes[i];
        crew.crossing[i] = {lane.through.data(), lane.through_count};
    }
    LinkCounters passed;
    crew.channel.pass({crew.crossing.data(), count}, passed);
    LinkCounters& counters = channels_.of(topology_.chip(tile), direction);
    counters.packets += passed.packets;
    counters.waited += passed.waited;
    crew.totals.crossings += passed.packets;
    crew.totals.waited += passed.waited;
}

// Without occupancy and latency, passing a link is nothing but splitting what comes over it.
Segment LinkSweep::enter_column(Row& row, std::uint32_t x, SweepWorker& scratch) {
    if (scratch.through_count == 0) {
        return {};
    }
    const std::size_t begin = row.size;
    SpikePacket* arrived = row.log.reserve(begin + scratch.through_count + kTail) + begin;
    LinkCounters no_link;
    std::uint64_t no_hops = 0;
    const std::size_t count =
        scratch.pass({0, 0, x_of_core_.data(), x}, sweep::Stream(), arrived, no_link, no_hops);
    row.size += count + 1;
    return {begin, count};
}

void LinkSweep::enter_row_north(std::uint32_t y, SweepWorker& scratch) {
    scratch.from_south[y] = {};
    if (scratch.through_count > 0) {
        const std::size_t begin = scratch.kept_size;
        SpikePacket* arrived = scratch.kept.reserve(begin + scratch.through_count + kTail) + begin;
        LinkCounters no_link;
        std::uint64_t no_hops = 0;
        const std::size_t count =
            scratch.pass({0, 0, y_of_core_.data(), y}, sweep::Stream(), arrived, no_link, no_hops);
        scratch.from_south[y] = {begin, count};
        scratch.kept_size += count + 1;
    }
}

void LinkSweep::enter_row_south(std::uint32_t y, SweepWorker& scratch) {
    LinkCounters no_link;
    std::uint64_t no_hops = 0;
    scratch.from_north_count =
        scratch.through_count == 0
            ? 0
            : scratch.pass({0, 0, y_of_core_.data(), y}, sweep::Stream(),
                           scratch.beside.reserve(scratch.through_count + kTail), no_link, no_hops);
}

}  // namespace cortile
