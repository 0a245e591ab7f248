// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/fcore_mac_row_semantics.h"

#include <algorithm>

#include "cores/datapath/reference_datapath.h"

namespace cortile {

namespace {

DatapathContract contract_of(const Parameters& options) {
    const auto width = [&](const char* path) {
        return static_cast<unsigned>(options.integer(path));
    };
    const unsigned lanes = width("reference.lanes");
    DatapathContract contract;
    contract.semantics = "fcore_mac_row";
    contract.state = {
        {.name = "acc", .width = width("reference.acc_width"), .is_signed = true, .lanes = lanes}};
    contract.inputs = {{.name = "weight",
                        .width = width("reference.weight_width"),
                        .is_signed = true,
                        .lanes = lanes},
                       {.name = "value", .width = width("reference.value_width")}};
    contract.outputs = {{.name = "skipped"}};
    return contract;
}

}  // namespace

std::string FcoreMacRowSemantics::description() const {
    return "multiply-accumulate row of a Tianjic-style dendrite, which skips zeros";
}

ParameterSchema FcoreMacRowSemantics::schema() const {
    return {
        whole_number("reference.lanes", "16", "neurons side by side", 1, 256),
        whole_number("reference.acc_width", "32", "bits of an accumulator", 4, 48),
        whole_number("reference.weight_width", "8", "bits of a weight, with sign", 2, 16),
        whole_number("reference.value_width", "8", "bits of a value", 1, 16),
        {"reference.overflow",
         ParameterType::choice,
         "wrap",
         "what an accumulator that is too narrow does; wrap: sums do not depend on the order",
         false,
         {"wrap", "saturate"}},
    };
}

std::unique_ptr<NeuronDatapath> FcoreMacRowSemantics::make(const Parameters& options) const {
    const DatapathContract contract = contract_of(options);
    const bool saturates = options.text("reference.overflow") == "saturate";
    const std::size_t lanes = contract.state[0].lanes;
    const std::int64_t high = contract.state[0].maximum(), low = contract.state[0].minimum();
    const unsigned above = 64 - contract.state[0].width;
    auto update = [=](const std::int64_t* x, std::int64_t* y) {
        const std::int64_t value = x[2 * lanes];
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const std::int64_t sum = x[lane] + x[lanes + lane] * value;
            y[lane] =
                saturates
                    ? std::clamp(sum, low, high)
                    : static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) << above) >> above;
        }
        y[lanes] = value == 0;
    };
    return std::make_unique<ReferenceDatapath<decltype(update)>>(contract, update);
}

std::vector<std::vector<std::int64_t>> FcoreMacRowSemantics::directed(
    const DatapathContract& contract, NeuronDatapath& /*reference*/) const {
    const std::size_t lanes = contract.state[0].lanes;
    const std::int64_t high = contract.state[0].maximum(), low = contract.state[0].minimum();
    const std::int64_t most = contract.inputs[0].maximum(), least = contract.inputs[0].minimum();
    const std::int64_t value = contract.inputs[1].maximum();
    std::vector<std::vector<std::int64_t>> rows;
    const auto add = [&](std::int64_t acc, std::int64_t weight, std::int64_t of) {
        std::vector<std::int64_t> row(lanes, acc);
        row.insert(row.end(), lanes, weight);
        row.push_back(of);
        rows.push_back(std::move(row));
    };
    for (const std::int64_t weight : {most, least, std::int64_t{1}, std::int64_t{-1}}) {
        add(0, weight, value);
        add(0, weight, 0);  // skips right after a product
        add(0, weight, 1);
        add(high, weight, 1);
        add(low, weight, 1);
        add(high, weight, value);
        add(low, weight, value);
        add(high, weight, 0);
    }
    // One lane at a time: no lane hears of another.
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        std::vector<std::int64_t> row(2 * lanes + 1, 0);
        row[lane] = -1;
        row[lanes + lane] = least;
        row[2 * lanes] = value;
        rows.push_back(row);
    }
    return rows;
}

void FcoreMacRowSemantics::steer(const DatapathContract& contract, NeuronDatapath&,
                                 std::span<std::int64_t> x, std::uint32_t bits,
                                 bool /*state_is_free*/) const {
    const std::size_t lanes = contract.state[0].lanes;
    const std::int64_t high = contract.state[0].maximum(), low = contract.state[0].minimum();
    const std::int64_t nudge = static_cast<std::int64_t>(bits >> 8 & 3) - 1;  // -1, 0, 1, 2
    std::int64_t& value = x[2 * lanes];
    switch (bits & 3) {
        case 0:  // sums at their limits, all lanes in the direction of their weights
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                const std::int64_t product = x[lanes + lane] * value;
                const std::int64_t sum = product < 0 ? low - nudge : high + nudge;
                x[lane] = std::clamp(sum - product, low, high);
            }
            break;
        case 1:  // spikes and zeros in turn
            value = bits >> 10 & 1;
            break;
        case 2:  // accumulators that cross zero
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                x[lane] = std::clamp(nudge - x[lanes + lane] * value, low, high);
            }
            break;
        default:  // one lane alone
            std::fill_n(x.begin() + static_cast<std::ptrdiff_t>(lanes), lanes, 0);
            x[lanes + (bits >> 10) % lanes] =
                (bits >> 20 & 1) != 0 ? contract.inputs[0].minimum() : contract.inputs[0].maximum();
            break;
    }
}

std::vector<CostKey> FcoreMacRowSemantics::cost_keys(const DatapathContract& contract) const {
    return {{"core.energy.multiplication", "skipped", 0, contract.state[0].lanes}};
}

}  // namespace cortile
