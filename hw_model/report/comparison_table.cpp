// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "hw_model/config/parameters.h"
#include "hw_model/report/comparison.h"
#include "hw_model/report/format.h"

namespace cortile::report {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::array<Grade, 4> kGrades{Grade::measured, Grade::simulated, Grade::derived,
                                       Grade::assumed};
constexpr const char* kNoConstants = "no constants";

using Cell = std::function<std::string(const ComparedFigures&)>;
struct Row {
    std::string label;
    Cell cell;  // empty: a heading
};

std::string whole_percent(double share) {
    // What is there but rounds to nothing or to all must not look like it.
    if (share > 0 && share < 0.005) {
        return "<1";
    }
    return share < 1 && share >= 0.995 ? ">99" : fmt::format("{:.0f}", 100 * share);
}

std::string shares_text(const GradeShares& shares) {
    std::string text;
    for (const std::optional<double>& share : shares) {
        if (!share) {
            return "-";
        }
        text += (text.empty() ? "" : "/") + whole_percent(*share);
    }
    return text;
}

std::string weakest_text(const GradeShares& shares) {
    const auto weakest = weakest_grade(shares);
    return weakest ? to_string(kGrades[*weakest]) : "-";
}

std::string energy_text(const ComparedEnergy& energy, std::optional<double> joules) {
    return energy.has_constants ? engineering(joules, "J") : kNoConstants;
}

void add_energy_rows(std::vector<Row>& rows, const std::string& heading,
                     const ComparedEnergy ComparedFigures::*kind) {
    rows.push_back({heading, {}});
    const auto joules = [&](const char* label, std::optional<double> ComparedEnergy::*per) {
        rows.push_back({label, [kind, per](const ComparedFigures& f) {
                            return energy_text(f.*kind, f.*kind.*per);
                        }});
    };
    joules("  per inference", &ComparedEnergy::per_sample);
    joules("  per spike", &ComparedEnergy::per_spike);
    joules("  per syn. operation", &ComparedEnergy::per_synaptic_operation);
    rows.push_back({"  shares m/s/d/a, %",
                    [kind](const ComparedFigures& f) { return shares_text((f.*kind).shares); }});
    rows.push_back({"  weakest grade > 5 %",
                    [kind](const ComparedFigures& f) { return weakest_text((f.*kind).shares); }});
}

std::string per_sample(std::uint64_t count, std::uint64_t samples) {
    const auto mean = ratio(static_cast<double>(count), static_cast<double>(samples));
    if (!mean) {
        return "-";
    }
    return *mean < 100 ? fmt::format("{:.1f}", *mean)
                       : grouped(static_cast<std::uint64_t>(*mean + 0.5));
}

std::vector<Row> table_rows() {
    std::vector<Row> rows{
        {"core type", [](const ComparedFigures& f) { return f.core_type; }},
        {"neurons", [](const ComparedFigures& f) { return grouped(f.neurons); }},
        {"synapses", [](const ComparedFigures& f) { return grouped(f.synapses); }},
        {"cores used / total",
         [](const ComparedFigures& f) {
             return grouped(f.cores_used) + " / " + grouped(f.cores_total);
         }},
        {"samples", [](const ComparedFigures& f) { return grouped(f.samples); }},
        {"accuracy",
         [](const ComparedFigures& f) {
             return f.accuracy ? fmt::format("{:.2f} %", 100 * *f.accuracy) : "-";
         }},
        {"  95 % interval, %",
         [](const ComparedFigures& f) {
             return f.accuracy_low ? fmt::format("{:.2f} to {:.2f}", 100 * *f.accuracy_low,
                                                 100 * *f.accuracy_high)
                                   : "-";
         }},
        {"per sample", {}},
        {"  timesteps",
         [](const ComparedFigures& f) { return per_sample(f.timesteps, f.samples); }},
        {"  neuron spikes",
         [](const ComparedFigures& f) { return per_sample(f.neuron_spikes, f.samples); }},
        {"  syn. operations",
         [](const ComparedFigures& f) { return per_sample(f.synaptic_operations, f.samples); }},
        {"latency per sample",
         [](const ComparedFigures& f) {
             return f.latency_seconds ? engineering(f.latency_seconds, "s") : kNoConstants;
         }},
        {"  throughput",
         [](const ComparedFigures& f) { return engineering(f.samples_per_second, "/s"); }},
        {"  constants m/s/d/a",
         [](const ComparedFigures& f) {
             return fmt::format("{}", fmt::join(f.timing_constants, "/"));
         }},
    };
    add_energy_rows(rows, "dynamic energy", &ComparedFigures::dynamic);
    add_energy_rows(rows, "all-in energy", &ComparedFigures::all_in);
    return rows;
}

std::string outcome(const ComparedRun& run) {
    return run.figures ? "ran" : run.problem->defect ? "failed" : "cannot run";
}

// One column: a text for every line of the table.
std::vector<std::string> column(const ComparedRun& run, const std::vector<Row>& rows,
                                bool several_experiments) {
    std::vector<std::string> cells;
    if (several_experiments) {
        cells.push_back(run.experiment);
    }
    cells.push_back(run.chip);
    cells.push_back(outcome(run));
    for (const Row& row : rows) {
        cells.push_back(!row.cell ? "" : run.figures ? row.cell(*run.figures) : "-");
    }
    return cells;
}

std::size_t width_of(const std::vector<std::string>& cells) {
    std::size_t width = 0;
    for (const std::string& cell : cells) {
        width = std::max(width, display_width(cell));
    }
    return width;
}

std::string joined(const std::vector<std::string>& items) {
    return items.empty() ? "none" : fmt::format("{}", fmt::join(items, ", "));
}

std::string title(const ComparedRun& run, bool several_experiments) {
    return several_experiments ? run.experiment + " on " + run.chip : run.chip;
}

// Texts of others may have several lines; wrapped() joins them.
void add_problem(std::string& text, const RunProblem& problem, std::size_t width) {
    text += wrapped(problem.defect ? "  defect:          " : "  cannot run:      ",
                    problem.where + ": " + problem.what, width);
    if (!problem.hint.empty()) {
        text += wrapped("  remedy:          ", problem.hint, width);
    }
    for (std::size_t i = 0; i < problem.changes.size(); ++i) {
        std::string options;
        for (const std::string& assignment : problem.changes[i].assignments) {
            const bool quoted = assignment.find(' ') != std::string::npos;
            options += (options.empty() ? "--set " : " --set ") +
                       (quoted ? '"' + assignment + '"' : assignment);
        }
        if (!problem.changes[i].smallest) {
            options += " (less may do: the search ended early)";
        }
        text += wrapped(i == 0 ? "  would fit with:  " : "  or with:         ", options, width);
    }
}

std::string notes(const ComparedRun& run, bool several_experiments, std::size_t width) {
    std::string text = title(run, several_experiments) + '\n';
    if (run.problem) {
        add_problem(text, *run.problem, width);
    }
    if (run.figures) {
        const ComparedFigures& f = *run.figures;
        text += wrapped("  operating point: ", f.operating_point, width);
        if (f.dynamic_components.empty() && f.static_powers.empty()) {
            text += wrapped("  energy:          ", "no constant is above zero", width);
        } else {
            text +=
                wrapped("  dynamic energy:  ", "events of " + joined(f.dynamic_components), width);
            if (!f.free_events.empty()) {
                text += wrapped("  at no cost:      ", joined(f.free_events), width);
            }
            text += wrapped("  all-in adds:     ", joined(f.static_powers), width);
        }
    }
    if (!run.unused_keys.empty()) {
        text += wrapped("  not used here:   ", joined(run.unused_keys), width);
    }
    for (const std::string& warning : run.warnings) {
        text += wrapped("  warning:         ", warning, width);
    }
    return text;
}

}  // namespace

