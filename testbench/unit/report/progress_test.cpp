// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace cortile {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class Progress : public testing::Test {
  protected:
    ProgressBar::Clock::time_point now_{};
    std::ostringstream out_;

    std::function<ProgressBar::Clock::time_point()> clock() {
        return [this] { return now_; };
    }

    // What was drawn, one entry per drawing.
    std::vector<std::string> drawings() const {
        std::vector<std::string> lines;
        std::istringstream in(out_.str());
        std::string line;
        std::getline(in, line, '\r');
        while (std::getline(in, line, '\r')) {
            lines.push_back(line);
        }
        return lines;
    }
};

TEST_F(Progress, IsQuietUnlessEnabled) {
    {
        ProgressBar bar(out_, false, "run", 10, clock());
        bar.advance_to(5);
        bar.finish();
    }
    EXPECT_EQ(out_.str(), "");
}

TEST_F(Progress, ShowsShareRateAndTimeLeft) {
    ProgressBar bar(out_, true, "run", 200, clock());
    now_ += milliseconds(10'000);
    bar.advance_to(50);
    EXPECT_EQ(drawings().back(),
              "run [#######.......................]  25 %  50/200  5.0/s  0:30 left");
}

TEST_F(Progress, DrawsAtMostTenTimesASecond) {
    ProgressBar bar(out_, true, "run", 1000, clock());
    for (std::uint64_t done = 1; done <= 1000; ++done) {  // two seconds in all
        now_ += milliseconds(2);
        bar.advance_to(done);
    }
    EXPECT_LE(drawings().size(), 20u);
    EXPECT_GE(drawings().size(), 19u);
}

TEST_F(Progress, DrawsTheEndEvenIfItJustDrew) {
    ProgressBar bar(out_, true, "run", 100, clock());
    now_ += milliseconds(65'000);
    bar.advance_to(99);
    bar.advance_to(100);
    bar.finish();
    EXPECT_THAT(drawings().back(), HasSubstr("] 100 %  100/100  1.5/s  in 1:05"));
    EXPECT_EQ(out_.str().back(), '\n');
}

TEST_F(Progress, NothingFollowsTheEnd) {
    ProgressBar bar(out_, true, "run", 100, clock());
    bar.finish();
    const std::string before = out_.str();
    now_ += milliseconds(1000);
    bar.advance_to(50);
    bar.finish();
    EXPECT_EQ(out_.str(), before);
}

TEST_F(Progress, AnErrorStartsOnALineOfItsOwn) {
    try {
        ProgressBar bar(out_, true, "run", 100, clock());
        bar.advance_to(5);
        throw std::runtime_error("stop");
    } catch (const std::runtime_error&) {
        out_ << "error";
    }
    EXPECT_THAT(out_.str(), testing::EndsWith("\nerror"));
}

TEST_F(Progress, NeverGoesBackOrBeyondTheTotal) {
    ProgressBar bar(out_, true, "run", 100, clock());
    bar.advance_to(60);
    now_ += milliseconds(1000);
    bar.advance_to(40);
    EXPECT_THAT(drawings().back(), HasSubstr(" 60/100"));
    now_ += milliseconds(1000);
    bar.advance_to(500);
    EXPECT_THAT(drawings().back(), HasSubstr(" 100/100"));
}

TEST_F(Progress, WithoutATotalShowsCountAndRateOnly) {
    ProgressBar bar(out_, true, "run", 0, clock());
    now_ += milliseconds(2000);
    bar.advance_to(500);
    EXPECT_EQ(drawings().back(), "run  500  250/s");
}

TEST_F(Progress, AShorterLineCoversTheOneBefore) {
    ProgressBar bar(out_, true, "run", 1'000'000, clock());
    now_ += milliseconds(36'000'000);
    bar.advance_to(1);
    now_ += milliseconds(1);
    bar.advance_to(1'000'000);
    bar.finish();
    ASSERT_EQ(drawings().size(), 2u);
    EXPECT_GE(drawings()[1].size(), drawings()[0].size());
}

TEST_F(Progress, FitsATerminalOf80Columns) {
    ProgressBar bar(out_, true, "running the network", 123'456'789'012, clock());
    for (std::uint64_t i = 0; i < 10; ++i) {
        now_ += milliseconds(50'000'000);
        bar.advance_to(12'345'678'901 * i);
    }
    for (const std::string& line : drawings()) {
        EXPECT_LT(line.size(), 80u) << line;
    }
}

}  // namespace
}  // namespace cortile
