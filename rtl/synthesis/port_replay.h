// SPDX-License-Identifier: Apache-2.0
// Makes a gate simulation see at its inputs what a harness did to the ports of the same netlist, in
// real time: the clock's edges a period apart, the other inputs shortly after the active edge, as
// if registers drove them. Any way of driving a datapath (handshake, fixed latency, several cycles
// an operation, no clock at all) is thus simulated alike.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rtl/synthesis/gate_simulation.h"

namespace cortile {

struct ReplayOptions {
    std::string clock;  // port; empty: none, and each observation is a period
    bool rising_edge = true;
    Femtoseconds period = 0;
    Femtoseconds input_delay = 0;  // of inputs after the active edge; less than half a period
};

class PortReplay {
  public:
    // References are kept. ContractViolation: no such clock.
    PortReplay(const GateNetlist& netlist, GateSimulation& simulation,
               const ReplayOptions& options);

    // What VerilatedDatapath::observe() tells: the ports by name, each in words of its own.
    void observe(const std::uint32_t* ports);
    // Forgets what was counted so far, and compares outputs from now on: before and within a reset,
    // registers of the two need not agree.
    void start_counting();
    // Completes the last period.
    void finish();

    // Where an output of the settled gates differed from the one observed, at the end of a period:
    // the first time. Empty: never.
    const std::string& difference() const { return difference_; }

  private:
    struct Bit {
        std::uint32_t net = 0, word = 0, shift = 0;
        std::string name;
        bool driven = false;
        bool in(const std::vector<std::uint32_t>& words) const {
            return (words[word] >> shift & 1u) != 0;
        }
    };

    void drive_inputs();
    void complete_period();

    GateSimulation& simulation_;
    ReplayOptions options_;
    std::vector<Bit> inputs_, outputs_;
    Bit clock_;
    bool has_clock_ = false;
    std::vector<std::uint32_t> seen_;     // the newest
    std::vector<std::uint32_t> settled_;  // the newest since the clock's edge, and before the next
    std::uint64_t periods_ = 0;
    bool counting_ = false;
    std::string difference_;
};

}  // namespace cortile
