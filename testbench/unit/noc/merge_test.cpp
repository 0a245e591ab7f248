// SPDX-License-Identifier: Apache-2.0
// The inner loops of the link sweep, each against the plainest way to do the same.
#include "noc/engines/merge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <tuple>
#include <vector>

#include "noc/engines/packet_buffer.h"
#include "testbench/unit/noc/noc_traffic.h"

namespace cortile::sweep {
namespace {

using testing_noc::Draws;

using Packets = std::vector<SpikePacket>;

bool before(const SpikePacket& a, const SpikePacket& b) {
    return std::tuple(a.time(), a.source()) < std::tuple(b.time(), b.source());
}

bool same(const SpikePacket* a, const SpikePacket* b, std::size_t count) {
    return count == 0 || std::memcmp(a, b, count * sizeof(SpikePacket)) == 0;
}

// Sorted packets of even or of odd sources, with many equal times, and the two that end a stream.
// What stands behind kEnd would come first: a merge that used it would show.
Packets draw_stream(Draws& draws, std::uint32_t count, std::uint32_t parity) {
    Packets packets;
    for (std::uint32_t i = 0; i < count; ++i) {
        packets.push_back({draws.below(count + 1), SpikePacket::pack(draws.below(12), i),
                           2 * draws.below(4) + parity});
    }
    std::stable_sort(packets.begin(), packets.end(), before);
    packets.push_back(kEnd);
    packets.push_back({});
    return packets;
}

Stream stream_of(const Packets& packets) {
    return {packets.data(), packets.size() - kTail};
}

Packets merged(const Packets& a, const Packets& b) {
    Packets result(a.size() + b.size() - 2 * kTail);
    std::merge(a.begin(), a.end() - kTail, b.begin(), b.end() - kTail, result.begin(), before);
    return result;
}

struct Sizes {
    std::uint32_t a, b;
};
constexpr Sizes kSizes[] = {{0, 0},  {0, 1}, {1, 0},  {1, 1},    {0, 40},
                            {40, 0}, {3, 4}, {7, 90}, {200, 200}};

TEST(SweepMerge, EqualsTheStandardMerge) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Draws draws(seed, 0);
        for (const Sizes sizes : kSizes) {
            const Packets a = draw_stream(draws, sizes.a, 0);
            const Packets b = draw_stream(draws, sizes.b, 1);
            Packets out(sizes.a + sizes.b + kTail);
            merge_streams(stream_of(a), stream_of(b), out.data());
            const Packets expected = merged(a, b);
            ASSERT_TRUE(same(out.data(), expected.data(), expected.size())) << "seed " << seed;
            ASSERT_TRUE(same(&out[expected.size()], &kEnd, 1)) << "seed " << seed;
        }
    }
}

TEST(SweepMerge, PortableStepEqualsTheStepInUse) {
    Draws draws(7, 0);
    for (int i = 0; i < 20'000; ++i) {
        const auto word = [&] { return std::uint64_t{draws.below(3)} << (20 * draws.below(3)); };
        const auto words = [&] { return Words{word(), word()}; };
        const Heads heads{words(), words()};
        const Words next_a = words();
        const Words next_b = words();
        Heads used = heads;
        Heads portable = heads;
        std::uint64_t used_took = 1;
        std::uint64_t portable_took = 2;
        const Words a = step(used, next_a, next_b, used_took);
        const Words b = step_portable(portable, next_a, next_b, portable_took);
        ASSERT_EQ(used_took, portable_took);
        ASSERT_EQ(std::tuple(a.key, a.rest), std::tuple(b.key, b.rest));
        ASSERT_EQ(std::tuple(used.a.key, used.a.rest, used.b.key, used.b.rest),
                  std::tuple(portable.a.key, portable.a.rest, portable.b.key, portable.b.rest));
    }
}

