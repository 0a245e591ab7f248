// SPDX-License-Identifier: Apache-2.0
// A small finished run, and folders to write it to.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "hw_model/base/temporary_folder.h"
#include "hw_model/report/run_result.h"

namespace cortile::test {

// Four samples of 40 timesteps in all on two cores; three labelled, of which two are right. All
// quantities that must be told apart differ.
RunResult sample_run();

// Counts that belong to sample_run(): 4,000 synaptic operations of 23.6 pJ and 500 active updates
// of 81 pJ (Davies et al., IEEE Micro 38(1), 2018, table 1), 200 hops of an assumed 3.5 pJ, and
// 0.25 W for 2 ms.
EnergyLedger sample_ledger();

std::string read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, const std::string& text);

// Name and content of every file in a folder.
std::map<std::string, std::string> read_folder(const std::filesystem::path& folder);

// Without the lines of summary.json that may differ between equal runs.
std::string without_execution_lines(const std::string& summary);

}  // namespace cortile::test
