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

namespace {

// An operation on its way to a corner.
class Steering {
  public:
    Steering(const DatapathContract& contract, NeuronDatapath& reference,
             std::span<std::int64_t> operands, std::uint32_t bits)
        : contract_(contract),
          reference_(reference),
          x_(operands),
          bits_(bits),
          most_(contract.state[Row::v].maximum() + 1),
          nudge_(static_cast<std::int64_t>(bits >> 8 & 3) - 1) {}

    void voltage_at_threshold();
    void current_near_its_odd_code();
    void voltage_near_its_limits();
    void nearly_at_rest();
    void end_of_refractory_period();

  private:
    bool flip(unsigned position) const { return (bits_ >> position & 1) != 0; }
    // -M with one bit more: what a fault in a test for -M takes for it.
    std::int64_t beside_odd_code() const {
        const unsigned width = contract_.state[Row::v].width;
        return -most_ + (std::int64_t{1} << (bits_ >> 20 & 63) % (width - 1));
    }
    std::int64_t result_of(Row::Result word) {
        std::array<std::int64_t, Row::results> result{};
        reference_.run(x_, result);
        return result[word];
    }
    std::int64_t shifted_input_of_one() {
        x_[Row::u] = 0;
        x_[Row::input] = 1;
        return result_of(Row::u_after);
    }
    static std::int64_t within(const DatapathField& field, std::int64_t value) {
        return std::clamp(value, field.minimum(), field.maximum());
    }
    void keep_current_at(std::int64_t target);

    const DatapathContract& contract_;
    NeuronDatapath& reference_;
    std::span<std::int64_t> x_;
    std::uint32_t bits_;
    std::int64_t most_;   // M
    std::int64_t nudge_;  // -1, 0, 1, 2
};

void Steering::voltage_at_threshold() {
    x_[Row::hold] = flip(12);
    x_[Row::spike_enable] = 0;
    x_[Row::threshold] = within(contract_.parameters[3], result_of(Row::v_after) - nudge_);
    x_[Row::spike_enable] = (bits_ >> 13 & 7) != 0;
}

// Makes u after the operation `target`: the input's part below its shift comes from u.
void Steering::keep_current_at(std::int64_t target) {
    const std::int64_t one = shifted_input_of_one();
    const std::int64_t low = target & (one - 1);
    x_[Row::input] = within(contract_.inputs[0], (target - low) / one);
    x_[Row::du] = 0;
    x_[Row::u] = low == 0 ? 0 : low + 1;  // decay takes 1 of what is small
}

void Steering::current_near_its_odd_code() {
    const std::int64_t limit = flip(16) ? most_ : -most_;
    const std::int64_t target = flip(12) ? beside_odd_code() : limit + nudge_;
    if (flip(13)) {
        keep_current_at(target);
    } else {
        x_[Row::u] = within(contract_.state[Row::u], target);
    }
}

void Steering::voltage_near_its_limits() {
    const std::int64_t target =
        flip(16) ? beside_odd_code() : (flip(17) ? most_ - 1 : 1 - most_) + nudge_;
    x_[Row::hold] = x_[Row::u] = x_[Row::input] = x_[Row::dv] = 0;
    const std::int64_t bias = flip(18) ? x_[Row::bias] : nudge_;
    x_[Row::v] = within(contract_.state[Row::v], target - bias);
    x_[Row::bias] = within(contract_.parameters[2], target - x_[Row::v]);
    x_[Row::spike_enable] = flip(19);
}

// State after the operation is that before, or differs in one bit.
void Steering::nearly_at_rest() {
    const std::int64_t bit = std::int64_t{1}
                             << (bits_ >> 20 & 63) % (contract_.state[Row::v].width - 1);
    if (flip(12)) {
        const std::int64_t du = contract_.parameters[0].maximum();  // forgets u
        x_[Row::du] = du;
        const std::int64_t next = result_of(Row::u_after);
        x_[Row::u] = within(contract_.state[Row::u], flip(13) ? next ^ bit : next);
    } else {
        x_[Row::u] = x_[Row::input] = x_[Row::dv] = x_[Row::hold] = 0;
        const std::int64_t step = flip(14) ? (x_[Row::v] ^ bit) - x_[Row::v] : 0;
        x_[Row::bias] = within(contract_.parameters[2], step);
        x_[Row::v] = flip(15) ? 0 : x_[Row::v];
    }
}

void Steering::end_of_refractory_period() {
    x_[Row::hold] = within(contract_.state[Row::hold], nudge_ + 1);
}

}  // namespace

void CubaLifSemantics::steer(const DatapathContract& contract, NeuronDatapath& reference,
                             std::span<std::int64_t> operands, std::uint32_t bits,
                             bool /*state_is_free*/) const {
    Steering steering(contract, reference, operands, bits);
    switch (bits & 7) {
        case 0:
        case 1:
            return steering.voltage_at_threshold();
        case 2:
        case 3:
            return steering.current_near_its_odd_code();
        case 4:
        case 5:
            return steering.voltage_near_its_limits();
        case 6:
            return steering.nearly_at_rest();
        default:
            return steering.end_of_refractory_period();
    }
}

}  // namespace cortile
