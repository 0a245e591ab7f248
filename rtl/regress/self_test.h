// SPDX-License-Identifier: Apache-2.0
// Can the regression fail? A bug is put into a copy of a datapath; the tests must find it.
#pragma once

#include <string>
#include <vector>

#include "rtl/regress/regression.h"

namespace cortile::regress {

struct SelfTestOutcome {
    std::string datapath, bug, what;
    std::size_t runs = 0, failed = 0;  // failed: with a mismatch
    std::string reason;                // of the first one; or why nothing could be run

    bool found() const { return failed > 0; }
};

// `bug`: its name, in whatever datapath has it; "all"; empty: the first of each datapath. Tests as
// in `plan`. Throws ConfigError if there is no such bug.
std::vector<SelfTestOutcome> run_self_test(const RegressionList& list,
                                           const std::vector<DatapathDescription>& datapaths,
                                           const PlanOptions& plan,
                                           const RegressionOptions& options, const std::string& bug,
                                           ChildRunner& children);

}  // namespace cortile::regress
