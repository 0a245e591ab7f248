// SPDX-License-Identifier: Apache-2.0
#include "workload/recording/npy_file.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

[[noreturn]] void damaged(const std::string& place, const std::string& what) {
    throw ConfigError(place, what, "write the file again with numpy.save or numpy.savez");
}

struct Header {
    std::string type;  // "<f8"
    bool column_major = false;
    std::vector<std::uint64_t> shape;
    std::size_t data = 0;  // where the numbers begin
};

// What stands behind 'key': in the header, a Python dictionary on one line.
std::string_view value_of(std::string_view text, std::string_view key, const std::string& place) {
    const std::size_t at = text.find(fmt::format("'{}'", key));
    const std::size_t colon = text.find(':', at);
    if (at == std::string_view::npos || colon == std::string_view::npos) {
        damaged(place, fmt::format("its header has no '{}'", key));
    }
    text.remove_prefix(colon + 1);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return text;
}

std::vector<std::uint64_t> parse_shape(std::string_view text, const std::string& place) {
    std::vector<std::uint64_t> shape;
    const std::size_t end = text.find(')');
    if (!text.starts_with('(') || end == std::string_view::npos) {
        damaged(place, "its header has no readable shape");
    }
    text = text.substr(1, end - 1);
    std::uint64_t count = 1;
    while (!text.empty()) {
        text.remove_prefix(std::min(text.find_first_not_of(" ,"), text.size()));
        std::uint64_t extent = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), extent);
        if (parsed.ec != std::errc()) {
            if (text.empty()) {
                break;
            }
            damaged(place, "its header has no readable shape");
        }
        if (extent != 0 && count > kMostNumbers / extent) {
            throw ConfigError(place, fmt::format("has more than {} numbers", kMostNumbers),
                              "cut the recording");
        }
        count *= extent;
        shape.push_back(extent);
        text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    }
    return shape;
}

Header parse_header(std::string_view bytes, const std::string& place) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
    };
    if (bytes.size() < 12 || byte(6) < 1 || byte(6) > 3) {
        damaged(place, "is no .npy file of version 1 to 3, or is cut off");
    }
    const std::size_t start = byte(6) == 1 ? 10 : 12;
    const std::size_t length = byte(6) == 1
                                   ? byte(8) | byte(9) << 8
                                   : byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24;
    if (length > bytes.size() - start) {
        damaged(place, "its header is cut off");
    }
    const std::string_view text = bytes.substr(start, length);
    Header header;
    const std::string_view type = value_of(text, "descr", place);
    const std::size_t quote = type.find('\'', 1);
    if (!type.starts_with('\'') || quote == std::string_view::npos) {
        throw ConfigError(place, "holds records, not numbers", "save one array of numbers");
    }
    header.type = type.substr(1, quote - 1);
    header.column_major = value_of(text, "fortran_order", place).starts_with("True");
    header.shape = parse_shape(value_of(text, "shape", place), place);
    header.data = start + length;
    return header;
}

double half_precision(std::uint16_t bits) {
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double sign = bits >> 15 ? -1 : 1;
    if (exponent == 31) {
        return fraction == 0 ? sign * HUGE_VAL : std::nan("");
    }
    return sign *
           (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25));
}

// One number of `width` bytes, as bits in the machine's order.
double number_of(char kind, std::uint64_t bits, std::size_t width) {
    if (kind == 'f') {
        return width == 8   ? std::bit_cast<double>(bits)
               : width == 4 ? double{std::bit_cast<float>(static_cast<std::uint32_t>(bits))}
                            : half_precision(static_cast<std::uint16_t>(bits));
    }
    if (kind == 'i') {
        const unsigned above = 64 - 8 * static_cast<unsigned>(width);
        return static_cast<double>(static_cast<std::int64_t>(bits << above) >> above);
    }
    return static_cast<double>(bits);
}

bool is_known(char kind, std::size_t width) {
    const bool integer = width == 1 || width == 2 || width == 4 || width == 8;
    return kind == 'f'   ? integer && width > 1
           : kind == 'b' ? width == 1
                         : (kind == 'i' || kind == 'u') && integer;
}

// From column-major to row-major.
std::vector<double> transposed(const std::vector<double>& numbers,
                               const std::vector<std::uint64_t>& shape) {
    std::vector<double> result(numbers.size());
    std::vector<std::uint64_t> index(shape.size(), 0);
    for (double& value : result) {
        std::uint64_t at = 0;
        for (std::size_t d = shape.size(); d-- > 0;) {
            at = at * shape[d] + index[d];
        }
        value = numbers[at];
        for (std::size_t d = shape.size(); d-- > 0 && ++index[d] == shape[d];) {
            index[d] = 0;
        }
    }
    return result;
}

}  // namespace

bool is_npy(std::string_view bytes) {
    return bytes.starts_with(kMagic);
}

NumberArray parse_npy(std::string_view bytes, const std::string& place) {
    const Header header = parse_header(bytes, place);
    const char order = header.type.empty() ? '?' : header.type[0];
    const char kind = header.type.size() < 3 ? '?' : header.type[1];
    std::size_t width = 0;
    if (header.type.size() == 3 && header.type[2] >= '1' && header.type[2] <= '8') {
        width = static_cast<std::size_t>(header.type[2] - '0');
    }
    if (!is_known(kind, width) || (order != '<' && order != '>' && order != '|')) {
        throw ConfigError(place,
                          "holds " + shown_text(header.type) + ", which are no numbers known here",
                          "save booleans, integers or floats of at most 8 bytes");
    }
    NumberArray array{header.shape, {}};
    std::uint64_t count = 1;
    for (const std::uint64_t extent : header.shape) {
        count *= extent;
    }
    const std::string_view data = bytes.substr(header.data);
    if (data.size() != count * width) {
        damaged(place, fmt::format("has {} bytes of numbers, its shape asks for {}", data.size(),
                                   count * width));
    }
    array.numbers.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        std::uint64_t bits = 0;
        for (std::size_t b = 0; b < width; ++b) {
            const std::size_t from = order == '>' ? b : width - 1 - b;
            bits = bits << 8 | static_cast<unsigned char>(data[i * width + from]);
        }
        array.numbers.push_back(number_of(kind, bits, width));
    }
    if (header.column_major && header.shape.size() > 1) {
        array.numbers = transposed(array.numbers, header.shape);
    }
    return array;
}

}  // namespace cortile
