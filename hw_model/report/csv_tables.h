// SPDX-License-Identifier: Apache-2.0
// The tables of a run as CSV (RFC 4180, but with a bare newline): a header line, then a row per
// item in the order of the RunResult. Times are in seconds of modelled time.
#pragma once

#include <string>

#include "hw_model/report/run_result.h"

namespace cortile::report {

std::string layers_csv(const RunResult& result);
std::string cores_csv(const RunResult& result);
std::string links_csv(const RunResult& result);
// An unlabelled sample has an empty label, one without read-out an empty prediction; `correct` is
// 0 or 1, or empty when either is missing.
std::string samples_csv(const RunResult& result);
// Kinds of messages are those of the register map (constants MESSAGE_*).
std::string messages_csv(const FirmwareResult& firmware);

}  // namespace cortile::report
