// SPDX-License-Identifier: Apache-2.0
// The checkpoints of a run: its state every so many timesteps, and going on from there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "experiment/experiment.h"
#include "hw_model/state/state_archive.h"
#include "noc/traffic/packet_trace.h"

namespace cortile {

struct CheckpointOptions {
    std::filesystem::path folder;           // of the results; made if it is not there
    std::optional<std::uint64_t> interval;  // timesteps; none: that of the run that is resumed
    bool resume = false;
    std::string command;  // as typed
};

class Checkpoints {
  public:
    // Resuming, reads the checkpoint. Throws ConfigError for one that is damaged or of another run,
    // and for an experiment whose state cannot be saved: with RTL in its cores.
    Checkpoints(const Experiment& experiment, CheckpointOptions options);

    TraceStart trace_start() const {
        return options_.resume ? TraceStart::resumed : TraceStart::anew;
    }
    // As typed when the run was begun.
    const std::string& command() const { return options_.command; }

    // `transfer`: saves or restores everything. Resuming, restores at once; throws ConfigError for
    // a state that does not fit.
    using Transfer = std::function<void(StateArchive&)>;
    void attach(Transfer transfer);

    // To be called between two timesteps, `timesteps` being done. Saves if it is time, or if the
    // run stops here. Throws ConfigError if that cannot be written.
    void between_timesteps(std::uint64_t timesteps, bool stops);

    // The last checkpoint, as it is in its file; empty: none was written.
    const std::string& last() const { return last_; }

  private:
    void read();
    void save(std::uint64_t timesteps);
    void transfer_head(StateArchive& archive, std::vector<std::string>& identity);

    CheckpointOptions options_;
    std::uint64_t interval_ = 0;
    std::vector<std::string> identity_;
    std::string saved_;     // that is resumed, until attach()
    std::uint64_t at_ = 0;  // timestep of the last checkpoint
    Transfer transfer_;
    std::string last_;
};

}  // namespace cortile
