// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <iostream>
#include <random>

#include <unistd.h>

#include <fmt/format.h>

#include "app/commands.h"
#include "experiment/rtl_folder.h"
#include "hw_model/base/temporary_folder.h"
#include "hw_model/base/text_table.h"
#include "hw_model/report/partial_folder.h"
#include "hw_model/report/progress.h"
#include "rtl/regress/failing_seeds.h"
#include "rtl/regress/html_page.h"
#include "rtl/regress/junit_xml.h"
#include "rtl/regress/self_test.h"
#include "rtl/regress/text_summary.h"
#include "rtl/verilated/datapath_library.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;
using namespace regress;

constexpr int kUnusableExitCode = 2, kMismatchExitCode = 4, kInterruptedExitCode = 130;
constexpr const char* kSeedsFile = "failing_seeds.txt";
constexpr const char* kFailures = "failures";

const report::FolderContents& regression_folder_contents() {
    static const report::FolderContents contents{
        {"summary.txt", "report.html", "junit.xml", "coverage.txt", kSeedsFile},
        false,
        {kFailures}};
    return contents;
}

std::string quoted(const std::string& argument) {
    const bool plain = !argument.empty() &&
                       argument.find_first_of(" \t\n\"'\\$&|;<>()*?[]{}#~`!") == std::string::npos;
    if (plain) {
        return argument;
    }
    std::string text = "'";
    for (const char c : argument) {
        text += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return text + "'";
}

// How often tests are run may be scaled; what a run is may not, so that its name says all.
RegressionList load(const RegressArguments& arguments) {
    RegressionList list = load_regression_list(
        regression_list_file(arguments.list.value_or("quick")), arguments.assignments);
    for (TestDescription& test : list.tests) {
        const double iterations = std::ceil(test.iterations * arguments.scale);
        test.iterations = static_cast<std::uint32_t>(std::clamp(iterations, 1.0, 1e6));
    }
    return list;
}

std::vector<DatapathDescription> read_datapaths(const RegressionList& list) {
    std::vector<DatapathDescription> datapaths;
    std::vector<std::string> names;
    for (const fs::path& folder : list.datapaths) {
        datapaths.push_back(read_datapath(folder));
        names.push_back(datapaths.back().name);
    }
    check_datapath_names(list, names);
    return datapaths;
}

std::vector<std::string> names_of(const std::vector<DatapathDescription>& datapaths) {
    std::vector<std::string> names;
    for (const DatapathDescription& datapath : datapaths) {
        names.push_back(datapath.name);
    }
    return names;
}

void print_plan(const RegressionList& list, const std::vector<PlannedRun>& plan) {
    std::vector<std::vector<std::string>> rows{{"run", "test", ""}};
    for (const PlannedRun& run : plan) {
        rows.push_back({run.name.text(), describe(list.tests[run.test]),
                        run.failed_before ? "failed before" : ""});
    }
    std::cout << text_table(rows, "<<<");
}

// One bar after another: building, running, waveforms.
class Progress {
  public:
    void show(const std::string& what, std::size_t done, std::size_t total) {
        if (what != what_ || total != total_) {
            finish();
            what_ = what;
            total_ = total;
            bar_.emplace(std::cerr, isatty(STDERR_FILENO) != 0 && total > 0, what, total);
        }
        bar_->advance_to(done);
    }
    void finish() {
        if (bar_) {
            bar_->finish();
            bar_.reset();
        }
    }

  private:
    std::string what_;
    std::size_t total_ = 0;
    std::optional<ProgressBar> bar_;
};

std::vector<RunName> update_seeds(const std::vector<RunName>& earlier,
                                  const std::vector<RunOutcome>& runs) {
    std::vector<std::pair<RunName, bool>> now;
    for (const RunOutcome& run : runs) {
        now.emplace_back(run.name, run.verdict == Verdict::passed);
    }
    return still_failing(earlier, now);
}

// Into the results of an earlier regression, whose reports stay: the files of these runs, and which
// seeds stick.
void add_to(const fs::path& target, const fs::path& fresh, const RegressionResult& result,
            const std::vector<RunName>& failing) {
    for (const RunOutcome& run : result.runs) {
        const fs::path folder = failure_folder(run.name);
        std::error_code ignored;
        fs::remove_all(target / folder, ignored);
        if (fs::exists(fresh / folder)) {
            fs::create_directories((target / folder).parent_path());
            fs::rename(fresh / folder, target / folder);
        }
    }
    write_failing_seeds(target / kSeedsFile, failing);
}

int exit_code(const RegressionResult& result) {
    const bool only_broken =
        std::all_of(result.runs.begin(), result.runs.end(), [](const RunOutcome& run) {
            return run.verdict == Verdict::passed || run.verdict == Verdict::broken;
        });
    const bool missed = std::any_of(result.datapaths.begin(), result.datapaths.end(),
                                    [](const DatapathOutcome& one) { return !one.missed.empty(); });
    return result.good() ? 0 : only_broken && !missed ? kUnusableExitCode : kMismatchExitCode;
}

PlanOptions plan_options(const RegressArguments& arguments) {
    PlanOptions options;
    options.seed = arguments.seed;
    options.reseed = arguments.reseed;
    // Seeds that one can still type; the notes name the one that was drawn.
    options.fresh_seed = std::random_device()() >> 1;
    options.only = arguments.only;
    return options;
}

// What to type to have one run again; the name of the run follows.
std::string repeat_command(const RegressArguments& arguments) {
    std::string text = "cortile regress";
    if (arguments.list) {
        text += " " + quoted(*arguments.list);
    }
    for (const std::string& assignment : arguments.assignments) {
        text += " --set " + quoted(assignment);
    }
    if (arguments.out != fs::path(RegressArguments().out)) {
        text += " --out " + quoted(arguments.out.string());
    }
    return text;
}

std::vector<std::string> notes(const RegressionList& list, const PlanOptions& options) {
    const bool draws = !options.seed &&
                       (options.reseed || std::any_of(list.tests.begin(), list.tests.end(),
                                                      [](const auto& test) { return !test.seed; }));
    std::vector<std::string> texts;
    if (draws) {
        texts.push_back(
            fmt::format("Tests that reseed began with seed {0}; --seed {0} has them "
                        "all begin there again.",
                        options.fresh_seed));
    }
    if (!options.only.empty() && list.coverage.any()) {
        texts.push_back("Coverage targets are for whole regressions: with --only none is checked.");
    }
    return texts;
}

int self_test(const RegressArguments& arguments, const RegressionList& list,
              const std::vector<DatapathDescription>& datapaths) {
    ChildRunner children;
    Progress progress;
    RegressionOptions options;
    options.parallel = arguments.jobs;
    options.progress = [&](const std::string& what, std::size_t done, std::size_t total) {
        progress.show(what, done, total);
    };
    const auto outcomes = run_self_test(list, datapaths, plan_options(arguments), options,
                                        arguments.bug.value_or(""), children);
    progress.finish();
    std::vector<std::vector<std::string>> rows{{"datapath", "bug", "seen", "runs", "as"}};
    for (const SelfTestOutcome& outcome : outcomes) {
        rows.push_back({outcome.datapath, outcome.bug, outcome.found() ? "yes" : "NO",
                        fmt::format("{}/{}", outcome.failed, outcome.runs), outcome.reason});
    }
    std::cout << text_table(rows, "<<<><");
    const auto missed = std::count_if(outcomes.begin(), outcomes.end(),
                                      [](const auto& outcome) { return !outcome.found(); });
    std::cout << (missed == 0 ? "self-test: the regression fails where it must\n"
                              : fmt::format("self-test: {} of {} seeded bugs went unnoticed\n",
                                            missed, outcomes.size()));
    return missed == 0 ? 0 : kMismatchExitCode;
}

int run(const RegressArguments& arguments, const RegressionList& list,
        const std::vector<DatapathDescription>& datapaths) {
    const fs::path target = report::resolve_result_folder(arguments.out);
    report::require_replaceable(target, regression_folder_contents());
    const std::vector<RunName> earlier = read_failing_seeds(target / kSeedsFile);
    const PlanOptions planning = plan_options(arguments);
    const std::vector<PlannedRun> plan = plan_runs(list, names_of(datapaths), earlier, planning);
    if (arguments.list_only) {
        print_plan(list, plan);
        return 0;
    }
    const bool had_results = fs::exists(target / kSeedsFile) || fs::exists(target / "summary.txt");
    ChildRunner children;
    const TemporaryFolder scratch;
    report::PartialFolder partial(target, regression_folder_contents());
    Progress progress;
    std::vector<RunOutcome> ended;
    RegressionOptions options;
    options.parallel = arguments.jobs;
    options.scratch = scratch.path();
    options.results = partial.path();
    options.shown_results = shown_path(target);
    options.repeat = repeat_command(arguments);
    options.coverage = arguments.coverage;
    options.check_targets = arguments.only.empty();
    options.progress = [&](const std::string& what, std::size_t done, std::size_t total) {
        progress.show(what, done, total);
    };
    options.on_end = [&](const RunOutcome& outcome) {
        ended.push_back(outcome);
        if (outcome.verdict != Verdict::passed) {
            progress.finish();
            std::cerr << fmt::format("{}: {}: {}\n", to_string(outcome.verdict),
                                     outcome.name.text(),
                                     outcome.message.substr(0, outcome.message.find('\n')));
        }
    };
    RegressionResult result;
    try {
        result = run_regression(list, datapaths, plan, options, children);
    } catch (const Interrupted&) {
        progress.finish();
        if (had_results) {
            write_failing_seeds(target / kSeedsFile, update_seeds(earlier, ended));
        }
        throw;
    }
    progress.finish();
    result.command = arguments.command;
    result.notes = notes(list, planning);
    const std::vector<RunName> failing = update_seeds(earlier, result.runs);
    const std::string summary = text_summary(result);
    if (!arguments.only.empty() && had_results) {
        add_to(target, partial.path(), result, failing);
    } else {
        partial.write("summary.txt", summary);
        partial.write("report.html", html_page(result));
        partial.write("junit.xml", junit_xml(result));
        if (const std::string uncovered = uncovered_list(result); !uncovered.empty()) {
            partial.write("coverage.txt", uncovered);
        }
        write_failing_seeds(partial.path() / kSeedsFile, failing);
        children.check();
        partial.commit();
    }
    std::cout << summary << fmt::format("\nresults: {}\n", (options.shown_results / "").string());
    return exit_code(result);
}

}  // namespace

int regress_command(const RegressArguments& arguments) {
    const RegressionList list = load(arguments);
    const std::vector<DatapathDescription> datapaths = read_datapaths(list);
    const bool testing = arguments.self_test || arguments.bug;
    if (!arguments.list_only) {
        if (const std::string missing = missing_rtl_tools(); !missing.empty()) {
            throw ConfigError(list.file.string(), missing);
        }
    }
    try {
        return testing && !arguments.list_only ? self_test(arguments, list, datapaths)
                                               : run(arguments, list, datapaths);
    } catch (const Interrupted&) {
        std::cerr << "interrupted; reports were not written, seeds that failed stick\n";
        return kInterruptedExitCode;
    }
}

}  // namespace cortile
