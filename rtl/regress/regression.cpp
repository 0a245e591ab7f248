// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/regression.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "rtl/regress/coverage_waivers.h"
#include "rtl/regress/run_report.h"

namespace cortile::regress {

namespace {

namespace fs = std::filesystem;

constexpr const char* kWaiverFile = "coverage_waivers.yaml";
constexpr const char* kWaveFile = "wave.fst";
constexpr const char* kMessageFile = "message.txt";
constexpr std::size_t kWavesPerBucket = 5;
constexpr std::size_t kLogBytes = 4000;  // of what a process printed, its end

enum class Variant { plain, coverage, trace };
using Build = std::pair<std::size_t, Variant>;  // of a datapath

LibraryOptions library_options(Variant variant) {
    LibraryOptions options;
    options.harness.trace = variant == Variant::trace;
    options.harness.coverage = variant == Variant::coverage;
    return options;
}

std::string read_text(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::string end_of(const std::string& text) {
    return text.size() <= kLogBytes ? text : "…" + text.substr(text.size() - kLogBytes);
}

// Where the files of a failure are, below the result folder.
fs::path failure_folder(const RunName& name) {
    return fs::path("failures") / name.datapath / fmt::format("{}.{}", name.test, name.seed);
}

class Regression {
  public:
    Regression(const RegressionList& list, const std::vector<DatapathDescription>& datapaths,
               const std::vector<PlannedRun>& plan, const RegressionOptions& options,
               ChildRunner& children)
        : list_(list), datapaths_(datapaths), plan_(plan), options_(options), children_(children) {}

    RegressionResult run() {
        describe_plan();
        std::set<Build> builds;
        for (const PlannedRun& planned : plan_) {
            builds.insert({planned.datapath, variant_of(planned)});
        }
        build(builds);
        run_tests();
        write_waves();
        for (std::size_t i = 0; i < plan_.size(); ++i) {
            write_message(result_.runs[i]);
        }
        sum_up_coverage();
        return std::move(result_);
    }

  private:
    bool wants_coverage() const { return options_.coverage || list_.coverage.any(); }
    Variant variant_of(const PlannedRun& planned) const {
        return wants_coverage() && list_.tests[planned.test].coverage ? Variant::coverage
                                                                      : Variant::plain;
    }
    fs::path scratch(std::size_t run, const char* extension) const {
        return options_.scratch / fmt::format("{}.{}", run, extension);
    }

    void describe_plan();
    void build(const std::set<Build>& builds);
    void run_tests();
    void note_end(std::size_t run, const ChildRunner::End& end);
    void write_waves();
    void write_message(RunOutcome& outcome) const;
    void sum_up_coverage();
    void fail(RunOutcome& outcome, Verdict verdict, const std::string& message) const;
    void tell(const std::string& what, std::size_t done, std::size_t total) const {
        if (options_.progress) {
            options_.progress(what, done, total);
        }
    }

    const RegressionList& list_;
    const std::vector<DatapathDescription>& datapaths_;
    const std::vector<PlannedRun>& plan_;
    const RegressionOptions& options_;
    ChildRunner& children_;
    std::map<Build, std::shared_ptr<const DatapathLibrary>> libraries_;
    std::map<Build, std::string> build_errors_;
    std::map<std::size_t, CoverageData> coverage_;  // by datapath
    std::map<std::size_t, std::string> minimal_text_, wave_text_;
    std::map<std::size_t, std::uint64_t> failed_operation_;  // of the runs with a mismatch
    RegressionResult result_;
};

void Regression::describe_plan() {
    result_.list = shown_path(list_.file);
    result_.folder = options_.shown_results;
    result_.targets = options_.check_targets ? list_.coverage : CoverageTargets();
    for (const TestDescription& test : list_.tests) {
        if (std::any_of(plan_.begin(), plan_.end(), [&](const PlannedRun& planned) {
                return planned.name.test == test.name;
            })) {
            result_.tests.push_back({test.name, describe(test)});
        }
    }
    for (const DatapathDescription& datapath : datapaths_) {
        if (std::any_of(plan_.begin(), plan_.end(), [&](const PlannedRun& planned) {
                return planned.name.datapath == datapath.name;
            })) {
            result_.datapaths.push_back({datapath.name, std::nullopt, {}});
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

// In processes of their own: compilers take long, and end with them. Loading is left to this one,
// for all that come after.
void Regression::build(const std::set<Build>& builds) {
    const std::vector<Build> order(builds.begin(), builds.end());
    std::vector<ChildTask> tasks;
    const auto message_of = [&](const Build& one) {
        return options_.scratch /
               fmt::format("build-{}-{}", one.first, static_cast<int>(one.second));
    };
    for (const auto& [datapath, variant] : order) {
        const fs::path message = message_of({datapath, variant});
        tasks.push_back({[this, datapath = datapath, variant = variant, message] {
            try {
                DatapathLibrary::build(datapaths_[datapath], library_options(variant));
                return EXIT_SUCCESS;
            } catch (const ConfigError& error) {
                std::ofstream(message) << error.what();
                return EXIT_FAILURE;
            }
        }});
    }
    std::size_t done = 0;
    tell("building", done, tasks.size());
    const auto ends = children_.run_all(
        tasks, options_.parallel,
        [&](std::size_t, const ChildRunner::End&) { tell("building", ++done, tasks.size()); });
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto& [datapath, variant] = order[i];
        const std::string told = read_text(message_of(order[i]));
        if (ends[i].exit_code != 0 || ends[i].signal != 0) {
            build_errors_[order[i]] =
                !told.empty() ? told : datapaths_[datapath].file.string() + ": the build died";
            continue;
        }
        libraries_[order[i]] =
            DatapathLibrary::build(datapaths_[datapath], library_options(variant));
    }
}

void Regression::fail(RunOutcome& outcome, Verdict verdict, const std::string& message) const {
    outcome.verdict = verdict;
    outcome.message = message;
    outcome.bucket = normalised_message(message);
}

void Regression::run_tests() {
    std::vector<ChildTask> tasks;
    std::vector<std::size_t> runs;  // of each task
    for (std::size_t i = 0; i < plan_.size(); ++i) {
        const PlannedRun& planned = plan_[i];
        const Build build{planned.datapath, variant_of(planned)};
        if (const auto error = build_errors_.find(build); error != build_errors_.end()) {
            fail(result_.runs[i], Verdict::broken, error->second);
            continue;
        }
        const TestDescription& test = list_.tests[planned.test];
        const fs::path folder = failure_folder(planned.name);
        const RunRequest request{&datapaths_[planned.datapath],
                                 libraries_.at(build),
                                 &test,
                                 planned.name.seed,
                                 scratch(i, "json"),
                                 build.second == Variant::coverage ? scratch(i, "dat") : fs::path(),
                                 options_.results / folder,
                                 options_.shown_results / folder};
        ChildTask task{[request] { return run_and_report(request); }, test.time_limit,
                       scratch(i, "log")};
        tasks.push_back(std::move(task));
        runs.push_back(i);
    }
    std::size_t done = 0;
    tell("running", done, tasks.size());
    children_.run_all(tasks, options_.parallel, [&](std::size_t task, const ChildRunner::End& end) {
        note_end(runs[task], end);
        tell("running", ++done, tasks.size());
    });
}

// Takes in what a run left behind, and removes it: there may be many runs.
void Regression::note_end(std::size_t run, const ChildRunner::End& end) {
    RunOutcome& outcome = result_.runs[run];
    const TestDescription& test = list_.tests[plan_[run].test];
    outcome.seconds = end.seconds;
    const auto report = read_run_report(scratch(run, "json"));
    if (report) {
        outcome.operations = report->operations;
    }
    if (report && report->broken) {
        fail(outcome, Verdict::broken, report->message);
    } else if (report && !report->bucket.empty()) {
        outcome.verdict = Verdict::failed;
        outcome.message = report->message;
        outcome.bucket = report->bucket;
        failed_operation_[run] = report->failed_operation;
        minimal_text_[run] = report->minimal_text;
        if (!report->minimal_arguments.empty()) {
            outcome.files.push_back({"minimal case", failure_folder(outcome.name) / "minimal.csv"});
            outcome.minimal_replay = fmt::format("cortile cosim {} {}",
                                                 shown_path(datapaths_[plan_[run].datapath].folder),
                                                 report->minimal_arguments);
        }
    } else if (end.timed_out) {
        fail(outcome, Verdict::timed_out,
             fmt::format("took longer than {} s\n{}: allow it more with time_limit",
                         static_cast<double>(test.time_limit.count()) / 1000, test.where));
    } else if (end.signal != 0) {
        fail(outcome, Verdict::crashed,
             fmt::format("ended by signal {} ({})", end.signal, strsignal(end.signal)));
    } else if (!report || end.exit_code != 0) {
        fail(outcome, Verdict::crashed, fmt::format("ended with exit code {}", end.exit_code));
    } else if (fs::exists(scratch(run, "dat"))) {
        coverage_[plan_[run].datapath].merge(read_coverage(scratch(run, "dat")));
    }
    if (outcome.verdict != Verdict::passed) {
        outcome.log = end_of(read_text(scratch(run, "log")));
        if (options_.on_failure) {
            options_.on_failure(outcome);
        }
    }
    for (const char* extension : {"json", "dat", "log"}) {
        std::error_code ignored;
        fs::remove(scratch(run, extension), ignored);
    }
}

// Again, with waveforms around the failure, the first few of each bucket.
void Regression::write_waves() {
    std::vector<std::size_t> runs;
    std::set<Build> builds;
    for (const FailureBucket& bucket : result_.buckets()) {
        std::size_t taken = 0;
        for (const std::size_t run : bucket.runs) {
            if (options_.waveforms && result_.runs[run].verdict == Verdict::failed &&
                taken < kWavesPerBucket) {
                runs.push_back(run);
                builds.insert({plan_[run].datapath, Variant::trace});
                ++taken;
            }
        }
    }
    if (runs.empty()) {
        return;
    }
    build(builds);
    std::vector<ChildTask> tasks;
    for (const std::size_t run : runs) {
        const PlannedRun& planned = plan_[run];
        const auto library = libraries_.find({planned.datapath, Variant::trace});
        if (library == libraries_.end()) {
            tasks.push_back({[] { return EXIT_FAILURE; }});
            continue;
        }
        const TestDescription& test = list_.tests[planned.test];
        const WaveRequest request{&datapaths_[planned.datapath],
                                  library->second,
                                  &test,
                                  planned.name.seed,
                                  failed_operation_.at(run),
                                  options_.results / failure_folder(planned.name) / kWaveFile,
                                  scratch(run, "wave")};
        tasks.push_back(
            {[request] { return write_wave(request); }, test.time_limit, scratch(run, "log")});
    }
    std::size_t done = 0;
    tell("waveforms", done, tasks.size());
    const auto ends = children_.run_all(
        tasks, options_.parallel,
        [&](std::size_t, const ChildRunner::End&) { tell("waveforms", ++done, tasks.size()); });
    for (std::size_t i = 0; i < runs.size(); ++i) {
        RunOutcome& outcome = result_.runs[runs[i]];
        const fs::path file = failure_folder(outcome.name) / kWaveFile;
        if (ends[i].exit_code == 0 && ends[i].signal == 0) {
            wave_text_[runs[i]] = read_text(scratch(runs[i], "wave"));
            outcome.files.push_back({"waveform", file});
        } else {
            std::error_code ignored;
            fs::remove(options_.results / file, ignored);
            wave_text_[runs[i]] = "no waveform: it did not fail again with waveforms on";
        }
    }
}

void Regression::write_message(RunOutcome& outcome) const {
    const auto run = static_cast<std::size_t>(&outcome - result_.runs.data());
    if (outcome.verdict == Verdict::passed) {
        return;
    }
    std::string text = fmt::format("{}: {}\n", outcome.name.text(), outcome.message);
    const auto add = [&](const std::map<std::size_t, std::string>& texts) {
        const auto found = texts.find(run);
        if (found != texts.end() && !found->second.empty()) {
            text += "\n" + found->second + (found->second.ends_with('\n') ? "" : "\n");
        }
    };
    add(minimal_text_);
    add(wave_text_);
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
                         [&](const auto& one) { return one.name == datapath.name; });
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
