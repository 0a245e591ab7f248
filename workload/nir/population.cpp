// SPDX-License-Identifier: Apache-2.0
#include "workload/nir/population.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "workload/nir/fields.h"
#include "workload/nir/hardware_keys.h"

namespace cortile::nir {

namespace {

struct Parameter {
    const char* field;
    PerNeuron Population::*member;
    bool positive;
};

constexpr std::array<Parameter, 9> kParameters{{
    {"tau", &Population::tau_mem, true},
    {"tau_mem", &Population::tau_mem, true},
    {"tau_syn", &Population::tau_syn, true},
    {"r", &Population::r, false},
    {"v_leak", &Population::v_leak, false},
    {"v_threshold", &Population::v_threshold, false},
    {"threshold", &Population::v_threshold, false},
    {"v_reset", &Population::v_reset, false},
    {"w_in", &Population::w_in, false},
}};

}  // namespace

namespace {

// Within single precision, quotients of parameters stay finite; beyond it nothing meaningful is.
void check_range(const Node& node, const char* field, const std::vector<double>& values,
                 const Diagnostics& diagnostics) {
    constexpr double kLargest = std::numeric_limits<float>::max();
    constexpr double kSmallest = std::numeric_limits<float>::denorm_min();
    for (const double value : values) {
        if (std::abs(value) > kLargest || (value != 0 && std::abs(value) < kSmallest)) {
            diagnostics.error(node.field_path(field),
                              fmt::format("{} is beyond single precision", value),
                              "scale the node's parameters and the weights into it");
        }
    }
}

// What the metadata say that NIR's node types cannot.
NeuronKind kind_of(const Node& node, const Diagnostics& diagnostics) {
    const std::string path = node.path + "/metadata/cortile/activation";
    const auto activation = node.text_metadata.find("cortile/activation");
    if (activation == node.text_metadata.end()) {
        return node.info->kind;
    }
    if (activation->second != "relu") {
        diagnostics.error(path, fmt::format("unknown activation '{}'", activation->second),
                          "known activations: relu");
    }
    if (node.info->kind != NeuronKind::if_) {
        diagnostics.error(path, fmt::format("a {} node has no activation", node.info->name),
                          "activations are IF nodes: r and v_threshold scale their input");
    }
    return NeuronKind::relu;
}

}  // namespace

PerNeuron compressed(std::vector<double> values) {
    const auto same = [&values](double v) { return v == values.front(); };
    if (std::all_of(values.begin(), values.end(), same)) {
        values.resize(1);
    }
    PerNeuron result;
    result.values = std::move(values);
    return result;
}

Population make_population(const Node& node, const NirOptions& options, Diagnostics& diagnostics) {
    Population p;
    p.name = node.name;
    p.kind = kind_of(node, diagnostics);
    p.shape = *node.out;
    p.size = element_count(p.shape);
    for (const Parameter& parameter : kParameters) {
        if (!node.fields.contains(parameter.field)) {
            continue;
        }
        const std::vector<double>& values = finite_numbers(node, parameter.field, diagnostics);
        if (values.size() != 1 && values.size() != p.size) {
            diagnostics.error(
                node.field_path(parameter.field),
                fmt::format("expected 1 or {} values, found {}", p.size, values.size()),
                "all parameters of a node have its shape, or are scalars");
        }
        if (parameter.positive) {
            const auto bad =
                std::find_if(values.begin(), values.end(), [](double v) { return !(v > 0); });
            if (bad != values.end()) {
                diagnostics.error(node.field_path(parameter.field),
                                  fmt::format("expected a positive time, found {}", *bad),
                                  "time constants are in seconds");
            }
        }
        check_range(node, parameter.field, values, diagnostics);
        p.*parameter.member = compressed(values);
    }
    p.reset = options.reset.value_or(ResetMode::to_value);
    const bool resets_elsewhere = !p.v_reset.uniform() || p.v_reset[0] != 0;
    if (p.reset == ResetMode::subtract && spikes(p.kind) && resets_elsewhere) {
        diagnostics.warn(node.field_path("v_reset"),
                         "ignored: network.reset subtracts the threshold instead");
    }
    p.hardware = hardware_values(node, p.size, options.hardware, diagnostics);
    return p;
}

}  // namespace cortile::nir
