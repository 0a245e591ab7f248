// SPDX-License-Identifier: Apache-2.0
#include "rtl/verilated/harness.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "hw_model/base/spelling.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

namespace {

using Ports = std::map<std::string, RtlPort>;

// Writes the pieces of the template for one datapath.
class Writer {
  public:
    Writer(const DatapathDescription& description, const Ports& ports,
           const HarnessOptions& options)
        : d_(description), ports_(ports), options_(options) {}

    std::string write();

  private:
    const RtlPort& port(const std::string& name, bool input, const std::string& where);
    void need_width(const std::string& name, unsigned width, const std::string& where);
    std::string control_value(const ControlPin& pin, const std::string& key);
    std::string set_control(const ControlPin& pin, const std::string& value,
                            const std::string& key);
    template <typename Body>
    void for_each_lane(const DatapathField& field, const std::vector<Pin>& pins, bool input,
                       const std::string& key, Body body);
    std::string put(const std::vector<Pin>& pins, const DatapathField& field, std::size_t word);
    std::string get(const std::vector<Pin>& pins, const DatapathField& field, std::size_t word,
                    const char* format, const std::string& key);

    std::string tie();
    std::string drive();
    std::string idle() const;
    std::string sample(int latency);
    std::string check_response();
    std::string reset();
    std::string observed() const;
    std::string style() const;
    std::uint64_t longest_latency() const;
    void check_all_inputs_driven() const;
    std::string where(const std::string& key) const { return d_.file.string() + ": " + key; }

