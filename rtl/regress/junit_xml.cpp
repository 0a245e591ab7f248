// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/junit_xml.h"

#include <algorithm>

#include <fmt/format.h>

#include "hw_model/report/markup.h"

namespace cortile::regress {

using report::escaped;

namespace {

struct Suite {
    std::string name, cases;
    std::size_t tests = 0, failures = 0, errors = 0;
    double seconds = 0;

    std::string text() const {
        return fmt::format(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\" "
            "time=\"{:.3f}\">\n{}  </testsuite>\n",
            escaped(name), tests, failures, errors, seconds, cases);
    }
};

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

void add_run(Suite& suite, const RunOutcome& run) {
    ++suite.tests;
    suite.seconds += run.seconds;
    suite.cases +=
        fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"",
                    escaped(run.name.datapath + "." + run.name.test),
                    escaped(fmt::format("{}.{}", run.name.test, run.name.seed)), run.seconds);
    if (run.verdict == Verdict::passed) {
        suite.cases += "/>\n";
        return;
    }
    const bool mismatch = run.verdict == Verdict::failed;
    ++(mismatch ? suite.failures : suite.errors);
    std::string text = run.message;
    for (const Artefact& file : run.files) {
        text += fmt::format("\n{}: {}", file.what, file.file.generic_string());
    }
    text += "\nreplay: " + run.replay + "\n";
    if (!run.minimal_replay.empty()) {
        text += "minimal: " + run.minimal_replay + "\n";
    }
    suite.cases += fmt::format(">\n      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n",
                               mismatch ? "failure" : "error", escaped(to_string(run.verdict)),
                               escaped(first_line(run.message)), escaped(text));
    if (!run.log.empty()) {
        suite.cases += "      <system-out>" + escaped(run.log) + "</system-out>\n";
    }
    suite.cases += "    </testcase>\n";
}

// Each datapath's targets are one test case, so that what is missed is seen where tests are.
Suite coverage_suite(const RegressionResult& result) {
    Suite suite;
    suite.name = "coverage";
    for (const DatapathOutcome& datapath : result.datapaths) {
        if (!datapath.coverage || !result.targets.any()) {
            continue;
        }
        ++suite.tests;
        suite.cases +=
            fmt::format("    <testcase classname=\"coverage\" name=\"{}\" time=\"0.000\"",
                        escaped(datapath.name));
        if (datapath.missed.empty()) {
            suite.cases += "/>\n";
            continue;
        }
        ++suite.failures;
        suite.cases += fmt::format(
            ">\n      <failure type=\"coverage\" message=\"{}\">{}</failure>\n    </testcase>\n",
            escaped(datapath.missed.front()),
            escaped(fmt::format("{}\n", fmt::join(datapath.missed, "\n"))));
    }
    return suite;
}

}  // namespace

std::string junit_xml(const RegressionResult& result) {
    std::vector<Suite> suites;
    for (const DatapathOutcome& datapath : result.datapaths) {
        Suite suite;
        suite.name = datapath.name;
        for (const RunOutcome& run : result.runs) {
            if (run.name.datapath == datapath.name) {
                add_run(suite, run);
            }
        }
        suites.push_back(std::move(suite));
    }
    suites.push_back(coverage_suite(result));
    std::erase_if(suites, [](const Suite& suite) { return suite.tests == 0; });
    Suite sum;
    std::string text;
    for (const Suite& suite : suites) {
        sum.tests += suite.tests;
        sum.failures += suite.failures;
        sum.errors += suite.errors;
        sum.seconds += suite.seconds;
        text += suite.text();
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3f}\">\n"
        "{}</testsuites>\n",
        escaped(result.list), sum.tests, sum.failures, sum.errors, sum.seconds, text);
}

}  // namespace cortile::regress
