// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <limits>

#include "hw_model/base/error.h"
#include "workload/stimulus/stimulus.h"

namespace cortile {

namespace {

class RepeatedStimulus final : public Stimulus {
  public:
    RepeatedStimulus(std::shared_ptr<const Stimulus> inner, std::uint32_t first,
                     std::uint32_t count, std::uint32_t passes)
        : inner_(std::move(inner)), first_(first), count_(count), passes_(passes) {}

    std::uint32_t samples() const override { return first_ + count_ * passes_; }
    std::uint32_t timesteps(std::uint32_t sample) const override {
        return inner_->timesteps(original(sample));
    }
    std::uint32_t input_size() const override { return inner_->input_size(); }
    std::optional<std::uint32_t> label(std::uint32_t sample) const override {
        return inner_->label(original(sample));
    }
    void spikes(std::uint32_t sample, std::uint32_t timestep,
                std::vector<std::uint32_t>& out) const override {
        inner_->spikes(original(sample), timestep, out);
    }
    void values(std::uint32_t sample, std::uint32_t timestep,
                std::span<const std::uint32_t> neurons,
                std::vector<std::int32_t>& values) const override {
        inner_->values(original(sample), timestep, neurons, values);
    }
    bool graded() const override { return inner_->graded(); }
    double value_unit() const override { return inner_->value_unit(); }
    std::int32_t largest_value() const override { return inner_->largest_value(); }
    bool signed_values() const override { return inner_->signed_values(); }
    std::span<const float> current(std::uint32_t sample, std::uint32_t timestep) const override {
        return inner_->current(original(sample), timestep);
    }
    bool drives_current() const override { return inner_->drives_current(); }
    bool raw_current() const override { return inner_->raw_current(); }
    std::string description() const override {
        return fmt::format("{}; {} passes of {} samples", inner_->description(), passes_, count_);
    }

  private:
    std::uint32_t original(std::uint32_t sample) const {
        if (sample < first_ || sample >= samples()) {
            throw ContractViolation(fmt::format("Stimulus: sample {} of {}", sample, samples()));
        }
        return first_ + (sample - first_) % count_;
    }

    std::shared_ptr<const Stimulus> inner_;
    std::uint32_t first_, count_, passes_;
};

}  // namespace

std::unique_ptr<Stimulus> make_repeated_stimulus(std::shared_ptr<const Stimulus> stimulus,
                                                 std::uint32_t first, std::uint32_t count,
                                                 std::uint32_t passes) {
    if (passes == 0 || count == 0 || first >= stimulus->samples() ||
        count > stimulus->samples() - first) {
        throw ContractViolation("make_repeated_stimulus: no such samples");
    }
    if ((std::numeric_limits<std::uint32_t>::max() - first) / passes < count) {
        throw ConfigError("stimulus.passes",
                          fmt::format("{} passes of {} samples are too many", passes, count),
                          "lower stimulus.passes");
    }
    return std::make_unique<RepeatedStimulus>(std::move(stimulus), first, count, passes);
}

}  // namespace cortile
