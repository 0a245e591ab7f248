// SPDX-License-Identifier: Apache-2.0
#include "hw_model/state/state_archive.h"

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

void StateArchive::fail(const std::string& what) const {
    std::string where;
    for (const std::string& section : sections_) {
        where += (where.empty() ? "" : ", ") + section;
    }
    throw ConfigError(place_,
                      fmt::format("the saved state does not fit this run: {}{}{}", where,
                                  where.empty() ? "" : ": ", what),
                      "start the run anew, without --resume");
}

void StateArchive::transfer_bytes(char* bytes, std::size_t count) {
    if (!restores_) {
        saved_.append(bytes, count);
        return;
    }
    if (count > bytes_.size() - at_) {
        fail(fmt::format("{} bytes expected, {} left", count, bytes_.size() - at_));
    }
    if (count > 0) {
        std::memcpy(bytes, bytes_.data() + at_, count);
        at_ += count;
    }
}

// Every element takes one byte at least: a size beyond what is left is refused before memory is
// taken for it.
std::size_t StateArchive::take_size(std::size_t size) {
    std::uint64_t count = size;
    transfer_scalar(count);
    if (restores_ && count > bytes_.size() - at_) {
        fail(fmt::format("{} entries in {} bytes", count, bytes_.size() - at_));
    }
    return static_cast<std::size_t>(count);
}

void StateArchive::require_size(std::size_t size) {
    std::uint64_t count = size;
    transfer_scalar(count);
    if (count != size) {
        fail(fmt::format("{} entries expected, {} saved", size, count));
    }
}

// A name, the length of the contents, the contents.
std::size_t StateArchive::begin_section(std::string_view name) {
    std::string found(name);
    transfer(found);
    if (found != name) {
        fail(fmt::format("section '{}' expected, '{}' saved", name, found));
    }
    sections_.emplace_back(name);
    std::uint64_t length = 0;
    transfer_scalar(length);
    if (!restores_) {
        return saved_.size();
    }
    if (length > bytes_.size() - at_) {
        fail(fmt::format("{} bytes expected, {} left", length, bytes_.size() - at_));
    }
    const std::size_t outer_end = bytes_.size();
    bytes_ = {bytes_.data(), at_ + static_cast<std::size_t>(length)};
    return outer_end;
}

void StateArchive::end_section(std::size_t mark) {
    if (restores_) {
        finish();
        bytes_ = {bytes_.data(), mark};
    } else {
        const std::uint64_t length = saved_.size() - mark;
        for (unsigned i = 0; i < 8; ++i) {
            saved_[mark - 8 + i] = static_cast<char>(length >> (8 * i) & 0xFF);
        }
    }
    sections_.pop_back();
}

void StateArchive::finish() const {
    if (at_ != bytes_.size()) {
        fail(fmt::format("{} bytes more than expected", bytes_.size() - at_));
    }
}

}  // namespace cortile
