// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "rtl/regress/lockstep_run.h"

namespace cortile::regress {

// The fewest and simplest operations that make RTL fail as it did.
struct MinimalCase {
    Operations rows;  // from power-on and reset, in one call
    Stalls stalls;    // share 0: it fails without
    LockstepFailure failure;
    std::uint64_t trials = 0;
    bool minimal = false;  // false: trials ran out
};

struct MinimalCaseOptions {
    std::uint64_t most_trials = 5000;
    std::uint64_t most_checked = 20'000'000;  // operations, over all trials
    // Of a failure that needs all that went before: further than this is not gone back.
    std::uint64_t most_operations = 100'000;
};

// Tries, in this order: the piece in which it failed, without pauses and with them; all operations
// up to it, without and with. What fails for the same reason first is shrunk. Nothing: none does,
// the failure hangs on what happened between pieces or before.
std::optional<MinimalCase> find_minimal_case(const DatapathDescription& datapath,
                                             std::shared_ptr<const DatapathLibrary> library,
                                             const TestDescription& test, std::uint64_t seed,
                                             const LockstepFailure& failure,
                                             const MinimalCaseOptions& options = {});

}  // namespace cortile::regress
