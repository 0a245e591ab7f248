// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/fcore_soma_semantics.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cores/datapath/reference_datapath.h"
#include "cores/fcore/spiking_soma.h"

namespace cortile {

namespace {

using Row = FcoreSomaRow;

constexpr std::int64_t kToValue = static_cast<std::int64_t>(SomaReset::to_value);
constexpr std::int64_t kLessThreshold = static_cast<std::int64_t>(SomaReset::subtract_threshold);
constexpr std::int64_t kLessValue = static_cast<std::int64_t>(SomaReset::subtract_value);
constexpr std::int64_t kNoReset = static_cast<std::int64_t>(SomaReset::none);

DatapathContract contract_of(const Parameters& options) {
    const auto width = [&](const char* path) {
        return static_cast<unsigned>(options.integer(path));
    };
    const unsigned state = width("reference.state_width");
    const unsigned factor = width("reference.factor_width");
    const unsigned timer = width("reference.timer_width");
    const unsigned refractory = width("reference.refractory_width");
    const auto membrane = [&](const char* name) {
        return DatapathField{.name = name, .width = state, .is_signed = true};
    };
    DatapathContract contract;
    contract.semantics = "fcore_soma";
    contract.state = {membrane("v"),
                      membrane("theta"),
                      {.name = "timer", .width = timer},
                      {.name = "hold", .width = refractory}};
    contract.inputs = {
        {.name = "input", .width = width("reference.input_width"), .is_signed = true},
        {.name = "random", .width = state}};
    for (const char* name : {"threshold", "floor", "initial", "reset", "decrement", "leak_add",
                             "theta_add", "theta_step"}) {
        contract.parameters.push_back(membrane(name));
    }
    for (const auto& [name, bits] :
         {std::pair{"random_mask", state}, std::pair{"leak_factor", factor},
          std::pair{"theta_factor", factor}, std::pair{"window", timer},
          std::pair{"refractory", refractory}, std::pair{"reset_mode", 2u},
          std::pair{"leaks_by_factor", 1u}, std::pair{"theta_by_factor", 1u},
          std::pair{"fires", 1u}}) {
        contract.parameters.push_back({.name = name, .width = bits});
    }
    contract.outputs = {{.name = "spike"}, membrane("shown"), {.name = "active"}};
    return contract;
}

SpikingSoma soma_of(const std::int64_t* x) {
    const auto membrane = [&](Row::Operand field) { return static_cast<std::int32_t>(x[field]); };
    const auto small = [&](Row::Operand field) { return static_cast<std::uint16_t>(x[field]); };
    SpikingSoma soma;
    soma.threshold = membrane(Row::threshold);
    soma.floor = membrane(Row::floor);
    soma.initial = membrane(Row::initial);
    soma.reset = membrane(Row::reset);
    soma.decrement = membrane(Row::decrement);
    soma.leak_add = membrane(Row::leak_add);
    soma.theta_add = membrane(Row::theta_add);
    soma.theta_step = membrane(Row::theta_step);
    soma.random_mask = static_cast<std::uint32_t>(x[Row::random_mask]);
    soma.leak_factor = small(Row::leak_factor);
    soma.theta_factor = small(Row::theta_factor);
    soma.window = small(Row::window);
    soma.refractory = static_cast<std::uint8_t>(x[Row::refractory]);
    soma.reset_mode = static_cast<SomaReset>(x[Row::reset_mode]);
    soma.leaks_by_factor = x[Row::leaks_by_factor] != 0;
    soma.theta_by_factor = x[Row::theta_by_factor] != 0;
    soma.fires = x[Row::fires] != 0;
    return soma;
}

}  // namespace

std::string FcoreSomaSemantics::description() const {
    return "integrate and fire of a Tianjic-style core: leak, adaptive and random threshold, "
           "window";
}

ParameterSchema FcoreSomaSemantics::schema() const {
    return {
        whole_number("reference.state_width", "28", "bits of membranes and thresholds", 4, 31),
        whole_number("reference.input_width", "32", "bits of the summed input, with sign", 2, 32),
        whole_number("reference.factor_width", "8", "bits of leak_factor and theta_factor", 1, 16),
        whole_number("reference.timer_width", "16", "bits of the window and its counter", 1, 16),
        whole_number("reference.refractory_width", "4", "bits of refractory period and counter", 1,
                     8),
    };
}

std::unique_ptr<NeuronDatapath> FcoreSomaSemantics::make(const Parameters& options) const {
    const SomaWidths widths{static_cast<unsigned>(options.integer("reference.state_width")),
                            static_cast<unsigned>(options.integer("reference.factor_width"))};
    const std::int64_t last_timer =
        (std::int64_t{1} << options.integer("reference.timer_width")) - 1;
    auto update = [widths, last_timer](const std::int64_t* x, std::int64_t* y) {
        SpikingState state;
        state.v = static_cast<std::int32_t>(x[Row::v]);
        state.theta = static_cast<std::int32_t>(x[Row::theta]);
        state.timer = static_cast<std::uint16_t>(x[Row::timer]);
        state.hold = static_cast<std::uint8_t>(x[Row::hold]);
        const SpikingState before = state;
        const bool fired =
            update_spiking_soma(widths, soma_of(x), state, static_cast<std::int32_t>(x[Row::input]),
                                static_cast<std::uint32_t>(x[Row::random]));
        y[Row::v_after] = state.v;
        y[Row::theta_after] = state.theta;
        y[Row::timer_after] = state.timer & last_timer;
        y[Row::hold_after] = state.hold;
        y[Row::spike] = fired;
        y[Row::shown] = state.shown;
        y[Row::active] = is_active(before, state, fired);
    };
    return std::make_unique<ReferenceDatapath<decltype(update)>>(contract_of(options), update);
}

std::vector<std::vector<std::int64_t>> FcoreSomaSemantics::directed(
    const DatapathContract& contract, NeuronDatapath& /*reference*/) const {
    using enum Row::Operand;
    const std::int64_t high = contract.state[v].maximum(), low = contract.state[v].minimum();
    const std::int64_t last_timer = contract.state[timer].maximum();
    const std::int64_t last_hold = contract.state[hold].maximum();
    const std::int64_t factor = contract.parameters[leak_factor - threshold].maximum();
    const std::int64_t all = contract.inputs[random - input].maximum();
    const std::int64_t sign = high + 1;  // of a random number
    const std::int64_t some = high / 3;
    // A neuron that fires above 10 and does nothing else; `changes` make it an operation.
    const auto row = [&](std::initializer_list<std::pair<Row::Operand, std::int64_t>> changes) {
        std::vector<std::int64_t> x(operands, 0);
        x[threshold] = 10;
        x[floor] = low;
        x[fires] = 1;
        for (const auto& [field, value] : changes) {
            x[field] = value;
        }
        return x;
    };
    return {
        row({}),  // rest
        row({{v, 4}, {input, 6}}),
        row({{v, 4}, {input, 7}}),  // above, not at, the threshold
        row({{v, 4}, {input, 7}, {fires, 0}}),
        row({{v, high}, {threshold, high}}),
        row({{v, high}, {threshold, high}, {theta, 1}}),  // the threshold saturates
        row({{v, high}, {threshold, high}, {theta, -1}}),
        row({{v, low}, {threshold, low}, {theta, -1}}),
        row({{v, low + 1}, {threshold, low}, {theta, -1}}),
        row({{v, low + 1}, {threshold, low}, {theta, low}, {random, all}, {random_mask, all}}),
        row({{v, some},
             {threshold, 0},
             {floor, some}}),  // the threshold is no lower than the floor
        row({{v, some}, {threshold, 0}, {floor, some - 1}}),
        row({{v, some}, {threshold, some - 1}, {random, all}, {random_mask, 1}}),
        row({{v, some}, {threshold, some - 2}, {random, all}, {random_mask, 1}}),
        row({{v, some}, {threshold, some}, {random, all}, {random_mask, all}}),  // noise of -1
        row({{v, low + 1}, {threshold, 0}, {random, sign}, {random_mask, all}}),
        row({{v, some}, {threshold, some}, {random, all}, {random_mask, 0}}),
        row({{v, high}, {input, 1}, {fires, 0}}),
        row({{v, low}, {input, -1}, {fires, 0}}),
        row({{v, 5}, {input, contract.inputs[0].maximum()}, {fires, 0}}),
        row({{v, 5}, {input, contract.inputs[0].minimum()}, {fires, 0}}),
        row({{v, 5}, {input, 100}, {hold, 1}}),  // held, for the last time
        row({{v, 5}, {input, 100}, {hold, 2}}),
        row({{v, 50}, {hold, last_hold}, {refractory, last_hold}}),  // fires nevertheless
        row({{v, 50}, {refractory, last_hold}}),
        row({{v, 50}, {reset, -7}, {reset_mode, kToValue}}),
        row({{v, 50}, {theta, 5}, {reset_mode, kLessThreshold}}),
        row({{v, 50}, {decrement, 20}, {reset_mode, kLessValue}}),
        row({{v, 50}, {reset, -7}, {decrement, 20}, {reset_mode, kNoReset}}),
        row({{v, 50}, {reset_mode, kNoReset}, {hold, 1}}),  // a spike and no other change but hold
        row({{v, 50}, {reset_mode, kNoReset}}),             // a spike and no other change
        row({{v, high}, {threshold, -1}, {reset_mode, kLessThreshold}}),
        row({{v, high - 1}, {threshold, -1}, {reset_mode, kLessThreshold}}),
        row({{v, high}, {decrement, -1}, {reset_mode, kLessValue}}),
        row({{v, low + 1}, {threshold, low}, {decrement, 2}, {reset_mode, kLessValue}}),
        row({{v, low + 1}, {threshold, low}, {decrement, 1}, {reset_mode, kLessValue}}),
        row({{v, -1}, {leaks_by_factor, 1}, {leak_factor, factor}}),  // rounds down: stays
        row({{v, -1}, {leaks_by_factor, 1}, {leak_factor, 1}}),
        row({{v, 1}, {leaks_by_factor, 1}, {leak_factor, factor}}),
        row({{v, low}, {leaks_by_factor, 1}, {leak_factor, factor}}),
        row({{v, some}, {leaks_by_factor, 1}, {fires, 0}}),  // forgotten at once
        row({{v, high}, {leak_add, 1}, {fires, 0}}),
        row({{v, low}, {leak_add, -1}}),
        row({{v, -5}, {leak_add, -1}, {floor, -5}}),
        row({{v, -5}, {floor, 3}}),
        row({{theta, -1}, {theta_by_factor, 1}, {theta_factor, factor}}),
        row({{theta, low}, {theta_by_factor, 1}, {theta_factor, factor}}),
        row({{theta, high}, {theta_add, 1}}),
        row({{theta, low}, {theta_add, -1}, {threshold, high}}),
        row({{v, 50}, {theta, 4}, {theta_step, 9}}),
        row({{v, 50}, {threshold, low}, {theta, high}, {theta_step, 1}}),
        row({{v, 4}, {theta, 4}, {theta_step, 9}}),
        // One saturation of three summands, not two.
        row({{v, high}, {threshold, low}, {theta, high}, {theta_add, high}, {theta_step, low}}),
        row({{v, 3}, {window, 1}, {initial, -4}}),
        row({{v, 3}, {window, 2}, {initial, -4}}),
        row({{v, 3}, {window, 2}, {timer, 1}, {initial, -4}, {leak_add, 9}}),
        row({{v, 3}, {window, 2}, {timer, 2}, {initial, -4}}),  // past its end: counts on
        row({{v, 3}, {window, last_timer}, {timer, last_timer - 1}, {initial, 4}}),
        row({{v, 3}, {window, last_timer}, {timer, last_timer}, {initial, 4}}),
        row({{v, 3}, {timer, last_timer}, {initial, 4}}),
        row({{v, 3}, {timer, 5}, {initial, 4}}),  // without a window the counter rests
        row({{v, 50}, {window, 1}, {initial, -4}, {floor, -2}}),
    };
}

void FcoreSomaSemantics::steer(const DatapathContract& contract, NeuronDatapath& reference,
                               std::span<std::int64_t> x, std::uint32_t bits,
                               bool /*state_is_free*/) const {
    using enum Row::Operand;
    const std::int64_t high = contract.state[v].maximum(), low = contract.state[v].minimum();
    const auto within = [&](std::int64_t value) { return std::clamp(value, low, high); };
    const std::int64_t nudge = static_cast<std::int64_t>(bits >> 8 & 3) - 1;  // -1, 0, 1, 2
    const bool up = (bits >> 10 & 1) != 0;
    const std::int64_t limit = up ? high : low;
    // The same or its complement, whichever has the limit's sign.
    const auto towards_limit = [&](std::int64_t value) {
        return up == (value < 0) ? -1 - value : value;
    };
    std::array<std::int64_t, Row::results> result{};
    switch (bits & 15) {
        case 0:
        case 1:
        case 2:  // a membrane at its threshold, which noise and adaptation take part in
            x[fires] = 0;
            x[hold] = (bits >> 12 & 3) == 0 ? x[hold] : 0;
            x[floor] = low;
            x[random_mask] = (bits >> 14 & 1) != 0 ? x[random_mask] : 0;
            x[theta] = within(x[theta] / 4);
            reference.run(x, result);
            x[random] = static_cast<std::int64_t>(static_cast<std::uint64_t>(x[random]) & 0xFF);
            x[random_mask] &= 0xFF;
            x[threshold] =
                within(result[Row::shown] - x[theta] - (x[random] & x[random_mask]) + 1 - nudge);
            x[fires] = (bits >> 16 & 7) != 0;
            break;
        case 3:  // a threshold at its limit
            x[random_mask] = (bits >> 12 & 3) == 0 ? x[random_mask] : 0;
            x[floor] = low;
            x[threshold] = limit;
            x[theta] = nudge;
            x[v] = within(limit + (up ? -1 : 1) * static_cast<std::int64_t>(bits >> 14 & 1));
            x[input] = 0;
            x[fires] = 1;
            break;
        case 4:  // a threshold that the floor raises
            x[random_mask] = x[theta] = 0;
            x[floor] = x[v];
            x[threshold] = within(x[v] + nudge);
            x[input] = static_cast<std::int64_t>(bits >> 12 & 1);
            x[hold] = 0;
            x[fires] = 1;
            break;
        case 5:  // a membrane and its input at the limit
            x[hold] = 0;
            x[v] = towards_limit(x[v]);
            x[input] = std::clamp(limit - x[v] + nudge, contract.inputs[0].minimum(),
                                  contract.inputs[0].maximum());
            break;
        case 6:  // a reset at its limit: v less what is taken off
            x[hold] = 1;
            x[floor] = x[threshold] = low;
            x[theta] = x[random_mask] = 0;
            x[fires] = 1;
            x[reset_mode] = kLessValue;
            x[v] = std::max(towards_limit(x[v]), low + 1);
            x[decrement] = within(x[v] - limit - nudge);
            if (up && (bits >> 12 & 1) != 0) {
                x[reset_mode] = kLessThreshold;
                x[threshold] = x[decrement];
            }
            break;
        case 7:
        case 8:  // a window's end
            x[timer] = (bits >> 12 & 7) == 0 ? contract.state[timer].maximum() : x[timer];
            x[window] =
                std::clamp<std::int64_t>(x[timer] + nudge, 0, contract.state[timer].maximum());
            x[fires] &= bits >> 16 & 1;
            break;
        case 9:  // the refractory period's end
            x[hold] = std::min(nudge + 1, contract.state[hold].maximum());
            break;
        case 10:  // leak and adaptation at their limits
            x[fires] = bits >> 12 & 1;
            x[threshold] = x[floor] = low;
            x[random_mask] = 0;
            x[reset_mode] = kNoReset;
            x[hold] = 1;
            x[window] = x[leaks_by_factor] = x[theta_by_factor] = 0;
            x[v] = towards_limit(x[v]);
            x[leak_add] = within(limit - x[v] + nudge);
            x[theta] = towards_limit(x[theta]);
            x[theta_step] /= 2;
            x[theta_add] = within(limit - x[theta] + nudge - (x[fires] != 0 ? x[theta_step] : 0));
            break;
        case 11:
        case 12:  // small numbers times factors
            x[fires] = x[window] = x[leak_add] = x[theta_add] = x[input] = 0;
            x[floor] = low;
            x[leaks_by_factor] = x[theta_by_factor] = 1;
            x[v] = std::clamp(static_cast<std::int64_t>(bits >> 12 & 0xFFF) - 0x800, low, high);
            x[theta] = std::clamp(static_cast<std::int64_t>(bits >> 20 & 0xFFF) - 0x800, low, high);
            break;
        case 13:  // a membrane at its floor, or the start of a window
            x[fires] = 0;
            x[floor] = low;
            reference.run(x, result);
            x[floor] = within(result[Row::v_after] + nudge);
            break;
        case 14:  // at rest, or a spike without any other trace
            x[input] = x[leak_add] = x[theta_add] = x[theta_step] = x[window] = 0;
            x[leaks_by_factor] = x[theta_by_factor] = 0;
            x[floor] = low;
            x[fires] = bits >> 12 & 1;
            x[reset_mode] = kNoReset;
            x[hold] = x[fires] != 0 ? x[refractory] : 0;
            x[threshold] = (bits >> 13 & 1) != 0 ? low : high;
            x[(bits >> 14 & 1) != 0 ? leak_add : theta_add] = (bits >> 15 & 3) == 0 ? nudge : 0;
            break;
        default:  // noise over its whole range
            x[random_mask] = contract.inputs[random - input].maximum();
            x[threshold] = x[theta] = 0;
            x[floor] = low;
            break;
    }
}

std::vector<CostKey> FcoreSomaSemantics::cost_keys(const DatapathContract&) const {
    return {{"core.energy.soma_spiking"}};
}

}  // namespace cortile
