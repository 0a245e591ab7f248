// SPDX-License-Identifier: Apache-2.0
// Quantities as text: "6.0 ns", "23.6 pJ", "104.4 mW", "128 KiB", "1.2 GHz". A unit is always due,
// so that no number is ever read in the wrong one. Every parser throws ConfigError, whose place is
// the caller's `where`; every formatter writes text that its parser reads back to the same value.
#pragma once

#include <cstdint>
#include <string>

#include "hw_model/base/time.h"

namespace cortile {

enum class Dimension { time, energy, power, information, frequency };

// With its article: "a time", "an energy", …
const char* to_string(Dimension dimension);
// A well-formed quantity: "6.0 ns".
const char* example_of(Dimension dimension);

enum class Sign { non_negative, any };

// Text is [sign] decimal number [exponent] [spaces] unit. Units are case-sensitive:
//   time         fs ps ns us µs ms s min h
//   energy       aJ fJ pJ nJ uJ µJ mJ J kJ
//   power        fW pW nW uW µW mW W kW MW
//   information  bit kbit Mbit Gbit Kibit Mibit Gibit, B kB MB GB KiB MiB GiB (kB = 1000 B)
//   frequency    Hz kHz MHz GHz THz
// Times are rounded to the nearest picosecond; one that is not zero but rounds to zero is an error.
// Information must be a whole number of bits. The doubles are correctly rounded from the decimal.
Picoseconds parse_time(const std::string& text, const std::string& where,
                       Sign sign = Sign::non_negative);
double parse_energy(const std::string& text, const std::string& where,
                    Sign sign = Sign::non_negative);  // joules
double parse_power(const std::string& text, const std::string& where,
                   Sign sign = Sign::non_negative);  // watts
std::int64_t parse_information(const std::string& text, const std::string& where,
                               Sign sign = Sign::non_negative);  // bits
double parse_frequency(const std::string& text, const std::string& where,
                       Sign sign = Sign::non_negative);  // hertz

// A number without a unit. `parse_integer` takes no fraction and no exponent; `parse_real` takes
// finite numbers only. A unit after the number is an error.
std::int64_t parse_integer(const std::string& text, const std::string& where);
double parse_real(const std::string& text, const std::string& where);

// Canonical text: the largest unit that leaves at least one before the decimal point, and no more
// digits than it takes to read the same value back.
std::string format_time(Picoseconds time);
std::string format_energy(double joules);
std::string format_power(double watts);
std::string format_information(std::int64_t bits);
std::string format_frequency(double hertz);
std::string format_real(double value);

}  // namespace cortile
