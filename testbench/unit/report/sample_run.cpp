// SPDX-License-Identifier: Apache-2.0
#include "testbench/unit/report/sample_run.h"

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace cortile::test {

RunResult sample_run() {
    RunResult run;
    run.network_name = "digits";
    run.chip_name = "loihi";
    run.core_type = "loihi";
    run.operating_point = "0.75 V, 25 C";
    run.noc_timing = "approximately_timed";
    run.stimulus = "rate-coded images, 4 of 10,000";
    run.samples = {{0, 7, 7, 400'000'000, 8},
                   {1, 2, 5, 600'000'000, 12},
                   {2, 1, 1, 700'000'000, 13},
                   {3, std::nullopt, 4, 300'000'000, 7}};
    run.timesteps = 40;
    run.neurons = 30;
    run.synapses = 1234;
    run.neuron_spikes = 100;
    run.input_spikes = 50;
    run.synaptic_operations = 4000;
    run.neuron_updates = 1200;
    run.packets = run.packets_injected = 80;
    run.hops = 200;
    run.cores_used = 2;
    run.cores_total = 128;
    run.tiles_used = 1;
    run.modelled_time = 2'000'000'000;
    run.barrier_time = 500'000'000;
    run.generation_time = 300'000'000;
    run.host_time = 200'000'000;
    run.receive_time = 1'000'000'000;
    run.host_packets = 65;
    run.host_busy = 260'000'000;
    run.network_time_step = 1'000'000'000;
    run.timing_constants = {
        {"core.timing.axon_out", "7 ns", {"command line", Grade::assumed}},
        {"noc.hop_x", "4.1 ns", {"Davies et al. 2018, table 2", Grade::simulated}}};
    run.cores = {
        {0, 0, 0, "fc1", 20, 60, 1000, 300, 500, 10, 70, 1'500'000, 2'500'000, 16, 617, 4936, 12},
        {3, 1, 2, "fc1 fc2", 10, 40, 3000, 200, 200, 70, 10, 3'000'000, 4'000'000, 20, 617, 5553,
         28}};
    run.layers = {{"fc1", 25, 2, 80, 0.08}, {"fc2", 5, 1, 20, 0.1}};
    run.links = {{0, 0, "east", 30, 5'000}, {0, 0, "local", 50, 7'500}, {1, 0, "north", 50, 2'000}};
    run.quantization_table = "layer  bits\nfc1    8\n";
    run.mapping_table = "core 0: fc1\n";
    run.warnings = {"fc2: 3 weights saturate"};
    run.wall_load_seconds = 0.5;
    run.wall_run_seconds = 1.25;
    run.peak_rss_bytes = 123'456'789;
    run.threads = 2;
    run.command = "cortile run digits.yaml";
    return run;
}

EnergyLedger sample_ledger() {
    const Citation silicon{"Davies et al. 2018, table 1", Grade::simulated};
    EnergyLedger ledger({"core 0", "core 3", "tile 0"},
                        {{"synapse", "synaptic_operation", 23.6e-12, silicon},
                         {"soma", "update_active", 81e-12, silicon},
                         {"router", "hop", 3.5e-12, {"no source", Grade::assumed}}},
                        {{"chip", "leakage", 0.25, {"a measurement", Grade::measured}}});
    ledger.add(0, 0, 1000);
    ledger.add(1, 0, 3000);
    ledger.add(0, 1, 300);
    ledger.add(1, 1, 200);
    ledger.add(2, 2, 200);
    ledger.set_modelled_seconds(2e-3);
    return ledger;
}

std::string read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        throw std::runtime_error("cannot read " + file.string());
    }
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const std::filesystem::path& file, const std::string& text) {
    std::ofstream out(file, std::ios::binary);
    out << text;
    if (!out.flush()) {
        throw std::runtime_error("cannot write " + file.string());
    }
}

std::map<std::string, std::string> read_folder(const std::filesystem::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        files[entry.path().filename().string()] = read_file(entry.path());
    }
    return files;
}

std::string without_execution_lines(const std::string& summary) {
    std::istringstream in(summary);
    std::string kept, line;
    while (std::getline(in, line)) {
        bool reproducible = true;
        for (const char* key : {"wall_seconds", "peak_rss_bytes", "threads", "command"}) {
            reproducible &= line.find('"' + std::string(key) + "\":") == std::string::npos;
        }
        if (reproducible) {
            kept += line + '\n';
        }
    }
    return kept;
}

}  // namespace cortile::test
