// SPDX-License-Identifier: Apache-2.0
// The state of a model as bytes, and back. What has state names its fields once, in a function
// that both saves and restores, so that the two cannot differ:
//
//     void Dendrite::transfer_state(StateArchive& archive) {
//         archive(present_);
//         archive.fixed(sums_);
//     }
//
// Bytes are the same on every machine: little-endian, floating point as IEEE 754 bits.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace cortile {

class StateArchive;

namespace state {

template <typename T>
concept Scalar = std::is_arithmetic_v<T> || std::is_enum_v<T>;

template <typename T>
concept HasMember = requires(T& value, StateArchive& archive) {
    value.transfer_state(archive);
};

// A free function beside the type, for plain structs.
template <typename T>
concept HasFunction = requires(T& value, StateArchive& archive) {
    transfer_state(archive, value);
};

}  // namespace state

// Either saves or restores. While restoring, everything that does not fit is a ConfigError at
// `place`; bytes come from a file whose checksum was right, so that this means another program or
// another chip.
class StateArchive {
  public:
    StateArchive() = default;  // saves
    // Restores from `bytes`, which must outlive it.
    StateArchive(std::string_view bytes, std::string place)
        : restores_(true), bytes_(bytes), place_(std::move(place)) {}

    bool restores() const { return restores_; }
    const std::string& place() const { return place_; }

    // Numbers, enumerations, texts, arrays, optional values, and types with a transfer_state().
    template <typename... Fields>
    void operator()(Fields&... fields) {
        (transfer(fields), ...);
    }
    // A sequence whose length the program decides: a restored one has the same.
    template <std::ranges::sized_range Range>
    void fixed(Range&& range) {
        require_size(std::ranges::size(range));
        transfer_all(range);
    }
    // A sequence that may have any length.
    template <typename T>
    void list(std::vector<T>& values) {
        values.resize(take_size(values.size()));
        transfer_all(values);
    }
    template <typename Key, typename Value>
    void list(std::multimap<Key, Value>& values) {
        std::vector<std::pair<Key, Value>> entries(values.begin(), values.end());
        list(entries);
        if (restores_) {
            values = {entries.begin(), entries.end()};
        }
    }

    // A part with a name: what it saves and what it restores must be equally long.
    template <typename Body>
    void section(std::string_view name, Body body) {
        const std::size_t mark = begin_section(name);
        body();
        end_section(mark);
    }

    // What was saved.
    const std::string& saved() const { return saved_; }
    // Restoring: throws unless all bytes were taken.
    void finish() const;

  private:
    template <typename T>
    void transfer(T& value) {
        if constexpr (state::Scalar<T>) {
            transfer_scalar(value);
        } else if constexpr (std::is_same_v<T, std::string>) {
            value.resize(take_size(value.size()));
            transfer_bytes(value.data(), value.size());
        } else if constexpr (state::HasMember<T>) {
            value.transfer_state(*this);
        } else {
            static_assert(state::HasFunction<T>, "this type has no transfer_state()");
            transfer_state(*this, value);
        }
    }
    template <typename T, std::size_t kCount>
    void transfer(std::array<T, kCount>& values) {
        transfer_all(values);
    }
    template <typename T>
    void transfer(std::optional<T>& value) {
        bool has = value.has_value();
        transfer_scalar(has);
        if (restores_) {
            value = has ? std::optional<T>(T{}) : std::nullopt;
        }
        if (has) {
            transfer(*value);
        }
    }
    template <typename First, typename Second>
    void transfer(std::pair<First, Second>& values) {
        transfer(values.first);
        transfer(values.second);
    }

    template <typename Range>
    void transfer_all(Range& range) {
        using T = std::ranges::range_value_t<Range>;
        if constexpr (state::Scalar<T> && std::ranges::contiguous_range<Range> &&
                      std::endian::native == std::endian::little) {
            transfer_bytes(reinterpret_cast<char*>(std::ranges::data(range)),
                           std::ranges::size(range) * sizeof(T));
        } else {
            for (auto& value : range) {
                transfer(value);
            }
        }
    }

    template <state::Scalar T>
    void transfer_scalar(T& value) {
        std::array<char, sizeof(T)> bytes;
        if (!restores_) {
            std::memcpy(bytes.data(), &value, sizeof(T));
            to_little(bytes);
        }
        transfer_bytes(bytes.data(), bytes.size());
        if (restores_) {
            to_little(bytes);
            std::memcpy(&value, bytes.data(), sizeof(T));
        }
    }
    template <std::size_t kSize>
    static void to_little(std::array<char, kSize>& bytes) {
        if constexpr (std::endian::native != std::endian::little) {
            for (std::size_t i = 0; i < kSize / 2; ++i) {
                std::swap(bytes[i], bytes[kSize - 1 - i]);
            }
        }
    }

    void transfer_bytes(char* bytes, std::size_t count);
    // Saves `size`, or restores one that what is left of the section can hold.
    std::size_t take_size(std::size_t size);
    void require_size(std::size_t size);
    // Saving: where the contents begin; restoring: where the section around this one ends.
    std::size_t begin_section(std::string_view name);
    void end_section(std::size_t mark);
    [[noreturn]] void fail(const std::string& what) const;

    bool restores_ = false;
    std::string saved_;
    std::string_view bytes_;  // of the innermost section, up to its end, and all before it
    std::size_t at_ = 0;
    std::string place_;
    std::vector<std::string> sections_;  // names, outermost first
};

}  // namespace cortile
