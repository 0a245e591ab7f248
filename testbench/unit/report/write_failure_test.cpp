// SPDX-License-Identifier: Apache-2.0
// Disks that fill up, limits and permissions: the earlier results stay whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "hw_model/base/error.h"
#include "hw_model/report/result_folder.h"
#include "testbench/unit/report/sample_run.h"

namespace cortile {
namespace {

namespace fs = std::filesystem;
using test::sample_ledger;
using test::sample_run;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string error_of_writing(const fs::path& folder, const std::string& effective_yaml) {
    try {
        write_result_folder(folder, effective_yaml, sample_run(), sample_ledger());
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        names.push_back(entry.path().filename().string());
    }
    return names;
}

// No file of this process may be larger, for as long as the object lives.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    rlimit before_{};
    void (*handler_)(int);
};

// A disk of 128 KiB on `folder`, seen by this process alone.
class SmallDisk {
  public:
    explicit SmallDisk(const fs::path& folder) : folder_(folder) {
        // MS_PRIVATE: where mounts are shared, this one would show outside of this process.
        mounted_ = own_mounts() &&
                   ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                   ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=128k") == 0;
    }
    ~SmallDisk() {
        if (mounted_) {
            ::umount2(folder_.c_str(), MNT_DETACH);
        }
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool mounted() const { return mounted_; }

  private:
    static bool own_mounts() {
        if (::unshare(CLONE_NEWNS) == 0) {
            return true;
        }
        const std::string user = std::to_string(::geteuid());
        const std::string group = std::to_string(::getegid());
        if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
            return false;
        }
        // A user without an entry owns nothing in the new namespace and can make no file there.
        test::write_file("/proc/self/uid_map", user + ' ' + user + " 1\n");
        test::write_file("/proc/self/setgroups", "deny");
        test::write_file("/proc/self/gid_map", group + ' ' + group + " 1\n");
        return true;
    }

    fs::path folder_;
    bool mounted_ = false;
};

// Acts as a user without rights: root may write where permissions forbid it.
class Unprivileged {
  public:
    Unprivileged() : before_(::geteuid()) {
        constexpr uid_t kNobody = 65534;
        active_ = before_ != 0 || ::seteuid(kNobody) == 0;
    }
    ~Unprivileged() {
        if (::seteuid(before_) != 0) {
            std::abort();
        }
    }
    Unprivileged(const Unprivileged&) = delete;
    Unprivileged& operator=(const Unprivileged&) = delete;

    bool active() const { return active_; }

  private:
    uid_t before_;
    bool active_ = false;
};

TEST(WriteFailure, AFileThatCannotGrowIsAnErrorThatNamesIt) {
    const TemporaryFolder base;
    const FileSizeLimit limit(64 * 1024);
    EXPECT_THAT(error_of_writing(base.path() / "run1", std::string(200'000, 'x')),
                AllOf(HasSubstr("run1/effective.yaml: cannot write 200000 bytes: File too large"),
                      HasSubstr("hint: raise the limit")));
}

TEST(WriteFailure, LeavesNoPartialFolder) {
    const TemporaryFolder base;
    const FileSizeLimit limit(64 * 1024);
    ASSERT_NE(error_of_writing(base.path() / "a" / "run1", std::string(200'000, 'x')), "no error");
    EXPECT_THAT(names_in(base.path()), testing::IsEmpty());
}

TEST(WriteFailure, LeavesEarlierResultsAsTheyWere) {
    const TemporaryFolder base;
    const fs::path folder = base.path() / "run1";
    ASSERT_EQ(error_of_writing(folder, "first"), "no error");
    const auto before = test::read_folder(folder);
    const FileSizeLimit limit(64 * 1024);
    ASSERT_NE(error_of_writing(folder, std::string(200'000, 'x')), "no error");
    EXPECT_TRUE(before == test::read_folder(folder));
    EXPECT_THAT(names_in(base.path()), ElementsAre("run1"));
}

TEST(WriteFailure, CheckRejectsAParentThatIsNotWritable) {
    const TemporaryFolder base;
    ASSERT_EQ(::chmod(base.path().c_str(), 0555), 0);
    const Unprivileged user;
    ASSERT_TRUE(user.active());
    try {
        check_result_folder(base.path() / "run1");
        FAIL() << "no error";
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("Permission denied"),
                                        HasSubstr("hint: name a folder that you may write to")));
    }
}

TEST(WriteFailure, CheckRejectsEarlierResultsThatAreProtected) {
    const TemporaryFolder base;
    const fs::path folder = base.path() / "run1";
    ASSERT_EQ(error_of_writing(folder, ""), "no error");
    ASSERT_EQ(::chmod(folder.c_str(), 0555), 0);
    ASSERT_EQ(::chmod(base.path().c_str(), 0777), 0);
    const Unprivileged user;
    ASSERT_TRUE(user.active());
    try {
        check_result_folder(folder);
        FAIL() << "no error";
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), HasSubstr("cannot replace the folder: Permission denied"));
    }
    EXPECT_EQ(::seteuid(::getuid()), 0);
    ::chmod(folder.c_str(), 0755);
}

// These two stand last: a user's namespace of its own, with its rights, stays with the process.
TEST(WriteFailure, AFullDiskIsAnErrorAndLeavesEarlierResultsAsTheyWere) {
    const TemporaryFolder base;
    const SmallDisk disk(base.path());
    if (!disk.mounted()) {
        GTEST_SKIP() << "this system lets no test mount a disk of its own";
    }
    const fs::path folder = base.path() / "run1";
    ASSERT_EQ(error_of_writing(folder, "first"), "no error");
    const auto before = test::read_folder(folder);
    EXPECT_THAT(error_of_writing(folder, std::string(200'000, 'x')),
                AllOf(HasSubstr("No space left on device"), HasSubstr("hint: free some space")));
    EXPECT_TRUE(before == test::read_folder(folder));
    EXPECT_THAT(names_in(base.path()), ElementsAre("run1"));
}

TEST(WriteFailure, CheckRejectsAMountPoint) {
    const TemporaryFolder base;
    const SmallDisk disk(base.path());
    if (!disk.mounted()) {
        GTEST_SKIP() << "this system lets no test mount a disk of its own";
    }
    try {
        check_result_folder(base.path());
        FAIL() << "no error";
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("is a mount point"),
                                        HasSubstr("hint: name a folder inside it")));
    }
}

}  // namespace
}  // namespace cortile
