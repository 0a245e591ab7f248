// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>

#include <fmt/format.h>

#include "app/commands.h"
#include "experiment/checkpoints.h"
#include "experiment/expectations.h"
#include "experiment/firmware_session.h"
#include "experiment/prepared_run.h"
#include "experiment/run_session.h"
#include "hw_model/base/error.h"
#include "hw_model/config/yaml_text.h"
#include "hw_model/report/partial_folder.h"
#include "hw_model/report/progress.h"
#include "hw_model/report/result_folder.h"
#include "hw_model/state/checkpoint_file.h"

namespace cortile {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kFirmwareExitCode = 3;
constexpr int kInterruptedExitCode = 130;  // as shells report SIGINT

std::atomic<bool> stop_requested{false};

extern "C" void request_stop(int signal) {
    // A second Ctrl-C ends the program at once.
    stop_requested = true;
    std::signal(signal, SIG_DFL);
}

std::uint64_t peak_rss_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

// "key=[...]": the list of the experiment with `more` behind it.
std::string longer_list(const Experiment& experiment, const std::string& key,
                        const std::vector<std::string>& more) {
    std::vector<std::string> all = experiment.parameters.texts(key);
    all.insert(all.end(), more.begin(), more.end());
    std::string list;
    for (const std::string& text : all) {
        list += (list.empty() ? "" : ", ") + yaml_quoted(text);
    }
    return key + "=[" + list + "]";
}

// The experiment with what --probe and --expect add to its own.
Experiment load_with_additions(const RunArguments& arguments) {
    Experiment experiment = load_experiment(arguments.experiment, arguments.assignments);
    if (arguments.probes.empty() && arguments.expectations.empty()) {
        return experiment;
    }
    for (const std::string& probe : arguments.probes) {
        parse_probe(probe, "--probe");
    }
    for (const std::string& expectation : arguments.expectations) {
        parse_expectation(expectation, "--expect");
    }
    std::vector<std::string> assignments = arguments.assignments;
    assignments.push_back(longer_list(experiment, "run.probes", arguments.probes));
    assignments.push_back(longer_list(experiment, "run.expect", arguments.expectations));
    return load_experiment(arguments.experiment, assignments);
}

std::string kept_message(const RunResult& result, const RunArguments& arguments,
                         bool has_checkpoint) {
    std::string text = fmt::format("interrupted after {} finished samples", result.samples.size());
    text += arguments.out ? "; what they gave is in " + arguments.out->string()
                          : "; nothing was written (no --out)";
    return has_checkpoint ? text + "; --resume goes on from there" : text;
}

// Nothing without --checkpoint and --resume.
std::optional<Checkpoints> checkpoints_of(const RunArguments& arguments, const PreparedRun& run) {
    if (!arguments.out) {
        return std::nullopt;
    }
    const std::filesystem::path folder = report::resolve_result_folder(*arguments.out);
    std::error_code ignored;
    if (!arguments.resume && std::filesystem::exists(folder / kCheckpointName, ignored)) {
        std::cerr << "warning: " << (folder / kCheckpointName).string()
                  << " is of a run that is not finished; this run begins anew and replaces it "
                     "(--resume goes on from there)\n";
    }
    if (!arguments.checkpoint && !arguments.resume) {
        return std::nullopt;
    }
    return Checkpoints(run.experiment,
                       {folder, arguments.checkpoint, arguments.resume, arguments.command});
}

void check_arguments(const RunArguments& arguments) {
    const bool checkpoints = arguments.checkpoint || arguments.resume;
    const char* const option = arguments.resume ? "--resume" : "--checkpoint";
    if (checkpoints && arguments.firmware) {
        throw ConfigError(option,
                          "a checkpoint does not hold the state of the management processors",
                          "run without --firmware, or without checkpoints");
    }
    if (checkpoints && !arguments.out) {
        throw ConfigError(option,
                          "the checkpoint is in the folder of the results, and none is named",
                          "add --out FOLDER");
    }
    if (arguments.out) {
        check_result_folder(*arguments.out);
    }
}

}  // namespace

int run_command(const RunArguments& arguments) {
    const Clock::time_point start = Clock::now();
    check_arguments(arguments);
    PreparedRun run = prepare(load_with_additions(arguments));
    for (const std::string& warning : run.warnings) {
        std::cerr << "warning: " << warning << "\n";
    }
    std::optional<Checkpoints> checkpoints = checkpoints_of(arguments, run);
    std::signal(SIGINT, request_stop);
    std::signal(SIGTERM, request_stop);
    const double prepare_seconds = std::chrono::duration<double>(Clock::now() - start).count();

    ProgressBar progress(std::cerr, isatty(STDERR_FILENO) != 0, "samples", run.samples);
    const auto advance = [&](std::uint64_t done) { progress.advance_to(done); };
    auto [result, ledger] =
        arguments.firmware ? execute_firmware(run, arguments.threads, stop_requested, advance,
                                              {*arguments.firmware, arguments.image, &std::cout,
                                               arguments.trace_bus, arguments.gdb_port})
                           : execute(run, arguments.threads, stop_requested, advance,
                                     checkpoints ? &*checkpoints : nullptr);
    progress.finish();
    result.wall_load_seconds += prepare_seconds;
    result.peak_rss_bytes = peak_rss_bytes();
    result.command = checkpoints ? checkpoints->command() : arguments.command;
    const std::string checkpoint =
        checkpoints && result.interrupted ? checkpoints->last() : std::string();
    if (arguments.out) {
        write_result_folder(*arguments.out, run.experiment.parameters.to_yaml(), result, ledger,
                            checkpoint);
    }
    std::cout << summary_table(result, ledger);
    if (result.interrupted) {
        std::cerr << kept_message(result, arguments, !checkpoint.empty()) << "\n";
        return kInterruptedExitCode;
    }
    // What the program itself reports as its end.
    if (result.firmware && result.firmware->exit_code != 0) {
        std::cerr << fmt::format("cortile: {} ended with code {}{}\n", result.firmware->program,
                                 result.firmware->exit_code,
                                 exit_meaning(result.firmware->exit_code));
        return kFirmwareExitCode;
    }
    if (arguments.out) {
        std::cout << "results: " << arguments.out->string() << "\n";
    }
    const auto unmet = std::count_if(result.expectations.begin(), result.expectations.end(),
                                     [](const ExpectationResult& e) { return !e.met(); });
    if (unmet > 0) {
        throw CosimMismatch(fmt::format("{} of {} recordings differ from the run", unmet,
                                        result.expectations.size()));
    }
    return 0;
}

}  // namespace cortile
