// SPDX-License-Identifier: Apache-2.0
// Little-endian numbers one after another, each array with its length before it.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "hw_model/base/error.h"

namespace cortile {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie there");

class ByteWriter {
  public:
    template <typename Number>
    void number(Number value) {
        const std::size_t at = bytes_.size();
        bytes_.resize(at + sizeof value);
        std::memcpy(bytes_.data() + at, &value, sizeof value);
    }
    template <typename Number>
    void array(std::span<const Number> values) {
        number(static_cast<std::uint32_t>(values.size()));
        const std::size_t at = bytes_.size();
        bytes_.resize(at + values.size_bytes());
        if (!values.empty()) {
            std::memcpy(bytes_.data() + at, values.data(), values.size_bytes());
        }
    }
    void text(const std::string& value) { array(std::span<const char>(value)); }
    // Zeros up to a multiple of 4.
    std::vector<std::uint8_t> finish() {
        bytes_.resize((bytes_.size() + 3) / 4 * 4);
        return std::move(bytes_);
    }

  private:
    std::vector<std::uint8_t> bytes_;
};

// Throws ConfigError, at `where`, instead of reading beyond the end.
class ByteReader {
  public:
    ByteReader(std::span<const std::uint8_t> bytes, std::string where)
        : bytes_(bytes), where_(std::move(where)) {}

    template <typename Number>
    Number number() {
        Number value;
        std::memcpy(&value, take(sizeof value), sizeof value);
        return value;
    }
    template <typename Number>
    std::vector<Number> array() {
        const auto count = number<std::uint32_t>();
        const std::uint8_t* const from = take(std::size_t{count} * sizeof(Number));
        std::vector<Number> values(count);
        if (count > 0) {
            std::memcpy(values.data(), from, count * sizeof(Number));
        }
        return values;
    }
    std::string text() {
        const std::vector<char> characters = array<char>();
        return {characters.begin(), characters.end()};
    }
    [[noreturn]] void fail(const std::string& problem) const { throw ConfigError(where_, problem); }
    // Only zeros up to a multiple of 4 may follow.
    void finish() const {
        if (bytes_.size() - at_ >= 4) {
            fail("something follows its end");
        }
    }

  private:
    const std::uint8_t* take(std::size_t count) {
        if (bytes_.size() - at_ < count) {
            fail("it ends too early");
        }
        at_ += count;
        return bytes_.data() + (at_ - count);
    }

    std::span<const std::uint8_t> bytes_;
    std::string where_;
    std::size_t at_ = 0;
};

}  // namespace cortile
