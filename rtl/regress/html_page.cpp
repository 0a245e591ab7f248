// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/html_page.h"

#include <algorithm>

#include <fmt/format.h>

#include "hw_model/report/format.h"
#include "hw_model/report/markup.h"
#include "rtl/regress/html_style.h"

namespace cortile::regress {

using report::escaped;
using report::link_target;

namespace {

// More runs of a test than this are shown as a count, and those that did not pass.
constexpr std::size_t kMostSquares = 100;

const char* style_of(Verdict verdict) {
    return verdict == Verdict::passed ? "good" : verdict == Verdict::failed ? "bad" : "odd";
}

const char* sign_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::passed:
            return "";
        case Verdict::failed:
            return "×";
        case Verdict::timed_out:
            return "…";
        default:
            return "!";
    }
}

// Of a bucket's card, for links to it.
std::string bucket_id(std::size_t number) {
    return fmt::format("failure-{}", number + 1);
}

std::string figure(const std::string& value, const std::string& what) {
    return fmt::format("<div class=\"figure\"><b>{}</b><span class=\"faint\">{}</span></div>\n",
                       escaped(value), escaped(what));
}

class Page {
  public:
    explicit Page(const RegressionResult& result) : result_(result), buckets_(result.buckets()) {
        bucket_of_.resize(result.runs.size());
        for (std::size_t b = 0; b < buckets_.size(); ++b) {
            for (const std::size_t run : buckets_[b].runs) {
                bucket_of_[run] = b;
            }
        }
    }

    std::string text() const {
        const std::string title =
            fmt::format("{}: {}", result_.good() ? "passed" : "failed", escaped(result_.list));
        return fmt::format(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
            "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>"
            "\n<style>{}</style>\n</head>\n<body>\n{}{}{}{}{}</body>\n</html>\n",
            title, kHtmlStyle, head(), matrix(), failures(), coverage(), all_runs());
    }

  private:
    std::string head() const {
        const std::size_t failed = result_.runs.size() - result_.passed();
        std::string text = fmt::format(
            "<h1>Regression <span class=\"verdict {}\">{}</span></h1>\n<div>{}</div>\n<div "
            "class=\"faint\"><code>{}</code></div>\n",
            result_.good() ? "good" : "bad", result_.good() ? "passed" : "failed",
            escaped(result_.list), escaped(result_.command));
        text += "<div class=\"figures\">\n" +
                figure(fmt::format("{} / {}", report::grouped(result_.passed()),
                                   report::grouped(result_.runs.size())),
                       "runs passed") +
                figure(report::grouped(result_.operations()), "operations checked");
        if (failed > 0) {
            text += figure(report::grouped(buckets_.size()),
                           buckets_.size() == 1 ? "reason to fail" : "reasons to fail");
        }
        const auto missed =
            std::count_if(result_.datapaths.begin(), result_.datapaths.end(),
                          [](const DatapathOutcome& one) { return !one.missed.empty(); });
        if (missed > 0) {
            text +=
                figure(std::to_string(missed), missed == 1 ? "datapath below its coverage target"
                                                           : "datapaths below coverage targets");
        }
        text += "</div>\n";
        for (const std::string& note : result_.notes) {
            text += fmt::format("<div class=\"faint\">{}</div>\n", escaped(note));
        }
        return text;
    }

    std::string square(std::size_t index) const {
        const RunOutcome& run = result_.runs[index];
        const std::string title =
            escaped(fmt::format("{}: {}{}", run.name.text(), to_string(run.verdict),
                                run.failed_before ? " (failed before)" : ""));
        return run.verdict == Verdict::passed
                   ? fmt::format("<span class=\"run good\" title=\"{}\"></span>", title)
                   : fmt::format("<a class=\"run {}\" href=\"#{}\" title=\"{}\">{}</a>",
                                 style_of(run.verdict), bucket_id(bucket_of_[index]), title,
                                 sign_of(run.verdict));
    }

