// SPDX-License-Identifier: Apache-2.0
#include "cores/ideal/fixed_point_dendrite.h"

#include <algorithm>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// As in cores/blocks/dendrite.cpp: far enough ahead to hide a cache miss, near enough to stay.
constexpr std::size_t kPrefetchDistance = 6;

}  // namespace

FixedPointDendrite::FixedPointDendrite(std::uint32_t neurons, const RealSynapseMemory& memory)
    : neurons_(neurons), slots_(memory.max_delay() + 1), sums_(std::size_t{slots_} * neurons, 0) {
    if (memory.planes() != std::vector<Plane>{Plane{}}) {
        throw ContractViolation("FixedPointDendrite: real weights have no exponents");
    }
}

template <bool kIndexed, bool kDelays>
FixedPointReceipt FixedPointDendrite::receive_rows(const RealSynapseMemory& memory,
                                                   std::span<const SpikePacket> packets) {
    using Word = RealSynapseWord;
    const Word::Raw* const words = memory.words().data();
    const InputAxon* const axons = memory.axons().data();
    const std::size_t count = packets.size();
    FixedPointReceipt result;
    for (std::size_t i = 0; i < count; ++i) {
        if (i + kPrefetchDistance < count) {
            const std::uint32_t ahead = packets[i + kPrefetchDistance].address();
            __builtin_prefetch(words + (kIndexed ? axons[ahead].row : ahead));
        }
        const std::uint32_t address = packets[i].address();
        const Word::Raw* word = words + (kIndexed ? axons[address].row : address);
        const Word::Raw* const first = word;
        const std::int64_t value = packets[i].value();
        std::int64_t* const now =
            sums_.data() + std::size_t{present_} * neurons_ + (kIndexed ? axons[address].base : 0);
        Word::Raw current;
        do {
            current = *word++;
            std::int64_t* sums = now;
            if constexpr (kDelays) {
                std::size_t slot = present_ + Word::delay(current);
                slot -= slot >= slots_ ? slots_ : 0;
                sums += static_cast<std::ptrdiff_t>(slot * neurons_) -
                        static_cast<std::ptrdiff_t>(std::size_t{present_} * neurons_);
            }
            // Truncation is one instruction and, done per synapse, as good as any rounding: what
            // matters is that each synapse always adds the same integer.
            sums[Word::neuron(current)] += static_cast<std::int64_t>(Word::weight(current)) * value;
        } while (!(current & Word::kLast));
        result.synapses += static_cast<std::uint64_t>(word - first);
        result.last = std::max(result.last, packets[i].time());
    }
    return result;
}

FixedPointReceipt FixedPointDendrite::receive(const RealSynapseMemory& memory,
                                              std::span<const SpikePacket> packets) {
    const bool delays = slots_ > 1;
    if (memory.indexed()) {
        return delays ? receive_rows<true, true>(memory, packets)
                      : receive_rows<true, false>(memory, packets);
    }
    return delays ? receive_rows<false, true>(memory, packets)
                  : receive_rows<false, false>(memory, packets);
}

void FixedPointDendrite::take() {
    std::fill_n(sums_.data() + std::size_t{present_} * neurons_, neurons_, 0);
    present_ = present_ + 1 == slots_ ? 0 : present_ + 1;
}

void FixedPointDendrite::transfer_state(StateArchive& archive) {
    archive(present_);
    archive.fixed(sums_);
}

void FixedPointDendrite::clear() {
    std::fill(sums_.begin(), sums_.end(), 0);
    present_ = 0;
}

}  // namespace cortile
