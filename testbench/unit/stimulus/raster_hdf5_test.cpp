// SPDX-License-Identifier: Apache-2.0
// Are HDF5 rasters of every numeric type read, and others refused with dataset and index?
#include <gmock/gmock.h>
#include <hdf5.h>

#include <cmath>

#include "testbench/unit/stimulus/stimulus_files.h"

namespace cortile::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using Extents = std::vector<hsize_t>;

// Writes `values` as a dataset of `type` into a new file; chunked and compressed if asked to.
void write_hdf5(const std::filesystem::path& path, const std::string& name, const Extents& extents,
                const std::vector<double>& values, hid_t type = H5T_STD_U8LE,
                const Extents& chunk = {}) {
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr);
    const hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
    if (!chunk.empty()) {
        H5Pset_chunk(layout, static_cast<int>(chunk.size()), chunk.data());
        H5Pset_deflate(layout, 4);
    }
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    const hid_t set = H5Dcreate2(file, name.c_str(), type, space, links, layout, H5P_DEFAULT);
    if (H5Tget_class(type) == H5T_ENUM) {
        const std::vector<signed char> bytes(values.begin(), values.end());
        H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
    } else if (!values.empty()) {
        H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    }
    H5Dclose(set);
    H5Pclose(links);
    H5Pclose(layout);
    H5Sclose(space);
    H5Fclose(file);
}

class RasterHdf5 : public StimulusTest {
  protected:
    RasterStimulusOptions options() const {
        RasterStimulusOptions o;
        o.files = {path("raster.h5")};
        return o;
    }
    std::string error() const {
        return config_error([&] { make_raster_stimulus(options()); });
    }
};

TEST_F(RasterHdf5, three_dimensions_are_samples_timesteps_neurons) {
    write_hdf5(path("raster.h5"), "spikes", {2, 2, 3}, {0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1});
    const auto s = make_raster_stimulus(options());
    EXPECT_EQ(s->samples(), 2U);
    EXPECT_EQ(s->timesteps(0), 2U);
    EXPECT_EQ(s->input_size(), 3U);
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(1));
    EXPECT_TRUE(spikes_at(*s, 0, 1).empty());
    EXPECT_THAT(spikes_at(*s, 1, 0), ElementsAre(0));
    EXPECT_THAT(spikes_at(*s, 1, 1), ElementsAre(1, 2));
}

TEST_F(RasterHdf5, two_dimensions_are_one_sample) {
    write_hdf5(path("raster.h5"), "spikes", {3, 2}, {0, 1, 0, 0, 1, 0});
    const auto s = make_raster_stimulus(options());
    EXPECT_EQ(s->samples(), 1U);
    EXPECT_THAT(spikes_at(*s, 0, 2), ElementsAre(0));
}

TEST_F(RasterHdf5, any_integer_or_floating_point_type_is_read) {
    for (const hid_t type : {H5T_STD_I8LE, H5T_STD_U16BE, H5T_STD_I32BE, H5T_STD_U64LE,
                             H5T_IEEE_F32LE, H5T_IEEE_F64BE}) {
        write_hdf5(path("raster.h5"), "spikes", {1, 3}, {1, 0, 1}, type);
        EXPECT_THAT(spikes_at(*make_raster_stimulus(options()), 0, 0), ElementsAre(0, 2));
    }
}

// h5py stores booleans as an enumeration of FALSE and TRUE.
TEST_F(RasterHdf5, booleans_are_read) {
    const hid_t boolean = H5Tenum_create(H5T_NATIVE_SCHAR);
    signed char value = 0;
    H5Tenum_insert(boolean, "FALSE", &value);
    value = 1;
    H5Tenum_insert(boolean, "TRUE", &value);
    write_hdf5(path("raster.h5"), "spikes", {1, 3}, {0, 1, 1}, boolean);
    H5Tclose(boolean);
    EXPECT_THAT(spikes_at(*make_raster_stimulus(options()), 0, 0), ElementsAre(1, 2));
}

