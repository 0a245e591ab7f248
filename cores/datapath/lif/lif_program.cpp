// SPDX-License-Identifier: Apache-2.0
// The equations that options of `lif` stand for.
#include <fmt/format.h>

#include <bit>

#include "cores/datapath/lif/lif_options.h"

namespace cortile {
namespace {

std::string type_of(unsigned width, bool is_signed) {
    return fmt::format("{}{}", is_signed ? 's' : 'u', width);
}

class Writer {
  public:
    explicit Writer(const LifOptions& options)
        : o_(options), type_(type_of(o_.state_width, o_.state_signed)) {}

    std::string run();

  private:
    template <typename... Arguments>
    void line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        text_ += fmt::format(format, std::forward<Arguments>(arguments)...) + "\n";
    }
    void fields();
    void parameter(const char* name, const LifNumber& value);
    std::string of(const LifNumber& value, const char* name) const {
        return value.is_port() ? name : std::to_string(*value.constant);
    }
    std::string cut(const std::string& value) const;
    std::string crosses(const std::string& value) const;
    std::string leaked(const std::string& value) const;
    std::string rounded(const std::string& value, const std::string& shift) const;
    std::string reset_of(const std::string& value) const;
    void events();
    void summed_input();
    void update(const std::string& from);

    const LifOptions& o_;
    std::string type_, text_;
    bool refractory_ = false;
    std::string leaks_ = "1", integrates_ = "1";  // conditions
};

void Writer::parameter(const char* name, const LifNumber& value) {
    if (value.is_port()) {
        line("param {}: {}", name, type_of(value.width, value.is_signed));
    }
}

void Writer::fields() {
    line("state v: {} = {}", type_, o_.initial);
    if (refractory_) {
        const unsigned width = o_.refractory.is_port()
                                   ? o_.refractory.width
                                   : static_cast<unsigned>(std::bit_width(
                                         static_cast<std::uint64_t>(*o_.refractory.constant)));
        line("state hold: u{}", width);
    }
    const std::string lanes = o_.inputs == 1 ? "" : fmt::format("[{}]", o_.inputs);
    line("input current: {}{}", type_of(o_.input_width, o_.input_signed), lanes);
    if (o_.input_sign_bit) {
        line("input negative: u1");
    }
    switch (o_.events) {
        case LifEvents::none:
            break;
        case LifEvents::enable:
            line("input enable: u1");
            break;
        case LifEvents::separate:
            line("input leak_event: u1\ninput input_event: u1");
            break;
        case LifEvents::time_reference:
            line("input synapse_event: u1\ninput time_reference: u1");
            break;
    }
    if (o_.weight && o_.weight->is_port()) {
        line("param weight: {}{}", type_of(o_.weight->width, o_.weight->is_signed), lanes);
    }
    if (o_.bias) {
        parameter("bias", *o_.bias);
    }
    if (o_.leak != LifLeak::none) {
        parameter("leak", o_.leak_value);
        if (o_.leak_enable) {
            line("param leak_enable: u1");
        }
    }
    parameter("threshold", o_.threshold);
    parameter("reset_value", o_.reset_value);
    parameter("refractory", o_.refractory);
    line("output spike: u1");
}

std::string Writer::cut(const std::string& value) const {
    std::string result = fmt::format("{}({}, {})", o_.wraps ? "wrap" : "sat", value, type_);
    return o_.lowest ? fmt::format("max({}, {})", result, *o_.lowest) : result;
}

std::string Writer::crosses(const std::string& value) const {
    return fmt::format("{} {} {}", value, o_.strict ? ">" : ">=", of(o_.threshold, "threshold"));
}

std::string Writer::rounded(const std::string& value, const std::string& shift) const {
    switch (o_.leak_rounding) {
        case LifRounding::zero:
            return fmt::format("shift_zero({}, {})", value, shift);
        case LifRounding::nearest:
            return fmt::format("shift_nearest({}, {})", value, shift);
        case LifRounding::floor:
            break;
    }
    return fmt::format("shift_floor({}, {})", value, shift);
}

std::string Writer::leaked(const std::string& value) const {
    const std::string x = of(o_.leak_value, "leak");
    switch (o_.leak) {
        case LifLeak::none:
            return value;
        case LifLeak::subtract:
            return fmt::format("{} - {}", value, x);
        case LifLeak::subtract_to_zero:
            return fmt::format("max({} - {}, 0)", value, x);
        case LifLeak::toward_zero:
            return fmt::format("({0} < 0 ? min({0} + {1}, 0) : max({0} - {1}, 0))", value, x);
        case LifLeak::shift:
            return fmt::format("{} - {}", value, rounded(value, x));
        case LifLeak::keep:
            return rounded(value, x);
        case LifLeak::multiply:
            break;
    }
    return rounded(fmt::format("{} * {}", value, x), std::to_string(o_.leak_fraction));
}

std::string Writer::reset_of(const std::string& value) const {
    switch (o_.reset) {
        case LifReset::zero:
            return "0";
        case LifReset::value:
            return of(o_.reset_value, "reset_value");
        case LifReset::subtract:
            return cut(fmt::format("{} - {}", value, of(o_.threshold, "threshold")));
        case LifReset::none:
            break;
    }
    return value;
}

void Writer::events() {
    switch (o_.events) {
        case LifEvents::none:
        case LifEvents::enable:
            break;
        case LifEvents::separate:
            leaks_ = "leak_event";
            integrates_ = "input_event";
            break;
        case LifEvents::time_reference:
            leaks_ = "synapse_event && time_reference";
            integrates_ = "synapse_event && !time_reference";
            break;
    }
    if (o_.leak_enable && o_.leak != LifLeak::none) {
        leaks_ = leaks_ == "1" ? "leak_enable" : leaks_ + " && leak_enable";
    }
    if (refractory_ && o_.during_refractory == LifRefractory::hold) {
        leaks_ += " && !waits";
    }
    if (refractory_ && o_.during_refractory != LifRefractory::integrate) {
        integrates_ += " && !waits";
    }
}

void Writer::summed_input() {
    const std::string weight =
        !o_.weight ? "" : " * " + of(*o_.weight, o_.inputs == 1 ? "weight" : "weight[i]");
    if (o_.inputs == 1) {
        line("let total = current{}", weight);
    } else {
        line("let total = 0\nfor i in 0 .. {} {{ total = total + current[i]{} }}", o_.inputs - 1,
             weight);
    }
    if (o_.input_shift != 0) {
        line("total = total << {}", o_.input_shift);
    }
    if (o_.input_sign_bit) {
        line("if negative {{ total = -total }}");
    }
    if (o_.bias) {
        line("total = total + {}", of(*o_.bias, "bias"));
    }
}

// `wide`: the value that v would have, were it wide enough.
void Writer::update(const std::string& from) {
    line("let wide = {}", from);
    const auto step = [&](bool leak) {
        const std::string& condition = leak ? leaks_ : integrates_;
        const std::string value = leak ? leaked("wide") : "wide + total";
        if (leak && o_.leak == LifLeak::none) {
            return;
        }
        if (condition == "1") {
            line("wide = {}", value);
        } else {
            line("if {} {{ wide = {} }}", condition, value);
        }
    };
    step(o_.leak_first);
    if (!o_.wide_between) {
        line("wide = {}", cut("wide"));
    }
    step(!o_.leak_first);
}

std::string Writer::run() {
    refractory_ = !o_.refractory.is_zero();
    fields();
    const bool gated = o_.events == LifEvents::enable;
    if (refractory_) {
        line("let waits = hold != 0");
    }
    events();
    summed_input();
    const std::string may_fire =
        std::string(refractory_ ? " && !waits" : "") + (gated ? " && enable" : "");
    const bool before = o_.reset_when == LifResetWhen::before;
    if (o_.spikes_from_before || o_.reset_when != LifResetWhen::after) {
        line("let crossed_before = {}{}", crosses("v"), may_fire);
    }
    update(before ? fmt::format("crossed_before ? {} : v", reset_of("v")) : "v");
    line("let cut = {}", cut("wide"));
    if (!o_.spikes_from_before || o_.reset_when == LifResetWhen::after) {
        line("let crossed_after = {}{}", crosses(o_.compares_sum ? "wide" : "cut"), may_fire);
    }
    line("let next = cut");
    if (o_.reset_when == LifResetWhen::after) {
        // What the comparison saw is what the threshold is subtracted from.
        line("if crossed_after {{ next = {} }}", reset_of(o_.compares_sum ? "wide" : "cut"));
    } else if (o_.reset_when == LifResetWhen::instead) {
        line("if crossed_before {{ next = {} }}", reset_of("v"));
    }
    line("{}v = next{}", gated ? "if enable { " : "", gated ? " }" : "");
    line("spike = {}", o_.spikes_from_before ? "crossed_before" : "crossed_after");
    if (refractory_) {
        const char* const fires =
            o_.reset_when == LifResetWhen::after ? "crossed_after" : "crossed_before";
        line("{}hold = {} ? {} : max(hold - 1, 0){}", gated ? "if enable { " : "", fires,
             of(o_.refractory, "refractory"), gated ? " }" : "");
    }
    return std::move(text_);
}

}  // namespace

std::string lif_program(const LifOptions& options) {
    return Writer(options).run();
}

}  // namespace cortile
