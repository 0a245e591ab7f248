// SPDX-License-Identifier: Apache-2.0
// Energy is counting: integer counts per (unit, event) while running, joules only when reporting.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hw_model/config/parameters.h"

namespace cortile {

// The component of what goes from one chip of a board to the next.
inline constexpr const char* kChipToChip = "chip-to-chip";

// An event that costs energy each time it happens.
struct EnergyEvent {
    std::string component;  // axon, synapse, dendrite, soma, learning, router, chip-to-chip
    std::string event;      // "synaptic_operation"
    double joules = 0;      // per event
    Citation citation;
};

// A power that is drawn as long as the chip is on.
struct StaticPower {
    std::string component;  // "chip"
    std::string name;       // "leakage"
    double watts = 0;
    Citation citation;
};

class EnergyLedger {
  public:
    // `units`: what counts are kept for: "core 0", …, "router x0 y0", …; fixed for the ledger's
    // life. A constant that is negative or not finite, an event or a static power that is there
    // twice: ContractViolation.
    EnergyLedger(std::vector<std::string> units, std::vector<EnergyEvent> events,
                 std::vector<StaticPower> statics);

    // An index out of range and a count beyond 64 bits are ContractViolations.
    void add(std::size_t unit, std::size_t event, std::uint64_t count);
    void set_modelled_seconds(double seconds);  // not negative

    std::uint64_t count(std::size_t unit, std::size_t event) const;
    std::uint64_t total_count(std::size_t event) const;

    double dynamic_joules() const;
    double static_joules() const;
    double total_joules() const { return dynamic_joules() + static_joules(); }
    // Static parts included, under their component and grade.
    std::map<std::string, double> joules_by_component() const;
    std::map<Grade, double> joules_by_grade() const;
    // Part of the total that rests on constants of each grade, 0 to 1; empty without energy.
    std::map<Grade, double> share_by_grade() const;

    const std::vector<std::string>& units() const { return units_; }
    const std::vector<EnergyEvent>& events() const { return events_; }
    const std::vector<StaticPower>& statics() const { return statics_; }
    double modelled_seconds() const { return seconds_; }

    // One row per (unit, event) with a count, then one per static power, whose unit and count are
    // empty: unit,component,event,count,joules,grade,source
    // Doubles have all the digits that it takes to read them back; fields are quoted as RFC 4180
    // says. Order: units, then events, then static powers, each as given to the constructor.
    std::string to_csv() const;

  private:
    std::vector<std::string> units_;
    std::vector<EnergyEvent> events_;
    std::vector<StaticPower> statics_;
    std::vector<std::uint64_t> counts_;  // unit-major
    double seconds_ = 0;
};

}  // namespace cortile
