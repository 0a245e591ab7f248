// SPDX-License-Identifier: Apache-2.0
// Do the encoders turn pixels into the spikes that docs/reference/stimuli.md defines?
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "hw_model/base/random.h"
#include "testbench/unit/stimulus/stimulus_files.h"

namespace cortile::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class ImageStimulus : public StimulusTest {
  protected:
    // One image of one row.
    ImageStimulusOptions options(ImageEncoder encoder, const std::vector<std::uint8_t>& pixels,
                                 std::uint32_t timesteps) const {
        ImageStimulusOptions o;
        o.images =
            write("images", idx_images(1, 1, static_cast<std::uint32_t>(pixels.size()), pixels));
        o.encoder = encoder;
        o.timesteps = timesteps;
        return o;
    }
    static std::vector<std::uint8_t> all_levels() {
        std::vector<std::uint8_t> levels(256);
        std::iota(levels.begin(), levels.end(), std::uint8_t{0});
        return levels;
    }
};

TEST_F(ImageStimulus, deterministic_full_scale_pixel_spikes_in_each_timestep) {
    const auto s = make_image_stimulus(options(ImageEncoder::deterministic, {255}, 5));
    EXPECT_THAT(train_of(*s, 0, 0), ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(ImageStimulus, deterministic_dark_pixel_never_spikes) {
    const auto s = make_image_stimulus(options(ImageEncoder::deterministic, {0}, 300));
    EXPECT_TRUE(train_of(*s, 0, 0).empty());
}

// p = 1/5: floor(p t + 1/2) rises when p (t + 1) passes 0.5, 1.5, ...: at t = 2, 7, 12.
TEST_F(ImageStimulus, deterministic_spikes_are_evenly_spaced) {
    const auto s = make_image_stimulus(options(ImageEncoder::deterministic, {51}, 15));
    EXPECT_THAT(train_of(*s, 0, 0), ElementsAre(2, 7, 12));
}

// p = 1/2 by max_rate: 0.5 (t + 1) + 0.5 reaches a whole number at t = 0, 2, 4.
TEST_F(ImageStimulus, deterministic_rate_is_scaled_by_max_rate) {
    auto o = options(ImageEncoder::deterministic, {255}, 6);
    o.max_rate = 0.5;
    EXPECT_THAT(train_of(*make_image_stimulus(o), 0, 0), ElementsAre(0, 2, 4));
}

TEST_F(ImageStimulus, deterministic_count_is_the_rounded_rate_times_timesteps_at_each_level) {
    const auto s = make_image_stimulus(options(ImageEncoder::deterministic, all_levels(), 16));
    std::vector<std::uint32_t> counts(256);
    for (std::uint32_t t = 0; t < 16; ++t) {
        for (const std::uint32_t i : spikes_at(*s, 0, t)) {
            ++counts[i];
        }
    }
    for (std::uint32_t level = 0; level < 256; ++level) {
        EXPECT_EQ(counts[level], (level * 16 * 2 + 255) / 510) << "level " << level;
    }
}

// 19 pixels: two groups of eight and a rest of three.
TEST_F(ImageStimulus, deterministic_list_is_ascending_and_complete_for_any_width) {
    std::vector<std::uint8_t> pixels(19, 0);
    for (const std::size_t lit : {0U, 7U, 8U, 15U, 16U, 18U}) {
        pixels[lit] = 255;
    }
    const auto s = make_image_stimulus(options(ImageEncoder::deterministic, pixels, 1));
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(0, 7, 8, 15, 16, 18));
}

TEST_F(ImageStimulus, nothing_spikes_after_the_last_timestep) {
    for (const auto encoder :
         {ImageEncoder::bernoulli, ImageEncoder::deterministic, ImageEncoder::first_spike}) {
        const auto s = make_image_stimulus(options(encoder, {255, 254}, 4));
        EXPECT_TRUE(spikes_at(*s, 0, 4).empty());
        EXPECT_TRUE(spikes_at(*s, 0, 1'000'000).empty());
    }
}

TEST_F(ImageStimulus, first_spike_is_the_only_one_of_a_lit_pixel) {
    const auto s = make_image_stimulus(options(ImageEncoder::first_spike, all_levels(), 7));
    for (std::uint32_t level = 0; level < 256; ++level) {
        EXPECT_EQ(train_of(*s, 0, level).size(), level == 0 ? 0U : 1U) << "level " << level;
    }
}

// x = 1 at 0; x = 204/255 = 0.8 at floor(0.2 * 5) = 1, which floating point would put at 0;
// x = 1/255 at floor(254/255 * 5) = 4.
TEST_F(ImageStimulus, first_spike_comes_earlier_for_brighter_pixels) {
    const auto s = make_image_stimulus(options(ImageEncoder::first_spike, {255, 204, 1}, 5));
    EXPECT_THAT(train_of(*s, 0, 0), ElementsAre(0));
    EXPECT_THAT(train_of(*s, 0, 1), ElementsAre(1));
    EXPECT_THAT(train_of(*s, 0, 2), ElementsAre(4));
}

TEST_F(ImageStimulus, current_is_the_scaled_pixel_and_brings_no_spikes) {
    auto o = options(ImageEncoder::current, {0, 51, 255}, 3);
    o.max_rate = 0.5;
    const auto s = make_image_stimulus(o);
    EXPECT_TRUE(s->drives_current());
    EXPECT_THAT(s->current(0, 0), ElementsAre(0.0F, 0.1F, 0.5F));
    EXPECT_TRUE(spikes_at(*s, 0, 0).empty());
}

TEST_F(ImageStimulus, values_are_pixels_in_units_of_127th) {
    auto o = options(ImageEncoder::value, {0, 1, 2, 128, 255}, 3);
    o.max_rate = 0.5;
    const auto stimulus = make_image_stimulus(o);
    EXPECT_TRUE(stimulus->graded());
    EXPECT_EQ(stimulus->value_unit(), 1.0 / 127);
    // round(127 * 0.5 * pixel / 255): 0.25 and 0.498 are nothing, 31.87, 63.5 (ties away).
    const Indices neurons = spikes_at(*stimulus, 0, 2);
    EXPECT_EQ(neurons, (Indices{3, 4}));
    std::vector<std::int32_t> values{9};
    stimulus->values(0, 2, neurons, values);
    EXPECT_EQ(values, (std::vector<std::int32_t>{32, 64}));
    EXPECT_EQ(spikes_at(*stimulus, 0, 3), Indices{});
}

TEST_F(ImageStimulus, spiking_encoders_drive_no_current) {
    const auto s = make_image_stimulus(options(ImageEncoder::deterministic, {255}, 3));
    EXPECT_FALSE(s->drives_current());
    EXPECT_TRUE(s->current(0, 0).empty());
}

TEST_F(ImageStimulus, bernoulli_extremes_are_certain) {
    const auto s = make_image_stimulus(options(ImageEncoder::bernoulli, {0, 255}, 200));
    EXPECT_TRUE(train_of(*s, 0, 0).empty());
    EXPECT_EQ(train_of(*s, 0, 1).size(), 200U);
}

// The documented key and counters, drawn by hand.
TEST_F(ImageStimulus, bernoulli_draw_is_keyed_by_seed_sample_timestep_and_neuron) {
    auto o = options(ImageEncoder::bernoulli, std::vector<std::uint8_t>(50, 102), 20);
    o.seed = 0x123456789abcdefULL;
    const auto s = make_image_stimulus(o);
    for (std::uint64_t t = 0; t < 20; ++t) {
        Indices expected;
        for (std::uint32_t i = 0; i < 50; ++i) {
            if (uniform01({o.seed, RandomUse::stimulus}, 0, (t << 32) | i) < 0.4) {
                expected.push_back(i);
            }
        }
        EXPECT_EQ(spikes_at(*s, 0, static_cast<std::uint32_t>(t)), expected) << "timestep " << t;
    }
}

// 40,000 draws at p = 0.4: six standard deviations are 6 sqrt(0.24 / 40000) = 0.0147.
TEST_F(ImageStimulus, bernoulli_rate_is_the_probability) {
    const auto s = make_image_stimulus(
        options(ImageEncoder::bernoulli, std::vector<std::uint8_t>(400, 102), 100));
    double count = 0;
    for (std::uint32_t t = 0; t < 100; ++t) {
        count += static_cast<double>(spikes_at(*s, 0, t).size());
    }
    EXPECT_NEAR(count / 40'000.0, 0.4, 0.0147);
}

TEST_F(ImageStimulus, bernoulli_spikes_depend_on_the_seed) {
    auto o = options(ImageEncoder::bernoulli, std::vector<std::uint8_t>(64, 128), 8);
    const auto first = make_image_stimulus(o);
    o.seed = 2;
    EXPECT_NE(spikes_at(*first, 0, 0), spikes_at(*make_image_stimulus(o), 0, 0));
}

TEST_F(ImageStimulus, bernoulli_spikes_of_equal_images_differ) {
    ImageStimulusOptions o;
    o.images = write("two", idx_images(2, 8, 8, std::vector<std::uint8_t>(128, 128)));
    o.encoder = ImageEncoder::bernoulli;
    const auto s = make_image_stimulus(o);
    EXPECT_NE(spikes_at(*s, 0, 0), spikes_at(*s, 1, 0));
}

TEST_F(ImageStimulus, bernoulli_spikes_of_an_image_do_not_depend_on_the_chosen_range) {
    ImageStimulusOptions o;
    o.images = write("two", idx_images(2, 8, 8, std::vector<std::uint8_t>(128, 128)));
    o.encoder = ImageEncoder::bernoulli;
    const auto all = make_image_stimulus(o);
    o.first = 1;
    EXPECT_EQ(spikes_at(*make_image_stimulus(o), 0, 5), spikes_at(*all, 1, 5));
}

TEST_F(ImageStimulus, max_rate_outside_its_range_is_refused) {
    auto o = options(ImageEncoder::deterministic, {1}, 3);
    for (const double rate : {0.0, -0.5, 1.01, std::nan("")}) {
        o.max_rate = rate;
        EXPECT_THAT(config_error([&] { make_image_stimulus(o); }),
                    AllOf(HasSubstr("stimulus.max_rate"), HasSubstr("found")))
            << rate;
    }
}

TEST_F(ImageStimulus, no_timesteps_are_refused) {
    EXPECT_THAT(
        config_error([&] { make_image_stimulus(options(ImageEncoder::deterministic, {1}, 0)); }),
        HasSubstr("stimulus.timesteps: expected 1 to 1048576, found 0"));
}

TEST_F(ImageStimulus, sample_beyond_the_last_is_a_contract_violation) {
    const auto s = make_image_stimulus(options(ImageEncoder::deterministic, {1}, 3));
    EXPECT_THROW(spikes_at(*s, 1, 0), ContractViolation);
}

TEST_F(ImageStimulus, description_names_file_encoder_and_parameters) {
    auto o = options(ImageEncoder::bernoulli, {1, 2}, 12);
    o.max_rate = 0.25;
    o.seed = 99;
    EXPECT_EQ(make_image_stimulus(o)->description(),
              "1 images of 1 x 2 from images, encoder bernoulli, max_rate 0.25, seed "
              "99, 12 timesteps");
}

}  // namespace
}  // namespace cortile::test
