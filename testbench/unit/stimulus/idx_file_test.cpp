// SPDX-License-Identifier: Apache-2.0
// Which idx files are read, and how the others are refused.
#include <gmock/gmock.h>

#include "testbench/unit/stimulus/stimulus_files.h"

namespace cortile::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class IdxFile : public StimulusTest {
  protected:
    // Three images of 2 x 2, the pixels 10 ... 21.
    static std::string three() {
        return idx_images(3, 2, 2, {10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21});
    }
    static ImageStimulusOptions options(const std::filesystem::path& images) {
        ImageStimulusOptions o;
        o.images = images;
        o.encoder = ImageEncoder::current;  // shows the pixels as they are
        return o;
    }
    static std::string error(const ImageStimulusOptions& o) {
        return config_error([&] { make_image_stimulus(o); });
    }
    // Pixel values of a sample.
    static Indices pixels(const Stimulus& stimulus, std::uint32_t sample) {
        Indices out;
        for (const float x : stimulus.current(sample, 0)) {
            out.push_back(static_cast<std::uint32_t>(x * 255.0F + 0.5F));
        }
        return out;
    }
};

TEST_F(IdxFile, plain_file_gives_its_pixels_in_row_order) {
    const auto stimulus = make_image_stimulus(options(write("a", three())));
    EXPECT_EQ(pixels(*stimulus, 1), (Indices{14, 15, 16, 17}));
}

TEST_F(IdxFile, gzip_file_gives_the_same_pixels) {
    const auto stimulus = make_image_stimulus(options(write_gzip("a.gz", three())));
    EXPECT_EQ(pixels(*stimulus, 2), (Indices{18, 19, 20, 21}));
}

TEST_F(IdxFile, counts_and_sizes_come_from_the_header) {
    const auto stimulus =
        make_image_stimulus(options(write("a", idx_images(2, 1, 3, {1, 2, 3, 4, 5, 6}))));
    EXPECT_EQ(stimulus->samples(), 2U);
    EXPECT_EQ(stimulus->input_size(), 3U);
}

TEST_F(IdxFile, first_and_samples_choose_a_range) {
    auto o = options(write("a", three()));
    o.first = 1;
    o.samples = 1;
    const auto stimulus = make_image_stimulus(o);
    EXPECT_EQ(stimulus->samples(), 1U);
    EXPECT_EQ(pixels(*stimulus, 0), (Indices{14, 15, 16, 17}));
}

TEST_F(IdxFile, labels_follow_the_chosen_range) {
    auto o = options(write("a", three()));
    o.labels = write_gzip("l.gz", idx_labels(3, {7, 8, 9}));
    o.first = 1;
    const auto stimulus = make_image_stimulus(o);
    EXPECT_EQ(stimulus->label(0), 8U);
    EXPECT_EQ(stimulus->label(1), 9U);
}

TEST_F(IdxFile, without_a_labels_file_there_are_no_labels) {
    EXPECT_EQ(make_image_stimulus(options(write("a", three())))->label(0), std::nullopt);
}

TEST_F(IdxFile, missing_file_is_named) {
    EXPECT_THAT(
        error(options(path("nowhere.gz"))),
        AllOf(HasSubstr("nowhere.gz"), HasSubstr("found none"), HasSubstr("stimulus.images")));
}

TEST_F(IdxFile, directory_is_refused) {
    EXPECT_THAT(error(options(path("."))), HasSubstr("found a directory"));
}

TEST_F(IdxFile, empty_file_is_refused) {
    EXPECT_THAT(error(options(write("a", ""))), HasSubstr("found an empty file"));
}

TEST_F(IdxFile, wrong_magic_number_is_shown) {
    EXPECT_THAT(
        error(options(write("a", "PK\x03\x04 more than sixteen bytes"))),
        AllOf(HasSubstr("expected magic number 0x00000803"), HasSubstr("found 0x504b0304")));
}

TEST_F(IdxFile, labels_given_as_images_are_recognised) {
    EXPECT_THAT(error(options(write("a", idx_labels(1, {3})))),
                AllOf(HasSubstr("found 0x00000801"), HasSubstr("exchange stimulus.images")));
}

