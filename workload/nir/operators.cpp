// SPDX-License-Identifier: Apache-2.0
#include "workload/nir/operators.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "workload/nir/fields.h"

namespace cortile::nir {

namespace {

constexpr double kRoundingTolerance = 1e-6;  // relative; above it the user is told

// Block-diagonal: one (outputs, inputs) matrix for each element of the leading dimensions.
std::unique_ptr<Connectivity> make_blocks(std::uint32_t blocks, std::uint32_t outputs,
                                          std::uint32_t inputs, const std::vector<float>& weight) {
    std::vector<std::uint64_t> row_begin{0};
    std::vector<Connection> connections;
    for (std::uint32_t b = 0; b < blocks; ++b) {
        for (std::uint32_t i = 0; i < inputs; ++i) {
            for (std::uint32_t o = 0; o < outputs; ++o) {
                const float w = weight[(std::size_t{b} * outputs + o) * inputs + i];
                if (w != 0.0F) {
                    connections.push_back({b * outputs + o, w, 0});
                }
            }
            row_begin.push_back(connections.size());
        }
    }
    return make_sparse(blocks * outputs, std::move(row_begin), std::move(connections));
}

LinearMap make_matrix(const Node& node, const Diagnostics& diagnostics) {
    const std::uint32_t outputs = node.out->back();
    const std::uint32_t inputs = node.in->back();
    const std::uint32_t blocks = element_count(*node.out) / outputs;
    std::vector<float> weight = float_numbers(node, "weight", diagnostics);
    LinearMap map;
    if (blocks == 1) {
        map.connectivity = make_dense(outputs, inputs, std::move(weight));
    } else {
        map.connectivity = make_blocks(blocks, outputs, inputs, weight);
    }
    if (node.is(NodeType::affine)) {
        map.bias = finite_numbers(node, "bias", diagnostics);
    }
    return map;
}

LinearMap make_scale(const Node& node, const Diagnostics& diagnostics) {
    const std::vector<float> scale = float_numbers(node, "scale", diagnostics);
    const auto same = [&scale](float s) { return s == scale.front(); };
    const bool uniform = std::all_of(scale.begin(), scale.end(), same);
    LinearMap map;
    if (!uniform || scale.front() != 1.0F) {
        map.connectivity = make_elementwise(
            element_count(*node.in), uniform ? std::vector<float>{scale.front()} : scale, {0});
    }
    return map;
}

LinearMap make_delay(const Node& node, double time_step, Diagnostics& diagnostics) {
    constexpr double kLongest = 65535;
    std::vector<std::uint16_t> steps;
    double worst = 0;
    double worst_delay = 0;
    for (const double delay : finite_numbers(node, "delay", diagnostics)) {
        const double exact = delay / time_step;
        const double rounded = std::round(exact);
        if (delay < 0 || rounded > kLongest) {
            diagnostics.error(
                node.field_path("delay"),
                fmt::format("a delay of {} s is {} timesteps of {} s", delay, exact, time_step),
                "delays lie between 0 and 65535 timesteps; both are in seconds");
        }
        const double off = std::abs(exact - rounded) / std::max(exact, 1e-300);
        if (exact > 0 && off > worst) {
            worst = off;
            worst_delay = delay;
        }
        steps.push_back(static_cast<std::uint16_t>(rounded));
    }
    if (worst > kRoundingTolerance) {
        diagnostics.warn(
            node.field_path("delay"),
            fmt::format("{} s rounded to {} timesteps of {} s ({:.3g} % off)", worst_delay,
                        std::round(worst_delay / time_step), time_step, 100 * worst));
    }
    if (std::all_of(steps.begin(), steps.end(),
                    [&steps](std::uint16_t s) { return s == steps.front(); })) {
        steps.resize(1);
    }
    LinearMap map;
    if (steps.size() != 1 || steps.front() != 0) {
        map.connectivity = make_elementwise(element_count(*node.in), {1.0F}, std::move(steps));
    }
    return map;
}

LinearMap make_window(const Node& node, const Diagnostics& diagnostics) {
    const Window w = read_window(node, diagnostics);
    const Shape& in = *node.in;
    const Shape& out = *node.out;
    const bool pool = w.in_channels == 0;
    Convolution2d c;
    c.in_channels = in[0];
    c.in_height = w.one_dimensional ? 1 : in[1];
    c.in_width = in.back();
    c.out_channels = out[0];
    c.out_height = w.one_dimensional ? 1 : out[1];
    c.out_width = out.back();
    c.kernel_height = w.kernel_height;
    c.kernel_width = w.kernel_width;
    c.stride_y = w.stride_y;
    c.stride_x = w.stride_x;
    c.pad_top = w.pad_top;
    c.pad_left = w.pad_left;
    c.dilation_y = w.dilation_y;
    c.dilation_x = w.dilation_x;
    c.groups = pool ? in[0] : w.groups;
    LinearMap map;
    if (pool) {
        const double window = static_cast<double>(w.kernel_height) * w.kernel_width;
        const double weight = node.is(NodeType::avg_pool2d) ? 1.0 / window : 1.0;
        c.weight.assign(std::size_t{in[0]} * w.kernel_height * w.kernel_width,
                        static_cast<float>(weight));
    } else {
        c.weight = float_numbers(node, "weight", diagnostics);
        const std::vector<double>& bias = finite_numbers(node, "bias", diagnostics);
        if (std::any_of(bias.begin(), bias.end(), [](double b) { return b != 0; })) {
            map.bias.resize(element_count(out));
            const std::size_t plane = map.bias.size() / out[0];
            for (std::size_t i = 0; i < map.bias.size(); ++i) {
                map.bias[i] = bias[bias.size() == 1 ? 0 : i / plane];
            }
        }
    }
    map.connectivity = make_convolution(std::move(c));
    return map;
}

}  // namespace

LinearMap make_linear_map(const Node& node, double time_step, Diagnostics& diagnostics) {
    switch (node.info->type) {
        case NodeType::affine:
        case NodeType::linear:
            return make_matrix(node, diagnostics);
        case NodeType::scale:
            return make_scale(node, diagnostics);
        case NodeType::delay:
            return make_delay(node, time_step, diagnostics);
        case NodeType::conv1d:
        case NodeType::conv2d:
        case NodeType::sum_pool2d:
        case NodeType::avg_pool2d:
            return make_window(node, diagnostics);
        default:
            return {};  // ports and Flatten pass on what they get
    }
}

}  // namespace cortile::nir
