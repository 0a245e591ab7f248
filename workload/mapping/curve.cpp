// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/curve.h"

#include <cstdlib>

namespace cortile {

namespace {

struct Vector {
    int x = 0, y = 0;

    int length() const { return std::abs(x + y); }  // axis-parallel
    Vector operator+(Vector o) const { return {x + o.x, y + o.y}; }
    Vector operator-(Vector o) const { return {x - o.x, y - o.y}; }
    Vector operator-() const { return {-x, -y}; }
    Vector unit() const { return {(x > 0) - (x < 0), (y > 0) - (y < 0)}; }
    // About half, even if possible: a stretch of even length ends beside where it began.
    Vector half(bool prefer_even) const {
        const int whole = length() / 2;
        const int chosen = prefer_even && whole % 2 == 1 && length() > 2 ? whole + 1 : whole;
        return {unit().x * chosen, unit().y * chosen};
    }
};

// Recursive halving of a rectangle, as described for arbitrary sizes by J. Cerveny (2018): the path
// through the rectangle at `corner` with sides `along` and `across` starts in `corner` and leaves
// it at the far end of `along`.
class CurveWriter {
  public:
    explicit CurveWriter(std::vector<Vector>& out) : out_(out) {}

    void fill(Vector corner, Vector along, Vector across) {
        const int width = along.length(), height = across.length();
        if (height == 1 || width == 1) {
            const Vector step = height == 1 ? along.unit() : across.unit();
            for (int i = 0; i < (height == 1 ? width : height); ++i) {
                out_.push_back(corner);
                corner = corner + step;
            }
            return;
        }
        if (2 * width > 3 * height) {
            // Long: two rectangles one after the other.
            const Vector first = along.half(true);
            fill(corner, first, across);
            fill(corner + first, along - first, across);
            return;
        }
        // Up one side, along the far half, down the other side.
        const Vector side = across.half(true), first = along.half(false);
        fill(corner, side, first);
        fill(corner + side, along, across - side);
        fill(corner + (along - along.unit()) + (side - side.unit()), -side, -(along - first));
    }

  private:
    std::vector<Vector>& out_;
};

}  // namespace

namespace {

std::vector<Vector> curve_over(std::uint32_t columns, std::uint32_t rows) {
    const auto width = static_cast<int>(columns), height = static_cast<int>(rows);
    std::vector<Vector> path;
    path.reserve(std::size_t{columns} * rows);
    if (width >= height) {
        CurveWriter(path).fill({0, 0}, {width, 0}, {0, height});
    } else {
        CurveWriter(path).fill({0, 0}, {0, height}, {width, 0});
    }
    return path;
}

}  // namespace

std::vector<CoreId> cores_along_curve(const Topology& topology) {
    const std::vector<Vector> tiles = curve_over(topology.chip_tiles_x(), topology.chip_tiles_y());
    std::vector<CoreId> cores;
    cores.reserve(topology.working_cores());
    // On a board chip by chip, so that a network takes as few as it can.
    for (const Vector chip : curve_over(topology.chip_columns(), topology.chip_rows())) {
        for (const Vector tile : tiles) {
            const auto x = static_cast<std::uint32_t>(chip.x) * topology.chip_tiles_x();
            const auto y = static_cast<std::uint32_t>(chip.y) * topology.chip_tiles_y();
            const TileId id = topology.tile(x + static_cast<std::uint32_t>(tile.x),
                                            y + static_cast<std::uint32_t>(tile.y));
            for (std::uint32_t c = 0; c < topology.cores_per_tile; ++c) {
                const CoreId core{id.value * topology.cores_per_tile + c};
                if (topology.works(core)) {
                    cores.push_back(core);
                }
            }
        }
    }
    return cores;
}

}  // namespace cortile
