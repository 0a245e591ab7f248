// SPDX-License-Identifier: Apache-2.0
#include "noc/engines/faulty_engine.h"

#include <algorithm>
#include <cmath>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"

namespace cortile {

namespace {

// Of one of so many links, each with probability `rate`. Without losing digits of small rates.
double over_links(double rate, std::uint32_t links) {
    return -std::expm1(links * std::log1p(-rate));
}

double share_of(const std::array<std::uint32_t, 4>& random) {
    return static_cast<double>((std::uint64_t{random[0]} << 21) ^ (random[1] >> 11)) * 0x1p-53;
}

// How many packets of the same source and target come before each.
void number_alike(std::span<const SpikePacket> packets, std::vector<std::uint64_t>& keys,
                  std::vector<std::uint64_t>& order, std::vector<std::uint32_t>& ordinals) {
    keys.clear();
    order.clear();
    ordinals.assign(packets.size(), 0);
    for (const SpikePacket& packet : packets) {
        order.push_back(order.size());
        keys.push_back(std::uint64_t{packet.source()} << (64 - SpikePacket::kSourceBits) ^
                       packet.target());
    }
    std::sort(order.begin(), order.end(), [&](std::uint64_t a, std::uint64_t b) {
        return keys[a] != keys[b] ? keys[a] < keys[b] : a < b;
    });
    for (std::size_t i = 1; i < order.size(); ++i) {
        if (keys[order[i]] == keys[order[i - 1]]) {
            ordinals[order[i]] = ordinals[order[i - 1]] + 1;
        }
    }
}

}  // namespace

FaultyEngine::FaultyEngine(std::unique_ptr<NocEngine> engine, const Topology& topology,
                           const TransientFaultRates& rates, WayLength way_length,
                           PacketPayload payload)
    : engine_(std::move(engine)),
      topology_(topology),
      rates_(rates),
      way_length_(std::move(way_length)),
      payload_(std::move(payload)),
      counts_(topology.cores()) {
    for (const double rate : {rates.drop, rates.corrupt}) {
        if (!(rate >= 0 && rate <= 1)) {
            throw ContractViolation("FaultyEngine: a rate is outside [0, 1]");
        }
    }
    const bool flips = rates.corrupt > 0 && !rates.detect;
    if (flips && (payload_.address_bits + payload_.value_bits == 0 ||
                  payload_.known_addresses.size() != topology.cores())) {
        throw ContractViolation("FaultyEngine: the bits and addresses of packets are not known");
    }
}

TransientFaultCounts FaultyEngine::counts() const {
    TransientFaultCounts sum;
    for (const TransientFaultCounts& core : counts_) {
        sum += core;
    }
    return sum;
}

void FaultyEngine::begin_timestep(std::uint64_t timestep) {
    timestep_ = timestep;
    pass_ = 0;
    engine_->begin_timestep(timestep);
}

void FaultyEngine::run_timestep(PacketSource& source, PacketSink& sink, Executor& executor) {
    sink_ = &sink;
    ++pass_;
    scratch_.resize(executor.threads());
    engine_->run_timestep(source, *this, executor);
}

void FaultyEngine::release_buffers() {
    scratch_ = {};
    engine_->release_buffers();
}

void FaultyEngine::deliver(CoreId core, unsigned worker, std::span<const SpikePacket> packets) {
    Scratch& scratch = scratch_[worker];
    TransientFaultCounts& counts = counts_[core.value];
    number_alike(packets, scratch.keys, scratch.order, scratch.ordinals);
    scratch.kept.clear();
    for (std::size_t i = 0; i < packets.size(); ++i) {
        SpikePacket packet = packets[i];
        const Fate fate = strike(packet, scratch.ordinals[i]);
        counts.dropped += fate == Fate::dropped;
        counts.detected += fate == Fate::detected;
        counts.unknown += fate == Fate::unknown;
        counts.altered += fate == Fate::altered;
        if (fate == Fate::whole || fate == Fate::altered) {
            scratch.kept.push_back(packet);
        }
    }
    if (!scratch.kept.empty()) {
        sink_->deliver(core, worker, scratch.kept);
    }
}

FaultyEngine::Fate FaultyEngine::strike(SpikePacket& packet, std::uint32_t ordinal) const {
    const TileId to = topology_.tile_of_core(CoreId{packet.core()});
    const std::uint32_t links = way_length_(topology_.tile_of_source(packet.source()), to) + 1;
    // Source and target have three bits more than there is room for in one word.
    const std::uint64_t more = packet.target() >> 32 | std::uint64_t{packet.source()} >> 16 << 2;
    const std::uint64_t when =
        more << 61 | timestep_ << 24 | std::uint64_t{pass_ & 0xFFFF} << 8 | (ordinal >> 16 & 0xFF);
    const std::uint64_t which = std::uint64_t{packet.source()} << 48 |
                                (packet.target() & 0xFFFFFFFF) << 16 | (ordinal & 0xFFFF);
    if (rates_.drop > 0 && share_of(philox({rates_.seed, RandomUse::noc_drop}, when, which)) <
                               over_links(rates_.drop, links)) {
        return Fate::dropped;
    }
    if (rates_.corrupt == 0) {
        return Fate::whole;
    }
    const auto random = philox({rates_.seed, RandomUse::noc_corruption}, when, which);
    if (share_of(random) >= over_links(rates_.corrupt, links)) {
        return Fate::whole;
    }
    if (rates_.detect) {
        return Fate::detected;
    }
    flip(packet, random[2]);
    return knows(packet) ? Fate::altered : Fate::unknown;
}

void FaultyEngine::flip(SpikePacket& packet, std::uint32_t bits) const {
    const std::uint32_t bit = uniform_below(bits, payload_.address_bits + payload_.value_bits);
    const bool in_address = bit < payload_.address_bits;
    packet = {packet.time(), packet.target() ^ (in_address ? SpikePacket::Target{1} << bit : 0),
              packet.source(),
              packet.value() ^ (in_address ? 0 : 1u << (bit - payload_.address_bits)),
              packet.group()};
}

bool FaultyEngine::knows(const SpikePacket& packet) const {
    const std::vector<std::uint32_t>& known = payload_.known_addresses[packet.core()];
    return std::binary_search(known.begin(), known.end(), packet.address());
}

}  // namespace cortile
