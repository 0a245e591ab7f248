// SPDX-License-Identifier: Apache-2.0
#include "cores/blocks/dendrite.h"

#include <algorithm>

#include "cores/blocks/packet_value.h"

namespace cortile {

namespace {

// Packets ahead of the present one whose row is asked for: far enough to hide a cache miss behind
// the rows between, near enough that it is still there when its turn comes.
constexpr std::size_t kPrefetchDistance = 6;

// Values may be large: sums wrap modulo 2^32, so that they depend on no order either.
template <bool kValues>
void accumulate(std::int32_t& sum, std::int32_t weight, std::int32_t value) {
    if constexpr (kValues) {
        sum = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) +
                                        static_cast<std::uint32_t>(weight) *
                                            static_cast<std::uint32_t>(value));
    } else {
        sum += weight;
    }
}

// The low `bits` of a number, as a number in two's complement.
std::int32_t wrapped(std::int32_t x, unsigned bits) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << (32 - bits)) >> (32 - bits);
}

}  // namespace

Dendrite::Dendrite(std::uint32_t neurons, const SynapseMemory& memory)
    : neurons_(neurons),
      planes_(static_cast<std::uint32_t>(memory.planes().size())),
      slots_(memory.max_delay() + 1),
      sums_(std::size_t{slots_} * planes_ * neurons, 0) {
    if (planes_ > 1 || memory.planes()[0] != Plane{}) {
        input_.resize(neurons);
    }
}

template <bool kIndexed, bool kDelays, bool kValues>
ReceiveResult Dendrite::receive_rows(const SynapseMemory& memory,
                                     std::span<const SpikePacket> packets, Picoseconds per_packet,
                                     Picoseconds per_synapse) {
    const std::uint32_t* const words = memory.words().data();
    const InputAxon* const axons = memory.axons().data();
    const std::size_t count = packets.size();
    ReceiveResult result;
    for (std::size_t i = 0; i < count; ++i) {
        if (i + kPrefetchDistance < count) {
            const std::uint32_t address = packets[i + kPrefetchDistance].address();
            const std::uint32_t* next = words + (kIndexed ? axons[address].row : address);
            __builtin_prefetch(next);
            __builtin_prefetch(next + 16);
        }
        const std::uint32_t address = packets[i].address();
        const std::uint32_t* word = words + (kIndexed ? axons[address].row : address);
        const std::uint32_t plane_index = kIndexed ? axons[address].plane : 0;
        const std::uint32_t base = kIndexed ? axons[address].base : 0;
        const std::int32_t value = kValues ? signed_value(packets[i]) : 1;
        const std::uint32_t* const first = word;
        if constexpr (kDelays) {
            std::uint32_t current;
            do {
                current = *word++;
                std::uint32_t slot = present_ + SynapseWord::delay(current);
                slot -= slot >= slots_ ? slots_ : 0;
                accumulate<kValues>(plane(slot, plane_index)[base + SynapseWord::neuron(current)],
                                    SynapseWord::weight(current), value);
            } while (!(current & SynapseWord::kLast));
        } else {
            std::int32_t* const sums = plane(present_, plane_index) + base;
            std::uint32_t current;
            do {
                current = *word++;
                accumulate<kValues>(sums[SynapseWord::neuron(current)],
                                    SynapseWord::weight(current), value);
            } while (!(current & SynapseWord::kLast));
        }
        const auto synapses = word - first;
        result.synapses += static_cast<std::uint64_t>(synapses);
        result.finish =
            std::max(result.finish, packets[i].time()) + per_packet + synapses * per_synapse;
    }
    return result;
}

template <bool kValues>
ReceiveResult Dendrite::receive_any(const SynapseMemory& memory,
                                    std::span<const SpikePacket> packets, Picoseconds per_packet,
                                    Picoseconds per_synapse) {
    const bool delays = slots_ > 1;
    if (memory.indexed()) {
        return delays
                   ? receive_rows<true, true, kValues>(memory, packets, per_packet, per_synapse)
                   : receive_rows<true, false, kValues>(memory, packets, per_packet, per_synapse);
    }
    return delays ? receive_rows<false, true, kValues>(memory, packets, per_packet, per_synapse)
                  : receive_rows<false, false, kValues>(memory, packets, per_packet, per_synapse);
}

ReceiveResult Dendrite::receive(const SynapseMemory& memory, std::span<const SpikePacket> packets,
                                Picoseconds per_packet, Picoseconds per_synapse) {
    return receive_any<false>(memory, packets, per_packet, per_synapse);
}

ReceiveResult Dendrite::receive_values(const SynapseMemory& memory,
                                       std::span<const SpikePacket> packets, Picoseconds per_packet,
                                       Picoseconds per_synapse) {
    return receive_any<true>(memory, packets, per_packet, per_synapse);
}

// Adds a plane's shifted sums to the input. Unsigned: what a plane of values holds may be large.
void Dendrite::add_plane(const Plane& plane, const std::int32_t* sums,
                         std::vector<std::int32_t>& to) {
    const auto add = [&](auto shifted) {
        for (std::uint32_t n = 0; n < neurons_; ++n) {
            to[n] = static_cast<std::int32_t>(static_cast<std::uint32_t>(to[n]) +
                                              static_cast<std::uint32_t>(shifted(sums[n])));
        }
    };
    const int exponent = plane.exponent;
    if (plane.wrap_bits > 0) {
        add([&](std::int32_t sum) {
            return wrapped(exponent >= 0 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(sum)
                                                                     << exponent)
                                         : sum >> -exponent,
                           plane.wrap_bits);
        });
    } else if (exponent >= 0) {
        add([&](std::int32_t sum) { return static_cast<std::uint32_t>(sum) << exponent; });
    } else {
        add([&](std::int32_t sum) { return sum >> -exponent; });
    }
}

std::span<const std::int32_t> Dendrite::input(const SynapseMemory& memory) {
    if (input_.empty()) {
        return {plane(present_, 0), neurons_};
    }
    add_channel(memory, 0, input_);
    return input_;
}

std::span<const std::int32_t> Dendrite::channel_input(const SynapseMemory& memory,
                                                      std::uint8_t channel) {
    channel_input_.resize(neurons_);
    add_channel(memory, channel, channel_input_);
    return channel_input_;
}

void Dendrite::add_channel(const SynapseMemory& memory, std::uint8_t channel,
                           std::vector<std::int32_t>& to) {
    std::fill(to.begin(), to.end(), 0);
    for (std::uint32_t p = 0; p < planes_; ++p) {
        if (memory.planes()[p].channel == channel) {
            add_plane(memory.planes()[p], plane(present_, p), to);
        }
    }
}

void Dendrite::take() {
    std::fill_n(plane(present_, 0), std::size_t{planes_} * neurons_, 0);
    present_ = present_ + 1 == slots_ ? 0 : present_ + 1;
}

void Dendrite::transfer_state(StateArchive& archive) {
    archive(present_);
    archive.fixed(sums_);
}

void Dendrite::clear() {
    std::fill(sums_.begin(), sums_.end(), 0);
    present_ = 0;
}

}  // namespace cortile
