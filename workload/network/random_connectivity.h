// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "hw_model/base/random.h"
#include "workload/network/generate.h"

namespace cortile {

// The recurrent connections of generate_random. A row is a function of (options, source) alone, so
// that none is stored: 10^7 synapses cost no memory and a fraction of a second.
class RandomConnectivity final : public Connectivity {
  public:
    // `options` as checked by generate_random.
    explicit RandomConnectivity(const RandomNetworkOptions& options) : options_(options) {}

    std::uint32_t source_size() const override { return options_.neurons; }
    std::uint32_t target_size() const override { return options_.neurons; }
    std::uint16_t max_delay() const override { return 0; }
    void row(std::uint32_t source, std::vector<Connection>& out) const override;

  private:
    RandomNetworkOptions options_;
};

// Locality::permuted: all targets of a neuron lie in one cluster, with one weight.
class PermutedConnectivity final : public Connectivity {
  public:
    explicit PermutedConnectivity(const RandomNetworkOptions& options);

    std::uint32_t source_size() const override { return options_.neurons; }
    std::uint32_t target_size() const override { return options_.neurons; }
    std::uint16_t max_delay() const override { return 0; }
    void row(std::uint32_t source, std::vector<Connection>& out) const override;

  private:
    RandomNetworkOptions options_;
    std::vector<std::uint32_t> slot_;  // per neuron: its place in a random permutation of all
};

}  // namespace cortile
