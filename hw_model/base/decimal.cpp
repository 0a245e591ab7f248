// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/decimal.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace cortile {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Far beyond any double or 64-bit integer, and far from overflowing itself.
constexpr std::int64_t kExponentLimit = 1'000'000;

// digits * factor, as decimal digits without leading zeros.
std::string multiplied(const std::string& digits, std::uint64_t factor) {
    std::string reversed;
    std::uint64_t carry = 0;
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
        carry += static_cast<std::uint64_t>(*digit - '0') * factor;
        reversed.push_back(static_cast<char>('0' + carry % 10));
        carry /= 10;
    }
    for (; carry != 0; carry /= 10) {
        reversed.push_back(static_cast<char>('0' + carry % 10));
    }
    return {reversed.rbegin(), reversed.rend()};
}

}  // namespace

std::optional<Decimal> take_decimal(std::string_view& text) {
    Decimal number;
    std::size_t at = 0;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
        number.negative = text[at] == '-';
        ++at;
    }
    bool any = false;
    bool fraction = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '.' && !fraction) {
            fraction = true;
            continue;
        }
        if (!is_digit(c)) {
            break;
        }
        any = true;
        number.exponent -= fraction ? 1 : 0;
        if (!number.digits.empty() || c != '0') {
            number.digits.push_back(c);
        }
    }
    if (!any) {
        return std::nullopt;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        std::size_t digit = at + 1;
        bool negative = false;
        if (digit < text.size() && (text[digit] == '+' || text[digit] == '-')) {
            negative = text[digit] == '-';
            ++digit;
        }
        if (digit < text.size() && is_digit(text[digit])) {
            std::int64_t exponent = 0;
            for (; digit < text.size() && is_digit(text[digit]); ++digit) {
                exponent = std::min(exponent * 10 + (text[digit] - '0'), kExponentLimit);
            }
            number.exponent += negative ? -exponent : exponent;
            at = digit;
        }
    }
    text.remove_prefix(at);
    return number;
}

WholeNumber to_whole(const Decimal& number, std::uint64_t factor, std::int64_t exponent) {
    if (number.digits.empty()) {
        return {0, true};
    }
    std::string digits = multiplied(number.digits, factor);
    exponent += number.exponent;
    constexpr std::int64_t kMostDigits = std::numeric_limits<std::int64_t>::digits10 + 1;
    if (static_cast<std::int64_t>(digits.size()) + exponent > kMostDigits) {
        return {std::nullopt, true};
    }
    bool exact = true;
    bool round_up = false;
    if (exponent >= 0) {
        digits.append(static_cast<std::size_t>(exponent), '0');
    } else {
        const auto dropped = static_cast<std::size_t>(-exponent);
        const std::size_t kept = dropped >= digits.size() ? 0 : digits.size() - dropped;
        exact = digits.find_first_not_of('0', kept) == std::string::npos;
        round_up = dropped <= digits.size() && digits[kept] >= '5';
        digits.resize(kept);
    }
    std::uint64_t magnitude = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), magnitude);
    magnitude += round_up ? 1 : 0;
    if (magnitude > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return {std::nullopt, exact};
    }
    const auto value = static_cast<std::int64_t>(magnitude);
    return {number.negative ? -value : value, exact};
}

std::optional<double> to_double(const Decimal& number, std::int64_t exponent) {
    if (number.digits.empty()) {
        return 0.0;
    }
    const std::string text = fmt::format("{}{}e{}", number.negative ? "-" : "", number.digits,
                                         number.exponent + exponent);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || !std::isfinite(value) || value == 0) {
        return std::nullopt;
    }
    return value;
}

}  // namespace cortile
