// SPDX-License-Identifier: Apache-2.0
#include "workload/nir/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cortile::nir {

namespace {

const hdf5::Values& numeric(const Node& node, const std::string& field,
                            const Diagnostics& diagnostics) {
    const hdf5::Values& values = node.fields.at(field);
    if (values.is_text) {
        diagnostics.error(node.field_path(field), "expected numbers, found text",
                          "write the file with nir.write()");
    }
    return values;
}

std::uint32_t to_u32(std::int64_t value) {
    return static_cast<std::uint32_t>(value);
}

// One value for both axes, or one for each: (y, x).
std::pair<std::uint32_t, std::uint32_t> pair_of(const Node& node, const std::string& field,
                                                std::int64_t lowest,
                                                const Diagnostics& diagnostics) {
    const std::vector<std::int64_t> values = whole_numbers(node, field, lowest, diagnostics);
    if (values.size() != 1 && values.size() != 2) {
        diagnostics.error(node.field_path(field),
                          fmt::format("expected 1 or 2 values, found {}", values.size()),
                          "store one for both axes, or (y, x)");
    }
    return {to_u32(values.front()), to_u32(values.back())};
}

// PyTorch's rule for padding "same": with an odd sum the larger part lies right and below.
void pad_same(const Node& node, Window& w, const Diagnostics& diagnostics) {
    if (w.stride_y != 1 || w.stride_x != 1) {
        diagnostics.error(node.field_path("padding"), "\"same\" needs stride 1",
                          "store the padding as numbers");
    }
    const std::uint64_t tall = std::uint64_t{w.dilation_y} * (w.kernel_height - 1);
    const std::uint64_t wide = std::uint64_t{w.dilation_x} * (w.kernel_width - 1);
    if (std::max(tall, wide) > 0x7FFFFFFF) {
        diagnostics.error(node.field_path("dilation"), "spreads the kernel over 2^31 and more",
                          "use a smaller dilation");
    }
    const auto rows = static_cast<std::uint32_t>(tall);
    const auto columns = static_cast<std::uint32_t>(wide);
    w.pad_top = rows / 2;
    w.pad_bottom = rows - rows / 2;
    w.pad_left = columns / 2;
    w.pad_right = columns - columns / 2;
}

void read_padding(const Node& node, Window& w, const Diagnostics& diagnostics) {
    const hdf5::Values& padding = node.fields.at("padding");
    if (padding.is_text) {
        const std::string text = padding.texts.empty() ? "" : padding.texts.front();
        if (text == "same") {
            pad_same(node, w, diagnostics);
        } else if (text != "valid") {
            diagnostics.error(node.field_path("padding"), fmt::format("unknown padding '{}'", text),
                              "use \"same\", \"valid\" or numbers");
        }
        return;
    }
    const auto [y, x] = pair_of(node, "padding", 0, diagnostics);
    w.pad_top = w.pad_bottom = w.one_dimensional ? 0 : y;
    w.pad_left = w.pad_right = x;
}

void read_convolution(const Node& node, Window& w, const Diagnostics& diagnostics) {
    const Shape weight = field_shape(node, "weight", diagnostics);
    const std::size_t rank = w.one_dimensional ? 3 : 4;
    if (weight.size() != rank || element_count(weight) == 0) {
        diagnostics.error(
            node.field_path("weight"),
            fmt::format("expected shape {}, found {}",
                        w.one_dimensional ? "(out channels, in channels / groups, length)"
                                          : "(out channels, in channels / groups, height, width)",
                        to_string(weight)),
            "write the weights as NIR stores them");
    }
    w.groups = to_u32(whole_number(node, "groups", 1, diagnostics));
    w.out_channels = weight[0];
    const std::uint64_t in_channels = std::uint64_t{weight[1]} * w.groups;
    if (w.out_channels % w.groups != 0 || in_channels > std::numeric_limits<std::uint32_t>::max()) {
        diagnostics.error(
            node.field_path("groups"),
            fmt::format("{} groups do not divide {} output channels", w.groups, w.out_channels),
            "use a divisor of the output channels");
    }
    w.in_channels = to_u32(static_cast<std::int64_t>(in_channels));
    w.kernel_height = w.one_dimensional ? 1 : weight[2];
    w.kernel_width = weight.back();
    const auto [dy, dx] = pair_of(node, "dilation", 1, diagnostics);
    w.dilation_y = w.one_dimensional ? 1 : dy;
    w.dilation_x = dx;
    if (node.fields.contains("input_shape")) {
        w.input_shape = listed_shape(node, "input_shape", 1, diagnostics);
        if (w.input_shape->size() != rank - 2) {
            diagnostics.error(node.field_path("input_shape"),
                              fmt::format("expected {} extents without channels, found {}",
                                          rank - 2, to_string(*w.input_shape)),
                              "store (height, width), or the length for Conv1d");
        }
    }
    const std::vector<double>& bias = finite_numbers(node, "bias", diagnostics);
    if (bias.size() != w.out_channels && bias.size() != 1) {
        diagnostics.error(node.field_path("bias"),
                          fmt::format("expected {} values (one for each output channel), found {}",
                                      w.out_channels, bias.size()),
                          "store zeros for a layer without bias");
    }
}

// Extent of the output along one axis; 0 when the kernel does not fit.
std::uint32_t output_extent(std::uint32_t in, std::uint32_t pads, std::uint32_t kernel,
                            std::uint32_t dilation, std::uint32_t stride) {
    const std::int64_t span = std::int64_t{dilation} * (std::int64_t{kernel} - 1) + 1;
    const std::int64_t room = std::int64_t{in} + pads - span;
    return room < 0 ? 0 : to_u32(room / stride + 1);
}

}  // namespace

