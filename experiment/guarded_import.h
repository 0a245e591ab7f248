// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>

#include "workload/network/network.h"

namespace cortile {

// `import()`, which reads `file`, preceded by a trial in a child process: libhdf5 1.10 can crash or
// loop on files with damaged bytes, which is then a ConfigError like any other bad file. Call
// before threads exist.
Network import_guarded(const std::filesystem::path& file, const std::function<Network()>& import);

}  // namespace cortile
