// SPDX-License-Identifier: Apache-2.0
// Event-camera recordings: AEDAT 4, and 5 bytes an event, as N-MNIST is distributed: G. Orchard, A.
// Jayawant, G. Cohen, N. Thakor, "Converting static image datasets to spiking neuromorphic datasets
// using saccades", Frontiers in Neuroscience 9:437, 2015.
#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <string>
#include <utility>

#include "hw_model/base/error.h"
#include "workload/stimulus/aedat4.h"
#include "workload/stimulus/event_view.h"
#include "workload/stimulus/input_file.h"
#include "workload/stimulus/label_file.h"
#include "workload/stimulus/recorded_stimulus.h"

namespace cortile {
namespace {

constexpr std::size_t kEventBytes = 5;
constexpr std::int64_t kClockPeriod = std::int64_t{1}
                                      << 23;  // us: the clock then starts at 0 again
constexpr std::int64_t kPicosecondsPerMicrosecond = 1'000'000;
// us; in picoseconds it fits 64 bits.
constexpr std::uint64_t kLongest = 9'000'000'000'000;

struct Event {
    std::uint32_t x, y, polarity;
    std::int64_t clock;  // us, in [0, kClockPeriod)
};

Event decode(const char* bytes) {
    const auto byte = [bytes](std::size_t i) {
        return std::uint32_t{static_cast<unsigned char>(bytes[i])};
    };
    return {byte(0), byte(1), byte(2) >> 7,
            static_cast<std::int64_t>(((byte(2) & 0x7fU) << 16) | (byte(3) << 8) | byte(4))};
}

// The times of one recording's events since its start, the clock's wrap-around undone.
class EventClock {
  public:
    explicit EventClock(EventStart start) {
        if (start == EventStart::zero) {
            first_ = 0;
        }
    }
    // A step back by more than half a period is a wrap-around, a smaller one an error: returns
    // nothing then.
    std::optional<std::int64_t> elapsed(std::int64_t clock) {
        if (!first_) {
            first_ = clock;
        }
        if (clock < last_) {
            if (last_ - clock <= kClockPeriod / 2) {
                return std::nullopt;
            }
            wrapped_ += kClockPeriod;
        }
        last_ = clock;
        return wrapped_ + clock - *first_;
    }
    std::int64_t last() const { return last_; }

  private:
    std::optional<std::int64_t> first_;
    std::int64_t last_ = 0;
    std::int64_t wrapped_ = 0;
};

// One recording on its way into timesteps.
class EventBinner {
  public:
    EventBinner(const EventStimulusOptions& options, const EventView& view, std::int64_t step,
                std::vector<SpikeKey>& spikes)
        : options_(options), view_(view), step_(step), spikes_(spikes) {
        spikes_.clear();
    }

    // An event `elapsed` us after the start; `place` names it. Returns whether more are needed.
    template <typename Place>
    bool add(std::int64_t elapsed, std::uint32_t x, std::uint32_t y, std::uint32_t polarity,
             const Place& place) {
        const Shape& sensor = view_.sensor();
        if (x >= sensor[2] || y >= sensor[1] || polarity >= sensor[0]) {
            throw ConfigError(
                place(),
                fmt::format("expected an event inside shape {}, found x = {}, y = {}, "
                            "polarity = {}",
                            sensor_text(sensor), x, y, polarity),
                "set stimulus.shape to the sensor's: (2, 34, 34) for N-MNIST");
        }
        last_step_ = timestep(elapsed * kPicosecondsPerMicrosecond);
        if (last_step_ >= kMaxRecordedTimesteps) {
            if (options_.timesteps) {
                return false;  // at most kMaxRecordedTimesteps are asked for, times do not decrease
            }
            throw ConfigError(place(),
                              fmt::format("expected at most {} timesteps, found more: the event is "
                                          "{} us after the {}",
                                          kMaxRecordedTimesteps, elapsed, start_name()),
                              "make stimulus.time_step longer or set stimulus.timesteps");
        }
        if (options_.timesteps && last_step_ >= *options_.timesteps) {
            return false;
        }
        if (const auto neuron = view_.neuron(x, y, polarity)) {
            spikes_.push_back(spike_key(static_cast<std::uint32_t>(last_step_), *neuron));
        }
        return true;
    }

    std::uint32_t timesteps(const std::filesystem::path& path) const {
        if (options_.drop_partial && !options_.timesteps && last_step_ == 0) {
            throw ConfigError(path.string(),
                              "expected a recording that is longer than one timestep, found its "
                              "last event in the first",
                              "make network.time_step shorter, or leave stimulus.drop_partial out");
        }
        const auto whole_steps = static_cast<std::uint32_t>(last_step_);
        return options_.timesteps.value_or(whole_steps + (options_.drop_partial ? 0 : 1));
    }

    EventStart start() const { return options_.start; }
    const char* start_name() const {
        return options_.start == EventStart::zero ? "clock's zero" : "first one";
    }

  private:
    // Exact. `elapsed` in ps.
    std::int64_t timestep(std::int64_t elapsed) const {
        const std::int64_t whole = elapsed / step_;
        if (options_.binning == EventBinning::floor) {
            return whole;
        }
        const std::int64_t rest = elapsed % step_, missing = step_ - rest;
        return rest > missing || (rest == missing && whole % 2 == 1) ? whole + 1 : whole;
    }

