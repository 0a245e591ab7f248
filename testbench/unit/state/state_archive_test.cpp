// SPDX-License-Identifier: Apache-2.0
// The bytes of a saved state, and what is refused in place of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "hw_model/base/error.h"
#include "hw_model/state/state_archive.h"

namespace cortile {
namespace {

using testing::HasSubstr;

enum class Colour : std::uint16_t { red = 1, blue = 700 };

struct Point {
    std::int32_t x = 0;
    std::uint8_t y = 0;
    bool operator==(const Point&) const = default;
    void transfer_state(StateArchive& archive) { archive(x, y); }
};

struct Plain {
    std::int64_t value = 0;
    bool operator==(const Plain&) const = default;
};
void transfer_state(StateArchive& archive, Plain& plain) {
    archive(plain.value);
}

struct Everything {
    bool flag = false;
    Colour colour = Colour::red;
    std::uint64_t large = 0;
    double real = 0;
    std::string text;
    std::optional<std::uint32_t> some, none = 5;
    std::array<Point, 2> points;
    std::vector<std::int16_t> numbers;
    std::vector<Plain> plains;
    std::vector<std::string> texts;
    std::multimap<std::uint64_t, std::uint32_t> map;
    bool operator==(const Everything&) const = default;

    void transfer_state(StateArchive& archive) {
        archive(flag, colour, large, real, text, some, none, points);
        archive.section("lists", [&] {
            archive.list(numbers);
            archive.list(plains);
            archive.list(texts);
            archive.list(map);
        });
    }
};

Everything example() {
    Everything e;
    e.flag = true;
    e.colour = Colour::blue;
    e.large = 0x0123456789ABCDEF;
    e.real = -std::numeric_limits<double>::denorm_min();
    e.text = std::string("a\0b", 3);
    e.some = 7;
    e.none.reset();
    e.points = {{{-1, 2}, {3, 255}}};
    e.numbers = {-1, 300};
    e.plains = {{1}, {-2}, {3}};
    e.texts = {"", "two"};
    e.map = {{9, 1}, {9, 2}, {4, 3}};
    return e;
}

template <typename T>
std::string saved(T value) {
    StateArchive archive;
    archive(value);
    return archive.saved();
}

std::string refusal(const std::string& bytes, const std::function<void(StateArchive&)>& body) {
    StateArchive archive(bytes, "state");
    try {
        body(archive);
        archive.finish();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "none";
}

TEST(StateArchive, WhatWasSavedComesBack) {
    const std::string bytes = saved(example());
    Everything restored;
    StateArchive archive(bytes, "state");
    archive(restored);
    archive.finish();
    EXPECT_EQ(restored, example());
}

TEST(StateArchive, BytesAreLittleEndianOnEveryMachine) {
    EXPECT_EQ(saved(std::uint32_t{0x01020304}), "\x04\x03\x02\x01");
    EXPECT_EQ(saved(Colour::blue), "\xBC\x02");
    EXPECT_EQ(saved(1.0), std::string("\0\0\0\0\0\0\xF0\x3F", 8));
    EXPECT_EQ(saved(std::string("ab")), std::string("\2\0\0\0\0\0\0\0ab", 10));
    EXPECT_EQ(saved(Point{-2, 9}), "\xFE\xFF\xFF\xFF\x09");
}

TEST(StateArchive, ASectionStartsWithNameAndLength) {
    StateArchive archive;
    std::uint8_t x = 7;
    archive.section("n", [&] { archive(x); });
    EXPECT_EQ(archive.saved(), std::string("\1\0\0\0\0\0\0\0n\1\0\0\0\0\0\0\0\7", 18));
}

// Every cut is one of the places where restoring needs more bytes.
TEST(StateArchive, FewerBytesThanWereSavedAreRefused) {
    const std::string bytes = saved(example());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_THAT(refusal(bytes.substr(0, size),
                            [](StateArchive& archive) {
                                Everything e;
                                archive(e);
                            }),
                    HasSubstr("state: the saved state does not fit this run"))
            << size;
    }
}

TEST(StateArchive, BytesThatNobodyTakesAreRefused) {
    const auto nothing = [](StateArchive&) {};
    EXPECT_THAT(refusal("x", nothing), HasSubstr("1 bytes more than expected"));
    StateArchive archive;
    std::uint32_t x = 7;
    archive.section("core 3", [&] { archive(x, x); });
    const std::string message = refusal(archive.saved(), [&](StateArchive& restoring) {
        restoring.section("core 3", [&] { restoring(x); });
    });
    EXPECT_THAT(message, HasSubstr("core 3: 4 bytes more than expected"));
}

TEST(StateArchive, OtherSectionsAndOtherLengthsAreRefused) {
    StateArchive archive;
    std::vector<std::uint32_t> three(3), four(4);
    archive.section("core 3", [&] { archive.fixed(three); });
    const auto restore = [&](const char* name, std::vector<std::uint32_t>& values) {
        return refusal(archive.saved(), [&](StateArchive& restoring) {
            restoring.section(name, [&] { restoring.fixed(values); });
        });
    };
    EXPECT_EQ(restore("core 3", three), "none");
    EXPECT_THAT(restore("core 4", three), HasSubstr("section 'core 4' expected, 'core 3' saved"));
    EXPECT_THAT(restore("core 3", four), HasSubstr("core 3: 4 entries expected, 3 saved"));
}

// A length is looked at before memory is taken for it.
TEST(StateArchive, ALengthBeyondTheBytesIsRefused) {
    const std::string bytes = saved(std::uint64_t{1} << 60) + "abc";
    std::vector<std::uint64_t> values;
    std::string text;
    EXPECT_THAT(refusal(bytes, [&](StateArchive& archive) { archive.list(values); }),
                HasSubstr("entries in 3 bytes"));
    EXPECT_THAT(refusal(bytes, [&](StateArchive& archive) { archive(text); }),
                HasSubstr("entries in 3 bytes"));
}

}  // namespace
}  // namespace cortile
