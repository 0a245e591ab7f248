// SPDX-License-Identifier: Apache-2.0
// Which source neurons of a projection share an input axon.
#pragma once

#include <cstdint>

#include "cores/api/core_limits.h"
#include "workload/quantize/quantized_network.h"

namespace cortile {

// Output axons that a spike's packet to one core takes.
inline std::uint32_t output_axons_of(const QuantizedProjection& projection,
                                     const CoreLimits& limits) {
    return projection.axon_atoms > 1 ? limits.population_axon_entries : 1;
}

// Discrete axons: every source neuron is a group of its own. Population axons: the channels of a
// pixel are one, or several of at most QuantizedProjection::axon_atoms each.
class AxonGroups {
  public:
    AxonGroups() = default;
    explicit AxonGroups(const QuantizedProjection& projection)
        : atoms_(projection.axon_atoms), count_(projection.connectivity->source_size()) {
        if (atoms_ > 1) {
            const std::uint32_t channels = projection.connectivity->source_channels();
            pixels_ = count_ / channels;
            count_ = pixels_ * ((channels + atoms_ - 1) / atoms_);
        }
    }

    std::uint32_t count() const { return count_; }
    std::uint32_t group_of(std::uint32_t source) const {
        return atoms_ == 1 ? source : source / pixels_ / atoms_ * pixels_ + source % pixels_;
    }

  private:
    std::uint32_t atoms_ = 1, pixels_ = 1, count_ = 0;
};

}  // namespace cortile
