// SPDX-License-Identifier: Apache-2.0
#include "rtl/mutation/mutation_report.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "hw_model/base/text_file.h"
#include "hw_model/base/text_table.h"

namespace cortile {

namespace {

std::string survivor_text(const MutationResult& result, const MutantOutcome& outcome) {
    std::string text =
        fmt::format("\nmutant {}: {}\n", outcome.mutant.number, outcome.mutant.text());
    if (!outcome.place.empty()) {
        text += fmt::format("  {}: {}\n", outcome.place, outcome.line);
    }
    if (outcome.proof.result != Proof::Result::different) {
        return text + fmt::format("  neither shown nor proven equivalent: {}\n",
                                  outcome.proof.reason.empty() ? "no proof was tried"
                                                               : outcome.proof.reason);
    }
    const std::size_t words = result.contract.operand_words();
    if (outcome.proof.witness.empty()) {
        return text + "  not equivalent: the handshake differs\n";
    }
    text += outcome.shown_by_witness
                ? fmt::format("  not equivalent ({}):\n", outcome.shown_by_witness->text())
                : "  not equivalent, with pauses that lockstep did not repeat:\n";
    for (std::size_t row = 0; row < outcome.proof.witness.size(); row += words) {
        text += fmt::format(
            "    --operation '{}'\n",
            operation_text(result.contract, std::span(outcome.proof.witness).subspan(row, words)));
    }
    return text;
}

constexpr std::array kVerdicts{MutantVerdict::killed, MutantVerdict::equivalent,
                               MutantVerdict::equivalent_within, MutantVerdict::survived};

// 1, 10, 100, … and the last.
std::vector<std::uint64_t> curve_points(std::uint64_t last) {
    std::vector<std::uint64_t> points;
    for (std::uint64_t point = 1; point < last; point *= 10) {
        points.push_back(point);
    }
    points.push_back(last);
    return points;
}

std::string share_killed(const MutationResult& result, std::uint64_t operations) {
    const auto all = static_cast<double>(result.not_equivalent());
    const auto killed = static_cast<double>(result.killed_after(operations));
    return percent_text(all == 0 ? 100.0 : 100.0 * killed / all);
}

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        result += c == '"' ? "\"\"" : std::string(1, c);
    }
    return result + "\"";
}

}  // namespace

std::string mutation_text(const MutationResult& result) {
    std::vector<std::vector<std::string>> counts{{"verdict", "mutants"}};
    for (const MutantVerdict verdict : kVerdicts) {
        counts.push_back({to_string(verdict), std::to_string(result.count(verdict))});
    }
    std::vector<std::vector<std::string>> curve{{"operations", "killed", "share"}};
    for (const std::uint64_t point : curve_points(result.operations)) {
        curve.push_back({std::to_string(point), std::to_string(result.killed_after(point)),
                         share_killed(result, point)});
    }
    std::string text = fmt::format(
        "{}: {} mutants, seed {}\n\n{}\nmutation score {}: {} of {} that are not equivalent\n\n{}",
        result.datapath, result.outcomes.size(), result.seed, text_table(counts, "<>"),
        percent_text(result.score()), result.count(MutantVerdict::killed), result.not_equivalent(),
        text_table(curve, ">>>"));
    for (const MutantOutcome& outcome : result.outcomes) {
        if (outcome.verdict == MutantVerdict::survived) {
            text += survivor_text(result, outcome);
        }
    }
    return text;
}

std::string mutation_summary(const std::vector<MutationResult>& results) {
    std::vector<std::vector<std::string>> counts{{"datapath", "mutants"}}, curve{{"operations"}};
    for (const MutantVerdict verdict : kVerdicts) {
        counts[0].push_back(to_string(verdict));
    }
    counts[0].push_back("score");
    std::uint64_t last = 0;
    for (const MutationResult& result : results) {
        curve[0].push_back(result.datapath);
        last = std::max(last, result.operations);
        counts.push_back({result.datapath, std::to_string(result.outcomes.size())});
        for (const MutantVerdict verdict : kVerdicts) {
            counts.back().push_back(std::to_string(result.count(verdict)));
        }
        counts.back().push_back(percent_text(result.score()));
    }
    for (const std::uint64_t point : curve_points(last)) {
        curve.push_back({std::to_string(point)});
        for (const MutationResult& result : results) {
            curve.back().push_back(share_killed(result, point));
        }
    }
    return text_table(counts, "<" + std::string(counts[0].size() - 1, '>')) + "\n" +
           text_table(curve, std::string(curve[0].size(), '>'));
}

void write_mutants(const MutationResult& result, const std::filesystem::path& csv) {
    std::string text = "mutant,verdict,operations,stimulus,difference,place,mutation\n";
    for (const MutantOutcome& outcome : result.outcomes) {
        text +=
            fmt::format("{},{},{},{},{},{},{}\n", outcome.mutant.number, to_string(outcome.verdict),
                        outcome.kill ? std::to_string(outcome.kill->operations) : "",
                        quoted(outcome.kill ? outcome.kill->stimulus : ""),
                        quoted(outcome.kill ? outcome.kill->how.text() : outcome.proof.reason),
                        quoted(outcome.place), quoted(outcome.mutant.text()));
    }
    write_text_file(csv, text);
}

}  // namespace cortile
