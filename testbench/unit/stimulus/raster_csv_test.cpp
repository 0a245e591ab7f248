// SPDX-License-Identifier: Apache-2.0
// Are both forms of CSV rasters read, and their mistakes placed by line and column?
#include <gmock/gmock.h>

#include "testbench/unit/stimulus/stimulus_files.h"

namespace cortile::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class RasterCsv : public StimulusTest {
  protected:
    RasterStimulusOptions options(const std::string& text, std::uint32_t input_size = 0) const {
        RasterStimulusOptions o;
        o.files = {write("raster.csv", text)};
        o.input_size = input_size;
        return o;
    }
    std::unique_ptr<Stimulus> read(const std::string& text, std::uint32_t input_size = 0) const {
        return make_raster_stimulus(options(text, input_size));
    }
    std::string error(const std::string& text, std::uint32_t input_size = 0) const {
        return config_error([&] { read(text, input_size); });
    }
};

TEST_F(RasterCsv, matrix_has_a_row_per_timestep_and_a_column_per_neuron) {
    const auto s = read("0,1,0,1\n0,0,0,0\n1,0,0,0\n");
    EXPECT_EQ(s->input_size(), 4U);
    EXPECT_EQ(s->timesteps(0), 3U);
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(1, 3));
    EXPECT_TRUE(spikes_at(*s, 0, 1).empty());
    EXPECT_THAT(spikes_at(*s, 0, 2), ElementsAre(0));
}

TEST_F(RasterCsv, silent_rows_at_the_end_count_as_timesteps) {
    EXPECT_EQ(read("1,1\n0,0\n0,0\n")->timesteps(0), 3U);
}

TEST_F(RasterCsv, blanks_carriage_returns_and_a_missing_last_newline_do_not_matter) {
    const auto s = read("0, 1\r\n1 ,0");
    EXPECT_EQ(s->input_size(), 2U);
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(1));
    EXPECT_THAT(spikes_at(*s, 0, 1), ElementsAre(0));
}

TEST_F(RasterCsv, byte_order_mark_is_no_cell) {
    EXPECT_THAT(spikes_at(*read("\xef\xbb\xbf"
                                "1,0\n"),
                          0, 0),
                ElementsAre(0));
}

TEST_F(RasterCsv, floating_point_zeros_and_ones_are_read) {
    const auto s = read("0.000000000000000000e+00,1.000000000000000000e+00\n1.0,0.0\n");
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(1));
    EXPECT_THAT(spikes_at(*s, 0, 1), ElementsAre(0));
}

TEST_F(RasterCsv, pairs_may_come_in_any_order_and_more_than_once) {
    const auto s = read("timestep,neuron\n3,5\n0,2\n3,1\n0,2\n", 6);
    EXPECT_EQ(s->timesteps(0), 4U);
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(2));
    EXPECT_TRUE(spikes_at(*s, 0, 1).empty());
    EXPECT_THAT(spikes_at(*s, 0, 3), ElementsAre(1, 5));
}

TEST_F(RasterCsv, pairs_without_a_number_of_neurons_are_refused) {
    EXPECT_THAT(error("timestep,neuron\n3,5\n"),
                AllOf(HasSubstr("raster.csv"), HasSubstr("stimulus.shape")));
}

TEST_F(RasterCsv, each_file_is_a_sample) {
    auto o = options("1,0\n");
    o.files.push_back(write("b.csv", "0,1\n0,1\n"));
    const auto s = make_raster_stimulus(o);
    EXPECT_EQ(s->samples(), 2U);
    EXPECT_EQ(s->timesteps(1), 2U);
    EXPECT_THAT(spikes_at(*s, 1, 1), ElementsAre(1));
}

TEST_F(RasterCsv, files_of_different_widths_are_refused) {
    auto o = options("1,0\n");
    o.files.push_back(write("b.csv", "0,1,1\n"));
    EXPECT_THAT(config_error([&] { make_raster_stimulus(o); }),
                AllOf(HasSubstr("b.csv:1"), HasSubstr("expected 2 columns"), HasSubstr("found 3")));
}

TEST_F(RasterCsv, matrix_is_cut_or_prolonged_to_the_timesteps_asked_for) {
    auto o = options("1\n1\n1\n");
    o.timesteps = 2;
    EXPECT_TRUE(spikes_at(*make_raster_stimulus(o), 0, 2).empty());
    o.timesteps = 5;
    const auto s = make_raster_stimulus(o);
    EXPECT_EQ(s->timesteps(0), 5U);
    EXPECT_THAT(spikes_at(*s, 0, 2), ElementsAre(0));
    EXPECT_TRUE(spikes_at(*s, 0, 4).empty());
}

TEST_F(RasterCsv, pairs_after_the_timesteps_asked_for_are_left_out) {
    auto o = options("timestep,neuron\n7,0\n1,0\n", 1);
    o.timesteps = 2;
    const auto s = make_raster_stimulus(o);
    EXPECT_EQ(s->timesteps(0), 2U);
    EXPECT_THAT(train_of(*s, 0, 0), ElementsAre(1));
}

