// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/comparison.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "hw_model/base/error.h"
#include "hw_model/config/parameters.h"
#include "hw_model/report/format.h"

namespace cortile::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<Grade, 4> kGrades{Grade::measured, Grade::simulated, Grade::derived,
                                       Grade::assumed};

std::optional<double> number(const Json& json) {
    return json.is_null() ? std::nullopt : std::optional(json.get<double>());
}

ComparedEnergy energy_of(const Json& summary, const std::string& kind, const std::string& shares,
                         bool has_constants) {
    ComparedEnergy energy;
    energy.has_constants = has_constants;
    if (!has_constants) {
        return energy;
    }
    const Json& joules = summary.at("energy_joules");
    energy.per_sample = number(joules.at(kind == "total" ? "per_sample" : "per_sample_dynamic"));
    energy.per_spike = number(joules.at("per_spike_" + kind));
    energy.per_synaptic_operation = number(joules.at("per_synaptic_operation_" + kind));
    for (std::size_t g = 0; g < kGrades.size(); ++g) {
        energy.shares[g] = number(summary.at(shares).at(to_string(kGrades[g])));
    }
    return energy;
}

ComparedFigures figures_of_json(const Json& summary) {
    ComparedFigures f;
    const auto count = [&](const char* key) { return summary.at(key).get<std::uint64_t>(); };
    f.core_type = summary.at("core_type");
    f.operating_point = summary.at("operating_point");
    f.noc_timing = summary.at("noc_timing");
    f.samples = count("samples");
    f.labelled_samples = count("labelled_samples");
    f.timesteps = count("timesteps");
    f.neurons = count("neurons");
    f.synapses = count("synapses");
    f.neuron_spikes = count("neuron_spikes");
    f.synaptic_operations = count("synaptic_operations");
    f.cores_used = count("cores_used");
    f.cores_total = count("cores_total");
    f.accuracy = number(summary.at("accuracy"));
    if (const Json& interval = summary.at("accuracy_interval_95"); !interval.is_null()) {
        f.accuracy_low = number(interval.at(0));
        f.accuracy_high = number(interval.at(1));
    }
    for (std::size_t g = 0; g < kGrades.size(); ++g) {
        f.timing_constants[g] = summary.at("timing_constants_by_grade").at(to_string(kGrades[g]));
    }
    const double seconds = summary.at("modelled_seconds");
    if (seconds > 0) {
        f.latency_seconds = number(summary.at("latency_seconds_per_sample"));
        f.samples_per_second = static_cast<double>(f.samples) / seconds;
    }
    const Json& boundary = summary.at("energy_boundary");
    f.dynamic_components = boundary.at("dynamic").get<std::vector<std::string>>();
    f.static_powers = boundary.at("static").get<std::vector<std::string>>();
    f.free_events = boundary.at("free_events").get<std::vector<std::string>>();
    const bool dynamic = !f.dynamic_components.empty();
    f.dynamic = energy_of(summary, "dynamic", "energy_by_grade_share_dynamic", dynamic);
    f.all_in =
        energy_of(summary, "total", "energy_by_grade_share", dynamic || !f.static_powers.empty());
    return f;
}

Json or_null(std::optional<double> value) {
    return value ? Json(*value) : Json(nullptr);
}

Json grades_json(const ComparedEnergy& energy) {
    Json json;
    for (std::size_t g = 0; g < kGrades.size(); ++g) {
        json[to_string(kGrades[g])] = or_null(energy.shares[g]);
    }
    return json;
}

Json energy_json(const ComparedEnergy& energy) {
    Json json;
    json["joules_per_sample"] = or_null(energy.per_sample);
    json["joules_per_spike"] = or_null(energy.per_spike);
    json["joules_per_synaptic_operation"] = or_null(energy.per_synaptic_operation);
    json["grade_shares"] = grades_json(energy);
    const auto weakest = weakest_grade(energy.shares);
    json["weakest_grade"] = weakest ? Json(to_string(kGrades[*weakest])) : Json(nullptr);
    return json;
}

void add_figures(Json& json, const ComparedFigures& f) {
    json["core_type"] = f.core_type;
    json["operating_point"] = f.operating_point;
    json["noc_timing"] = f.noc_timing;
    json["samples"] = f.samples;
    json["labelled_samples"] = f.labelled_samples;
    json["accuracy"] = or_null(f.accuracy);
    json["accuracy_interval_95"] =
        f.accuracy_low ? Json::array({*f.accuracy_low, *f.accuracy_high}) : Json(nullptr);
    json["neurons"] = f.neurons;
    json["synapses"] = f.synapses;
    json["cores_used"] = f.cores_used;
    json["cores_total"] = f.cores_total;
    json["timesteps"] = f.timesteps;
    json["neuron_spikes"] = f.neuron_spikes;
    json["synaptic_operations"] = f.synaptic_operations;
    json["latency_seconds_per_sample"] = or_null(f.latency_seconds);
    json["samples_per_second"] = or_null(f.samples_per_second);
    Json timing;
    for (std::size_t g = 0; g < kGrades.size(); ++g) {
        timing[to_string(kGrades[g])] = f.timing_constants[g];
    }
    json["timing_constants_by_grade"] = timing;
    json["energy_dynamic"] = energy_json(f.dynamic);
    json["energy_all_in"] = energy_json(f.all_in);
    Json boundary;
    boundary["dynamic"] = f.dynamic_components;
    boundary["static"] = f.static_powers;
    boundary["free_events"] = f.free_events;
    json["energy_boundary"] = boundary;
}

