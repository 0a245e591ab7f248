// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"
#include "workload/stimulus/idx_file.h"
#include "workload/stimulus/stimulus.h"

namespace cortile {
namespace {

constexpr std::uint32_t kMaxTimesteps = 1U << 20;  // keeps the deterministic table below 32 MiB
constexpr std::size_t kLevels = 256;               // values of a pixel

const char* encoder_name(ImageEncoder encoder) {
    switch (encoder) {
        case ImageEncoder::bernoulli:
            return "bernoulli";
        case ImageEncoder::deterministic:
            return "deterministic";
        case ImageEncoder::first_spike:
            return "first_spike";
        case ImageEncoder::current:
            return "current";
        case ImageEncoder::value:
            return "value";
    }
    throw ContractViolation("ImageEncoder: no such encoder");
}

// Spikes per timestep of a pixel value. The order of the operations is that of the training
// scripts (examples/training/data.py), so that both see the same spikes to the last one.
double rate(double max_rate, std::size_t level) {
    return max_rate * static_cast<double>(level) / 255.0;
}

// What the encoders share: the images, their labels, and the checks.
class ImageStimulus : public Stimulus {
  public:
    ImageStimulus(const ImageStimulusOptions& options, IdxImages images,
                  std::vector<std::uint8_t> labels)
        : images_(std::move(images)),
          labels_(std::move(labels)),
          input_size_(images_.rows * images_.columns),
          timesteps_(options.timesteps),
          description_(fmt::format(
              "{} images of {} x {} from {}, encoder {}, {}{}{} "
              "timesteps",
              images_.kept, images_.rows, images_.columns, options.images.filename().string(),
              encoder_name(options.encoder),
              options.encoder == ImageEncoder::first_spike
                  ? std::string()
                  : fmt::format("max_rate {}, ", options.max_rate),
              options.encoder == ImageEncoder::bernoulli ? fmt::format("seed {}, ", options.seed)
                                                         : std::string(),
              options.timesteps)) {}

    std::uint32_t samples() const override { return images_.kept; }
    std::uint32_t timesteps(std::uint32_t sample) const override {
        check(sample);
        return timesteps_;
    }
    std::uint32_t input_size() const override { return input_size_; }
    std::optional<std::uint32_t> label(std::uint32_t sample) const override {
        check(sample);
        if (labels_.empty()) {
            return std::nullopt;
        }
        return labels_[sample];
    }
    std::string description() const override { return description_; }

  protected:
    void check(std::uint32_t sample) const {
        if (sample >= images_.kept) {
            throw ContractViolation(fmt::format("Stimulus: sample {} of {}", sample, images_.kept));
        }
    }
    std::span<const std::uint8_t> image(std::uint32_t sample) const {
        check(sample);
        return {images_.pixels.data() + std::size_t{sample} * input_size_, input_size_};
    }
    IdxImages& images() { return images_; }
    const IdxImages& images() const { return images_; }
    std::uint32_t timesteps() const { return timesteps_; }

  private:
    IdxImages images_;
    std::vector<std::uint8_t> labels_;  // per kept image; empty without a labels file
    std::uint32_t input_size_;
    std::uint32_t timesteps_;
    std::string description_;
};

using LevelTable = std::array<std::uint8_t, kLevels>;  // 1 for a pixel value that spikes

// Lists the pixels whose value spikes. Value 0 never does: eight dark pixels are skipped at once.
void gather(std::span<const std::uint8_t> image, const LevelTable& fires,
            std::vector<std::uint32_t>& out) {
    const auto size = static_cast<std::uint32_t>(image.size());
    out.resize(size);
    std::uint32_t* slots = out.data();
    std::size_t count = 0;
    std::uint32_t i = 0;
    // Without a branch per pixel: each index is written, and overwritten unless it spikes.
    for (; i + 8 <= size; i += 8) {
        std::uint64_t eight;
        std::memcpy(&eight, image.data() + i, 8);
        if (eight == 0) {
            continue;
        }
        for (std::uint32_t j = i; j < i + 8; ++j) {
            slots[count] = j;
            count += fires[image[j]];
        }
    }
    for (; i < size; ++i) {
        slots[count] = i;
        count += fires[image[i]];
    }
    out.resize(count);
}

// One byte of bits as eight bytes 0 or 1, lowest bit first.
constexpr std::array<std::array<std::uint8_t, 8>, 256> kSpread = [] {
    std::array<std::array<std::uint8_t, 8>, 256> spread{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
        for (std::size_t bit = 0; bit < 8; ++bit) {
            spread[byte][bit] = static_cast<std::uint8_t>((byte >> bit) & 1U);
        }
    }
    return spread;
}();

class DeterministicImages final : public ImageStimulus {
  public:
    DeterministicImages(const ImageStimulusOptions& options, IdxImages images,
                        std::vector<std::uint8_t> labels)
        : ImageStimulus(options, std::move(images), std::move(labels)), rows_(options.timesteps) {
        for (std::size_t level = 0; level < kLevels; ++level) {
            const double p = rate(options.max_rate, level);
            std::uint64_t before = 0;
            for (std::uint32_t t = 0; t < options.timesteps; ++t) {
                const auto after = static_cast<std::uint64_t>(p * (t + 1.0) + 0.5);
                if (after > before) {
                    rows_[t][level / 8] |= static_cast<std::uint8_t>(1U << (level % 8));
                }
                before = after;
            }
        }
    }

