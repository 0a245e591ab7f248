// SPDX-License-Identifier: Apache-2.0
// Typed, checked access to the fields of a node.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workload/nir/node.h"

namespace cortile::nir {

// The stored extents of a field; ConfigError when one exceeds 32 bits.
Shape field_shape(const Node& node, const std::string& field, const Diagnostics& diagnostics);

// All values; ConfigError for text, NaN and infinity.
const std::vector<double>& finite_numbers(const Node& node, const std::string& field,
                                          const Diagnostics& diagnostics);

// As finite_numbers, and within the range of float.
std::vector<float> float_numbers(const Node& node, const std::string& field,
                                 const Diagnostics& diagnostics);

// Whole numbers in [lowest, 2^31); ConfigError otherwise.
std::vector<std::int64_t> whole_numbers(const Node& node, const std::string& field,
                                        std::int64_t lowest, const Diagnostics& diagnostics);
std::int64_t whole_number(const Node& node, const std::string& field, std::int64_t lowest,
                          const Diagnostics& diagnostics);

// Extents listed as a field's values (Input.shape, Flatten.input_type).
Shape listed_shape(const Node& node, const std::string& field, std::int64_t lowest,
                   const Diagnostics& diagnostics);

// The common shape of the per-neuron fields of a neuron, Scale or Delay node: nullopt when all are
// of rank 0. ConfigError when two with more than one element differ.
std::optional<Shape> parameter_shape(const Node& node, const Diagnostics& diagnostics);

// Window of a Conv1d (height 1), Conv2d, SumPool2d or AvgPool2d node.
struct Window {
    std::uint32_t kernel_height = 1, kernel_width = 1;
    std::uint32_t stride_y = 1, stride_x = 1;
    std::uint32_t pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
    std::uint32_t dilation_y = 1, dilation_x = 1;
    // Convolutions only; 0 for pools, which keep the number of channels.
    std::uint32_t groups = 0, out_channels = 0, in_channels = 0;
    // Stored input_shape, without channels; rank 1 for Conv1d.
    std::optional<Shape> input_shape;
    bool one_dimensional = false;
};
Window read_window(const Node& node, const Diagnostics& diagnostics);

// Shape behind the window for input (C, H, W), or (C, L) for Conv1d. ConfigError when the kernel is
// larger than the padded input.
Shape window_output(const Node& node, const Window& window, const Shape& in,
                    const Diagnostics& diagnostics);

}  // namespace cortile::nir
