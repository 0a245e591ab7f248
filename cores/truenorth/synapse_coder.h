// SPDX-License-Identifier: Apache-2.0
// How a weight becomes crossbar bits: a source reaches a core by up to four axons, one of each
// type, and the weight of a synapse is the sum of the target's weights of the types whose bits are
// set.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "cores/blocks/crossbar.h"
#include "workload/quantize/quantized_network.h"

namespace cortile::truenorth {

using TypeWeights = std::array<std::int32_t, Crossbar::kTypes>;
using TypeMask = std::uint8_t;  // bit g: the axon of type g

constexpr std::uint32_t count_types(TypeMask mask) {
    return (mask & 1u) + (mask >> 1 & 1u) + (mask >> 2 & 1u) + (mask >> 3 & 1u);
}
std::int32_t sum_of(const TypeWeights& weights, TypeMask mask);
// The types whose sum is nearest to x; of equally near ones the fewest, then the lowest.
TypeMask nearest_types(const TypeWeights& weights, double x);

// The synapses of one projection of a network that quantize_for_truenorth() made.
class SynapseCoder {
  public:
    SynapseCoder(const QuantizedNetwork& network, const QuantizedProjection& projection);

    // 0 for a weight that is rounded to nothing. Throws ConfigError where the weights are to be
    // exact and this one is none of the sums.
    TypeMask types(std::uint32_t target, float weight) const {
        if (fixed_ != 0) {
            return check_fixed(target, weight);
        }
        if (uniform_ && weight == last_weight_) {
            return last_mask_;
        }
        return find(target, weight);
    }
    TypeWeights weights(std::uint32_t target) const;
    // Is the same weight the same types in every neuron?
    bool uniform() const { return uniform_; }
    // Of the axon, 1 to 15 ticks.
    std::uint32_t delay(std::uint32_t connection_delay) const {
        return delay_ != 0 ? delay_ : connection_delay + 1;
    }

  private:
    TypeMask find(std::uint32_t target, float weight) const;
    TypeMask check_fixed(std::uint32_t target, float weight) const;
    [[noreturn]] void refuse(std::uint32_t target, float weight) const;

    const QuantizedProjection& projection_;
    std::array<const IntPerNeuron*, Crossbar::kTypes> weights_{};
    bool uniform_ = true, exact_ = false;
    TypeMask fixed_ = 0;
    std::uint32_t delay_ = 0;
    mutable float last_weight_ = 0;
    mutable TypeMask last_mask_ = 0;
};

// The axons that one source needs to reach one core (or piece of a population) with one delay.
struct AxonGroup {
    std::uint32_t piece = 0, delay = 1;
    TypeMask types = 0;
};
struct CodedSynapse {
    std::uint32_t group = 0;  // index into CodedRow::groups
    std::uint32_t target = 0;
    TypeMask types = 0;
};
struct CodedRow {
    std::vector<AxonGroup> groups;
    std::vector<CodedSynapse> synapses;
};
// The synapses of `source`, grouped; piece_of(target) tells where a target is. Replaces `out`.
template <typename PieceOf>
void code_row(const QuantizedProjection& projection, const SynapseCoder& coder,
              std::uint32_t source, const PieceOf& piece_of, std::vector<Connection>& scratch,
              CodedRow& out) {
    projection.connectivity->row(source, scratch);
    out.groups.clear();
    out.synapses.resize(scratch.size());
    std::size_t used = 0;
    std::uint32_t last = 0;
    for (const Connection& connection : scratch) {
        const TypeMask types = coder.types(connection.target, connection.weight);
        if (types == 0) {
            continue;
        }
        const std::uint32_t piece = piece_of(connection.target);
        const std::uint32_t delay = coder.delay(connection.delay);
        const auto is_it = [&](const AxonGroup& group) {
            return group.piece == piece && group.delay == delay;
        };
        if (last >= out.groups.size() || !is_it(out.groups[last])) {
            for (last = 0; last < out.groups.size() && !is_it(out.groups[last]);) {
                ++last;
            }
            if (last == out.groups.size()) {
                out.groups.push_back({piece, delay, 0});
            }
        }
        out.groups[last].types |= types;
        out.synapses[used++] = {last, connection.target, types};
    }
    out.synapses.resize(used);
}

}  // namespace cortile::truenorth
