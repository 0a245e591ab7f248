// SPDX-License-Identifier: Apache-2.0
#include "workload/netx/net_layer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hw_model/base/error.h"

namespace cortile::netx {

namespace {

// Quantised numbers that went through single precision are off by less.
constexpr double kWholeTolerance = 1e-4;
constexpr double kLargest = 0x7FFFFFFF;

bool is_whole(double x) {
    return std::abs(x - std::nearbyint(x)) <= kWholeTolerance && std::abs(x) <= kLargest;
}

}  // namespace

void Group::fail(const std::string& field, const std::string& problem,
                 const std::string& hint) const {
    throw ConfigError(field.empty() ? file_->place(path_) : place(field), problem, hint);
}

bool Group::has(const std::string& field) const {
    return file_->kind(path_ + "/" + field).has_value();
}

hdf5::Values Group::numbers(const std::string& field) const {
    const auto kind = file_->kind(path_ + "/" + field);
    if (!kind) {
        fail("", "has no '" + field + "'", "write the network again with lava-dl's export_hdf5");
    }
    if (*kind != hdf5::ObjectKind::dataset) {
        fail(field, "expected a dataset of numbers, found a group",
             "complex weights and delays have no counterpart here");
    }
    hdf5::Values values = file_->read(path_ + "/" + field);
    if (values.is_text || values.size() == 0) {
        fail(field, values.is_text ? "expected numbers, found text" : "holds no values",
             "write the network again with lava-dl's export_hdf5");
    }
    return values;
}

std::string Group::text(const std::string& field) const {
    if (!has(field)) {
        fail("", "has no '" + field + "'", "write the network again with lava-dl's export_hdf5");
    }
    const hdf5::Values values = file_->read(path_ + "/" + field);
    if (!values.is_text || values.texts.empty()) {
        fail(field, "expected a text", "write the network again with lava-dl's export_hdf5");
    }
    return values.texts.front();
}

std::int32_t Group::integer(const std::string& field, std::int64_t least, std::int64_t most) const {
    const hdf5::Values values = numbers(field);
    const double first = values.numbers.front();
    const bool equal = std::all_of(values.numbers.begin(), values.numbers.end(),
                                   [&](double x) { return x == first; });
    if (!equal) {
        fail(field, fmt::format("expected one number, found {} different ones", values.size()),
             "parameters of one layer are the same for all its neurons");
    }
    if (!is_whole(first) || first < static_cast<double>(least) - kWholeTolerance ||
        first > static_cast<double>(most) + kWholeTolerance) {
        fail(field,
             fmt::format("expected a whole number from {} to {}, found {}", least, most, first),
             "these are register contents of the chip");
    }
    return static_cast<std::int32_t>(std::lround(first));
}

std::int32_t Group::integer_or(const std::string& field, std::int32_t otherwise, std::int64_t least,
                               std::int64_t most) const {
    return has(field) ? integer(field, least, most) : otherwise;
}

bool Group::flag(const std::string& field) const {
    return has(field) && numbers(field).numbers.front() != 0;
}

Integers Group::integers(const std::string& field) const {
    const hdf5::Values values = numbers(field);
    Integers result{values.shape, {}};
    result.values.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!is_whole(values.numbers[i])) {
            fail(field,
                 fmt::format("expected whole numbers, found {} as number {}", values.numbers[i],
                             i + 1),
                 "export the network quantised, as lava-dl's netx does");
        }
        result.values.push_back(static_cast<std::int32_t>(std::lround(values.numbers[i])));
    }
    return result;
}

std::pair<std::uint32_t, std::uint32_t> Group::extents(const std::string& field,
                                                       std::uint32_t otherwise,
                                                       std::int64_t least) const {
    if (!has(field)) {
        return {otherwise, otherwise};
    }
    const Integers stored = integers(field);
    if (stored.values.size() > 2 ||
        std::any_of(stored.values.begin(), stored.values.end(),
                    [&](std::int32_t x) { return x < least || x > 65535; })) {
        fail(field, fmt::format("expected one or two whole numbers from {} to 65535", least),
             "two are height and width");
    }
    return {static_cast<std::uint32_t>(stored.values.front()),
            static_cast<std::uint32_t>(stored.values.back())};
}

std::optional<Shape> Group::shape() const {
    if (!has("shape")) {
        return std::nullopt;
    }
    Shape shape;
    for (const std::int32_t extent : integers("shape").values) {
        if (extent < 1) {
            fail("shape", fmt::format("expected positive extents, found {}", extent),
                 "write the network again with lava-dl's export_hdf5");
        }
        shape.push_back(static_cast<std::uint32_t>(extent));
    }
    element_count(shape);  // throws where it is too large
    return shape;
}

}  // namespace cortile::netx
