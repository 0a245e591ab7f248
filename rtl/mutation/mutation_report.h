// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rtl/mutation/mutation_result.h"

namespace cortile {

// What the user reads: counts, score, the kill curve as a table, each survivor with the line of
// source that it touches and, where the proof gives one, an operation that would show it.
std::string mutation_text(const MutationResult& result);

// Several datapaths side by side: counts and scores, then the kill curves.
std::string mutation_summary(const std::vector<MutationResult>& results);

// Every mutant with its verdict, a line each.
void write_mutants(const MutationResult& result, const std::filesystem::path& csv);

// The kill curves of several datapaths: share of the mutants that are not equivalent over the
// number of operations, as SVG.
std::string kill_curve_svg(const std::vector<MutationResult>& results);

}  // namespace cortile
