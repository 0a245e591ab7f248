// SPDX-License-Identifier: Apache-2.0
// A netlist of library cells, as yosys writes it with `write_json`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rtl/synthesis/liberty_library.h"

namespace cortile {

struct GateNetlist {
    static constexpr std::uint32_t kZero = 0, kOne = 1;  // nets of the constants
    static constexpr std::uint32_t kOpen = ~std::uint32_t{0};

    struct Cell {
        std::string name;
        const LibertyCell* type = nullptr;
        std::vector<std::uint32_t> nets;  // by pin of the type; kOpen: not connected
    };
    struct Port {
        std::string name;
        bool output = false;
        std::vector<std::uint32_t> nets;  // lowest bit first
    };

    std::string name;
    std::vector<std::string> nets;  // "n12", "req_u[3]"
    std::vector<Cell> cells;
    std::vector<Port> ports;

    const Port* port(const std::string& port_name) const;
    // Capacitance of the input pins on each net, F; wires have none.
    std::vector<double> loads() const;
    double area() const;     // sum over the cells
    double leakage() const;  // W
    std::uint32_t states() const;
    std::map<std::string, std::uint32_t> cells_by_type() const;
};

// `library` must outlive the netlist. Throws ConfigError, at `where`, for cells that the library
// does not have (what the mapping could not map: latches, three-state drivers, memories) and for
// those that cannot be simulated.
GateNetlist netlist_from_json(const std::string& json, const std::string& top,
                              const LibertyLibrary& library, const std::string& where);

}  // namespace cortile
