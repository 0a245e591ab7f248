// SPDX-License-Identifier: Apache-2.0
#include "cores/blocks/axon_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

void append_bits(std::vector<std::uint32_t>& words, std::uint64_t bit, std::uint32_t value) {
    const std::uint64_t shifted = std::uint64_t{value} << (bit & 31);
    words[bit >> 5] |= static_cast<std::uint32_t>(shifted);
    words[(bit >> 5) + 1] |= static_cast<std::uint32_t>(shifted >> 32);
}

std::uint64_t bytes_for(std::uint64_t bits) {
    return (bits + 7) / 8;
}

}  // namespace

AxonTable::AxonTable(std::span<const std::uint32_t> destinations_of)
    : begin_(destinations_of.size() + 1) {
    for (std::size_t n = 0; n < destinations_of.size(); ++n) {
        begin_[n] = missing_;
        missing_ += destinations_of[n];
    }
    begin_.back() = missing_;
}

void AxonTable::add(std::uint32_t neuron, SpikePacket::Target destination) {
    // Tables are mostly filled one after another: a plain one exists only while it is being filled.
    if (plain_.empty() && missing_ > 0) {
        plain_.resize(std::size_t{neurons()} + missing_);
    }
    if (plain_.empty() || begin_[neuron] + plain_[neuron] >= begin_[neuron + 1]) {
        throw ContractViolation("AxonTable: more destinations than announced");
    }
    plain_[neurons() + begin_[neuron] + plain_[neuron]++] = destination;
    if (--missing_ == 0) {
        pack();
    }
}

void AxonTable::finish() {
    if (missing_ > 0) {
        throw ContractViolation("AxonTable: fewer destinations than announced");
    }
    if (packed_.empty()) {
        pack();
    }
}

template <typename Body>
void AxonTable::for_each_gap(std::size_t neuron, Body body) const {
    constexpr std::uint32_t kLastCore = SpikePacket::kMaxCore;
    std::uint32_t before = SpikePacket::core_of(kBeforeFirst);
    for (std::uint32_t i = begin_[neuron]; i < begin_[neuron + 1]; ++i) {
        const SpikePacket::Target destination = plain_[neurons() + i];
        const std::uint32_t core = SpikePacket::core_of(destination);
        body(destination, (core - before - 1) & kLastCore);
        before = core;
    }
}

// The format that takes the fewest bits.
AxonFormat AxonTable::choose_format() const {
    std::uint64_t count = 0;
    std::uint32_t addresses = 0;  // bits that are set in any
    // By b: gaps below 2^b - 1, the largest that b bits can say, but not below 2^(b - 1) - 1.
    std::array<std::uint64_t, SpikePacket::kCoreBits + 2> gaps{};
    for (std::size_t n = 0; n < neurons(); ++n) {
        for_each_gap(n, [&](SpikePacket::Target destination, std::uint32_t gap) {
            ++count;
            addresses |= SpikePacket::address_of(destination);
            ++gaps[static_cast<std::size_t>(std::bit_width(gap + 1))];
        });
    }
    const auto with_gaps_of = [&](unsigned bits) -> AxonFormat {
        return {bits, std::max(static_cast<unsigned>(std::bit_width(addresses)),
                               AxonFormat::kLeastBits - std::min(bits, AxonFormat::kLeastBits))};
    };
    AxonFormat best = with_gaps_of(0);  // every core's number follows
    std::uint64_t least = count * (best.bits() + SpikePacket::kCoreBits);
    std::uint64_t wholes = count;
    for (unsigned bits = 1; bits <= AxonFormat::kMostGapBits; ++bits) {
        wholes -= gaps[bits];
        const AxonFormat format = with_gaps_of(bits);
        const std::uint64_t sum = count * format.bits() + wholes * SpikePacket::kCoreBits;
        if (sum < least) {
            least = sum;
            best = format;
        }
    }
    return best;
}

void AxonTable::pack() {
    format_ = choose_format();
    const auto bits_of = [this](std::uint32_t gap) {
        return format_.bits() + (gap >= format_.whole() ? SpikePacket::kCoreBits : 0);
    };
    std::uint64_t bytes = 0;
    for (std::size_t n = 0; n < neurons(); ++n) {
        std::uint64_t bits = 0;
        for_each_gap(n, [&](SpikePacket::Target, std::uint32_t gap) { bits += bits_of(gap); });
        bytes += bytes_for(bits);
    }
    if (bytes > std::numeric_limits<std::uint32_t>::max()) {
        throw ContractViolation("AxonTable: more than 4 GiB of destinations");
    }
    // An iterator at the end reads an entry and a whole value more, each from two words.
    packed_.assign(bytes / 4 + 3, 0);
    std::uint64_t byte = 0;
    for (std::size_t n = 0; n < neurons(); ++n) {
        std::uint64_t bit = byte * 8;
        for_each_gap(n, [&](SpikePacket::Target destination, std::uint32_t gap) {
            const std::uint32_t shown = std::min(gap, format_.whole());
            append_bits(packed_, bit,
                        shown << format_.address_bits | SpikePacket::address_of(destination));
            if (shown == format_.whole()) {
                append_bits(packed_, bit + format_.bits(), SpikePacket::core_of(destination));
            }
            bit += bits_of(gap);
        });
        begin_[n] = static_cast<std::uint32_t>(byte);
        byte = bytes_for(bit);
    }
    begin_.back() = static_cast<std::uint32_t>(byte);
    plain_ = std::vector<SpikePacket::Target>();  // = {} would keep its memory
}

}  // namespace cortile
