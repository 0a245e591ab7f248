// SPDX-License-Identifier: Apache-2.0
#include "noc/traffic/load_sweep.h"

#include <algorithm>
#include <cmath>

namespace cortile {

namespace {

constexpr unsigned kSteps = 10, kFurtherSteps = 2, kParts = 5, kDivisions = 2;

// To two digits, for the reader's sake.
double rounded(double step) {
    const double unit = std::pow(10, std::floor(std::log10(step)) - 1);
    return std::round(step / unit) * unit;
}

void measure(const LoadPointSetup& setup, const std::vector<double>& rates, Executor& executor,
             std::vector<LoadPoint>& points) {
    const std::size_t first = points.size();
    points.resize(first + rates.size());
    // The slowest, those of high load, first.
    executor.for_each(static_cast<std::uint32_t>(rates.size()), [&](std::uint32_t i, unsigned) {
        const std::size_t index = rates.size() - 1 - i;
        points[first + index] = measure_load_point(setup, rates[index]);
    });
}

LoadSweep sorted(std::vector<LoadPoint> points) {
    LoadSweep sweep;
    sweep.points = std::move(points);
    std::stable_sort(sweep.points.begin(), sweep.points.end(),
                     [](const LoadPoint& a, const LoadPoint& b) { return a.offered < b.offered; });
    for (std::size_t i = 0; i < sweep.points.size(); ++i) {
        if (sweep.points[i].is_saturated) {
            sweep.first_saturated = i;
            break;
        }
        sweep.highest_unsaturated = i;
    }
    return sweep;
}

}  // namespace

double most_offered(const LoadPointSetup& setup) {
    const double share_on =
        setup.on_to_off > 0 ? setup.off_to_on / (setup.off_to_on + setup.on_to_off) : 1;
    return std::min(1.0, share_on * setup.packet_flits);
}

double link_capacity(const LoadPointSetup& setup) {
    LoadPointSetup loose = setup;
    // Where packets go does not depend on how many there are.
    loose.off_to_on = loose.on_to_off = 0;
    double rate = 0.1;
    if (setup.topology.torus || !setup.dead_links.empty()) {
        rate = 0.02;  // with flits, and for most patterns far from what the network can take
    } else {
        loose.timing = "loosely_timed";
        loose.routing = "xy";
        // A tree takes fewer links than a path.
        loose.multicast = setup.multicast == Multicast::path ? Multicast::tree : setup.multicast;
    }
    const LoadPoint point = measure_load_point(loose, rate);
    const double busiest = *std::max_element(point.link_load.begin(), point.link_load.end());
    return busiest > 0 ? rate / busiest : 1;
}

LoadSweep sweep_rates(const LoadPointSetup& setup, std::vector<double> rates, Executor& executor) {
    std::vector<LoadPoint> points;
    measure(setup, rates, executor, points);
    return sorted(std::move(points));
}

LoadSweep sweep_to_saturation(const LoadPointSetup& setup, Executor& executor) {
    const double most = most_offered(setup);
    const double step = rounded(std::min(most, link_capacity(setup)) / kSteps);
    std::vector<LoadPoint> points;
    for (unsigned done = 0;;) {
        std::vector<double> rates;
        const unsigned wanted = done == 0 ? kSteps : kFurtherSteps;
        for (unsigned i = 0; i < wanted && step * (done + 1) <= most * (1 + 1e-9); ++i) {
            rates.push_back(std::min(most, step * ++done));
        }
        if (rates.empty()) {
            break;
        }
        measure(setup, rates, executor, points);
        if (sorted(points).first_saturated) {
            break;
        }
    }
    for (unsigned division = 0; division < kDivisions; ++division) {
        const LoadSweep sweep = sorted(points);
        if (!sweep.first_saturated) {
            break;
        }
        const double low =
            sweep.highest_unsaturated ? sweep.points[*sweep.highest_unsaturated].offered : 0;
        const double high = sweep.points[*sweep.first_saturated].offered;
        std::vector<double> rates;
        for (unsigned part = 1; part < kParts; ++part) {
            rates.push_back(low + (high - low) * part / kParts);
        }
        measure(setup, rates, executor, points);
    }
    return sorted(std::move(points));
}

}  // namespace cortile
