// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/gate_simulation.h"

#include <algorithm>

#include "hw_model/base/error.h"

namespace cortile {

GateSimulation::GateSimulation(const GateNetlist& netlist, const GateDelays& delays)
    : netlist_(netlist),
      values_(netlist.nets.size(), 0),
      is_clock_(netlist.nets.size(), 0),
      changed_(netlist.nets.size(), 0) {
    values_[GateNetlist::kOne] = 1;
    build(delays);
    settled_ = values_;
    start_counting();
}

void GateSimulation::build(const GateDelays& delays) {
    std::vector<std::vector<Fanout>> fanout(netlist_.nets.size());
    std::uint32_t internal = 0;
    for (std::uint32_t c = 0; c < netlist_.cells.size(); ++c) {
        const GateNetlist::Cell& cell = netlist_.cells[c];
        const LibertyCell& type = *cell.type;
        CellState state;
        for (unsigned argument = 0; argument < type.inputs.size(); ++argument) {
            const unsigned pin = type.inputs[argument];
            const std::uint32_t net = cell.nets[pin];
            if (net == GateNetlist::kOpen) {
                continue;
            }
            fanout[net].push_back(
                {c, static_cast<std::uint16_t>(pin), static_cast<std::uint16_t>(argument)});
            state.arguments |= std::uint32_t{values_[net]} << argument;
            if (type.pins[pin].clock || (type.state && type.state->clock.depends_on(argument))) {
                is_clock_[net] = 1;
            }
        }
        if (type.state) {
            state.clock = type.state->clock(state.arguments);
            state.arguments |= 2u << type.inputs.size();  // the complement of 0
        }
        state.first_output = static_cast<std::uint32_t>(outputs_.size());
        state.first_internal = internal;
        for (unsigned pin = 0; pin < type.pins.size(); ++pin) {
            internal += static_cast<std::uint32_t>(type.pins[pin].internal.size());
            if (!type.pins[pin].output || cell.nets[pin] == GateNetlist::kOpen) {
                continue;
            }
            outputs_.push_back({c, cell.nets[pin], static_cast<std::uint16_t>(pin),
                                static_cast<std::uint32_t>(delays_.size()), 0});
            for (const unsigned input : type.inputs) {
                const auto found =
                    delays.find({cell.name, type.pins[input].name, type.pins[pin].name});
                const GateDelay delay = found == delays.end() ? GateDelay{} : found->second;
                delays_.push_back(
                    {std::max(delay.rise, kLeastDelay), std::max(delay.fall, kLeastDelay)});
            }
        }
        state.last_output = static_cast<std::uint32_t>(outputs_.size());
        cells_.push_back(state);
    }
    counted_.internal.resize(internal);
    for (const auto& some : fanout) {
        fanout_begin_.push_back(static_cast<std::uint32_t>(fanouts_.size()));
        fanouts_.insert(fanouts_.end(), some.begin(), some.end());
    }
    fanout_begin_.push_back(static_cast<std::uint32_t>(fanouts_.size()));
    for (std::uint32_t c = 0; c < cells_.size(); ++c) {
        schedule_outputs(c, 0, false);
    }
}

void GateSimulation::drive(std::uint32_t net, bool value, Femtoseconds time) {
    if (time < now_) {
        throw ContractViolation("a gate simulation was to change a net in its past");
    }
    Event event;
    event.time = time;
    event.number = ++events_made_;
    event.output = GateNetlist::kOpen;
    event.net = net;
    event.value = value;
    events_.push(event);
}

void GateSimulation::run_until(Femtoseconds time) {
    while (!events_.empty() && events_.top().time < time) {
        const Event event = events_.top();
        events_.pop();
        now_ = event.time;
        happen(event);
    }
    now_ = std::max(now_, time);
}

void GateSimulation::happen(const Event& event) {
    if (event.output != GateNetlist::kOpen) {
        Output& output = outputs_[event.output];
        if (output.pending != event.number) {
            return;  // taken back since
        }
        output.pending = 0;
        count_internal(output.cell, output.pin, event.cause, event.cause_rises, event.value);
    } else if ((values_[event.net] != 0) == event.value) {
        return;
    }
    const std::uint32_t net = event.net;
    if (!event.value) {
        counted_.high[net] += now_ - std::max(changed_[net], counting_since_);
    }
    changed_[net] = now_;
    values_[net] = event.value;
    ++counted_.toggles[net];
    for (std::uint32_t f = fanout_begin_[net]; f < fanout_begin_[net + 1]; ++f) {
        const Fanout& fanout = fanouts_[f];
        CellState& cell = cells_[fanout.cell];
        cell.arguments ^= 1u << fanout.argument;
        count_internal(fanout.cell, fanout.pin, fanout.pin, event.value, event.value);
        if (netlist_.cells[fanout.cell].type->state) {
            update_state(fanout.cell);
        }
        schedule_outputs(fanout.cell, fanout.argument, event.value);
    }
}

void GateSimulation::update_state(std::uint32_t index) {
    const LibertyCell& type = *netlist_.cells[index].type;
    const LibertyState& state = *type.state;
    CellState& cell = cells_[index];
    const auto bit = static_cast<unsigned>(type.inputs.size());
    const bool clock = state.clock(cell.arguments);
    bool value = (cell.arguments >> bit & 1u) != 0;
    if (state.latch ? clock : clock && !cell.clock) {
        value = state.data(cell.arguments);
    }
    cell.clock = clock;
    if (state.preset && (*state.preset)(cell.arguments)) {
        value = true;
    }
    if (state.clear && (*state.clear)(cell.arguments)) {
        value = false;
    }
    cell.arguments &= ~(3u << bit);
    cell.arguments |= (value ? 1u : 2u) << bit;
}

void GateSimulation::schedule_outputs(std::uint32_t index, std::uint16_t argument, bool rises) {
    const LibertyCell& type = *netlist_.cells[index].type;
    const CellState& cell = cells_[index];
    for (std::uint32_t o = cell.first_output; o < cell.last_output; ++o) {
        Output& output = outputs_[o];
        const bool value = (*type.pins[output.pin].function)(cell.arguments);
        if (value == (values_[output.net] != 0)) {
            output.pending = 0;
            continue;
        }
        if (output.pending != 0) {
            continue;
        }
        const GateDelay& delay = delays_[output.delays + argument];
        Event event;
        event.time = now_ + (value ? delay.rise : delay.fall);
        event.number = ++events_made_;
        event.output = o;
        event.net = output.net;
        event.cause = type.inputs.empty() ? std::uint16_t{0}
                                          : static_cast<std::uint16_t>(type.inputs[argument]);
        event.cause_rises = rises;
        event.value = value;
        output.pending = event.number;
        events_.push(event);
    }
}

void GateSimulation::count_internal(std::uint32_t index, unsigned pin, unsigned cause,
                                    bool cause_rises, bool rises) {
    const LibertyCell& type = *netlist_.cells[index].type;
    if (type.pins[pin].internal.empty()) {
        return;
    }
    std::uint32_t at = cells_[index].first_internal;
    for (unsigned before = 0; before < pin; ++before) {
        at += static_cast<std::uint32_t>(type.pins[before].internal.size());
    }
    for (const InternalEnergy& energy : type.pins[pin].internal) {
        const bool caused = !energy.related || *energy.related == cause;
        if (caused && (!energy.when || (*energy.when)(cells_[index].arguments))) {
            ++counted_.internal[at][cause_rises][rises];
        }
        ++at;
    }
}

void GateSimulation::start_counting() {
    const std::size_t internal = counted_.internal.size();
    counted_ = {};
    counted_.toggles.resize(values_.size(), 0);
    counted_.functional.resize(values_.size(), 0);
    counted_.high.resize(values_.size(), 0);
    counted_.internal.resize(internal);
    counting_since_ = now_;
    settled_ = values_;
}

void GateSimulation::end_cycle() {
    ++counted_.cycles;
    for (std::size_t net = 0; net < values_.size(); ++net) {
        counted_.functional[net] += values_[net] != settled_[net];
    }
    settled_ = values_;
}

GateActivity GateSimulation::activity() const {
    GateActivity result = counted_;
    result.duration = now_ - counting_since_;
    for (std::size_t net = 0; net < values_.size(); ++net) {
        if (values_[net] != 0) {
            result.high[net] += now_ - std::max(changed_[net], counting_since_);
        }
        if (is_clock_[net] != 0) {
            result.functional[net] = result.toggles[net];  // a clock returns within a cycle
        }
    }
    return result;
}

}  // namespace cortile
