// SPDX-License-Identifier: Apache-2.0
// The pins of a top module.
#pragma once

#include <cstddef>
#include <map>
#include <string>

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

}  // namespace cortile