    std::string cell(const std::string& datapath, const std::string& test) const {
        std::size_t runs = 0, passed = 0;
        std::string all, not_passed;
        for (std::size_t i = 0; i < result_.runs.size(); ++i) {
            const RunOutcome& run = result_.runs[i];
            if (run.name.datapath != datapath || run.name.test != test) {
                continue;
            }
            ++runs;
            const bool good = run.verdict == Verdict::passed;
            passed += good ? 1u : 0u;
            all += square(i);
            not_passed += good ? "" : square(i);
        }
        if (runs == 0) {
            return "<td class=\"faint\">–</td>";
        }
        return fmt::format(
            "<td><span class=\"verdict {}\">{} / {}</span><div class=\"runs\">{}</div></td>",
            passed == runs ? "good" : "bad", report::grouped(passed), report::grouped(runs),
            runs <= kMostSquares ? all : not_passed);
    }

    std::string matrix() const {
        std::string text = "<h2>Tests</h2>\n<table>\n<tr><th>test</th>";
        for (const DatapathOutcome& datapath : result_.datapaths) {
            text += fmt::format("<th>{}</th>", escaped(datapath.name));
        }
        text += "</tr>\n";
        for (const TestOutcome& test : result_.tests) {
            text += fmt::format("<tr><td><b>{}</b><br><span class=\"faint\">{}</span></td>",
                                escaped(test.name), escaped(test.description));
            for (const DatapathOutcome& datapath : result_.datapaths) {
                text += cell(datapath.name, test.name);
            }
            text += "</tr>\n";
        }
        return text + "</table>\n";
    }

    std::string links(const RunOutcome& run) const {
        std::string text;
        for (const Artefact& file : run.files) {
            text += fmt::format("{}<a href=\"{}\">{}</a>", text.empty() ? "" : " · ",
                                link_target(file.file.generic_string()), escaped(file.what));
        }
        return text;
    }

    std::string card(std::size_t number) const {
        const FailureBucket& bucket = buckets_[number];
        const RunOutcome& first = result_.runs[bucket.runs.front()];
        std::string text = fmt::format(
            "<div class=\"card{}\" id=\"{}\">\n<h3>{}</h3>\n<div><span class=\"verdict {}\">{}"
            "</span> {} run{}; first <code>{}</code>{}</div>\n<pre>{}</pre>\n",
            first.verdict == Verdict::failed ? "" : " odd-edge", bucket_id(number),
            escaped(bucket.message), style_of(first.verdict), to_string(first.verdict),
            report::grouped(bucket.runs.size()), bucket.runs.size() == 1 ? "" : "s",
            escaped(first.name.text()), first.failed_before ? ", which failed before too" : "",
            escaped(first.message));
        if (!first.files.empty()) {
            text += fmt::format("<div>{}</div>\n", links(first));
        }
        text +=
            fmt::format("<pre class=\"command\">{}</pre>\n",
                        escaped(first.replay +
                                (first.minimal_replay.empty() ? "" : "\n" + first.minimal_replay)));
        if (!first.log.empty()) {
            text += fmt::format("<details><summary>output</summary><pre>{}</pre></details>\n",
                                escaped(first.log));
        }
        if (bucket.runs.size() > 1) {
            text += "<details><summary>the other runs</summary>\n<table>\n";
            for (std::size_t i = 1; i < bucket.runs.size(); ++i) {
                const RunOutcome& run = result_.runs[bucket.runs[i]];
                text +=
                    fmt::format("<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>\n",
                                escaped(run.name.text()),
                                escaped(run.message.substr(0, run.message.find('\n'))), links(run));
            }
            text += "</table></details>\n";
        }
        return text + "</div>\n";
    }

    std::string failures() const {
        std::string text = buckets_.empty() ? "" : "<h2>Failures, by reason</h2>\n";
        for (std::size_t b = 0; b < buckets_.size(); ++b) {
            text += card(b);
        }
        return text;
    }

    static std::string bar(const CoverageCount& count, double target) {
        const auto percent = count.percent();
        if (!percent) {
            return "<td class=\"faint\">no points</td>";
        }
        std::string text = fmt::format(
            "<td>{} <span class=\"faint\">{} / {}</span><div class=\"bar\"><div class=\"fill{}\" "
            "style=\"width:{:.1f}%\"></div>",
            count.text(), report::grouped(count.covered), report::grouped(count.points),
            count.reaches(target) ? "" : " short", *percent);
        if (target > 0) {
            text += fmt::format(
                "<div class=\"target\" style=\"left:calc({0:.1f}% - 1px)\" title=\"target {0} %\">"
                "</div>",
                target);
        }
        return text + "</div></td>";
    }

