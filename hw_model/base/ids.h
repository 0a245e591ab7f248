// SPDX-License-Identifier: Apache-2.0
// Indices that must not be mixed up have types of their own.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace cortile {

template <typename Tag>
struct StrongId {
    std::uint32_t value = 0;

    constexpr StrongId() = default;
    constexpr explicit StrongId(std::uint32_t v) : value(v) {}
    constexpr explicit StrongId(std::size_t v) : value(static_cast<std::uint32_t>(v)) {}
    constexpr auto operator<=>(const StrongId&) const = default;
};

using CoreId = StrongId<struct CoreTag>;              // core on the chip, tile-major
using TileId = StrongId<struct TileTag>;              // router on the mesh: y * width + x
using PopulationId = StrongId<struct PopulationTag>;  // index into Network::populations

}  // namespace cortile

template <typename Tag>
struct std::hash<cortile::StrongId<Tag>> {
    std::size_t operator()(cortile::StrongId<Tag> id) const noexcept { return id.value; }
};
