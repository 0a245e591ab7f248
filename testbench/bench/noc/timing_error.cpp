// SPDX-License-Identifier: Apache-2.0
// How far approximately_timed is from cycle_accurate, over the load: the table of docs/noc.md and
// of noc/engines/timing_error.cpp, and the plot. Usage: noc_timing_error [FILE.svg]
#include <algorithm>
#include <cmath>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "hw_model/base/executor.h"
#include "hw_model/base/text_table.h"
#include "hw_model/report/line_chart.h"
#include "noc/traffic/load_sweep.h"

namespace {

using namespace cortile;

// Of the busiest link, in flits a cycle.
constexpr double kLoads[] = {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8};
constexpr std::size_t kPoints = std::size(kLoads);

struct Case {
    std::uint32_t side;
    const char* pattern;
    std::uint32_t flits;
    std::string name() const {
        return fmt::format("{0} x {0}, {1}, {2} flit{3}", side, pattern, flits,
                           flits == 1 ? "" : "s");
    }
};

struct Comparison {
    double load = 0;              // of the busiest link, as measured
    std::optional<double> error;  // of the mean packet latency, in %; nothing: saturated
};

LoadPointSetup setup_of(const Case& c) {
    LoadPointSetup setup;
    setup.topology.width = setup.topology.height = c.side;
    setup.pattern = c.pattern;
    setup.packet_flits = c.flits;
    setup.warmup = 10000;
    setup.measured = 40000;
    return setup;
}

double capacity_of(const Case& c) {
    LoadPointSetup setup = setup_of(c);
    setup.measured = 400'000;  // chance would make some link look busier than the others
    return link_capacity(setup);
}

Comparison compare(const Case& c, double offered) {
    LoadPointSetup setup = setup_of(c);
    const LoadPoint exact = measure_load_point(setup, offered);
    setup.timing = "approximately_timed";
    const LoadPoint estimate = measure_load_point(setup, offered);
    Comparison result;
    result.load = *std::max_element(estimate.link_load.begin(), estimate.link_load.end());
    if (!exact.is_saturated && !estimate.is_saturated) {
        result.error = 100 * (estimate.packet_latency_mean / exact.packet_latency_mean - 1);
    }
    return result;
}

void run(int argc, char** argv) {
    std::vector<Case> cases;
    for (const std::uint32_t side : {4u, 8u}) {
        for (const char* pattern : {"uniform", "transpose"}) {
            for (const std::uint32_t flits : {1u, 4u}) {
                cases.push_back({side, pattern, flits});
            }
        }
    }
    std::vector<double> capacities;
    for (const Case& c : cases) {
        capacities.push_back(capacity_of(c));
    }
    std::vector<Comparison> results(cases.size() * kPoints);
    Executor executor(2);
    executor.for_each(static_cast<std::uint32_t>(results.size()), [&](std::uint32_t i, unsigned) {
        const std::size_t c = i / kPoints;
        results[i] = compare(cases[c], kLoads[i % kPoints] * capacities[c]);
    });

    std::vector<std::vector<std::string>> table{{"load of the busiest link"}};
    report::LineChart chart;
    chart.title = "Mean packet latency of approximately_timed against cycle_accurate";
    chart.subtitle = "routers of 4 VCs of 8 flits, 5 cycles a hop, XY routing";
    chart.x_label = "load of the busiest link (flits / cycle)";
    chart.y_label = "below cycle_accurate (%)";
    for (const double load : kLoads) {
        table.push_back({fmt::format("{:.2f}", load)});
    }
    std::vector<double> worst(kPoints, 0);
    std::vector<bool> known(kPoints, true);
    for (std::size_t c = 0; c < cases.size(); ++c) {
        table[0].push_back(cases[c].name());
        chart.series.push_back({cases[c].name(), {}, cases[c].side == 4});
        for (std::size_t i = 0; i < kPoints; ++i) {
            const Comparison& result = results[c * kPoints + i];
            const double error = result.error.value_or(0);
            table[i + 1].push_back(!result.error            ? "-"
                                   : std::abs(error) < 0.05 ? "0.0 %"
                                                            : fmt::format("{:+.1f} %", error));
            if (result.error) {
                worst[i] = std::max(worst[i], std::abs(*result.error));
                chart.series.back().points.emplace_back(result.load, std::max(0.0, -*result.error));
            } else {
                known[i] = false;
            }
        }
    }
    table[0].push_back("largest");
    for (std::size_t i = 0; i < kPoints; ++i) {
        table[i + 1].push_back(known[i] ? fmt::format("{:.1f} %", worst[i]) : "unknown");
    }
    std::cout << text_table(table, std::string(table[0].size(), '>'));
    if (argc > 1) {
        std::ofstream(argv[1]) << to_svg(chart);
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "noc_timing_error: " << error.what() << "\n";
        return 1;
    }
}
