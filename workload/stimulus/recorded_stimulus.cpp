// SPDX-License-Identifier: Apache-2.0
#include "workload/stimulus/recorded_stimulus.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "hw_model/base/error.h"

namespace cortile {

void check_recorded_timesteps(std::optional<std::uint32_t> timesteps) {
    if (timesteps && (*timesteps == 0 || *timesteps > kMaxRecordedTimesteps)) {
        throw ConfigError(
            "stimulus.timesteps",
            fmt::format("expected 1 to {}, found {}", kMaxRecordedTimesteps, *timesteps),
            "leave the key out to run each recording to its end");
    }
}

void SpikeTable::append(std::vector<SpikeKey>& spikes, std::uint32_t timesteps) {
    if (!std::is_sorted(spikes.begin(), spikes.end())) {
        std::sort(spikes.begin(), spikes.end());
    }
    spikes.erase(std::lower_bound(spikes.begin(), spikes.end(), spike_key(timesteps, 0)),
                 spikes.end());
    if (counts_) {
        const std::vector<std::uint16_t> times = count_equal(spikes);
        times_.insert(times_.end(), times.begin(), times.end());
        most_times_ = std::accumulate(times.begin(), times.end(), most_times_,
                                      [](auto a, auto b) { return std::max(a, b); });
    }
    spikes.erase(std::unique(spikes.begin(), spikes.end()), spikes.end());
    if (spikes.size() > std::numeric_limits<std::uint32_t>::max()) {
        throw ConfigError("stimulus.files", "expected below 2^32 spikes a sample, found more",
                          "cut the recording with stimulus.timesteps");
    }
    const std::uint32_t steps = spikes.empty() ? 0 : key_timestep(spikes.back()) + 1;
    samples_.push_back({neurons_.size(), ends_.size(), steps, timesteps});
    std::size_t next = 0;
    for (std::uint32_t t = 0; t < steps; ++t) {
        while (next < spikes.size() && key_timestep(spikes[next]) == t) {
            neurons_.push_back(key_neuron(spikes[next]));
            ++next;
        }
        ends_.push_back(static_cast<std::uint32_t>(next));
    }
}

// How often each key of an ascending list stands in it, in its order.
std::vector<std::uint16_t> SpikeTable::count_equal(const std::vector<SpikeKey>& sorted) const {
    std::vector<std::uint16_t> times;
    for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
        while (end < sorted.size() && sorted[end] == sorted[begin]) {
            ++end;
        }
        if (end - begin > std::numeric_limits<std::uint16_t>::max()) {
            throw ConfigError(
                "stimulus.counts",
                fmt::format("expected at most 65535 events of one neuron in one timestep, found "
                            "{} of neuron {} in timestep {}",
                            end - begin, key_neuron(sorted[begin]), key_timestep(sorted[begin])),
                "make network.time_step shorter, or leave stimulus.counts out");
        }
        times.push_back(static_cast<std::uint16_t>(end - begin));
    }
    return times;
}

void SpikeTable::shrink_to_fit() {
    samples_.shrink_to_fit();
    ends_.shrink_to_fit();
    neurons_.shrink_to_fit();
    times_.shrink_to_fit();
}

SpikeTable::Range SpikeTable::range(std::uint32_t sample, std::uint32_t timestep) const {
    const Sample& s = samples_[sample];
    if (timestep >= s.steps) {
        return {};
    }
    const std::uint32_t* ends = ends_.data() + s.first_end;
    const std::uint32_t begin = timestep == 0 ? 0 : ends[timestep - 1];
    return {s.first_neuron + begin, ends[timestep] - begin};
}

std::span<const std::uint32_t> SpikeTable::spikes(std::uint32_t sample,
                                                  std::uint32_t timestep) const {
    const Range found = range(sample, timestep);
    return {neurons_.data() + found.first, found.count};
}

std::span<const std::uint16_t> SpikeTable::times(std::uint32_t sample,
                                                 std::uint32_t timestep) const {
    if (!counts_) {
        return {};
    }
    const Range found = range(sample, timestep);
    return {times_.data() + found.first, found.count};
}

namespace {

class RecordedStimulus final : public Stimulus {
  public:
    RecordedStimulus(SpikeTable table, std::uint32_t input_size, std::vector<std::uint32_t> labels,
                     std::string description)
        : table_(std::move(table)),
          input_size_(input_size),
          labels_(std::move(labels)),
          description_(std::move(description)) {
        table_.shrink_to_fit();
    }

    std::uint32_t samples() const override { return table_.samples(); }
    std::uint32_t timesteps(std::uint32_t sample) const override {
        check(sample);
        return table_.timesteps(sample);
    }
    std::uint32_t input_size() const override { return input_size_; }
    std::optional<std::uint32_t> label(std::uint32_t sample) const override {
        check(sample);
        if (labels_.empty()) {
            return std::nullopt;
        }
        return labels_[sample];
    }
    void spikes(std::uint32_t sample, std::uint32_t timestep,
                std::vector<std::uint32_t>& out) const override {
        check(sample);
        const auto found = table_.spikes(sample, timestep);
        out.assign(found.begin(), found.end());
    }
    void values(std::uint32_t sample, std::uint32_t timestep, std::span<const std::uint32_t>,
                std::vector<std::int32_t>& values) const override {
        check(sample);
        const auto found = table_.times(sample, timestep);
        values.assign(found.begin(), found.end());
    }
    bool graded() const override { return table_.counts(); }
    std::int32_t largest_value() const override { return table_.most_times(); }
    std::string description() const override { return description_; }

  private:
    void check(std::uint32_t sample) const {
        if (sample >= table_.samples()) {
            throw ContractViolation(
                fmt::format("Stimulus: sample {} of {}", sample, table_.samples()));
        }
    }

    SpikeTable table_;
    std::uint32_t input_size_;
    std::vector<std::uint32_t> labels_;
    std::string description_;
};

}  // namespace

std::unique_ptr<Stimulus> make_recorded_stimulus(SpikeTable table, std::uint32_t input_size,
                                                 std::vector<std::uint32_t> labels,
                                                 std::string description) {
    return std::make_unique<RecordedStimulus>(std::move(table), input_size, std::move(labels),
                                              std::move(description));
}

}  // namespace cortile
