// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace cortile {

// How copies of one spike for several cores (SpikePacket::group()) travel.
//
// unicast: as packets of their own.
// tree: as one packet over the links that their ways have in common; routers copy it where the ways
//   part. With XY routing: one branch along the source's row, from it one up and one down each
//   column.
// path: as one packet that visits the cores one after another, in the order of a Hamiltonian path
//   through the mesh: one for those ahead on it, one for those behind (dual-path routing: Lin,
//   McKinley, Ni, "Deadlock-free multicast wormhole routing in 2-D mesh multicomputers", IEEE TPDS
//   5(8), 1994). Needs routing `hamiltonian`.
// relay: to the nearest core, which sends it on to the next, and so on, as Tianjic's cores do (Pei
//   et al., Nature 572, 2019).
enum class Multicast { unicast, tree, path, relay };

inline constexpr std::array<std::string_view, 4> kMulticastNames{"unicast", "tree", "path",
                                                                 "relay"};

inline std::string_view name_of(Multicast multicast) {
    return kMulticastNames[static_cast<std::size_t>(multicast)];
}
inline std::optional<Multicast> multicast_of(std::string_view name) {
    for (std::size_t i = 0; i < kMulticastNames.size(); ++i) {
        if (kMulticastNames[i] == name) {
            return static_cast<Multicast>(i);
        }
    }
    return std::nullopt;
}

}  // namespace cortile