// Rows come in several reads: 300 rows of 1000 neurons are more than the reader's buffer. Row t
// spikes at neuron (7 t) mod 1000.
TEST_F(RasterHdf5, long_compressed_raster_is_read_piece_by_piece) {
    std::vector<double> values(2 * 300 * 1000, 0.0);
    for (std::size_t row = 0; row < 600; ++row) {
        values[row * 1000 + (7 * row) % 1000] = 1.0;
    }
    write_hdf5(path("raster.h5"), "spikes", {2, 300, 1000}, values, H5T_STD_U8LE, {1, 37, 129});
    const auto s = make_raster_stimulus(options());
    for (std::uint32_t row = 0; row < 600; ++row) {
        ASSERT_THAT(spikes_at(*s, row / 300, row % 300), ElementsAre((7 * row) % 1000));
    }
}

// As h5py lays arrays out that it compresses.
TEST_F(RasterHdf5, chunks_may_reach_over_samples) {
    std::vector<double> values(5 * 3 * 7, 0);
    for (std::size_t s = 0; s < 5; ++s) {
        for (std::size_t t = 0; t < 3; ++t) {
            values[(s * 3 + t) * 7 + (s + t) % 7] = 1;
        }
    }
    RasterStimulusOptions o;
    o.files = {path("chunks.h5")};
    write_hdf5(o.files[0], "spikes", {5, 3, 7}, values, H5T_STD_U8LE, {4, 2, 3});
    const auto raster = make_raster_stimulus(o);
    ASSERT_EQ(raster->samples(), 5U);
    for (std::uint32_t s = 0; s < 5; ++s) {
        for (std::uint32_t t = 0; t < 3; ++t) {
            EXPECT_THAT(spikes_at(*raster, s, t), ElementsAre((s + t) % 7));
        }
    }
}

TEST_F(RasterHdf5, dataset_is_found_in_a_group) {
    write_hdf5(path("raster.h5"), "test/input", {1, 2}, {0, 1});
    auto o = options();
    o.dataset = "/test/input";
    EXPECT_THAT(spikes_at(*make_raster_stimulus(o), 0, 0), ElementsAre(1));
}

TEST_F(RasterHdf5, is_recognised_by_content_whatever_its_name) {
    write_hdf5(path("raster.csv"), "spikes", {1, 2}, {0, 1});
    auto o = options();
    o.files = {path("raster.csv")};
    EXPECT_THAT(spikes_at(*make_raster_stimulus(o), 0, 0), ElementsAre(1));
}

TEST_F(RasterHdf5, samples_of_several_files_follow_each_other) {
    write_hdf5(path("raster.h5"), "spikes", {2, 1, 2}, {0, 1, 1, 0});
    write_hdf5(path("b.h5"), "spikes", {1, 1, 2}, {1, 1});
    auto o = options();
    o.files.push_back(path("b.h5"));
    const auto s = make_raster_stimulus(o);
    EXPECT_EQ(s->samples(), 3U);
    EXPECT_THAT(spikes_at(*s, 2, 0), ElementsAre(0, 1));
}

TEST_F(RasterHdf5, timesteps_cut_and_prolong) {
    write_hdf5(path("raster.h5"), "spikes", {2, 2, 1}, {1, 1, 1, 1});
    auto o = options();
    o.timesteps = 1;
    EXPECT_THAT(train_of(*make_raster_stimulus(o), 1, 0), ElementsAre(0));
    o.timesteps = 3;
    const auto s = make_raster_stimulus(o);
    EXPECT_EQ(s->timesteps(1), 3U);
    EXPECT_THAT(train_of(*s, 1, 0), ElementsAre(0, 1));
}

TEST_F(RasterHdf5, labels_belong_to_the_samples) {
    write_hdf5(path("raster.h5"), "spikes", {2, 1, 2}, {0, 1, 1, 0});
    auto o = options();
    o.labels = write("labels.txt", "4\n6\n");
    EXPECT_EQ(make_raster_stimulus(o)->label(1), 6U);
}