TEST_F(RasterCsv, header_alone_is_silence_when_timesteps_are_given) {
    auto o = options("timestep,neuron\n", 3);
    o.timesteps = 4;
    const auto s = make_raster_stimulus(o);
    EXPECT_EQ(s->timesteps(0), 4U);
    EXPECT_TRUE(spikes_at(*s, 0, 0).empty());
}

TEST_F(RasterCsv, header_alone_without_timesteps_is_refused) {
    EXPECT_THAT(error("timestep,neuron\n", 3), HasSubstr("stimulus.timesteps"));
}

TEST_F(RasterCsv, bad_cell_is_placed_by_line_and_column) {
    EXPECT_THAT(error("0,1,0\n0, 2,0\n"),
                AllOf(HasSubstr("raster.csv:2:4: expected 0 or 1"), HasSubstr("found \"2\"")));
}

TEST_F(RasterCsv, empty_cell_is_placed_by_line_and_column) {
    EXPECT_THAT(error("0,1\n1,\n"), AllOf(HasSubstr("raster.csv:2:3"), HasSubstr("found \"\"")));
}

TEST_F(RasterCsv, unknown_header_is_shown) {
    EXPECT_THAT(error("time,neuron\n0,1\n"),
                AllOf(HasSubstr("raster.csv:1:1"), HasSubstr("timestep,neuron"),
                      HasSubstr("found \"time\"")));
}

TEST_F(RasterCsv, fraction_is_no_spike) {
    EXPECT_THAT(error("0,0.5\n"), AllOf(HasSubstr("raster.csv:1:3"), HasSubstr("\"0.5\"")));
}

TEST_F(RasterCsv, ragged_row_is_placed_by_line) {
    EXPECT_THAT(error("0,1,0\n0,1\n"),
                AllOf(HasSubstr("raster.csv:2:"), HasSubstr("expected 3 columns"),
                      HasSubstr("as in line 1"), HasSubstr("found 2")));
}

TEST_F(RasterCsv, width_other_than_the_input_population_is_refused) {
    EXPECT_THAT(error("0,1,0\n", 4), AllOf(HasSubstr("expected 4 columns"), HasSubstr("found 3")));
}

TEST_F(RasterCsv, blank_line_inside_is_refused) {
    EXPECT_THAT(error("0,1\n\n0,1\n"), AllOf(HasSubstr("raster.csv:2:"), HasSubstr("blank line")));
}

TEST_F(RasterCsv, blank_lines_at_the_end_are_no_timesteps) {
    EXPECT_EQ(read("0,1\n\n\n")->timesteps(0), 1U);
}

TEST_F(RasterCsv, empty_file_is_refused) {
    EXPECT_THAT(error(""), AllOf(HasSubstr("raster.csv"), HasSubstr("empty file")));
}

TEST_F(RasterCsv, neuron_beyond_the_population_is_placed) {
    EXPECT_THAT(error("timestep,neuron\n0,1\n1,6\n", 6),
                AllOf(HasSubstr("raster.csv:3:3"), HasSubstr("from 0 to 5"), HasSubstr("\"6\"")));
}

TEST_F(RasterCsv, negative_timestep_is_placed) {
    EXPECT_THAT(error("timestep,neuron\n-1,1\n", 6),
                AllOf(HasSubstr("raster.csv:2:1"), HasSubstr("\"-1\"")));
}

TEST_F(RasterCsv, pair_with_one_number_is_refused) {
    EXPECT_THAT(error("timestep,neuron\n4\n", 6),
                AllOf(HasSubstr("raster.csv:2"), HasSubstr("found one number")));
}

TEST_F(RasterCsv, pair_with_three_numbers_is_refused) {
    EXPECT_THAT(error("timestep,neuron\n4,1,1\n", 6), HasSubstr("raster.csv:2:5"));
}

TEST_F(RasterCsv, labels_belong_to_the_files) {
    auto o = options("1,0\n");
    o.files.push_back(write("b.csv", "0,1\n"));
    o.labels = write("labels.txt", "1\n0\n");
    EXPECT_EQ(make_raster_stimulus(o)->label(0), 1U);
}

TEST_F(RasterCsv, no_files_are_refused) {
    EXPECT_THAT(config_error([&] { make_raster_stimulus({}); }),
                HasSubstr("stimulus.files: expected at least one raster"));
}

class SilentStimulus : public StimulusTest {};

TEST_F(SilentStimulus, has_its_extent_and_no_spikes) {
    const auto s = make_silent_stimulus(5, 2, 9);
    EXPECT_EQ(s->input_size(), 5U);
    EXPECT_EQ(s->samples(), 2U);
    EXPECT_EQ(s->timesteps(1), 9U);
    EXPECT_TRUE(spikes_at(*s, 1, 8).empty());
    EXPECT_EQ(s->label(1), std::nullopt);
}

TEST_F(SilentStimulus, without_samples_or_timesteps_is_refused) {
    EXPECT_THAT(config_error([] { make_silent_stimulus(1, 0, 1); }), HasSubstr("stimulus.samples"));
    EXPECT_THAT(config_error([] { make_silent_stimulus(1, 1, 0); }),
                HasSubstr("stimulus.timesteps"));
}

}  // namespace
}  // namespace cortile::test
