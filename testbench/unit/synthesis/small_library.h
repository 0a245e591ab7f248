// SPDX-License-Identifier: Apache-2.0
// A library of four cells whose numbers can be worked out by head, and netlists of them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rtl/synthesis/gate_netlist.h"

namespace cortile::test {

// 2 V; pins of 1 fF, clock pins of 3 fF, so that a toggle of a net with one pin takes 2 fJ.
// Internal energies of rise and fall, in (1 V)^2 * 1 fF = 1 fJ: INV 1 and 2; XOR2 10 and 20 by A,
// 30 and 40 by B where A is 1; DFF 5 and 6 at CK, 7 and 8 at Q. Leakage 1, 2, 4 nW; areas 1, 3, 6.
inline const char* const kSmallLibrary = R"(
/* a comment */
library (small) {
  date : "1 May 2020";
  revision : 1.2;
  time_unit : "1ns";
  voltage_unit : "1V";
  leakage_power_unit : "1nW";
  capacitive_load_unit (1, ff);
  nom_voltage : 1.8;
  nom_temperature : 25;
  operating_conditions (slow) { process : 1; voltage : 2; temperature : 85; }
  default_operating_conditions : slow;
  power_lut_template (by_slew_and_load) {
    variable_1 : input_transition_time;
    variable_2 : total_output_net_capacitance;
    index_1 ("1, 2");
    index_2 ("10, 20, 30");
  }
  power_lut_template (by_load_and_slew) {
    variable_1 : total_output_net_capacitance;
    variable_2 : input_transition_time;
    index_1 ("10, 20, 30");
    index_2 ("1, 2");
  }
  cell (INV) {
    area : 1; cell_leakage_power : 1;
    pin (A) { direction : input; capacitance : 1; }
    pin (Y) {
      direction : output; function : "!A";
      internal_power () {
        related_pin : "A";
        rise_power (scalar) { values ("1"); }
        fall_power (scalar) { values ("2"); }
      }
    }
  }
  cell (XOR2) {
    area : 3;
    leakage_power () { value : 1; when : "A"; }
    leakage_power () { value : 3; when : "!A"; }
    pin (A, B) { direction : input; capacitance : 1; }
    pin (Y) {
      direction : output; function : "A ^ B";
      internal_power () {
        related_pin : "A";
        rise_power (scalar) { values ("10"); }
        fall_power (scalar) { values ("20"); }
      }
      internal_power () {
        related_pin : "B"; when : "A";
        rise_power (scalar) { values ("30"); }
        fall_power (scalar) { values ("40"); }
      }
    }
  }
  cell (DFF) {
    area : 6; cell_leakage_power : 4;
    ff (IQ, IQN) { next_state : "D"; clocked_on : "CK"; }
    pin (D) { direction : input; capacitance : 1; }
    pin (CK) {
      direction : input; clock : true; capacitance : 3;
      internal_power () {
        rise_power (scalar) { values ("5"); }
        fall_power (scalar) { values ("6"); }
      }
    }
    pin (Q) {
      direction : output; function : "IQ";
      internal_power () {
        related_pin : "CK";
        rise_power (scalar) { values ("7"); }
        fall_power (scalar) { values ("8"); }
      }
    }
  }
  cell (TABLES) {
    pin (A) { direction : input; capacitance : 1; }
    pin (Y) {
      direction : output; function : "A";
      internal_power () {
        related_pin : "A";
        rise_power (by_slew_and_load) { values ("1, 2, 3", \
                                                "11, 12, 13"); }
        fall_power (by_load_and_slew) { values ("1, 11", "2, 12", "3, 13"); }
      }
    }
  }
  cell (TRISTATE) {
    pin (A) { direction : input; capacitance : 1; }
    pin (EN) { direction : input; capacitance : 1; }
    pin (Y) { direction : output; function : "A"; three_state : "!EN"; }
  }
}
)";

inline const LibertyLibrary& small_library() {
    static const LibertyLibrary library = liberty_library_from_text(kSmallLibrary, "small.lib");
    return library;
}

// Builds a netlist by the names of nets.
class NetlistBuilder {
  public:
    NetlistBuilder() {
        netlist.name = "test";
        netlist.nets = {"0", "1"};
    }
    std::uint32_t net(const std::string& name) {
        for (std::uint32_t i = 0; i < netlist.nets.size(); ++i) {
            if (netlist.nets[i] == name) {
                return i;
            }
        }
        netlist.nets.push_back(name);
        return static_cast<std::uint32_t>(netlist.nets.size() - 1);
    }
    NetlistBuilder& input(const std::string& name) {
        netlist.ports.push_back({name, false, {net(name)}});
        return *this;
    }
    NetlistBuilder& output(const std::string& name) {
        netlist.ports.push_back({name, true, {net(name)}});
        return *this;
    }
    // `pins`: nets in the order of the cell's pins.
    NetlistBuilder& cell(const std::string& name, const std::string& type,
                         const std::vector<std::string>& pins) {
        GateNetlist::Cell cell{name, &small_library().cell(type), {}};
        for (const std::string& pin : pins) {
            cell.nets.push_back(net(pin));
        }
        netlist.cells.push_back(std::move(cell));
        return *this;
    }

    GateNetlist netlist;
};

}  // namespace cortile::test
