// SPDX-License-Identifier: Apache-2.0
// The contract of a neuron datapath: one update of one neuron, as raw integers. Whatever computes
// it (a reference in C++, RTL behind its pins, two of them in lockstep) has this interface
// (docs/contracts/neuron_datapath.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hw_model/base/error.h"

namespace cortile {

// A named value of an operation or its result.
struct DatapathField {
    std::string name;
    unsigned width = 1;  // bits, 1 to 63
    bool is_signed = false;
    unsigned lanes = 1;                       // so many values, side by side
    std::optional<std::int64_t> lowest = {};  // given: values are lowest .. lowest + 2^width - 1
    std::int64_t initial = 0;                 // of a state: after reset
    // What may be asked of the implementation, where that is less than its bits hold.
    std::optional<std::int64_t> least = {}, most = {};
    std::vector<std::int64_t> allowed = {};  // given: no values but these

    // The value of the lowest code: a value x has the code (x - base()) mod 2^width + base().
    std::int64_t base() const;
    std::int64_t minimum() const;
    std::int64_t maximum() const;
};

// An operation is a row of words: state before, inputs, parameters. Its result is a row too: state
// after, outputs. A field takes one word a lane. Rows of several operations follow one another.
struct DatapathContract {
    std::string semantics;  // which reference specifies it
    std::vector<DatapathField> state, inputs, parameters, outputs;

    std::size_t state_words() const;
    std::size_t operand_words() const;
    std::size_t result_words() const;
    // Names of the words, "v" or, with lanes, "v[3]".
    std::vector<std::string> operand_names() const;
    std::vector<std::string> result_names() const;
};

class NeuronDatapath {
  public:
    virtual ~NeuronDatapath() = default;

    virtual const DatapathContract& contract() const = 0;
    // To the state after reset; only implementations that keep neurons' state inside care.
    virtual void reset() {}
    // Computes operands.size() / operand_words() operations, in order. Throws DatapathMismatch
    // where an implementation breaks its contract.
    virtual void run(std::span<const std::int64_t> operands, std::span<std::int64_t> results) = 0;
};

// Where an implementation leaves its contract.
struct Disagreement {
    enum class Kind {
        value,      // `field` of the result differs
        retire,     // `field` of the retire channel differs from the operation or its result
        handshake,  // `message`: no response, a response to nothing, a tag that does not fit
        assertion,  // `message`: an assertion of the RTL failed
    };
    Kind kind = Kind::value;
    std::uint64_t operation = 0;  // index in the call of run()
    std::string field;
    std::int64_t expected = 0, got = 0;
    std::string message;

    // One line without the operation's index and values, the same for all cases of one fault.
    std::string bucket() const;
    std::string text() const;
};

class DatapathMismatch : public CosimMismatch {
  public:
    explicit DatapathMismatch(Disagreement disagreement);
    const Disagreement& disagreement() const { return disagreement_; }

  private:
    Disagreement disagreement_;
};

}  // namespace cortile
