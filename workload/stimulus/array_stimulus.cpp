// SPDX-License-Identifier: Apache-2.0
// Stimuli from arrays of numbers: spikes, values that spikes carry, or what drives input neurons.
#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "workload/recording/recording.h"
#include "workload/stimulus/input_file.h"
#include "workload/stimulus/label_file.h"
#include "workload/stimulus/stimulus.h"

namespace cortile {

namespace {

constexpr std::int32_t kLargestValue = (1 << 23) - 1;  // of a packet
constexpr std::uint32_t kStillTimesteps = 16;          // of an array without time

class ArrayStimulus final : public Stimulus {
  public:
    ArrayStimulus(const ArrayStimulusOptions& options, std::vector<Recording> recordings,
                  std::vector<std::uint32_t> labels, std::string description)
        : recordings_(std::move(recordings)),
          entries_(options.entries),
          timesteps_(options.timesteps),
          labels_(std::move(labels)),
          description_(std::move(description)) {
        for (std::uint32_t r = 0; r < recordings_.size(); ++r) {
            for (std::uint32_t s = 0; s < recordings_[r].samples(); ++s) {
                samples_.push_back({r, s});
            }
        }
        if (entries_ == ArrayEntries::values) {
            find_bounds();
        }
        if (entries_ == ArrayEntries::currents) {
            fill_currents();
        }
    }

    std::uint32_t samples() const override { return static_cast<std::uint32_t>(samples_.size()); }
    std::uint32_t timesteps(std::uint32_t sample) const override {
        const Recording& recording = recordings_[place(sample).recording];
        return timesteps_.value_or(recording.has_time() ? recording.timesteps() : kStillTimesteps);
    }
    std::uint32_t input_size() const override { return recordings_[0].neurons(); }
    std::optional<std::uint32_t> label(std::uint32_t sample) const override {
        place(sample);
        return labels_.empty() ? std::nullopt : std::optional(labels_[sample]);
    }
    void spikes(std::uint32_t sample, std::uint32_t timestep,
                std::vector<std::uint32_t>& out) const override {
        out.clear();
        const Place at = place(sample);
        const Recording& recording = recordings_[at.recording];
        if (entries_ == ArrayEntries::currents || timestep >= timesteps(sample) ||
            timestep >= recording.timesteps()) {
            return;
        }
        for (std::uint32_t n = 0; n < recording.neurons(); ++n) {
            if (recording(at.sample, timestep, n) != 0) {
                out.push_back(n);
            }
        }
    }
    void values(std::uint32_t sample, std::uint32_t timestep,
                std::span<const std::uint32_t> neurons,
                std::vector<std::int32_t>& values) const override {
        values.clear();
        const Place at = place(sample);
        for (const std::uint32_t n : neurons) {
            values.push_back(
                static_cast<std::int32_t>(recordings_[at.recording](at.sample, timestep, n)));
        }
    }
    bool graded() const override { return entries_ == ArrayEntries::values; }
    std::int32_t largest_value() const override { return largest_; }
    bool signed_values() const override { return negative_; }
    std::span<const float> current(std::uint32_t sample, std::uint32_t timestep) const override {
        place(sample);
        const std::uint32_t recorded = recordings_[samples_[sample].recording].timesteps();
        if (timestep >= recorded) {
            return {};  // the last one stays
        }
        const std::size_t size = input_size();
        return {currents_.data() + (first_current_[sample] + timestep) * size, size};
    }
    bool drives_current() const override { return entries_ == ArrayEntries::currents; }
    bool raw_current() const override { return true; }
    std::string description() const override { return description_; }

