// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/summary_json.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "hw_model/report/figures.h"

namespace cortile::report {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(std::optional<double> value) {
    return value ? Json(*value) : Json(nullptr);
}

// A name or a command line may hold any bytes; the file is valid JSON all the same.
std::string text_of(const Json& json, int indent = -1) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

// Zeros would read as a finding.
Json without_model(Json json) {
    for (Json& value : json) {
        value = nullptr;
    }
    return json;
}

Json faults_json(const FaultResult& faults) {
    Json json;
    json["drop_rate"] = faults.drop_rate;
    json["corrupt_rate"] = faults.corrupt_rate;
    json["packets_dropped"] = faults.dropped;
    json["packets_corrupted"] = faults.corrupted();
    json["packets_corrupted_detected"] = faults.detected;
    json["packets_corrupted_unknown_address"] = faults.unknown;
    json["packets_corrupted_delivered"] = faults.altered;
    json["packets_lost"] = faults.lost();
    return json;
}

Json energy_json(const Figures& f) {
    Json json;
    json["total"] = or_null(f.total_energy.joules);
    json["dynamic"] = or_null(f.dynamic_energy.joules);
    json["static"] = or_null(f.static_energy.joules);
    json["per_sample"] = or_null(f.total_energy.per_sample);
    json["per_sample_dynamic"] = or_null(f.dynamic_energy.per_sample);
    json["per_sample_static"] = or_null(f.static_energy.per_sample);
    json["per_spike_dynamic"] = or_null(f.dynamic_energy.per_spike);
    json["per_spike_total"] = or_null(f.total_energy.per_spike);
    json["per_synaptic_operation_dynamic"] = or_null(f.dynamic_energy.per_synaptic_operation);
    json["per_synaptic_operation_total"] = or_null(f.total_energy.per_synaptic_operation);
    return json;
}

Json power_json(const Figures& f) {
    Json json;
    json["total"] = or_null(f.total_energy.watts);
    json["dynamic"] = or_null(f.dynamic_energy.watts);
    json["static"] = or_null(f.static_energy.watts);
    return json;
}

void add_accuracy(Json& json, const Classification& c) {
    json["accuracy"] = or_null(c.accuracy);
    json["accuracy_interval_95"] =
        c.interval ? Json::array({c.interval->low, c.interval->high}) : Json(nullptr);
    json["correct_samples"] = c.correct;
    json["labelled_samples"] = c.labelled;
}

void add_time(Json& json, const RunResult& result, const std::optional<Latency>& latency) {
    json["modelled_seconds"] = seconds(result.modelled_time);
    Json phases;
    phases["barrier"] = seconds(result.barrier_time);
    phases["generation"] = seconds(result.generation_time);
    phases["host_injection"] = seconds(result.host_time);
    phases["receive"] = seconds(result.receive_time);
    json["modelled_seconds_by_phase"] = phases;
    json["host_packets"] = result.host_packets;
    json["host_busy_seconds"] = seconds(result.host_busy);
    json["latency_seconds_per_sample"] = latency ? Json(latency->mean) : Json(nullptr);
    Json spread;
    spread["min"] = latency ? Json(latency->minimum) : Json(nullptr);
    spread["p50"] = latency ? Json(latency->median) : Json(nullptr);
    spread["max"] = latency ? Json(latency->maximum) : Json(nullptr);
    json["latency_seconds_spread"] = spread;
}

Json shares_json(const std::map<Grade, std::optional<double>>& shares) {
    Json json;
    for (const auto& [grade, share] : shares) {
        json[to_string(grade)] = or_null(share);
    }
    return json;
}

void add_energy(Json& json, const Figures& f) {
    const auto known = [&](Json figures) {
        return f.total_energy.joules ? figures : without_model(std::move(figures));
    };
    json["energy_joules"] = energy_json(f);
    json["average_power_watts"] = power_json(f);
    Json all_in = Json::object();
    Json dynamic_only = Json::object();
    for (const auto& [name, component] : f.components) {
        all_in[name] = component.total_joules;
        dynamic_only[name] = component.dynamic_joules;
    }
    json["energy_by_component"] = known(std::move(all_in));
    json["energy_by_component_dynamic"] = known(std::move(dynamic_only));
    json["energy_by_grade_share"] = shares_json(f.grade_shares);
    json["energy_by_grade_share_dynamic"] = shares_json(f.grade_shares_dynamic);
}

void add_boundary(Json& json, const EnergyBoundary& boundary) {
    Json parts;
    parts["dynamic"] = boundary.dynamic_components;
    parts["static"] = boundary.static_powers;
    parts["free_events"] = boundary.free_events;
    json["energy_boundary"] = parts;
}

void add_expectations(Json& json, const RunResult& result) {
    Json list = Json::array();
    for (const ExpectationResult& e : result.expectations) {
        Json item;
        item["text"] = e.text;
        item["met"] = e.met();
        item["values"] = e.values;
        item["differences"] = e.differences;
        item["timesteps_compared"] = e.timesteps_compared;
        item["timesteps_recorded"] = e.timesteps_recorded;
        item["first_difference"] = e.first_difference;
        list.push_back(std::move(item));
    }
    if (!list.empty()) {
        json["expectations"] = std::move(list);
    }
}

void add_timing_grades(Json& json, const RunResult& result) {
    Json grades;
    for (const auto& [grade, constants] : timing_grades(result)) {
        grades[to_string(grade)] = constants;
    }
    json["timing_constants_by_grade"] = grades;
}

Json firmware_json(const FirmwareResult& firmware) {
    Json json;
    json["program"] = firmware.program;
    json["exit_code"] = firmware.exit_code;
    json["management_seconds"] = seconds(firmware.management_time);
    json["image_bytes"] = firmware.image_bytes;
    json["ram_words"] = firmware.ram_words;
    json["bus_words"] = firmware.bus_words;
    json["processors"] = Json::array();
    for (const FirmwareResult::Processor& processor : firmware.processors) {
        Json some;
        some["instructions"] = processor.instructions;
        some["cycles"] = processor.cycles;
        json["processors"].push_back(some);
    }
    return json;
}

}  // namespace

