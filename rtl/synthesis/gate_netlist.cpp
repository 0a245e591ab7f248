// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/gate_netlist.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "hw_model/base/error.h"

namespace cortile {

const GateNetlist::Port* GateNetlist::port(const std::string& port_name) const {
    for (const Port& candidate : ports) {
        if (candidate.name == port_name) {
            return &candidate;
        }
    }
    return nullptr;
}

std::vector<double> GateNetlist::loads() const {
    std::vector<double> result(nets.size(), 0);
    for (const Cell& cell : cells) {
        for (const unsigned pin : cell.type->inputs) {
            if (cell.nets[pin] != kOpen) {
                result[cell.nets[pin]] += cell.type->pins[pin].capacitance;
            }
        }
    }
    return result;
}

double GateNetlist::area() const {
    double sum = 0;
    for (const Cell& cell : cells) {
        sum += cell.type->area;
    }
    return sum;
}

double GateNetlist::leakage() const {
    double sum = 0;
    for (const Cell& cell : cells) {
        sum += cell.type->leakage;
    }
    return sum;
}

std::uint32_t GateNetlist::states() const {
    std::uint32_t count = 0;
    for (const Cell& cell : cells) {
        count += cell.type->state.has_value();
    }
    return count;
}

std::map<std::string, std::uint32_t> GateNetlist::cells_by_type() const {
    std::map<std::string, std::uint32_t> result;
    for (const Cell& cell : cells) {
        ++result[cell.type->name];
    }
    return result;
}

namespace {

using nlohmann::json;

class Builder {
  public:
    Builder(const LibertyLibrary& library, const std::string& where)
        : library_(library), where_(where) {
        netlist_.nets = {"0", "1"};
    }

    GateNetlist build(const json& module, const std::string& top) {
        netlist_.name = top;
        for (const auto& [name, port] : module.at("ports").items()) {
            const json& bits = port.at("bits");
            GateNetlist::Port result{name, port.at("direction") == "output", {}};
            for (std::size_t bit = 0; bit < bits.size(); ++bit) {
                result.nets.push_back(
                    net(bits[bit], bits.size() > 1 ? fmt::format("{}[{}]", name, bit) : name));
            }
            netlist_.ports.push_back(std::move(result));
        }
        // Names first: a cell's connection has only a number.
        for (const auto& [name, wire] : module.at("netnames").items()) {
            const json& bits = wire.at("bits");
            for (std::size_t bit = 0; bit < bits.size(); ++bit) {
                net(bits[bit], bits.size() > 1 ? fmt::format("{}[{}]", name, bit) : name);
            }
        }
        for (const auto& [name, cell] : module.at("cells").items()) {
            add_cell(name, cell);
        }
        return std::move(netlist_);
    }

  private:
    std::uint32_t net(const json& bit, const std::string& name) {
        if (bit.is_string()) {
            // An undefined bit may be either: it is 0 here.
            return bit == "1" ? GateNetlist::kOne : GateNetlist::kZero;
        }
        const auto [found, added] = numbers_.emplace(
            bit.get<std::uint64_t>(), static_cast<std::uint32_t>(netlist_.nets.size()));
        if (added) {
            netlist_.nets.push_back(name);
        }
        return found->second;
    }

    void add_cell(const std::string& name, const json& cell) {
        const std::string type = cell.at("type").get<std::string>();
        const auto found = library_.cells.find(type);
        if (found == library_.cells.end()) {
            throw ConfigError(where_, fmt::format("{} could not be mapped to the library", type),
                              type.find("LATCH") != std::string::npos
                                  ? "write the state as flip-flops: a latch often comes from an "
                                    "incomplete always block"
                                  : "remove three-state drivers, memories and what else is not "
                                    "gates and flip-flops");
        }
        const LibertyCell& liberty = found->second;
        if (!liberty.unusable.empty()) {
            throw ConfigError(
                where_, fmt::format("cell {} cannot be simulated: {}", type, liberty.unusable),
                "use another library, or RTL that does not need the cell");
        }
        GateNetlist::Cell result{
            name, &liberty, std::vector<std::uint32_t>(liberty.pins.size(), GateNetlist::kOpen)};
        for (const auto& [pin_name, bits] : cell.at("connections").items()) {
            const auto pin = liberty.pin(pin_name);
            if (!pin || bits.size() > 1) {
                throw ConfigError(where_, fmt::format("cell {} has no pin {}", type, pin_name),
                                  "the netlist needs the library it was mapped to");
            }
            if (!bits.empty()) {
                result.nets[*pin] = net(bits[0], fmt::format("{}/{}", name, pin_name));
            }
        }
        netlist_.cells.push_back(std::move(result));
    }

    const LibertyLibrary& library_;
    const std::string& where_;
    GateNetlist netlist_;
    std::map<std::uint64_t, std::uint32_t> numbers_;
};

}  // namespace

GateNetlist netlist_from_json(const std::string& text, const std::string& top,
                              const LibertyLibrary& library, const std::string& where) {
    try {
        const json root = json::parse(text);
        return Builder(library, where).build(root.at("modules").at(top), top);
    } catch (const json::exception& error) {
        throw ConfigError(where, fmt::format("not a netlist of yosys: {}", error.what()));
    }
}

}  // namespace cortile
