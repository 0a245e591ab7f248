// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "rtl/regress/lockstep_run.h"

namespace cortile::regress {

// Operations that a waveform shows.
struct WaveWindow {
    std::uint64_t first = 0, failed = 0, last = 0;
};

// Runs `run`, whose library is built for waveforms, until it fails, and writes only what happens
// around that: the process is copied (fork) now and then, the last two copies are kept waiting, and
// the older one goes on from where it stands, with the waveform on, to a few operations beyond the
// failure. Copies are made more often the nearer the failure is: `expected`, the operation at which
// it is known to come. Nothing if the run does not fail. Call where there is one thread. Throws
// ConfigError when no process can be made.
std::optional<WaveWindow> write_wave_window(LockstepRun& run, std::uint64_t expected,
                                            const std::filesystem::path& fst);

}  // namespace cortile::regress
