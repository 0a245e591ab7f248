// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/weights_chart.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "hw_model/report/line_chart.h"

namespace cortile::report {

namespace {

constexpr std::size_t kMostLines = 400, kMostPoints = 100;
constexpr std::size_t kMostNames = 8;  // of groups, in the legend

// Synapses that are drawn alike: those of a projection, or to one neuron of it.
struct Group {
    std::string name;
    const ProbeRecord* probe = nullptr;
    std::vector<std::size_t> synapses;  // columns of the probe
};

bool ever_there(const ProbeRecord& probe, std::size_t synapse) {
    for (std::uint64_t row = 0; row < probe.timesteps; ++row) {
        if (probe.values[row * probe.neurons + synapse] != 0) {
            return true;
        }
    }
    return false;
}

std::vector<Group> groups_of(const std::vector<const ProbeRecord*>& probes,
                             const RunResult& result) {
    std::vector<Group> groups;
    for (const ProbeRecord* probe : probes) {
        const auto of_projection =
            std::find_if(result.learned.begin(), result.learned.end(),
                         [&](const ProbeRecord& l) { return l.population == probe->population; });
        const bool by_neuron = probes.size() == 1 && of_projection != result.learned.end() &&
                               of_projection->timesteps <= kMostNames;
        const std::size_t sources = by_neuron ? of_projection->neurons : probe->neurons;
        for (std::size_t first = 0; first < probe->neurons; first += sources) {
            Group group{
                by_neuron ? fmt::format("to neuron {}", first / sources) : probe->population,
                probe,
                {}};
            for (std::size_t s = first; s < first + sources; ++s) {
                if (ever_there(*probe, s)) {
                    group.synapses.push_back(s);
                }
            }
            if (!group.synapses.empty()) {
                groups.push_back(std::move(group));
            }
        }
    }
    return groups;
}

template <typename Value>
ChartSeries series(const ProbeRecord& probe, const std::string& name, Value value) {
    ChartSeries result;
    result.name = name;
    const std::uint64_t stride = 1 + (probe.timesteps - 1) / kMostPoints;
    for (std::uint64_t row = 0; row < probe.timesteps; row += stride) {
        result.points.push_back(
            {static_cast<double>((row + 1) * probe.interval),
             static_cast<double>(value(probe.values.data() + row * probe.neurons))});
    }
    return result;
}

}  // namespace

std::string weights_svg(const RunResult& result) {
    std::vector<const ProbeRecord*> probes;
    for (const ProbeRecord& probe : result.probes) {
        if (probe.quantity == "w" && probe.timesteps > 1) {
            probes.push_back(&probe);
        }
    }
    const std::vector<Group> groups = groups_of(probes, result);
    if (groups.empty()) {
        return {};
    }
    std::size_t synapses = 0;
    for (const Group& group : groups) {
        synapses += group.synapses.size();
    }
    const std::size_t every = 1 + (synapses - 1) / kMostLines;
    LineChart chart;
    chart.title = "Weights over time";
    chart.subtitle = fmt::format("{} synapses{}; strong lines: their means", synapses,
                                 every == 1 ? "" : fmt::format(", one in {} drawn", every));
    chart.x_label = "timestep";
    chart.y_label = "magnitude of the weight";
    for (const Group& group : groups) {
        chart.series.push_back(series(*group.probe, group.name, [&](const std::int32_t* row) {
            double sum = 0;
            for (const std::size_t s : group.synapses) {
                sum += std::abs(row[s]);
            }
            return sum / static_cast<double>(group.synapses.size());
        }));
        for (std::size_t i = 0; i < group.synapses.size(); i += every) {
            const std::size_t s = group.synapses[i];
            chart.series.push_back(series(
                *group.probe, "", [&](const std::int32_t* row) { return std::abs(row[s]); }));
            chart.series.back().faint = true;
        }
    }
    return to_svg(chart);
}

}  // namespace cortile::report