Shape field_shape(const Node& node, const std::string& field, const Diagnostics& diagnostics) {
    Shape shape;
    for (const std::uint64_t extent : node.fields.at(field).shape) {
        if (extent > std::numeric_limits<std::uint32_t>::max()) {
            diagnostics.error(node.field_path(field), "an extent exceeds 2^32 - 1",
                              "use a smaller layer");
        }
        shape.push_back(static_cast<std::uint32_t>(extent));
    }
    return shape;
}

const std::vector<double>& finite_numbers(const Node& node, const std::string& field,
                                          const Diagnostics& diagnostics) {
    const hdf5::Values& values = numeric(node, field, diagnostics);
    for (std::size_t i = 0; i < values.numbers.size(); ++i) {
        if (!std::isfinite(values.numbers[i])) {
            diagnostics.error(node.field_path(field),
                              fmt::format("element {} is {}", i, values.numbers[i]),
                              "train or export the network again: all numbers must be finite");
        }
    }
    return values.numbers;
}

std::vector<float> float_numbers(const Node& node, const std::string& field,
                                 const Diagnostics& diagnostics) {
    const std::vector<double>& values = finite_numbers(node, field, diagnostics);
    std::vector<float> result(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::abs(values[i]) > static_cast<double>(std::numeric_limits<float>::max())) {
            diagnostics.error(
                node.field_path(field),
                fmt::format("element {} is {}, beyond single precision", i, values[i]),
                "scale the layer");
        }
        result[i] = static_cast<float>(values[i]);
    }
    return result;
}

std::vector<std::int64_t> whole_numbers(const Node& node, const std::string& field,
                                        std::int64_t lowest, const Diagnostics& diagnostics) {
    constexpr double kLargest = 0x7FFFFFFF;
    std::vector<std::int64_t> result;
    for (const double v : numeric(node, field, diagnostics).numbers) {
        if (!(v >= static_cast<double>(lowest) && v <= kLargest) || std::trunc(v) != v) {
            diagnostics.error(node.field_path(field),
                              fmt::format("expected whole numbers from {}, found {}", lowest, v),
                              "mend the field");
        }
        result.push_back(static_cast<std::int64_t>(v));
    }
    if (result.empty()) {
        diagnostics.error(node.field_path(field), "is empty", "store at least one number");
    }
    return result;
}

std::int64_t whole_number(const Node& node, const std::string& field, std::int64_t lowest,
                          const Diagnostics& diagnostics) {
    const std::vector<std::int64_t> values = whole_numbers(node, field, lowest, diagnostics);
    if (values.size() != 1) {
        diagnostics.error(node.field_path(field),
                          fmt::format("expected one number, found {}", values.size()),
                          "store a scalar");
    }
    return values.front();
}

Shape listed_shape(const Node& node, const std::string& field, std::int64_t lowest,
                   const Diagnostics& diagnostics) {
    Shape shape;
    for (const std::int64_t extent : whole_numbers(node, field, lowest, diagnostics)) {
        shape.push_back(to_u32(extent));
    }
    return shape;
}

std::optional<Shape> parameter_shape(const Node& node, const Diagnostics& diagnostics) {
    std::optional<Shape> result;
    std::string from;
    for (const auto& [field, values] : node.fields) {
        const Shape shape = field_shape(node, field, diagnostics);
        if (values.size() == 0) {
            diagnostics.error(node.field_path(field), "is empty", "store one value per neuron");
        }
        if (shape.empty()) {
            continue;
        }
        if (!result || (element_count(*result) == 1 && values.size() > 1)) {
            result = shape;
            from = field;
        } else if (values.size() > 1 && shape != *result) {
            diagnostics.error(node.field_path(field),
                              fmt::format("has shape {}, but {} has {}", to_string(shape), from,
                                          to_string(*result)),
                              "all parameters of a node have its shape, or are scalars");
        }
    }
    return result;
}

Window read_window(const Node& node, const Diagnostics& diagnostics) {
    Window w;
    w.one_dimensional = node.is(NodeType::conv1d);
    const auto [sy, sx] = pair_of(node, "stride", 1, diagnostics);
    w.stride_y = w.one_dimensional ? 1 : sy;
    w.stride_x = sx;
    if (node.is(NodeType::conv1d) || node.is(NodeType::conv2d)) {
        read_convolution(node, w, diagnostics);
    } else {
        const auto [ky, kx] = pair_of(node, "kernel_size", 1, diagnostics);
        w.kernel_height = ky;
        w.kernel_width = kx;
    }
    read_padding(node, w, diagnostics);
    return w;
}

Shape window_output(const Node& node, const Window& w, const Shape& in,
                    const Diagnostics& diagnostics) {
    if (w.in_channels != 0 && in[0] != w.in_channels) {
        diagnostics.error(node.field_path("weight"),
                          fmt::format("takes {} input channels, but the input has shape {}",
                                      w.in_channels, to_string(in)),
                          "check groups, the weights and the layer in front");
    }
    const std::uint32_t height = w.one_dimensional ? 1 : in[1];
    const std::uint32_t rows =
        output_extent(height, w.pad_top + w.pad_bottom, w.kernel_height, w.dilation_y, w.stride_y);
    const std::uint32_t columns = output_extent(in.back(), w.pad_left + w.pad_right, w.kernel_width,
                                                w.dilation_x, w.stride_x);
    if (rows == 0 || columns == 0) {
        diagnostics.error(
            node.path,
            fmt::format("the kernel does not fit into the padded input of shape {}", to_string(in)),
            "use a smaller kernel or dilation, or more padding");
    }
    const std::uint32_t channels = w.out_channels != 0 ? w.out_channels : in[0];
    return w.one_dimensional ? Shape{channels, columns} : Shape{channels, rows, columns};
}

}  // namespace cortile::nir
