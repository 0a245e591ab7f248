// SPDX-License-Identifier: Apache-2.0
// How numbers and text look in the results.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cortile::report {

// Three significant digits and an SI prefix: engineering(1.234e-5, "J") is "12.3 uJ". Prefixes
// run from atto to exa; "-" for what is absent or not finite.
std::string engineering(std::optional<double> value, std::string_view unit);

// Thousands apart: 1,234,567.
std::string grouped(std::uint64_t value);

// 0.1234 is "12.3 %"; what is more than nothing but rounds to it is "<0.1 %"; "-" when absent.
std::string percent(std::optional<double> share);

// numerator / denominator; absent when the denominator is zero.
std::optional<double> ratio(double numerator, double denominator);

// A field of a CSV file, quoted as in RFC 4180 where it must be.
std::string csv_field(std::string_view text);

// Columns that a UTF-8 text takes, one per code point.
std::size_t display_width(std::string_view text);

// `text` padded with spaces to `width` columns, on its right or its left.
std::string padded(std::string_view text, std::size_t width);
std::string right_aligned(std::string_view text, std::size_t width);

// `first` followed by `text`, broken at spaces into lines of at most `width` columns; further lines
// start with as many spaces as `first` has columns. A longer word stays whole. Ends with a newline.
std::string wrapped(std::string_view first, std::string_view text, std::size_t width = 80);

}  // namespace cortile::report
