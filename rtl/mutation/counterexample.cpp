// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <regex>
#include <sstream>

#include "rtl/mutation/equivalence.h"
#include "rtl/mutation/miter.h"

namespace cortile {

namespace {

// Values of the datapath's input ports in one clock, by port and bit.
using PortBits = std::map<std::string, std::map<unsigned, bool>>;

std::map<unsigned, PortBits> parse_clocks(const std::string& text) {
    static const std::regex line(R"((?:^|\n)in_(\w+)(?:\[(\d+)\])?@(\d+)=([01]))");
    std::map<unsigned, PortBits> clocks;
    for (std::sregex_iterator match(text.begin(), text.end(), line), end; match != end; ++match) {
        const auto number = [&](std::size_t group) {
            return (*match)[group].matched
                       ? static_cast<unsigned>(std::stoul((*match)[group].str()))
                       : 0u;
        };
        clocks[number(3)][(*match)[1]][number(2)] = (*match)[4] == "1";
    }
    return clocks;
}

bool bit_of(const PortBits& bits, const std::string& port, unsigned bit) {
    const auto found = bits.find(port);
    if (found == bits.end()) {
        return false;
    }
    const auto value = found->second.find(bit);
    return value != found->second.end() && value->second;
}

std::int64_t value_of(const PortBits& bits, const DatapathField& field, const std::string& port,
                      unsigned low, bool within) {
    std::uint64_t code = 0;
    for (unsigned i = 0; i < field.width; ++i) {
        code |= std::uint64_t{bit_of(bits, port, low + i)} << i;
    }
    const std::uint64_t mask = (std::uint64_t{1} << field.width) - 1;
    const std::int64_t value =
        field.base() +
        static_cast<std::int64_t>((code - static_cast<std::uint64_t>(field.base())) & mask);
    if (!within) {
        return value;
    }
    for (const std::int64_t allowed : field.allowed) {
        if (value == allowed) {
            return value;
        }
    }
    if (!field.allowed.empty()) {
        return field.allowed[0];
    }
    return value < field.minimum() || value > field.maximum() ? field.minimum() : value;
}

}  // namespace

Operations parse_counterexample(const std::string& text, const DatapathDescription& d,
                                bool within) {
    Operations rows;
    for (const auto& [clock, bits] : parse_clocks(text)) {
        if (d.request_valid.exists() &&
            bit_of(bits, d.request_valid.port, 0) == d.request_valid.inverted) {
            continue;
        }
        for (const auto* group : {&d.contract.state, &d.contract.inputs, &d.contract.parameters}) {
            for (const DatapathField& field : *group) {
                const std::vector<Pin>& pins = d.pins.at(field.name).in;
                for (unsigned lane = 0; lane < field.lanes; ++lane) {
                    if (pins.empty()) {
                        rows.push_back(field.allowed.empty() ? field.initial : field.allowed[0]);
                        continue;
                    }
                    const Pin& pin = pins[pins.size() == 1 ? 0 : lane];
                    const unsigned low = (pin.low < 0 ? 0 : static_cast<unsigned>(pin.low)) +
                                         (pins.size() == 1 ? lane * field.width : 0);
                    rows.push_back(value_of(bits, field, pin.port, low, within));
                }
            }
        }
    }
    return rows;
}

}  // namespace cortile
