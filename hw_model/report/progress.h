// SPDX-License-Identifier: Apache-2.0
// How far a run is, on one line of a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

namespace cortile {

class ProgressBar {
  public:
    using Clock = std::chrono::steady_clock;

    // Writes to `out`, which must outlive the bar, and only if `enabled`. `total`: what is done in
    // the end; 0 if unknown, which leaves out the bar and the time left. `now` is a parameter for
    // the sake of tests.
    ProgressBar(std::ostream& out, bool enabled, std::string label, std::uint64_t total,
                std::function<Clock::time_point()> now = &Clock::now);
    // Ends the line if finish() was not reached, so that an error message starts on a line of its
    // own.
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    // `done` of `total`; going back or beyond the total is ignored. Draws at most 10 times a
    // second.
    void advance_to(std::uint64_t done);

    // Draws the last state and ends the line. Nothing is drawn after it.
    void finish();

  private:
    void draw(Clock::time_point at);

    std::ostream& out_;
    bool enabled_;
    std::string label_;
    std::uint64_t total_;
    std::function<Clock::time_point()> now_;
    Clock::time_point start_, last_draw_;
    std::uint64_t done_ = 0;
    bool drawn_ = false, finished_ = false;
    std::size_t drawn_width_ = 0;
};

}  // namespace cortile
