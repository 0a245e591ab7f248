// SPDX-License-Identifier: Apache-2.0
// The files of a finished run. Keys of summary.json and columns of the CSV files are API; they are
// documented in docs/reference/results.md.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "hw_model/report/run_result.h"

namespace cortile {

// The summary table that is printed at the end of a run (also the head of report.txt).
std::string summary_table(const RunResult& result, const EnergyLedger& ledger);

// Can results be written to `folder`? Throws ConfigError before a long run rather than after it.
// Makes and removes a folder beside it to see whether it may. A mount point and the current folder
// are refused, for they cannot be replaced; a link to a folder stands for that folder.
// An existing folder must be empty or an earlier result folder of ours (it holds effective.yaml
// and summary.json and nothing unknown), or hold no more than the checkpoint of a run that is not
// finished; it is replaced as a whole.
void check_result_folder(const std::filesystem::path& folder);

// Writes effective.yaml, summary.json, energy.csv, layers.csv, cores.csv, links.csv, samples.csv,
// report.txt, and where there is something to put into them probes.h5, learned.h5, weights.svg and
// messages.csv, into a temporary sibling folder and renames it to `folder` when all is written:
// never a half-written folder. Throws ConfigError (disk full, no permission); the temporary folder
// is removed then, and earlier results stay as they were. A probe that contradicts itself is a
// ContractViolation. `checkpoint`: bytes of the file that an interrupted run goes on from; empty:
// none.
void write_result_folder(const std::filesystem::path& folder, const std::string& effective_yaml,
                         const RunResult& result, const EnergyLedger& ledger,
                         std::string_view checkpoint = {});

}  // namespace cortile