    const DatapathDescription& d_;
    const Ports& ports_;
    const HarnessOptions& options_;
    std::set<std::string> driven_;
};

const RtlPort& Writer::port(const std::string& name, bool input, const std::string& key) {
    const auto found = ports_.find(name);
    if (found == ports_.end()) {
        std::vector<std::string> names;
        for (const auto& [known, unused] : ports_) {
            names.push_back(known);
        }
        const auto near = nearest_spelling(name, names);
        throw ConfigError(where(key), fmt::format("module {} has no port {}", d_.top, name),
                          near ? "did you mean " + *near + "?"
                               : fmt::format("its ports: {}", fmt::join(names, ", ")));
    }
    if (found->second.input != input) {
        throw ConfigError(
            where(key),
            fmt::format("{} is an {} of module {}", name, input ? "output" : "input", d_.top),
            input ? "operands go to inputs" : "results come from outputs");
    }
    if (input) {
        driven_.insert(name);
    }
    return found->second;
}

void Writer::need_width(const std::string& name, unsigned width, const std::string& key) {
    const unsigned found = ports_.at(name).width;
    if (ports_.at(name).elements != 0) {
        throw ConfigError(where(key),
                          fmt::format("port {} is an array of {} times {} bits", name,
                                      ports_.at(name).elements, found),
                          "arrays carry fields whose lanes are as many; else a shim unpacks it");
    }
    if (found != width) {
        throw ConfigError(
            where(key), fmt::format("port {} has {} bits, expected {}", name, found, width),
            fmt::format("set the field's width in `reference`, the module's in `parameters`, or "
                        "name the bits: {}[{}:0]",
                        name, width - 1));
    }
}

std::string Writer::control_value(const ControlPin& pin, const std::string& key) {
    port(pin.port, false, key);
    need_width(pin.port, 1, key);
    return fmt::format("{}top_->{}", pin.inverted ? "!" : "", pin.port);
}

std::string Writer::set_control(const ControlPin& pin, const std::string& value,
                                const std::string& key) {
    if (!pin.exists()) {
        return "";
    }
    port(pin.port, true, key);
    need_width(pin.port, 1, key);
    return fmt::format("        top_->{} = {}({});\n", pin.port, pin.inverted ? "!" : "", value);
}

// Calls body(port, lowest bit, lane, is it inverted).
template <typename Body>
void Writer::for_each_lane(const DatapathField& field, const std::vector<Pin>& pins, bool input,
                           const std::string& key, Body body) {
    for (std::size_t i = 0; i < pins.size(); ++i) {
        const Pin& pin = pins[i];
        const unsigned lanes = pins.size() == 1 ? field.lanes : 1;
        const RtlPort& found = port(pin.port, input, key);
        if (found.elements != 0 && found.elements == field.lanes && found.width == field.width &&
            pins.size() == 1 && pin.high < 0) {
            for (unsigned lane = 0; lane < lanes; ++lane) {
                body(fmt::format("{}[{}]", pin.port, lane), 0u, lane, pin.inverted);
            }
            continue;
        }
        if (pin.high < 0 || found.elements != 0) {
            need_width(pin.port, lanes * field.width, key);
        } else if (static_cast<unsigned>(pin.high) >= found.width) {
            throw ConfigError(where(key),
                              fmt::format("port {} has bits {}:0", pin.port, found.width - 1));
        }
        for (unsigned lane = 0; lane < lanes; ++lane) {
            const unsigned low = (pin.low < 0 ? 0u : static_cast<unsigned>(pin.low));
            body(pin.port, low + lane * field.width, i + lane, pin.inverted);
        }
    }
}

std::string Writer::put(const std::vector<Pin>& pins, const DatapathField& field,
                        std::size_t word) {
    std::string text;
    for_each_lane(field, pins, true, "ports." + field.name + ".in",
                  [&](const std::string& name, unsigned low, std::size_t lane, bool inverted) {
                      text += fmt::format(
                          "        put<{}, {}>(top_->{}, {}static_cast<std::uint64_t>(x[{}]));\n",
                          low, field.width, name, inverted ? "~" : "", word + lane);
                  });
    return text;
}

// `format` with {0}: the word's index, {1}: the value's expression.
std::string Writer::get(const std::vector<Pin>& pins, const DatapathField& field, std::size_t word,
                        const char* format, const std::string& key) {
    std::string text;
    for_each_lane(field, pins, false, key,
                  [&](const std::string& name, unsigned low, std::size_t lane, bool inverted) {
                      const std::string value =
                          fmt::format("decode<{0}>({4}get<{1}, {0}>(top_->{2}), {3})", field.width,
                                      low, name, field.base(), inverted ? "~" : "");
                      text += fmt::format(fmt::runtime(format), word + lane, value);
                  });
    return text;
}

std::string Writer::tie() {
    std::string text;
    for (const auto& [pin, value] : d_.tie) {
        const std::string key = "tie." + pin;
        const std::string name = pin.substr(0, pin.find('['));
        const RtlPort& found = port(name, true, key);
        int high = static_cast<int>(std::min(found.width, 64u)) - 1, low = 0;
        if (pin != name) {
            const int read = std::sscanf(pin.c_str() + name.size(), "[%d:%d]", &high, &low);
            low = read == 1 ? high : low;
            if (read < 1 || low < 0 || high < low || high >= static_cast<int>(found.width) ||
                found.elements != 0) {
                throw ConfigError(where(key),
                                  fmt::format("{} has bits {}:0", name, found.width - 1),
                                  "port[high:low] or port[bit], in quotes");
            }
        }
        std::string_view digits = value;
        const bool hex = digits.starts_with("0x");
        digits.remove_prefix(hex ? 2 : 0);
        std::uint64_t number = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
        if (error != std::errc() || end != digits.data() + digits.size()) {
            throw ConfigError(where(key),
                              "expected a number (12 or 0xC), found " + shown_text(value));
        }
        if (high - low < 63 && number >> (high - low + 1) != 0) {
            throw ConfigError(where(key),
                              fmt::format("{} does not fit {} bits", number, high - low + 1));
        }
        for (unsigned i = 0; i < std::max(found.elements, 1u); ++i) {
            text += fmt::format("        put<{}, {}>(top_->{}{}, {}u);\n", low, high - low + 1,
                                name, found.elements == 0 ? "" : fmt::format("[{}]", i), number);
        }
    }
    return text;
}

std::string Writer::drive() {
    std::string text;
    std::size_t word = 0;
    for (const auto* group : {&d_.contract.state, &d_.contract.inputs, &d_.contract.parameters}) {
        for (const DatapathField& field : *group) {
            text += put(d_.pins.at(field.name).in, field, word);
            word += field.lanes;
        }
    }
    return text;
}

// The operands during reset: a state's initial value, zero, or what comes nearest to it.
std::string Writer::idle() const {
    std::string text;
    for (const auto* group : {&d_.contract.state, &d_.contract.inputs, &d_.contract.parameters}) {
        for (const DatapathField& field : *group) {
            const std::int64_t value =
                !field.allowed.empty() ? field.allowed.front()
                : group == &d_.contract.state
                    ? field.initial
                    : std::clamp<std::int64_t>(0, field.minimum(), field.maximum());
            for (unsigned lane = 0; lane < field.lanes; ++lane) {
                text += fmt::format("{}, ", value);
            }
        }
    }
    // An array has an element at least.
    return text + "0";
}

// Results whose latency is `latency`; -1: all.
std::string Writer::sample(int latency) {
    std::string text;
    std::size_t word = 0;
    for (const auto* group : {&d_.contract.state, &d_.contract.outputs}) {
        for (const DatapathField& field : *group) {
            const FieldPins& pins = d_.pins.at(field.name);
            const int own = pins.latency < 0 ? static_cast<int>(d_.latency) : pins.latency;
            if (latency < 0 || own == latency) {
                text += get(pins.out, field, word, "        y[{0}] = {1};\n",
                            "ports." + field.name + ".out");
            }
            word += field.lanes;
        }
    }
    return text;
}

std::uint64_t Writer::longest_latency() const {
    int longest = static_cast<int>(d_.latency);
    for (const auto& [unused, pins] : d_.pins) {
        longest = std::max(longest, pins.latency);
    }
    return static_cast<std::uint64_t>(longest);
}

std::string Writer::check_response() {
    std::string text;
    const std::uint64_t tags = (std::uint64_t{1} << d_.tag_width) - 1;
    const auto check_tag = [&](const std::string& name, const char* key, const char* what) {
        if (!name.empty()) {
            port(name, false, key);
            need_width(name, d_.tag_width, key);
            text += fmt::format(
                "        if (top_->{} != (tag & {}u)) {{\n            fail(2, \"{}\");\n        "
                "}}\n",
                name, tags, what);
        }
    };
    check_tag(d_.response_tag, "handshake.response_tag", "a response with the wrong tag");
    if (d_.retire_valid.empty()) {
        return text;
    }
    port(d_.retire_valid, false, "retire.valid");
    text += fmt::format(
        "        if (!top_->{}) {{\n            fail(2, \"a response that does not retire\");\n"
        "        }}\n",
        d_.retire_valid);
    check_tag(d_.retire_tag, "retire.tag", "retires with the wrong tag");
    if (!d_.retire_order.empty()) {
        const unsigned width = port(d_.retire_order, false, "retire.order").width;
        text += fmt::format(
            "        if (get<0, {0}>(top_->{1}) != (retired_ & kMask<{0}>)) {{\n"
            "            fail(2, \"retires out of order\");\n        }}\n",
            std::min(width, 64u), d_.retire_order);
    }
    text += "        ++retired_;\n";
    constexpr const char* kOperand = "        expect_word({0}, x[{0}], {1});\n";
    std::size_t word = 0;
    for (const DatapathField& field : d_.contract.state) {
        text += get(d_.pins.at(field.name).retire_before, field, word, kOperand,
                    "ports." + field.name + ".retire_before");
        word += field.lanes;
    }
    for (const auto* group : {&d_.contract.inputs, &d_.contract.parameters}) {
        for (const DatapathField& field : *group) {
            text += get(d_.pins.at(field.name).retire, field, word, kOperand,
                        "ports." + field.name + ".retire");
            word += field.lanes;
        }
    }
    word = 0;
    for (const auto* group : {&d_.contract.state, &d_.contract.outputs}) {
        for (const DatapathField& field : *group) {
            text += get(d_.pins.at(field.name).retire, field, word,
                        "        expect_word(kOperandWords + {0}, y[{0}], {1});\n",
                        "ports." + field.name + ".retire");
            word += field.lanes;
        }
    }
    return text;
}

std::string Writer::reset() {
    if (!d_.reset.exists()) {
        return d_.clock.empty() ? "" : "        rest();\n        top_->eval();\n";
    }
    std::string text = set_control(d_.reset, "true", "reset.port");
    text += "        rest();\n        top_->eval();\n";
    if (!d_.clock.empty()) {
        text +=
            "        for (unsigned i = 0; i < kResetCycles; ++i) {\n            edge();\n"
            "            rest();\n            top_->eval();\n        }\n";
    }
    return text + set_control(d_.reset, "false", "reset.port") +
           "        printed.clear();\n        stopped = false;\n        settle();\n";
}

std::string Writer::observed() const {
    std::string text;
    std::size_t word = 0;
    for (const auto& [name, port] : ports_) {
        for (unsigned low = 0; low < port.width; low += 32) {
            text += fmt::format(
                "        ports_[{}] = static_cast<std::uint32_t>(get<{}, {}>(top_->{}));\n", word++,
                low, std::min(32u, port.width - low), name);
        }
    }
    return text;
}

std::string Writer::style() const {
    switch (d_.style) {
        case DatapathStyle::combinational:
            return "combinational";
        case DatapathStyle::multi_cycle:
            return "multi_cycle";
        case DatapathStyle::pipelined:
            break;
    }
    return d_.response_valid.exists() ? "handshake" : "fixed_latency";
}

void Writer::check_all_inputs_driven() const {
    std::vector<std::string> undriven;
    for (const auto& [name, port] : ports_) {
        if (port.input && !driven_.contains(name)) {
            undriven.push_back(name);
        }
    }
    if (!undriven.empty()) {
        throw ConfigError(
            where("ports"),
            fmt::format("nothing drives input{} {} of module {}", undriven.size() > 1 ? "s" : "",
                        fmt::join(undriven, ", "), d_.top),
            fmt::format("give {} to a field (ports), or a constant: tie: {{{}: 0}}",
                        undriven.size() > 1 ? "each" : "it", fmt::join(undriven, ": 0, ")));
    }
}

std::string Writer::write() {
    const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
    const auto number = [](bool value) { return std::string(value ? "1" : "0"); };
    std::map<std::string, std::string> parts;
    parts["NAME"] = d_.name;
    parts["TRACE"] = number(options_.trace);
    parts["COVERAGE"] = number(options_.coverage);
    parts["OBSERVE"] = number(options_.observe);
    parts["PORT_WORDS"] = std::to_string(port_words(ports_));
    parts["PORTS"] = observed();
    parts["MUTANTS"] = number(!options_.mutant_port.empty());
    parts["OPERAND_WORDS"] = std::to_string(d_.contract.operand_words());
    parts["RESULT_WORDS"] = std::to_string(d_.contract.result_words());
    parts["RISING"] = flag(d_.rising_edge);
    parts["LATENCY"] = std::to_string(longest_latency());
    parts["INTERVAL"] = std::to_string(d_.initiation_interval);
    parts["RESET_CYCLES"] = std::to_string(d_.reset_cycles);
    parts["STYLE"] = style();
    parts["TIE"] = tie();
    parts["DRIVE"] = drive();
    parts["IDLE"] = idle();
    parts["SAMPLE"] = sample(-1);
    std::string after;
    for (std::uint64_t latency = 0; latency <= longest_latency(); ++latency) {
        const std::string some = sample(static_cast<int>(latency));
        if (!some.empty()) {
            after += fmt::format("        if (clocks == {}) {{\n{}        }}\n", latency, some);
        }
    }
    parts["SAMPLE_AFTER"] = after;
    parts["SET_IDLE"] = set_control(d_.request_valid, "false", "handshake.request_valid") +
                        set_control(d_.response_ready, "true", "handshake.response_ready");
    std::string request = set_control(d_.request_valid, "offer", "handshake.request_valid");
    if (!d_.request_tag.empty()) {
        port(d_.request_tag, true, "handshake.request_tag");
        need_width(d_.request_tag, d_.tag_width, "handshake.request_tag");
        request +=
            fmt::format("        put<0, {}>(top_->{}, tag);\n", d_.tag_width, d_.request_tag);
    }
    parts["SET_REQUEST"] = request;
    parts["SET_RESPONSE_READY"] =
        set_control(d_.response_ready, "ready", "handshake.response_ready");
    parts["REQUEST_READY"] = d_.request_ready.exists()
                                 ? control_value(d_.request_ready, "handshake.request_ready")
                                 : "true";
    parts["RESPONSE_VALID"] = d_.response_valid.exists()
                                  ? control_value(d_.response_valid, "handshake.response_valid")
                                  : "true";
    parts["HAS_RESPONSE_VALID"] = flag(d_.response_valid.exists());
    parts["HAS_RESPONSE_READY"] = flag(d_.response_ready.exists());
    parts["HOLD_REQUEST"] = flag(d_.hold_request);
    parts["CAN_IDLE"] = flag(d_.request_valid.exists() || !d_.state_inside);
    parts["CHECK_RESPONSE"] = check_response();
    parts["CHECK_NO_RESPONSE"] =
        d_.retire_valid.empty()
            ? ""
            : fmt::format(
                  "        if (top_->{}) {{\n            fail(2, \"retires without a "
                  "response\");\n        }}\n",
                  d_.retire_valid);
    parts["RESET"] = reset();
    parts["FILLS_BEFORE_RESET"] = flag(d_.reset.exists() && !d_.clock.empty() && !d_.state_inside);
    if (d_.clock.empty()) {
        parts["EDGE"] = parts["REST"] = "";
    } else {
        port(d_.clock, true, "clock.port");
        const std::string active = d_.rising_edge ? "1" : "0",
                          inactive = d_.rising_edge ? "0" : "1";
        parts["EDGE"] =
            fmt::format("        top_->{} = {};\n        settle();\n", d_.clock, active);
        parts["REST"] = fmt::format("        top_->{} = {};\n", d_.clock, inactive);
    }
    parts["SELECT_MUTANT"] = "(void)mutant;";
    if (!options_.mutant_port.empty()) {
        const RtlPort& select = port(options_.mutant_port, true, "mutant_port");
        parts["SELECT_MUTANT"] =
            fmt::format("put<0, {}>(top_->{}, mutant);", select.width, options_.mutant_port);
    }
    check_all_inputs_driven();

    std::string text = harness_template_text();
    for (const auto& [name, part] : parts) {
        const std::string mark = "@" + name + "@";
        for (std::size_t at = text.find(mark); at != std::string::npos;
             at = text.find(mark, at + part.size())) {
            text.replace(at, mark.size(), part);
        }
    }
    return text;
}

}  // namespace

std::string write_harness(const DatapathDescription& description,
                          const std::map<std::string, RtlPort>& ports,
                          const HarnessOptions& options) {
    return Writer(description, ports, options).write();
}

}  // namespace cortile
