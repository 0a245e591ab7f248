// SPDX-License-Identifier: Apache-2.0
#include "rtl/verilated/datapath_skeleton.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>

namespace cortile {
namespace {

constexpr unsigned kWidestField = 63;
// Of an array of registers that may be the neuron's; a larger one is a memory.
constexpr unsigned kMostElements = 64;

std::string lower(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name;
}

template <std::size_t n>
bool has_part(const std::string& name, const std::array<const char*, n>& parts) {
    return std::any_of(parts.begin(), parts.end(), [&](const char* part) {
        return lower(name).find(part) != std::string::npos;
    });
}

bool is_clock_name(const std::string& name) {
    return has_part(name, std::array{"clk", "clock"}) || lower(name) == "ck";
}
bool is_reset_name(const std::string& name) {
    return has_part(name, std::array{"rst", "reset", "clear", "clr"}) &&
           !has_part(name, std::array{"potential", "value", "val", "mode"});
}
bool is_active_low(const std::string& name) {
    const std::string text = lower(name);
    return text.ends_with("_n") || text.ends_with("_ni") || text.ends_with("_b") ||
           text.ends_with("_l") || text.ends_with("rstn") || text.ends_with("resetn") ||
           text.starts_with("n");
}
bool is_start_name(const std::string& name) {
    return has_part(name, std::array{"start", "begin", "trigger", "request", "req_valid"}) ||
           lower(name) == "go" || lower(name) == "valid_in" || lower(name) == "in_valid";
}
bool is_end_name(const std::string& name) {
    return has_part(name, std::array{"done", "busy", "finish", "complete", "rsp_valid"}) ||
           lower(name) == "valid" || lower(name) == "valid_out" || lower(name) == "out_valid";
}
bool is_enable_name(const std::string& name) {
    const std::string text = lower(name);
    return text == "en" || text == "ena" || text == "enable" || text == "ce" || text == "i_en" ||
           text == "en_i" || text == "update_en" || text == "i_enable";
}
bool is_parameter_name(const std::string& name) {
    return has_part(name, std::array{"param", "cfg", "config", "thr", "leak", "decay", "tau",
                                     "beta", "alpha", "refr", "weight", "bias", "v_th"});
}

// What is left of a name without its marks of direction or time: "v_next" and "v_i" are both v.
std::string stem(const std::string& name) {
    std::string text = lower(name);
    for (bool changed = true; changed;) {
        changed = false;
        for (const std::string end :
             {"_next", "_nxt", "_out", "_new", "_res", "_in", "_cur", "_curr", "_old", "_prev",
              "_reg", "_o", "_i", "_q", "_d", "_n"}) {
            if (text.size() > end.size() && text.ends_with(end)) {
                text.erase(text.size() - end.size());
                changed = true;
            }
        }
        for (const std::string start : {"next_", "new_", "out_", "in_", "cur_", "curr_", "current_",
                                        "old_", "last_", "prev_", "i_", "o_"}) {
            if (text.size() > start.size() && text.starts_with(start)) {
                text.erase(0, start.size());
                changed = true;
            }
        }
    }
    return text;
}

class Writer {
  public:
    Writer(const ModuleSurvey& survey, const std::vector<std::string>& sources, bool verilog)
        : survey_(survey), sources_(sources), verilog_(verilog) {}

    std::string write();

  private:
    void find_roles();
    struct Lanes {
        unsigned width = 1, lanes = 0;  // of each; 0: no lanes
        bool wide = false;              // more bits than a field has: a guess
    };
    Lanes lanes_of(const SurveyedSignal& signal) const;
    void add_field(const char* kind, const SurveyedSignal& signal, const std::string& pins,
                   const std::string& note);
    std::string header() const;

