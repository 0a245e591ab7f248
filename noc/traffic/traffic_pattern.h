// SPDX-License-Identifier: Apache-2.0
// Where synthetic packets go (Dally, Towles: "Principles and practices of interconnection
// networks", 2004, section 3.2).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "noc/api/topology.h"

namespace cortile {

class TrafficPattern {
  public:
    virtual ~TrafficPattern() = default;
    // The destination core of a packet of core `source`; `bits` is random. May be the source.
    virtual std::uint32_t destination(std::uint32_t source, std::uint32_t bits) const = 0;
};

struct HotspotTarget {
    std::uint32_t core = 0;
    double weight = 1;
};

// Cores as (x, y) of their tiles; those of one tile send to the core of the same number.
//   uniform         any core, the source included
//   transpose       (x, y) -> (y, x); needs a square mesh
//   bit_complement  core i -> cores - 1 - i: (x, y) -> (width - 1 - x, height - 1 - y)
//   neighbour       (x, y) -> (x + 1 mod width, y + 1 mod height)
//   tornado         (x, y) -> (x + ceil(width / 2) - 1 mod width, the same of y)
//   hotspot         one of `targets`, by weight
// Throws ConfigError: an unknown name, a mesh that does not fit, targets outside of it.
std::unique_ptr<TrafficPattern> make_traffic(const std::string& name, const Topology& topology,
                                             const std::vector<HotspotTarget>& targets = {});
std::vector<std::string> traffic_names();

}  // namespace cortile
