// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iostream>
#include <optional>

#include "app/commands.h"
#include "app/compared_run.h"
#include "hw_model/base/temporary_folder.h"
#include "hw_model/report/partial_folder.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;
using report::ComparedRun;

constexpr int kNothingRanExitCode = 2, kDefectExitCode = 3, kInterruptedExitCode = 130;

// All that the comparison writes appears at once, or not at all.
std::vector<ComparedRun> compare(const CompareArguments& arguments, ChildRunner& children) {
    std::optional<report::PartialFolder> partial;
    if (arguments.out) {
        const fs::path target = report::resolve_result_folder(*arguments.out);
        report::require_replaceable(target, report::comparison_folder_contents());
        partial.emplace(target, report::comparison_folder_contents());
    }
    const TemporaryFolder scratch;
    const std::vector<PlannedRun> planned = plan_comparison(arguments);
    const ComparedRunOptions options{arguments.threads, arguments.command,
                                     partial ? partial->path() : scratch.path() / "results",
                                     scratch.path()};
    fs::create_directories(options.results);

    // An experiment that cannot be read is told before the first run, not after a long one.
    for (std::size_t i = 0; i < planned.size(); ++i) {
        const bool first = i == 0 || planned[i].experiment != planned[i - 1].experiment;
        if (first && arguments.experiments.size() > 1) {
            const auto usable =
                std::find_if(planned.begin() + static_cast<std::ptrdiff_t>(i), planned.end(),
                             [&](const PlannedRun& run) { return !run.error; });
            check_workload(*usable, options, children);
        }
    }
    std::vector<ComparedRun> runs;
    for (const PlannedRun& run : planned) {
        runs.push_back(run_compared(run, options, children));
    }
    if (partial) {
        partial->write("compare.json", report::comparison_json(runs));
        partial->write("compare.csv", report::comparison_csv(runs));
        partial->write("compare.txt", report::comparison_table(runs));
        children.check();
        partial->commit();
    }
    return runs;
}

int exit_code(const std::vector<ComparedRun>& runs) {
    const bool defect = std::any_of(runs.begin(), runs.end(), [](const ComparedRun& run) {
        return run.problem && run.problem->defect;
    });
    const bool any_ran =
        std::any_of(runs.begin(), runs.end(), [](const ComparedRun& run) { return run.figures; });
    return defect ? kDefectExitCode : any_ran ? 0 : kNothingRanExitCode;
}

}  // namespace

int compare_command(const CompareArguments& arguments) {
    std::vector<ComparedRun> runs;
    try {
        ChildRunner children;
        runs = compare(arguments, children);
    } catch (const Interrupted&) {
        std::cerr << "interrupted; nothing was written\n";
        return kInterruptedExitCode;
    }
    std::cout << report::comparison_table(runs);
    if (arguments.out) {
        std::cout << "\nresults: " << arguments.out->string() << "\n";
    }
    const int code = exit_code(runs);
    if (code == kNothingRanExitCode) {
        std::cout.flush();
        std::cerr << "cortile: no chip can run it; the reasons are above\n";
    }
    return code;
}

}  // namespace cortile
