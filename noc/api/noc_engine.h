// SPDX-License-Identifier: Apache-2.0
// The contract of every network-on-chip engine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hw_model/base/executor.h"
#include "hw_model/state/state_archive.h"
#include "noc/api/multicast.h"
#include "noc/api/packet.h"
#include "noc/api/router_parameters.h"
#include "noc/api/topology.h"

namespace cortile {

// Latencies in ps. A packet from tile A to tile B takes, unloaded,
//   hops_x * hop_x + hops_y * hop_y + crossings * crossing_latency + local
// from injection at the source's network interface to arrival at the destination's.
// Each directed mesh link and each ejection port passes one packet per occupancy, first come first
// served with key (arrival at the link, source): start = max(arrival, link free),
// link free = start + occupancy, arrival at the next stage = start + latency. Queues are unbounded.
struct NocTiming {
    Picoseconds hop_x = 0;                     // router and link, east or west
    Picoseconds hop_y = 0;                     // router and link, north or south
    Picoseconds local = 0;                     // through the tile's own router to the core
    Picoseconds link_occupancy = 0;            // per packet on a mesh link
    Picoseconds ejection_occupancy = 0;        // per packet on the port from router to core
    Multicast multicast = Multicast::unicast;  // not path, which has no such simple timing
    Picoseconds relay = 0;                     // in a core that passes a packet on
    // Of a board: the channel between two chips, one for each side of a chip and direction. It
    // comes behind the mesh link that leads to the other chip, adds its latency to that of the
    // link, and is served like one: with key (arrival at the channel, source, row or column of the
    // link). Copies of a spike that come over different links are different packets.
    Picoseconds crossing_latency = 0;    // from the first to the last bit, and the wire
    Picoseconds crossing_occupancy = 0;  // per packet
};

// Gives the packets a source injects in the present timestep, ascending in time. Called once per
// source and timestep, from any worker, for different sources at the same time.
class PacketSource {
  public:
    virtual ~PacketSource() = default;
    // Appends to `out` (which may hold other sources' packets already).
    virtual void collect(std::uint32_t source, unsigned worker, std::vector<SpikePacket>& out) = 0;
};

// Takes the packets that arrive at one core, ascending in (time, source). Called at most once per
// core and timestep, from any worker, for different cores at the same time; not at all for a core
// that nothing reaches. The span is valid during the call only.
class PacketSink {
  public:
    virtual ~PacketSink() = default;
    virtual void deliver(CoreId core, unsigned worker, std::span<const SpikePacket> packets) = 0;
};

// Integer totals since construction or the last clear.
struct NocCounters {
    std::uint64_t packets = 0;             // that arrived at a core: copies one by one
    std::uint64_t injected = 0;            // that sources sent: the copies of one spike together
    std::uint64_t hops_x = 0, hops_y = 0;  // over links: copies that travel together once
    std::uint64_t crossings = 0;           // from chip to chip; the hops include them
    Picoseconds waited = 0;  // sum over packets, links and channels of start - arrival
};

inline void transfer_state(StateArchive& archive, NocCounters& counters) {
    archive(counters.packets, counters.injected, counters.hops_x, counters.hops_y,
            counters.crossings, counters.waited);
}

struct LinkCounters {  // of one directed link out of one tile
    std::uint64_t packets = 0;
    Picoseconds waited = 0;

    void transfer_state(StateArchive& archive) { archive(packets, waited); }
};
enum class Direction : std::uint8_t { east, west, north, south, local };

class NocEngine {
  public:
    virtual ~NocEngine() = default;
    virtual std::string name() const = 0;  // "approximately_timed", …

    // The passes that follow belong to timestep `timestep`, for engines that keep records.
    virtual void begin_timestep(std::uint64_t /*timestep*/) {}
    // Carries all packets of one timestep, or of one pass of it, from injection to arrival.
    virtual void run_timestep(PacketSource& source, PacketSink& sink, Executor& executor) = 0;

    virtual NocCounters counters() const = 0;
    // Packets that it took and, on purpose, did not deliver, ever. Whatever else was injected it
    // has delivered once; the chip checks that.
    virtual std::uint64_t lost() const { return 0; }
    // Per tile: packets that left it in `direction` (local: ejected to its cores).
    virtual LinkCounters link(TileId tile, Direction direction) const = 0;
    // Of a board: packets that left chip `chip` by its channel in `direction`, never local.
    virtual LinkCounters crossing(std::uint32_t chip, Direction direction) const = 0;
    virtual void clear_counters() = 0;

    // Saves or restores, between two timesteps, the counters and all that the packets of one
    // timestep leave behind for the next: arbiters that go round, clocks. Nothing is on its way
    // then.
    virtual void transfer_state(StateArchive& archive) = 0;

    // Gives back what is only kept to be reused by the next timestep; counters stay.
    virtual void release_buffers() {}
};

// Of routers with a clock.
struct CycleAccurateTiming {
    RouterParameters router;
    std::string routing = "xy";                // noc/routing/routing_policy.h
    std::filesystem::path routing_table = {};  // of routing `table`: noc/routing/table.h
    std::uint32_t packet_flits = 1;            // of every spike
    Picoseconds clock_period = 1000;           // of all routers
    // noc/routing/faults.h
    std::vector<std::string> dead_links = {}, dead_routers = {};
    Multicast multicast = Multicast::unicast;
    Picoseconds relay = 0;  // in a core that passes a packet on
};

// `loosely_timed`: every packet takes its unloaded latency; nothing waits.
std::unique_ptr<NocEngine> make_loosely_timed(const Topology& topology, const NocTiming& timing);
// `cycle_accurate`: flits, virtual channels, credits, finite buffers. Each timestep starts with an
// empty network; a packet enters the unbounded queue of its source's network interface with the
// first clock edge at or after its time. Throws ConfigError for what cannot be built.
std::unique_ptr<NocEngine> make_cycle_accurate(const Topology& topology,
                                               const CycleAccurateTiming& timing);
// The timing of the other two levels for such routers, without contention the same.
NocTiming approximate_timing(const CycleAccurateTiming& timing);

// `approximately_timed`: hop by hop with contention, by the link sweep (docs/architecture.md).
std::unique_ptr<NocEngine> make_link_sweep(const Topology& topology, const NocTiming& timing);
// The same model as the link sweep by a plain event queue: slow, short, the sweep's specification.
std::unique_ptr<NocEngine> make_event_reference(const Topology& topology, const NocTiming& timing);

}  // namespace cortile
