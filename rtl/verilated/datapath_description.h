// SPDX-License-Identifier: Apache-2.0
// A datapath.yaml: which RTL it is, how its pins are driven, and what it is to compute. Every key:
// docs/contracts/neuron_datapath.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "cores/api/neuron_datapath.h"
#include "cores/datapath/semantics.h"

namespace cortile {

enum class DatapathStyle {
    combinational,  // outputs follow inputs, no clock
    pipelined,      // an operation each `initiation_interval` clocks, its response `latency` later
    multi_cycle,    // one operation at a time, operands held until its response
};

// A port, or bits high:low of it.
struct Pin {
    std::string port;
    int high = -1, low = -1;  // -1: the whole port
    bool inverted = false;    // "!port": every bit
};

// A control port; "!busy" in the file is inverted. No port: no such signal.
struct ControlPin {
    std::string port;
    bool inverted = false;
    bool exists() const { return !port.empty(); }
};

// The pins of a field: one pin that packs all lanes (lane 0 lowest), or one a lane. None: not
// connected.
struct FieldPins {
    std::vector<Pin> in, out, retire, retire_before;
    int latency = -1;  // clocks until `out` shows the result, where it differs from the datapath's
};

// A fault that can be put into a copy of the sources, to see that it is found.
struct SeededBug {
    std::string name, file, find, replace, what;
};

struct DatapathDescription {
    std::filesystem::path file, folder;  // datapath.yaml and where it lies
    std::string name, top;
    std::vector<std::filesystem::path> sources, include_directories;
    std::filesystem::path file_list;  // -f; empty: none
    std::map<std::string, std::string> defines, parameters, tie;
    std::vector<std::string> verilator_arguments;
    bool verilog = false;  // sources are Verilog-2005: words of SystemVerilog are names

    std::string clock;  // port; empty: none
    bool rising_edge = true;
    double frequency = 0;  // Hz that the RTL is made for; 0: not stated
    ControlPin reset;      // inverted: active low
    unsigned reset_cycles = 2;

    DatapathStyle style = DatapathStyle::pipelined;
    unsigned latency = 1, initiation_interval = 1;  // clocks
    bool hold_request = false;  // multi_cycle: request_valid stays until the response
    bool state_inside = false;

    ControlPin request_valid, request_ready, response_valid, response_ready;
    std::string request_tag, response_tag;  // ports
    unsigned tag_width = 0;
    std::string retire_valid, retire_order, retire_tag;  // ports; empty: no retire channel

    const DatapathSemantics* semantics = nullptr;
    std::shared_ptr<const Parameters> options;  // of the semantics
    DatapathContract contract;                  // with the limits that the file sets
    std::map<std::string, FieldPins> pins;      // by field; a state's with in and out
    std::vector<SeededBug> seeded_bugs;

    std::unique_ptr<NeuronDatapath> reference() const { return semantics->make(*options); }
};

// `folder`: one that has a datapath.yaml, or such a file. Throws ConfigError with file, line and
// path.
DatapathDescription read_datapath(const std::filesystem::path& folder);

}  // namespace cortile
