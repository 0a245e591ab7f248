// SPDX-License-Identifier: Apache-2.0
// What a network is shown: samples, each a number of timesteps of input spikes or input currents.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workload/network/network.h"

namespace cortile {

// Thread-safe after construction: all methods are const and depend on their arguments alone.
class Stimulus {
  public:
    virtual ~Stimulus() = default;

    virtual std::uint32_t samples() const = 0;
    virtual std::uint32_t timesteps(std::uint32_t sample) const = 0;
    virtual std::uint32_t input_size() const = 0;  // neurons of the input population
    virtual std::optional<std::uint32_t> label(std::uint32_t sample) const = 0;

    // Replaces `out` by the input neurons that spike in `timestep`, ascending, each once; none at
    // and after timesteps(sample).
    virtual void spikes(std::uint32_t sample, std::uint32_t timestep,
                        std::vector<std::uint32_t>& out) const = 0;

    // For stimuli whose spikes carry values: replaces `values` by one value (not 0, of 24 bits in
    // two's complement) for each of `neurons`, which is what spikes() gave for the same timestep.
    // Empty otherwise: all are 1.
    virtual void values(std::uint32_t /*sample*/, std::uint32_t /*timestep*/,
                        std::span<const std::uint32_t> /*neurons*/,
                        std::vector<std::int32_t>& values) const {
        values.clear();
    }
    virtual bool graded() const { return false; }    // do spikes carry values other than 1?
    virtual double value_unit() const { return 1; }  // what the value 1 stands for
    virtual std::int32_t largest_value() const { return 1; }  // a bound of their magnitudes
    virtual bool signed_values() const { return false; }      // may they be negative?

    // For stimuli that drive the input population by a current instead of spikes: the current per
    // neuron in `timestep`; empty otherwise, and where it is as in the timestep before. The input
    // population then consists of neurons on the chip (Population::driven_kind).
    virtual std::span<const float> current(std::uint32_t /*sample*/,
                                           std::uint32_t /*timestep*/) const {
        return {};
    }
    virtual bool drives_current() const { return false; }
    // Are currents what the neurons get as it is, and not shares of a full-scale drive in [0, 1]?
    virtual bool raw_current() const { return false; }

    virtual std::string description() const = 0;  // one line for the report
};

enum class ImageEncoder {
    bernoulli,      // spike with probability max_rate * x per timestep, independent
    deterministic,  // floor(p (t+1) + 1/2) > floor(p t + 1/2) with p = max_rate * x
    first_spike,    // one spike, at timestep floor((1 - x) * timesteps); none for x = 0
    current,        // constant current max_rate * x into input neurons on the chip
    value,          // in each timestep the value round(127 * max_rate * x), in units of 1 / 127
};

struct ImageStimulusOptions {
    std::filesystem::path images;                 // idx3-ubyte, plain or .gz
    std::optional<std::filesystem::path> labels;  // idx1-ubyte, plain or .gz
    ImageEncoder encoder = ImageEncoder::deterministic;
    std::uint32_t timesteps = 16;
    double max_rate = 1.0;  // spikes per timestep of a full-scale pixel, in (0, 1]
    std::uint64_t seed = 1;
    std::uint32_t first = 0;               // first image used
    std::optional<std::uint32_t> samples;  // how many; default: all from `first`
};
std::unique_ptr<Stimulus> make_image_stimulus(const ImageStimulusOptions& options);

enum class EventFormat {
    bs2,         // 5 bytes an event: x, y, polarity (1 bit) + time in us (23 bits), big-endian
    nmnist_bin,  // the N-MNIST .bin files: same layout
};

// Which events are taken, and the channels that they form.
enum class EventPolarity {
    both,    // as the sensor gives them: off is channel 0, on is channel 1
    on,      // brighter: one channel; the others are left out
    off,     // darker: one channel
    merged,  // both in one channel
};

// What timestep 0 of a recording is.
enum class EventStart {
    first_event,
    zero,  // of the recording's clock
};

// Which timestep an event at time t falls into, of duration d.
enum class EventBinning {
    floor,    // floor(t / d)
    nearest,  // the whole number nearest to t / d; halves to the even one
};

// A part of the sensor, in pixels.
struct EventCrop {
    std::uint32_t x = 0, y = 0, width = 0, height = 0;
};

struct EventStimulusOptions {
    std::vector<std::filesystem::path> files;     // one recording a sample
    std::optional<std::filesystem::path> labels;  // text: one integer a line, in the order of files
    Shape shape;                                  // of the sensor: (polarities, height, width)
    EventPolarity polarity = EventPolarity::both;
    std::optional<EventCrop> crop;  // events outside are left out
    // Pixels per neuron along x and along y, after the crop. Columns and rows at the end that do
    // not fill a neuron are left out.
    std::uint32_t downsample = 1;
    double time_step = 1e-3;                 // seconds per timestep
    std::optional<std::uint32_t> timesteps;  // default: until the recording's last event
    // Several events of a neuron in a timestep: their number as value of one spike, or one spike.
    bool counts = false;
    // Without `timesteps`: leave out the timestep of the last event, which the recording need not
    // fill.
    bool drop_partial = false;
    EventStart start = EventStart::first_event;
    EventBinning binning = EventBinning::floor;
};
std::unique_ptr<Stimulus> make_event_stimulus(const EventStimulusOptions& options);

struct RasterStimulusOptions {
    // CSV: a row per timestep, a column per neuron, 0 or 1; or rows "timestep,neuron" under that
    // header; samples are separate files. HDF5: dataset (samples, timesteps, neurons) or
    // (timesteps, neurons).
    std::vector<std::filesystem::path> files;
    std::string dataset = "spikes";               // HDF5 only
    std::optional<std::filesystem::path> labels;  // text: one integer a line
    std::uint32_t input_size = 0;                 // needed for "timestep,neuron" rows; 0: from file
    std::optional<std::uint32_t> timesteps;
};
std::unique_ptr<Stimulus> make_raster_stimulus(const RasterStimulusOptions& options);

// What the numbers of an array are.
enum class ArrayEntries {
    spikes,    // 0 or 1
    values,    // what a spike carries, 0: no spike; whole numbers of 24 bits with sign
    currents,  // what drives an input neuron, in its own units (Population::driven_kind)
};

struct ArrayStimulusOptions {
    std::vector<std::filesystem::path> files;  // .npy, .npz, HDF5
    std::string dataset;                       // .npz, HDF5
    std::string axes;                          // Recording
    ArrayEntries entries = ArrayEntries::spikes;
    std::optional<std::filesystem::path> labels;
    Shape input_shape;
    std::optional<std::uint32_t> timesteps;  // default: to the recording's end; 16 without time
};
// Spikes and values end with the recording; currents stay as they were last.
std::unique_ptr<Stimulus> make_array_stimulus(const ArrayStimulusOptions& options);

// No input at all for `timesteps`: networks that are driven by their biases.
std::unique_ptr<Stimulus> make_silent_stimulus(std::uint32_t input_size, std::uint32_t samples,
                                               std::uint32_t timesteps);

// `count` samples of `stimulus` from `first` on, `passes` times over: sample first + i is that of
// number first + i % count. Each pass is the same, random encoders included.
std::unique_ptr<Stimulus> make_repeated_stimulus(std::shared_ptr<const Stimulus> stimulus,
                                                 std::uint32_t first, std::uint32_t count,
                                                 std::uint32_t passes);

}  // namespace cortile
