// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/regression_result.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/report/format.h"

namespace cortile::regress {

const char* to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::passed:
            return "passed";
        case Verdict::failed:
            return "failed";
        case Verdict::crashed:
            return "crashed";
        case Verdict::timed_out:
            return "timed out";
        case Verdict::broken:
            return "broken";
    }
    throw ContractViolation("a verdict without a name");
}

std::size_t RegressionResult::passed() const {
    return static_cast<std::size_t>(std::count_if(
        runs.begin(), runs.end(), [](const auto& run) { return run.verdict == Verdict::passed; }));
}

bool RegressionResult::good() const {
    return passed() == runs.size() &&
           std::all_of(datapaths.begin(), datapaths.end(),
                       [](const auto& one) { return one.missed.empty(); });
}

std::uint64_t RegressionResult::operations() const {
    return std::accumulate(
        runs.begin(), runs.end(), std::uint64_t{0},
        [](std::uint64_t sum, const RunOutcome& run) { return sum + run.operations; });
}

std::vector<FailureBucket> RegressionResult::buckets() const {
    std::vector<std::string> messages;
    for (const RunOutcome& run : runs) {
        messages.push_back(run.verdict == Verdict::passed ? ""
                                                          : run.name.datapath + ": " + run.bucket);
    }
    return bucket_failures(messages);
}

std::string describe(const TestDescription& test) {
    std::string text = to_string(test.stimulus);
    if (test.stimulus == StimulusKind::recorded) {
        text += " from " + test.recording.filename().string();
    }
    if (test.operations != kAllOperations) {
        text +=
            fmt::format(", {}{} operations", test.stimulus == StimulusKind::random ? "" : "up to ",
                        report::grouped(test.operations));
    }
    if (test.stalls > 0) {
        text += fmt::format(", stalls {} %", std::round(test.stalls * 1000) / 10);
    }
    return text;
}

}  // namespace cortile::regress
