// SPDX-License-Identifier: Apache-2.0
#include "noc/flit/packet_store.h"

#include <algorithm>
#include <utility>

#include "hw_model/base/error.h"
#include "noc/routing/hamiltonian.h"

namespace cortile {

PacketStore::PacketStore(const Topology& topology, const RoutingPolicy& routing,
                         Multicast multicast)
    : topology_(topology), routing_(routing), multicast_(multicast) {}

std::uint32_t PacketStore::add(const FlitPacket& packet) {
    std::uint32_t index = free_packet_;
    if (index == kNone) {
        index = static_cast<std::uint32_t>(packets_.size());
        packets_.push_back(packet);
        next_.push_back(kNone);
        first_copy_.push_back(kNone);
    } else {
        free_packet_ = next_[index];
        packets_[index] = packet;
        next_[index] = kNone;
    }
    ++live_;
    return index;
}

std::uint32_t PacketStore::add(const FlitPacket& packet, std::span<const PacketCopy> copies) {
    if (copies.size() < 2) {
        throw ContractViolation("PacketStore: a multicast packet of fewer than two copies");
    }
    std::uint32_t first = kNone;
    for (std::size_t i = copies.size(); i-- > 0;) {
        std::uint32_t copy = free_copy_;
        if (copy == kNone) {
            copy = static_cast<std::uint32_t>(copies_.size());
            copies_.emplace_back();
        } else {
            free_copy_ = copies_[copy].next;
        }
        copies_[copy] = {copies[i], first};
        first = copy;
    }
    const std::uint32_t index = add(packet);
    first_copy_[index] = first;
    return index;
}

void PacketStore::release(std::uint32_t packet) {
    first_copy_[packet] = kNone;
    next_[packet] = free_packet_;
    free_packet_ = packet;
    --live_;
}

Flit PacketStore::head_flit(std::uint32_t index) const {
    const FlitPacket& packet = packets_[index];
    Flit flit;
    flit.packet = index;
    flit.flags = static_cast<std::uint8_t>(Flit::kHead | packet.packet_class << Flit::kClassShift |
                                           (first_copy_[index] != kNone ? Flit::kMulticast : 0) |
                                           (packet.flits == 1 ? Flit::kTail : 0));
    if (first_copy_[index] == kNone) {
        flit.destination =
            static_cast<std::uint16_t>(topology_.tile_of_core(CoreId{packet.destination}).value);
        flit.local_port = static_cast<std::uint8_t>(kFirstLocalPort +
                                                    packet.destination % topology_.cores_per_tile);
    }
    return flit;
}

void PacketStore::append(Way& way, std::uint32_t copy) {
    copies_[copy].next = kNone;
    (way.first == kNone ? way.first : copies_[way.last].next) = copy;
    way.last = copy;
}

PacketStore::Way& PacketStore::way_by(unsigned port, std::uint32_t virtual_channels) {
    const auto found = std::find_if(ways_.begin(), ways_.end(), [&](const Way& way) {
        return way.port == port && way.virtual_channels == virtual_channels;
    });
    return found != ways_.end() ? *found
                                : ways_.emplace_back(Way{port, virtual_channels, kNone, kNone});
}

// Of an adaptive policy the first: the credits of the moment would tear a tree apart.
RouteOption PacketStore::option(const FlitPacket& packet, TileId tile, unsigned in_port,
                                TileId destination) const {
    RouteOptions options;
    routing_.options(
        {tile, in_port, topology_.tile_of_source(packet.source), destination, packet.packet_class},
        options);
    return options[0];
}

void PacketStore::add_along_routes(const FlitPacket& packet, TileId tile, unsigned in_port,
                                   std::uint32_t copies) {
    for (std::uint32_t copy = copies; copy != kNone;) {
        const std::uint32_t after = copies_[copy].next;
        const TileId to = topology_.tile_of_core(CoreId{copies_[copy].copy.destination});
        const RouteOption way = option(packet, tile, in_port, to);
        append(way_by(way.port, way.virtual_channels), copy);
        copy = after;
    }
}

// Those ahead on the Hamiltonian path together, towards the nearest of them, and those behind.
void PacketStore::add_along_path(const FlitPacket& packet, TileId tile, unsigned in_port,
                                 std::uint32_t copies) {
    const std::uint32_t here = hamiltonian_label(topology_, tile);
    for (const bool ahead : {true, false}) {
        std::uint32_t nearest = kNone, nearest_label = 0;
        for (std::uint32_t copy = copies; copy != kNone; copy = copies_[copy].next) {
            const std::uint32_t label = hamiltonian_label(
                topology_, topology_.tile_of_core(CoreId{copies_[copy].copy.destination}));
            if ((label > here) == ahead &&
                (nearest == kNone || (ahead ? label < nearest_label : label > nearest_label))) {
                nearest = copy;
                nearest_label = label;
            }
        }
        if (nearest == kNone) {
            continue;
        }
        const RouteOption way =
            option(packet, tile, in_port,
                   topology_.tile_of_core(CoreId{copies_[nearest].copy.destination}));
        Way group{way.port, way.virtual_channels, kNone, kNone};
        std::uint32_t others = kNone, last_other = kNone;
        for (std::uint32_t copy = copies; copy != kNone;) {
            const std::uint32_t after = copies_[copy].next;
            const std::uint32_t label = hamiltonian_label(
                topology_, topology_.tile_of_core(CoreId{copies_[copy].copy.destination}));
            if ((label > here) == ahead) {
                append(group, copy);
            } else {
                copies_[copy].next = kNone;
                (others == kNone ? others : copies_[last_other].next) = copy;
                last_other = copy;
            }
            copy = after;
        }
        ways_.push_back(group);
        copies = others;
    }
}

void PacketStore::assign(std::uint32_t packet, std::uint32_t first) {
    if (copies_[first].next != kNone) {
        first_copy_[packet] = first;
        return;
    }
    first_copy_[packet] = kNone;
    packets_[packet].destination = copies_[first].copy.destination;
    packets_[packet].user = copies_[first].copy.user;
    copies_[first].next = free_copy_;
    free_copy_ = first;
}

void PacketStore::branch(std::uint32_t packet, TileId tile, unsigned in_port,
                         std::vector<PacketBranch>& branches) {
    ways_.clear();
    branches.clear();
    // Those for cores of this tile go to them, one by one; the others stay in the list.
    Way onward{0, 0, kNone, kNone};
    std::vector<Way> here;
    for (std::uint32_t copy = first_copy_[packet]; copy != kNone;) {
        const std::uint32_t after = copies_[copy].next;
        const CoreId core{copies_[copy].copy.destination};
        if (topology_.tile_of_core(core) == tile) {
            const unsigned port = kFirstLocalPort + core.value % topology_.cores_per_tile;
            append(here.emplace_back(Way{port, ~0u, kNone, kNone}), copy);
        } else {
            append(onward, copy);
        }
        copy = after;
    }
    if (onward.first != kNone) {
        const FlitPacket& its = packets_[packet];
        if (multicast_ == Multicast::path) {
            add_along_path(its, tile, in_port, onward.first);
        } else {
            add_along_routes(its, tile, in_port, onward.first);
        }
    }
    ways_.insert(ways_.end(), here.begin(), here.end());
    if (ways_.size() == 1) {
        assign(packet, ways_[0].first);
        branches.push_back({packet, ways_[0].virtual_channels, ways_[0].port});
        return;
    }
    first_copy_[packet] = kNone;
    for (const Way& way : ways_) {
        const FlitPacket child = packets_[packet];
        const std::uint32_t index = add(child);
        assign(index, way.first);
        branches.push_back({index, way.virtual_channels, way.port});
    }
}

}  // namespace cortile
