// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include "hw_model/base/decimal.h"
#include "hw_model/base/error.h"
#include "hw_model/base/spelling.h"

namespace cortile {
namespace {

// One `name` is factor * 10^exponent of the base: ps, J, W, bit, Hz.
struct Unit {
    std::string_view name;
    Dimension dimension;
    std::uint64_t factor;
    int exponent;
};

constexpr std::uint64_t kKibi = 1024;

constexpr auto kUnits = std::to_array<Unit>({
    {"fs", Dimension::time, 1, -3},
    {"ps", Dimension::time, 1, 0},
    {"ns", Dimension::time, 1, 3},
    {"us", Dimension::time, 1, 6},
    {"ms", Dimension::time, 1, 9},
    {"s", Dimension::time, 1, 12},
    {"min", Dimension::time, 60, 12},
    {"h", Dimension::time, 3600, 12},
    {"aJ", Dimension::energy, 1, -18},
    {"fJ", Dimension::energy, 1, -15},
    {"pJ", Dimension::energy, 1, -12},
    {"nJ", Dimension::energy, 1, -9},
    {"uJ", Dimension::energy, 1, -6},
    {"mJ", Dimension::energy, 1, -3},
    {"J", Dimension::energy, 1, 0},
    {"kJ", Dimension::energy, 1, 3},
    {"fW", Dimension::power, 1, -15},
    {"pW", Dimension::power, 1, -12},
    {"nW", Dimension::power, 1, -9},
    {"uW", Dimension::power, 1, -6},
    {"mW", Dimension::power, 1, -3},
    {"W", Dimension::power, 1, 0},
    {"kW", Dimension::power, 1, 3},
    {"MW", Dimension::power, 1, 6},
    {"bit", Dimension::information, 1, 0},
    {"kbit", Dimension::information, 1, 3},
    {"Mbit", Dimension::information, 1, 6},
    {"Gbit", Dimension::information, 1, 9},
    {"Kibit", Dimension::information, kKibi, 0},
    {"Mibit", Dimension::information, kKibi* kKibi, 0},
    {"Gibit", Dimension::information, kKibi* kKibi* kKibi, 0},
    {"B", Dimension::information, 8, 0},
    {"kB", Dimension::information, 8, 3},
    {"MB", Dimension::information, 8, 6},
    {"GB", Dimension::information, 8, 9},
    {"KiB", Dimension::information, 8 * kKibi, 0},
    {"MiB", Dimension::information, 8 * kKibi* kKibi, 0},
    {"GiB", Dimension::information, 8 * kKibi* kKibi* kKibi, 0},
    {"Hz", Dimension::frequency, 1, 0},
    {"kHz", Dimension::frequency, 1, 3},
    {"MHz", Dimension::frequency, 1, 6},
    {"GHz", Dimension::frequency, 1, 9},
    {"THz", Dimension::frequency, 1, 12},
});

// The micro sign and the Greek letter both stand for the prefix u.
std::string plain_micro(std::string_view unit) {
    for (const std::string_view micro : {"\xC2\xB5", "\xCE\xBC"}) {
        if (unit.starts_with(micro)) {
            return "u" + std::string(unit.substr(micro.size()));
        }
    }
    return std::string(unit);
}

const Unit* find_unit(std::string_view name) {
    const std::string plain = plain_micro(name);
    const auto* found = std::find_if(kUnits.begin(), kUnits.end(),
                                     [&](const Unit& unit) { return unit.name == plain; });
    return found == kUnits.end() ? nullptr : found;
}

std::vector<std::string> units_of(Dimension dimension) {
    std::vector<std::string> names;
    for (const Unit& unit : kUnits) {
        if (unit.dimension == dimension) {
            names.emplace_back(unit.name);
        }
    }
    return names;
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// Texts come from files of any size; an error message does not repeat all of it.
std::string shown(std::string_view text) {
    constexpr std::size_t kLongest = 60;
    if (text.size() <= kLongest) {
        return fmt::format("\"{}\"", text);
    }
    std::size_t cut = kLongest;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) {
        --cut;
    }
    return fmt::format("\"{}…\"", text.substr(0, cut));
}

std::string expected(Dimension dimension) {
    return fmt::format("{} such as \"{}\" was expected", to_string(dimension),
                       example_of(dimension));
}

bool says_not_finite(std::string_view text) {
    if (!text.empty() && (text.front() == '+' || text.front() == '-' || text.front() == '.')) {
        return says_not_finite(text.substr(1));
    }
    std::string lower(text.substr(0, 3));
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower == "nan" || lower == "inf";
}

struct Quantity {
    Decimal number;
    const Unit* unit;
};

[[noreturn]] void reject_unit(const std::string& text, std::string_view unit, Dimension dimension,
                              const std::string& where) {
    const std::vector<std::string> names = units_of(dimension);
    const auto nearest = nearest_spelling(unit, names);
    std::string hint = nearest ? fmt::format("did you mean \"{}\"? ", *nearest) : "";
    hint += fmt::format("units of {}: {}", to_string(dimension), fmt::join(names, " "));
    throw ConfigError(where,
                      fmt::format("{} has the unknown unit {}; {}", shown(text), shown(unit),
                                  expected(dimension)),
                      hint);
}

Quantity parse_quantity(const std::string& text, Dimension dimension, Sign sign,
                        const std::string& where) {
    std::string_view rest = trim(text);
    if (says_not_finite(rest)) {
        throw ConfigError(
            where, fmt::format("{} is not a finite number; {}", shown(text), expected(dimension)));
    }
    const auto number = take_decimal(rest);
    if (!number) {
        throw ConfigError(where, fmt::format("{} is not a number with a unit; {}", shown(text),
                                             expected(dimension)));
    }
    const std::string_view unit_name = trim(rest);
    if (unit_name.empty()) {
        throw ConfigError(
            where, fmt::format("{} has no unit; {}", shown(text), expected(dimension)),
            fmt::format("write the unit, one of: {}", fmt::join(units_of(dimension), " ")));
    }
    const Unit* unit = find_unit(unit_name);
    if (unit == nullptr) {
        reject_unit(text, unit_name, dimension, where);
    }
    if (unit->dimension != dimension) {
        throw ConfigError(where, fmt::format("{} is {}; {}", shown(text),
                                             to_string(unit->dimension), expected(dimension)));
    }
    if (sign == Sign::non_negative && number->negative && !number->zero()) {
        throw ConfigError(where, fmt::format("{} is negative; {} must not be", shown(text),
                                             to_string(dimension)));
    }
    return {*number, unit};
}

[[noreturn]] void reject_magnitude(const std::string& text, const Decimal& number, int exponent,
                                   const std::string& where) {
    const bool large =
        static_cast<std::int64_t>(number.digits.size()) + number.exponent + exponent > 0;
    throw ConfigError(where, fmt::format("{} is too {} for a 64-bit floating-point number",
                                         shown(text), large ? "large" : "small"));
}

double parse_floating(const std::string& text, Dimension dimension, Sign sign,
                      const std::string& where) {
    const Quantity quantity = parse_quantity(text, dimension, sign, where);
    const auto value = to_double(quantity.number, quantity.unit->exponent);
    if (!value) {
        reject_magnitude(text, quantity.number, quantity.unit->exponent, where);
    }
    return *value;
}

std::string format_floating(double value, Dimension dimension, std::string_view base) {
    if (value == 0) {
        return fmt::format("0 {}", base);
    }
    if (!std::isfinite(value)) {
        throw ContractViolation(
            fmt::format("{} that is not finite has no text", to_string(dimension)));
    }
    std::array<char, 64> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                            std::abs(value), std::chars_format::scientific);
    const std::string_view scientific(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    const auto mark = scientific.find('e');
    std::string digits(scientific.substr(0, mark));
    std::erase(digits, '.');
    const int exponent = std::atoi(std::string(scientific.substr(mark + 1)).c_str());

    const Unit* unit = nullptr;
    for (const Unit& candidate : kUnits) {
        if (candidate.dimension == dimension &&
            (unit == nullptr || candidate.exponent <= exponent)) {
            unit = &candidate;
        }
    }
    const int before_point = exponent - unit->exponent + 1;
    const char* sign = value < 0 ? "-" : "";
    if (before_point < 1 || before_point > 18) {
        std::string mantissa = digits.substr(0, 1);
        if (digits.size() > 1) {
            mantissa += "." + digits.substr(1);
        }
        return fmt::format("{}{}e{} {}", sign, mantissa, before_point - 1, unit->name);
    }
    const auto whole = static_cast<std::size_t>(before_point);
    if (digits.size() <= whole) {
        digits.append(whole - digits.size(), '0');
    } else {
        digits.insert(whole, ".");
    }
    return fmt::format("{}{} {}", sign, digits, unit->name);
}

}  // namespace

const char* to_string(Dimension dimension) {
    switch (dimension) {
        case Dimension::time:
            return "a time";
        case Dimension::energy:
            return "an energy";
        case Dimension::power:
            return "a power";
        case Dimension::information:
            return "an amount of information";
        case Dimension::frequency:
            return "a frequency";
    }
    throw ContractViolation("Dimension: not an enumerator");
}

const char* example_of(Dimension dimension) {
    switch (dimension) {
        case Dimension::time:
            return "6.0 ns";
        case Dimension::energy:
            return "23.6 pJ";
        case Dimension::power:
            return "104.4 mW";
        case Dimension::information:
            return "128 KiB";
        case Dimension::frequency:
            return "1.2 GHz";
    }
    throw ContractViolation("Dimension: not an enumerator");
}

Picoseconds parse_time(const std::string& text, const std::string& where, Sign sign) {
    const Quantity quantity = parse_quantity(text, Dimension::time, sign, where);
    const WholeNumber whole =
        to_whole(quantity.number, quantity.unit->factor, quantity.unit->exponent);
    if (!whole.value) {
        throw ConfigError(
            where, fmt::format("{} is too long: modelled time ends after 106 days", shown(text)));
    }
    if (*whole.value == 0 && !quantity.number.zero()) {
        throw ConfigError(where, fmt::format("{} is not zero but rounds to 0 ps", shown(text)),
                          "times are whole picoseconds; write \"0 ns\" if none is meant");
    }
    return *whole.value;
}

double parse_energy(const std::string& text, const std::string& where, Sign sign) {
    return parse_floating(text, Dimension::energy, sign, where);
}

double parse_power(const std::string& text, const std::string& where, Sign sign) {
    return parse_floating(text, Dimension::power, sign, where);
}

std::int64_t parse_information(const std::string& text, const std::string& where, Sign sign) {
    const Quantity quantity = parse_quantity(text, Dimension::information, sign, where);
    const WholeNumber whole =
        to_whole(quantity.number, quantity.unit->factor, quantity.unit->exponent);
    if (!whole.value) {
        throw ConfigError(where, fmt::format("{} is more than 2^63 - 1 bit", shown(text)));
    }
    if (!whole.exact) {
        throw ConfigError(where, fmt::format("{} is not a whole number of bits", shown(text)));
    }
    return *whole.value;
}

double parse_frequency(const std::string& text, const std::string& where, Sign sign) {
    return parse_floating(text, Dimension::frequency, sign, where);
}

std::int64_t parse_integer(const std::string& text, const std::string& where) {
    std::string_view digits = trim(text);
    if (digits.starts_with('+') && !digits.starts_with("+-")) {
        digits.remove_prefix(1);
    }
    std::int64_t value = 0;
    const char* last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, value);
    if (error == std::errc::result_out_of_range) {
        throw ConfigError(where, fmt::format("{} does not fit 64 bits", shown(text)));
    }
    if (error != std::errc{} || end != last) {
        throw ConfigError(where, fmt::format("{} is not a whole number; one such as 8 was expected",
                                             shown(text)));
    }
    return value;
}

