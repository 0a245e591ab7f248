// SPDX-License-Identifier: Apache-2.0
#include "rtl/mutation/miter.h"

#include <algorithm>
#include <bit>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rtl/mutation/mutant_model.h"

namespace cortile {

namespace {

// Bits of a port that carry a value of a field with limits.
struct Limited {
    unsigned low = 0;
    const DatapathField* field = nullptr;
};

class Writer {
  public:
    Writer(const DatapathDescription& description, const std::map<std::string, RtlPort>& ports,
           unsigned select_width)
        : d_(description), ports_(ports), select_width_(select_width) {}

    std::string write();

  private:
    void add_limits();
    void add_inputs();
    void add_limited(const std::string& port, const Limited& part);
    void add_reset();
    void add_sides();
    void add_comparison();
    std::string differ(const std::set<std::string>& outputs) const;
    void add(const std::string& line) { body_ += "    " + line + "\n"; }

    const DatapathDescription& d_;
    const std::map<std::string, RtlPort>& ports_;
    unsigned select_width_;
    std::map<std::string, std::vector<Limited>> limits_;  // by port
    std::vector<std::string> header_;                     // ports of the miter
    std::string body_;
};

bool has_limits(const DatapathField& field) {
    const std::int64_t last = field.base() + ((std::int64_t{1} << field.width) - 1);
    return !field.allowed.empty() || field.minimum() != field.base() || field.maximum() != last;
}

std::uint64_t code(const DatapathField& field, std::int64_t value) {
    return static_cast<std::uint64_t>(value) & ((std::uint64_t{1} << field.width) - 1);
}

std::string literal(unsigned width, std::uint64_t value) {
    return fmt::format("{}'d{}", width, value);
}

std::string vector_of(unsigned width) {
    return fmt::format("[{}:0]", width - 1);
}

void Writer::add_limits() {
    for (const auto* group : {&d_.contract.state, &d_.contract.inputs, &d_.contract.parameters}) {
        for (const DatapathField& field : *group) {
            const std::vector<Pin>& pins = d_.pins.at(field.name).in;
            if (!has_limits(field)) {
                continue;
            }
            for (const Pin& pin : pins) {
                for (unsigned lane = 0; lane < (pins.size() == 1 ? field.lanes : 1); ++lane) {
                    const unsigned low = pin.low < 0 ? 0 : static_cast<unsigned>(pin.low);
                    limits_[pin.port].push_back({low + lane * field.width, &field});
                }
            }
        }
    }
}

// What is not a value that may be asked becomes one.
void Writer::add_limited(const std::string& port, const Limited& part) {
    const DatapathField& field = *part.field;
    const unsigned width = field.width;
    const std::string name = fmt::format("{}_{}", port, part.low);
    const std::string raw =
        fmt::format("{}{}[{}:{}]", kMiterInput, port, part.low + width - 1, part.low);
    std::vector<std::string> legal;
    for (const std::int64_t value : field.allowed) {
        legal.push_back(fmt::format("{} == {}", raw, literal(width, code(field, value))));
    }
    const auto offset = [&](std::int64_t value) {
        return literal(width, code(field, value - field.base()));
    };
    if (legal.empty()) {
        add(fmt::format("wire {} offset_{} = {} - {};", vector_of(width), name, raw,
                        literal(width, code(field, field.base()))));
        legal.push_back(fmt::format("offset_{0} >= {1} && offset_{0} <= {2}", name,
                                    offset(field.minimum()), offset(field.maximum())));
    }
    const std::int64_t instead = field.allowed.empty() ? field.minimum() : field.allowed[0];
    add(fmt::format("assign x_{}[{}:{}] = !{} || {} ? {} : {};", port, part.low + width - 1,
                    part.low, kMiterWithin, fmt::join(legal, " || "), raw,
                    literal(width, code(field, instead))));
}

void Writer::add_inputs() {
    for (const auto& [name, port] : ports_) {
        if (!port.input || name == d_.clock || name == d_.reset.port) {
            continue;
        }
        add(fmt::format("wire {} x_{};", vector_of(port.width), name));
        if (const auto tied = d_.tie.find(name); tied != d_.tie.end()) {
            const bool hex = tied->second.starts_with("0x");
            add(fmt::format("assign x_{} = 'h{:x};", name,
                            std::stoull(tied->second.substr(hex ? 2 : 0), nullptr, hex ? 16 : 10)));
            continue;
        }
        header_.push_back(fmt::format("input {} {}{}", vector_of(port.width), kMiterInput, name));
        std::vector<Limited> parts = limits_[name];
        std::sort(parts.begin(), parts.end(),
                  [](const Limited& a, const Limited& b) { return a.low < b.low; });
        unsigned next = 0;
        const auto plain_up_to = [&](unsigned end) {
            if (end > next) {
                add(fmt::format("assign x_{0}[{2}:{3}] = {1}{0}[{2}:{3}];", name, kMiterInput,
                                end - 1, next));
            }
        };
        for (const Limited& part : parts) {
            plain_up_to(part.low);
            add_limited(name, part);
            next = part.low + part.field->width;
        }
        plain_up_to(port.width);
    }
}

// `running`: reset has ended, and none is on.
void Writer::add_reset() {
    const std::string clock = d_.clock.empty() ? "clock" : d_.clock;
    const std::string edge = d_.rising_edge || d_.clock.empty() ? "posedge" : "negedge";
    header_.push_back("input " + clock);
    const unsigned cycles = d_.reset.exists() && !d_.clock.empty() ? d_.reset_cycles : 1;
    const auto width = static_cast<unsigned>(std::bit_width(cycles));
    const std::string last = literal(width, cycles);
    const bool resets = d_.reset.exists();
    add(fmt::format("reg {} resets = 0;", vector_of(width)));
    const std::string again = resets ? "again ? 0 : " : "";
    add(fmt::format("always @({} {}) resets <= {}resets == {} ? resets : resets + 1;", edge, clock,
                    again, last));
    add(fmt::format("wire running = resets == {}{};", last, resets ? " && !again" : ""));
    if (resets) {
        header_.push_back("input again");
        add(fmt::format("wire x_{} = {}running;", d_.reset.port, d_.reset.inverted ? "" : "!"));
    }
}

void Writer::add_sides() {
    for (const char side : {'a', 'b'}) {
        std::vector<std::string> connections{
            side == 'a' ? fmt::format(".{}({}'d0)", kMutantPort, select_width_)
                        : fmt::format(".{}({})", kMutantPort, kMiterMutant)};
        for (const auto& [name, port] : ports_) {
            if (port.input) {
                connections.push_back(
                    fmt::format(".{}({}{})", name, name == d_.clock ? "" : "x_", name));
            } else {
                add(fmt::format("wire {} {}_{};", vector_of(port.width), side, name));
                connections.push_back(fmt::format(".{}({}_{})", name, side, name));
            }
        }
        add(fmt::format("{} side_{} ({});", d_.top, side, fmt::join(connections, ", ")));
    }
}

std::string Writer::differ(const std::set<std::string>& outputs) const {
    std::vector<std::string> terms;
    for (const std::string& name : outputs) {
        if (const auto port = ports_.find(name); port != ports_.end() && !port->second.input) {
            terms.push_back(fmt::format("a_{0} != b_{0}", name));
        }
    }
    return terms.empty() ? "1'b0" : fmt::format("{}", fmt::join(terms, " || "));
}

void Writer::add_comparison() {
    std::set<std::string> always{d_.request_ready.port, d_.response_valid.port, d_.retire_valid};
    std::set<std::string> response{d_.response_tag}, retire{d_.retire_order, d_.retire_tag};
    for (const auto& [field, pins] : d_.pins) {
        for (const Pin& pin : pins.out) {
            response.insert(pin.port);
        }
        for (const auto* part : {&pins.retire, &pins.retire_before}) {
            for (const Pin& pin : *part) {
                retire.insert(pin.port);
            }
        }
    }
    const ControlPin& valid = d_.response_valid;
    const std::string response_shown =
        valid.exists() ? fmt::format("{}a_{}", valid.inverted ? "!" : "", valid.port) : "1'b1";
    const std::string retire_shown = d_.retire_valid.empty() ? "1'b1" : "a_" + d_.retire_valid;
    add(fmt::format("assign different = running && ({} || {} && ({}) || {} && ({}));",
                    differ(always), response_shown, differ(response), retire_shown,
                    differ(retire)));
}

std::string Writer::write() {
    header_ = {fmt::format("input {} {}", vector_of(select_width_), kMiterMutant),
               fmt::format("input {}", kMiterWithin), "output different"};
    add_limits();
    add_inputs();
    add_reset();
    add_sides();
    add_comparison();
    return fmt::format("module {} ({});\n{}endmodule\n", kMiterModule, fmt::join(header_, ", "),
                       body_);
}

}  // namespace

bool limits_operands(const DatapathContract& contract) {
    for (const auto* group : {&contract.state, &contract.inputs, &contract.parameters}) {
        if (std::any_of(group->begin(), group->end(), has_limits)) {
            return true;
        }
    }
    return false;
}

std::string write_miter(const DatapathDescription& description,
                        const std::map<std::string, RtlPort>& ports, unsigned select_width) {
    return Writer(description, ports, select_width).write();
}

}  // namespace cortile
