// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/plan.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/base/spelling.h"

namespace cortile::regress {

namespace {

// The run of that name, if the list has its test on its datapath.
std::optional<PlannedRun> named_run(const RegressionList& list,
                                    const std::vector<std::string>& names, const RunName& name) {
    const auto datapath = std::find(names.begin(), names.end(), name.datapath);
    const auto test = std::find_if(list.tests.begin(), list.tests.end(),
                                   [&](const auto& one) { return one.name == name.test; });
    if (datapath == names.end() || test == list.tests.end() || !test->runs_on(name.datapath)) {
        return std::nullopt;
    }
    return PlannedRun{name, static_cast<std::size_t>(datapath - names.begin()),
                      static_cast<std::size_t>(test - list.tests.begin())};
}

[[noreturn]] void reject_pattern(const std::string& pattern, const std::vector<PlannedRun>& runs) {
    std::vector<std::string> known;
    for (const PlannedRun& run : runs) {
        for (const std::string& form :
             {run.name.datapath, run.name.test, run.name.datapath + "/" + run.name.test}) {
            if (std::find(known.begin(), known.end(), form) == known.end()) {
                known.push_back(form);
            }
        }
    }
    const auto near = nearest_spelling(pattern, known);
    throw ConfigError(
        "--only", fmt::format("no run is called '{}'", pattern),
        near ? fmt::format("did you mean {}?", *near) : "--list shows what the runs are called");
}

}  // namespace

std::vector<PlannedRun> plan_runs(const RegressionList& list, const std::vector<std::string>& names,
                                  const std::vector<RunName>& failing, const PlanOptions& options) {
    std::vector<PlannedRun> runs;
    std::set<RunName> taken;
    const auto add = [&](PlannedRun run) {
        if (taken.insert(run.name).second) {
            runs.push_back(std::move(run));
        }
    };
    for (const RunName& name : failing) {
        if (auto run = named_run(list, names, name)) {
            run->failed_before = true;
            add(std::move(*run));
        }
    }
    for (const std::string& pattern : options.only) {
        const auto name = parse_run_name(pattern);
        if (auto run = name ? named_run(list, names, *name) : std::nullopt) {
            add(std::move(*run));
        }
    }
    for (std::size_t d = 0; d < names.size(); ++d) {
        for (std::size_t t = 0; t < list.tests.size(); ++t) {
            const TestDescription& test = list.tests[t];
            const std::uint64_t own =
                options.reseed ? options.fresh_seed : test.seed.value_or(options.fresh_seed);
            const std::uint64_t first = options.seed.value_or(own);
            for (std::uint64_t i = 0; i < test.iterations && test.runs_on(names[d]); ++i) {
                add({{names[d], test.name, first + i}, d, t});
            }
        }
    }
    if (options.only.empty()) {
        return runs;
    }
    std::vector<PlannedRun> selected;
    std::vector<bool> used(options.only.size(), false);
    for (PlannedRun& run : runs) {
        bool wanted = false;
        for (std::size_t p = 0; p < options.only.size(); ++p) {
            if (is_selected(run.name, options.only[p])) {
                wanted = used[p] = true;
            }
        }
        if (wanted) {
            selected.push_back(run);
        }
    }
    const auto idle = std::find(used.begin(), used.end(), false);
    if (idle != used.end()) {
        reject_pattern(options.only[static_cast<std::size_t>(idle - used.begin())], runs);
    }
    return selected;
}

}  // namespace cortile::regress
