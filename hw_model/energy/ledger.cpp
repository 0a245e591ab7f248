// SPDX-License-Identifier: Apache-2.0
#include "hw_model/energy/ledger.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "hw_model/base/error.h"

namespace cortile {
namespace {

void check_constant(const std::string& component, const std::string& name, double value,
                    std::set<std::pair<std::string, std::string>>& seen) {
    if (!std::isfinite(value) || value < 0) {
        throw ContractViolation(
            fmt::format("energy ledger: {}/{} costs {}, which is not a number from zero", component,
                        name, value));
    }
    if (!seen.emplace(component, name).second) {
        throw ContractViolation(
            fmt::format("energy ledger: {}/{} is there twice", component, name));
    }
}

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c;
        if (c == '"') {
            quoted += c;
        }
    }
    return quoted + "\"";
}

}  // namespace

EnergyLedger::EnergyLedger(std::vector<std::string> units, std::vector<EnergyEvent> events,
                           std::vector<StaticPower> statics)
    : units_(std::move(units)),
      events_(std::move(events)),
      statics_(std::move(statics)),
      counts_(units_.size() * events_.size(), 0) {
    std::set<std::pair<std::string, std::string>> seen;
    for (const EnergyEvent& event : events_) {
        check_constant(event.component, event.event, event.joules, seen);
    }
    for (const StaticPower& power : statics_) {
        check_constant(power.component, power.name, power.watts, seen);
    }
}

void EnergyLedger::add(std::size_t unit, std::size_t event, std::uint64_t count) {
    if (unit >= units_.size() || event >= events_.size()) {
        throw ContractViolation(fmt::format("energy ledger: unit {} of {}, event {} of {}", unit,
                                            units_.size(), event, events_.size()));
    }
    std::uint64_t& total = counts_[unit * events_.size() + event];
    if (count > std::numeric_limits<std::uint64_t>::max() - total) {
        throw ContractViolation(fmt::format("energy ledger: more than 2^64 - 1 of {}/{} on {}",
                                            events_[event].component, events_[event].event,
                                            units_[unit]));
    }
    total += count;
}

void EnergyLedger::set_modelled_seconds(double seconds) {
    if (!std::isfinite(seconds) || seconds < 0) {
        throw ContractViolation(fmt::format("energy ledger: {} s is not a modelled time", seconds));
    }
    seconds_ = seconds;
}

std::uint64_t EnergyLedger::count(std::size_t unit, std::size_t event) const {
    if (unit >= units_.size() || event >= events_.size()) {
        throw ContractViolation(fmt::format("energy ledger: unit {} of {}, event {} of {}", unit,
                                            units_.size(), event, events_.size()));
    }
    return counts_[unit * events_.size() + event];
}

std::uint64_t EnergyLedger::total_count(std::size_t event) const {
    if (event >= events_.size()) {
        throw ContractViolation(
            fmt::format("energy ledger: event {} of {}", event, events_.size()));
    }
    std::uint64_t total = 0;
    for (std::size_t unit = 0; unit < units_.size(); ++unit) {
        const std::uint64_t more = count(unit, event);
        if (more > std::numeric_limits<std::uint64_t>::max() - total) {
            throw ContractViolation(fmt::format("energy ledger: more than 2^64 - 1 of {}/{}",
                                                events_[event].component, events_[event].event));
        }
        total += more;
    }
    return total;
}

// Sums run over events, each with its exact total count, so that they do not depend on how the
// work was spread over units.
double EnergyLedger::dynamic_joules() const {
    double joules = 0;
    for (std::size_t event = 0; event < events_.size(); ++event) {
        joules += static_cast<double>(total_count(event)) * events_[event].joules;
    }
    return joules;
}

double EnergyLedger::static_joules() const {
    double watts = 0;
    for (const StaticPower& power : statics_) {
        watts += power.watts;
    }
    return watts * seconds_;
}

std::map<std::string, double> EnergyLedger::joules_by_component() const {
    std::map<std::string, double> joules;
    for (std::size_t event = 0; event < events_.size(); ++event) {
        joules[events_[event].component] +=
            static_cast<double>(total_count(event)) * events_[event].joules;
    }
    for (const StaticPower& power : statics_) {
        joules[power.component] += power.watts * seconds_;
    }
    return joules;
}

std::map<Grade, double> EnergyLedger::joules_by_grade() const {
    std::map<Grade, double> joules;
    for (std::size_t event = 0; event < events_.size(); ++event) {
        joules[events_[event].citation.grade] +=
            static_cast<double>(total_count(event)) * events_[event].joules;
    }
    for (const StaticPower& power : statics_) {
        joules[power.citation.grade] += power.watts * seconds_;
    }
    return joules;
}

std::map<Grade, double> EnergyLedger::share_by_grade() const {
    std::map<Grade, double> shares = joules_by_grade();
    double total = 0;
    for (const auto& [grade, joules] : shares) {
        total += joules;
    }
    if (total == 0) {
        return {};
    }
    for (auto& [grade, share] : shares) {
        share /= total;
    }
    return shares;
}

std::string EnergyLedger::to_csv() const {
    std::string csv = "unit,component,event,count,joules,grade,source\n";
    for (std::size_t unit = 0; unit < units_.size(); ++unit) {
        for (std::size_t index = 0; index < events_.size(); ++index) {
            const std::uint64_t events = count(unit, index);
            if (events == 0) {
                continue;
            }
            const EnergyEvent& event = events_[index];
            csv += fmt::format("{},{},{},{},{},{},{}\n", csv_field(units_[unit]),
                               csv_field(event.component), csv_field(event.event), events,
                               static_cast<double>(events) * event.joules,
                               to_string(event.citation.grade), csv_field(event.citation.source));
        }
    }
    for (const StaticPower& power : statics_) {
        csv += fmt::format(",{},{},,{},{},{}\n", csv_field(power.component), csv_field(power.name),
                           power.watts * seconds_, to_string(power.citation.grade),
                           csv_field(power.citation.source));
    }
    return csv;
}

}  // namespace cortile
