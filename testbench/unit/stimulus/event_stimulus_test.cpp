// SPDX-License-Identifier: Apache-2.0
// Are event-camera recordings read to the bit, binned exactly, and refused where they are wrong?
#include <gmock/gmock.h>

#include "testbench/unit/stimulus/stimulus_files.h"

namespace cortile::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint32_t kClockPeriod = 1U << 23;

class EventStimulus : public StimulusTest {
  protected:
    // A sensor of 3 rows and 4 columns.
    EventStimulusOptions options(const std::string& events) const {
        EventStimulusOptions o;
        o.files = {write("recording.bs2", events)};
        o.shape = {2, 3, 4};
        return o;
    }
    static std::string error(const EventStimulusOptions& o) {
        return config_error([&] { make_event_stimulus(o); });
    }
};

TEST_F(EventStimulus, neuron_is_polarity_then_row_then_column) {
    const auto s = make_event_stimulus(options(event(3, 0, 0, 0) + event(1, 2, 1, 0)));
    EXPECT_EQ(s->input_size(), 24U);
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(3, 12 + 2 * 4 + 1));
}

// The layout byte by byte: polarity is the top bit of the third byte, 0x012345 us = 74.565 ms.
TEST_F(EventStimulus, bytes_are_x_y_polarity_and_big_endian_time) {
    const std::string bytes{'\x02', '\x01', '\x00', '\x00', '\x00',
                            '\x02', '\x01', '\x81', '\x23', '\x45'};
    const auto s = make_event_stimulus(options(bytes));
    EXPECT_EQ(s->timesteps(0), 75U);
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(6));
    EXPECT_THAT(spikes_at(*s, 0, 74), ElementsAre(12 + 6));
}

TEST_F(EventStimulus, time_starts_at_the_first_event) {
    const auto s = make_event_stimulus(options(event(0, 0, 0, 5'900) + event(1, 0, 0, 6'100)));
    EXPECT_EQ(s->timesteps(0), 1U);
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(0, 1));
}

TEST_F(EventStimulus, time_may_start_where_the_clock_does) {
    auto o = options(event(0, 0, 0, 5'900) + event(1, 0, 0, 6'100));
    o.start = EventStart::zero;
    const auto s = make_event_stimulus(o);
    EXPECT_EQ(s->timesteps(0), 7U);
    EXPECT_THAT(spikes_at(*s, 0, 5), ElementsAre(0));
    EXPECT_THAT(spikes_at(*s, 0, 6), ElementsAre(1));
    EXPECT_THAT(s->description(), HasSubstr("clock's zero"));
}

// As numpy.rint(t / 1000.0) gives them.
TEST_F(EventStimulus, events_may_be_put_into_the_nearest_timestep) {
    auto o = options(event(0, 0, 0, 0) + event(1, 0, 0, 499) + event(2, 0, 0, 500) +
                     event(3, 0, 0, 501) + event(0, 1, 0, 1'499) + event(1, 1, 0, 1'500) +
                     event(2, 1, 0, 2'499) + event(3, 1, 0, 2'500) + event(0, 2, 0, 2'501));
    o.binning = EventBinning::nearest;
    const auto s = make_event_stimulus(o);
    EXPECT_EQ(s->timesteps(0), 4U);
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(0, 1, 2));
    EXPECT_THAT(spikes_at(*s, 0, 1), ElementsAre(3, 4));
    EXPECT_THAT(spikes_at(*s, 0, 2), ElementsAre(5, 6, 7));
    EXPECT_THAT(spikes_at(*s, 0, 3), ElementsAre(8));
    EXPECT_THAT(s->description(), HasSubstr("nearest timestep"));
}

// 3000 us / 1 ms is 2.9999999999999996 in floating point when divided in seconds.
TEST_F(EventStimulus, event_on_a_boundary_belongs_to_the_later_timestep) {
    std::string events;
    for (std::uint32_t t = 0; t < 1000; ++t) {
        events += event(t % 4, 0, 0, t * 1000);
    }
    const auto s = make_event_stimulus(options(events));
    ASSERT_EQ(s->timesteps(0), 1000U);
    for (std::uint32_t t = 0; t < 1000; ++t) {
        EXPECT_THAT(spikes_at(*s, 0, t), ElementsAre(t % 4)) << "timestep " << t;
    }
}

TEST_F(EventStimulus, last_microsecond_before_a_boundary_belongs_to_the_earlier_timestep) {
    const auto s = make_event_stimulus(options(event(0, 0, 0, 0) + event(1, 0, 0, 999)));
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(0, 1));
}

