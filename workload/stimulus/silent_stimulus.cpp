// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <vector>

#include "hw_model/base/error.h"
#include "workload/stimulus/recorded_stimulus.h"

namespace cortile {

namespace {

class SilentStimulus : public Stimulus {
  public:
    SilentStimulus(std::uint32_t input_size, std::uint32_t samples, std::uint32_t timesteps)
        : input_size_(input_size), samples_(samples), timesteps_(timesteps) {}

    std::uint32_t samples() const override { return samples_; }
    std::uint32_t timesteps(std::uint32_t sample) const override {
        if (sample >= samples_) {
            throw ContractViolation(fmt::format("Stimulus: sample {} of {}", sample, samples_));
        }
        return timesteps_;
    }
    std::uint32_t input_size() const override { return input_size_; }
    std::optional<std::uint32_t> label(std::uint32_t) const override { return std::nullopt; }
    void spikes(std::uint32_t, std::uint32_t, std::vector<std::uint32_t>& out) const override {
        out.clear();
    }
    std::string description() const override {
        return fmt::format("silence for {} sample{} of {} timesteps", samples_,
                           samples_ == 1 ? "" : "s", timesteps_);
    }

  private:
    std::uint32_t input_size_, samples_, timesteps_;
};

}  // namespace

std::unique_ptr<Stimulus> make_silent_stimulus(std::uint32_t input_size, std::uint32_t samples,
                                               std::uint32_t timesteps) {
    if (samples == 0) {
        throw ConfigError("stimulus.samples", "expected at least 1, found 0",
                          "1 runs the network once");
    }
    check_recorded_timesteps(timesteps);
    return std::make_unique<SilentStimulus>(input_size, samples, timesteps);
}

}  // namespace cortile
