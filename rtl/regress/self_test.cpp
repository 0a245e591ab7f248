// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/self_test.h"

#include <algorithm>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/base/spelling.h"
#include "hw_model/base/temporary_folder.h"
#include "rtl/regress/seeded_bug.h"

namespace cortile::regress {

namespace {

struct Choice {
    std::size_t datapath = 0;
    const SeededBug* bug = nullptr;
};

std::vector<Choice> choose(const RegressionList& list,
                           const std::vector<DatapathDescription>& datapaths,
                           const std::string& bug) {
    std::vector<Choice> chosen;
    std::vector<std::string> names;
    for (std::size_t d = 0; d < datapaths.size(); ++d) {
        const std::vector<SeededBug>& bugs = datapaths[d].seeded_bugs;
        for (const SeededBug& one : bugs) {
            names.push_back(one.name);
            if (bug == "all" || bug == one.name || (bug.empty() && &one == &bugs.front())) {
                chosen.push_back({d, &one});
            }
        }
    }
    if (names.empty()) {
        throw ConfigError(list.file.string(), "no datapath of the list has seeded_bugs",
                          "add some to a datapath.yaml: what, file, find, replace");
    }
    if (chosen.empty()) {
        const auto near = nearest_spelling(bug, names);
        throw ConfigError("--bug", fmt::format("no datapath has a bug '{}'", bug),
                          near ? fmt::format("did you mean {}?", *near)
                               : fmt::format("bugs are: {}", fmt::join(names, ", ")));
    }
    return chosen;
}

}  // namespace

std::vector<SelfTestOutcome> run_self_test(const RegressionList& list,
                                           const std::vector<DatapathDescription>& datapaths,
                                           const PlanOptions& plan,
                                           const RegressionOptions& options, const std::string& bug,
                                           ChildRunner& children) {
    std::vector<SelfTestOutcome> outcomes;
    for (const Choice& choice : choose(list, datapaths, bug)) {
        const DatapathDescription& sound = datapaths[choice.datapath];
        const TemporaryFolder folder, scratch, results;
        RegressionList only = list;
        only.datapaths = {copy_with_bug(sound, *choice.bug, folder.path())};
        only.coverage = {};
        const std::vector<DatapathDescription> faulty{read_datapath(only.datapaths.front())};
        RegressionOptions quick = options;
        quick.scratch = scratch.path();
        quick.results = quick.shown_results = results.path();
        quick.coverage = quick.diagnose = false;
        quick.on_end = {};
        const RegressionResult result =
            run_regression(only, faulty, plan_runs(only, {sound.name}, {}, plan), quick, children);
        SelfTestOutcome outcome{
            sound.name, choice.bug->name, choice.bug->what, result.runs.size(), 0, ""};
        for (const RunOutcome& run : result.runs) {
            const bool mismatch = run.verdict == Verdict::failed;
            if (outcome.reason.empty() || (mismatch && outcome.failed == 0)) {
                outcome.reason = run.bucket;
            }
            outcome.failed += mismatch ? 1 : 0;
        }
        outcomes.push_back(std::move(outcome));
    }
    return outcomes;
}

}  // namespace cortile::regress
