// SPDX-License-Identifier: Apache-2.0
// Which way a packet may go on.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "noc/api/topology.h"

namespace cortile {

// Ports of a router: to (and from) its neighbours, then one for each core of its tile.
inline constexpr unsigned kEast = Topology::kEast, kWest = Topology::kWest,
                          kNorth = Topology::kNorth, kSouth = Topology::kSouth, kFirstLocalPort = 4;

struct RouteQuery {
    TileId tile;                 // where the packet is
    unsigned in_port = 0;        // by which it came
    TileId source, destination;  // of the packet; `tile` is not `destination`
    unsigned packet_class = 0;   // below RoutingPolicy::classes(), chosen when it was injected
};

struct RouteOption {
    unsigned port = 0;
    std::uint32_t virtual_channels = 0;  // mask of those it may use on the link
};

// At most one option per direction.
class RouteOptions {
  public:
    void add(unsigned port, std::uint32_t virtual_channels) {
        options_[count_++] = {port, virtual_channels};
    }
    void clear() { count_ = 0; }
    unsigned size() const { return count_; }
    const RouteOption& operator[](unsigned i) const { return options_[i]; }
    const RouteOption* begin() const { return options_.data(); }
    const RouteOption* end() const { return options_.data() + count_; }

  private:
    std::array<RouteOption, 4> options_{};
    unsigned count_ = 0;
};

class RoutingPolicy {
  public:
    virtual ~RoutingPolicy() = default;
    virtual std::string name() const = 0;
    // Packets are of one of so many classes, drawn at random when they are injected.
    virtual unsigned classes() const { return 1; }
    // Does options() look at RouteQuery::source?
    virtual bool needs_source() const { return false; }
    // Is it known (docs/decisions/0014) that its packets never wait for each other in a circle, and
    // that it has a way for every pair of tiles of a network without faults? What is not known is
    // searched for before a network is built (noc/flit/check_routing.h).
    virtual bool is_proven() const { return false; }
    // Every direction that the packet may take; the router takes the one with the most credits.
    virtual void options(const RouteQuery& query, RouteOptions& result) const = 0;
};

// "xy", "yx", "o1turn", "west_first", "odd_even", "hamiltonian". Throws ConfigError for another
// name, for fewer virtual channels than the policy needs, and for a torus, which xy and yx alone
// can route: with two virtual channels at least.
std::unique_ptr<RoutingPolicy> make_routing(const std::string& name, const Topology& topology,
                                            unsigned virtual_channels);
std::vector<std::string> routing_names();

}  // namespace cortile
