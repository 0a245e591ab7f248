// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/cuba_lif_semantics.h"

#include <algorithm>
#include <array>

#include "cores/datapath/reference_datapath.h"
#include "cores/loihi/cuba_lif.h"

namespace cortile {

namespace {

using Row = CubaLifRow;

DatapathContract contract_of(const Parameters& options) {
    const auto width = [&](const char* path) {
        return static_cast<unsigned>(options.integer(path));
    };
    const unsigned state = width("reference.state_width");
    const unsigned decay = width("reference.decay_width");
    const unsigned refractory = width("reference.refractory_width");
    const std::int64_t most = std::int64_t{1} << (state - 1);
    DatapathContract contract;
    contract.semantics = "loihi_cuba_lif";
    // u is in (-M, M]: the code 10…0 stands for M.
    contract.state = {{.name = "u", .width = state, .is_signed = true, .lowest = 1 - most},
                      {.name = "v", .width = state, .is_signed = true},
                      {.name = "hold", .width = refractory}};
    contract.inputs = {
        {.name = "input", .width = width("reference.input_width"), .is_signed = true}};
    contract.parameters = {
        {.name = "du", .width = decay},
        {.name = "dv", .width = decay},
        {.name = "bias", .width = width("reference.bias_width"), .is_signed = true},
        {.name = "threshold", .width = width("reference.threshold_width")},
        {.name = "refractory", .width = refractory},
        {.name = "spike_enable"}};
    contract.outputs = {{.name = "spike"}, {.name = "active"}};
    return contract;
}

}  // namespace

std::string CubaLifSemantics::description() const {
    return "current-based leaky integrate and fire of a Loihi-style core";
}

ParameterSchema CubaLifSemantics::schema() const {
    return {
        whole_number("reference.state_width", "24", "bits of u and v", 4, 40),
        whole_number("reference.decay_width", "12", "bits of du and dv", 1, 20),
        whole_number("reference.input_width", "19", "bits of the summed input, with sign", 2, 40),
        whole_number("reference.input_shift", "6", "bits by which the input is shifted left", 0,
                     16),
        whole_number("reference.bias_width", "20", "bits of the bias, with sign", 2, 40),
        whole_number("reference.threshold_width", "23", "bits of the threshold", 1, 39),
        whole_number("reference.refractory_width", "7", "bits of refractory period and counter", 1,
                     16),
    };
}

std::unique_ptr<NeuronDatapath> CubaLifSemantics::make(const Parameters& options) const {
    CubaLifWidths widths;
    widths.state = static_cast<unsigned>(options.integer("reference.state_width"));
    widths.decay = static_cast<unsigned>(options.integer("reference.decay_width"));
    widths.input_shift = static_cast<unsigned>(options.integer("reference.input_shift"));
    const std::int64_t input_bits = options.integer("reference.input_width") + widths.input_shift;
    if (input_bits > widths.state + 1) {
        throw ConfigError(options.where("reference.input_width"),
                          "shifted inputs have " + std::to_string(input_bits) +
                              " bits; the current wraps only once, so at most state_width + 1",
                          "narrow the input, or widen the state");
    }
    auto update = [widths, one = std::int64_t{1} << widths.decay](const std::int64_t* x,
                                                                  std::int64_t* y) {
        const CubaLifResult result = update_cuba_lif_neuron(
            widths, {x[Row::u], x[Row::v], x[Row::hold], x[Row::input], one - 1 - x[Row::du],
                     one - x[Row::dv], x[Row::bias], x[Row::threshold], x[Row::refractory],
                     x[Row::spike_enable] != 0});
        y[Row::u_after] = result.u;
        y[Row::v_after] = result.v;
        y[Row::hold_after] = result.hold;
        y[Row::spike] = result.fired;
        y[Row::active] = result.active;
    };
    return std::make_unique<ReferenceDatapath<decltype(update)>>(contract_of(options), update);
}

std::vector<std::vector<std::int64_t>> CubaLifSemantics::directed(
    const DatapathContract& contract, NeuronDatapath& /*reference*/) const {
    const std::int64_t most = contract.state[Row::v].maximum();   // M - 1
    const std::int64_t input = contract.inputs[0].maximum() + 1;  // a shifted one is 2^k
    const std::int64_t bias = contract.parameters[2].maximum();
    const std::int64_t threshold = contract.parameters[3].maximum();
    const std::int64_t decay = contract.parameters[0].maximum();
    const std::int64_t hold = contract.state[Row::hold].maximum();
    // u, v, hold, input, du, dv, bias, threshold, refractory, spike_enable
    return {
        {0, 0, 0, 0, 0, 0, 0, 0, 1, 1},  // rest
        {0, 0, 0, 0, 0, 0, 0, 0, 1, 0},
        {0, 0, 0, 1, 0, 0, 0, 63, 1, 1},  // 64 > 63 fires
        {0, 0, 0, 1, 0, 0, 0, 64, 1, 1},  // 64 > 64 does not
        {0, 0, 0, -1, 0, 0, 0, 0, 1, 1},
        {most + 1, 0, 0, 0, 0, 0, 0, threshold, 1, 1},      // u = M
        {most + 1, 0, 0, 0, decay, 0, 0, threshold, 1, 1},  // forgotten at once
        {-most, 0, 0, 0, 0, 0, 0, threshold, 1, 1},
        {most, 0, 0, input - 1, 0, 0, 0, threshold, 1, 1},  // wraps from above
        {-most, 0, 0, -input, 0, 0, 0, threshold, 1, 1},    // wraps from below
        {0, 0, 0, input / 2, 0, 0, 0, threshold, 1, 1},     // M itself stays (if it is M)
        {0, 0, 0, -input / 2, 0, 0, 0, threshold, 1, 1},    // -M becomes M
        {0, most, 0, 0, 0, 0, 1, threshold, 1, 0},          // saturates by one
        {0, -most, 0, 0, 0, 0, -1, threshold, 1, 0},
        {0, most, 0, 0, 0, 0, bias, threshold, 1, 1},
        {0, -most, 0, 0, 0, 0, -bias - 1, threshold, 1, 1},
        {0, -1, 0, 0, 0, decay, 0, 0, 1, 1},  // -1 decays to 0: towards zero
        {-1, 0, 0, 0, 1, 0, 0, 0, 1, 1},
        {0, 100, 3, 5, 1, 1, 9, 0, 4, 1},  // held; u goes on
        {0, 0, 1, 5, 1, 1, 9, 0, 4, 1},    // integrates again, and fires
        {0, 0, 2, 5, 1, 1, 9, 0, 4, 1},
        {0, 0, hold, 5, 1, 1, 9, 0, hold, 1},
        {0, 0, 0, 5, 1, 1, 9, 0, hold, 1},
        {1000, 1000, 0, 7, 100, 200, 50, 100, 2, 0},  // would fire, were it enabled
    };
}

void CubaLifSemantics::steer(const DatapathContract& contract, NeuronDatapath& reference,
                             std::span<std::int64_t> x, std::uint32_t bits,
                             bool /*state_is_free*/) const {
    const std::int64_t limit = contract.state[Row::v].maximum();
    std::array<std::int64_t, Row::results> result{};
    const std::int64_t nudge = static_cast<std::int64_t>(bits >> 8 & 3) - 1;  // -1, 0, 1, 2
    const auto within = [&](const DatapathField& field, std::int64_t value) {
        return std::clamp(value, field.minimum(), field.maximum());
    };
    switch (bits & 7) {
        case 0:
        case 1:
        case 2:  // a voltage at its threshold
            x[Row::hold] = bits >> 12 & 1;
            x[Row::spike_enable] = 0;
            reference.run(x, result);
            x[Row::threshold] = within(contract.parameters[3], result[Row::v_after] - nudge);
            x[Row::spike_enable] = (bits >> 13 & 7) != 0;
            break;
        case 3:  // a current at its limit: u and the input's part above it make M
            x[Row::du] = bits >> 12 & 1;
            x[Row::u] = nudge;
            x[Row::input] =
                (contract.inputs[0].maximum() + 1) / 2 * ((bits >> 16 & 1) != 0 ? 1 : -1);
            break;
        case 4:
        case 5:  // a voltage at its limits
            x[Row::hold] = 0;
            x[Row::v] = (bits >> 16 & 1) != 0 ? limit : -limit;
            x[Row::dv] = (bits >> 17 & 3) == 0 ? 1 : 0;
            x[Row::u] = x[Row::input] = 0;
            x[Row::bias] = 0;
            reference.run(x, result);
            x[Row::bias] = within(contract.parameters[2],
                                  (x[Row::v] > 0 ? limit : -limit) - result[Row::v_after] + nudge);
            x[Row::spike_enable] = bits >> 20 & 1;
            break;
        case 6:  // at rest, or nearly
            x[Row::u] = x[Row::v] = x[Row::input] = 0;
            x[Row::bias] = (bits >> 12 & 3) == 0 ? nudge : 0;
            break;
        default:  // the refractory period's end
            x[Row::hold] = within(contract.state[Row::hold], nudge + 1);
            break;
    }
}

}  // namespace cortile
