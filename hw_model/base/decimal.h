// SPDX-License-Identifier: Apache-2.0
// Decimal numbers as they are written, before any rounding: so that "23.6 pJ" becomes the double
// nearest to 23.6e-12, and "0.1 us" exactly 100000 ps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cortile {

// digits * 10^exponent, exactly. No leading zeros; zero has no digits.
struct Decimal {
    bool negative = false;
    std::string digits;
    std::int64_t exponent = 0;

    bool zero() const { return digits.empty(); }
};

// Reads [sign] number [exponent] from the front of `text` and removes it; nullopt when there is
// none. Needs no locale, and knows neither hexadecimal numbers nor "nan" and "inf".
std::optional<Decimal> take_decimal(std::string_view& text);

struct WholeNumber {
    std::optional<std::int64_t> value;  // rounded half away from zero; nullopt: beyond 64 bits
    bool exact = true;                  // nothing was rounded
};

// number * factor * 10^exponent.
WholeNumber to_whole(const Decimal& number, std::uint64_t factor, std::int64_t exponent);

// number * 10^exponent, correctly rounded: the decimal exponent is moved, not multiplied. nullopt:
// beyond a double, or not zero and yet nearer to zero than any double.
std::optional<double> to_double(const Decimal& number, std::int64_t exponent);

}  // namespace cortile
