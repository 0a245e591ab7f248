// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rtl/regress/regression_result.h"

namespace cortile::regress {

// What the user reads at the end: runs, coverage against targets, and for each bucket its first
// case and the command that repeats it. The same however many processes ran, and how fast.
std::string text_summary(const RegressionResult& result);

// Every uncovered point with file and line, for each datapath.
std::string uncovered_list(const RegressionResult& result);

}  // namespace cortile::regress
