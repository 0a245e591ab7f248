// SPDX-License-Identifier: Apache-2.0
// Event-driven simulation of a netlist with a delay for each path through each cell, so that the
// toggles it counts include the glitches: what arithmetic does on its way to its result. In a
// multiplier they outnumber the others.
//
// Two values; state is 0 at the start. Delays are inertial: an output that is to return to its
// value before it has changed does not change. What is shorter than a cell's delay is thus no
// toggle, and every toggle counts as a full one.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "rtl/synthesis/gate_netlist.h"

namespace cortile {

using Femtoseconds = std::int64_t;

// Time from a change at an input pin to the rise or fall of an output pin of a cell.
struct GateDelay {
    Femtoseconds rise = 0, fall = 0;
};
// Key: cell, input pin, output pin, by name. A path without an entry takes kLeastDelay.
using GateDelays = std::map<std::tuple<std::string, std::string, std::string>, GateDelay>;

// What happened while it was counted. Order of the nets and cells: the netlist's.
struct GateActivity {
    std::vector<std::uint64_t> toggles;     // by net
    std::vector<std::uint64_t> functional;  // by net: those that would be left without delays
    std::vector<Femtoseconds> high;         // by net: time at 1
    // Of the internal energies of each cell: how often each held, by the edge of the causing pin
    // (0 fall, 1 rise) and that of the pin that has it. Cells, then pins, then energies of a pin.
    std::vector<std::array<std::array<std::uint64_t, 2>, 2>> internal;
    std::uint64_t cycles = 0;
    Femtoseconds duration = 0;
};

class GateSimulation {
  public:
    static constexpr Femtoseconds kLeastDelay = 1000;

    // `netlist` must outlive it.
    GateSimulation(const GateNetlist& netlist, const GateDelays& delays);

    Femtoseconds now() const { return now_; }
    bool value(std::uint32_t net) const { return values_[net] != 0; }
    // A net that no cell drives takes this value at `time`, not before now().
    void drive(std::uint32_t net, bool value, Femtoseconds time);
    // Everything before `time`.
    void run_until(Femtoseconds time);

    // Forgets what was counted. Counting starts with the next event.
    void start_counting();
    // Call where a cycle has settled; at start_counting() too.
    void end_cycle();
    GateActivity activity() const;

  private:
    struct Fanout {
        std::uint32_t cell = 0;
        std::uint16_t pin = 0, argument = 0;
    };
    struct Output {
        std::uint32_t cell = 0, net = 0;
        std::uint16_t pin = 0;
        std::uint32_t delays = 0;   // first of this output's in delays_, one an input
        std::uint64_t pending = 0;  // the event that will toggle it; 0: none
    };
    struct CellState {
        std::uint32_t arguments = 0;
        std::uint32_t first_output = 0, last_output = 0;
        std::uint32_t first_internal = 0;
        bool clock = false;
    };
    struct Event {
        Femtoseconds time = 0;
        std::uint64_t number = 0;
        std::uint32_t output = 0;  // or, of a driven net, kOpen
        std::uint32_t net = 0;
        std::uint16_t cause = 0;  // input pin of the output's cell
        bool cause_rises = false;
        bool value = false;
        bool operator>(const Event& other) const {
            return std::pair(time, number) > std::pair(other.time, other.number);
        }
    };

    void build(const GateDelays& delays);
    void happen(const Event& event);
    void update_state(std::uint32_t cell);
    void schedule_outputs(std::uint32_t cell, std::uint16_t argument, bool rises);
    void count_internal(std::uint32_t cell, unsigned pin, unsigned cause, bool cause_rises,
                        bool rises);

    const GateNetlist& netlist_;
    std::vector<std::uint8_t> values_, settled_;
    std::vector<std::uint32_t> fanout_begin_;
    std::vector<Fanout> fanouts_;
    std::vector<CellState> cells_;
    std::vector<Output> outputs_;
    std::vector<GateDelay> delays_;
    std::vector<std::uint8_t> is_clock_;  // by net: it reaches a clock pin
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::uint64_t events_made_ = 0;
    Femtoseconds now_ = 0, counting_since_ = 0;
    std::vector<Femtoseconds> changed_;
    GateActivity counted_;
};

}  // namespace cortile