    const EventStimulusOptions& options_;
    const EventView& view_;
    std::int64_t step_;  // ps
    std::vector<SpikeKey>& spikes_;
    std::int64_t last_step_ = 0;
};

void read_five_byte_events(const std::filesystem::path& path, const std::string& bytes,
                           EventBinner& binner) {
    if (bytes.empty() || bytes.size() % kEventBytes != 0) {
        throw ConfigError(
            path.string(),
            bytes.empty()
                ? "expected events of 5 bytes, found an empty file"
                : fmt::format("expected events of 5 bytes, found {} bytes: {} too many or {} "
                              "missing",
                              bytes.size(), bytes.size() % kEventBytes,
                              kEventBytes - bytes.size() % kEventBytes),
            "give a .bs2, N-MNIST .bin or AEDAT 4 file; copy it again if it was cut off");
    }
    EventClock clock(binner.start());
    for (std::size_t offset = 0; offset < bytes.size(); offset += kEventBytes) {
        const Event event = decode(bytes.data() + offset);
        const auto place = [&] {
            return fmt::format("{}: event {} at byte {}", path.string(), offset / kEventBytes,
                               offset);
        };
        const auto elapsed = clock.elapsed(event.clock);
        if (!elapsed) {
            throw ConfigError(
                place(),
                fmt::format("expected times that do not decrease, found {} us after {} us",
                            event.clock, clock.last()),
                "sort the events by time; only a step back by more than 2^22 us is taken for a "
                "wrap-around of the 23-bit clock");
        }
        if (!binner.add(*elapsed, event.x, event.y, event.polarity, place)) {
            break;
        }
    }
}

void bin_aedat4(const std::filesystem::path& path, const std::vector<Aedat4Event>& events,
                EventBinner& binner) {
    for (std::size_t i = 0; i < events.size(); ++i) {
        const Aedat4Event& event = events[i];
        const auto place = [&] {
            return fmt::format("{}: event {} in the packet at byte {}", path.string(), i,
                               event.packet);
        };
        if (i > 0 && event.time < events[i - 1].time) {
            throw ConfigError(
                place(),
                fmt::format("expected times that do not decrease, found {} us after {} us",
                            event.time, events[i - 1].time),
                "sort the events by time");
        }
        // Times may be any 64 bits; unsigned, the difference cannot overflow.
        const std::uint64_t start =
            binner.start() == EventStart::zero ? 0 : static_cast<std::uint64_t>(events[0].time);
        const std::uint64_t elapsed = static_cast<std::uint64_t>(event.time) - start;
        if (elapsed > kLongest) {
            throw ConfigError(place(),
                              fmt::format("expected an event within {} us of the {}, found one at "
                                          "{} us",
                                          kLongest, binner.start_name(), event.time),
                              binner.start() == EventStart::zero
                                  ? "stimulus.start: first_event counts from the first one on"
                                  : "record or copy the file again");
        }
        // A negative coordinate becomes one beyond any sensor.
        if (!binner.add(static_cast<std::int64_t>(elapsed), static_cast<std::uint16_t>(event.x),
                        static_cast<std::uint16_t>(event.y), event.on ? 1 : 0, place)) {
            break;
        }
    }
}

void read_recording(const std::filesystem::path& path, const EventStimulusOptions& options,
                    const EventView& view, std::int64_t step, std::vector<SpikeKey>& spikes,
                    SpikeTable& table) {
    auto stream = open_input_file(path, "stimulus.files");
    const std::string bytes{std::istreambuf_iterator<char>(stream),
                            std::istreambuf_iterator<char>()};
    EventBinner binner(options, view, step, spikes);
    refuse_other_aedat(path, bytes);
    if (is_aedat4(bytes)) {
        bin_aedat4(path, read_aedat4(path, bytes, view.sensor()), binner);
    } else {
        read_five_byte_events(path, bytes, binner);
    }
    table.append(spikes, binner.timesteps(path));
}

}  // namespace

std::unique_ptr<Stimulus> make_event_stimulus(const EventStimulusOptions& options) {
    const EventView view(options);
    // Whole picoseconds: the division into timesteps is then exact.
    const double picoseconds = options.time_step * 1e12;
    if (!(picoseconds >= 1.0 && picoseconds <= 1e18)) {
        throw ConfigError("stimulus.time_step",
                          fmt::format("expected 1 ps to 10^6 s, found {} s", options.time_step),
                          "1 ms is usual for event cameras");
    }
    if (options.files.empty()) {
        throw ConfigError("stimulus.files", "expected at least one recording, found none",
                          "list the .bs2, .bin or AEDAT 4 files, one a sample");
    }
    check_recorded_timesteps(options.timesteps);

    const std::int64_t step = std::llround(picoseconds);
    SpikeTable table(options.counts);
    std::vector<SpikeKey> spikes;
    for (const auto& path : options.files) {
        read_recording(path, options, view, step, spikes, table);
    }
    std::vector<std::uint32_t> labels;
    if (options.labels) {
        labels = read_label_file(*options.labels, options.files, table.samples());
    }
    std::string description =
        fmt::format("{} event recording{} from {}{}, {}, {} s per timestep, {}{}", table.samples(),
                    table.samples() == 1 ? "" : "s", options.files.front().filename().string(),
                    options.files.size() > 1 ? " on" : "", view.description(), options.time_step,
                    options.timesteps      ? fmt::format("{} timesteps", *options.timesteps)
                    : options.drop_partial ? std::string("each to its last whole timestep")
                                           : std::string("each to its last event"),
                    options.counts ? ", events counted" : "");
    description += options.start == EventStart::zero ? ", from the clock's zero" : "";
    description += options.binning == EventBinning::nearest ? ", nearest timestep" : "";
    return make_recorded_stimulus(std::move(table), view.neurons(), std::move(labels),
                                  std::move(description));
}

}  // namespace cortile
