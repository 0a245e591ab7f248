// SPDX-License-Identifier: Apache-2.0
// Which runs a list means, in which order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rtl/regress/regression_list.h"
#include "rtl/regress/run_name.h"

namespace cortile::regress {

struct PlannedRun {
    RunName name;
    std::size_t datapath = 0;    // index in RegressionList::datapaths
    std::size_t test = 0;        // index in RegressionList::tests
    bool failed_before = false;  // runs first
};

struct PlanOptions {
    std::optional<std::uint64_t> seed = {};  // in place of every test's own
    bool reseed = false;                     // every test
    std::uint64_t fresh_seed = 0;            // of tests that reseed
    std::vector<std::string> only = {};      // patterns (is_selected); empty: all
};

// `names`: of the list's datapaths, in its order. `failing`: runs that stick; those of other lists
// are passed over. A pattern that is a whole run name asks for that run even if no iteration of
// the list has its seed. Throws ConfigError for a pattern that selects nothing.
std::vector<PlannedRun> plan_runs(const RegressionList& list, const std::vector<std::string>& names,
                                  const std::vector<RunName>& failing, const PlanOptions& options);

}  // namespace cortile::regress
