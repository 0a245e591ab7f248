// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "noc/api/noc_engine.h"

namespace cortile {

// Counters of each directed link, kept so that workers on different rows (east, west) and on
// different columns (north, south, local) write to different places.
class LinkCounterTable {
  public:
    explicit LinkCounterTable(const Topology& topology);

    LinkCounters& at(std::uint32_t x, std::uint32_t y, Direction direction) {
        return links_[index(x, y, direction)];
    }
    const LinkCounters& at(std::uint32_t x, std::uint32_t y, Direction direction) const {
        return links_[index(x, y, direction)];
    }
    // Throws ContractViolation for a tile that is not on the mesh.
    LinkCounters at(TileId tile, Direction direction) const;

    void clear();
    void transfer_state(StateArchive& archive) { archive.fixed(links_); }

  private:
    // East and west row by row, then north, south and local column by column.
    std::size_t index(std::uint32_t x, std::uint32_t y, Direction direction) const {
        const auto d = static_cast<std::size_t>(direction);
        if (d < kRowDirections) {
            return (std::size_t{y} * width_ + x) * kRowDirections + d;
        }
        return kRowDirections * width_ * height_ +
               (std::size_t{x} * height_ + y) * kColumnDirections + (d - kRowDirections);
    }

    static constexpr std::size_t kRowDirections = 2;
    static constexpr std::size_t kColumnDirections = 3;

    std::size_t width_;
    std::size_t height_;
    std::vector<LinkCounters> links_;
};

// Counters of each directed channel between the chips of a board.
class ChannelCounterTable {
  public:
    explicit ChannelCounterTable(const Topology& topology)
        : counters_(std::size_t{topology.chips()} * 4) {}

    LinkCounters& of(std::uint32_t chip, Direction direction) {
        return counters_[std::size_t{chip} * 4 + static_cast<std::size_t>(direction)];
    }
    // Throws ContractViolation for a chip that is not on the board, and for Direction::local.
    LinkCounters at(std::uint32_t chip, Direction direction) const;

    void clear() { counters_.assign(counters_.size(), LinkCounters{}); }
    void transfer_state(StateArchive& archive) { archive.fixed(counters_); }

  private:
    std::vector<LinkCounters> counters_;
};

}  // namespace cortile
