// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/figures.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "hw_model/report/format.h"

namespace cortile::report {
namespace {

Classification classification_of(const std::vector<SampleResult>& samples) {
    Classification c;
    for (const SampleResult& sample : samples) {
        if (sample.label && sample.prediction >= 0) {
            ++c.labelled;
            c.correct += static_cast<std::uint32_t>(sample.prediction) == *sample.label ? 1 : 0;
        }
    }
    if (c.labelled > 0) {
        c.accuracy = static_cast<double>(c.correct) / static_cast<double>(c.labelled);
        c.interval = wilson_interval(c.correct, c.labelled);
    }
    return c;
}

std::optional<Latency> latency_of(const std::vector<SampleResult>& samples) {
    if (samples.empty()) {
        return std::nullopt;
    }
    std::vector<Picoseconds> sorted;
    sorted.reserve(samples.size());
    Picoseconds sum = 0;
    for (const SampleResult& sample : samples) {
        sorted.push_back(sample.latency);
        sum += sample.latency;
    }
    std::sort(sorted.begin(), sorted.end());
    Latency latency;
    latency.mean = seconds(sum) / static_cast<double>(sorted.size());
    latency.minimum = seconds(sorted.front());
    latency.median = seconds(sorted[(sorted.size() - 1) / 2]);
    latency.maximum = seconds(sorted.back());
    return latency;
}

EnergyFigures energy_of(double joules, bool has_constants, const RunResult& result) {
    EnergyFigures figures;
    if (!has_constants) {
        return figures;
    }
    figures.joules = joules;
    figures.per_sample = ratio(joules, static_cast<double>(result.samples.size()));
    figures.per_spike = ratio(joules, static_cast<double>(result.neuron_spikes));
    figures.per_synaptic_operation = ratio(joules, static_cast<double>(result.synaptic_operations));
    figures.watts = ratio(joules, seconds(result.modelled_time));
    return figures;
}

template <typename T, typename Measure>
const T* greatest(const std::vector<T>& items, Measure measure) {
    const auto found = std::max_element(items.begin(), items.end(), [&](const T& a, const T& b) {
        return measure(a) < measure(b);
    });
    return found == items.end() || measure(*found) == 0 ? nullptr : &*found;
}

}  // namespace

Interval wilson_interval(std::uint64_t successes, std::uint64_t trials) {
    constexpr double kZ = 1.959963984540054;  // 97.5 % quantile of the standard normal
    const double n = static_cast<double>(trials);
    const double p = static_cast<double>(successes) / n;
    const double centre = p + kZ * kZ / (2 * n);
    const double half = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
    const double scale = 1 + kZ * kZ / n;
    Interval interval{(centre - half) / scale, (centre + half) / scale};
    // At the ends the formula is exactly 0 or 1; rounding must not leave it just outside.
    if (successes == 0) {
        interval.low = 0;
    }
    if (successes == trials) {
        interval.high = 1;
    }
    return interval;
}

double seconds(Picoseconds time) {
    return static_cast<double>(time) / 1e12;
}

Figures figures_of(const RunResult& result, const EnergyLedger& ledger) {
    Figures figures;
    figures.classification = classification_of(result.samples);
    figures.latency = latency_of(result.samples);
    const EnergyBoundary boundary = energy_boundary(ledger);
    const bool has_dynamic = !boundary.dynamic_components.empty();
    const bool has_static = !boundary.static_powers.empty();
    figures.dynamic_energy = energy_of(ledger.dynamic_joules(), has_dynamic, result);
    figures.static_energy = energy_of(ledger.static_joules(), has_static, result);
    figures.total_energy = energy_of(ledger.total_joules(), has_dynamic || has_static, result);
    figures.free_events = boundary.free_events.size();

    for (std::size_t event = 0; event < ledger.events().size(); ++event) {
        const EnergyEvent& e = ledger.events()[event];
        figures.components[e.component].dynamic_joules +=
            static_cast<double>(ledger.total_count(event)) * e.joules;
    }
    for (const StaticPower& power : ledger.statics()) {
        figures.components[power.component].static_joules +=
            power.watts * ledger.modelled_seconds();
    }
    for (auto& [name, component] : figures.components) {
        component.total_joules = component.dynamic_joules + component.static_joules;
    }

    std::map<Grade, double> by_grade = ledger.joules_by_grade();
    std::map<Grade, double> dynamic_by_grade;
    for (std::size_t event = 0; event < ledger.events().size(); ++event) {
        const EnergyEvent& e = ledger.events()[event];
        dynamic_by_grade[e.citation.grade] +=
            static_cast<double>(ledger.total_count(event)) * e.joules;
    }
    for (const Grade grade : {Grade::measured, Grade::simulated, Grade::derived, Grade::assumed}) {
        figures.grade_shares[grade] = ratio(by_grade[grade], ledger.total_joules());
        figures.grade_shares_dynamic[grade] =
            ratio(dynamic_by_grade[grade], ledger.dynamic_joules());
    }
    return figures;
}

EnergyBoundary energy_boundary(const EnergyLedger& ledger) {
    EnergyBoundary boundary;
    for (std::size_t event = 0; event < ledger.events().size(); ++event) {
        const EnergyEvent& e = ledger.events()[event];
        auto& components = boundary.dynamic_components;
        if (e.joules == 0) {
            if (ledger.total_count(event) > 0) {
                boundary.free_events.push_back(e.component + ' ' + e.event);
            }
        } else if (std::find(components.begin(), components.end(), e.component) ==
                   components.end()) {
            components.push_back(e.component);
        }
    }
    for (const StaticPower& power : ledger.statics()) {
        if (power.watts > 0) {
            boundary.static_powers.push_back(power.component + ' ' + power.name);
        }
    }
    return boundary;
}

std::map<Grade, std::uint64_t> timing_grades(const RunResult& result) {
    std::map<Grade, std::uint64_t> grades{
        {Grade::measured, 0}, {Grade::simulated, 0}, {Grade::derived, 0}, {Grade::assumed, 0}};
    for (const TimingConstant& constant : result.timing_constants) {
        grades[constant.citation.grade] += constant.is_zero ? 0 : 1;
    }
    return grades;
}

Bottlenecks bottlenecks_of(const RunResult& result) {
    Bottlenecks b;
    b.core = greatest(result.cores, [](const CoreResult& c) { return c.critical_timesteps; });
    b.busiest_link = greatest(result.links, [](const LinkResult& l) {
        return l.is_channel ? std::uint64_t{0} : l.packets;
    });
    b.busiest_channel = greatest(result.links, [](const LinkResult& l) {
        return l.is_channel ? l.packets : std::uint64_t{0};
    });
    b.slowest_link = greatest(result.links, [](const LinkResult& l) { return l.waited; });
    return b;
}

}  // namespace cortile::report
