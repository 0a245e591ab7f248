// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rtl/regress/regression_result.h"

namespace cortile::regress {

// The result as continuous integration reads it: a test suite per datapath, a test case per run
// (class name DATAPATH.TEST, name TEST.SEED), mismatches as failures, all else that did not pass
// as errors; coverage targets as one more suite. Valid under junit-10.xsd of Jenkins' xUnit plugin.
std::string junit_xml(const RegressionResult& result);

}  // namespace cortile::regress
