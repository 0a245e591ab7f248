// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "noc/api/noc_engine.h"
#include "noc/api/transient_faults.h"

namespace cortile {

// The bits of a packet that a fault may flip, where changes are not detected.
struct PacketPayload {
    unsigned address_bits = 0, value_bits = 0;  // the lowest of address() and of `value`
    // By core, ascending: the addresses that packets to it may have. Others its interface discards.
    std::vector<std::vector<std::uint32_t>> known_addresses = {};
};

// An engine whose links lose and change packets. All packets take their whole ways, with all that
// this means for others' time and for energy; where they arrive, those that were hit are found.
//
// Which ones those are depends on the seed and on the packet alone: timestep, pass, source, target,
// and how many of the same source and target arrived before it in the pass. So it does not depend
// on the number of threads, and not on the level of timing where that does not change what cores
// send. (Packets of one source and target arrive in the order in which they were injected, except
// with adaptive routing, where those that differ in their value alone may change places.)
class FaultyEngine final : public NocEngine, private PacketSink {
  public:
    // Links between routers from one tile to another.
    using WayLength = std::function<std::uint32_t(TileId from, TileId to)>;

    // Throws ContractViolation for rates outside [0, 1].
    FaultyEngine(std::unique_ptr<NocEngine> engine, const Topology& topology,
                 const TransientFaultRates& rates, WayLength way_length,
                 PacketPayload payload = {});

    TransientFaultCounts counts() const;
    std::uint64_t lost() const override { return counts().lost(); }

    std::string name() const override { return engine_->name(); }
    void begin_timestep(std::uint64_t timestep) override;
    void run_timestep(PacketSource& source, PacketSink& sink, Executor& executor) override;
    NocCounters counters() const override { return engine_->counters(); }
    LinkCounters link(TileId tile, Direction direction) const override {
        return engine_->link(tile, direction);
    }
    LinkCounters crossing(std::uint32_t chip, Direction direction) const override {
        return engine_->crossing(chip, direction);
    }
    void clear_counters() override { engine_->clear_counters(); }
    void transfer_state(StateArchive& archive) override {
        archive(*engine_);
        archive.fixed(counts_);
    }
    void release_buffers() override;

  private:
    enum class Fate { whole, dropped, detected, altered, unknown };
    struct Scratch {  // of a worker
        std::vector<std::uint64_t> keys, order;
        std::vector<std::uint32_t> ordinals;
        std::vector<SpikePacket> kept;
    };

    void deliver(CoreId core, unsigned worker, std::span<const SpikePacket> packets) override;
    Fate strike(SpikePacket& packet, std::uint32_t ordinal) const;
    void flip(SpikePacket& packet, std::uint32_t bits) const;
    bool knows(const SpikePacket& packet) const;

    std::unique_ptr<NocEngine> engine_;
    Topology topology_;
    TransientFaultRates rates_;
    WayLength way_length_;
    PacketPayload payload_;
    PacketSink* sink_ = nullptr;
    std::uint64_t timestep_ = 0;
    std::uint32_t pass_ = 0;  // the number of passes begun in the timestep
    std::vector<Scratch> scratch_;
    std::vector<TransientFaultCounts> counts_;  // by core: each is delivered to by one worker
};

}  // namespace cortile
