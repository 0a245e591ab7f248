// SPDX-License-Identifier: Apache-2.0
#include "noc/engines/packet_buffer.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace cortile {

namespace {

std::size_t page_bytes() {
    static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return size;
}

// Of a mapping with room for `count` packets.
std::size_t mapping_bytes(std::size_t count) {
    const std::size_t page = page_bytes();
    return (count * sizeof(SpikePacket) + page - 1) / page * page;
}

}  // namespace

PacketBuffer::~PacketBuffer() {
    if (mapped_) {
        munmap(data_, mapping_bytes(capacity_));
    } else {
        std::free(data_);
    }
}

void PacketBuffer::grow(std::size_t count) {
    // All packets of a timestep live in such buffers: the surplus of a large one is small.
    constexpr std::size_t kSmallest = 16;
    constexpr std::size_t kLarge = 128 * 1024 / sizeof(SpikePacket);
    const std::size_t surplus = capacity_ < kLarge ? capacity_ / 4 : capacity_ / 16;
    const std::size_t capacity = std::max({count, capacity_ + surplus, kSmallest});
    void* const block = capacity * sizeof(SpikePacket) < page_bytes()
                            ? std::realloc(data_, capacity * sizeof(SpikePacket))
                            : grow_mapping(capacity);
    if (block == nullptr) {
        throw std::bad_alloc();
    }
    data_ = static_cast<SpikePacket*>(block);
    capacity_ = capacity;
}

void* PacketBuffer::grow_mapping(std::size_t capacity) {
    const std::size_t bytes = mapping_bytes(capacity);
    void* const pages =
        mapped_ ? mremap(data_, mapping_bytes(capacity_), bytes, MREMAP_MAYMOVE)
                : mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        return nullptr;
    }
    if (!mapped_ && data_ != nullptr) {
        std::memcpy(pages, data_, capacity_ * sizeof(SpikePacket));
        std::free(data_);
    }
    mapped_ = true;
    return pages;
}

}  // namespace cortile
