// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "rtl/verilated/datapath_description.h"
#include "rtl/verilated/rtl_port.h"

namespace cortile {

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
