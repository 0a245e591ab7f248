// SPDX-License-Identifier: Apache-2.0
#include "cores/truenorth/neuron.h"

#include <algorithm>
#include <bit>
#include <cstring>

// The same source compiled twice, for AVX2 and for any x86-64; the loader picks one. Sanitizers
// cannot run the loader's resolver.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__OPTIMIZE__)
#define CORTILE_VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define CORTILE_VECTOR_CLONES
#endif

namespace cortile::truenorth {

namespace {

constexpr std::uint32_t kBlock = 16;  // bytes of one evaluation of the generator
constexpr std::uint32_t kBlocks = Crossbar::kNeurons / kBlock;
static_assert(std::endian::native == std::endian::little, "bytes of a word are taken in order");

// Neurons::modes
constexpr int kReversal = 0, kStochastic = 1, kSubtracts = 2, kKeeps = 3, kSaturates = 4;

// All ones if bit `bit` of `modes` is set, else 0.
inline std::int32_t all_if(std::int32_t modes, int bit) {
    return -((modes >> bit) & 1);
}
inline std::int32_t sign(std::int32_t x) {
    return (x > 0) - (x < 0);
}

// philox() (hw_model/base/random.h) for sixteen counters at once: word w of counter (a + i 2^32, b)
// goes to out[4 i + w].
CORTILE_VECTOR_CLONES
void philox_blocks(RandomKey key, std::uint64_t a, std::uint64_t b, std::uint32_t* out) {
    std::uint32_t c0[kBlocks], c1[kBlocks], c2[kBlocks], c3[kBlocks];
    for (std::uint32_t i = 0; i < kBlocks; ++i) {
        c0[i] = static_cast<std::uint32_t>(a);
        c1[i] = static_cast<std::uint32_t>(a >> 32) + i;
        c2[i] = static_cast<std::uint32_t>(b);
        c3[i] = static_cast<std::uint32_t>(b >> 32);
    }
    std::uint32_t k0 = static_cast<std::uint32_t>(key.seed);
    std::uint32_t k1 = static_cast<std::uint32_t>(key.seed >> 32) ^
                       (static_cast<std::uint32_t>(key.use) * 0x9E3779B9u);
    for (int round = 0; round < 10; ++round) {
        for (std::uint32_t i = 0; i < kBlocks; ++i) {
            const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c0[i];
            const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c2[i];
            const std::uint32_t next0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1[i] ^ k0;
            const std::uint32_t next2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3[i] ^ k1;
            c1[i] = static_cast<std::uint32_t>(p1);
            c3[i] = static_cast<std::uint32_t>(p0);
            c0[i] = next0;
            c2[i] = next2;
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    for (std::uint32_t i = 0; i < kBlocks; ++i) {
        out[4 * i] = c0[i];
        out[4 * i + 1] = c1[i];
        out[4 * i + 2] = c2[i];
        out[4 * i + 3] = c3[i];
    }
}

CORTILE_VECTOR_CLONES
void add_weighted(std::uint32_t count, const std::uint8_t* __restrict counts,
                  const std::int16_t* __restrict weight, std::int32_t* __restrict sums) {
    for (std::uint32_t n = 0; n < count; ++n) {
        sums[n] += std::int32_t{counts[n]} * std::int32_t{weight[n]};
    }
}

CORTILE_VECTOR_CLONES
void add_counts(const std::uint8_t* __restrict counts, std::uint16_t* __restrict total) {
    for (std::uint32_t n = 0; n < Crossbar::kNeurons; ++n) {
        total[n] = static_cast<std::uint16_t>(total[n] + counts[n]);
    }
}

// One loop for every mode, without a branch so that it vectorises.
template <bool kLeakDraws, bool kThresholdDraws>
[[gnu::always_inline]] inline std::uint32_t update_loop(
    std::uint32_t count, const std::int32_t* __restrict sums, const std::int16_t* __restrict leak,
    const std::int32_t* __restrict threshold, const std::int32_t* __restrict floor,
    const std::int32_t* __restrict reset_voltage, const std::uint8_t* __restrict mask,
    const std::uint8_t* __restrict modes, const std::uint8_t* __restrict leak_rho,
    const std::uint8_t* __restrict threshold_rho, std::int32_t* __restrict v,
    std::uint8_t* __restrict fired) {
    std::uint32_t changed = 0;
    for (std::uint32_t n = 0; n < count; ++n) {
        const std::int32_t mode = modes[n];
        const std::int32_t before = v[n];
        const std::int32_t in = before + sums[n];
        std::int32_t step = leak[n];
        if constexpr (kLeakDraws) {
            const std::int32_t magnitude = step < 0 ? -step : step;
            const std::int32_t drawn = magnitude >= leak_rho[n] ? sign(step) : 0;
            const std::int32_t stochastic = all_if(mode, kStochastic);
            step = (drawn & stochastic) | (step & ~stochastic);
        }
        // Omega: 1, or the sign of v with leak reversal, where a leak across 0 ends at 0.
        const std::int32_t reversal = all_if(mode, kReversal);
        const std::int32_t direction = sign(in);
        const std::int32_t omega = (direction & reversal) | (1 & ~reversal);
        std::int32_t x = in + omega * step;
        x = x * direction < 0 ? x & ~reversal : x;
        x = std::clamp(x, -kMembraneLimit, kMembraneLimit);

        std::int32_t eta = 0;
        if constexpr (kThresholdDraws) {
            eta = threshold_rho[n] & mask[n];
        }
        const std::int32_t upper = threshold[n] + eta;
        const std::int32_t lower = floor[n] + eta;
        const std::int32_t saturates = all_if(mode, kSaturates);
        const std::int32_t subtracts = all_if(mode, kSubtracts);
        const std::int32_t kept = x & all_if(mode, kKeeps);
        const std::int32_t after_spike = kept - (upper & subtracts) + reset_voltage[n];
        const std::int32_t mirrored = kept + (lower & subtracts) - reset_voltage[n];
        const std::int32_t below = (-floor[n] & saturates) | (mirrored & ~saturates);
        const std::int32_t edge = -((floor[n] & saturates) | (lower & ~saturates));
        const bool fires = x >= upper;
        std::int32_t next = x < edge ? below : x;
        next = fires ? after_spike : next;
        v[n] = next;
        fired[n] = static_cast<std::uint8_t>(fires);
        changed += static_cast<std::uint32_t>(next != before) | static_cast<std::uint32_t>(fires);
    }
    return changed;
}

#define CORTILE_ARGUMENTS                                                                         \
    s.count(), sums.data(), s.leak.data(), s.threshold.data(), s.floor.data(),                    \
        s.reset_voltage.data(), s.threshold_mask.data(), s.modes.data(), leak_rho, threshold_rho, \
        s.v.data(), s.fired.data()

CORTILE_VECTOR_CLONES
std::uint32_t update_fixed(Neurons& s, const Sums& sums, const std::uint8_t* leak_rho,
                           const std::uint8_t* threshold_rho) {
    return update_loop<false, false>(CORTILE_ARGUMENTS);
}
CORTILE_VECTOR_CLONES
std::uint32_t update_random_threshold(Neurons& s, const Sums& sums, const std::uint8_t* leak_rho,
                                      const std::uint8_t* threshold_rho) {
    return update_loop<false, true>(CORTILE_ARGUMENTS);
}
CORTILE_VECTOR_CLONES
std::uint32_t update_random(Neurons& s, const Sums& sums, const std::uint8_t* leak_rho,
                            const std::uint8_t* threshold_rho) {
    return update_loop<true, true>(CORTILE_ARGUMENTS);
}

#undef CORTILE_ARGUMENTS

// An axon whose type some neurons take stochastically: a spike adds the weight's sign, if the
// weight's magnitude reaches the draw.
void add_stochastic(const Neurons& neurons, const Crossbar& crossbar, std::uint32_t axon,
                    const Bytes& rho, Sums& sums) {
    const std::uint8_t type = crossbar.type(axon);
    for (std::uint32_t n = 0; n < neurons.count(); ++n) {
        if (!crossbar.connected(axon, n)) {
            continue;
        }
        const std::int32_t s = neurons.weight[type][n];
        if ((neurons.stochastic_synapse[n] >> type & 1) == 0) {
            sums[n] += s;
        } else if (std::abs(s) >= rho[n]) {
            sums[n] += sign(s);
        }
    }
}

}  // namespace

Neurons::Neurons(std::uint32_t count)
    : leak(count),
      threshold(count, 1),
      floor(count),
      reset_voltage(count),
      threshold_mask(count),
      stochastic_synapse(count),
      leak_reversal(count),
      stochastic_leak(count),
      reset_mode(count),
      floor_saturates(count),
      initial(count),
      v(count),
      fired(count) {
    for (auto& column : weight) {
        column.resize(count);
    }
}

void Neurons::prepare() {
    modes.resize(count());
    stochastic_types = 0;
    any_stochastic_leak = any_random_threshold = false;
    for (std::uint32_t n = 0; n < count(); ++n) {
        const ResetTo mode = reset_mode[n];
        modes[n] = static_cast<std::uint8_t>((leak_reversal[n] ? 1 << kReversal : 0) |
                                             (stochastic_leak[n] ? 1 << kStochastic : 0) |
                                             (mode == ResetTo::subtract ? 1 << kSubtracts : 0) |
                                             (mode != ResetTo::value ? 1 << kKeeps : 0) |
                                             (floor_saturates[n] ? 1 << kSaturates : 0));
        // R belongs to the reset to a value only.
        if (mode != ResetTo::value) {
            reset_voltage[n] = 0;
        }
        stochastic_types |= stochastic_synapse[n];
        any_stochastic_leak |= stochastic_leak[n] != 0;
        any_random_threshold |= threshold_mask[n] != 0;
    }
    v = initial;
}

void draw_bytes(const Draw& draw, RandomUse use, std::uint32_t lane, Bytes& bytes) {
    std::uint32_t words[4 * kBlocks];
    const std::uint64_t a = std::uint64_t{lane} << 40 | draw.core;
    philox_blocks({draw.seed, use}, a, draw.tick, words);
    std::memcpy(bytes.data(), words, sizeof words);
}

std::uint64_t integrate(const Neurons& neurons, const Crossbar& crossbar, const Draw& draw,
                        const std::vector<std::uint8_t>& axons, Sums& sums,
                        std::array<std::uint32_t, Crossbar::kNeurons>* events) {
    sums.fill(0);
    std::array<std::uint16_t, Crossbar::kNeurons> total;
    total.fill(0);
    Bytes counts;
    for (std::uint8_t type = 0; type < Crossbar::kTypes; ++type) {
        const bool stochastic = (neurons.stochastic_types >> type & 1) != 0;
        std::uint32_t counted = 0;
        const auto flush = [&] {
            add_counts(counts.data(), total.data());
            if (!stochastic) {
                add_weighted(neurons.count(), counts.data(), neurons.weight[type].data(),
                             sums.data());
            }
            counted = 0;
        };
        for (const std::uint8_t axon : axons) {
            if (crossbar.type(axon) != type) {
                continue;
            }
            if (counted == 0) {
                counts.fill(0);
            }
            crossbar.count(axon, counts);
            if (stochastic) {
                Bytes rho;
                draw_bytes(draw, RandomUse::neuron_synapse, axon, rho);
                add_stochastic(neurons, crossbar, axon, rho, sums);
            }
            if (++counted == 255) {  // what a byte holds
                flush();
            }
        }
        if (counted > 0) {
            flush();
        }
    }
    std::uint32_t sum = 0;
    if (events != nullptr) {
        for (std::uint32_t n = 0; n < Crossbar::kNeurons; ++n) {
            sum += total[n];
            (*events)[n] = sum;
        }
    } else {
        for (const std::uint16_t one : total) {
            sum += one;
        }
    }
    return sum;
}

std::uint32_t update(Neurons& neurons, const Sums& sums, const Draw& draw) {
    Bytes leak_rho, threshold_rho;
    if (neurons.any_stochastic_leak) {
        draw_bytes(draw, RandomUse::neuron_leak, 0, leak_rho);
        if (neurons.any_random_threshold) {
            draw_bytes(draw, RandomUse::neuron_threshold, 0, threshold_rho);
        } else {
            threshold_rho.fill(0);
        }
        return update_random(neurons, sums, leak_rho.data(), threshold_rho.data());
    }
    if (neurons.any_random_threshold) {
        draw_bytes(draw, RandomUse::neuron_threshold, 0, threshold_rho);
        return update_random_threshold(neurons, sums, nullptr, threshold_rho.data());
    }
    return update_fixed(neurons, sums, nullptr, nullptr);
}

}  // namespace cortile::truenorth
