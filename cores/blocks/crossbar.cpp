// SPDX-License-Identifier: Apache-2.0
#include "cores/blocks/crossbar.h"

#include <bit>
#include <cstring>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// The eight bits of a byte as eight bytes of 0 or 1, the lowest first.
constexpr std::array<std::uint64_t, 256> make_spread() {
    std::array<std::uint64_t, 256> table{};
    for (std::size_t byte = 0; byte < table.size(); ++byte) {
        for (std::size_t bit = 0; bit < 8; ++bit) {
            table[byte] |= std::uint64_t{byte >> bit & 1} << (8 * bit);
        }
    }
    return table;
}
constexpr std::array<std::uint64_t, 256> kSpread = make_spread();
static_assert(std::endian::native == std::endian::little, "byte counters are added in words");

}  // namespace

std::uint32_t Crossbar::add_axon(std::uint8_t type) {
    if (rows_.size() == kAxons || type >= kTypes) {
        throw ContractViolation("Crossbar: no axon is left, or there is no such type");
    }
    rows_.push_back({});
    types_.push_back(type);
    return axons() - 1;
}

void Crossbar::copy_column(std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t axon = 0; axon < axons(); ++axon) {
        if (connected(axon, from)) {
            connect(axon, to);
        }
    }
}

std::uint32_t Crossbar::fan_out(std::uint32_t axon) const {
    int sum = 0;
    for (const std::uint64_t word : rows_[axon]) {
        sum += std::popcount(word);
    }
    return static_cast<std::uint32_t>(sum);
}

std::uint64_t Crossbar::synapses() const {
    std::uint64_t sum = 0;
    for (std::uint32_t axon = 0; axon < axons(); ++axon) {
        sum += fan_out(axon);
    }
    return sum;
}

void Crossbar::count(std::uint32_t axon, std::array<std::uint8_t, kNeurons>& counts) const {
    const Row& row = rows_[axon];
    std::uint8_t* at = counts.data();
    for (std::uint64_t word : row) {
        // Eight neurons at a time: no counter can carry into the next below 256 axons.
        for (int byte = 0; byte < 8; ++byte, at += 8, word >>= 8) {
            std::uint64_t eight;
            std::memcpy(&eight, at, 8);
            eight += kSpread[word & 0xFF];
            std::memcpy(at, &eight, 8);
        }
    }
}

}  // namespace cortile
