// SPDX-License-Identifier: Apache-2.0
// Reads the Neuromorphic Intermediate Representation (NIR; Pedersen et al., Nat. Commun. 15:8122,
// 2024; an HDF5 file) into a Network. File format and semantics: docs/reference/nir.md.
#pragma once

#include <filesystem>
#include <optional>

#include "workload/network/hardware_keys.h"
#include "workload/network/network.h"

namespace cortile {

// What NIR does not store. Each is an option of the experiment (network.*).
struct NirOptions {
    double time_step = 1e-3;             // seconds; network.time_step
    std::optional<ResetMode> reset;      // default: to the file's v_reset, 0 if absent
    bool strict_types = false;           // true: a shape that had to be guessed is an error
    std::vector<HardwareKeys> hardware;  // metadata that core types take; checked
};

// Throws ConfigError naming file and HDF5 path for anything that is not a readable, well-formed
// network. Guesses that were needed (batch dimension dropped, missing ports added, …) go to
// Network::warnings.
Network import_nir(const std::filesystem::path& file, const NirOptions& options);

}  // namespace cortile
