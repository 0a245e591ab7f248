// SPDX-License-Identifier: Apache-2.0
#include "workload/network/random_connectivity.h"

#include <algorithm>

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

}  // namespace cortile
