// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/lif/lif_options.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "hw_model/base/error.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {
namespace {

using enum ParameterType;

ParameterDescriptor choice_of(const char* path, std::vector<std::string> choices,
                              const char* description) {
    ParameterDescriptor descriptor{path, choice, choices.front(), description};
    descriptor.choices = std::move(choices);
    return descriptor;
}

ParameterDescriptor flag_of(const char* path, const char* description) {
    return {path, flag, "false", description};
}

ParameterDescriptor signed_number(const char* path, const char* description) {
    constexpr double kMost = 1e15;
    return {path, integer, "0", description, false, {}, -kMost, kMost};
}

std::optional<std::int64_t> whole(const std::string& written) {
    std::int64_t value = 0;
    const char* const end = written.data() + written.size();
    const auto [stop, error] = std::from_chars(written.data(), end, value);
    if (error != std::errc() || stop != end) {
        return std::nullopt;
    }
    return value;
}

// The first choice is the enumerator 0, and so on.
template <typename Enum>
Enum chosen(const Parameters& p, const char* path) {
    const Parameters::Value& value = p.value(path);
    for (std::size_t i = 0; i < value.descriptor->choices.size(); ++i) {
        if (value.descriptor->choices[i] == value.text) {
            return static_cast<Enum>(i);
        }
    }
    throw ContractViolation(std::string("lif: ") + path + " is none of its choices");
}

unsigned width_of(const Parameters& p, const std::string& path) {
    return static_cast<unsigned>(p.integer(path));
}

// `path`: an integer, or "port"; then its width at `width_path`.
LifNumber number(const Parameters& p, const std::string& path, const std::string& width_path,
                 bool is_signed) {
    LifNumber result;
    result.is_signed = is_signed;
    result.width = width_of(p, width_path);
    if (p.text(path) == "port") {
        if (result.width == 0) {
            throw ConfigError(p.where(width_path), "the width of the port is missing",
                              width_path + ": 8");
        }
        return result;
    }
    result.constant = whole(p.text(path));
    if (!result.constant) {
        throw ConfigError(p.where(path),
                          "expected an integer or port, found " + shown_text(p.text(path)),
                          "an integer where the RTL has a constant; port where it has an input "
                          "or a register");
    }
    if (result.width != 0) {
        throw ConfigError(p.where(width_path), "a width, but " + path + " is a constant",
                          path + ": port");
    }
    return result;
}

std::optional<LifNumber> optional_number(const Parameters& p, const std::string& path,
                                         const std::string& width_path, bool is_signed) {
    if (p.text(path) == "none") {
        return std::nullopt;
    }
    return number(p, path, width_path, is_signed);
}

void check(const Parameters& p, const LifOptions& o) {
    const auto refuse = [&](const char* path, const std::string& what, const char* hint) {
        throw ConfigError(p.where(path), what, hint);
    };
    const auto negative = [](const LifNumber& value) {
        return value.constant && *value.constant < 0;
    };
    if (o.reset_value.is_port() && o.reset_value.width > o.state_width) {
        refuse("reference.reset_value_width", "is more than v has", "state_width at most");
    }
    const std::int64_t most = std::int64_t{1}
                              << (o.state_signed ? o.state_width - 1 : o.state_width);
    for (const auto& [path, value] :
         {std::pair{"reference.initial", o.initial},
          {"reference.reset_value", o.reset_value.constant.value_or(0)}}) {
        if (value >= most || value < (o.state_signed ? -most : 0)) {
            refuse(path, fmt::format("{} does not fit v", value),
                   "state_width and state_signed say what v holds");
        }
    }
    const bool shifts = o.leak == LifLeak::shift || o.leak == LifLeak::keep;
    if (negative(o.leak_value)) {
        refuse("reference.leak_value", "the leak is negative", "the amount that is taken away");
    }
    if (shifts && o.leak_value.constant && *o.leak_value.constant > 62) {
        refuse("reference.leak_value", "a shift by more than 62 bits", "0 to 62");
    }
    if (shifts && o.leak_value.is_port() && o.leak_value.width > 5) {
        refuse("reference.leak_width", "a shift by up to 2^width - 1 bits", "at most 5 bits");
    }
    if (o.leak_fraction != 0 && o.leak != LifLeak::multiply) {
        refuse("reference.leak_fraction", "is for leak: multiply", "v * leak_value / 2^fraction");
    }
    if (negative(o.refractory)) {
        refuse("reference.refractory", "the period is negative", "0: none");
    }
    if (o.refractory.constant && *o.refractory.constant > 1'000'000) {
        refuse("reference.refractory", "more than 1000000 updates", "0: none");
    }
    if (o.input_sign_bit && o.input_signed) {
        refuse("reference.input_sign_bit", "the input has a sign already", "input_signed: false");
    }
    if (o.reset != LifReset::value && !o.reset_value.is_zero()) {
        refuse("reference.reset_value", "is for reset: value", "reset: value");
    }
}

}  // namespace

