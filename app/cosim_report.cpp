// SPDX-License-Identifier: Apache-2.0
#include "app/cosim_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "hw_model/base/text_table.h"

namespace cortile {
namespace {

// Is the word shown by the RTL, so that it is compared?
std::vector<bool> shown_words(const DatapathDescription& d) {
    std::vector<bool> shown;
    for (const auto* group : {&d.contract.state, &d.contract.outputs}) {
        for (const DatapathField& field : *group) {
            shown.insert(shown.end(), field.lanes, !d.pins.at(field.name).out.empty());
        }
    }
    return shown;
}

std::string seen_text(const DatapathDescription& d, const std::vector<ConformanceCheck>& checks) {
    std::vector<std::vector<std::string>> table{{"result", "lowest", "highest", ""}};
    const std::vector<std::string> names = d.contract.result_names();
    const std::vector<bool> shown = shown_words(d);
    for (std::size_t word = 0; word < names.size(); ++word) {
        std::int64_t lowest = checks.front().seen[word].first,
                     highest = checks.front().seen[word].second;
        for (const ConformanceCheck& check : checks) {
            if (check.seen.empty()) {
                continue;
            }
            lowest = std::min(lowest, check.seen[word].first);
            highest = std::max(highest, check.seen[word].second);
        }
        table.push_back({names[word], std::to_string(lowest), std::to_string(highest),
                         !shown[word]        ? "no port shows it: not compared"
                         : lowest == highest ? "never changes: says nothing about it"
                                             : ""});
    }
    return text_table(table, "<>><");
}

}  // namespace

std::string checks_text(const DatapathDescription& d, const std::vector<ConformanceCheck>& checks,
                        const std::vector<std::string>& untested, std::uint64_t seed) {
    std::vector<std::vector<std::string>> table{{"check", "operations", "result", "question"}};
    std::uint64_t operations = 0;
    std::size_t failed = 0;
    for (const ConformanceCheck& check : checks) {
        table.push_back({check.name, std::to_string(check.operations),
                         check.failure ? "FAILED" : "passed", check.question});
        operations += check.operations;
        failed += check.failure ? 1 : 0;
    }
    std::string gaps;
    if (!untested.empty()) {
        gaps = fmt::format(
            "\ncomparisons whose two sides were never equal: > and >= would pass alike\n  {}\n",
            fmt::join(untested, "\n  "));
    }
    return fmt::format(
        "{} against {}, seed {}\n\n{}\nvalues of the reference's results\n{}{}\n{}\n", d.name,
        d.contract.semantics, seed, text_table(table, "<><<"), seen_text(d, checks), gaps,
        failed == 0 ? fmt::format("passed: {} operations, no difference", operations)
                    : fmt::format("FAILED: {} of {} checks", failed, checks.size()));
}

std::string mismatch_text(const DatapathDescription& d, const Disagreement& failure,
                          const Operations& operations, const std::vector<std::int64_t>& expected,
                          const std::vector<std::int64_t>& got) {
    const std::size_t words = d.contract.operand_words();
    const std::size_t last = operations.size() / words - 1;
    std::vector<std::vector<std::string>> table{{"result", "expected", "got", ""}};
    const std::vector<std::string> names = d.contract.result_names();
    const std::vector<bool> shown = shown_words(d);
    for (std::size_t word = 0; word < names.size(); ++word) {
        table.push_back({names[word], std::to_string(expected[word]),
                         shown[word] ? std::to_string(got[word]) : "-",
                         shown[word] && expected[word] != got[word] ? "<-" : ""});
    }
    return fmt::format("operation {}: {}\n\n{}\nits operands, and the operations before it\n{}",
                       last, failure.text(), text_table(table, "<>><"),
                       history_text(d.contract, operations, last));
}

std::string suspicious_warnings(const std::string& warnings) {
    std::vector<std::string> found;
    for (const char* name :
         {"LATCH", "MULTIDRIVEN", "UNOPTFLAT", "COMBDLY", "CASEINCOMPLETE", "CASEOVERLAP",
          "SELRANGE", "UNDRIVEN", "IMPLICIT", "UNSIGNED", "CMPCONST", "WIDTH"}) {
        if (warnings.find(fmt::format("%Warning-{}:", name)) != std::string::npos) {
            found.emplace_back(name);
        }
    }
    return fmt::format("{}", fmt::join(found, ", "));
}

}  // namespace cortile
