// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>

#include "noc/api/packet.h"

namespace cortile {

// Room for packets that is kept from timestep to timestep. Unlike a vector it neither initialises
// what is about to be overwritten nor, for large blocks, holds the old and the new block at the
// same time while it grows: the C library moves the pages of a large block instead of copying them.
class PacketBuffer {
  public:
    PacketBuffer() = default;
    ~PacketBuffer();
    PacketBuffer(const PacketBuffer&) = delete;
    PacketBuffer& operator=(const PacketBuffer&) = delete;

    SpikePacket* data() { return data_; }
    const SpikePacket* data() const { return data_; }
    std::size_t capacity() const { return capacity_; }

    // Makes room for `count` packets; the contents stay, pointers do not. Returns data().
    // Throws std::bad_alloc.
    SpikePacket* reserve(std::size_t count) {
        if (count > capacity_) [[unlikely]] {
            grow(count);
        }
        return data_;
    }

    void swap(PacketBuffer& other) {
        std::swap(data_, other.data_);
        std::swap(capacity_, other.capacity_);
    }

  private:
    void grow(std::size_t count);

    SpikePacket* data_ = nullptr;
    std::size_t capacity_ = 0;
};

}  // namespace cortile