std::string comparison_table(const std::vector<ComparedRun>& runs, std::size_t width) {
    const bool several_experiments = std::any_of(
        runs.begin(), runs.end(),
        [&](const ComparedRun& run) { return run.experiment != runs.front().experiment; });
    const std::vector<Row> rows = table_rows();
    std::vector<std::string> labels{"chip", "result"};
    if (several_experiments) {
        labels.insert(labels.begin(), "experiment");
    }
    for (const Row& row : rows) {
        labels.push_back(row.label);
    }
    const std::size_t label_width = width_of(labels);

    std::string text = several_experiments || runs.empty() ? "" : runs.front().experiment + "\n\n";
    for (std::size_t first = 0; first < runs.size();) {
        std::vector<std::string> lines;
        for (const std::string& label : labels) {
            lines.push_back(padded(label, label_width));
        }
        std::size_t taken = label_width, last = first;
        for (; last < runs.size(); ++last) {
            const auto cells = column(runs[last], rows, several_experiments);
            const std::size_t needed = kGap + width_of(cells);
            if (last > first && taken + needed > width) {
                break;
            }
            taken += needed;
            for (std::size_t i = 0; i < lines.size(); ++i) {
                lines[i] += right_aligned(cells[i], needed);
            }
        }
        for (std::string& line : lines) {
            line.erase(line.find_last_not_of(' ') + 1);
            text += line + '\n';
        }
        text += '\n';
        first = last;
    }
    text += wrapped("",
                    "m/s/d/a: what rests on measured, simulated, derived and assumed constants: "
                    "for latency how many constants above zero there are, for energy which share "
                    "of it. Per spike and per "
                    "syn. operation: the whole energy divided by their number. Left out "
                    "everywhere: host, board, regulators, loading.",
                    width);
    for (const ComparedRun& run : runs) {
        text += '\n' + notes(run, several_experiments, width);
    }
    return text;
}

}  // namespace cortile::report
