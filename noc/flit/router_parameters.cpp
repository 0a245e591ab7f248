// SPDX-License-Identifier: Apache-2.0
#include "noc/api/router_parameters.h"

#include <algorithm>

#include <fmt/format.h>

namespace cortile {

std::int64_t zero_load_latency(const RouterParameters& p, std::uint32_t links, std::uint32_t flits,
                               std::uint32_t crossings) {
    const std::int64_t allocation = p.speculative
                                        ? std::max(p.vc_allocation_delay, p.switch_allocation_delay)
                                        : p.vc_allocation_delay + p.switch_allocation_delay;
    const std::int64_t router = p.routing_delay + allocation + p.switch_traversal_delay;
    const std::int64_t channels =
        std::int64_t{crossings} * (p.crossing_cycles + p.crossing_latency);
    return (router + p.link_latency) * links + router + 1 + 2 + (flits - 1) + channels;
}

std::string problem_of(const RouterParameters& p, std::uint32_t ports) {
    struct Range {
        const char* name;
        std::uint32_t value, least, most;
    };
    for (const Range& range :
         {Range{"virtual_channels", p.virtual_channels, 1, 16},
          Range{"buffer_flits", p.buffer_flits, 1, 255},
          Range{"routing_delay", p.routing_delay, 0, 16},
          Range{"vc_alloc_delay", p.vc_allocation_delay, 1, 16},
          Range{"sw_alloc_delay", p.switch_allocation_delay, 1, 16},
          Range{"st_final_delay", p.switch_traversal_delay, 1, 16},
          Range{"credit_delay", p.credit_delay, 0, 64},
          Range{"link_latency", p.link_latency, 1, 64},
          Range{"crossing_cycles", p.crossing_cycles, 1, p.kMostCrossingCycles},
          Range{"crossing_latency", p.crossing_latency, 0, p.kMostCrossingLatency}}) {
        if (range.value < range.least || range.value > range.most) {
            return fmt::format("{} is {}, expected {} to {}", range.name, range.value, range.least,
                               range.most);
        }
    }
    if (p.virtual_channels * ports > 64) {
        return fmt::format("{} ports of {} virtual channels are {}, at most 64", ports,
                           p.virtual_channels, p.virtual_channels * ports);
    }
    if (p.speculative && p.vc_allocation_delay > p.switch_allocation_delay) {
        return fmt::format(
            "speculative with vc_alloc_delay {} above sw_alloc_delay {}: the switch would be "
            "granted before there is a virtual channel",
            p.vc_allocation_delay, p.switch_allocation_delay);
    }
    return "";
}

}  // namespace cortile
