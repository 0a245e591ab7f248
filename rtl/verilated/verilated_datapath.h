// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "rtl/verilated/datapath_library.h"

namespace cortile {

// RTL as a NeuronDatapath. Results that it does not show are left as they are in the row.
class VerilatedDatapath final : public NeuronDatapath {
  public:
    VerilatedDatapath(const DatapathDescription& description,
                      std::shared_ptr<const DatapathLibrary> library);
    ~VerilatedDatapath() override;

    const DatapathContract& contract() const override { return contract_; }
    void reset() override;
    // A new model: registers that no reset reaches start anew too. Ends a trace, and forgets
    // coverage, the mutant and check_timing().
    void power_on();
    void run(std::span<const std::int64_t> operands, std::span<std::int64_t> results) override;

    // Share of clocks, in 256, in which no operation is offered, or no response taken.
    void set_stalls(std::uint64_t seed, std::uint32_t request, std::uint32_t response);
    std::uint64_t cycles() const;  // clocks so far
    // From now on a response that comes at another time than datapath.yaml states breaks the
    // contract, and so does an operation that is not taken in its turn. Of pipelined RTL whose
    // responses announce themselves; of other RTL results are read when they are to be there.
    void check_timing(bool on);
    // Clocks from an operation to its response, and between operations that follow one another, as
    // measured with `row`. Needs a clock; call set_stalls(0, 0, 0) before.
    struct Timing {
        std::uint64_t latency = 0, interval = 0;
    };
    static constexpr std::uint64_t kMeasuredOperations = 65;
    Timing measure(std::span<const std::int64_t> row);

    // Of libraries built for it; a ContractViolation otherwise.
    void trace_to(const std::filesystem::path& fst);
    void stop_trace();
    void write_coverage(const std::filesystem::path& file) const;
    void select_mutant(std::uint32_t mutant);  // 0: none
    // Called with the value of every port whenever all have settled, also within reset(): ports by
    // name, each in as many 32-bit words as it needs. Empty: no more.
    void observe(std::function<void(const std::uint32_t* ports)> settled);

  private:
    void check_range(std::span<const std::int64_t> operands) const;

    DatapathContract contract_;
    std::string file_;
    std::vector<std::int64_t> least_;   // of each operand word
    std::vector<std::uint64_t> range_;  // its maximum less that
    std::shared_ptr<const DatapathLibrary> library_;
    void* model_;
    CortileStalls stalls_{};
    std::function<void(const std::uint32_t*)> observer_;
};

}  // namespace cortile