TEST_F(RasterHdf5, value_other_than_0_and_1_is_placed_by_index) {
    write_hdf5(path("raster.h5"), "spikes", {2, 2, 3}, {0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 3, 1});
    EXPECT_THAT(error(), AllOf(HasSubstr("raster.h5: /spikes[1, 1, 1]"), HasSubstr("found 3")));
}

TEST_F(RasterHdf5, value_in_two_dimensions_is_placed_by_two_indices) {
    write_hdf5(path("raster.h5"), "spikes", {2, 2}, {0, 1, -1, 0}, H5T_STD_I8LE);
    EXPECT_THAT(error(), AllOf(HasSubstr("/spikes[1, 0]"), HasSubstr("found -1")));
}

TEST_F(RasterHdf5, fraction_is_refused_not_rounded) {
    write_hdf5(path("raster.h5"), "spikes", {1, 2}, {0, 0.5}, H5T_IEEE_F32LE);
    EXPECT_THAT(error(), HasSubstr("found 0.5"));
}

TEST_F(RasterHdf5, not_a_number_is_refused) {
    write_hdf5(path("raster.h5"), "spikes", {1, 2}, {0, std::nan("")}, H5T_IEEE_F32LE);
    EXPECT_THAT(error(), AllOf(HasSubstr("/spikes[0, 1]"), HasSubstr("nan")));
}

// 257 would become 1 if it were cut to a byte.
TEST_F(RasterHdf5, wide_value_is_refused_not_cut) {
    write_hdf5(path("raster.h5"), "spikes", {1, 2}, {0, 257}, H5T_STD_U16LE);
    EXPECT_THAT(error(), HasSubstr("found 257"));
}

TEST_F(RasterHdf5, missing_dataset_lists_those_that_are_there) {
    write_hdf5(path("raster.h5"), "group/raster", {1, 2}, {0, 1});
    EXPECT_THAT(error(), AllOf(HasSubstr("raster.h5: /spikes"), HasSubstr("stimulus.dataset"),
                               HasSubstr("group/raster")));
}

TEST_F(RasterHdf5, wrong_rank_is_refused) {
    write_hdf5(path("raster.h5"), "spikes", {1, 1, 1, 2}, {0, 1});
    EXPECT_THAT(error(), HasSubstr("found 4"));
}

TEST_F(RasterHdf5, empty_dataset_is_refused) {
    write_hdf5(path("raster.h5"), "spikes", {0, 3, 2}, {});
    EXPECT_THAT(error(), AllOf(HasSubstr("/spikes"), HasSubstr("found 0, 3 and 2")));
}

TEST_F(RasterHdf5, strings_are_refused) {
    const hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, 4);
    write_hdf5(path("raster.h5"), "spikes", {1, 2}, {}, text);
    H5Tclose(text);
    EXPECT_THAT(error(), HasSubstr("found another type"));
}

TEST_F(RasterHdf5, width_other_than_the_input_population_is_refused) {
    write_hdf5(path("raster.h5"), "spikes", {1, 2}, {0, 1});
    auto o = options();
    o.input_size = 700;
    EXPECT_THAT(config_error([&] { make_raster_stimulus(o); }),
                AllOf(HasSubstr("expected 700 neurons"), HasSubstr("found 2")));
}

TEST_F(RasterHdf5, cut_file_is_refused_in_silence) {
    write_hdf5(path("raster.h5"), "spikes", {40, 50}, std::vector<double>(2000, 1.0));
    std::filesystem::resize_file(path("raster.h5"),
                                 std::filesystem::file_size(path("raster.h5")) / 2);
    testing::internal::CaptureStderr();
    const std::string message = error();
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_THAT(message, HasSubstr("libhdf5 cannot open"));
}

TEST_F(RasterHdf5, missing_dataset_is_refused_in_silence) {
    write_hdf5(path("raster.h5"), "other", {1, 2}, {0, 1});
    testing::internal::CaptureStderr();
    const std::string message = error();
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_FALSE(message.empty());
}

}  // namespace
}  // namespace cortile::test
