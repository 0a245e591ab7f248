// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/text_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"
#include "hw_model/base/temporary_folder.h"

namespace cortile {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class TextFileTest : public testing::Test {
  protected:
    TextFileTest() { make_folder(folder_ / "deep"); }

    const TemporaryFolder own_;
    const std::filesystem::path folder_ = own_.path();
};

TEST_F(TextFileTest, IsReadAsItWasWritten) {
    const std::string text("one\r\ntwo\0three", 14);
    write_text_file(folder_ / "deep/a.txt", "longer than what comes after it");
    write_text_file(folder_ / "deep/a.txt", text);
    EXPECT_EQ(read_text_file(folder_ / "deep/a.txt"), text);
    write_text_file(folder_ / "deep/a.txt", "");
    EXPECT_EQ(read_text_file(folder_ / "deep/a.txt"), "");
}

TEST_F(TextFileTest, ThatIsNoneIsRefused) {
    EXPECT_THAT([&] { read_text_file(folder_ / "none"); },
                ThrowsMessage<ConfigError>(HasSubstr("none: cannot be read: No such file")));
    EXPECT_THAT([&] { read_text_file(folder_ / "deep"); },
                ThrowsMessage<ConfigError>(HasSubstr("cannot be read")));
    EXPECT_THAT([&] { write_text_file(folder_ / "no/such", "x", "name another"); },
                ThrowsMessage<ConfigError>(
                    AllOf(HasSubstr("cannot be written"), HasSubstr("name another"))));
}

TEST_F(TextFileTest, FolderCannotBeMadeWhereAFileIs) {
    write_text_file(folder_ / "file", "x");
    EXPECT_THAT([&] { make_folder(folder_ / "file" / "in_it"); },
                ThrowsMessage<ConfigError>(HasSubstr("cannot be made")));
}

}  // namespace
}  // namespace cortile
