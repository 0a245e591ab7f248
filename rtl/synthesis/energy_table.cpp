// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/energy_table.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// Where x lies on an axis: between `low` and `low + 1`, `fraction` of the way; outside of the axis
// the fraction leaves [0, 1].
struct Position {
    std::size_t low = 0;
    double fraction = 0;
};

Position locate(const std::vector<double>& axis, double x) {
    if (axis.size() < 2) {
        return {};
    }
    const auto above = std::upper_bound(axis.begin() + 1, axis.end() - 1, x);
    const auto low = static_cast<std::size_t>(above - axis.begin()) - 1;
    return {low, (x - axis[low]) / (axis[low + 1] - axis[low])};
}

}  // namespace

EnergyTable::EnergyTable(std::vector<double> slews, std::vector<double> loads,
                         std::vector<double> joules)
    : slews_(std::move(slews)), loads_(std::move(loads)), joules_(std::move(joules)) {
    const auto rows = std::max<std::size_t>(1, slews_.size());
    const auto columns = std::max<std::size_t>(1, loads_.size());
    if (joules_.size() != rows * columns) {
        throw ContractViolation("an energy table's values do not fit its axes");
    }
}

double EnergyTable::at(double slew, double load) const {
    const Position row = locate(slews_, slew), column = locate(loads_, load);
    const std::size_t columns = std::max<std::size_t>(1, loads_.size());
    const auto in_row = [&](std::size_t r) {
        const double* values = &joules_[r * columns + column.low];
        return column.fraction == 0 ? values[0]
                                    : values[0] + column.fraction * (values[1] - values[0]);
    };
    const double low = in_row(row.low);
    return row.fraction == 0 ? low : low + row.fraction * (in_row(row.low + 1) - low);
}

}  // namespace cortile
