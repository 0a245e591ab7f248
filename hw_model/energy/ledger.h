// SPDX-License-Identifier: Apache-2.0
// Energy is counting: integer counts per (unit, event) while running, joules only when reporting.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hw_model/config/parameters.h"

namespace cortile {

// An event that costs energy each time it happens.
struct EnergyEvent {
    std::string component;  // axon, synapse, dendrite, soma, learning, router
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
    // `units`: what counts are kept for: "core 0", …, "tile 0", …; fixed for the ledger's life.
    EnergyLedger(std::vector<std::string> units, std::vector<EnergyEvent> events,
                 std::vector<StaticPower> statics);

    void add(std::size_t unit, std::size_t event, std::uint64_t count);
    void set_modelled_seconds(double seconds) { seconds_ = seconds; }

    std::uint64_t count(std::size_t unit, std::size_t event) const;
    std::uint64_t total_count(std::size_t event) const;

    double dynamic_joules() const;
    double static_joules() const;
    double total_joules() const { return dynamic_joules() + static_joules(); }
    std::map<std::string, double> joules_by_component() const;  // static parts under their component
    std::map<Grade, double> joules_by_grade() const;            // static parts included

    const std::vector<std::string>& units() const { return units_; }
    const std::vector<EnergyEvent>& events() const { return events_; }
    const std::vector<StaticPower>& statics() const { return statics_; }
    double modelled_seconds() const { return seconds_; }

    // One row per (unit, event) with a count, then one per static power:
    // unit,component,event,count,joules,grade,source
    std::string to_csv() const;

  private:
    std::vector<std::string> units_;
    std::vector<EnergyEvent> events_;
    std::vector<StaticPower> statics_;
    std::vector<std::uint64_t> counts_;  // unit-major
    double seconds_ = 0;
};

}  // namespace cortile
