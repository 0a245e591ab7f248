// SPDX-License-Identifier: Apache-2.0
// One run of a test: a datapath's RTL in lockstep with its reference, piece by piece.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cores/datapath/lockstep_datapath.h"
#include "rtl/regress/operation_source.h"
#include "rtl/verilated/verilated_datapath.h"

namespace cortile::regress {

// How often, of 256 clocks, no operation is offered or no response taken. Each call of run() of the
// RTL draws its own pauses, from `seed` and how many calls there were.
struct Stalls {
    std::uint64_t seed = 0;
    std::uint32_t share = 0;
};
Stalls stalls_of(const TestDescription& test, std::uint64_t seed);

struct LockstepFailure {
    Disagreement disagreement;  // `operation` counts from the start of the run
    std::uint64_t piece = 0;    // in which it failed
    std::uint64_t first = 0;    // operation of that piece
    Operations rows;            // the piece
    Operations history;         // the last operations up to the one that failed
    std::uint64_t history_first = 0;
    std::vector<std::int64_t> expected, got;  // results of the one that failed; got: if it came

    // What is the same for all cases of one fault.
    std::string bucket() const;
    // "operation 412: v: expected 17, got 18", the last operations, the results.
    std::string text(const DatapathContract& contract) const;
};

class LockstepRun {
  public:
    // Operations in one call: the RTL runs empty between two. Waveforms begin at such a place.
    static constexpr std::size_t kPiece = 512;

    // The description is kept.
    LockstepRun(const DatapathDescription& datapath, std::shared_ptr<const DatapathLibrary> library,
                const TestDescription& test, std::uint64_t seed);

    // Runs the next piece; false: there was none, or it failed. `last`: operations beyond this one
    // are left out of the piece.
    bool step(std::uint64_t last = UINT64_MAX);

    const std::optional<LockstepFailure>& failure() const { return failure_; }
    std::uint64_t operations() const { return operations_; }  // that agreed
    VerilatedDatapath& rtl() { return *rtl_; }

  private:
    void note_failure(const Disagreement& disagreement, std::span<const std::int64_t> rows);

    const DatapathDescription& datapath_;
    OperationSource source_;
    VerilatedDatapath* rtl_;  // of lockstep_
    LockstepDatapath lockstep_;
    std::uint64_t operations_ = 0, piece_ = 0;
    Operations tail_;  // the last rows of the piece before
    std::vector<std::int64_t> results_;
    std::optional<LockstepFailure> failure_;
};

}  // namespace cortile::regress