TEST(SweepMerge, LinkPassesInOrderAndSplitsAtTheNextTile) {
    const std::vector<std::uint16_t> coordinate{0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3};
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Draws draws(seed, 1);
        for (const Sizes sizes : kSizes) {
            const Packets a = draw_stream(draws, sizes.a, 0);
            const Packets b = draw_stream(draws, sizes.b, 1);
            Packets through(sizes.a + sizes.b + kTail);
            Packets arrived(sizes.a + sizes.b + kTail);
            const LinkOutput output = pass_link({3, 10, coordinate.data(), 2}, stream_of(a),
                                                stream_of(b), through.data(), arrived.data());
            Packets expected[2];
            Picoseconds free = 0;
            Picoseconds waited = 0;
            for (SpikePacket packet : merged(a, b)) {
                const Picoseconds start = packet.time() > free ? packet.time() : free;
                waited += start - packet.time();
                free = start + 3;
                packet.set_time(start + 10);
                expected[coordinate[packet.core()] == 2].push_back(packet);
            }
            ASSERT_EQ(output.waited, waited) << "seed " << seed;
            ASSERT_EQ(output.through, expected[0].size()) << "seed " << seed;
            ASSERT_EQ(output.arrived, expected[1].size()) << "seed " << seed;
            ASSERT_TRUE(same(through.data(), expected[0].data(), output.through));
            ASSERT_TRUE(same(arrived.data(), expected[1].data(), output.arrived));
            ASSERT_TRUE(same(&through[output.through], &kEnd, 1));
            ASSERT_TRUE(same(&arrived[output.arrived], &kEnd, 1));
        }
    }
}

TEST(SweepMerge, SplitSortsBelowHereAndAbove) {
    const std::vector<std::uint16_t> coordinate{0, 5, 2, 3, 9, 1, 3, 2, 3, 3, 16'383, 4};
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Draws draws(seed, 2);
        for (const Sizes sizes : kSizes) {
            const Packets a = draw_stream(draws, sizes.a, 0);
            const Packets b = draw_stream(draws, sizes.b, 1);
            Packets out[3];
            for (Packets& one : out) {
                one.resize(sizes.a + sizes.b + kTail);
            }
            const ThreeWayCounts counts =
                split_streams(coordinate.data(), 3, stream_of(a), stream_of(b),
                              {out[0].data(), out[1].data(), out[2].data()});
            Packets expected[3];
            for (const SpikePacket& packet : merged(a, b)) {
                const std::uint16_t target = coordinate[packet.core()];
                expected[target < 3 ? 0 : (target == 3 ? 1 : 2)].push_back(packet);
            }
            const std::size_t found[] = {counts.below, counts.at, counts.above};
            for (int i = 0; i < 3; ++i) {
                ASSERT_EQ(found[i], expected[i].size()) << "seed " << seed << " part " << i;
                ASSERT_TRUE(same(out[i].data(), expected[i].data(), found[i]));
                ASSERT_TRUE(same(&out[i][found[i]], &kEnd, 1));
            }
        }
    }
}

TEST(PacketBuffer, KeepsItsContentsWhenItGrows) {
    PacketBuffer buffer;
    std::size_t filled = 0;
    for (const std::size_t size : {1u, 5u, 100u, 10'000u, 10'001u, 50'000u}) {
        SpikePacket* packets = buffer.reserve(size);
        ASSERT_GE(buffer.capacity(), size);
        for (; filled < size; ++filled) {
            packets[filled] = {static_cast<Picoseconds>(filled), 1, 2};
        }
        for (std::size_t i = 0; i < filled; ++i) {
            ASSERT_EQ(packets[i].time(), static_cast<Picoseconds>(i)) << "after growth to " << size;
        }
    }
}

// A timestep's packets live in such buffers: growing must not double them.
TEST(PacketBuffer, LargeBufferGrowsByASixteenth) {
    PacketBuffer buffer;
    buffer.reserve(100'000);
    ASSERT_EQ(buffer.capacity(), 100'000u);
    buffer.reserve(100'001);
    EXPECT_EQ(buffer.capacity(), 106'250u);
}

}  // namespace
}  // namespace cortile::sweep