double parse_real(const std::string& text, const std::string& where) {
    std::string_view rest = trim(text);
    if (says_not_finite(rest)) {
        throw ConfigError(where, fmt::format("{} is not a finite number; one such as 0.5 was "
                                             "expected",
                                             shown(text)));
    }
    const auto number = take_decimal(rest);
    if (!number || !trim(rest).empty()) {
        const bool has_unit = number && find_unit(trim(rest)) != nullptr;
        throw ConfigError(where, fmt::format("{} is not a number; one such as 0.5 was expected{}",
                                             shown(text), has_unit ? ", without a unit" : ""));
    }
    const auto value = to_double(*number, 0);
    if (!value) {
        reject_magnitude(text, *number, 0, where);
    }
    return *value;
}

std::string format_time(Picoseconds time) {
    if (time == 0) {
        return "0 s";
    }
    const std::uint64_t magnitude = time < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(time)
                                             : static_cast<std::uint64_t>(time);
    std::uint64_t scale = 1;
    std::size_t decimals = 0;
    constexpr std::array kNames{"ps", "ns", "us", "ms", "s"};
    std::size_t unit = 0;
    while (unit + 1 < kNames.size() && magnitude / scale >= 1000) {
        scale *= 1000;
        decimals += 3;
        ++unit;
    }
    std::string text = fmt::format("{}{}", time < 0 ? "-" : "", magnitude / scale);
    if (magnitude % scale != 0) {
        std::string fraction = fmt::format("{:0{}}", magnitude % scale, decimals);
        fraction.resize(fraction.find_last_not_of('0') + 1);
        text += "." + fraction;
    }
    return fmt::format("{} {}", text, kNames[unit]);
}

std::string format_energy(double joules) {
    return format_floating(joules, Dimension::energy, "J");
}

std::string format_power(double watts) {
    return format_floating(watts, Dimension::power, "W");
}

std::string format_frequency(double hertz) {
    return format_floating(hertz, Dimension::frequency, "Hz");
}

std::string format_information(std::int64_t bits) {
    constexpr std::array<std::pair<std::int64_t, const char*>, 3> kBinary{
        {{std::int64_t{8} << 30, "GiB"}, {std::int64_t{8} << 20, "MiB"}, {8 << 10, "KiB"}}};
    for (const auto& [size, name] : kBinary) {
        if (bits != 0 && bits % size == 0) {
            return fmt::format("{} {}", bits / size, name);
        }
    }
    return fmt::format("{} bit", bits);
}

std::string format_real(double value) {
    return fmt::format("{}", value);
}

}  // namespace cortile
