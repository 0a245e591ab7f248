// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/regression.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "rtl/regress/coverage_waivers.h"
#include "rtl/regress/diagnosis.h"
#include "rtl/regress/libraries.h"
#include "rtl/regress/run_report.h"

namespace cortile::regress {

namespace {

namespace fs = std::filesystem;

constexpr const char* kWaiverFile = "coverage_waivers.yaml";
constexpr const char* kMessageFile = "message.txt";
constexpr std::size_t kDiagnosedPerBucket = 5;
constexpr std::size_t kLogBytes = 4000;  // of what a process printed, its end

std::string end_of_file(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    const std::string text = content.str();
    return text.size() <= kLogBytes ? text : "…" + text.substr(text.size() - kLogBytes);
}

class Regression {
  public:
    Regression(const RegressionList& list, const std::vector<DatapathDescription>& datapaths,
               const std::vector<PlannedRun>& plan, const RegressionOptions& options,
               ChildRunner& children)
        : list_(list),
          datapaths_(datapaths),
          plan_(plan),
          options_(options),
          children_(children),
          libraries_(datapaths, options.scratch) {}

    RegressionResult run() {
        describe_plan();
        run_tests();
        if (options_.diagnose) {
            diagnose_failures();
        }
        for (RunOutcome& outcome : result_.runs) {
            write_message(outcome);
        }
        sum_up_coverage();
        return std::move(result_);
    }

  private:
    Variant variant_of(const PlannedRun& planned) const {
        const bool wanted = options_.coverage || list_.coverage.any();
        return wanted && list_.tests[planned.test].coverage ? Variant::coverage : Variant::plain;
    }
    fs::path scratch(std::size_t run, const char* extension) const {
        return options_.scratch / fmt::format("{}.{}", run, extension);
    }

    void describe_plan();
    void build(const std::set<BuildKey>& keys);
    void run_all(const char* what, const std::vector<ChildTask>& tasks,
                 const std::function<void(std::size_t, const ChildRunner::End&)>& ended);
    void run_tests();
    void note_end(std::size_t run, const ChildRunner::End& end);
    void take_verdict(std::size_t run, const ChildRunner::End& end);
    void diagnose_failures();
    void note_diagnosis(std::size_t run);
    void write_message(RunOutcome& outcome) const;
    void sum_up_coverage();

