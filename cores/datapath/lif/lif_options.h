// SPDX-License-Identifier: Apache-2.0
// `lif`: integer leaky integrate-and-fire with the choices that public designs make
// (docs/how_to/bring_your_own_rtl.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "hw_model/config/parameters.h"

namespace cortile {

// A number that the RTL has as a constant, or takes through a port: then a parameter of the
// contract.
struct LifNumber {
    std::optional<std::int64_t> constant;  // nullopt: a port
    unsigned width = 1;                    // of the port
    bool is_signed = false;

    bool is_port() const { return !constant; }
    bool is_zero() const { return constant && *constant == 0; }
};

enum class LifEvents { none, enable, separate, time_reference };
enum class LifLeak { none, subtract, subtract_to_zero, toward_zero, shift, keep, multiply };
enum class LifRounding { floor, zero, nearest };
enum class LifReset { zero, value, subtract, none };
enum class LifResetWhen { after, before, instead };
enum class LifRefractory { hold, leak, integrate };

struct LifOptions {
    unsigned state_width = 1;
    bool state_signed = false;
    std::int64_t initial = 0;

    unsigned inputs = 1, input_width = 1, input_shift = 0;
    bool input_signed = false, input_sign_bit = false;
    std::optional<LifNumber> weight, bias;  // constant: the same for all inputs
    LifEvents events = LifEvents::none;

    LifLeak leak = LifLeak::none;
    LifNumber leak_value;
    unsigned leak_fraction = 0;  // bits
    LifRounding leak_rounding = LifRounding::floor;
    bool leak_enable = false;

    bool leak_first = true;
    bool wide_between = true;  // the value between leak and input is not cut to the state
    bool wraps = false;
    std::optional<std::int64_t> lowest;

    bool strict = false;  // fires above the threshold, not at it
    LifNumber threshold;
    bool compares_sum = false;  // before it is cut to the state
    bool spikes_from_before = false;
    LifResetWhen reset_when = LifResetWhen::after;
    LifReset reset = LifReset::zero;
    LifNumber reset_value;

    LifNumber refractory;
    LifRefractory during_refractory = LifRefractory::hold;
};

ParameterSchema lif_schema();
// Throws ConfigError for options that contradict one another.
LifOptions lif_options(const Parameters& parameters);

// The equations of these options (docs/how_to/bring_your_own_rtl.md).
std::string lif_program(const LifOptions& options);

}  // namespace cortile
