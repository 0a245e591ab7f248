// SPDX-License-Identifier: Apache-2.0
// What would have to change for a network to fit on a chip that it does not fit on.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hw_model/base/error.h"
#include "hw_model/config/parameters.h"

namespace cortile {

// Values of --set that, all together, make the network fit.
struct Change {
    std::vector<std::string> assignments;  // "core.neurons=130"
    bool smallest = true;                  // false: the search ended early; less may be enough
};

// Throws the ConfigError that remains with these values of --set on top.
using FitAttempt = std::function<void(const std::vector<std::string>& assignments)>;

// Tries it: each limit that `error` names is raised alone to what the schema allows and, if the
// network fits then, lowered again to the least with which it does (doubling, then halving the
// interval; this assumes that more never hurts). If no limit alone is enough, limits are raised one
// after another, each as the error that remains names it, and all lowered again: once with larger
// cores where there is a choice, once with a larger mesh. Limits are the
// whole numbers and amounts of memory under core.*, and the mesh; of mapping.*, share_cores and
// cores: 0 are tried too, and come first, for they need no other chip. At most three changes; none
// if the error names nothing that helps. `most_attempts` bounds the calls of `attempt`.
std::vector<Change> nearest_changes(const Parameters& parameters, const ConfigError& error,
                                    const FitAttempt& attempt, unsigned most_attempts = 150);

}  // namespace cortile