    std::string coverage() const {
        std::string rows, details;
        for (const DatapathOutcome& datapath : result_.datapaths) {
            if (!datapath.coverage) {
                continue;
            }
            const CoverageSummary& summary = *datapath.coverage;
            std::uint64_t waived = 0, excluded = 0;
            for (const CoverageType type : kCoverageTypes) {
                waived += summary.count(type).waived;
                excluded += summary.count(type).excluded;
            }
            rows += fmt::format(
                "<tr><td><b>{}</b></td>{}{}{}<td class=\"number\">{}</td><td "
                "class=\"number\">{}</td></tr>\n",
                escaped(datapath.name),
                bar(summary.count(CoverageType::line), result_.targets.line),
                bar(summary.count(CoverageType::toggle), result_.targets.toggle),
                bar(summary.count(CoverageType::functional), result_.targets.functional),
                report::grouped(waived), report::grouped(excluded));
            details += uncovered(datapath);
        }
        if (rows.empty()) {
            return "";
        }
        return "<h2>Coverage of the runs that passed</h2>\n<table>\n<tr><th>datapath</th><th>line"
               "</th><th>toggle</th><th>functional</th><th class=\"number\">waived</th><th "
               "class=\"number\">not counted</th></tr>\n" +
               rows + "</table>\n" + details;
    }

    static std::string uncovered(const DatapathOutcome& datapath) {
        std::string text;
        for (const std::string& missed : datapath.missed) {
            text += fmt::format("<p><span class=\"verdict bad\">target missed</span> {}: {}</p>\n",
                                escaped(datapath.name), escaped(missed));
        }
        for (const std::string& waiver : datapath.coverage->idle_waivers) {
            text +=
                fmt::format("<p class=\"faint\">waiver without effect: {}</p>\n", escaped(waiver));
        }
        const auto& points = datapath.coverage->uncovered;
        if (points.empty()) {
            return text;
        }
        text += fmt::format(
            "<details{}><summary>{}: {} not covered</summary>\n<table>\n<tr><th>place</th><th>type"
            "</th><th>point</th><th>source</th></tr>\n",
            datapath.missed.empty() ? "" : " open", escaped(datapath.name),
            report::grouped(points.size()));
        for (const UncoveredPoint& point : points) {
            text += fmt::format(
                "<tr><td><code>{}:{}</code></td><td>{}</td><td><code>{}</code></td><td><code>{}"
                "</code></td></tr>\n",
                escaped(point.file), point.line, to_string(point.type), escaped(point.name),
                escaped(point.source));
        }
        return text + "</table></details>\n";
    }

    std::string all_runs() const {
        std::string text =
            "<h2>All runs</h2>\n<details><summary>in the order in which they were started"
            "</summary>\n<table>\n<tr><th>run</th><th>verdict</th><th class=\"number\">operations"
            "</th><th class=\"number\">seconds</th></tr>\n";
        for (std::size_t i = 0; i < result_.runs.size(); ++i) {
            const RunOutcome& run = result_.runs[i];
            const std::string verdict =
                run.verdict == Verdict::passed
                    ? "passed"
                    : fmt::format("<a href=\"#{}\">{}</a>", bucket_id(bucket_of_[i]),
                                  to_string(run.verdict));
            text += fmt::format(
                "<tr><td><code>{}</code></td><td><span class=\"verdict {}\">{}"
                "</span></td><td class=\"number\">{}</td><td class=\"number\">"
                "{:.2f}</td></tr>\n",
                escaped(run.name.text()), style_of(run.verdict), verdict,
                report::grouped(run.operations), run.seconds);
        }
        return text + "</table></details>\n";
    }

    const RegressionResult& result_;
    std::vector<FailureBucket> buckets_;
    std::vector<std::size_t> bucket_of_;  // of each run that did not pass
};

}  // namespace

std::string html_page(const RegressionResult& result) {
    return Page(result).text();
}

}  // namespace cortile::regress
