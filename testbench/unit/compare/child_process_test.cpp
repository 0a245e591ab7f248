// SPDX-License-Identifier: Apache-2.0
#include "app/child_process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

namespace cortile {
namespace {

namespace fs = std::filesystem;

TEST(ChildRunner, HandsOverTheExitCode) {
    ChildRunner children;
    const ChildRunner::End end = children.run([] { return 7; });
    EXPECT_EQ(end.exit_code, 7);
    EXPECT_EQ(end.signal, 0);
}

TEST(ChildRunner, HandsOverTheSignalThatEndedTheChild) {
    ChildRunner children;
    EXPECT_EQ(children
                  .run([]() -> int {
                      ::raise(SIGKILL);
                      return 0;
                  })
                  .signal,
              SIGKILL);
}

TEST(ChildRunner, NothingThatAChildThrowsReachesItsParentsStack) {
    const TemporaryFolder kept;
    ChildRunner children;
    EXPECT_NE(children.run([]() -> int { throw std::runtime_error("x"); }).exit_code, 0);
    EXPECT_TRUE(fs::exists(kept.path())) << "a destructor ran in the child";
}

TEST(ChildRunner, ASignalKillsTheChildAndThrows) {
    ChildRunner children;
    const pid_t parent = ::getpid();
    EXPECT_THROW(children.run([&] {
        ::kill(parent, SIGINT);
        ::sleep(60);
        return 0;
    }),
                 Interrupted);
    errno = 0;
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child was left behind";
    EXPECT_EQ(errno, ECHILD);
}

TEST(ChildRunner, AfterASignalNothingIsStarted) {
    ChildRunner children;
    ::raise(SIGTERM);
    const TemporaryFolder folder;
    EXPECT_THROW(children.run([&] {
        std::ofstream(folder.path() / "ran") << "x";
        return 0;
    }),
                 Interrupted);
    EXPECT_FALSE(fs::exists(folder.path() / "ran"));
    EXPECT_THROW(children.check(), Interrupted);
}

TEST(ChildRunner, PutsSignalsBack) {
    { ChildRunner children; }
    struct sigaction action {};
    ::sigaction(SIGINT, nullptr, &action);
    EXPECT_EQ(action.sa_handler, SIG_DFL);
}

TEST(TemporaryFolder, IsPrivateAndGoesAwayWithAllThatItHolds) {
    fs::path path;
    {
        const TemporaryFolder folder;
        path = folder.path();
        EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
        fs::create_directories(path / "a" / "b");
        std::ofstream(path / "a" / "b" / "c") << "x";
    }
    EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace cortile
