// SPDX-License-Identifier: Apache-2.0
#include "app/compared_run.h"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <iostream>
#include <new>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/nearest_change.h"
#include "experiment/run_session.h"
#include "hw_model/base/short_paths.h"
#include "hw_model/report/progress.h"
#include "hw_model/report/result_folder.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// What went wrong in a child: whose fault it is decides what the comparison does.
enum class Fault { none, experiment, chip, defect };

void write_message(const fs::path& file, const Json& message) {
    std::ofstream(file) << message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json message_of(Fault fault, const std::string& where, const std::string& what,
                const std::string& hint = {}) {
    return {{"fault", static_cast<int>(fault)}, {"where", where}, {"what", what}, {"hint", hint}};
}

Json message_of(Fault fault, const ConfigError& error) {
    return message_of(fault, short_paths(error.where()), short_paths(error.problem()),
                      short_paths(error.hint()));
}

Experiment load(const PlannedRun& planned, const std::vector<std::string>& more = {}) {
    std::vector<std::string> assignments = planned.assignments;
    assignments.insert(assignments.end(), more.begin(), more.end());
    return load_experiment(planned.experiment, assignments, ForeignKeys::unused);
}

// Does it fit with `more` values of --set? Throws ConfigError if not.
void try_fit(const PlannedRun& planned, const Workload& workload,
             const std::vector<std::string>& more, bool load_cores) {
    try {
        PreparedRun run = prepare(load(planned, more), workload);
        if (load_cores) {
            make_program(run);
        }
    } catch (const ContractViolation& error) {
        throw ConfigError("attempt", error.what());
    } catch (const std::bad_alloc&) {
        throw ConfigError("attempt", "out of memory");
    }
}

Json changes_for(const PlannedRun& planned, const Workload& workload, const ConfigError& error) {
    const Experiment experiment = load(planned);
    Json changes = Json::array();
    for (const Change& change :
         nearest_changes(experiment.parameters, error, [&](const std::vector<std::string>& more) {
             try_fit(planned, workload, more, false);
         })) {
        try {
            try_fit(planned, workload, change.assignments, true);
            changes.push_back({{"set", change.assignments}, {"smallest", change.smallest}});
        } catch (const ConfigError&) {  // it fits, but cannot be loaded: no remedy
        }
    }
    return changes;
}

std::uint64_t peak_rss_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

// Everything up to the result folder; what it returns goes to the parent.
Json run_and_write(const PlannedRun& planned, const ComparedRunOptions& options) {
    Experiment experiment;
    Workload workload;
    try {
        experiment = load(planned);
        workload = load_workload(experiment);
    } catch (const ConfigError& error) {
        return message_of(Fault::experiment, error);
    }
    std::optional<FinishedRun> finished;
    std::string effective_yaml;
    try {
        PreparedRun run = prepare(std::move(experiment), workload);
        workload = {};
        static const std::atomic<bool> never{false};
        const std::string label = planned.experiment_label + " on " + planned.chip_label;
        ProgressBar progress(std::cerr, isatty(STDERR_FILENO) != 0, label, run.samples);
        finished = execute(run, options.threads, never,
                           [&](std::uint64_t done) { progress.advance_to(done); });
        progress.finish();
        effective_yaml = run.experiment.parameters.to_yaml();
    } catch (const ConfigError& error) {
        Json message = message_of(Fault::chip, error);
        message["changes"] =
            workload.stimulus ? changes_for(planned, workload, error) : Json::array();
        return message;
    }
    finished->result.peak_rss_bytes = peak_rss_bytes();
    finished->result.command = options.command;
    try {
        write_result_folder(options.results / planned.folder, effective_yaml, finished->result,
                            finished->ledger);
    } catch (const ConfigError& error) {
        return message_of(Fault::experiment, error);
    }
    return message_of(Fault::none, "", "");
}

// What `task` says, or what stopped it from saying anything.
Json message_from_child(ChildRunner& children, const fs::path& scratch,
                        const std::function<Json()>& task) {
    const fs::path file = scratch / "message.json";
    fs::remove(file);
    const ChildRunner::End end = children.run([&] {
        try {
            write_message(file, task());
        } catch (const std::bad_alloc&) {
            write_message(file, message_of(Fault::chip, "memory", "out of memory",
                                           "a smaller network, fewer samples or probes"));
        } catch (const std::exception& error) {
            write_message(file, message_of(Fault::defect, "internal error", error.what(),
                                           "this is a defect of the model; please report it with "
                                           "the command"));
        }
        return 0;
    });
    if (end.signal == SIGKILL) {
        return message_of(Fault::chip, "process", "the system killed the run",
                          "most likely memory ran out: a smaller network, fewer samples");
    }
    if (end.signal != 0) {
        return message_of(Fault::defect, "process",
                          fmt::format("the run crashed: {}", strsignal(end.signal)),
                          "this is a defect of the model; please report it with the command");
    }
    std::ifstream stream(file);
    Json message = Json::parse(stream, nullptr, false);
    if (message.is_discarded()) {
        throw ConfigError(scratch.string(), "a run ended without saying how",
                          "free some space on the disk of the temporary folder");
    }
    return message;
}

void throw_if_experiment(const Json& message) {
    if (message.at("fault").get<int>() == static_cast<int>(Fault::experiment)) {
        throw ConfigError(message.at("where"), message.at("what"), message.at("hint"));
    }
}

report::RunProblem problem_of(const Json& message) {
    report::RunProblem problem;
    problem.defect = message.at("fault").get<int>() == static_cast<int>(Fault::defect);
    problem.where = message.at("where");
    problem.what = message.at("what");
    problem.hint = message.at("hint");
    for (const Json& change : message.value("changes", Json::array())) {
        problem.changes.push_back(
            {change.at("set").get<std::vector<std::string>>(), change.at("smallest").get<bool>()});
    }
    return problem;
}

std::string contents(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

}  // namespace

void check_workload(const PlannedRun& planned, const ComparedRunOptions& options,
                    ChildRunner& children) {
    throw_if_experiment(message_from_child(children, options.scratch, [&] {
        try {
            load_workload(load(planned));
        } catch (const ConfigError& error) {
            return message_of(Fault::experiment, error);
        }
        return message_of(Fault::none, "", "");
    }));
}

report::ComparedRun run_compared(const PlannedRun& planned, const ComparedRunOptions& options,
                                 ChildRunner& children) {
    report::ComparedRun run;
    run.experiment = planned.experiment_label;
    run.chip = planned.chip_label;
    run.folder = planned.folder;
    run.unused_keys = planned.unused_keys;
    if (planned.error) {
        run.problem = problem_of(message_of(Fault::chip, *planned.error));
        return run;
    }
    const Json message = message_from_child(children, options.scratch,
                                            [&] { return run_and_write(planned, options); });
    throw_if_experiment(message);
    if (message.at("fault").get<int>() != static_cast<int>(Fault::none)) {
        run.problem = problem_of(message);
        return run;
    }
    const std::string summary = contents(options.results / planned.folder / "summary.json");
    run.figures = report::figures_from_summary(summary);
    run.warnings = Json::parse(summary).at("warnings").get<std::vector<std::string>>();
    return run;
}

}  // namespace cortile
