// SPDX-License-Identifier: Apache-2.0
#include "noc/engines/packet_buffer.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace cortile {

PacketBuffer::~PacketBuffer() {
    std::free(data_);
}

void PacketBuffer::grow(std::size_t count) {
    // All packets of a timestep live in such buffers. From 128 KiB on, where the C library moves a
    // block by its pages, the surplus is small.
    constexpr std::size_t kSmallest = 16;
    constexpr std::size_t kMovedByPages = 128 * 1024 / sizeof(SpikePacket);
    const std::size_t surplus = capacity_ < kMovedByPages ? capacity_ / 4 : capacity_ / 16;
    const std::size_t capacity = std::max({count, capacity_ + surplus, kSmallest});
    void* block = std::realloc(data_, capacity * sizeof(SpikePacket));
    if (block == nullptr) {
        throw std::bad_alloc();
    }
    data_ = static_cast<SpikePacket*>(block);
    capacity_ = capacity;
}

}  // namespace cortile
