// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/units.h"

#include <gmock/gmock.h>

#include <limits>

#include "hw_model/base/random.h"
#include "testbench/unit/config/config_test_support.h"

namespace cortile {
namespace {

using testing::HasSubstr;

constexpr Picoseconds kLongest = std::numeric_limits<Picoseconds>::max();

TEST(Units, TimesOfEveryUnitBecomePicoseconds) {
    EXPECT_EQ(parse_time("1000 fs", "x"), 1);
    EXPECT_EQ(parse_time("581 ps", "x"), 581);
    EXPECT_EQ(parse_time("6.0 ns", "x"), 6000);
    EXPECT_EQ(parse_time("14.3 us", "x"), 14'300'000);
    EXPECT_EQ(parse_time("1.5 \xC2\xB5s", "x"), 1'500'000);  // micro sign
    EXPECT_EQ(parse_time("1.5 \xCE\xBCs", "x"), 1'500'000);  // Greek letter
    EXPECT_EQ(parse_time("1 ms", "x"), 1'000'000'000);
    EXPECT_EQ(parse_time("2 s", "x"), 2'000'000'000'000);
    EXPECT_EQ(parse_time("1.5 min", "x"), 90'000'000'000'000);
    EXPECT_EQ(parse_time("0.5 h", "x"), 1'800'000'000'000'000);
}

TEST(Units, NumbersMayBeWrittenInEveryDecimalForm) {
    EXPECT_EQ(parse_time("+6ns", "x"), 6000);
    EXPECT_EQ(parse_time(".5 ns", "x"), 500);
    EXPECT_EQ(parse_time("6. ns", "x"), 6000);
    EXPECT_EQ(parse_time("  1.25e-3   us ", "x"), 1250);
    EXPECT_EQ(parse_time("0.00000000000000000001E+20 ps", "x"), 1);
}

TEST(Units, TimesAreExactWhereADoubleIsNot) {
    // 2^53 + 1 ps; and a decimal fraction with no finite binary form.
    EXPECT_EQ(parse_time("9007.199254740993 s", "x"), 9'007'199'254'740'993);
    EXPECT_EQ(parse_time("0.1 us", "x"), 100'000);
}

TEST(Units, TimesRoundToTheNearestPicosecond) {
    EXPECT_EQ(parse_time("1.2344 ns", "x"), 1234);
    EXPECT_EQ(parse_time("1.2345 ns", "x"), 1235);
    EXPECT_EQ(parse_time("0.5 ps", "x"), 1);
    EXPECT_EQ(parse_time("0.99 ps", "x"), 1);
}

TEST(Units, ATimeThatWouldVanishIsAnError) {
    EXPECT_EQ(config_error([] { parse_time("0.49 ps", "f.yaml:3: a"); }),
              "f.yaml:3: a: \"0.49 ps\" is not zero but rounds to 0 ps\n  hint: times are whole "
              "picoseconds; write \"0 ns\" if none is meant");
    EXPECT_THAT(config_error([] { parse_time("1e-400 s", "a"); }), HasSubstr("rounds to 0 ps"));
    EXPECT_EQ(parse_time("0.000 ns", "x"), 0);
}

TEST(Units, TheLongestTimeIsTheLastThatFits) {
    EXPECT_EQ(parse_time("9223372036854775807 ps", "x"), kLongest);
    for (const char* text : {"9223372036854775808 ps", "9223372036854775807.5 ps",
                             "18446744073709551616 ps", "2600 h", "1e30 s", "1e999999999999 s"}) {
        EXPECT_THAT(config_error([&] { parse_time(text, "a"); }), HasSubstr("is too long"));
    }
}

TEST(Units, ANumberWithoutItsUnitIsAnErrorThatShowsHow) {
    EXPECT_EQ(config_error([] { parse_time("6", "f.yaml:3: noc.hop_x"); }),
              "f.yaml:3: noc.hop_x: \"6\" has no unit; a time such as \"6.0 ns\" was expected\n"
              "  hint: write the unit, one of: fs ps ns us ms s min h");
    EXPECT_THAT(config_error([] { parse_power("0", "a"); }),
                HasSubstr("a power such as \"104.4 mW\" was expected"));
}

TEST(Units, AUnitOfAnotherDimensionIsNamed) {
    EXPECT_EQ(config_error([] { parse_time("23.6 pJ", "a"); }),
              "a: \"23.6 pJ\" is an energy; a time such as \"6.0 ns\" was expected");
    EXPECT_THAT(config_error([] { parse_energy("1 mW", "a"); }),
                HasSubstr("is a power; an energy such as \"23.6 pJ\" was expected"));
    EXPECT_THAT(config_error([] { parse_power("1 GHz", "a"); }), HasSubstr("is a frequency"));
    EXPECT_THAT(config_error([] { parse_frequency("8 bit", "a"); }),
                HasSubstr("is an amount of information; a frequency such as \"1.2 GHz\""));
}

TEST(Units, AMisspeltUnitGetsTheNearestOne) {
    EXPECT_EQ(config_error([] { parse_time("6 Ns", "a"); }),
              "a: \"6 Ns\" has the unknown unit \"Ns\"; a time such as \"6.0 ns\" was expected\n"
              "  hint: did you mean \"ns\"? units of a time: fs ps ns us ms s min h");
    EXPECT_THAT(config_error([] { parse_information("4 KB", "a"); }),
                HasSubstr("did you mean \"kB\"?"));
    EXPECT_THAT(config_error([] { parse_time("6 ns 7", "a"); }), HasSubstr("unknown unit"));
}

TEST(Units, WhatIsNoFiniteNumberIsAnError) {
    for (const char* text : {"nan ns", "NaN", ".nan", "inf ns", "-inf ns", "-.inf", "Infinity s"}) {
        EXPECT_THAT(config_error([&] { parse_time(text, "a"); }), HasSubstr("not a finite number"))
            << text;
    }
    for (const char* text : {"", "ns", "fast", "-", "e3 ns", "0x10 ns", "1,000 ns"}) {
        EXPECT_NE(config_error([&] { parse_time(text, "a"); }), "") << text;
    }
}

TEST(Units, NegativeQuantitiesNeedToBeAllowed) {
    EXPECT_EQ(config_error([] { parse_energy("-1 pJ", "a"); }),
              "a: \"-1 pJ\" is negative; an energy must not be");
    EXPECT_EQ(parse_time("-5 ns", "x", Sign::any), -5000);
    EXPECT_EQ(parse_energy("-1 pJ", "x", Sign::any), -1e-12);
    EXPECT_EQ(parse_energy("-0 pJ", "x"), 0.0);
}

TEST(Units, DoublesAreTheNearestToTheDecimalText) {
    // Multiplying 23.6 by 1e-12 gives the neighbour of the double nearest to 23.6e-12.
    EXPECT_EQ(parse_energy("23.6 pJ", "x"), 23.6e-12);
    EXPECT_EQ(parse_power("104.4 mW", "x"), 0.1044);
    EXPECT_EQ(parse_frequency("1.2 GHz", "x"), 1.2e9);
    EXPECT_EQ(parse_energy("1 kJ", "x"), 1000.0);
    EXPECT_EQ(parse_power("2 MW", "x"), 2e6);
}

TEST(Units, DoublesOutOfRangeAreErrors) {
    EXPECT_EQ(config_error([] { parse_energy("1e400 J", "a"); }),
              "a: \"1e400 J\" is too large for a 64-bit floating-point number");
    EXPECT_EQ(config_error([] { parse_energy("1e-400 J", "a"); }),
              "a: \"1e-400 J\" is too small for a 64-bit floating-point number");
}

TEST(Units, InformationBecomesBits) {
    EXPECT_EQ(parse_information("16 bit", "x"), 16);
    EXPECT_EQ(parse_information("128 KiB", "x"), 128 * 1024 * 8);
    EXPECT_EQ(parse_information("1 kB", "x"), 8000);
    EXPECT_EQ(parse_information("0.5 B", "x"), 4);
    EXPECT_EQ(parse_information("2 Mibit", "x"), 2 * 1024 * 1024);
    EXPECT_EQ(parse_information("1 GiB", "x"), std::int64_t{8} << 30);
}

TEST(Units, AFractionOfABitIsAnError) {
    EXPECT_EQ(config_error([] { parse_information("0.3 B", "a"); }),
              "a: \"0.3 B\" is not a whole number of bits");
    EXPECT_THAT(config_error([] { parse_information("1e19 bit", "a"); }),
                HasSubstr("more than 2^63 - 1 bit"));
}

TEST(Units, IntegersTakeDigitsOnly) {
    EXPECT_EQ(parse_integer("-12", "x"), -12);
    EXPECT_EQ(parse_integer("+12", "x"), 12);
    EXPECT_EQ(parse_integer("9223372036854775807", "x"), kLongest);
    for (const char* text : {"8.0", "1e3", "", "+", "+-1", "0x10", "8 ns", "1_000"}) {
        EXPECT_THAT(config_error([&] { parse_integer(text, "a"); }),
                    HasSubstr("is not a whole number; one such as 8 was expected"))
            << text;
    }
    EXPECT_EQ(config_error([] { parse_integer("9223372036854775808", "a"); }),
              "a: \"9223372036854775808\" does not fit 64 bits");
}

TEST(Units, RealsTakeNoUnit) {
    EXPECT_EQ(parse_real("0.1", "x"), 0.1);
    EXPECT_EQ(parse_real("-1e-3", "x"), -1e-3);
    EXPECT_EQ(config_error([] { parse_real("0.1 ns", "a"); }),
              "a: \"0.1 ns\" is not a number; one such as 0.5 was expected, without a unit");
    EXPECT_THAT(config_error([] { parse_real("nan", "a"); }), HasSubstr("not a finite number"));
}

TEST(Units, CanonicalTextIsShortAndInTheLargestUnit) {
    EXPECT_EQ(format_time(0), "0 s");
    EXPECT_EQ(format_time(581), "581 ps");
    EXPECT_EQ(format_time(6000), "6 ns");
    EXPECT_EQ(format_time(465'000), "465 ns");
    EXPECT_EQ(format_time(-1'500'000), "-1.5 us");
    EXPECT_EQ(format_time(3'600'000'000'000'000), "3600 s");
    EXPECT_EQ(format_energy(0), "0 J");
    EXPECT_EQ(format_energy(23.6e-12), "23.6 pJ");
    EXPECT_EQ(format_energy(1e-10), "100 pJ");
    EXPECT_EQ(format_energy(1.5e-25), "1.5e-7 aJ");
    EXPECT_EQ(format_power(0.1044), "104.4 mW");
    EXPECT_EQ(format_frequency(1.2e9), "1.2 GHz");
    EXPECT_EQ(format_information(16), "16 bit");
    EXPECT_EQ(format_information(128 * 8192), "128 KiB");
    EXPECT_EQ(format_information(1536 * 8192), "1536 KiB");
    EXPECT_EQ(format_information(8 << 20), "1 MiB");
    EXPECT_EQ(format_real(0.1), "0.1");
}

// Draws of all magnitudes, by the counter-based generator.
double random_magnitude(std::uint64_t i) {
    const RandomKey key{7, RandomUse::test};
    return (1 + uniform01(key, i, 0)) * std::pow(10.0, 60 * uniform01(key, i, 1) - 40);
}

TEST(Units, EveryTimeRoundTrips) {
    const RandomKey key{1, RandomUse::test};
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const auto r = philox(key, i, 0);
        const std::uint64_t bits = std::uint64_t{r[0]} << 32 | r[1];
        const auto time = static_cast<Picoseconds>(bits >> (1 + r[2] % 62));
        ASSERT_EQ(parse_time(format_time(time), "x"), time);
        ASSERT_EQ(parse_time(format_time(-time), "x", Sign::any), -time);
    }
    EXPECT_EQ(parse_time(format_time(kLongest), "x"), kLongest);
}

TEST(Units, EveryDoubleRoundTrips) {
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const double value = random_magnitude(i);
        ASSERT_EQ(parse_energy(format_energy(value), "x"), value) << format_energy(value);
        ASSERT_EQ(parse_power(format_power(value), "x"), value) << format_power(value);
        ASSERT_EQ(parse_frequency(format_frequency(value), "x"), value);
        ASSERT_EQ(parse_real(format_real(-value), "x"), -value);
    }
    for (const double value :
         {std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max()}) {
        EXPECT_EQ(parse_energy(format_energy(value), "x"), value);
    }
}

TEST(Units, EveryAmountOfInformationRoundTrips) {
    for (const std::int64_t bits :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{8191}, std::int64_t{8192},
          std::int64_t{12'345'678}, std::int64_t{8} << 40, kLongest}) {
        EXPECT_EQ(parse_information(format_information(bits), "x"), bits);
    }
}

TEST(Units, ALongTextIsNotRepeatedInItsError) {
    const std::string text(1'000'000, 'x');
    EXPECT_LT(config_error([&] { parse_time(text, "a"); }).size(), 300U);
    EXPECT_LT(config_error([&] { parse_time("1 " + text, "a"); }).size(), 500U);
    EXPECT_EQ(parse_time("1." + std::string(1'000'000, '0') + " ns", "a"), 1000);
}

}  // namespace
}  // namespace cortile