    void spikes(std::uint32_t sample, std::uint32_t timestep,
                std::vector<std::uint32_t>& out) const override {
        const auto pixels = image(sample);
        if (timestep >= timesteps()) {
            out.clear();
            return;
        }
        LevelTable fires;
        for (std::size_t i = 0; i < kLevels / 8; ++i) {
            std::memcpy(fires.data() + 8 * i, kSpread[rows_[timestep][i]].data(), 8);
        }
        gather(pixels, fires, out);
    }

  private:
    // Per timestep one bit per pixel value.
    std::vector<std::array<std::uint8_t, kLevels / 8>> rows_;
};

class FirstSpikeImages final : public ImageStimulus {
  public:
    FirstSpikeImages(const ImageStimulusOptions& options, IdxImages images,
                     std::vector<std::uint8_t> labels)
        : ImageStimulus(options, std::move(images), std::move(labels)) {
        step_[0] = options.timesteps;  // never
        for (std::uint64_t level = 1; level < kLevels; ++level) {
            // In integers: (1 - x) * timesteps would land below whole numbers.
            step_[level] = static_cast<std::uint32_t>((255 - level) * options.timesteps / 255);
        }
    }

    void spikes(std::uint32_t sample, std::uint32_t timestep,
                std::vector<std::uint32_t>& out) const override {
        const auto pixels = image(sample);
        if (timestep >= timesteps()) {
            out.clear();
            return;
        }
        LevelTable fires;
        for (std::size_t level = 0; level < kLevels; ++level) {
            fires[level] = step_[level] == timestep ? 1 : 0;
        }
        gather(pixels, fires, out);
    }

  private:
    std::array<std::uint32_t, kLevels> step_{};  // the timestep of a pixel value's spike
};

class BernoulliImages final : public ImageStimulus {
  public:
    BernoulliImages(const ImageStimulusOptions& options, IdxImages images,
                    std::vector<std::uint8_t> labels)
        : ImageStimulus(options, std::move(images), std::move(labels)),
          key_{options.seed, RandomUse::stimulus} {
        for (std::size_t level = 0; level < kLevels; ++level) {
            rate_[level] = rate(options.max_rate, level);
        }
    }

    void spikes(std::uint32_t sample, std::uint32_t timestep,
                std::vector<std::uint32_t>& out) const override {
        const auto pixels = image(sample);
        out.clear();
        if (timestep >= timesteps()) {
            return;
        }
        // Keyed by the image's place in the file: an image spikes alike in whatever range it is.
        const std::uint64_t file_index = std::uint64_t{images().first} + sample;
        const std::uint64_t step = std::uint64_t{timestep} << 32;
        for (std::uint32_t i = 0; i < pixels.size(); ++i) {
            if (pixels[i] != 0 && uniform01(key_, file_index, step | i) < rate_[pixels[i]]) {
                out.push_back(i);
            }
        }
    }

