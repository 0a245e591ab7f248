// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

#include "noc/api/packet.h"

namespace cortile {

// How the destinations of one table are packed. Each is an entry of gap_bits + address_bits: by how
// many cores it lies behind the neuron's destination before (less one, modulo the number of cores
// that can be addressed), then the row address. A gap of all ones says that the core's number
// follows.
struct AxonFormat {
    static constexpr unsigned kMostGapBits = 32 - SpikePacket::kAddressBits;  // of a 32-bit entry
    // The bits that a neuron's last byte has left over are fewer than any entry has.
    static constexpr unsigned kLeastBits = 8;

    unsigned gap_bits = 0, address_bits = kLeastBits;

    unsigned bits() const { return gap_bits + address_bits; }
    std::uint32_t whole() const { return (1u << gap_bits) - 1; }
};

// Outgoing neuron -> destinations, each a packed (core, row address) as SpikePacket::pack makes it.
// Uniform random networks need about 2 bytes a destination: as many bits as the longest address of
// the table, and 2 or 3 for the core, since a neuron's destinations ascend in core.
class AxonTable {
  public:
    // The destinations of one neuron, in the order of their addition. Valid as long as the table.
    class Destinations {
      public:
        class Iterator {
          public:
            using value_type = SpikePacket::Target;
            using difference_type = std::ptrdiff_t;

            Iterator(const std::uint32_t* words, AxonFormat format, std::uint64_t begin,
                     std::uint64_t end)
                : words_(words),
                  entry_mask_((std::uint64_t{1} << format.bits()) - 1),
                  whole_(std::uint64_t{format.whole()} << format.address_bits),
                  bits_(format.bits()),
                  address_bits_(format.address_bits),
                  bit_(begin),
                  last_(end - AxonFormat::kLeastBits) {
                read();
            }

            SpikePacket::Target operator*() const { return value_; }
            Iterator& operator++() {
                bit_ = next_;
                read();
                return *this;
            }
            void operator++(int) { ++*this; }
            // Signed, since a neuron without destinations may be the first.
            bool operator==(std::default_sentinel_t) const {
                return static_cast<std::int64_t>(bit_ - last_) > 0;
            }

          private:
            // At least 32 bits from `bit` on.
            std::uint64_t bits_from(std::uint64_t bit) const {
                const std::uint32_t* const word = words_ + (bit >> 5);
                return (std::uint64_t{word[1]} << 32 | word[0]) >> (bit & 31);
            }
            // Reads past the neuron's end too: there is room for that, and nobody looks at it.
            void read() {
                const std::uint64_t entry = bits_from(bit_) & entry_mask_;
                const auto gap = static_cast<std::uint32_t>(entry >> address_bits_);
                const auto address =
                    static_cast<std::uint32_t>(entry) & ((1u << address_bits_) - 1);
                next_ = bit_ + bits_;
                if (entry >= whole_) [[unlikely]] {
                    const auto core = static_cast<std::uint32_t>(bits_from(next_));
                    value_ = SpikePacket::pack(core & SpikePacket::kMaxCore, address);
                    next_ += SpikePacket::kCoreBits;
                } else {
                    // Adding one to an address of all ones leads to the next core; behind the last
                    // one comes core 0.
                    value_ = ((value_ | SpikePacket::kMaxAddress) + 1 +
                              SpikePacket::pack(gap, address)) &
                             kAllOnes;
                }
            }

            const std::uint32_t* words_;
            std::uint64_t entry_mask_;
            std::uint64_t whole_;  // the least entry that says so
            unsigned bits_, address_bits_;
            std::uint64_t bit_, last_;
            static constexpr SpikePacket::Target kAllOnes =
                SpikePacket::pack(SpikePacket::kMaxCore, SpikePacket::kMaxAddress);

            std::uint64_t next_ = 0;
            SpikePacket::Target value_ = AxonTable::kBeforeFirst;
        };
        using value_type = SpikePacket::Target;
        using iterator = Iterator;
        using const_iterator = Iterator;

        Destinations(const std::uint32_t* words, AxonFormat format, std::uint64_t begin,
                     std::uint64_t end)
            : words_(words), format_(format), begin_(begin), end_(end) {}

        Iterator begin() const { return {words_, format_, begin_, end_}; }
        std::default_sentinel_t end() const { return {}; }
        bool empty() const { return begin_ == end_; }
        // Counts them one by one.
        std::size_t size() const {
            return static_cast<std::size_t>(std::ranges::distance(begin(), end()));
        }

      private:
        const std::uint32_t* words_;
        AxonFormat format_;
        std::uint64_t begin_, end_;  // in bits
    };

    AxonTable() : begin_{0} {}
    // destinations_of[n]: how many destinations neuron n has. They are filled in by add().
    explicit AxonTable(std::span<const std::uint32_t> destinations_of);

    void add(std::uint32_t neuron, SpikePacket::Target destination);
    // To be called after the last add(). Throws ContractViolation if destinations are missing.
    void finish();

    std::uint32_t neurons() const { return static_cast<std::uint32_t>(begin_.size() - 1); }
    // Of all destinations. After finish().
    std::size_t bytes() const { return begin_.back(); }
    Destinations destinations(std::uint32_t neuron) const {
        return {packed_.data(), format_, std::uint64_t{begin_[neuron]} * 8,
                std::uint64_t{begin_[neuron + 1]} * 8};
    }

  private:
    // The core before the first one: a gap of 0 leads from here to core 0.
    static constexpr SpikePacket::Target kBeforeFirst = SpikePacket::pack(SpikePacket::kMaxCore, 0);

    // Calls body(destination, gap) for each destination of a neuron.
    template <typename Body>
    void for_each_gap(std::size_t neuron, Body body) const;
    AxonFormat choose_format() const;
    void pack();  // plain_ into packed_

    AxonFormat format_;
    std::uint32_t missing_ = 0;          // destinations not yet added
    std::vector<std::uint32_t> begin_;   // by neuron: first byte in packed_; while building, number
    std::vector<std::uint32_t> packed_;  // bits, from the least significant on
    // While building: how many destinations each neuron has got, then all destinations.
    std::vector<SpikePacket::Target> plain_;
};

}  // namespace cortile
