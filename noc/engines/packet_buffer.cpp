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
    // A small surplus: the total of all packets of a timestep lives in such buffers.
    constexpr std::size_t kSmallest = 16;
    const std::size_t capacity = std::max({count, capacity_ + capacity_ / 4, kSmallest});
    void* block = std::realloc(data_, capacity * sizeof(SpikePacket));
    if (block == nullptr) {
        throw std::bad_alloc();
    }
    data_ = static_cast<SpikePacket*>(block);
    capacity_ = capacity;
}

}  // namespace cortile