  private:
    RandomKey key_;
    std::array<double, kLevels> rate_{};
};

class CurrentImages final : public ImageStimulus {
  public:
    CurrentImages(const ImageStimulusOptions& options, IdxImages images,
                  std::vector<std::uint8_t> labels)
        : ImageStimulus(options, std::move(images), std::move(labels)) {
        std::array<float, kLevels> level_current{};
        for (std::size_t level = 0; level < kLevels; ++level) {
            level_current[level] = static_cast<float>(rate(options.max_rate, level));
        }
        auto& pixels = this->images().pixels;
        currents_.reserve(pixels.size());
        for (const std::uint8_t pixel : pixels) {
            currents_.push_back(level_current[pixel]);
        }
        pixels = {};  // not needed twice
    }

    void spikes(std::uint32_t sample, std::uint32_t /*timestep*/,
                std::vector<std::uint32_t>& out) const override {
        check(sample);
        out.clear();
    }
    std::span<const float> current(std::uint32_t sample, std::uint32_t timestep) const override {
        check(sample);
        if (timestep > 0) {
            return {};  // as in the one before
        }
        return {currents_.data() + std::size_t{sample} * input_size(), input_size()};
    }
    bool drives_current() const override { return true; }

  private:
    std::vector<float> currents_;  // kept images * pixels
};

// 8-bit activations: what a core that computes in values takes as its input.
constexpr double kFullScale = 127;

class ValueImages final : public ImageStimulus {
  public:
    ValueImages(const ImageStimulusOptions& options, IdxImages images,
                std::vector<std::uint8_t> labels)
        : ImageStimulus(options, std::move(images), std::move(labels)) {
        for (std::size_t level = 0; level < kLevels; ++level) {
            value_[level] =
                static_cast<std::uint16_t>(std::lround(kFullScale * rate(options.max_rate, level)));
            sent_[level] = value_[level] > 0 ? 1 : 0;
        }
    }

    void spikes(std::uint32_t sample, std::uint32_t timestep,
                std::vector<std::uint32_t>& out) const override {
        const auto pixels = image(sample);
        if (timestep >= timesteps()) {
            out.clear();
            return;
        }
        gather(pixels, sent_, out);
    }
    void values(std::uint32_t sample, std::uint32_t /*timestep*/,
                std::span<const std::uint32_t> neurons,
                std::vector<std::int32_t>& values) const override {
        const auto pixels = image(sample);
        values.clear();
        for (const std::uint32_t neuron : neurons) {
            values.push_back(value_[pixels[neuron]]);
        }
    }
    bool graded() const override { return true; }
    double value_unit() const override { return 1 / kFullScale; }
    std::int32_t largest_value() const override { return static_cast<std::int32_t>(kFullScale); }

  private:
    std::array<std::int32_t, kLevels> value_{};
    LevelTable sent_{};  // zeros are not
};

}  // namespace

std::unique_ptr<Stimulus> make_image_stimulus(const ImageStimulusOptions& options) {
    if (!(options.max_rate > 0.0 && options.max_rate <= 1.0)) {
        throw ConfigError("stimulus.max_rate",
                          fmt::format("expected a number above 0 and up to 1 (spikes per timestep "
                                      "of a white pixel), found {}",
                                      options.max_rate),
                          "1.0 lets a white pixel spike in each timestep");
    }
    if (options.timesteps == 0 || options.timesteps > kMaxTimesteps) {
        throw ConfigError(
            "stimulus.timesteps",
            fmt::format("expected 1 to {}, found {}", kMaxTimesteps, options.timesteps),
            "16 is usual for images");
    }
    IdxImages images = read_idx_images(options.images, options.first, options.samples);
    std::vector<std::uint8_t> labels;
    if (options.labels) {
        labels = read_idx_labels(*options.labels, images, options.images);
    }
    switch (options.encoder) {
        case ImageEncoder::bernoulli:
            return std::make_unique<BernoulliImages>(options, std::move(images), std::move(labels));
        case ImageEncoder::deterministic:
            return std::make_unique<DeterministicImages>(options, std::move(images),
                                                         std::move(labels));
        case ImageEncoder::first_spike:
            return std::make_unique<FirstSpikeImages>(options, std::move(images),
                                                      std::move(labels));
        case ImageEncoder::current:
            return std::make_unique<CurrentImages>(options, std::move(images), std::move(labels));
        case ImageEncoder::value:
            return std::make_unique<ValueImages>(options, std::move(images), std::move(labels));
    }
    throw ContractViolation("ImageEncoder: no such encoder");
}

}  // namespace cortile
