// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "rtl/verilated/datapath_description.h"

namespace cortile {

struct RtlPort {
    bool input = false;
    unsigned width = 1;     // of one element
    unsigned elements = 0;  // of an unpacked array; 0: no array
};
// By name, as Verilator declares them in the header of its model.
std::map<std::string, RtlPort> verilated_ports(const std::string& header);
// How many 32-bit words the ports take, each beginning with a word of its own.
std::size_t port_words(const std::map<std::string, RtlPort>& ports);

struct HarnessOptions {
    bool trace = false, coverage = false;
    bool observe = false;     // ports can be watched
    std::string mutant_port;  // an input that selects a mutant; empty: none
};

// The C++ that drives the model. Throws ConfigError where datapath.yaml names a port that the top
// module lacks, of another direction or width, or leaves an input undriven.
std::string write_harness(const DatapathDescription& description,
                          const std::map<std::string, RtlPort>& ports,
                          const HarnessOptions& options);

// Its fixed parts (harness.cpp.in, harness_abi.h) as text.
const std::string& harness_template_text();
const std::string& harness_abi_text();

}  // namespace cortile
