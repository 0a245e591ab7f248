// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>

#include "noc/api/packet.h"

namespace cortile {

// Room for packets that is kept from timestep to timestep. Unlike a vector it does not initialise
// what is about to be overwritten. From a page on it is a mapping of its own: growing moves pages
// instead of copying them, leaves no hole in the heap, and room that nothing was written to takes
// no memory, so that callers may reserve for the worst case.
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
        std::swap(mapped_, other.mapped_);
    }

  private:
    void grow(std::size_t count);
    void* grow_mapping(std::size_t capacity);  // null: no memory

    SpikePacket* data_ = nullptr;
    std::size_t capacity_ = 0;
    bool mapped_ = false;
};

}  // namespace cortile
