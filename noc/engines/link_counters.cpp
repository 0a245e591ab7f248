// SPDX-License-Identifier: Apache-2.0
#include "noc/engines/link_counters.h"

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

LinkCounterTable::LinkCounterTable(const Topology& topology)
    : width_(topology.width),
      height_(topology.height),
      links_((kRowDirections + kColumnDirections) * topology.tiles()) {}

LinkCounters LinkCounterTable::at(TileId tile, Direction direction) const {
    if (tile.value >= width_ * height_) {
        throw ContractViolation(fmt::format("noc: link of tile {} on a mesh of {} tiles",
                                            tile.value, width_ * height_));
    }
    return at(static_cast<std::uint32_t>(tile.value % width_),
              static_cast<std::uint32_t>(tile.value / width_), direction);
}

void LinkCounterTable::clear() {
    links_.assign(links_.size(), LinkCounters{});
}

LinkCounters ChannelCounterTable::at(std::uint32_t chip, Direction direction) const {
    if (chip >= counters_.size() / 4 || direction == Direction::local) {
        throw ContractViolation(fmt::format("noc: channel {} of chip {} on a board of {}",
                                            static_cast<int>(direction), chip,
                                            counters_.size() / 4));
    }
    return counters_[std::size_t{chip} * 4 + static_cast<std::size_t>(direction)];
}

}  // namespace cortile
