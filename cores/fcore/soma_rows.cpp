// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/soma_rows.h"

#include <fmt/format.h>

#include "cores/fcore/fcore_soma_semantics.h"
#include "hw_model/base/error.h"

namespace cortile {

namespace {

using Row = FcoreSomaRow;

// Registers that are narrower hold fewer values; these two change what is computed.
void check_width(const DatapathField& field, unsigned width) {
    if (field.width != width) {
        throw ConfigError("datapath of semantics fcore_soma",
                          fmt::format("{} has {} bits, in a core of this type {}", field.name,
                                      field.width, width),
                          "give the datapath the core's widths (reference, parameters)");
    }
}

}  // namespace

SomaRows::SomaRows(std::unique_ptr<NeuronDatapath> datapath) : datapath_(std::move(datapath)) {
    if (contract().semantics != "fcore_soma") {
        throw ContractViolation("SomaRows: a datapath of semantics " + contract().semantics);
    }
    check_width(contract().state[Row::v], 28);
    check_width(contract().parameters[Row::leak_factor - Row::threshold], 8);
}

void SomaRows::clear() {
    neurons_.clear();
    operands_.clear();
}

void SomaRows::add(std::uint32_t neuron, const SpikingSoma& soma, const SpikingState& state,
                   std::int32_t input, std::uint32_t random) {
    constexpr std::uint32_t kRandomBits = (1u << 28) - 1;
    neurons_.push_back(neuron);
    operands_.resize(operands_.size() + Row::operands);
    std::int64_t* const x = &operands_[operands_.size() - Row::operands];
    x[Row::v] = state.v;
    x[Row::theta] = state.theta;
    x[Row::timer] = state.timer;
    x[Row::hold] = state.hold;
    x[Row::input] = input;
    x[Row::random] = random & kRandomBits;
    x[Row::threshold] = soma.threshold;
    x[Row::floor] = soma.floor;
    x[Row::initial] = soma.initial;
    x[Row::reset] = soma.reset;
    x[Row::decrement] = soma.decrement;
    x[Row::leak_add] = soma.leak_add;
    x[Row::theta_add] = soma.theta_add;
    x[Row::theta_step] = soma.theta_step;
    x[Row::random_mask] = soma.random_mask;
    x[Row::leak_factor] = soma.leak_factor;
    x[Row::theta_factor] = soma.theta_factor;
    x[Row::window] = soma.window;
    x[Row::refractory] = soma.refractory;
    x[Row::reset_mode] = static_cast<std::int64_t>(soma.reset_mode);
    x[Row::leaks_by_factor] = soma.leaks_by_factor;
    x[Row::theta_by_factor] = soma.theta_by_factor;
    x[Row::fires] = soma.fires;
}

void SomaRows::run() {
    results_.resize(neurons_.size() * Row::results);
    if (!neurons_.empty()) {
        datapath_->run(operands_, results_);
    }
}

SomaRows::Update SomaRows::result(std::size_t row) const {
    const std::int64_t* const y = &results_[row * Row::results];
    Update update;
    update.state.v = static_cast<std::int32_t>(y[Row::v_after]);
    update.state.theta = static_cast<std::int32_t>(y[Row::theta_after]);
    update.state.timer = static_cast<std::uint16_t>(y[Row::timer_after]);
    update.state.hold = static_cast<std::uint8_t>(y[Row::hold_after]);
    update.state.shown = static_cast<std::int32_t>(y[Row::shown]);
    update.fired = y[Row::spike] != 0;
    update.active = y[Row::active] != 0;
    return update;
}

}  // namespace cortile