    const RegressionList& list_;
    const std::vector<DatapathDescription>& datapaths_;
    const std::vector<PlannedRun>& plan_;
    const RegressionOptions& options_;
    ChildRunner& children_;
    Libraries libraries_;
    std::map<std::size_t, CoverageData> coverage_;           // by datapath
    std::map<std::size_t, std::uint64_t> failed_operation_;  // of the runs with a mismatch
    std::map<std::size_t, Diagnosis> diagnoses_;             // of runs
    RegressionResult result_;
};

void Regression::describe_plan() {
    result_.list = shown_path(list_.file);
    result_.folder = options_.shown_results;
    result_.targets = options_.check_targets ? list_.coverage : CoverageTargets();
    const auto has = [&](auto&& test) { return std::any_of(plan_.begin(), plan_.end(), test); };
    for (std::size_t t = 0; t < list_.tests.size(); ++t) {
        if (has([&](const PlannedRun& planned) { return planned.test == t; })) {
            result_.tests.push_back({list_.tests[t].name, describe(list_.tests[t])});
        }
    }
    for (std::size_t d = 0; d < datapaths_.size(); ++d) {
        if (has([&](const PlannedRun& planned) { return planned.datapath == d; })) {
            result_.datapaths.push_back({datapaths_[d].name, std::nullopt, {}});
        }
    }
    for (const PlannedRun& planned : plan_) {
        RunOutcome outcome;
        outcome.name = planned.name;
        outcome.failed_before = planned.failed_before;
        outcome.replay = options_.repeat + " --only " + planned.name.text();
        result_.runs.push_back(std::move(outcome));
    }
}

void Regression::build(const std::set<BuildKey>& keys) {
    libraries_.build(keys, options_.parallel, children_, [&](std::size_t done, std::size_t total) {
        if (options_.progress) {
            options_.progress("building", done, total);
        }
    });
}

void Regression::run_all(const char* what, const std::vector<ChildTask>& tasks,
                         const std::function<void(std::size_t, const ChildRunner::End&)>& ended) {
    std::size_t done = 0;
    const auto tell = [&] {
        if (options_.progress) {
            options_.progress(what, done, tasks.size());
        }
    };
    tell();
    children_.run_all(tasks, options_.parallel, [&](std::size_t task, const ChildRunner::End& end) {
        ended(task, end);
        ++done;
        tell();
    });
}

void fail(RunOutcome& outcome, Verdict verdict, const std::string& message) {
    outcome.verdict = verdict;
    outcome.message = message;
    outcome.bucket = normalised_message(message);
}

void Regression::run_tests() {
    std::set<BuildKey> keys;
    for (const PlannedRun& planned : plan_) {
        keys.insert({planned.datapath, variant_of(planned)});
    }
    build(keys);
    std::vector<ChildTask> tasks;
    std::vector<std::size_t> runs;  // of each task
    for (std::size_t i = 0; i < plan_.size(); ++i) {
        const PlannedRun& planned = plan_[i];
        const BuildKey key{planned.datapath, variant_of(planned)};
        const auto library = libraries_.find(key);
        if (!library) {
            fail(result_.runs[i], Verdict::broken, libraries_.error(key));
            continue;
        }
        const TestDescription& test = list_.tests[planned.test];
        const bool covers = key.second == Variant::coverage;
        const RunRequest request{&datapaths_[planned.datapath],
                                 library,
                                 &test,
                                 planned.name.seed,
                                 scratch(i, "json"),
                                 covers ? scratch(i, "dat") : fs::path()};
        tasks.push_back(
            {[request] { return run_and_report(request); }, test.time_limit, scratch(i, "log")});
        runs.push_back(i);
    }
    run_all("running", tasks,
            [&](std::size_t task, const ChildRunner::End& end) { note_end(runs[task], end); });
}

void Regression::take_verdict(std::size_t run, const ChildRunner::End& end) {
    RunOutcome& outcome = result_.runs[run];
    const TestDescription& test = list_.tests[plan_[run].test];
    const auto report = read_run_report(scratch(run, "json"));
    if (report) {
        outcome.operations = report->operations;
    }
    if (end.timed_out) {
        fail(outcome, Verdict::timed_out,
             fmt::format("took longer than {} s\n{}: allow it more with time_limit",
                         static_cast<double>(test.time_limit.count()) / 1000, test.where));
    } else if (end.signal != 0) {
        fail(outcome, Verdict::crashed,
             fmt::format("ended by SIG{} ({})", sigabbrev_np(end.signal), strsignal(end.signal)));
    } else if (!report || end.exit_code != 0) {
        fail(outcome, Verdict::crashed, fmt::format("ended with exit code {}", end.exit_code));
    } else if (report->broken) {
        fail(outcome, Verdict::broken, report->message);
    } else if (!report->bucket.empty()) {
        outcome.verdict = Verdict::failed;
        outcome.message = report->message;
        outcome.bucket = report->bucket;
        failed_operation_[run] = report->failed_operation;
    }
}

// Takes in what a run left behind, and removes it: there may be many runs.
void Regression::note_end(std::size_t run, const ChildRunner::End& end) {
    RunOutcome& outcome = result_.runs[run];
    outcome.seconds = end.seconds;
    take_verdict(run, end);
    if (outcome.verdict != Verdict::passed) {
        outcome.log = end_of_file(scratch(run, "log"));
    } else if (fs::exists(scratch(run, "dat"))) {
        coverage_[plan_[run].datapath].merge(read_coverage(scratch(run, "dat")));
    }
    for (const char* extension : {"json", "dat", "log"}) {
        std::error_code ignored;
        fs::remove(scratch(run, extension), ignored);
    }
    if (options_.on_end) {
        options_.on_end(outcome);
    }
}

void Regression::diagnose_failures() {
    std::vector<std::size_t> runs;
    std::set<BuildKey> keys;
    for (const FailureBucket& bucket : result_.buckets()) {
        std::size_t taken = 0;
        for (const std::size_t run : bucket.runs) {
            if (failed_operation_.contains(run) && taken < kDiagnosedPerBucket) {
                runs.push_back(run);
                keys.insert({plan_[run].datapath, Variant::plain});
                keys.insert({plan_[run].datapath, Variant::trace});
                ++taken;
            }
        }
    }
    if (runs.empty()) {
        return;
    }
    build(keys);
    std::vector<ChildTask> tasks;
    std::vector<std::size_t> diagnosed;
    for (const std::size_t run : runs) {
        const PlannedRun& planned = plan_[run];
        const auto plain = libraries_.find({planned.datapath, Variant::plain});
        const auto traced = libraries_.find({planned.datapath, Variant::trace});
        if (!plain || !traced) {
            continue;
        }
        const TestDescription& test = list_.tests[planned.test];
        const DiagnosisRequest request{&datapaths_[planned.datapath],
                                       plain,
                                       traced,
                                       &test,
                                       planned.name.seed,
                                       failed_operation_.at(run),
                                       options_.results / failure_folder(planned.name),
                                       options_.shown_results / failure_folder(planned.name),
                                       scratch(run, "json")};
        tasks.push_back(
            {[request] { return diagnose(request); }, test.time_limit, scratch(run, "log")});
        diagnosed.push_back(run);
    }
    run_all("looking closer", tasks,
            [&](std::size_t task, const ChildRunner::End&) { note_diagnosis(diagnosed[task]); });
}

void Regression::note_diagnosis(std::size_t run) {
    RunOutcome& outcome = result_.runs[run];
    const Diagnosis& diagnosis = diagnoses_[run] = read_diagnosis(scratch(run, "json"));
    const auto keep = [&](const char* what, const char* name, bool there) {
        const fs::path file = failure_folder(outcome.name) / name;
        std::error_code ignored;
        if (there) {
            outcome.files.push_back({what, file});
        } else {
            fs::remove(options_.results / file, ignored);  // of a process that died over it
        }
    };
    keep("minimal case", kMinimalFile, !diagnosis.minimal.empty());
    keep("waveform", kWaveFile, !diagnosis.wave.empty());
    if (!diagnosis.minimal.empty()) {
        outcome.minimal_replay =
            fmt::format("cortile cosim {} {}", shown_path(datapaths_[plan_[run].datapath].folder),
                        diagnosis.replay);
    }
}

void Regression::write_message(RunOutcome& outcome) const {
    if (outcome.verdict == Verdict::passed) {
        return;
    }
    std::string text = fmt::format("{}: {}\n", outcome.name.text(), outcome.message);
    const auto run = static_cast<std::size_t>(&outcome - result_.runs.data());
    if (const auto found = diagnoses_.find(run); found != diagnoses_.end()) {
        const Diagnosis& diagnosis = found->second;
        text +=
            diagnosis.minimal.empty() ? "\nno minimal case was found\n" : "\n" + diagnosis.minimal;
        text += diagnosis.wave.empty() ? "\nno waveform: it did not fail again with waveforms on\n"
                                       : "\n" + diagnosis.wave + "\n";
    }
    text += fmt::format("\nreplay: {}\n", outcome.replay);
    if (!outcome.minimal_replay.empty()) {
        text += fmt::format("minimal: {}\n", outcome.minimal_replay);
    }
    if (!outcome.log.empty()) {
        text += "\nit printed:\n" + outcome.log;
    }
    const fs::path file = failure_folder(outcome.name) / kMessageFile;
    fs::create_directories((options_.results / file).parent_path());
    std::ofstream stream(options_.results / file);
    stream << text;
    stream.close();
    if (!stream) {
        throw ConfigError((options_.shown_results / file).string(), "cannot be written",
                          "free some space, or name another folder with --out");
    }
    outcome.files.push_back({"message", file});
}

void Regression::sum_up_coverage() {
    for (const auto& [index, data] : coverage_) {
        const DatapathDescription& datapath = datapaths_[index];
        const auto outcome =
            std::find_if(result_.datapaths.begin(), result_.datapaths.end(),
                         [name = datapath.name](const auto& one) { return one.name == name; });
        CoverageSummary summary = summarise_coverage(
            data, read_coverage_waivers(datapath.folder / kWaiverFile), read_sources_from_disk());
        for (UncoveredPoint& point : summary.uncovered) {
            point.file = shown_path(point.file);
        }
        outcome->missed = missed_targets(summary, result_.targets);
        outcome->coverage = std::move(summary);
    }
}

}  // namespace

fs::path failure_folder(const RunName& name) {
    return fs::path("failures") / name.datapath / fmt::format("{}.{}", name.test, name.seed);
}

std::string shown_path(const fs::path& path) {
    std::error_code error;
    const fs::path here = fs::current_path(error);
    const fs::path relative = fs::absolute(path, error).lexically_normal().lexically_relative(here);
    return relative.empty() || *relative.begin() == ".." ? path.string() : relative.string();
}

RegressionResult run_regression(const RegressionList& list,
                                const std::vector<DatapathDescription>& datapaths,
                                const std::vector<PlannedRun>& plan,
                                const RegressionOptions& options, ChildRunner& children) {
    return Regression(list, datapaths, plan, options, children).run();
}

}  // namespace cortile::regress
