// SPDX-License-Identifier: Apache-2.0
// The file around a saved state: every damage is found, and an earlier file stays until the next
// is whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "hw_model/base/error.h"
#include "hw_model/base/temporary_folder.h"
#include "hw_model/base/text_file.h"
#include "hw_model/state/checkpoint_file.h"

namespace cortile {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CheckpointFile : public testing::Test {
  protected:
    std::string refusal(const std::string& bytes) const {
        write_text_file(file, bytes);
        try {
            read_checkpoint(file);
        } catch (const ConfigError& error) {
            EXPECT_EQ(error.where(), file.string());
            return error.what();
        }
        return "none";
    }

    TemporaryFolder folder;
    fs::path file = folder.path() / "checkpoint";
    std::string whole = framed_checkpoint("contents of a state");
};

TEST_F(CheckpointFile, IsReadAsItWasWritten) {
    replace_file(file, whole);
    EXPECT_EQ(read_checkpoint(file), "contents of a state");
    replace_file(file, framed_checkpoint(""));
    EXPECT_EQ(read_checkpoint(file), "");
    EXPECT_FALSE(fs::exists(partial_of(file)));
}

TEST_F(CheckpointFile, EveryBitThatChangesIsFound) {
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        std::string bytes = whole;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        EXPECT_NE(refusal(bytes), "none") << "bit " << bit;
    }
}

TEST_F(CheckpointFile, EveryOtherLengthIsFound) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_NE(refusal(whole.substr(0, size)), "none") << size << " bytes";
    }
    EXPECT_THAT(refusal(whole + "x"), HasSubstr("should hold 19 bytes, and holds 20"));
    EXPECT_THAT(refusal(whole.substr(0, 12)), HasSubstr("is cut off after 12 bytes"));
}

TEST_F(CheckpointFile, SaysWhatItIsNot) {
    EXPECT_THAT(refusal("{\"json\": true, \"long\": \"enough\"}"),
                HasSubstr("this is no checkpoint"));
    std::string newer = whole;
    newer[8] = 9;
    EXPECT_THAT(refusal(newer), HasSubstr("is of format 9; this program reads format 1"));
    fs::remove(file);
    EXPECT_THROW(read_checkpoint(file), ConfigError);
}

TEST_F(CheckpointFile, TheEarlierFileStaysIfTheNextCannotBeWritten) {
    replace_file(file, whole);
    fs::create_directory(partial_of(file));  // in the way
    EXPECT_THROW(replace_file(file, framed_checkpoint("next")), ConfigError);
    EXPECT_EQ(read_checkpoint(file), "contents of a state");
}

}  // namespace
}  // namespace cortile
