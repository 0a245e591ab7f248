// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rtl/regress/regression_result.h"

namespace cortile::regress {

// The result as one page that needs no other file but those it links to: tests against datapaths,
// failures by reason with the command that repeats them, coverage with what is missing, all runs.
std::string html_page(const RegressionResult& result);

}  // namespace cortile::regress
