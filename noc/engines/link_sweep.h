// SPDX-License-Identifier: Apache-2.0
// The link sweep: hop-by-hop contention without an event queue (docs/noc.md).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "noc/api/noc_engine.h"
#include "noc/engines/link_counters.h"
#include "noc/engines/packet_buffer.h"
#include "noc/engines/sweep_worker.h"

namespace cortile {

// Within a timestep: all rows (collect, X links), then all columns (Y links, ejection, delivery).
// The only storage that holds all packets of a timestep at once are the turn logs of the rows.
class LinkSweep final : public NocEngine {
  public:
    LinkSweep(const Topology& topology, const NocTiming& timing);
    ~LinkSweep() override;

    std::string name() const override { return "approximately_timed"; }
    void run_timestep(PacketSource& source, PacketSink& sink, Executor& executor) override;
    NocCounters counters() const override;
    LinkCounters link(TileId tile, Direction direction) const override;
    void clear_counters() override;
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

    void sweep_row(std::uint32_t y, unsigned worker, PacketSource& source);
    void sweep_east(std::uint32_t y, SweepWorker& scratch, unsigned worker, PacketSource& source);
    void sweep_west(std::uint32_t y, SweepWorker& scratch);
    void collect_tile(std::uint32_t tile, SweepWorker& scratch, unsigned worker,
                      PacketSource& source);

    void sweep_column(std::uint32_t x, unsigned worker, PacketSink& sink);
    void sweep_north(std::uint32_t x, SweepWorker& scratch);
    void sweep_south(std::uint32_t x, SweepWorker& scratch, unsigned worker, PacketSink& sink);
    void eject(std::uint32_t x, std::uint32_t y, SweepWorker& scratch, unsigned worker,
               PacketSink& sink);

    template <typename Body>
    void for_each(Executor& executor, bool serial, std::uint32_t count, const Body& body);

    Topology topology_;
    NocTiming timing_;
    std::vector<std::uint16_t> x_of_core_, y_of_core_;
    // External ports of tile t: port_ids_[port_begin_[t] .. port_begin_[t + 1]), source ids.
    std::vector<std::uint32_t> port_begin_, port_ids_;

    std::vector<Row> rows_;
    std::vector<std::uint32_t> active_rows_;
    std::vector<std::unique_ptr<SweepWorker>> workers_;
    NocCounters released_;  // of workers that are gone
    LinkCounterTable links_;
    std::size_t last_packets_ = 0;  // of the timestep before, about
};

}  // namespace cortile
