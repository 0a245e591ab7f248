// SPDX-License-Identifier: Apache-2.0
// Are text labels given to the right samples, and wrong ones refused with their line?
#include "workload/stimulus/label_file.h"

#include <gmock/gmock.h>

#include "testbench/unit/stimulus/stimulus_files.h"

namespace cortile::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class LabelFile : public StimulusTest {
  protected:
    std::vector<std::uint32_t> read(const std::string& text,
                                    const std::vector<std::filesystem::path>& files,
                                    std::uint32_t samples) const {
        return read_label_file(write("labels.txt", text), files, samples);
    }
    std::string error(const std::string& text, const std::vector<std::filesystem::path>& files,
                      std::uint32_t samples) const {
        return config_error([&] { read(text, files, samples); });
    }
};

TEST_F(LabelFile, one_label_a_line_in_order) {
    EXPECT_THAT(read("3\n0\n11\n", {"rasters.h5"}, 3), ElementsAre(3, 0, 11));
}

TEST_F(LabelFile, comments_blank_lines_and_carriage_returns_do_not_count) {
    EXPECT_THAT(read("# class\r\n3\r\n\r\n 4 ", {"a", "b"}, 2), ElementsAre(3, 4));
}

TEST_F(LabelFile, named_labels_go_to_the_file_of_that_name) {
    EXPECT_THAT(read("#sample #class\n1\t5\n2\t0\n10\t7\n", {"d/10.bs2", "d/1.bs2"}, 2),
                ElementsAre(7, 5));
}

TEST_F(LabelFile, file_without_a_named_label_is_refused) {
    EXPECT_THAT(error("1 5\n", {"d/1.bs2", "d/2.bs2"}, 2),
                AllOf(HasSubstr("d/2.bs2"), HasSubstr("\"2\"")));
}

TEST_F(LabelFile, files_of_one_name_cannot_be_told_apart) {
    EXPECT_THAT(error("1 5\n", {"a/1.bs2", "b/1.bs2"}, 2),
                AllOf(HasSubstr("a/1.bs2"), HasSubstr("b/1.bs2")));
}

TEST_F(LabelFile, names_need_one_sample_a_file) {
    EXPECT_THAT(error("a 5\n", {"a.h5"}, 4), HasSubstr("1 file(s) hold 4 samples"));
}

TEST_F(LabelFile, name_given_twice_is_refused) {
    EXPECT_THAT(error("a 5\na 6\n", {"a.csv"}, 1),
                AllOf(HasSubstr("labels.txt:2"), HasSubstr("\"a\" again")));
}

TEST_F(LabelFile, too_few_labels_are_counted) {
    EXPECT_THAT(error("1\n2\n", {"a"}, 3), HasSubstr("expected 3 labels, one a sample, found 2"));
}

TEST_F(LabelFile, too_many_labels_are_counted) {
    EXPECT_THAT(error("1\n2\n", {"a"}, 1), HasSubstr("expected 1 labels, one a sample, found 2"));
}

TEST_F(LabelFile, what_is_no_number_is_refused_with_its_line) {
    for (const char* text : {"1\nseven\n", "1\n-2\n", "1\n2.5\n", "1\n99999999999\n"}) {
        EXPECT_THAT(error(text, {"a"}, 2),
                    AllOf(HasSubstr("labels.txt:2"), HasSubstr("expected a label")))
            << text;
    }
}

TEST_F(LabelFile, the_two_forms_do_not_mix) {
    EXPECT_THAT(error("1\na 2\n", {"a", "b"}, 2),
                AllOf(HasSubstr("labels.txt:2"), HasSubstr("as in the lines before")));
}

TEST_F(LabelFile, missing_file_names_its_key) {
    EXPECT_THAT(config_error([&] { read_label_file(path("nowhere"), {}, 1); }),
                HasSubstr("stimulus.labels"));
}

}  // namespace
}  // namespace cortile::test