    const ModuleSurvey& survey_;
    const std::vector<std::string>& sources_;
    bool verilog_;
    std::optional<SurveyedEdge> clock_, reset_;  // of a reset: rising is active high
    std::string start_, end_;
    std::vector<std::string> enables_;
    std::set<std::string> control_;  // ports with a role
    bool clocked_ = false;
    std::string fields_, ports_, outputs_;
    std::set<std::string> names_;
};

void Writer::find_roles() {
    for (const SurveyedEdge& edge : survey_.edges) {
        (is_reset_name(edge.port) ? reset_ : clock_) = edge;
    }
    for (const SurveyedSignal& port : survey_.ports) {
        if (!port.input || port.width != 1) {
            if (!port.input && port.width == 1 && end_.empty() && is_end_name(port.name)) {
                end_ = port.name;
            }
            continue;
        }
        if (!clock_ && is_clock_name(port.name)) {
            clock_ = SurveyedEdge{port.name, true};
        } else if (!reset_ && is_reset_name(port.name) && !is_clock_name(port.name)) {
            reset_ = SurveyedEdge{port.name, !is_active_low(port.name)};
        } else if (start_.empty() && is_start_name(port.name)) {
            start_ = port.name;
        } else if (is_enable_name(port.name)) {
            enables_.push_back(port.name);
        }
    }
    clocked_ = clock_.has_value();
    if (!clocked_ || start_.empty() || end_.empty()) {
        start_.clear();
        end_.clear();
    }
    for (const std::string& name :
         {clock_ ? clock_->port : "", reset_ ? reset_->port : "", start_, end_}) {
        control_.insert(name);
    }
    control_.insert(enables_.begin(), enables_.end());
}

Writer::Lanes Writer::lanes_of(const SurveyedSignal& signal) const {
    if (signal.elements != 0) {
        return {signal.width, signal.elements, false};
    }
    if (signal.lanes != 0 && signal.width / signal.lanes <= kWidestField) {
        return {signal.width / signal.lanes, signal.lanes, false};
    }
    if (signal.width <= kWidestField) {
        return {signal.width, 0, false};
    }
    // What counts is one number; what has no sign and no register may be lanes of bits.
    unsigned part = 1;
    if (signal.is_signed || !signal.input) {
        for (unsigned bits = 2; bits <= 32; ++bits) {
            part = signal.width % bits == 0 ? bits : part;
        }
    }
    return {part, signal.width / part, true};
}

void Writer::add_field(const char* kind, const SurveyedSignal& signal, const std::string& pins,
                       const std::string& note) {
    static const std::set<std::string> words{"const", "let", "if",   "else",
                                             "for",   "in",  "bool", "old"};
    std::string name = signal.name.substr(signal.name.rfind('.') + 1);
    if (words.contains(name) ||
        (name.size() <= 3 && (name[0] == 'u' || name[0] == 's') &&
         name.find_first_not_of("0123456789", 1) == std::string::npos && name.size() > 1)) {
        name += "_";
    }
    while (!names_.insert(name).second) {
        name += "_";
    }
    const auto [width, lanes, wide] = lanes_of(signal);
    std::string type = fmt::format("{}{}", signal.is_signed && !wide ? 's' : 'u', width);
    if (lanes != 0) {
        type += fmt::format("[{}]", lanes);
    }
    std::string remark = note;
    if (wide) {
        remark = fmt::format("??? {} bits, wider than 63: {}", signal.width,
                             width == 1 ? "lanes (how wide?), or a number in parts"
                                        : "a number in parts, the low one first; or a shim");
    }
    fields_ += fmt::format("    {:<6} {}: {}{}\n", kind, name, type,
                           remark.empty() ? "" : "   # " + remark);
    if (!pins.empty()) {
        ports_ += fmt::format("  {}: {{{}}}\n", name, pins);
    }
    if (std::string_view(kind) == "output") {
        outputs_ += lanes == 0
                        ? fmt::format("    {} = 0\n", name)
                        : fmt::format("    for i in 0 .. {} {{ {}[i] = 0 }}\n", lanes - 1, name);
    }
}

std::string Writer::header() const {
    std::string text = fmt::format(
        "# A first guess from the ports. Where it says ???, look into the RTL. Then\n"
        "#   cortile cosim FOLDER\n"
        "# Every key, and the equations: docs/how_to/bring_your_own_rtl.md.\n"
        "name: {0}\ntop: {0}\nsources: [{1}]\n",
        survey_.top, fmt::join(sources_, ", "));
    if (verilog_) {
        text += "language: verilog\n";
    }
    if (!survey_.parameters.empty()) {
        text +=
            "# parameters of the module, with their defaults; to change some: parameters: {NAME: "
            "VALUE}\n";
        for (const auto& [name, value] : survey_.parameters) {
            text += fmt::format("#   {} = {}\n", name, value);
        }
    }
    if (!clocked_) {
        text += "timing: {style: combinational}\n";
        if (reset_) {
            text += fmt::format("tie: {{{}: {}}}   # ??? a reset without a clock\n", reset_->port,
                                reset_->rising ? 0 : 1);
        }
        return text;
    }
    text += fmt::format("clock: {{port: {}, edge: {}}}\n", clock_->port,
                        clock_->rising ? "rising" : "falling");
    text += reset_ ? fmt::format("reset: {{port: {}, active: {}}}\n", reset_->port,
                                 reset_->rising ? "high" : "low")
                   : "# ??? no reset was found: reset: {port: …, active: high}\n";
    if (start_.empty()) {
        text += "timing: {style: pipelined, latency: 1}   # results in registers after one clock\n";
    } else {
        text += fmt::format(
            "timing: {{style: multi_cycle, latency: 16}}   # ??? clocks it may take\n"
            "handshake: {{request_valid: {}, response_valid: {}}}\n",
            start_, end_.find("busy") == std::string::npos ? end_ : "\"!" + end_ + "\"");
    }
    text += "state: inside\n";
    if (!enables_.empty()) {
        text += fmt::format("tie: {{{}: 1}}   # ??? or an input of the neuron\n",
                            fmt::join(enables_, ": 1, "));
    }
    return text;
}

std::string Writer::write() {
    find_roles();
    std::vector<SurveyedSignal> rest;
    for (const SurveyedSignal& port : survey_.ports) {
        if (!control_.contains(port.name)) {
            rest.push_back(port);
        }
    }
    const auto is_register = [&](const SurveyedSignal& port) {
        return std::any_of(survey_.registers.begin(), survey_.registers.end(),
                           [&](const SurveyedSignal& r) { return r.name == port.name; });
    };
    std::set<std::string> done;
    // State: what comes in and goes out; or registers.
    for (const SurveyedSignal& out : rest) {
        if (out.input) {
            continue;
        }
        const auto in = std::find_if(rest.begin(), rest.end(), [&](const SurveyedSignal& port) {
            return port.input && !done.contains(port.name) && port.width == out.width &&
                   port.elements == out.elements && stem(port.name) == stem(out.name);
        });
        if (!clocked_ && in != rest.end()) {
            add_field("state", *in, fmt::format("in: {}, out: {}", in->name, out.name), "");
            done.insert({in->name, out.name});
        } else if (clocked_ && out.width > 1 && is_register(out)) {
            add_field("state", out, fmt::format("out: {}", out.name), "");
            done.insert(out.name);
        }
    }
    for (const SurveyedSignal& inner : survey_.registers) {
        const bool is_port = std::any_of(survey_.ports.begin(), survey_.ports.end(),
                                         [&](const auto& port) { return port.name == inner.name; });
        if (clocked_ && !is_port && inner.width <= kWidestField &&
            inner.elements <= kMostElements) {
            const bool is_deep = std::count(inner.name.begin(), inner.name.end(), '.') > 1;
            const std::string place =
                is_deep ? " (" + inner.name.substr(inner.name.find('.') + 1) + ")" : "";
            add_field(
                "state", inner, "",
                start_.empty()
                    ? fmt::format("inside{}, no port shows it", place)
                    : fmt::format("??? inside{}; remove it unless the next operation needs it",
                                  place));
        }
    }
    for (const char* kind : {"input", "param", "output"}) {
        for (const SurveyedSignal& port : rest) {
            const std::string_view own = !port.input                    ? "output"
                                         : is_parameter_name(port.name) ? "param"
                                                                        : "input";
            if (!done.contains(port.name) && own == kind) {
                add_field(kind, port, fmt::format("{}: {}", port.input ? "in" : "out", port.name),
                          "");
            }
        }
    }
    return header() + "\nreference:\n  semantics: equations\n  program: |\n" + fields_ +
           "\n    # ??? what one operation does\n" + outputs_ + "\nports:\n" + ports_;
}

}  // namespace

std::string datapath_skeleton(const ModuleSurvey& survey, const std::vector<std::string>& sources,
                              bool verilog) {
    return Writer(survey, sources, verilog).write();
}

}  // namespace cortile
