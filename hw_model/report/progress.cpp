// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "hw_model/report/format.h"

namespace cortile {
namespace {

constexpr std::size_t kColumns = 79;  // one less than a terminal's 80: none of them wraps the line
constexpr std::chrono::milliseconds kBetweenDraws{100};

std::string clock_text(double seconds) {
    // Beyond four days the figure is a guess anyway.
    const auto whole = static_cast<std::uint64_t>(std::clamp(seconds + 0.5, 0.0, 359999.0));
    const std::uint64_t hours = whole / 3600, minutes = whole / 60 % 60, rest = whole % 60;
    return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, rest)
                     : fmt::format("{}:{:02}", minutes, rest);
}

std::string rate_text(double per_second) {
    return fmt::format("{:.{}f}/s", per_second, per_second < 100 ? 1 : 0);
}

// As wide as the rest of the line, of `taken` columns, leaves room for; nothing if that is too
// little.
std::string bar_text(double share, std::size_t taken) {
    constexpr std::size_t kFrame = 3, kNarrowest = 4, kWidest = 30;
    if (taken + kFrame + kNarrowest > kColumns) {
        return "";
    }
    const std::size_t width = std::min(kColumns - taken - kFrame, kWidest);
    const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
    return " [" + std::string(full, '#') + std::string(width - full, '.') + ']';
}

}  // namespace

ProgressBar::ProgressBar(std::ostream& out, bool enabled, std::string label, std::uint64_t total,
                         std::function<Clock::time_point()> now)
    : out_(out),
      enabled_(enabled),
      label_(std::move(label)),
      total_(total),
      now_(std::move(now)),
      start_(now_()),
      last_draw_(start_) {}

ProgressBar::~ProgressBar() {
    if (!drawn_ || finished_) {
        return;
    }
    try {
        out_ << '\n' << std::flush;
    } catch (...) {  // a stream that throws must not turn one error into a crash
    }
}

void ProgressBar::advance_to(std::uint64_t done) {
    done_ = std::max(done_, total_ > 0 ? std::min(done, total_) : done);
    if (!enabled_ || finished_) {
        return;
    }
    const Clock::time_point at = now_();
    if (!drawn_ || at - last_draw_ >= kBetweenDraws) {
        draw(at);
    }
}

void ProgressBar::finish() {
    if (finished_) {
        return;
    }
    finished_ = true;
    if (enabled_) {
        draw(now_());
        out_ << '\n' << std::flush;
    }
}

void ProgressBar::draw(Clock::time_point at) {
    last_draw_ = at;
    drawn_ = true;
    const double elapsed = std::chrono::duration<double>(at - start_).count();
    const double rate = elapsed > 0 ? static_cast<double>(done_) / elapsed : 0;
    const std::string speed = rate > 0 ? "  " + rate_text(rate) : "";

    std::string line;
    if (total_ == 0) {
        line = fmt::format("{}  {}{}", label_, done_, speed);
    } else {
        std::string left;
        if (done_ == total_) {
            left = fmt::format("  in {}", clock_text(elapsed));
        } else if (rate > 0) {
            left = fmt::format("  {} left", clock_text(static_cast<double>(total_ - done_) / rate));
        }
        const double share = static_cast<double>(done_) / static_cast<double>(total_);
        // Rounded down: 100 % is what is finished.
        const std::string tail = fmt::format(" {:3} %  {}/{}{}{}", static_cast<int>(100 * share),
                                             done_, total_, speed, left);
        line = label_ + bar_text(share, report::display_width(label_ + tail)) + tail;
    }
    // Blanks take away what a longer line left behind; a terminal need not know escape sequences.
    const std::size_t columns = report::display_width(line);
    out_ << '\r' << report::padded(line, drawn_width_) << std::flush;
    drawn_width_ = columns;
}

}  // namespace cortile
