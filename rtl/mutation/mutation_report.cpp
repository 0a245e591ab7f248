// SPDX-License-Identifier: Apache-2.0
#include "rtl/mutation/mutation_report.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

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

// 10, 100, … and the last.
std::vector<std::uint64_t> curve_points(const MutationResult& result) {
    std::vector<std::uint64_t> points;
    for (std::uint64_t point = 10; point < result.operations; point *= 10) {
        points.push_back(point);
    }
    points.push_back(result.operations);
    return points;
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
    for (const MutantVerdict verdict :
         {MutantVerdict::killed, MutantVerdict::equivalent, MutantVerdict::equivalent_within,
          MutantVerdict::survived}) {
        counts.push_back({to_string(verdict), std::to_string(result.count(verdict))});
    }
    std::vector<std::vector<std::string>> curve{{"operations", "killed", "share"}};
    const auto all = static_cast<double>(result.not_equivalent());
    for (const std::uint64_t point : curve_points(result)) {
        const std::size_t killed = result.killed_after(point);
        curve.push_back(
            {std::to_string(point), std::to_string(killed),
             percent_text(all == 0 ? 100.0 : 100.0 * static_cast<double>(killed) / all)});
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

void write_mutants(const MutationResult& result, const std::filesystem::path& csv) {
    std::ofstream stream(csv);
    stream << "mutant,verdict,operations,stimulus,difference,place,mutation\n";
    for (const MutantOutcome& outcome : result.outcomes) {
        stream << fmt::format(
            "{},{},{},{},{},{},{}\n", outcome.mutant.number, to_string(outcome.verdict),
            outcome.kill ? std::to_string(outcome.kill->operations) : "",
            quoted(outcome.kill ? outcome.kill->stimulus : ""),
            quoted(outcome.kill ? outcome.kill->how.text() : outcome.proof.reason),
            quoted(outcome.place), quoted(outcome.mutant.text()));
    }
    stream.close();
    if (!stream) {
        throw ConfigError(csv.string(), fmt::format("cannot be written: {}", std::strerror(errno)));
    }
}

}  // namespace cortile
