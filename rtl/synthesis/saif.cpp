// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/saif.h"

#include <fmt/format.h>

namespace cortile {

namespace {

// SAIF escapes what its identifiers do not have.
std::string identifier(const std::string& name) {
    std::string result;
    for (const char c : name) {
        if (c == '[' || c == ']' || c == '.' || c == '/' || c == '$') {
            result += '\\';
        }
        result += c;
    }
    return result;
}

std::string entry(const std::string& name, const GateActivity& activity, std::size_t net) {
    return fmt::format("({} (T0 {}) (T1 {}) (TX 0) (TC {}) (IG {}))", identifier(name),
                       activity.duration - activity.high[net], activity.high[net],
                       activity.toggles[net], activity.toggles[net] - activity.functional[net]);
}

}  // namespace

std::string to_saif(const GateNetlist& netlist, const GateActivity& activity,
                    const std::string& program) {
    std::string text = fmt::format(
        "(SAIFILE\n(SAIFVERSION \"2.0\")\n(DIRECTION \"backward\")\n(DESIGN \"{}\")\n"
        "(PROGRAM_NAME \"{}\")\n(DIVIDER / )\n(TIMESCALE 1 fs)\n(DURATION {})\n(INSTANCE {}\n"
        " (NET\n",
        netlist.name, program, activity.duration, identifier(netlist.name));
    for (std::size_t net = GateNetlist::kOne + 1; net < netlist.nets.size(); ++net) {
        text += "  " + entry(netlist.nets[net], activity, net) + "\n";
    }
    text += " )\n";
    for (const GateNetlist::Cell& cell : netlist.cells) {
        std::string pins;
        for (std::size_t pin = 0; pin < cell.nets.size(); ++pin) {
            if (cell.type->pins[pin].output && cell.nets[pin] != GateNetlist::kOpen) {
                pins += " " + entry(cell.type->pins[pin].name, activity, cell.nets[pin]);
            }
        }
        text += fmt::format(" (INSTANCE {} (NET{}))\n", identifier(cell.name), pins);
    }
    return text + ")\n)\n";
}

}  // namespace cortile
