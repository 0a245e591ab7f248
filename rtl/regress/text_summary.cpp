// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/text_summary.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "hw_model/base/text_table.h"
#include "hw_model/report/format.h"

namespace cortile::regress {

namespace {

constexpr std::size_t kOtherRuns = 5;  // of a bucket, named besides the first

std::string plural(std::size_t count, const char* noun) {
    return fmt::format("{} {}{}", report::grouped(count), noun, count == 1 ? "" : "s");
}

std::string indented(const std::string& text, const std::string& by) {
    std::string result;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        result += line.empty() ? "\n" : by + line + "\n";
    }
    return result;
}

std::string head(const RegressionResult& result, const std::vector<FailureBucket>& buckets) {
    const std::size_t failed = result.runs.size() - result.passed();
    std::string text = fmt::format("Regression  {}\n", result.list);
    text += fmt::format("Runs        {} of {} passed", report::grouped(result.passed()),
                        report::grouped(result.runs.size()));
    text += failed == 0 ? "\n"
                        : fmt::format("; {} failed, for {}\n", report::grouped(failed),
                                      plural(buckets.size(), "reason"));
    return text + fmt::format("Operations  {} checked\n", report::grouped(result.operations()));
}

std::string runs_table(const RegressionResult& result) {
    std::vector<std::vector<std::string>> rows{
        {"datapath", "test", "runs", "passed", "failed", "operations", ""}};
    for (const DatapathOutcome& datapath : result.datapaths) {
        for (const TestOutcome& test : result.tests) {
            std::size_t runs = 0, passed = 0;
            std::uint64_t operations = 0;
            for (const RunOutcome& run : result.runs) {
                if (run.name.datapath == datapath.name && run.name.test == test.name) {
                    ++runs;
                    passed += run.verdict == Verdict::passed ? 1u : 0u;
                    operations += run.operations;
                }
            }
            if (runs > 0) {
                rows.push_back({datapath.name, test.name, report::grouped(runs),
                                report::grouped(passed),
                                passed == runs ? "-" : report::grouped(runs - passed),
                                report::grouped(operations), test.description});
            }
        }
    }
    return text_table(rows, "<<>>>><");
}

std::string coverage_table(const RegressionResult& result) {
    std::vector<std::vector<std::string>> rows{
        {"coverage", "line", "toggle", "functional", "waived", "uncovered"}};
    for (const DatapathOutcome& datapath : result.datapaths) {
        if (!datapath.coverage) {
            continue;
        }
        std::vector<std::string> row{datapath.name};
        std::uint64_t waived = 0, missing = 0;
        for (const CoverageType type : kCoverageTypes) {
            const CoverageCount& count = datapath.coverage->count(type);
            row.push_back(count.text());
            waived += count.waived;
            missing += count.points - count.covered;
        }
        row.push_back(report::grouped(waived));
        row.push_back(report::grouped(missing));
        rows.push_back(row);
    }
    if (rows.size() == 1) {
        return "";
    }
    if (result.targets.any()) {
        const auto target = [](double percent) {
            return percent > 0 ? fmt::format("{} %", percent) : std::string("-");
        };
        rows.push_back({"target", target(result.targets.line), target(result.targets.toggle),
                        target(result.targets.functional), "", ""});
    }
    std::string text = "\n" + text_table(rows, "<>>>>>");
    for (const DatapathOutcome& datapath : result.datapaths) {
        for (const std::string& missed : datapath.missed) {
            text += fmt::format("coverage target missed: {}: {}\n", datapath.name, missed);
        }
        if (datapath.coverage) {
            for (const std::string& waiver : datapath.coverage->idle_waivers) {
                text += fmt::format("waiver without effect: {}\n", waiver);
            }
        }
    }
    return text;
}

std::string bucket_text(const RegressionResult& result, const FailureBucket& bucket,
                        std::size_t number) {
    const RunOutcome& first = result.runs[bucket.runs.front()];
    std::string text =
        fmt::format("\n{}. {} ({})\n", number, bucket.message, plural(bucket.runs.size(), "run"));
    text += fmt::format("   {}{}\n", first.name.text(),
                        first.failed_before ? ", which failed before too" : "");
    text += indented(first.message, "     ");
    std::vector<std::string> others;
    for (std::size_t i = 1; i < bucket.runs.size() && i <= kOtherRuns; ++i) {
        others.push_back(result.runs[bucket.runs[i]].name.text());
    }
    if (!others.empty()) {
        const std::size_t more = bucket.runs.size() - 1 - others.size();
        text += fmt::format("   also          {}{}\n", fmt::join(others, ", "),
                            more > 0 ? fmt::format(" and {} more", more) : "");
    }
    for (const Artefact& file : first.files) {
        text +=
            fmt::format("   {:<14}{}\n", file.what, (result.folder / file.file).generic_string());
    }
    text += fmt::format("   {:<14}{}\n", "replay", first.replay);
    return text + (first.minimal_replay.empty()
                       ? std::string()
                       : fmt::format("   {:<14}{}\n", "minimal", first.minimal_replay));
}

}  // namespace

std::string text_summary(const RegressionResult& result) {
    const std::vector<FailureBucket> buckets = result.buckets();
    std::string text = head(result, buckets);
    for (const std::string& note : result.notes) {
        text += report::wrapped("            ", note);
    }
    text += "\n" + runs_table(result) + coverage_table(result);
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        text += bucket_text(result, buckets[i], i + 1);
    }
    return text;
}

std::string uncovered_list(const RegressionResult& result) {
    std::string text;
    for (const DatapathOutcome& datapath : result.datapaths) {
        if (!datapath.coverage) {
            continue;
        }
        text += fmt::format(
            "{}{}: {}\n", text.empty() ? "" : "\n", datapath.name,
            datapath.coverage->uncovered.empty() ? "all points are covered" : "not covered:");
        for (const UncoveredPoint& point : datapath.coverage->uncovered) {
            text += fmt::format("{}:{}: {}: {}\n", point.file, point.line, to_string(point.type),
                                point.name);
            if (!point.source.empty()) {
                text += fmt::format("    {}\n", point.source);
            }
        }
    }
    return text;
}

}  // namespace cortile::regress
