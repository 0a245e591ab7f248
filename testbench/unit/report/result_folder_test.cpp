// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/result_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "hw_model/base/error.h"
#include "hw_model/report/partial_folder.h"
#include "testbench/unit/report/sample_run.h"

namespace cortile {
namespace {

namespace fs = std::filesystem;
using test::sample_ledger;
using test::sample_run;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ResultFolder : public testing::Test {
  protected:
    fs::path base() const { return temporary_.path(); }
    fs::path folder() const { return base() / "run1"; }

    void write(const RunResult& run) const {
        write_result_folder(folder(), "chip: loihi\n", run, sample_ledger());
    }

    // Names of all that stands in the base folder: nothing temporary may stay there.
    std::vector<std::string> siblings() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(base())) {
            names.push_back(entry.path().filename().string());
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    static std::string error_of(const fs::path& place) {
        try {
            check_result_folder(place);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "no error";
    }

  private:
    TemporaryFolder temporary_;
};

std::vector<std::string> names_of(const std::map<std::string, std::string>& files) {
    std::vector<std::string> names;
    for (const auto& [name, content] : files) {
        names.push_back(name);
    }
    return names;
}

RunResult run_with_probe() {
    RunResult run = sample_run();
    run.probes = {{"fc1", "v", 2, 3, {1, 2, 3, 4, 5, 6}}};
    return run;
}

TEST_F(ResultFolder, HoldsEveryFile) {
    write(run_with_probe());
    EXPECT_THAT(names_of(test::read_folder(folder())),
                ElementsAre("cores.csv", "effective.yaml", "energy.csv", "layers.csv", "links.csv",
                            "probes.h5", "report.txt", "samples.csv", "summary.json"));
}

TEST_F(ResultFolder, HoldsWhatWasLearnedAndItsChart) {
    RunResult run = sample_run();
    run.probes = {{"fc1", "w", 2, 2, {1, 2, 3, 4}}};
    run.learned = {{"fc1", "w", 2, 1, {3, 4}}};
    write(run);
    EXPECT_TRUE(fs::exists(folder() / "learned.h5"));
    EXPECT_TRUE(fs::exists(folder() / "weights.svg"));
    write(sample_run());  // and replaces such a folder
    EXPECT_FALSE(fs::exists(folder() / "learned.h5"));
}

TEST_F(ResultFolder, HoldsNoProbeFileWithoutProbes) {
    write(sample_run());
    EXPECT_FALSE(fs::exists(folder() / "probes.h5"));
}

TEST_F(ResultFolder, KeepsTheEffectiveConfigurationAsItIs) {
    write(sample_run());
    EXPECT_EQ(test::read_file(folder() / "effective.yaml"), "chip: loihi\n");
}

TEST_F(ResultFolder, HoldsTheLedgersEnergyTable) {
    write(sample_run());
    EXPECT_EQ(test::read_file(folder() / "energy.csv"), sample_ledger().to_csv());
}

TEST_F(ResultFolder, LeavesNothingTemporaryBehind) {
    write(sample_run());
    EXPECT_THAT(siblings(), ElementsAre("run1"));
}

TEST_F(ResultFolder, EqualRunsGiveEqualBytesButForTheExecutionLines) {
    RunResult other = run_with_probe();
    other.threads = 1;
    other.wall_run_seconds = 77;
    other.peak_rss_bytes = 1;
    other.command = "another";
    write(run_with_probe());
    auto first = test::read_folder(folder());
    write(other);
    auto second = test::read_folder(folder());
    for (auto* files : {&first, &second}) {
        (*files)["summary.json"] = test::without_execution_lines((*files)["summary.json"]);
    }
    EXPECT_TRUE(first == second);
}

TEST_F(ResultFolder, ReplacesEarlierResultsAsAWhole) {
    write(run_with_probe());
    write(sample_run());
    EXPECT_FALSE(fs::exists(folder() / "probes.h5"));
    EXPECT_THAT(siblings(), ElementsAre("run1"));
}

TEST_F(ResultFolder, FillsAnEmptyFolder) {
    fs::create_directory(folder());
    write(sample_run());
    EXPECT_TRUE(fs::exists(folder() / "summary.json"));
}

TEST_F(ResultFolder, KeepsThePermissionsOfTheFolderItReplaces) {
    fs::create_directory(folder());
    ASSERT_EQ(::chmod(folder().c_str(), 0750), 0);
    write(sample_run());
    EXPECT_EQ(fs::status(folder()).permissions(), fs::perms{0750});
}

TEST_F(ResultFolder, MakesTheFoldersAboveIt) {
    write_result_folder(base() / "a" / "b", "", sample_run(), sample_ledger());
    EXPECT_TRUE(fs::exists(base() / "a" / "b" / "summary.json"));
}

TEST_F(ResultFolder, MayBeNamedWithATrailingSlash) {
    write_result_folder(folder().string() + "/", "", sample_run(), sample_ledger());
    EXPECT_TRUE(fs::exists(folder() / "summary.json"));
}

TEST_F(ResultFolder, FollowsALinkToAFolder) {
    fs::create_directory(folder());
    fs::create_directory_symlink(folder(), base() / "latest");
    write_result_folder(base() / "latest", "", sample_run(), sample_ledger());
    EXPECT_TRUE(fs::is_symlink(base() / "latest"));
    EXPECT_TRUE(fs::exists(folder() / "summary.json"));
}

TEST_F(ResultFolder, AFailureOfTheRunsOwnDataLeavesNothingBehind) {
    RunResult run = sample_run();
    run.probes = {{"fc1", "v", 2, 3, {1}}};
    EXPECT_THROW(write_result_folder(base() / "a" / "b", "", run, sample_ledger()),
                 ContractViolation);
    EXPECT_THAT(siblings(), IsEmpty());
}

TEST_F(ResultFolder, CheckAcceptsWhatCanBeWritten) {
    EXPECT_EQ(error_of(folder()), "no error");
    EXPECT_EQ(error_of(base() / "a" / "b" / "c"), "no error");
    write(run_with_probe());
    EXPECT_EQ(error_of(folder()), "no error");
}

TEST_F(ResultFolder, CheckLeavesNothingBehind) {
    check_result_folder(base() / "a" / "b" / "c");
    EXPECT_THAT(siblings(), IsEmpty());
}

TEST_F(ResultFolder, CheckRejectsAFolderWithForeignFiles) {
    write(sample_run());
    test::write_file(folder() / "thesis.tex", "years of work");
    EXPECT_THAT(error_of(folder()),
                HasSubstr("found 'thesis.tex', which is none of ours\n  hint:"));
}

TEST_F(ResultFolder, CheckRejectsAFolderNamedLikeAFileOfOurs) {
    write(sample_run());
    fs::create_directory(folder() / "probes.h5");
    EXPECT_THAT(error_of(folder()),
                HasSubstr("found 'probes.h5', which is a folder and none of ours"));
}

TEST_F(ResultFolder, CheckSaysWhatIsNamedLikeACheckpoint) {
    write(sample_run());
    fs::create_directory(folder() / "checkpoint");
    EXPECT_THAT(error_of(folder()),
                HasSubstr("found 'checkpoint', which is a folder and none of ours"));
    fs::remove(folder() / "checkpoint");
    fs::create_symlink(folder() / "nothing", folder() / "checkpoint");
    EXPECT_THAT(error_of(folder()), HasSubstr("'checkpoint', which is a symbolic link to nothing"));
    fs::remove(folder() / "checkpoint");
    fs::create_symlink(folder() / "effective.yaml", folder() / "checkpoint");
    EXPECT_THAT(error_of(folder()),
                HasSubstr("'checkpoint', which is a symbolic link and none of ours"));
}

TEST_F(ResultFolder, CheckRejectsFilesWithoutTheMarksOfAResultFolder) {
    fs::create_directory(folder());
    test::write_file(folder() / "effective.yaml", "");
    test::write_file(folder() / "layers.csv", "");
    EXPECT_THAT(
        error_of(folder()),
        HasSubstr("it holds 'effective.yaml' but not both effective.yaml and summary.json"));
}

TEST_F(ResultFolder, CheckRejectsAFileInItsPlace) {
    test::write_file(folder(), "");
    EXPECT_THAT(error_of(folder()), HasSubstr("is a file; expected a folder, or nothing\n  hint:"));
}

TEST_F(ResultFolder, CheckRejectsAFileAboveIt) {
    test::write_file(base() / "a", "");
    EXPECT_THAT(error_of(base() / "a" / "b"), HasSubstr("/a' is not a folder\n  hint:"));
}

TEST_F(ResultFolder, CheckRejectsADanglingLink) {
    fs::create_directory_symlink(base() / "nowhere", base() / "latest");
    EXPECT_THAT(error_of(base() / "latest"), HasSubstr("is a symbolic link to nothing"));
}

TEST_F(ResultFolder, CheckRejectsTheCurrentFolder) {
    const fs::path before = fs::current_path();
    fs::current_path(base());
    const std::string error = error_of(".");
    fs::current_path(before);
    EXPECT_THAT(error, HasSubstr("replaced as a whole"));
}

TEST_F(ResultFolder, CheckRejectsTheRootAndAnEmptyName) {
    EXPECT_THAT(error_of("/"), HasSubstr("replaced as a whole"));
    EXPECT_THAT(error_of(""), HasSubstr("is empty\n  hint:"));
}

TEST_F(ResultFolder, CheckRejectsANameThatIsTooLong) {
    EXPECT_THAT(error_of(base() / std::string(250, 'x')), HasSubstr("File name too long\n  hint:"));
}

TEST_F(ResultFolder, WriteLeavesAFolderWithForeignFilesAlone) {
    fs::create_directory(folder());
    test::write_file(folder() / "thesis.tex", "years of work");
    EXPECT_THROW(write(sample_run()), ConfigError);
    EXPECT_THAT(names_of(test::read_folder(folder())), ElementsAre("thesis.tex"));
    EXPECT_THAT(siblings(), ElementsAre("run1"));
}

TEST_F(ResultFolder, MountPointsAreTold) {
    EXPECT_TRUE(report::is_mount_point("/proc"));
    EXPECT_FALSE(report::is_mount_point(base()));
}

TEST_F(ResultFolder, AFileSystemWithoutExchangeReplacesEarlierResultsToo) {
    write(run_with_probe());
    report::PartialFolder partial(folder());
    partial.write("effective.yaml", "new");
    partial.write("summary.json", "new");
    partial.commit(false);
    EXPECT_THAT(names_of(test::read_folder(folder())),
                ElementsAre("effective.yaml", "summary.json"));
    EXPECT_THAT(siblings(), ElementsAre("run1"));
}

TEST_F(ResultFolder, ForeignFilesThatAppearWhileWritingAreLeftAlone) {
    write(sample_run());
    {
        report::PartialFolder partial(folder());
        partial.write("summary.json", "new");
        test::write_file(folder() / "thesis.tex", "years of work");
        EXPECT_THROW(partial.commit(), ConfigError);
    }
    EXPECT_EQ(test::read_file(folder() / "thesis.tex"), "years of work");
    EXPECT_NE(test::read_file(folder() / "summary.json"), "new");
    EXPECT_THAT(siblings(), ElementsAre("run1"));
}

// What `cortile compare --out` writes: files of its own, and result folders below.
class ComparisonFolder : public ResultFolder {
  protected:
    void write_comparison(const std::string& text) {
        report::PartialFolder partial(folder(), report::comparison_folder_contents());
        for (const std::string& name : report::comparison_folder_contents().files) {
            partial.write(name, text);
        }
        write_result_folder(partial.path() / text, "x: 1\n", sample_run(), sample_ledger());
        partial.commit();
    }
};

TEST_F(ComparisonFolder, IsReplacedWithTheResultFoldersInIt) {
    write_comparison("one");
    write_comparison("two");
    EXPECT_EQ(test::read_file(folder() / "compare.csv"), "two");
    EXPECT_TRUE(fs::exists(folder() / "two" / "summary.json"));
    EXPECT_FALSE(fs::exists(folder() / "one"));
    EXPECT_THAT(siblings(), ElementsAre("run1"));
}

TEST_F(ComparisonFolder, IsNotReplacedWhenAResultFolderHoldsAForeignFile) {
    write_comparison("one");
    test::write_file(folder() / "one" / "thesis.tex", "years of work");
    EXPECT_THROW(write_comparison("two"), ConfigError);
    EXPECT_EQ(test::read_file(folder() / "compare.csv"), "one");
    EXPECT_EQ(test::read_file(folder() / "one" / "thesis.tex"), "years of work");
    EXPECT_THAT(siblings(), ElementsAre("run1"));
}

TEST_F(ComparisonFolder, AndResultsOfOneRunDoNotReplaceEachOther) {
    write_comparison("one");
    EXPECT_THROW(check_result_folder(folder()), ConfigError);
    fs::remove_all(folder());
    write(sample_run());
    EXPECT_THROW(report::require_replaceable(folder(), report::comparison_folder_contents()),
                 ConfigError);
}

TEST_F(ComparisonFolder, GoesAwayWholeWhenItIsNotFinished) {
    {
        const report::PartialFolder partial(folder(), report::comparison_folder_contents());
        write_result_folder(partial.path() / "one", "x: 1\n", sample_run(), sample_ledger());
    }
    EXPECT_TRUE(siblings().empty());
}

TEST_F(ResultFolder, FoldersThatBelongToItAreReplacedWithAllThatTheyHold) {
    static const report::FolderContents contents{{"a.txt", "b.txt"}, false, {"tree"}};
    const auto write = [&](const std::string& text) {
        report::PartialFolder partial(folder(), contents);
        partial.write("a.txt", text);
        partial.write("b.txt", text);
        fs::create_directories(partial.path() / "tree" / text);
        test::write_file(partial.path() / "tree" / text / "deep", text);
        partial.commit();
    };
    write("one");
    write("two");
    EXPECT_EQ(test::read_file(folder() / "tree" / "two" / "deep"), "two");
    EXPECT_FALSE(fs::exists(folder() / "tree" / "one"));
    EXPECT_THAT(siblings(), ElementsAre("run1"));
    fs::create_directory(folder() / "other");
    EXPECT_THROW(write("three"), ConfigError);
    EXPECT_TRUE(fs::exists(folder() / "tree" / "two"));
}

TEST_F(ResultFolder, APartialFolderIsHiddenBesideItsTarget) {
    const report::PartialFolder partial(folder());
    EXPECT_EQ(partial.path().parent_path(), base());
    EXPECT_THAT(partial.path().filename().string(), testing::StartsWith(".run1.partial-"));
}

}  // namespace
}  // namespace cortile
