// SPDX-License-Identifier: Apache-2.0
#include "experiment/checkpoints.h"

#include <utility>

#include "experiment/run_identity.h"
#include "hw_model/base/error.h"
#include "hw_model/base/text_file.h"
#include "hw_model/state/checkpoint_file.h"

namespace cortile {

Checkpoints::Checkpoints(const Experiment& experiment, CheckpointOptions options)
    : options_(std::move(options)) {
    const Parameters& parameters = experiment.parameters;
    if (parameters.text("cores.datapath") != "model") {
        throw ConfigError(parameters.where("cores.datapath"),
                          "checkpoints save the state of the model; that of RTL lies in its "
                          "simulation, from where it cannot be taken",
                          "cores.datapath: model, or run without --checkpoint and --resume");
    }
    identity_ = run_identity(parameters);
    if (options_.resume) {
        read();
    }
    interval_ = options_.interval.value_or(interval_);
}

// What a checkpoint begins with, before the state.
void Checkpoints::transfer_head(StateArchive& archive, std::vector<std::string>& identity) {
    std::string version = CORTILE_VERSION;
    archive.section("version", [&] { archive(version); });
    if (version != CORTILE_VERSION) {
        throw ConfigError(archive.place(),
                          "the checkpoint is of cortile " + version + "; this is " CORTILE_VERSION,
                          "resume with that version, or start the run anew, without --resume");
    }
    archive.section("run", [&] { archive.list(identity); });
    archive.section("checkpoint", [&] { archive(interval_, at_, options_.command); });
}

void Checkpoints::read() {
    const std::filesystem::path file = options_.folder / kCheckpointName;
    saved_ = read_checkpoint(file);
    StateArchive archive(saved_, file.string());
    std::vector<std::string> identity;
    transfer_head(archive, identity);
    if (const std::string what = difference(identity, identity_); !what.empty()) {
        throw ConfigError(file.string(), "the checkpoint is of another run: it has " + what,
                          "resume with the experiment, chip and options of that run, or start "
                          "anew, without --resume");
    }
}

void Checkpoints::attach(Transfer transfer) {
    transfer_ = std::move(transfer);
    if (!options_.resume) {
        return;
    }
    StateArchive archive(saved_, (options_.folder / kCheckpointName).string());
    std::vector<std::string> identity;
    const std::uint64_t interval = interval_;
    transfer_head(archive, identity);
    interval_ = interval;
    transfer_(archive);
    archive.finish();
    last_ = framed_checkpoint(saved_);
    saved_ = {};
}

void Checkpoints::between_timesteps(std::uint64_t timesteps, bool stops) {
    if (timesteps != at_ && (stops || timesteps % interval_ == 0)) {
        save(timesteps);
    }
}

void Checkpoints::save(std::uint64_t timesteps) {
    at_ = timesteps;
    StateArchive archive;
    transfer_head(archive, identity_);
    transfer_(archive);
    last_ = framed_checkpoint(archive.saved());
    make_folder(options_.folder);
    replace_file(options_.folder / kCheckpointName, last_);
}

}  // namespace cortile
