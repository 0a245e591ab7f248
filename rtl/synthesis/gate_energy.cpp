// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/gate_energy.h"

#include <vector>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

enum class Part { clock, registers, logic, inputs };

// Who pays for the switching of each net.
std::vector<Part> parts_of_nets(const GateNetlist& netlist) {
    std::vector<Part> parts(netlist.nets.size(), Part::inputs);
    for (const GateNetlist::Cell& cell : netlist.cells) {
        for (std::size_t pin = 0; pin < cell.nets.size(); ++pin) {
            if (cell.type->pins[pin].output && cell.nets[pin] != GateNetlist::kOpen) {
                parts[cell.nets[pin]] = cell.type->state ? Part::registers : Part::logic;
            }
        }
    }
    for (const GateNetlist::Cell& cell : netlist.cells) {
        for (unsigned argument = 0; argument < cell.type->inputs.size(); ++argument) {
            const unsigned pin = cell.type->inputs[argument];
            const bool clocks = cell.type->state && cell.type->state->clock.depends_on(argument);
            if (clocks && cell.nets[pin] != GateNetlist::kOpen) {
                parts[cell.nets[pin]] = Part::clock;
            }
        }
    }
    return parts;
}

class Bill {
  public:
    Bill(const GateNetlist& netlist, const GateActivity& activity, const std::vector<double>& loads,
         const GateSlews& slews)
        : netlist_(netlist), activity_(activity), loads_(loads), slews_(slews) {}

    void add_internal(GateEnergy& energy) {
        std::size_t at = 0;
        for (const GateNetlist::Cell& cell : netlist_.cells) {
            for (unsigned pin = 0; pin < cell.type->pins.size(); ++pin) {
                double joules = 0;
                for (const InternalEnergy& internal : cell.type->pins[pin].internal) {
                    joules += of(cell, pin, internal, activity_.internal.at(at++));
                }
                (is_clock(cell, pin) ? energy.clock_internal
                 : cell.type->state  ? energy.register_internal
                                     : energy.logic_internal) += joules;
            }
        }
    }

    void add_switching(GateEnergy& energy, double voltage) {
        const std::vector<Part> parts = parts_of_nets(netlist_);
        for (std::size_t net = 0; net < netlist_.nets.size(); ++net) {
            const double joules = loads_.at(net) * voltage * voltage / 2;
            const double switched = joules * static_cast<double>(activity_.toggles[net]);
            (parts[net] == Part::clock       ? energy.clock_switching
             : parts[net] == Part::registers ? energy.register_switching
             : parts[net] == Part::logic     ? energy.logic_switching
                                             : energy.input_switching) += switched;
            energy.glitch_switching +=
                switched - joules * static_cast<double>(activity_.functional[net]);
        }
    }

  private:
    static bool is_clock(const GateNetlist::Cell& cell, unsigned pin) {
        for (unsigned argument = 0; argument < cell.type->inputs.size(); ++argument) {
            if (cell.type->inputs[argument] == pin) {
                return cell.type->pins[pin].clock ||
                       (cell.type->state && cell.type->state->clock.depends_on(argument));
            }
        }
        return false;
    }

    double of(const GateNetlist::Cell& cell, unsigned pin, const InternalEnergy& internal,
              const std::array<std::array<std::uint64_t, 2>, 2>& counts) const {
        const bool output = cell.type->pins[pin].output;
        const double load =
            output && cell.nets[pin] != GateNetlist::kOpen ? loads_.at(cell.nets[pin]) : 0;
        const unsigned cause = output ? internal.related.value_or(pin) : pin;
        const auto found = slews_.find({cell.name, cell.type->pins[cause].name});
        const PinSlews slews = found == slews_.end() ? PinSlews{} : found->second;
        double joules = 0;
        for (const bool cause_rises : {false, true}) {
            const double slew = cause_rises ? slews.rise : slews.fall;
            for (const bool rises : {false, true}) {
                const std::uint64_t count = counts[cause_rises][rises];
                const auto& table = rises ? internal.rise : internal.fall;
                if (count > 0 && table) {
                    joules += static_cast<double>(count) * table->at(slew, load);
                }
            }
        }
        return joules;
    }

    const GateNetlist& netlist_;
    const GateActivity& activity_;
    const std::vector<double>& loads_;
    const GateSlews& slews_;
};

}  // namespace

GateEnergy gate_energy(const GateNetlist& netlist, const GateActivity& activity,
                       const std::vector<double>& loads, const GateSlews& slews, double voltage) {
    std::size_t internal = 0;
    for (const GateNetlist::Cell& cell : netlist.cells) {
        for (const LibertyPin& pin : cell.type->pins) {
            internal += pin.internal.size();
        }
    }
    if (activity.toggles.size() != netlist.nets.size() || loads.size() != netlist.nets.size() ||
        activity.internal.size() != internal) {
        throw ContractViolation("an activity does not belong to its netlist");
    }
    GateEnergy energy;
    Bill bill(netlist, activity, loads, slews);
    bill.add_internal(energy);
    bill.add_switching(energy, voltage);
    energy.leakage_watts = netlist.leakage();
    return energy;
}

}  // namespace cortile
