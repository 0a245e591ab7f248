// SPDX-License-Identifier: Apache-2.0
// Counter-based random numbers: a value depends on its key alone, never on how many were drawn
// before or by which thread. Philox4x32-10 of Salmon et al., "Parallel random numbers: as easy as
// 1, 2, 3", SC'11, section 3.3 and table 2.
#pragma once

#include <array>
#include <cstdint>

namespace cortile {

// What a draw is for: two uses with otherwise equal keys are independent.
enum class RandomUse : std::uint32_t {
    stimulus = 1,
    network_targets = 2,
    network_weights = 3,
    network_drive = 4,
    placement = 5,
    network_permutation = 20,
    neuron_synapse = 21,
    neuron_leak = 22,
    neuron_threshold = 23,
    datapath_stimulus = 30,
    datapath_stalls = 31,
    noc_traffic = 40,
    noc_drop = 41,
    noc_corruption = 42,
    learning = 50,
    test = 100,
};

struct RandomKey {
    std::uint64_t seed = 0;
    RandomUse use = RandomUse::test;
};

// 128 random bits for counter (a, b) under `key`. `a` and `b` are free: sample and neuron, say.
constexpr std::array<std::uint32_t, 4> philox(RandomKey key, std::uint64_t a, std::uint64_t b) {
    std::array<std::uint32_t, 4> c{
        static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(a >> 32),
        static_cast<std::uint32_t>(b), static_cast<std::uint32_t>(b >> 32)};
    // The use goes into the key's high word, mixed so that seeds differing there stay apart.
    std::uint32_t k0 = static_cast<std::uint32_t>(key.seed);
    std::uint32_t k1 = static_cast<std::uint32_t>(key.seed >> 32) ^
                       (static_cast<std::uint32_t>(key.use) * 0x9E3779B9u);
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c[0];
        const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c[2];
        c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<std::uint32_t>(p1),
             static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<std::uint32_t>(p0)};
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return c;
}

// Uniform in [0, 1) with 53 random bits.
constexpr double uniform01(RandomKey key, std::uint64_t a, std::uint64_t b) {
    const auto r = philox(key, a, b);
    return static_cast<double>((std::uint64_t{r[0]} << 21) ^ (r[1] >> 11)) * 0x1p-53;
}

// Uniform in [0, n): the high half of a 32 x 32 product; its bias is below n / 2^32.
constexpr std::uint32_t uniform_below(std::uint32_t bits, std::uint32_t n) {
    return static_cast<std::uint32_t>((std::uint64_t{bits} * n) >> 32);
}

}  // namespace cortile
