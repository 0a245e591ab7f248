// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/port_replay.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_model/base/error.h"

namespace cortile {

PortReplay::PortReplay(const GateNetlist& netlist, GateSimulation& simulation,
                       const ReplayOptions& options)
    : simulation_(simulation), options_(options) {
    std::vector<const GateNetlist::Port*> ports;
    for (const GateNetlist::Port& port : netlist.ports) {
        ports.push_back(&port);
    }
    std::sort(ports.begin(), ports.end(),
              [](const auto* a, const auto* b) { return a->name < b->name; });
    std::uint32_t word = 0;
    for (const GateNetlist::Port* port : ports) {
        for (std::uint32_t bit = 0; bit < port->nets.size(); ++bit) {
            Bit entry{port->nets[bit], word + bit / 32, bit % 32,
                      port->nets.size() > 1 ? fmt::format("{}[{}]", port->name, bit) : port->name,
                      false};
            if (port->name == options.clock) {
                clock_ = std::move(entry);
                has_clock_ = true;
            } else {
                (port->output ? outputs_ : inputs_).push_back(std::move(entry));
            }
        }
        word += static_cast<std::uint32_t>((port->nets.size() + 31) / 32);
    }
    if (!options.clock.empty() && !has_clock_) {
        throw ContractViolation("PortReplay: the netlist has no port " + options.clock);
    }
    seen_.resize(word, 0);
    if (has_clock_ && !options.rising_edge) {
        simulation_.drive(clock_.net, true, 0);  // else there were no first edge
    }
}

void PortReplay::drive_inputs() {
    const Femtoseconds start =
        static_cast<Femtoseconds>(periods_) * options_.period + options_.input_delay;
    for (Bit& input : inputs_) {
        if (input.in(seen_) != input.driven) {
            input.driven = !input.driven;
            simulation_.drive(input.net, input.driven, std::max(start, simulation_.now()));
        }
    }
}

// From one active edge up to, and without, the next.
void PortReplay::complete_period() {
    drive_inputs();
    ++periods_;
    simulation_.run_until(static_cast<Femtoseconds>(periods_) * options_.period);
    simulation_.end_cycle();
    // What was seen before the edge counts only if no input has changed since unseen, as a reset
    // does.
    const bool comparable = counting_ && !settled_.empty() &&
                            std::all_of(inputs_.begin(), inputs_.end(), [&](const Bit& input) {
                                return input.in(settled_) == input.in(seen_);
                            });
    for (const Bit& output : outputs_) {
        if (!comparable || !difference_.empty()) {
            return;
        }
        if (simulation_.value(output.net) != output.in(settled_)) {
            difference_ = fmt::format("period {}: {} is {} in gates with delays, {} without",
                                      periods_, output.name, int{simulation_.value(output.net)},
                                      int{output.in(settled_)});
        }
    }
}

void PortReplay::observe(const std::uint32_t* ports) {
    const bool was_active = has_clock_ && clock_.in(seen_) == options_.rising_edge;
    seen_.assign(ports, ports + seen_.size());
    if (!has_clock_) {
        settled_ = seen_;
        complete_period();
        return;
    }
    const bool active = clock_.in(seen_) == options_.rising_edge;
    if (!active) {
        settled_ = seen_;
        return;
    }
    if (was_active) {
        return;
    }
    complete_period();
    settled_.clear();
    const Femtoseconds edge = static_cast<Femtoseconds>(periods_) * options_.period;
    simulation_.drive(clock_.net, options_.rising_edge, edge);
    simulation_.drive(clock_.net, !options_.rising_edge, edge + options_.period / 2);
}

void PortReplay::start_counting() {
    counting_ = true;
    simulation_.start_counting();
}

void PortReplay::finish() {
    if (has_clock_) {
        simulation_.run_until(static_cast<Femtoseconds>(periods_ + 1) * options_.period);
        simulation_.end_cycle();
        ++periods_;
    }
}

}  // namespace cortile
