// SPDX-License-Identifier: Apache-2.0
#include "cores/truenorth/synapse_coder.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <limits>

#include "hw_model/base/error.h"

namespace cortile::truenorth {

std::int32_t sum_of(const TypeWeights& weights, TypeMask mask) {
    std::int32_t sum = 0;
    for (std::size_t type = 0; type < weights.size(); ++type) {
        sum += (mask >> type & 1) != 0 ? weights[type] : 0;
    }
    return sum;
}

TypeMask nearest_types(const TypeWeights& weights, double x) {
    constexpr int kSums = 1 << Crossbar::kTypes;
    TypeMask best = 0;
    double best_error = std::abs(x);
    for (int bits = 1; bits <= static_cast<int>(Crossbar::kTypes); ++bits) {
        for (int candidate = 1; candidate < kSums; ++candidate) {
            const auto mask = static_cast<TypeMask>(candidate);
            if (std::popcount(mask) != bits) {
                continue;
            }
            const double error = std::abs(x - sum_of(weights, mask));
            if (error < best_error) {
                best_error = error;
                best = mask;
            }
        }
    }
    return best;
}

SynapseCoder::SynapseCoder(const QuantizedNetwork& network, const QuantizedProjection& projection)
    : projection_(projection) {
    const auto& parameters = network[projection.target].parameters;
    for (std::size_t type = 0; type < Crossbar::kTypes; ++type) {
        weights_[type] = &parameters.at("weight" + std::to_string(type));
        uniform_ &= weights_[type]->values.size() == 1;
    }
    const auto value = [&](const char* key, std::int32_t otherwise) {
        const auto found = projection.parameters.find(key);
        return found == projection.parameters.end() ? otherwise : found->second;
    };
    exact_ = value("exact", 0) != 0;
    const std::int32_t type = value("axon_type", -1);
    fixed_ = type < 0 ? TypeMask{0} : static_cast<TypeMask>(1 << type);
    delay_ = static_cast<std::uint32_t>(value("delay", 0));
}

TypeWeights SynapseCoder::weights(std::uint32_t target) const {
    TypeWeights result{};
    for (std::size_t type = 0; type < Crossbar::kTypes; ++type) {
        result[type] = (*weights_[type])[target];
    }
    return result;
}

TypeMask SynapseCoder::find(std::uint32_t target, float weight) const {
    const TypeWeights all = weights(target);
    const double x = static_cast<double>(weight) * projection_.scale;
    last_mask_ = nearest_types(all, x);
    last_weight_ = weight;
    if (exact_ && sum_of(all, last_mask_) != x) {
        refuse(target, weight);
    }
    return last_mask_;
}

TypeMask SynapseCoder::check_fixed(std::uint32_t target, float weight) const {
    if (exact_ && sum_of(weights(target), fixed_) != static_cast<double>(weight)) {
        refuse(target, weight);
    }
    return fixed_;
}

void SynapseCoder::refuse(std::uint32_t target, float weight) const {
    const TypeWeights all = weights(target);
    throw ConfigError(
        "projection '" + projection_.name + "'",
        fmt::format("weight {} into neuron {} is {}; its types weigh {}, {}, {}, {}", weight,
                    target,
                    fixed_ != 0 ? fmt::format("not that of axon type {}", std::countr_zero(fixed_))
                                : "no sum of its types' weights",
                    all[0], all[1], all[2], all[3]),
        "change the weight, truenorth/weight0 to weight3 of the target, or truenorth/axon_type");
}

}  // namespace cortile::truenorth
