// SPDX-License-Identifier: Apache-2.0
// The subcommands of the program. Each returns its exit code or throws; main() turns errors into
// messages.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cortile {

struct RunArguments {
    std::filesystem::path experiment;
    std::vector<std::string> assignments;  // --set
    std::vector<std::string> probes;       // --probe
    std::optional<std::filesystem::path> out;
    unsigned threads = 1;
    std::string command;  // as typed, for summary.json
};
int run_command(const RunArguments& arguments);

int map_command(const std::filesystem::path& experiment,
                const std::vector<std::string>& assignments);

// `what`: presets, cores, parameters, or a preset's name; empty: presets and cores.
int list_command(const std::string& what);

// An experiment or a network: reads everything that it names, maps it, runs nothing.
int check_command(const std::filesystem::path& file, const std::vector<std::string>& assignments);

struct CompareArguments {
    std::vector<std::filesystem::path> experiments;
    std::vector<std::string> presets;      // names, or chips' files; none: each experiment's own
    std::vector<std::string> assignments;  // --set
    std::optional<std::filesystem::path> out;
    unsigned threads = 1;
    std::string command;  // as typed, for summary.json
};
// Runs every experiment on every preset, each in a process of its own, one after another.
int compare_command(const CompareArguments& arguments);

struct NocArguments {
    std::filesystem::path config;
    std::vector<std::string> assignments;  // --set
    std::optional<std::filesystem::path> out;
    unsigned threads = 1;
};
// The network on chip alone: synthetic traffic up to saturation, or the packet trace of a run.
int noc_command(const NocArguments& arguments);

struct CosimArguments {
    std::filesystem::path folder;  // of a datapath.yaml
    std::uint64_t seed = 1;
    std::uint64_t random_operations = 20000;
    std::vector<std::string> operations;          // --operation
    std::optional<std::filesystem::path> replay;  // a CSV of operations
    std::string stalls;                           // of a replay: "SEED:SHARE", of 256 clocks
    std::optional<std::filesystem::path> trace;   // of a replay: waves (FST)
    std::optional<std::filesystem::path> out;     // folder for report.txt and what belongs to it
    bool show_equations = false;
};
// Builds RTL, runs the conformance suite and random lockstep against its reference.
int cosim_command(const CosimArguments& arguments);

struct SkeletonArguments {
    std::filesystem::path folder;
    std::vector<std::filesystem::path> sources;
    std::string top;
    bool verilog = false;
};
// Writes a first datapath.yaml for a module.
int skeleton_command(const SkeletonArguments& arguments);

}  // namespace cortile
