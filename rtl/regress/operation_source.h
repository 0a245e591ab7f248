// SPDX-License-Identifier: Apache-2.0
// What one run shows its datapath.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "cores/datapath/operations.h"
#include "cores/datapath/stimulus.h"
#include "rtl/regress/regression_list.h"
#include "rtl/verilated/datapath_description.h"

namespace cortile::regress {

// The operations of a test with a seed, in their order: the same ones whoever asks, in pieces of
// any size.
//   directed: those that the semantics single out, then each operand at each of its corners, the
//     others drawn at random;
//   random: RandomStimulus;
//   recorded: `operations` of the recording; the recording is cut into so many slices of that
//     length, and seed 1 means the first slice.
// Of a datapath that keeps its state each operation continues from the one before.
class OperationSource {
  public:
    // The description is kept. Throws ConfigError for a recording that does not fit.
    OperationSource(const DatapathDescription& datapath, const TestDescription& test,
                    std::uint64_t seed);

    // The next rows, `most` at most; none at the end. Valid until the next call.
    std::span<const std::int64_t> next(std::size_t most);

  private:
    void make_directed(std::uint64_t seed, std::uint64_t most);
    void read_recording(const TestDescription& test, std::uint64_t seed);

    const DatapathDescription& datapath_;
    std::unique_ptr<NeuronDatapath> reference_;
    std::size_t words_;
    std::uint64_t left_ = 0;  // operations
    std::unique_ptr<RandomStimulus> random_;
    Operations listed_;  // where it is no random stimulus
    std::size_t taken_ = 0;
    std::vector<std::int64_t> state_;  // that the datapath keeps
    Operations piece_;
};

}  // namespace cortile::regress
