// SPDX-License-Identifier: Apache-2.0
// The subcommands of the program. Each returns its exit code or throws; main() turns errors into
// messages.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cortile {

struct RunArguments {
    std::filesystem::path experiment;
    std::vector<std::string> assignments;   // --set
    std::vector<std::string> probes;        // --probe
    std::vector<std::string> expectations;  // --expect
    std::optional<std::filesystem::path> out;
    std::optional<std::filesystem::path> firmware;   // program of the management processors
    std::optional<std::filesystem::path> image;      // network image that it finds
    std::optional<std::filesystem::path> trace_bus;  // VCD of the management bus
    std::optional<std::uint16_t> gdb_port;           // for a debugger of processor 0
    unsigned threads = 1;
    std::optional<std::uint64_t> checkpoint;  // timesteps from one to the next
    bool resume = false;
    std::string command;  // as typed, for summary.json
};
int run_command(const RunArguments& arguments);

// Writes the network image of an experiment, for firmware.
int image_command(const std::filesystem::path& experiment,
                  const std::vector<std::string>& assignments, const std::filesystem::path& out);

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
    std::optional<std::filesystem::path> before;  // of a replay: a CSV, run before a reset
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

struct RegressArguments {
    std::optional<std::string> list;       // a file, or the name of a list of ours; none: quick
    std::vector<std::string> assignments;  // --set
    std::filesystem::path out = "regress_results";
    unsigned jobs = 1;
    std::optional<std::uint64_t> seed;  // of every test
    bool reseed = false;
    std::vector<std::string> only;  // patterns
    double scale = 1;               // of iterations
    bool coverage = false;          // without targets too
    bool list_only = false;
    bool self_test = false;
    std::optional<std::string> bug;  // of the self-test; "all"
    std::string command;             // as typed, for the report
};
// Runs a list of tests on RTL. Returns 4 if a test failed or a target of coverage is missed, 2 if
// tests could not be run.
int regress_command(const RegressArguments& arguments);

struct MutateArguments {
    std::vector<std::filesystem::path> folders;  // each of a datapath.yaml
    std::uint32_t mutants = 1000;
    std::uint64_t seed = 1;      // of the choice of mutants
    std::string list = "quick";  // of a regression: file or name
    unsigned proof_seconds = 20;
    double target = 98;  // percent
    unsigned threads = 1;
    std::optional<std::filesystem::path> out;
};
// Puts faults into RTL, and asks which of them the stimuli find. Exit code 4: fewer than the
// target.
int mutate_command(const MutateArguments& arguments);

struct SynthArguments {
    std::filesystem::path folder;                     // of a datapath.yaml
    std::optional<std::filesystem::path> liberty;     // without: that of Debian's 180 nm cells
    std::optional<std::filesystem::path> operations;  // a CSV of recorded operations
    std::optional<std::filesystem::path> out;         // folder; without: NAME_synthesis
    std::size_t activity_operations = 4000;
    std::uint64_t seed = 1;
};
// Maps RTL to cells and writes what an operation costs.
int synth_command(const SynthArguments& arguments);

}  // namespace cortile
