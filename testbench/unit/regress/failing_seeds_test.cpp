// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/failing_seeds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testbench/unit/config/config_test_support.h"

namespace cortile::regress {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const RunName kA{"lif", "random", 1}, kB{"lif", "random", 2}, kC{"soma", "corners", 3};

TEST(FailingSeeds, AreKeptInAFileInTheirOrder) {
    const fs::path file = fresh_directory() / "failing_seeds.txt";
    EXPECT_THAT(read_failing_seeds(file), IsEmpty());
    write_failing_seeds(file, {kC, kA});
    EXPECT_THAT(read_failing_seeds(file), ElementsAre(kC, kA));
    write_failing_seeds(file, {});
    EXPECT_FALSE(fs::exists(file));
    write_failing_seeds(file, {});
}

TEST(FailingSeeds, AFileMayHaveCommentsBlanksAndRepetitions) {
    const fs::path file = fresh_directory() / "failing_seeds.txt";
    write_file(file, "# head\n\n  lif/random.2 # seen on Monday\r\nlif/random.2\nlif/random.1");
    EXPECT_THAT(read_failing_seeds(file), ElementsAre(kB, kA));
}

TEST(FailingSeeds, AnythingElseIsAnErrorWithItsLine) {
    const fs::path file = fresh_directory() / "failing_seeds.txt";
    write_file(file, "# head\nlif/random\n");
    EXPECT_EQ(config_error([&] { read_failing_seeds(file); }),
              file.string() +
                  ":2: \"lif/random\" is not the name of a run\n"
                  "  hint: write DATAPATH/TEST.SEED, or remove the line");
}

TEST(FailingSeeds, AFileThatCannotBeWrittenIsAnErrorAndLeavesNothing) {
    const fs::path folder = fresh_directory();
    fs::create_directories(folder / "failing_seeds.txt" / "in_the_way");
    EXPECT_THAT(config_error([&] { write_failing_seeds(folder / "failing_seeds.txt", {kA}); }),
                HasSubstr("cannot be written"));
    EXPECT_FALSE(fs::exists(folder / "failing_seeds.txt.partial"));
}

TEST(FailingSeeds, StickUntilTheyPass) {
    EXPECT_THAT(still_failing({kA, kB}, {{kA, true}, {kC, false}}), ElementsAre(kB, kC))
        << "A passed, B was not run, C is new";
    EXPECT_THAT(still_failing({kA}, {{kA, false}}), ElementsAre(kA));
    EXPECT_THAT(still_failing({}, {{kA, true}}), IsEmpty());
}

}  // namespace
}  // namespace cortile::regress
