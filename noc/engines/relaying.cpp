// SPDX-License-Identifier: Apache-2.0
#include "noc/engines/relaying.h"

#include <algorithm>
#include <string>
#include <vector>

#include "noc/engines/checks.h"

namespace cortile {

void order_for_relay(const Topology& topology, TileId from, std::span<SpikePacket> copies) {
    for (std::size_t i = 0; i < copies.size(); ++i) {
        const auto rest = copies.subspan(i);
        const auto distance = [&](const SpikePacket& copy) {
            return topology.hops(from, topology.tile_of_core(CoreId{copy.core()}));
        };
        const auto nearest = std::min_element(
            rest.begin(), rest.end(), [&](const SpikePacket& a, const SpikePacket& b) {
                return std::pair(distance(a), a.core()) < std::pair(distance(b), b.core());
            });
        std::rotate(rest.begin(), nearest, nearest + 1);
        from = topology.tile_of_core(CoreId{copies[i].core()});
    }
}

namespace {

class Relaying final : public NocEngine, private PacketSource, private PacketSink {
  public:
    Relaying(std::unique_ptr<NocEngine> engine, const Topology& topology, Picoseconds relay)
        : engine_(std::move(engine)),
          topology_(topology),
          relay_(relay),
          to_send_(topology.sources()),
          passed_on_(topology.cores()),
          arrived_(topology.cores()) {}

    std::string name() const override { return engine_->name(); }
    void begin_timestep(std::uint64_t timestep) override { engine_->begin_timestep(timestep); }

    void run_timestep(PacketSource& source, PacketSink& sink, Executor& executor) override {
        collect_all(source);
        bool pending = true;
        while (pending) {
            engine_->run_timestep(*this, *this, executor);
            pending = false;
            for (std::uint32_t core = 0; core < topology_.cores(); ++core) {
                to_send_[core].swap(passed_on_[core]);
                passed_on_[core].clear();
                pending = pending || !to_send_[core].empty();
            }
        }
        for (std::uint32_t core = 0; core < topology_.cores(); ++core) {
            std::vector<SpikePacket>& packets = arrived_[core];
            if (!packets.empty()) {
                std::stable_sort(
                    packets.begin(), packets.end(),
                    [](const SpikePacket& a, const SpikePacket& b) { return a.is_before(b); });
                sink.deliver(CoreId{core}, 0, packets);
                packets.clear();
            }
        }
    }

    NocCounters counters() const override {
        NocCounters result = engine_->counters();
        result.injected = injected_;
        return result;
    }
    LinkCounters link(TileId tile, Direction direction) const override {
        return engine_->link(tile, direction);
    }
    LinkCounters crossing(std::uint32_t chip, Direction direction) const override {
        return engine_->crossing(chip, direction);
    }
    void transfer_state(StateArchive& archive) override { archive(injected_, *engine_); }
    void clear_counters() override {
        injected_ = 0;
        engine_->clear_counters();
    }
    void release_buffers() override {
        copies_ = {};
        for (auto* lists : {&to_send_, &passed_on_, &arrived_}) {
            for (std::vector<SpikePacket>& list : *lists) {
                list = {};
            }
        }
        engine_->release_buffers();
    }

  private:
    // On its way a packet carries the index of its copy in place of address and value.
    SpikePacket numbered(std::size_t copy, Picoseconds time, std::uint32_t source) const {
        return {time,
                SpikePacket::pack(copies_[copy].core(),
                                  static_cast<std::uint32_t>(copy) & SpikePacket::kMaxAddress),
                source, static_cast<std::uint32_t>(copy >> SpikePacket::kAddressBits)};
    }

    void collect_all(PacketSource& source) {
        copies_.clear();
        for (std::uint32_t s = 0; s < topology_.sources(); ++s) {
            const std::size_t first = copies_.size();
            source.collect(s, 0, copies_);
            const std::span<SpikePacket> own(copies_.begin() + static_cast<std::ptrdiff_t>(first),
                                             copies_.end());
            if (!is_injection_valid(own, s, topology_.cores())) {
                throw_invalid_injection(own, s, topology_.cores());
            }
            to_send_[s].clear();
            for_each_spike(own, [&](std::span<SpikePacket> copies) {
                order_for_relay(topology_, topology_.tile_of_source(s), copies);
                to_send_[s].push_back(numbered(
                    static_cast<std::size_t>(copies.data() - copies_.data()), copies[0].time(), s));
                ++injected_;
            });
        }
    }

    void collect(std::uint32_t source, unsigned, std::vector<SpikePacket>& out) override {
        out.insert(out.end(), to_send_[source].begin(), to_send_[source].end());
        to_send_[source].clear();
    }

    void deliver(CoreId core, unsigned, std::span<const SpikePacket> packets) override {
        for (const SpikePacket& packet : packets) {
            const std::size_t index =
                std::size_t{packet.value()} << SpikePacket::kAddressBits | packet.address();
            const SpikePacket& copy = copies_[index];
            arrived_[core.value].emplace_back(packet.time(), copy.target(), packet.source(),
                                              copy.value());
            if (index + 1 < copies_.size() && copies_[index + 1].is_copy_of(copy)) {
                passed_on_[core.value].push_back(
                    numbered(index + 1, packet.time() + relay_, core.value));
            }
        }
    }

    std::unique_ptr<NocEngine> engine_;
    Topology topology_;
    Picoseconds relay_;
    std::uint64_t injected_ = 0;
    std::vector<SpikePacket> copies_;                  // of the timestep, spike by spike
    std::vector<std::vector<SpikePacket>> to_send_;    // by source, in the present pass
    std::vector<std::vector<SpikePacket>> passed_on_;  // by core, in the next
    std::vector<std::vector<SpikePacket>> arrived_;    // by core
};

}  // namespace

std::unique_ptr<NocEngine> make_relaying(std::unique_ptr<NocEngine> engine,
                                         const Topology& topology, Picoseconds relay) {
    return std::make_unique<Relaying>(std::move(engine), topology, relay);
}

}  // namespace cortile