TEST_F(IdxFile, images_given_as_labels_are_recognised) {
    auto o = options(write("a", three()));
    o.labels = o.images;
    EXPECT_THAT(error(o), AllOf(HasSubstr("0x00000801"), HasSubstr("idx file of images")));
}

TEST_F(IdxFile, cut_header_is_refused) {
    EXPECT_THAT(error(options(write("a", three().substr(0, 11)))),
                HasSubstr("expected a header of 16 bytes, found a file of 11 bytes"));
}

TEST_F(IdxFile, cut_pixels_are_counted) {
    EXPECT_THAT(error(options(write("a", three().substr(0, 16 + 9)))),
                HasSubstr("expected 3 images of 2 x 2 = 12 bytes behind the header, found 9"));
}

TEST_F(IdxFile, cut_behind_the_chosen_range_is_refused_too) {
    auto o = options(write("a", three().substr(0, 16 + 9)));
    o.samples = 1;
    EXPECT_THAT(error(o), HasSubstr("found 9"));
}

TEST_F(IdxFile, huge_count_in_a_small_file_does_not_reserve_memory) {
    EXPECT_THAT(error(options(write("a", idx_images(4'000'000'000U, 4000, 4000, {1, 2})))),
                HasSubstr("found 2"));
}

TEST_F(IdxFile, bytes_beyond_the_count_are_refused) {
    EXPECT_THAT(error(options(write("a", three() + "x"))), HasSubstr("= 12 bytes behind the "
                                                                     "header, found more"));
}

TEST_F(IdxFile, header_of_no_images_is_refused) {
    EXPECT_THAT(error(options(write("a", idx_images(0, 28, 28, {})))),
                HasSubstr("found 0 images of 28 x 28"));
}

TEST_F(IdxFile, images_without_pixels_are_refused) {
    EXPECT_THAT(error(options(write("a", idx_images(2, 0, 28, {})))),
                HasSubstr("found 2 images of 0 x 28"));
}

TEST_F(IdxFile, cut_gzip_file_is_told_from_a_short_one) {
    std::vector<std::uint8_t> noise(4096);  // does not compress to nothing
    for (std::size_t i = 0; i < noise.size(); ++i) {
        noise[i] = static_cast<std::uint8_t>((i * i * 2654435761U) >> 13);
    }
    const auto whole = write_gzip("a.gz", idx_images(1, 64, 64, noise));
    std::filesystem::resize_file(whole, std::filesystem::file_size(whole) / 2);
    EXPECT_THAT(error(options(whole)),
                AllOf(HasSubstr("a.gz"), HasSubstr("gzip"), HasSubstr("ends early")));
}

TEST_F(IdxFile, damaged_gzip_file_is_refused) {
    const auto whole = write_gzip("a.gz", three());
    std::fstream file(whole, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(-8, std::ios::end);  // the checksum stands before the length
    file << "????";
    file.close();
    EXPECT_THAT(error(options(whole)), HasSubstr("is damaged"));
}

TEST_F(IdxFile, label_count_must_be_the_image_count) {
    auto o = options(write("images", three()));
    o.labels = write("labels", idx_labels(2, {1, 2}));
    EXPECT_THAT(error(o), AllOf(HasSubstr("labels: expected 3 labels"), HasSubstr("images"),
                                HasSubstr("found 2")));
}

TEST_F(IdxFile, cut_labels_are_counted) {
    auto o = options(write("a", three()));
    o.labels = write("labels", idx_labels(3, {1, 2}));
    EXPECT_THAT(error(o), HasSubstr("expected 3 labels = 3 bytes behind the header, found 2"));
}

TEST_F(IdxFile, range_beyond_the_file_is_refused) {
    auto o = options(write("a", three()));
    o.first = 2;
    o.samples = 2;
    EXPECT_THAT(error(o), HasSubstr("expected to find images 2 to 3, found images 0 to 2"));
}

TEST_F(IdxFile, first_beyond_the_file_is_refused) {
    auto o = options(write("a", three()));
    o.first = 3;
    EXPECT_THAT(error(o), HasSubstr("found images 0 to 2"));
}

TEST_F(IdxFile, zero_samples_are_refused) {
    auto o = options(write("a", three()));
    o.samples = 0;
    EXPECT_THAT(error(o), HasSubstr("stimulus.samples: expected at least 1, found 0"));
}

}  // namespace
}  // namespace cortile::test
