// SPDX-License-Identifier: Apache-2.0
// The text, JUnit and HTML of one regression in which everything occurs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/report/markup.h"
#include "rtl/regress/html_page.h"
#include "rtl/regress/junit_xml.h"
#include "rtl/regress/text_summary.h"
#include "testbench/unit/regress/markup_reader.h"

namespace cortile::regress {

using report::escaped;
using report::link_target;
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

RunOutcome passed(const std::string& datapath, const std::string& test, std::uint64_t seed) {
    RunOutcome run;
    run.name = {datapath, test, seed};
    run.operations = 1000;
    run.seconds = 0.25;
    return run;
}

RunOutcome failed(const std::string& test, std::uint64_t seed, Verdict verdict,
                  const std::string& message) {
    RunOutcome run = passed("lif", test, seed);
    run.verdict = verdict;
    run.message = message;
    run.bucket = normalised_message(message);
    run.replay = "cortile regress a&b.yaml --only " + run.name.text();
    return run;
}

RegressionResult everything() {
    RegressionResult result;
    result.list = "lists/<quick>.yaml";
    result.command = "cortile regress 'lists/<quick>.yaml' -j 2";
    result.tests = {{"corners", "directed"}, {"random", "random, 1,000 operations"}};
    DatapathOutcome lif{"lif", CoverageSummary(), {}};
    lif.coverage->counts[0] = {9, 10, 1, 2};
    lif.coverage->counts[1] = {100, 100, 0, 0};
    lif.coverage->uncovered = {
        {CoverageType::line, "rtl/lif.sv", 12, "else", 1, "if (a < b && c) v <= \"x\";"}};
    lif.coverage->idle_waivers = {"waivers.yaml:3: old"};
    result.targets = {95, 90, 100};
    lif.missed = missed_targets(*lif.coverage, result.targets);
    result.datapaths = {lif, {"soma", std::nullopt, {}}};
    result.notes = {"Tests that reseed began with seed 99."};
    RunOutcome first = failed("random", 8, Verdict::failed,
                              "operation 412: v: expected -1, got <7>\nthe last operations:\nu=1");
    first.failed_before = true;
    first.files = {{"minimal case", "failures/lif/random.8/minimal.csv"},
                   {"waveform", "failures/lif/random 8/wave.fst"}};
    RunOutcome crash = failed("corners", 1, Verdict::crashed, "ended by signal 11");
    crash.log = "%Error: lif.sv:7 \x1b[31m\xff & more";
    result.runs = {first,
                   crash,
                   passed("lif", "random", 7),
                   failed("random", 9, Verdict::failed, "operation 5: v: expected 3, got <4>"),
                   passed("soma", "random", 7),
                   failed("random", 10, Verdict::timed_out, "took longer than 60 s")};
    return result;
}

TEST(Escaped, MarkupIsWrittenOut) {
    EXPECT_EQ(escaped("a<b>&\"c\" 'd'"), "a&lt;b&gt;&amp;&quot;c&quot; &#39;d&#39;");
    EXPECT_EQ(escaped("]]>"), "]]&gt;");
    EXPECT_EQ(escaped("tab\tline\n"), "tab\tline\n");
}

TEST(Escaped, WhatXmlCannotHoldIsReplaced) {
    const std::string r = "\xEF\xBF\xBD";
    EXPECT_EQ(escaped("\x1b[0m\x7f"), r + "[0m\x7f");
    EXPECT_EQ(escaped(std::string_view("a\0b", 3)), "a" + r + "b");
    EXPECT_EQ(escaped("µ → 𝄞"), "µ → 𝄞");
    EXPECT_EQ(escaped("\xFF"), r);
    EXPECT_EQ(escaped("\xC0\xAF"), r + r) << "two bytes for a character of one";
    EXPECT_EQ(escaped("\xE0\x80\xAF"), r + r + r) << "three bytes for a character of one";
    EXPECT_EQ(escaped("\xED\xA0\x80"), r + r + r) << "a surrogate";
    EXPECT_EQ(escaped("\xEF\xBF\xBF"), r + r + r) << "U+FFFF";
    EXPECT_EQ(escaped("\xF4\x90\x80\x80"), r + r + r + r) << "above U+10FFFF";
    EXPECT_EQ(escaped("\xE2\x82"), r + r) << "cut off";
}

TEST(LinkTarget, IsPercentEncoded) {
    EXPECT_EQ(link_target("failures/a b/c\"d&e.csv"), "failures/a%20b/c%22d%26e.csv");
}

TEST(TextSummary, SaysWhatFailedAndHowToRepeatIt) {
    EXPECT_EQ(text_summary(everything()),
              R"(Regression  lists/<quick>.yaml
Runs        2 of 6 passed; 4 failed, for 3 reasons
Operations  6,000 checked
            Tests that reseed began with seed 99.

datapath  test     runs  passed  failed  operations
lif       corners     1       0       1       1,000  directed
lif       random      4       1       3       4,000  random, 1,000 operations
soma      random      1       1       -       1,000  random, 1,000 operations

coverage     line    toggle  functional  waived  uncovered
lif       90.00 %  100.00 %           -       1          1
target       95 %      90 %       100 %
coverage target missed: lif: line 90.00 % of 10 points, the target is 95 %
waiver without effect: waivers.yaml:3: old

1. lif: operation #: v: expected #, got <#> (2 runs)
   lif/random.8, which failed before too
     operation 412: v: expected -1, got <7>
     the last operations:
     u=1
   also          lif/random.9
   minimal case  failures/lif/random.8/minimal.csv
   waveform      failures/lif/random 8/wave.fst
   replay        cortile regress a&b.yaml --only lif/random.8

2. lif: ended by signal # (1 run)
   lif/corners.1
     ended by signal 11
   replay        cortile regress a&b.yaml --only lif/corners.1

3. lif: took longer than # s (1 run)
   lif/random.10
     took longer than 60 s
   replay        cortile regress a&b.yaml --only lif/random.10
)");
}

TEST(TextSummary, OfSuccessIsShort) {
    RegressionResult result;
    result.list = "quick.yaml";
    result.tests = {{"random", "random, 1,000 operations"}};
    result.datapaths = {{"lif", std::nullopt, {}}};
    result.runs = {passed("lif", "random", 1)};
    EXPECT_TRUE(result.good());
    EXPECT_EQ(text_summary(result),
              R"(Regression  quick.yaml
Runs        1 of 1 passed
Operations  1,000 checked

datapath  test    runs  passed  failed  operations
lif       random     1       1       -       1,000  random, 1,000 operations
)");
}

TEST(RegressionResult, EachDatapathHasItsOwnBuckets) {
    RegressionResult result = everything();
    result.runs[4].verdict = Verdict::failed;
    result.runs[4].bucket = result.runs[0].bucket;
    const auto buckets = result.buckets();
    ASSERT_EQ(buckets.size(), 4u);
    EXPECT_EQ(buckets[2].message, "soma: operation #: v: expected #, got <#>");
}

TEST(RegressionResult, AMissedTargetIsNoSuccess) {
    RegressionResult result = everything();
    result.runs = {passed("lif", "random", 1)};
    EXPECT_FALSE(result.good());
    result.datapaths[0].missed.clear();
    EXPECT_TRUE(result.good());
}

TEST(UncoveredList, HasFileAndLine) {
    EXPECT_EQ(uncovered_list(everything()),
              "lif: not covered:\nrtl/lif.sv:12: line: else\n    if (a < b && c) v <= \"x\";\n");
}

TEST(JunitXml, IsWellFormedAndCountsAddUp) {
    const std::string text = junit_xml(everything());
    const auto elements = read_markup(text, Markup::xml);
    ASSERT_FALSE(elements.empty());
    EXPECT_EQ(elements[0].name, "testsuites");
    EXPECT_EQ(elements[0].attribute("tests"), "7") << "six runs, one datapath's coverage";
    EXPECT_EQ(elements[0].attribute("failures"), "3");
    EXPECT_EQ(elements[0].attribute("errors"), "2");
    std::size_t cases = 0, failures = 0, errors = 0, suites = 0;
    for (const Element& element : elements) {
        cases += element.name == "testcase";
        failures += element.name == "failure";
        errors += element.name == "error";
        suites += element.name == "testsuite";
    }
    EXPECT_EQ(cases, 7u);
    EXPECT_EQ(failures, 3u);
    EXPECT_EQ(errors, 2u);
    EXPECT_EQ(suites, 3u) << "lif, soma, coverage";
}

TEST(JunitXml, HoldsWhatOneNeedsToKnow) {
    const std::string text = junit_xml(everything());
    EXPECT_THAT(
        text,
        HasSubstr("    <testcase classname=\"lif.random\" name=\"random.8\" time=\"0.250\">\n"
                  "      <failure type=\"failed\" message=\"operation 412: v: expected -1, got "
                  "&lt;7&gt;\">operation 412: v: expected -1, got &lt;7&gt;\n"
                  "the last operations:\nu=1\n"
                  "minimal case: failures/lif/random.8/minimal.csv\n"
                  "waveform: failures/lif/random 8/wave.fst\n"
                  "replay: cortile regress a&amp;b.yaml --only lif/random.8\n</failure>\n"
                  "    </testcase>\n"));
    EXPECT_THAT(text, HasSubstr("<testcase classname=\"soma.random\" name=\"random.7\" "
                                "time=\"0.250\"/>"));
    EXPECT_THAT(text, HasSubstr("<error type=\"timed out\""));
    EXPECT_THAT(text, HasSubstr("<system-out>%Error: lif.sv:7 \xEF\xBF\xBD[31m\xEF\xBF\xBD &amp; "
                                "more</system-out>"));
    EXPECT_THAT(text, HasSubstr("<failure type=\"coverage\" message=\"line 90.00 % of 10 points"));
}

TEST(HtmlPage, IsWellFormedAndNeedsNoOtherFile) {
    const std::string text = html_page(everything());
    const auto elements = read_markup(text, Markup::html);
    std::vector<std::string> targets, ids;
    for (const Element& element : elements) {
        EXPECT_THAT(element.name, Not(testing::AnyOf("script", "link", "img", "iframe")));
        if (element.name == "a") {
            targets.push_back(element.attribute("href"));
        }
        if (!element.attribute("id").empty()) {
            ids.push_back(element.attribute("id"));
        }
    }
    EXPECT_THAT(ids, ElementsAre("failure-1", "failure-2", "failure-3"));
    EXPECT_THAT(targets, Contains("failures/lif/random%208/wave.fst"));
    for (const std::string& target : targets) {
        if (target.starts_with('#')) {
            EXPECT_THAT(ids, Contains(target.substr(1)));
        }
    }
    EXPECT_THAT(text, Not(HasSubstr("@import")));
    EXPECT_THAT(text, Not(HasSubstr("url(")));
}

TEST(HtmlPage, ShowsRunsReasonsAndCoverage) {
    const std::string text = html_page(everything());
    EXPECT_THAT(text, HasSubstr("<title>failed: lists/&lt;quick&gt;.yaml</title>"));
    EXPECT_THAT(text, HasSubstr("title=\"lif/random.8: failed (failed before)\">×</a>"));
    EXPECT_THAT(text, HasSubstr("<span class=\"verdict bad\">1 / 4</span>"));
    EXPECT_THAT(text, HasSubstr("<h3>lif: operation #: v: expected #, got &lt;#&gt;</h3>"));
    EXPECT_THAT(text, HasSubstr("cortile regress a&amp;b.yaml --only lif/random.8"));
    EXPECT_THAT(text, HasSubstr("<code>rtl/lif.sv:12</code>"));
    EXPECT_THAT(text, HasSubstr("if (a &lt; b &amp;&amp; c) v &lt;= &quot;x&quot;;"));
    EXPECT_THAT(text, HasSubstr("90.00 % <span class=\"faint\">9 / 10</span>"));
    EXPECT_THAT(text, HasSubstr("target missed"));
    EXPECT_THAT(text, HasSubstr("no points"));
}

TEST(HtmlPage, ManyRunsOfATestAreACountAndThoseThatFailed) {
    RegressionResult result = everything();
    for (std::uint64_t seed = 100; seed < 1100; ++seed) {
        result.runs.push_back(passed("lif", "random", seed));
    }
    const std::string text = html_page(result);
    EXPECT_THAT(text, HasSubstr("1,001 / 1,004"));
    EXPECT_THAT(text, HasSubstr("title=\"lif/random.8: failed (failed before)\""));
    EXPECT_THAT(text, Not(HasSubstr("title=\"lif/random.100: passed\"")));
}

}  // namespace
}  // namespace cortile::regress
