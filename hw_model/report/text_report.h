// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "hw_model/report/run_result.h"

namespace cortile::report {

// The text of report.txt: the summary table, then where time and energy went, what both rest on,
// what the energy leaves out, the quantisation and mapping tables and the warnings.
std::string text_report(const RunResult& result, const EnergyLedger& ledger);

// Parts of it; each starts with its heading.
std::string bottleneck_section(const RunResult& result);
std::string timing_section(const RunResult& result);
std::string energy_section(const RunResult& result, const EnergyLedger& ledger);
std::string energy_limits_section(const EnergyLedger& ledger);

}  // namespace cortile::report
