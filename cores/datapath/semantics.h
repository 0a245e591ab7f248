// SPDX-License-Identifier: Apache-2.0
// What a datapath is to compute: a specification in code, chosen by name and options
// (datapath.yaml: reference.semantics and reference.<option>).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cores/api/neuron_datapath.h"
#include "hw_model/config/parameters.h"

namespace cortile {

// A key of a chip that says what an operation costs, for cost tables (`cortile synth`).
struct CostKey {
    std::string energy;  // "core.energy.neuron_update_active"
    // Of operations with this value of this output only; no output: of all.
    std::string output = {};
    std::int64_t value = 0;
    unsigned events = 1;  // that one operation is
};

// Sees the operations of a test and says what of the reference they leave untested.
class StimulusWatch {
  public:
    virtual ~StimulusWatch() = default;
    virtual void see(std::span<const std::int64_t> rows) = 0;
    // A line each.
    virtual std::vector<std::string> untested() const = 0;
};

// Steers operations of a module that keeps its state. A state is made by the operations before: one
// that just equals its threshold, by the input before it.
class ChainSteering {
  public:
    // Operations that it looks at, from the one that it moves on.
    static constexpr std::size_t kLongest = 4;

    virtual ~ChainSteering() = default;
    virtual std::uint32_t goals() const = 0;
    // Moves operands of the first of `rows`, kLongest operations that follow one another from its
    // state, so that one of them meets the goal: which one; those up to it must stay as they are.
    // Otherwise (no value) it goes as near as it can, so that the next one may meet it. `bits`:
    // random.
    virtual std::optional<std::size_t> steer(std::span<std::int64_t> rows, std::uint32_t goal,
                                             std::uint32_t bits) = 0;
};

class DatapathSemantics {
  public:
    virtual ~DatapathSemantics() = default;

    virtual std::string name() const = 0;
    virtual std::string description() const = 0;  // one line
    // Where the RTL of ours that computes it lies, below rtl/; empty: there is none.
    virtual std::string rtl_folder() const { return ""; }
    // Keys reference.<option>.
    virtual ParameterSchema schema() const = 0;
    // The reference. It keeps nothing between operations: all state is in the operands.
    virtual std::unique_ptr<NeuronDatapath> make(const Parameters& options) const = 0;

    // None: no core type has such costs.
    virtual std::vector<CostKey> cost_keys(const DatapathContract&) const { return {}; }

    // Operations that a test must not miss, as rows; random stimulus covers corners of each field
    // by itself (cores/datapath/stimulus.h).
    virtual std::vector<std::vector<std::int64_t>> directed(const DatapathContract&,
                                                            NeuronDatapath& /*reference*/) const {
        return {};
    }
    // Moves an operation, drawn at random, to where faults hide: a voltage that just equals its
    // threshold, a sum that just wraps. `bits`: random. `reference` is at hand for what an
    // operation gives. Words of the state stay as they are where `state_is_free` is false: a module
    // that keeps its state inside cannot be given one.
    virtual void steer(const DatapathContract&, NeuronDatapath& /*reference*/,
                       std::span<std::int64_t> /*operands*/, std::uint32_t /*bits*/,
                       bool /*state_is_free*/) const {}

    // nullptr: there are none to steer to. What is given is kept.
    virtual std::unique_ptr<ChainSteering> chain_steering(const DatapathContract&,
                                                          NeuronDatapath& /*reference*/) const {
        return nullptr;
    }
    // nullptr: nothing is known. `reference` is kept.
    virtual std::unique_ptr<StimulusWatch> watch(NeuronDatapath& /*reference*/) const {
        return nullptr;
    }
};

}  // namespace cortile
