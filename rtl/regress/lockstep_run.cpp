// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/lockstep_run.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "hw_model/base/random.h"
#include "hw_model/base/text_table.h"
#include "rtl/regress/failure_buckets.h"

namespace cortile::regress {

namespace {

constexpr std::size_t kHistory = 16;  // operations that a message shows

std::unique_ptr<VerilatedDatapath> make_rtl(const DatapathDescription& datapath,
                                            std::shared_ptr<const DatapathLibrary> library) {
    return std::make_unique<VerilatedDatapath>(datapath, std::move(library));
}

}  // namespace

Stalls stalls_of(const TestDescription& test, std::uint64_t seed) {
    const auto start = philox({seed, RandomUse::datapath_stimulus}, 1, 0);
    return {std::uint64_t{start[0]} << 32 | start[1],
            static_cast<std::uint32_t>(std::lround(test.stalls * 256))};
}

std::string LockstepFailure::bucket() const {
    std::string text = normalised_message(disagreement.bucket());
    // What Verilator puts before every message.
    constexpr std::string_view kPrefix = "[#] %Error: ";
    if (const std::size_t at = text.find(kPrefix); at != std::string::npos) {
        text.erase(at, kPrefix.size());
    }
    return text;
}

std::string LockstepFailure::text(const DatapathContract& contract) const {
    const std::size_t words = contract.operand_words();
    const std::size_t shown = history.size() / words;
    std::string text = fmt::format("operation {}: {}", disagreement.operation, disagreement.text());
    text.erase(text.find_last_not_of('\n') + 1);
    text += '\n';
    if (!got.empty()) {
        std::vector<std::vector<std::string>> table{{"result", "expected", "got", ""}};
        const std::vector<std::string> names = contract.result_names();
        for (std::size_t i = 0; i < names.size(); ++i) {
            table.push_back({names[i], std::to_string(expected[i]), std::to_string(got[i]),
                             expected[i] == got[i] ? "" : "<-- differs"});
        }
        text += "\n" + text_table(table, "<>><");
    }
    return text + fmt::format("\nthe last {} up to it:\n{}",
                              shown == 1 ? "operation" : fmt::format("{} operations", shown),
                              history_text(contract, history, shown - 1, shown, history_first));
}

LockstepRun::LockstepRun(const DatapathDescription& datapath,
                         std::shared_ptr<const DatapathLibrary> library,
                         const TestDescription& test, std::uint64_t seed)
    : datapath_(datapath),
      source_(datapath, test, seed),
      rtl_(nullptr),
      lockstep_(datapath.reference(), [&]() -> std::unique_ptr<NeuronDatapath> {
          auto rtl = make_rtl(datapath, std::move(library));
          rtl_ = rtl.get();
          return rtl;
      }()) {
    const Stalls stalls = stalls_of(test, seed);
    rtl_->set_stalls(stalls.seed, stalls.share, stalls.share);
    rtl_->check_timing(true);
}

bool LockstepRun::step(std::uint64_t last) {
    const std::size_t words = datapath_.contract.operand_words();
    std::span<const std::int64_t> rows =
        failure_ ? std::span<const std::int64_t>() : source_.next(kPiece);
    if (last < operations_ + rows.size() / words) {
        rows = rows.first(static_cast<std::size_t>(last + 1 - operations_) * words);
    }
    if (rows.empty()) {
        return false;
    }
    const std::size_t count = rows.size() / words;
    results_.resize(count * datapath_.contract.result_words());
    try {
        lockstep_.run(rows, results_);
    } catch (const DatapathMismatch& mismatch) {
        note_failure(mismatch.disagreement(), rows);
        return false;
    }
    operations_ += count;
    ++piece_;
    const auto kept = std::min(rows.size(), kHistory * words);
    tail_.assign(rows.end() - static_cast<std::ptrdiff_t>(kept), rows.end());
    return true;
}

void LockstepRun::note_failure(const Disagreement& disagreement,
                               std::span<const std::int64_t> rows) {
    const std::size_t words = datapath_.contract.operand_words();
    const std::size_t result_words = datapath_.contract.result_words();
    // Where no operation retired the first is the one that is shown.
    const std::size_t failed =
        std::min<std::size_t>(disagreement.operation, rows.size() / words - 1);
    LockstepFailure failure;
    failure.disagreement = disagreement;
    failure.disagreement.operation += operations_;
    failure.piece = piece_;
    failure.first = operations_;
    failure.rows.assign(rows.begin(), rows.end());
    failure.history = tail_;
    failure.history.insert(failure.history.end(), rows.begin(),
                           rows.begin() + static_cast<std::ptrdiff_t>((failed + 1) * words));
    const std::size_t most = kHistory * words;
    if (failure.history.size() > most) {
        failure.history.erase(failure.history.begin(),
                              failure.history.end() - static_cast<std::ptrdiff_t>(most));
    }
    failure.history_first = operations_ + failed + 1 - failure.history.size() / words;
    const auto row = [&](std::span<const std::int64_t> results) {
        const auto at = results.subspan(failed * result_words, result_words);
        return std::vector<std::int64_t>(at.begin(), at.end());
    };
    failure.expected = row(results_);
    if (disagreement.kind == Disagreement::Kind::value) {
        failure.got = row(lockstep_.got());
    }
    operations_ += failed;
    failure_ = std::move(failure);
}

}  // namespace cortile::regress