std::string summary_json(const RunResult& result, const EnergyLedger& ledger) {
    const Figures f = figures_of(result, ledger);
    Json json;
    json["network"] = result.network_name;
    json["chip"] = result.chip_name;
    json["core_type"] = result.core_type;
    json["operating_point"] = result.operating_point;
    json["noc_timing"] = result.noc_timing;
    json["noc_load"] = or_null(result.noc_load);
    json["noc_error_percent"] = or_null(result.noc_error_percent);
    json["stimulus"] = result.stimulus;
    if (result.firmware) {
        json["firmware"] = firmware_json(*result.firmware);
    }
    if (!result.datapath.empty()) {
        json["datapath"] = result.datapath;
    }
    json["version"] = CORTILE_VERSION;
    json["interrupted"] = result.interrupted;
    add_accuracy(json, f.classification);
    json["samples"] = result.samples.size();
    json["timesteps"] = result.timesteps;
    json["neurons"] = result.neurons;
    json["synapses"] = result.synapses;
    json["cores_used"] = result.cores_used;
    json["cores_total"] = result.cores_total;
    if (result.cores_dead > 0) {
        json["cores_dead"] = result.cores_dead;
    }
    json["tiles_used"] = result.tiles_used;
    if (result.board.chips() > 1) {
        json["chips_used"] = result.board.chips_used;
        json["chips_total"] = result.board.chips();
    }
    json["neuron_spikes"] = result.neuron_spikes;
    json["input_spikes"] = result.input_spikes;
    json["synaptic_operations"] = result.synaptic_operations;
    json["neuron_updates"] = result.neuron_updates;
    json["packets"] = result.packets;
    json["packets_injected"] = result.packets_injected;
    json["hops"] = result.hops;
    if (result.board.chips() > 1) {
        json["crossings"] = result.board.crossings;
    }
    if (result.faults) {
        json["noc_faults"] = faults_json(*result.faults);
    }
    if (result.ticks) {
        json["late_spikes"] = result.late_spikes;
        json["overrun_timesteps"] = result.overrun_timesteps;
    }
    add_time(json, result, f.latency);
    add_timing_grades(json, result);
    add_energy(json, f);
    add_boundary(json, energy_boundary(ledger));
    add_expectations(json, result);
    json["warnings"] = result.warnings;

    Json wall;
    wall["load"] = result.wall_load_seconds;
    wall["run"] = result.wall_run_seconds;
    std::string text = text_of(json, 2);
    text.erase(text.size() - 2);  // the newline and brace that close the object
    text += ",\n  \"wall_seconds\": " + text_of(wall);
    text += ",\n  \"peak_rss_bytes\": " + text_of(result.peak_rss_bytes);
    text += ",\n  \"threads\": " + text_of(result.threads);
    text += ",\n  \"command\": " + text_of(result.command);
    return text + "\n}\n";
}

}  // namespace cortile::report