ParameterSchema lif_schema() {
    return {
        whole_number("reference.state_width", std::nullopt, "bits of v", 1, 40),
        flag_of("reference.state_signed", "v has a sign"),
        signed_number("reference.initial", "v after reset of the module"),

        whole_number("reference.inputs", "1", "inputs that are summed up", 1, 1024),
        whole_number("reference.input_width", "1", "bits of an input", 1, 32),
        flag_of("reference.input_signed", "inputs have a sign"),
        flag_of("reference.input_sign_bit", "a further input `negative`: subtract, not add"),
        whole_number("reference.input_shift", "0", "bits by which the summed input is shifted left",
                     0, 16),
        {"reference.weight", text, "none", "of each input: none, an integer for all, or port"},
        whole_number("reference.weight_width", "0", "bits of a weight that is a port", 0, 32),
        flag_of("reference.weight_signed", "weights that are ports have a sign"),
        {"reference.bias", text, "none", "added with every input: none, an integer, or port"},
        whole_number("reference.bias_width", "0", "bits of a bias that is a port", 0, 32),
        flag_of("reference.bias_signed", "a bias that is a port has a sign"),
        choice_of(
            "reference.events", {"none", "enable", "separate", "time_reference"},
            "none: every operation leaks and integrates; enable: if input `enable`; separate: "
            "inputs `leak_event`, `input_event`; time_reference: `synapse_event`, "
            "`time_reference`"),

        choice_of(
            "reference.leak",
            {"none", "subtract", "subtract_to_zero", "toward_zero", "shift", "keep", "multiply"},
            "v - x; max(v - x, 0); |v| falls by x to 0; v - (v >> x); v >> x; "
            "v * x / 2^leak_fraction"),
        {"reference.leak_value", text, "0", "x: an integer or port"},
        whole_number("reference.leak_width", "0", "bits of a leak_value that is a port", 0, 24),
        whole_number("reference.leak_fraction", "0", "fraction bits of x for multiply", 0, 24),
        choice_of("reference.leak_rounding", {"floor", "zero", "nearest"},
                  "of shift, keep and multiply: down, toward zero, to the nearest (half up)"),
        flag_of("reference.leak_enable", "a parameter `leak_enable` switches the leak"),

        choice_of("reference.order", {"leak_first", "input_first"}, "which is applied first"),
        choice_of("reference.between", {"wide", "state"},
                  "the value between the two: as wide as it takes, or cut to the state"),
        choice_of("reference.overflow", {"saturate", "wrap"}, "where v leaves its width"),
        {"reference.lowest", text, "none", "v is never below: none, or an integer"},

        choice_of("reference.compare", {"at_least", "above"}, "v >= threshold, or v > threshold"),
        {"reference.threshold", text, std::nullopt, "an integer or port"},
        whole_number("reference.threshold_width", "0", "bits of a threshold that is a port", 0, 40),
        flag_of("reference.threshold_signed", "a threshold that is a port has a sign"),
        choice_of("reference.compared", {"state", "sum"},
                  "v after or before it is cut to its width"),
        choice_of("reference.spike_from", {"after", "before"},
                  "the v that the spike shows: after this update, or before it"),
        choice_of("reference.reset_when", {"after", "before", "instead"},
                  "after the update; or, by v before it, ahead of it or instead of it"),
        choice_of("reference.reset", {"zero", "value", "subtract", "none"},
                  "v of a neuron that fires: 0, reset_value, v - threshold, v"),
        {"reference.reset_value", text, "0", "of reset: value; an integer or port"},
        whole_number("reference.reset_value_width", "0", "bits of a reset_value that is a port", 0,
                     40),

        {"reference.refractory", text, "0", "updates without spikes after a spike, or port"},
        whole_number("reference.refractory_width", "0", "bits of a refractory that is a port", 0,
                     16),
        choice_of("reference.during_refractory", {"hold", "leak", "integrate"},
                  "what goes on: nothing, the leak, all but spikes"),
    };
}

LifOptions lif_options(const Parameters& p) {
    LifOptions o;
    o.state_width = width_of(p, "reference.state_width");
    o.state_signed = p.flag("reference.state_signed");
    o.initial = p.integer("reference.initial");
    o.inputs = width_of(p, "reference.inputs");
    o.input_width = width_of(p, "reference.input_width");
    o.input_shift = width_of(p, "reference.input_shift");
    o.input_signed = p.flag("reference.input_signed");
    o.input_sign_bit = p.flag("reference.input_sign_bit");
    o.weight = optional_number(p, "reference.weight", "reference.weight_width",
                               p.flag("reference.weight_signed"));
    o.bias = optional_number(p, "reference.bias", "reference.bias_width",
                             p.flag("reference.bias_signed"));
    o.events = chosen<LifEvents>(p, "reference.events");
    o.leak = chosen<LifLeak>(p, "reference.leak");
    o.leak_value = number(p, "reference.leak_value", "reference.leak_width", false);
    o.leak_fraction = width_of(p, "reference.leak_fraction");
    o.leak_rounding = chosen<LifRounding>(p, "reference.leak_rounding");
    o.leak_enable = p.flag("reference.leak_enable");
    o.leak_first = p.text("reference.order") == "leak_first";
    o.wide_between = p.text("reference.between") == "wide";
    o.wraps = p.text("reference.overflow") == "wrap";
    if (p.text("reference.lowest") != "none") {
        o.lowest = whole(p.text("reference.lowest"));
        if (!o.lowest) {
            throw ConfigError(
                p.where("reference.lowest"),
                "expected none or an integer, found " + shown_text(p.text("reference.lowest")));
        }
    }
    o.strict = p.text("reference.compare") == "above";
    o.threshold = number(p, "reference.threshold", "reference.threshold_width",
                         p.flag("reference.threshold_signed"));
    o.compares_sum = p.text("reference.compared") == "sum";
    o.spikes_from_before = p.text("reference.spike_from") == "before";
    o.reset_when = chosen<LifResetWhen>(p, "reference.reset_when");
    o.reset = chosen<LifReset>(p, "reference.reset");
    o.reset_value =
        number(p, "reference.reset_value", "reference.reset_value_width", o.state_signed);
    o.refractory = number(p, "reference.refractory", "reference.refractory_width", false);
    o.during_refractory = chosen<LifRefractory>(p, "reference.during_refractory");
    check(p, o);
    return o;
}

}  // namespace cortile
