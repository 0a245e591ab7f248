// SPDX-License-Identifier: Apache-2.0
// The little of FlatBuffers that AEDAT 4 needs, each access within bounds. Format: "FlatBuffers
// internals", flatbuffers.dev.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace cortile {

// What is wrong with the bytes; the reader adds where they are.
class FlatError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

class FlatBytes {
  public:
    explicit FlatBytes(std::string_view bytes) : bytes_(bytes) {}

    FlatBytes part(std::uint64_t first, std::uint64_t count) const {
        check(first, count);
        return FlatBytes(bytes_.substr(first, count));
    }
    std::string_view text(std::uint64_t first, std::uint64_t count) const {
        return part(first, count).bytes_;
    }
    template <typename Number>  // little-endian
    Number at(std::uint64_t offset) const {
        static_assert(std::endian::native == std::endian::little);
        check(offset, sizeof(Number));
        Number number;
        std::memcpy(&number, bytes_.data() + offset, sizeof(Number));
        return number;
    }
    void check(std::uint64_t first, std::uint64_t count) const {
        if (first > bytes_.size() || count > bytes_.size() - first) {
            throw FlatError("it refers to bytes that are not there");
        }
    }

  private:
    std::string_view bytes_;
};

class FlatTable {
  public:
    // The root table of a buffer that begins at `first`, with its identifier of 4 letters.
    static FlatTable root(FlatBytes bytes, std::uint64_t first, std::string_view identifier) {
        if (bytes.text(first + 4, 4) != identifier) {
            throw FlatError("it is not marked " + std::string(identifier));
        }
        return {bytes, first + bytes.at<std::uint32_t>(first)};
    }

    template <typename Number>
    Number scalar(unsigned field, Number otherwise) const {
        const std::uint64_t at = place(field);
        return at == 0 ? otherwise : bytes_.at<Number>(at);
    }
    // Byte of the first element and number of elements; none if the field is absent.
    std::pair<std::uint64_t, std::uint32_t> vector(unsigned field, std::size_t element) const {
        const std::uint64_t at = place(field);
        if (at == 0) {
            return {0, 0};
        }
        const std::uint64_t vector = at + bytes_.at<std::uint32_t>(at);
        const auto count = bytes_.at<std::uint32_t>(vector);
        bytes_.check(vector + 4, std::uint64_t{count} * element);
        return {vector + 4, count};
    }
    std::string_view text(unsigned field) const {
        const auto [first, count] = vector(field, 1);
        return bytes_.text(first, count);
    }

  private:
    FlatTable(FlatBytes bytes, std::uint64_t at) : bytes_(bytes), at_(at) {
        const std::int64_t table = static_cast<std::int64_t>(at) - bytes.at<std::int32_t>(at);
        if (table < 0) {
            throw FlatError("it refers to bytes that are not there");
        }
        fields_ = static_cast<std::uint64_t>(table);
        size_ = bytes.at<std::uint16_t>(fields_);
        bytes.check(fields_, size_);
    }
    // 0: absent.
    std::uint64_t place(unsigned field) const {
        const std::uint64_t entry = 4 + 2 * std::uint64_t{field};
        if (entry + 2 > size_) {
            return 0;
        }
        const auto offset = bytes_.at<std::uint16_t>(fields_ + entry);
        return offset == 0 ? 0 : at_ + offset;
    }

    FlatBytes bytes_;
    std::uint64_t at_, fields_ = 0, size_ = 0;
};

}  // namespace cortile