TEST_F(EventStimulus, time_step_sets_the_width_of_the_bins) {
    auto o = options(event(0, 0, 0, 0) + event(1, 0, 0, 999) + event(2, 0, 0, 1'000));
    o.time_step = 0.5e-3;
    const auto s = make_event_stimulus(o);
    EXPECT_THAT(spikes_at(*s, 0, 1), ElementsAre(1));
    EXPECT_THAT(spikes_at(*s, 0, 2), ElementsAre(2));
}

TEST_F(EventStimulus, events_of_one_neuron_in_one_timestep_are_one_spike) {
    const auto s =
        make_event_stimulus(options(event(2, 1, 0, 10) + event(1, 1, 0, 20) + event(2, 1, 0, 30)));
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(5, 6));
}

TEST_F(EventStimulus, events_of_one_neuron_may_be_counted) {
    auto o = options(event(2, 1, 0, 10) + event(1, 1, 0, 20) + event(2, 1, 0, 30) +
                     event(2, 1, 0, 1'500) + event(2, 1, 0, 2'010) + event(2, 1, 0, 2'011) +
                     event(2, 1, 0, 2'012));
    EXPECT_FALSE(make_event_stimulus(o)->graded());
    EXPECT_EQ(make_event_stimulus(o)->largest_value(), 1U);
    o.counts = true;
    const auto s = make_event_stimulus(o);
    EXPECT_TRUE(s->graded());
    EXPECT_EQ(s->largest_value(), 3U);
    std::vector<std::int32_t> values;
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(5, 6));
    s->values(0, 0, spikes_at(*s, 0, 0), values);
    EXPECT_THAT(values, ElementsAre(1, 2));
    s->values(0, 1, spikes_at(*s, 0, 1), values);
    EXPECT_THAT(values, ElementsAre(1));
    s->values(0, 2, spikes_at(*s, 0, 2), values);
    EXPECT_THAT(values, ElementsAre(3));
}

TEST_F(EventStimulus, counts_beyond_16_bits_are_refused) {
    std::string events;
    for (int i = 0; i < 65536; ++i) {
        events += event(2, 1, 0, 10);
    }
    auto o = options(events);
    o.counts = true;
    EXPECT_THAT(error(o), HasSubstr("at most 65535 events of one neuron in one timestep, found "
                                    "65536 of neuron 6 in timestep 0"));
}

TEST_F(EventStimulus, the_timestep_of_the_last_event_may_be_left_out) {
    auto o = options(event(0, 0, 0, 0) + event(1, 0, 0, 1'500) + event(2, 0, 0, 2'000));
    o.drop_partial = true;
    const auto s = make_event_stimulus(o);
    EXPECT_EQ(s->timesteps(0), 2U);
    EXPECT_THAT(spikes_at(*s, 0, 1), ElementsAre(1));
    EXPECT_TRUE(spikes_at(*s, 0, 2).empty());
    o.timesteps = 3;
    EXPECT_EQ(make_event_stimulus(o)->timesteps(0), 3U);
}

TEST_F(EventStimulus, a_recording_without_a_whole_timestep_is_refused) {
    auto o = options(event(0, 0, 0, 0) + event(1, 0, 0, 999));
    o.drop_partial = true;
    EXPECT_THAT(error(o),
                AllOf(HasSubstr("longer than one timestep"), HasSubstr("stimulus.drop_partial")));
}

TEST_F(EventStimulus, recording_is_cut_after_the_timesteps_asked_for) {
    auto o = options(event(0, 0, 0, 0) + event(1, 0, 0, 2'000) + event(2, 0, 0, 3'000));
    o.timesteps = 3;
    const auto s = make_event_stimulus(o);
    EXPECT_EQ(s->timesteps(0), 3U);
    EXPECT_THAT(spikes_at(*s, 0, 2), ElementsAre(1));
    EXPECT_TRUE(spikes_at(*s, 0, 3).empty());
}

TEST_F(EventStimulus, short_recording_is_followed_by_silence) {
    auto o = options(event(0, 0, 0, 0));
    o.timesteps = 10;
    const auto s = make_event_stimulus(o);
    EXPECT_EQ(s->timesteps(0), 10U);
    EXPECT_TRUE(spikes_at(*s, 0, 9).empty());
}

TEST_F(EventStimulus, each_file_is_one_sample_of_its_own_length) {
    auto o = options(event(0, 0, 0, 0) + event(1, 0, 0, 4'000));
    o.files.push_back(write("b.bin", event(3, 2, 1, 0)));
    const auto s = make_event_stimulus(o);
    EXPECT_EQ(s->samples(), 2U);
    EXPECT_EQ(s->timesteps(0), 5U);
    EXPECT_EQ(s->timesteps(1), 1U);
    EXPECT_THAT(spikes_at(*s, 0, 4), ElementsAre(1));
    EXPECT_THAT(spikes_at(*s, 1, 0), ElementsAre(23));
}

TEST_F(EventStimulus, clock_wrap_around_continues_the_recording) {
    const auto s =
        make_event_stimulus(options(event(0, 0, 0, kClockPeriod - 1'000) + event(1, 0, 0, 1'500)));
    EXPECT_EQ(s->timesteps(0), 3U);
    EXPECT_THAT(spikes_at(*s, 0, 2), ElementsAre(1));
}

// Three times round the clock: 3 x 8.388608 s.
TEST_F(EventStimulus, clock_may_wrap_around_more_than_once) {
    std::string events;
    for (std::uint32_t i = 0; i <= 12; ++i) {
        events += event(0, 0, 0, i * (kClockPeriod / 4));
    }
    EXPECT_EQ(make_event_stimulus(options(events))->timesteps(0), 3 * kClockPeriod / 1000 + 1);
}

TEST_F(EventStimulus, small_step_back_in_time_is_refused_with_the_byte_offset) {
    EXPECT_THAT(error(options(event(0, 0, 0, 100) + event(0, 0, 0, 200) + event(0, 0, 0, 199))),
                AllOf(HasSubstr("event 2 at byte 10"), HasSubstr("found 199 us after 200 us")));
}

TEST_F(EventStimulus, step_back_by_half_the_clock_is_no_wrap_around) {
    EXPECT_THAT(error(options(event(0, 0, 0, kClockPeriod / 2) + event(0, 0, 0, 0))),
                HasSubstr("event 1 at byte 5"));
}

TEST_F(EventStimulus, column_outside_the_shape_is_refused_with_offset_and_shape) {
    EXPECT_THAT(error(options(event(3, 0, 0, 0) + event(4, 0, 0, 1))),
                AllOf(HasSubstr("recording.bs2: event 1 at byte 5"), HasSubstr("(2, 3, 4)"),
                      HasSubstr("x = 4, y = 0, polarity = 0"), HasSubstr("stimulus.shape")));
}

TEST_F(EventStimulus, row_outside_the_shape_is_refused) {
    EXPECT_THAT(error(options(event(0, 3, 0, 0))), HasSubstr("x = 0, y = 3"));
}

TEST_F(EventStimulus, polarity_outside_the_shape_is_refused) {
    auto o = options(event(0, 0, 1, 0));
    o.shape = {1, 3, 4};
    EXPECT_THAT(error(o), AllOf(HasSubstr("(1, 3, 4)"), HasSubstr("polarity = 1")));
}

TEST_F(EventStimulus, empty_recording_is_refused) {
    EXPECT_THAT(error(options("")), HasSubstr("found an empty file"));
}

TEST_F(EventStimulus, recording_cut_inside_an_event_is_refused) {
    EXPECT_THAT(error(options(event(0, 0, 0, 0) + "ab")),
                HasSubstr("found 7 bytes: 2 too many or 3 missing"));
}

TEST_F(EventStimulus, missing_recording_is_named) {
    auto o = options(event(0, 0, 0, 0));
    o.files.push_back(path("nowhere.bs2"));
    EXPECT_THAT(error(o), AllOf(HasSubstr("nowhere.bs2"), HasSubstr("stimulus.files")));
}

TEST_F(EventStimulus, no_recordings_are_refused) {
    auto o = options(event(0, 0, 0, 0));
    o.files.clear();
    EXPECT_THAT(error(o), HasSubstr("stimulus.files: expected at least one recording"));
}

TEST_F(EventStimulus, shapes_that_are_no_sensor_are_refused) {
    auto o = options(event(0, 0, 0, 0));
    for (const Shape& shape : {Shape{}, Shape{34, 34}, Shape{3, 34, 34}, Shape{2, 0, 34}}) {
        o.shape = shape;
        EXPECT_THAT(error(o), HasSubstr("stimulus.shape: expected"));
    }
}

TEST_F(EventStimulus, time_steps_that_are_no_duration_are_refused) {
    auto o = options(event(0, 0, 0, 0));
    for (const double step : {0.0, -1e-3, 1e-13}) {
        o.time_step = step;
        EXPECT_THAT(error(o), HasSubstr("stimulus.time_step: expected")) << step;
    }
}

TEST_F(EventStimulus, too_many_timesteps_ask_for_a_longer_time_step) {
    auto o = options(event(0, 0, 0, 0) + event(0, 0, 0, 20));
    o.time_step = 1e-12;
    EXPECT_THAT(error(o), AllOf(HasSubstr("event 1 at byte 5"), HasSubstr("stimulus.time_step")));
}

std::string corners() {
    return event(0, 0, 0, 0) + event(3, 0, 1, 10) + event(0, 2, 1, 20) + event(3, 2, 0, 30);
}

TEST_F(EventStimulus, one_polarity_is_one_channel) {
    auto o = options(corners());
    o.polarity = EventPolarity::on;
    const auto on = make_event_stimulus(o);
    EXPECT_EQ(on->input_size(), 12U);
    EXPECT_THAT(spikes_at(*on, 0, 0), ElementsAre(3, 8));
    o.polarity = EventPolarity::off;
    EXPECT_THAT(spikes_at(*make_event_stimulus(o), 0, 0), ElementsAre(0, 11));
}

TEST_F(EventStimulus, merged_polarities_share_a_channel) {
    auto o = options(corners() + event(3, 0, 0, 40));
    o.polarity = EventPolarity::merged;
    o.counts = true;
    const auto s = make_event_stimulus(o);
    EXPECT_EQ(s->input_size(), 12U);
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(0, 3, 8, 11));
    std::vector<std::int32_t> values;
    s->values(0, 0, spikes_at(*s, 0, 0), values);
    EXPECT_THAT(values, ElementsAre(1, 2, 1, 1));
}

TEST_F(EventStimulus, sensors_of_one_polarity_have_none_to_choose) {
    auto o = options(event(0, 0, 0, 0));
    o.shape = {1, 3, 4};
    for (const EventPolarity polarity : {EventPolarity::on, EventPolarity::off}) {
        o.polarity = polarity;
        EXPECT_THAT(error(o), AllOf(HasSubstr("stimulus.polarity"), HasSubstr("(1, 3, 4)")));
    }
    o.polarity = EventPolarity::merged;
    EXPECT_EQ(make_event_stimulus(o)->input_size(), 12U);
}

// Columns 1 and 2 of row 1 and 2.
TEST_F(EventStimulus, a_crop_takes_a_part_of_the_sensor) {
    auto o = options(corners() + event(1, 1, 0, 40) + event(2, 1, 1, 50) + event(2, 2, 0, 60) +
                     event(1, 0, 0, 70) + event(3, 1, 0, 80));
    o.crop = EventCrop{1, 1, 2, 2};
    const auto s = make_event_stimulus(o);
    EXPECT_EQ(s->input_size(), 8U);
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(0, 3, 4 + 1));
}

TEST_F(EventStimulus, crops_beyond_the_sensor_are_refused) {
    auto o = options(event(0, 0, 0, 0));
    for (const EventCrop& crop :
         {EventCrop{1, 0, 4, 3}, EventCrop{0, 1, 4, 3}, EventCrop{4, 0, 1, 1},
          EventCrop{0, 3, 1, 1}, EventCrop{5, 0, 1, 1}, EventCrop{0, 4, 1, 1},
          EventCrop{0, 0, 0, 1}, EventCrop{0, 0, 1, 0}}) {
        o.crop = crop;
        EXPECT_THAT(error(o),
                    AllOf(HasSubstr("stimulus.crop"), HasSubstr("sensor of 4 columns and 3 rows")));
    }
}

// A 2 x 1 grid of 2 x 2 pixels: the third row fills no neuron.
TEST_F(EventStimulus, down_sampling_leaves_out_rows_that_fill_no_neuron) {
    auto o = options(event(0, 0, 0, 0) + event(1, 1, 0, 10) + event(2, 1, 0, 20) +
                     event(3, 1, 1, 30) + event(0, 2, 1, 40));
    o.downsample = 2;
    const auto s = make_event_stimulus(o);
    EXPECT_EQ(s->input_size(), 4U);
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(0, 1, 2 + 1));
}

// Columns 1 to 3 are one neuron and a column left over.
TEST_F(EventStimulus, down_sampling_comes_after_the_crop) {
    auto o =
        options(event(0, 0, 1, 0) + event(1, 1, 1, 10) + event(2, 0, 1, 20) + event(3, 0, 1, 30));
    o.crop = EventCrop{1, 0, 3, 3};
    o.downsample = 2;
    o.polarity = EventPolarity::on;
    o.counts = true;
    const auto s = make_event_stimulus(o);
    EXPECT_EQ(s->input_size(), 1U);
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(0));
    EXPECT_EQ(s->largest_value(), 2);
    EXPECT_THAT(s->description(),
                HasSubstr("shape (2, 3, 4) (polarities, height, width), cropped from x = 1, y = 0 "
                          "to (2, 3, 3), down-sampled by 2 to (2, 1, 1), polarity on: (1, 1, 1)"));
}

TEST_F(EventStimulus, down_sampling_to_nothing_is_refused) {
    auto o = options(event(0, 0, 0, 0));
    for (const std::uint32_t pixels : {0U, 4U}) {
        o.downsample = pixels;
        EXPECT_THAT(error(o), HasSubstr("stimulus.downsample: expected 1 to 3, found"));
    }
}

// What is left out has still happened: the time base is the recording's.
TEST_F(EventStimulus, left_out_events_keep_the_time_base) {
    auto o = options(event(0, 0, 0, 0) + event(1, 0, 1, 2'500) + event(2, 0, 0, 5'000));
    o.polarity = EventPolarity::on;
    const auto s = make_event_stimulus(o);
    EXPECT_EQ(s->timesteps(0), 6U);
    EXPECT_THAT(spikes_at(*s, 0, 2), ElementsAre(1));
}

TEST_F(EventStimulus, events_outside_the_sensor_are_refused_though_cropped) {
    auto o = options(event(4, 0, 0, 0));
    o.crop = EventCrop{0, 0, 2, 2};
    EXPECT_THAT(error(o), HasSubstr("x = 4, y = 0, polarity = 0"));
}

TEST_F(EventStimulus, labels_come_in_the_order_of_the_files) {
    auto o = options(event(0, 0, 0, 0));
    o.files.push_back(write("b.bin", event(3, 2, 1, 0)));
    o.labels = write("labels.txt", "5\n0\n");
    const auto s = make_event_stimulus(o);
    EXPECT_EQ(s->label(0), 5U);
    EXPECT_EQ(s->label(1), 0U);
}

}  // namespace
}  // namespace cortile::test
