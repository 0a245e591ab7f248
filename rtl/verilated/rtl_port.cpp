// SPDX-License-Identifier: Apache-2.0
#include "rtl/verilated/rtl_port.h"

#include <regex>

namespace cortile {

std::size_t port_words(const std::map<std::string, RtlPort>& ports) {
    std::size_t words = 0;
    for (const auto& [unused, port] : ports) {
        words += (port.width + 31) / 32;
    }
    return words;
}

std::map<std::string, RtlPort> verilated_ports(const std::string& header) {
    static const std::regex declaration(
        R"(VL_(IN|OUT|INOUT)(8|16|64|W|)\(\(?&(\w+)(?:\)\[(\d+)\])?,(\d+),(\d+))");
    std::map<std::string, RtlPort> ports;
    for (std::sregex_iterator match(header.begin(), header.end(), declaration), end; match != end;
         ++match) {
        const auto bit = [&](std::size_t group) {
            return static_cast<unsigned>(std::stoul((*match)[group].str()));
        };
        ports[(*match)[3].str()] = {(*match)[1] == "IN", bit(5) - bit(6) + 1,
                                    (*match)[4].matched ? bit(4) : 0};
    }
    return ports;
}

}  // namespace cortile
