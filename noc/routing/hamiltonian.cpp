// SPDX-License-Identifier: Apache-2.0
#include "noc/routing/hamiltonian.h"

#include <optional>
#include <string>

namespace cortile {

namespace {

class Hamiltonian final : public RoutingPolicy {
  public:
    Hamiltonian(const Topology& topology, unsigned virtual_channels)
        : topology_(topology), all_((1u << virtual_channels) - 1) {}
    std::string name() const override { return "hamiltonian"; }
    bool is_proven() const override { return true; }
    void options(const RouteQuery& q, RouteOptions& result) const override {
        const std::uint32_t here = hamiltonian_label(topology_, q.tile);
        const std::uint32_t goal = hamiltonian_label(topology_, q.destination);
        unsigned best = 0;
        std::uint32_t farthest = here;
        for (unsigned port = 0; port < kFirstLocalPort; ++port) {
            const std::optional<TileId> next = topology_.neighbour(q.tile, port);
            if (!next) {
                continue;
            }
            const std::uint32_t label = hamiltonian_label(topology_, *next);
            if (goal > here ? label > farthest && label <= goal
                            : label < farthest && label >= goal) {
                farthest = label;
                best = port;
            }
        }
        result.add(best, all_);
    }

  private:
    Topology topology_;
    std::uint32_t all_;
};

}  // namespace

std::unique_ptr<RoutingPolicy> make_hamiltonian(const Topology& topology,
                                                unsigned virtual_channels) {
    return std::make_unique<Hamiltonian>(topology, virtual_channels);
}

}  // namespace cortile
