// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "hw_model/report/run_result.h"

namespace cortile::report {

// The text of summary.json. Keys keep their order. What may differ between two equal runs stands at
// the end, a key per line: wall_seconds, peak_rss_bytes, threads, command. All lines above are the
// same for each number of threads.
std::string summary_json(const RunResult& result, const EnergyLedger& ledger);

}  // namespace cortile::report
