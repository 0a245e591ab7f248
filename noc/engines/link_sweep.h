// SPDX-License-Identifier: Apache-2.0
// The link sweep: hop-by-hop contention without an event queue (docs/noc.md).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "noc/api/noc_engine.h"
#include "noc/engines/chip_channel.h"
#include "noc/engines/link_counters.h"
#include "noc/engines/packet_buffer.h"
#include "noc/engines/sweep_worker.h"

namespace cortile {

// Within a timestep: all rows (collect, X links), then all columns (Y links, ejection, delivery).
// The only storage that holds all packets of a timestep at once are the turn logs of the rows.
// On a board, the rows of a row of chips share channels, and are swept together, chip by chip; so
// are the columns of a column of chips.
class LinkSweep final : public NocEngine {
  public:
    LinkSweep(const Topology& topology, const NocTiming& timing);
    ~LinkSweep() override;

    std::string name() const override { return "approximately_timed"; }
    void run_timestep(PacketSource& source, PacketSink& sink, Executor& executor) override;
    NocCounters counters() const override;
    LinkCounters link(TileId tile, Direction direction) const override;
    LinkCounters crossing(std::uint32_t chip, Direction direction) const override;
    void clear_counters() override;
    void transfer_state(StateArchive& archive) override;
    void release_buffers() override;

  private:
    // The packets that are done with X at one tile: they came from the west, from the east, or
    // were injected there.
    struct Turn {
        Segment from_west, from_east, injected;
    };
    struct Row {
        PacketBuffer log;
        std::size_t size = 0;     // 0: nothing was injected in this row
        std::vector<Turn> turns;  // by x; valid while size > 0
    };

    // What one worker needs: scratch for each of the rows or columns that it sweeps together.
    struct Crew {
        Crew(const Topology& topology, const NocTiming& timing, std::uint32_t lane_count);

        std::vector<std::unique_ptr<SweepWorker>> lanes;
        sweep::ChipChannel channel;
        std::vector<sweep::Lane> crossing;
        NocCounters totals;
    };

    void sweep_rows(std::uint32_t group, unsigned worker, PacketSource& source);
    // The tiles of one chip, from column `begin` on.
    void sweep_east(std::uint32_t y, std::uint32_t begin, SweepWorker& scratch, unsigned worker,
                    PacketSource& source);
    void sweep_west(std::uint32_t y, std::uint32_t begin, SweepWorker& scratch);
    void collect_tile(std::uint32_t tile, SweepWorker& scratch, unsigned worker,
                      PacketSource& source);

    void sweep_columns(std::uint32_t group, unsigned worker, PacketSink& sink);
    bool is_reached(std::uint32_t x) const;
    // The tiles of one chip, from row `begin` on.
    void sweep_north(std::uint32_t x, std::uint32_t begin, SweepWorker& scratch);
    void sweep_south(std::uint32_t x, std::uint32_t begin, SweepWorker& scratch, unsigned worker,
                     PacketSink& sink);
    void eject(std::uint32_t x, std::uint32_t y, SweepWorker& scratch, unsigned worker,
               PacketSink& sink);

    // Passes what is on its way (`through`) on the first `count` lanes out of a chip.
    void cross(Crew& crew, std::uint32_t count, TileId tile, Direction direction);
    // What came over a channel into column x or row y: what has reached its coordinate there is
    // returned, the rest is on its way.
    Segment enter_column(Row& row, std::uint32_t x, SweepWorker& scratch);
    void enter_row_north(std::uint32_t y, SweepWorker& scratch);
    void enter_row_south(std::uint32_t y, SweepWorker& scratch);

    template <typename Body>
    void for_each(Executor& executor, bool serial, std::uint32_t count, const Body& body);

    Topology topology_;
    NocTiming timing_;
    std::vector<std::uint16_t> x_of_core_, y_of_core_;
    // External ports of tile t: port_ids_[port_begin_[t] .. port_begin_[t + 1]), source ids.
    std::vector<std::uint32_t> port_begin_, port_ids_;

    std::vector<Row> rows_;
    std::vector<std::uint32_t> active_rows_;
    std::uint32_t rows_together_, columns_together_;
    std::vector<std::unique_ptr<Crew>> crews_;  // by worker
    NocCounters released_;                      // of crews that are gone
    LinkCounterTable links_;
    ChannelCounterTable channels_;
    std::size_t last_packets_ = 0;  // of the timestep before, about
};

}  // namespace cortile
