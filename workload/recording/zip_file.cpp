// SPDX-License-Identifier: Apache-2.0
#include "workload/recording/zip_file.h"

#include <zlib.h>

#include <algorithm>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr std::string_view kEnd = "PK\5\6", kEntry = "PK\1\2", kLocal = "PK\3\4";
constexpr std::size_t kEndSize = 22, kEntrySize = 46, kLocalSize = 30;
constexpr std::size_t kLongestComment = 65535;
constexpr std::uint16_t kStored = 0, kDeflated = 8;
constexpr std::uint32_t kLargest = std::uint32_t{1} << 31;

std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t width) {
    std::uint32_t value = 0;
    for (std::size_t i = width; i-- > 0;) {
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    }
    return value;
}

[[noreturn]] void damaged(const std::string& place, const std::string& what) {
    throw ConfigError(place, what, "the archive is damaged or cut off: write it again");
}

std::size_t find_end(std::string_view bytes, const std::string& place) {
    const std::size_t from =
        bytes.size() > kEndSize + kLongestComment ? bytes.size() - kEndSize - kLongestComment : 0;
    const std::size_t at = bytes.rfind(kEnd);
    if (at == std::string_view::npos || at < from || bytes.size() - at < kEndSize) {
        damaged(place, "its directory is missing");
    }
    return at;
}

std::string inflated(std::string_view packed, std::size_t size, const std::string& place) {
    std::string result(size, '\0');
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
        throw ContractViolation("zip_file: inflateInit2");
    }
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(size);
    const int status = inflate(&stream, Z_FINISH);
    const bool whole = status == Z_STREAM_END && stream.total_out == size;
    inflateEnd(&stream);
    if (!whole) {
        damaged(place, "cannot be decompressed");
    }
    return result;
}

}  // namespace

bool is_zip(std::string_view bytes) {
    return bytes.starts_with(kLocal) || bytes.starts_with(kEnd);
}

std::vector<ZipMember> zip_members(std::string_view bytes, const std::string& place) {
    const std::size_t end = find_end(bytes, place);
    const std::uint32_t count = little_endian(bytes, end + 10, 2);
    std::size_t at = little_endian(bytes, end + 16, 4);
    std::vector<ZipMember> members;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (at > bytes.size() || bytes.size() - at < kEntrySize || bytes.substr(at, 4) != kEntry) {
            damaged(place, fmt::format("entry {} of its directory is unreadable", i + 1));
        }
        const std::size_t name = little_endian(bytes, at + 28, 2);
        const std::size_t skip =
            name + little_endian(bytes, at + 30, 2) + little_endian(bytes, at + 32, 2);
        if (bytes.size() - at - kEntrySize < skip) {
            damaged(place, fmt::format("entry {} of its directory is cut off", i + 1));
        }
        ZipMember member;
        member.method = static_cast<std::uint16_t>(little_endian(bytes, at + 10, 2));
        member.crc = little_endian(bytes, at + 16, 4);
        member.packed = little_endian(bytes, at + 20, 4);
        member.size = little_endian(bytes, at + 24, 4);
        member.offset = little_endian(bytes, at + 42, 4);
        member.name = bytes.substr(at + kEntrySize, name);
        members.push_back(std::move(member));
        at += kEntrySize + skip;
    }
    return members;
}

std::string unpack(std::string_view bytes, const ZipMember& member, const std::string& place) {
    if (member.method != kStored && member.method != kDeflated) {
        throw ConfigError(place, fmt::format("is compressed by method {}", member.method),
                          "write it with numpy.savez or numpy.savez_compressed");
    }
    if (member.size > kLargest || member.offset > bytes.size() ||
        bytes.size() - member.offset < kLocalSize || bytes.substr(member.offset, 4) != kLocal) {
        damaged(place, "is not where the directory says");
    }
    const std::size_t data = member.offset + kLocalSize +
                             little_endian(bytes, member.offset + 26, 2) +
                             little_endian(bytes, member.offset + 28, 2);
    if (data > bytes.size() || bytes.size() - data < member.packed) {
        damaged(place, "is cut off");
    }
    const std::string_view packed = bytes.substr(data, member.packed);
    if (member.method == kStored && member.packed != member.size) {
        damaged(place, "contradicts itself about its size");
    }
    std::string result =
        member.method == kStored ? std::string(packed) : inflated(packed, member.size, place);
    const auto crc =
        crc32(0, reinterpret_cast<const Bytef*>(result.data()), static_cast<uInt>(result.size()));
    if (crc != member.crc) {
        damaged(place, "has a wrong check sum");
    }
    return result;
}

}  // namespace cortile