Json problem_json(const RunProblem& problem) {
    Json json;
    json["defect"] = problem.defect;
    json["where"] = problem.where;
    json["what"] = problem.what;
    json["hint"] = problem.hint;
    json["changes"] = Json::array();
    for (const RunProblem::Change& change : problem.changes) {
        Json entry;
        entry["set"] = change.assignments;
        entry["smallest"] = change.smallest;
        json["changes"].push_back(entry);
    }
    return json;
}

std::string csv_number(std::optional<double> value) {
    return value ? fmt::format("{}", *value) : "";
}

std::string csv_energy(const ComparedEnergy& energy) {
    std::string text =
        fmt::format("{},{},{}", csv_number(energy.per_sample), csv_number(energy.per_spike),
                    csv_number(energy.per_synaptic_operation));
    for (const std::optional<double>& share : energy.shares) {
        text += ',' + csv_number(share);
    }
    const auto weakest = weakest_grade(energy.shares);
    return text + ',' + (weakest ? to_string(kGrades[*weakest]) : "");
}

std::string joined(const std::vector<std::string>& items) {
    return fmt::format("{}", fmt::join(items, "; "));
}

std::string csv_row(const ComparedRun& run) {
    std::string text = fmt::format("{},{},{},", csv_field(run.experiment), csv_field(run.chip),
                                   run.figures           ? "ran"
                                   : run.problem->defect ? "failed"
                                                         : "cannot_run");
    const ComparedFigures none;
    const ComparedFigures& f = run.figures ? *run.figures : none;
    const auto count = [&](std::uint64_t value) {
        return run.figures ? fmt::to_string(value) : std::string();
    };
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{},{},{},{},{},{},{},",
                   csv_field(f.core_type), csv_field(f.operating_point), count(f.samples),
                   csv_number(f.accuracy), csv_number(f.accuracy_low), csv_number(f.accuracy_high),
                   count(f.neurons), count(f.synapses), count(f.cores_used), count(f.cores_total),
                   count(f.timesteps), count(f.neuron_spikes), count(f.synaptic_operations),
                   csv_number(f.latency_seconds));
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},", csv_number(f.samples_per_second),
                   csv_energy(f.dynamic), csv_energy(f.all_in),
                   csv_field(joined(f.dynamic_components)), csv_field(joined(f.static_powers)),
                   csv_field(joined(f.free_events)));
    std::string problem, changes;
    if (run.problem) {
        problem = run.problem->where + ": " + run.problem->what;
        for (const RunProblem::Change& change : run.problem->changes) {
            changes += (changes.empty() ? "" : "; ") +
                       fmt::format("{}", fmt::join(change.assignments, " "));
        }
    }
    return text + fmt::format("{},{},{},{}\n", csv_field(problem),
                              csv_field(run.problem ? run.problem->hint : ""), csv_field(changes),
                              csv_field(joined(run.unused_keys)));
}

}  // namespace

ComparedFigures figures_from_summary(const std::string& summary_json) {
    try {
        return figures_of_json(Json::parse(summary_json));
    } catch (const Json::exception& error) {
        throw ContractViolation(std::string("summary.json: ") + error.what());
    }
}

std::optional<std::size_t> weakest_grade(const GradeShares& shares) {
    for (std::size_t g = shares.size(); g-- > 0;) {
        if (shares[g].value_or(0) > 0.05) {
            return g;
        }
    }
    return std::nullopt;
}

std::string comparison_csv(const std::vector<ComparedRun>& runs) {
    std::string text =
        "experiment,chip,result,core_type,operating_point,samples,accuracy,accuracy_low,"
        "accuracy_high,neurons,synapses,cores_used,cores_total,timesteps,neuron_spikes,"
        "synaptic_operations,latency_seconds_per_sample,samples_per_second";
    for (const char* kind : {"dynamic", "all_in"}) {
        for (const char* per : {"sample", "spike", "synaptic_operation"}) {
            text += fmt::format(",{}_joules_per_{}", kind, per);
        }
        for (const Grade grade : kGrades) {
            text += fmt::format(",{}_share_{}", kind, to_string(grade));
        }
        text += fmt::format(",{}_weakest_grade", kind);
    }
    text +=
        ",dynamic_components,static_powers,free_events,problem,hint,nearest_changes,unused_keys\n";
    for (const ComparedRun& run : runs) {
        text += csv_row(run);
    }
    return text;
}

std::string comparison_json(const std::vector<ComparedRun>& runs) {
    Json json;
    json["version"] = CORTILE_VERSION;
    json["runs"] = Json::array();
    for (const ComparedRun& run : runs) {
        Json entry;
        entry["experiment"] = run.experiment;
        entry["chip"] = run.chip;
        entry["folder"] = run.figures ? Json(run.folder) : Json(nullptr);
        if (run.figures) {
            add_figures(entry, *run.figures);
        }
        entry["problem"] = run.problem ? problem_json(*run.problem) : Json(nullptr);
        entry["unused_keys"] = run.unused_keys;
        entry["warnings"] = run.warnings;
        json["runs"].push_back(entry);
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cortile::report
