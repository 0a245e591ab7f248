// SPDX-License-Identifier: Apache-2.0
#include "workload/network/random_connectivity.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// Random words keyed by (key, source), four from each evaluation of the generator.
class Words {
  public:
    Words(RandomKey key, std::uint64_t source) : key_(key), source_(source) {}

    std::uint32_t below(std::uint32_t n) {
        if (used_ == 4) {
            words_ = philox(key_, source_, block_++);
            used_ = 0;
        }
        return uniform_below(words_[used_++], n);
    }

  private:
    RandomKey key_;
    std::uint64_t source_;
    std::uint64_t block_ = 0;
    std::array<std::uint32_t, 4> words_{};
    std::size_t used_ = 4;
};

// Appends `count` distinct numbers of [begin, begin + size), ascending, to `out`.
void append_distinct(Words& words, std::uint32_t begin, std::uint32_t size, std::uint32_t count,
                     std::vector<std::uint32_t>& out) {
    if (std::uint64_t{count} * 4 >= size) {
        // Dense: walk the range and take each number with probability needed / left (Knuth,
        // The Art of Computer Programming, vol. 2, 3.4.2, algorithm S).
        std::uint32_t needed = count;
        for (std::uint32_t i = 0; needed > 0; ++i) {
            if (words.below(size - i) < needed) {
                out.push_back(begin + i);
                --needed;
            }
        }
        return;
    }
    const auto start = static_cast<std::ptrdiff_t>(out.size());
    while (out.size() - static_cast<std::size_t>(start) < count) {
        const std::size_t missing = count - (out.size() - static_cast<std::size_t>(start));
        for (std::size_t i = 0; i < missing; ++i) {
            out.push_back(begin + words.below(size));
        }
        std::sort(out.begin() + start, out.end());
        out.erase(std::unique(out.begin() + start, out.end()), out.end());
    }
}

std::uint32_t cluster_begin(const RandomNetworkOptions& o, std::uint32_t cluster) {
    return static_cast<std::uint32_t>(std::uint64_t{cluster} * o.neurons / o.clusters);
}

// The cluster that neuron `n` is in.
std::uint32_t cluster_of(const RandomNetworkOptions& o, std::uint32_t n) {
    auto cluster = static_cast<std::uint32_t>(std::uint64_t{n} * o.clusters / o.neurons);
    while (cluster + 1 < o.clusters && cluster_begin(o, cluster + 1) <= n) {
        ++cluster;
    }
    return cluster;
}

// Sets `count` of the first `size` bits of `bits`, every choice equally likely: half of all bits at
// random, which is exchangeable, and then as many random ones set or cleared as are missing.
void choose_bits(Words& words, RandomKey key, std::uint64_t source, std::uint32_t size,
                 std::uint32_t count, std::vector<std::uint64_t>& bits) {
    bits.assign((size + 63) / 64, 0);
    // Far from a half it is faster to start from none or all.
    const bool half = 4 * count > size && 4 * (size - count) > size;
    for (std::size_t w = 0; w < bits.size(); w += 2) {
        if (half) {
            const auto four = philox(key, source, (std::uint64_t{1} << 32) + w);
            bits[w] = std::uint64_t{four[1]} << 32 | four[0];
            if (w + 1 < bits.size()) {
                bits[w + 1] = std::uint64_t{four[3]} << 32 | four[2];
            }
        } else if (2 * count > size) {
            bits[w] = ~std::uint64_t{0};
            if (w + 1 < bits.size()) {
                bits[w + 1] = ~std::uint64_t{0};
            }
        }
    }
    if (size % 64 != 0) {
        bits.back() &= (std::uint64_t{1} << (size % 64)) - 1;
    }
    std::uint32_t set = 0;
    for (const std::uint64_t word : bits) {
        set += static_cast<std::uint32_t>(std::popcount(word));
    }
    while (set != count) {
        const std::uint32_t bit = words.below(size);
        const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
        const bool is_set = (bits[bit / 64] & mask) != 0;
        if (is_set == (set > count)) {
            bits[bit / 64] ^= mask;
            set += is_set ? -1u : 1u;
        }
    }
}

}  // namespace

void RandomConnectivity::row(std::uint32_t source, std::vector<Connection>& out) const {
    if (source >= options_.neurons) {
        throw ContractViolation("RandomConnectivity: source out of range");
    }
    // Scratch of this thread: rows are asked for by the million.
    thread_local std::vector<std::uint32_t> targets, clusters;
    targets.clear();
    clusters.clear();
    Words words({options_.seed, RandomUse::network_targets}, source);
    const std::uint32_t count = options_.synapses_per_neuron;
    if (options_.locality == Locality::uniform) {
        append_distinct(words, 0, options_.neurons, count, targets);
    } else {
        append_distinct(words, 0, options_.clusters, options_.target_clusters, clusters);
        for (std::uint32_t k = 0; k < options_.target_clusters; ++k) {
            const std::uint32_t begin = cluster_begin(options_, clusters[k]);
            const std::uint32_t share =
                count / options_.target_clusters + (k < count % options_.target_clusters ? 1 : 0);
            append_distinct(words, begin, cluster_begin(options_, clusters[k] + 1) - begin, share,
                            targets);
        }
    }

    Words signs({options_.seed, RandomUse::network_weights}, source);
    const auto levels = static_cast<std::uint32_t>(options_.max_weight / 2);
    out.resize(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const auto level = static_cast<std::int32_t>(signs.below(2 * levels));
        const std::int32_t half = level - static_cast<std::int32_t>(levels);
        out[i] = {targets[i], static_cast<float>(2 * (half >= 0 ? half + 1 : half)), 0};
    }
}

PermutedConnectivity::PermutedConnectivity(const RandomNetworkOptions& options)
    : options_(options), slot_(options.neurons) {
    std::iota(slot_.begin(), slot_.end(), 0u);
    const RandomKey key{options.seed, RandomUse::network_permutation};
    for (std::uint32_t i = options.neurons; i > 1; --i) {  // Fisher and Yates
        std::swap(slot_[i - 1], slot_[uniform_below(philox(key, i, 0)[0], i)]);
    }
}

void PermutedConnectivity::row(std::uint32_t source, std::vector<Connection>& out) const {
    if (source >= options_.neurons) {
        throw ContractViolation("PermutedConnectivity: source out of range");
    }
    thread_local std::vector<std::uint64_t> bits;
    const RandomKey key{options_.seed, RandomUse::network_targets};
    Words words(key, source);
    const std::uint32_t slot = slot_[source];
    const std::uint32_t cluster = cluster_of(options_, slot);
    const std::uint32_t begin = cluster_begin(options_, cluster);
    choose_bits(words, key, source, cluster_begin(options_, cluster + 1) - begin,
                options_.synapses_per_neuron, bits);
    const float weight = slot % 2 == 0 ? 1.0F : -1.0F;
    out.resize(options_.synapses_per_neuron);
    std::size_t used = 0;
    for (std::uint32_t w = 0; w < bits.size(); ++w) {
        for (std::uint64_t word = bits[w]; word != 0; word &= word - 1) {
            out[used++] = {begin + 64 * w + static_cast<std::uint32_t>(std::countr_zero(word)),
                           weight, 0};
        }
    }
}

}  // namespace cortile
