// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <stdexcept>

#include "hw_model/base/temporary_folder.h"

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
    sigset_t blocked;
    ::sigprocmask(SIG_BLOCK, nullptr, &blocked);
    EXPECT_EQ(::sigismember(&blocked, SIGINT), 0);
    EXPECT_EQ(::sigismember(&blocked, SIGCHLD), 0);
}

std::vector<ChildTask> sleeping(std::size_t tasks, unsigned seconds) {
    return std::vector<ChildTask>(tasks, {[seconds] {
                                      ::sleep(seconds);
                                      return 0;
                                  }});
}

bool has_no_children() {
    errno = 0;
    return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

TEST(ChildRunner, EndsAreInTheTasksOrderWhoeverEndsFirst) {
    std::vector<ChildTask> tasks;
    for (int i = 0; i < 8; ++i) {
        tasks.push_back({[i] {
            ::usleep(static_cast<unsigned>(8 - i) * 10'000);
            return i;
        }});
    }
    for (const unsigned parallel : {1u, 3u, 20u}) {
        ChildRunner children;
        std::set<std::size_t> ended;
        const auto ends =
            children.run_all(tasks, parallel, [&](std::size_t index, const ChildRunner::End& end) {
                EXPECT_EQ(end.exit_code, static_cast<int>(index));
                EXPECT_TRUE(ended.insert(index).second);
            });
        ASSERT_EQ(ends.size(), tasks.size());
        EXPECT_EQ(ended.size(), tasks.size());
        for (std::size_t i = 0; i < ends.size(); ++i) {
            EXPECT_EQ(ends[i].exit_code, static_cast<int>(i));
        }
    }
}

TEST(ChildRunner, NoMoreRunAtATimeThanWereAskedFor) {
    const TemporaryFolder folder;
    std::vector<ChildTask> tasks;
    for (int i = 0; i < 6; ++i) {
        tasks.push_back({[i, &folder] {
            const fs::path mine = folder.path() / std::to_string(i);
            std::ofstream(mine) << "x";
            ::usleep(30'000);
            const auto present =
                std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator());
            fs::remove(mine);
            return static_cast<int>(present);
        }});
    }
    ChildRunner children;
    for (const ChildRunner::End& end : children.run_all(tasks, 2)) {
        EXPECT_GE(end.exit_code, 1);
        EXPECT_LE(end.exit_code, 2);
    }
}

TEST(ChildRunner, AChildThatTakesTooLongIsKilledAndTheOthersAreNot) {
    std::vector<ChildTask> tasks = sleeping(1, 60);
    tasks[0].time_limit = std::chrono::milliseconds(50);
    tasks.push_back({[] { return 5; }});
    ChildRunner children;
    const auto ends = children.run_all(tasks, 2);
    EXPECT_TRUE(ends[0].timed_out);
    EXPECT_EQ(ends[0].signal, SIGKILL);
    EXPECT_LT(ends[0].seconds, 30);
    EXPECT_FALSE(ends[1].timed_out);
    EXPECT_EQ(ends[1].exit_code, 5);
    EXPECT_TRUE(has_no_children());
}

TEST(ChildRunner, WhatAChildStartedIsKilledWithIt) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    ChildRunner children;
    children.run([&] {
        if (::fork() == 0) {
            ::sleep(60);  // holds the pipe open
        }
        return 0;
    });
    ::close(ends[1]);
    char byte = 0;
    EXPECT_EQ(::read(ends[0], &byte, 1), 0) << "the grandchild lives";
}

TEST(ChildRunner, WritesWhatAChildSaysToItsFile) {
    const TemporaryFolder folder;
    ChildTask task{[] {
        std::cout << "one\n";
        std::printf("two\n");
        std::cerr << "three\n";
        return 0;
    }};
    task.output = folder.path() / "log";
    ChildRunner children;
    children.run_all({task}, 1);
    std::ostringstream text;
    text << std::ifstream(task.output).rdbuf();
    EXPECT_THAT(text.str(), testing::HasSubstr("one\n"));
    EXPECT_THAT(text.str(), testing::HasSubstr("two\n"));
    EXPECT_THAT(text.str(), testing::HasSubstr("three\n"));
}

TEST(ChildRunner, ASignalKillsAllChildren) {
    std::vector<ChildTask> tasks = sleeping(3, 60);
    const pid_t parent = ::getpid();
    tasks.push_back({[&] { return ::kill(parent, SIGTERM); }});
    ChildRunner children;
    EXPECT_THROW(children.run_all(tasks, 4), Interrupted);
    EXPECT_TRUE(has_no_children());
}

TEST(ChildRunner, WhatTheCallBackThrowsLeavesNoChild) {
    std::vector<ChildTask> tasks = sleeping(2, 60);
    tasks.push_back({[] { return 0; }});
    ChildRunner children;
    EXPECT_THROW(
        children.run_all(
            tasks, 3, [](std::size_t, const ChildRunner::End&) { throw std::runtime_error("x"); }),
        std::runtime_error);
    EXPECT_TRUE(has_no_children());
}

TEST(ChildRunner, WorksWhereItsParentIgnoresTheEndOfChildren) {
    std::signal(SIGCHLD, SIG_IGN);
    {
        ChildRunner children;
        EXPECT_EQ(children.run([] { return 7; }).exit_code, 7);
    }
    struct sigaction action {};
    ::sigaction(SIGCHLD, nullptr, &action);
    EXPECT_EQ(action.sa_handler, SIG_IGN);
}

}  // namespace
}  // namespace cortile