  private:
    struct Place {
        std::uint32_t recording = 0, sample = 0;
    };
    Place place(std::uint32_t sample) const {
        if (sample >= samples_.size()) {
            throw ContractViolation(fmt::format("Stimulus: sample {} of {}", sample, samples()));
        }
        return samples_[sample];
    }
    template <typename Body>
    void for_each_number(Body body) const {
        for (const Place at : samples_) {
            const Recording& recording = recordings_[at.recording];
            for (std::uint32_t t = 0; t < recording.timesteps(); ++t) {
                for (std::uint32_t n = 0; n < recording.neurons(); ++n) {
                    body(recording(at.sample, t, n));
                }
            }
        }
    }
    void find_bounds() {
        for_each_number([&](double x) {
            negative_ |= x < 0;
            largest_ = std::max(largest_, static_cast<std::int32_t>(std::abs(x)));
        });
        // Bounds of 1 mean that there are no values.
        largest_ = std::max(largest_, 2);
    }
    void fill_currents() {
        std::size_t rows = 0;
        for (const Place at : samples_) {
            first_current_.push_back(rows);
            rows += recordings_[at.recording].timesteps();
        }
        for_each_number([&](double x) { currents_.push_back(static_cast<float>(x)); });
    }

    std::vector<Recording> recordings_;
    ArrayEntries entries_;
    std::optional<std::uint32_t> timesteps_;
    std::vector<std::uint32_t> labels_;
    std::string description_;
    std::vector<Place> samples_;
    std::int32_t largest_ = 1;
    bool negative_ = false;
    std::vector<float> currents_;             // [timestep of a sample][neuron]
    std::vector<std::size_t> first_current_;  // by sample: row in currents_
};

void check_numbers(const Recording& recording, ArrayEntries entries, const std::string& place) {
    for (std::uint32_t s = 0; s < recording.samples(); ++s) {
        for (std::uint32_t t = 0; t < recording.timesteps(); ++t) {
            for (std::uint32_t n = 0; n < recording.neurons(); ++n) {
                const double x = recording(s, t, n);
                const bool fits = entries == ArrayEntries::spikes ? x == 0 || x == 1
                                  : entries == ArrayEntries::values
                                      ? x == std::trunc(x) && std::abs(x) <= kLargestValue
                                      : std::isfinite(x) && std::abs(x) <= kLargestValue;
                if (!fits) {
                    throw ConfigError(
                        place,
                        fmt::format("expected {}, found {} for neuron {} in timestep {}",
                                    entries == ArrayEntries::spikes   ? "0 or 1"
                                    : entries == ArrayEntries::values ? "whole numbers of 24 bits"
                                                                      : "finite numbers below 2^23",
                                    x, n, t),
                        "stimulus.entries says what the numbers are: spikes, values or currents");
                }
            }
        }
    }
}

}  // namespace

std::unique_ptr<Stimulus> make_array_stimulus(const ArrayStimulusOptions& options) {
    std::vector<Recording> recordings;
    std::uint32_t samples = 0;
    for (const auto& file : options.files) {
        require_input_file(file, "stimulus.files");
        const std::string place =
            file.string() + (options.dataset.empty() ? "" : ": " + options.dataset);
        recordings.emplace_back(read_number_array(file, options.dataset), options.axes, place);
        const Recording& recording = recordings.back();
        recording.check_neurons(options.input_shape, place);
        check_numbers(recording, options.entries, place);
        if (options.entries != ArrayEntries::currents && !recording.has_time()) {
            throw ConfigError(place, "spikes and values need timesteps, and no axis is T",
                              "name its dimensions with stimulus.axes");
        }
        samples += recording.samples();
    }
    std::vector<std::uint32_t> labels;
    if (options.labels) {
        labels = read_label_file(*options.labels, options.files, samples);
    }
    const char* const what = options.entries == ArrayEntries::spikes   ? "spikes"
                             : options.entries == ArrayEntries::values ? "values"
                                                                       : "currents";
    std::string description = fmt::format(
        "{} sample{} of {} for {} neurons from {}{}", samples, samples == 1 ? "" : "s", what,
        element_count(options.input_shape), options.files.front().filename().string(),
        options.files.size() > 1 ? " on" : "");
    return std::make_unique<ArrayStimulus>(options, std::move(recordings), std::move(labels),
                                           std::move(description));
}

}  // namespace cortile
