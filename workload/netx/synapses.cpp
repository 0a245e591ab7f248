// SPDX-License-Identifier: Apache-2.0
#include "workload/netx/synapses.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cortile::netx {

namespace {

constexpr std::int32_t kMostDelay = 62;

std::vector<float> stored(const std::vector<std::int32_t>& weights, std::int32_t shift) {
    std::vector<float> result;
    result.reserve(weights.size());
    for (const std::int32_t weight : weights) {
        result.push_back(static_cast<float>(weight * (1 << shift)));
    }
    return result;
}

// (targets, sources) of a dense weight; a list is as many rows as the layer has neurons.
std::pair<std::uint32_t, std::uint32_t> dense_extents(const Group& layer, const Integers& weight,
                                                      const std::string& field) {
    if (weight.shape.size() == 2) {
        return {static_cast<std::uint32_t>(weight.shape[0]),
                static_cast<std::uint32_t>(weight.shape[1])};
    }
    const auto shape = layer.shape();
    const std::uint32_t targets =
        shape ? element_count(*shape)
              : static_cast<std::uint32_t>(layer.integer_or("outFeatures", 0, 0, 1 << 24));
    if (weight.shape.size() != 1 || targets == 0 || weight.values.size() % targets != 0) {
        layer.fail(field,
                   fmt::format("expected (outputs, inputs), found extents ({})",
                               fmt::join(weight.shape, ", ")),
                   "dense weights are a matrix");
    }
    return {targets, static_cast<std::uint32_t>(weight.values.size() / targets)};
}

void check_sources(const Group& layer, const std::string& field, std::uint32_t found,
                   std::uint32_t wanted, const Shape& from) {
    if (found != wanted) {
        layer.fail(field,
                   fmt::format("has {} inputs, the layer before has {} outputs {}", found, wanted,
                               to_string(from)),
                   "layers follow one another in the order of their numbers");
    }
}

// One delay a synapse, row-major as the weights.
std::vector<std::int32_t> delays(const Group& layer, std::uint32_t targets, std::uint32_t sources,
                                 std::vector<std::string>& warnings) {
    const Integers given = layer.integers("delay");
    std::vector<std::int32_t> values = given.values;
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    if (*least < 0) {
        layer.fail("delay", fmt::format("expected delays from 0, found {}", *least),
                   "write the network again with lava-dl's export_hdf5");
    }
    if (*most > kMostDelay) {
        warnings.push_back(fmt::format("{}: delays of up to {} timesteps are cut to {}",
                                       layer.place("delay"), *most, kMostDelay));
    }
    for (std::int32_t& d : values) {
        d = std::min(d, kMostDelay);
    }
    const std::size_t all = std::size_t{targets} * sources;
    std::vector<std::int32_t> result(all);
    for (std::size_t i = 0; i < all; ++i) {
        const std::size_t target = i / sources, source = i % sources;
        if (values.size() == all) {
            result[i] = values[i];
        } else if (values.size() == 1) {
            result[i] = values[0];
        } else if (values.size() == targets) {
            result[i] = values[target];
        } else if (values.size() == sources) {
            result[i] = values[source];
        } else {
            layer.fail("delay",
                       fmt::format("expected 1, {}, {} or {} values, found {}", targets, sources,
                                   all, values.size()),
                       "a delay belongs to the layer, to an output, to an input or to a synapse");
        }
    }
    return result;
}

std::shared_ptr<const Connectivity> make_delayed(std::uint32_t targets, std::uint32_t sources,
                                                 const std::vector<float>& weight,
                                                 const std::vector<std::int32_t>& delay) {
    std::vector<std::uint64_t> begin{0};
    std::vector<Connection> connections;
    for (std::uint32_t s = 0; s < sources; ++s) {
        for (std::uint32_t t = 0; t < targets; ++t) {
            const std::size_t i = std::size_t{t} * sources + s;
            if (weight[i] != 0) {
                connections.push_back({t, weight[i], static_cast<std::uint16_t>(delay[i])});
            }
        }
        begin.push_back(connections.size());
    }
    return make_sparse(targets, std::move(begin), std::move(connections));
}

// Number of positions of a window along one axis; 0 if it does not fit.
std::uint32_t positions(std::uint32_t in, std::uint32_t kernel, std::uint32_t stride,
                        std::uint32_t padding, std::uint32_t dilation) {
    const std::int64_t room =
        std::int64_t{in} + 2 * std::int64_t{padding} - std::int64_t{dilation} * (kernel - 1) - 1;
    return room < 0 ? 0 : static_cast<std::uint32_t>(room / stride + 1);
}

// (O, C / groups, height, width), perhaps with a last extent of 1 for time.
void take_kernel(const Group& layer, const Integers& weight, Convolution2d& c) {
    const auto& extents = weight.shape;
    const bool fits = (extents.size() == 4 || (extents.size() == 5 && extents[4] == 1)) &&
                      std::all_of(extents.begin(), extents.end(),
                                  [](std::uint64_t n) { return n > 0 && n <= 65535; });
    if (!fits) {
        layer.fail("weight",
                   fmt::format("expected (outputs, inputs / groups, height, width), found extents "
                               "({})",
                               fmt::join(extents, ", ")),
                   "write the network again with lava-dl's export_hdf5");
    }
    c.out_channels = static_cast<std::uint32_t>(extents[0]);
    c.kernel_height = static_cast<std::uint32_t>(extents[2]);
    c.kernel_width = static_cast<std::uint32_t>(extents[3]);
    const auto in_per_group = static_cast<std::uint32_t>(extents[1]);
    if (in_per_group * c.groups != c.in_channels || c.out_channels % c.groups != 0) {
        layer.fail("weight",
                   fmt::format("is for {} input channels ({} in each of {} groups) and {} outputs, "
                               "the layer before has {} channels",
                               in_per_group * c.groups, in_per_group, c.groups, c.out_channels,
                               c.in_channels),
                   "layers follow one another in the order of their numbers");
    }
}

// Some files list extents from width to channels.
void check_shape(const Group& layer, const Shape& computed) {
    const auto given = layer.shape();
    const Shape reversed(computed.rbegin(), computed.rend());
    if (given && *given != computed && *given != reversed) {
        layer.fail("shape",
                   fmt::format("is {}, but kernel, stride and padding give {}", to_string(*given),
                               to_string(computed)),
                   "write the network again with lava-dl's export_hdf5");
    }
}

}  // namespace

WeightStorage choose_storage(std::vector<std::int32_t>& weights, const std::string& place,
                             std::vector<std::string>& warnings) {
    const auto [least, most] = std::minmax_element(weights.begin(), weights.end());
    const std::int32_t smallest = *least, largest = *most;
    const bool mixed = smallest < 0 && largest > 0;
    const std::int32_t low = mixed ? -256 : -255, high = mixed ? 254 : 255;
    if (smallest < low || largest > high) {
        warnings.push_back(fmt::format("{}: weights from {} to {} are clipped to {} to {}", place,
                                       smallest, largest, low, high));
        for (std::int32_t& w : weights) {
            w = std::clamp(w, low, high);
        }
    }
    if (smallest == 0 && largest == 0) {
        return {0, 8};
    }
    double scale = 0;
    if (mixed) {
        scale = std::min(127.0 / std::min(largest, high), -128.0 / std::max(smallest, low));
    } else {
        scale = largest > 0 ? 255.0 / std::min(largest, high) : -255.0 / std::max(smallest, low);
    }
    WeightStorage storage;
    storage.shift = static_cast<std::int32_t>(std::floor(std::log2(scale))) + (mixed ? 1 : 0);
    std::uint32_t used = 0;
    for (const std::int32_t w : weights) {
        used |= static_cast<std::uint32_t>(w);
    }
    std::int32_t zeros = 0;
    while (zeros < 8 && (used >> zeros & 1) == 0) {
        ++zeros;
    }
    // One sign bit costs the lowest bit of the width; at least one bit is stored.
    storage.bits =
        std::clamp(8 - storage.shift - zeros + (mixed ? 1 : 0), std::int32_t{1}, std::int32_t{8});
    return storage;
}

LayerSynapses read_dense(const Group& layer, const Shape& from, bool recurrent,
                         std::vector<std::string>& warnings) {
    const Integers weight = layer.integers("weight");
    const auto [targets, sources] = dense_extents(layer, weight, "weight");
    check_sources(layer, "weight", sources, element_count(from), from);
    std::vector<std::int32_t> all = weight.values;
    if (recurrent) {
        const Integers among = layer.integers("weight_rec");
        const auto [to, of] = dense_extents(layer, among, "weight_rec");
        if (to != targets || of != targets) {
            layer.fail("weight_rec",
                       fmt::format("expected ({0}, {0}), found ({1}, {2})", targets, to, of),
                       "recurrent weights join a layer's neurons with one another");
        }
        all.insert(all.end(), among.values.begin(), among.values.end());
    }
    // Both share an exponent, as they do in lava-dl.
    const WeightStorage storage = choose_storage(all, layer.place("weight"), warnings);
    const std::vector<float> values = stored(all, storage.shift);
    const auto end_of_forward = values.begin() + static_cast<std::ptrdiff_t>(weight.values.size());
    const std::vector<float> forward(values.begin(), end_of_forward);
    LayerSynapses result;
    result.shape = {targets};
    result.weight_exponent = -storage.shift;
    result.weight_bits = storage.bits;
    if (layer.has("delay")) {
        result.forward =
            make_delayed(targets, sources, forward, delays(layer, targets, sources, warnings));
    } else {
        result.forward = make_dense(targets, sources, forward);
    }
    if (recurrent) {
        const std::vector<float> among(end_of_forward, values.end());
        result.recurrent =
            layer.has("delay")
                ? make_delayed(targets, targets, among, delays(layer, targets, targets, warnings))
                : make_dense(targets, targets, among);
    }
    return result;
}

LayerSynapses read_convolution(const Group& layer, const Shape& from,
                               std::vector<std::string>& warnings) {
    if (from.size() != 3) {
        layer.fail("", fmt::format("a convolution behind a layer of shape {}", to_string(from)),
                   "convolutions need channels, height and width in front of them");
    }
    if (layer.has("delay")) {
        layer.fail("delay", "convolutions have no delays here", "export the network without");
    }
    Integers weight = layer.integers("weight");
    Convolution2d c;
    c.in_channels = from[0];
    c.in_height = from[1];
    c.in_width = from[2];
    c.groups = static_cast<std::uint32_t>(layer.integer_or("groups", 1, 1, 65535));
    take_kernel(layer, weight, c);
    std::tie(c.stride_y, c.stride_x) = layer.extents("stride", 1, 1);
    std::tie(c.pad_top, c.pad_left) = layer.extents("padding", 0, 0);
    std::tie(c.dilation_y, c.dilation_x) = layer.extents("dilation", 1, 1);
    c.out_height = positions(c.in_height, c.kernel_height, c.stride_y, c.pad_top, c.dilation_y);
    c.out_width = positions(c.in_width, c.kernel_width, c.stride_x, c.pad_left, c.dilation_x);
    if (c.out_height == 0 || c.out_width == 0) {
        layer.fail("weight", fmt::format("the kernel is larger than its input {}", to_string(from)),
                   "check kernelSize, padding and dilation");
    }
    LayerSynapses result;
    result.shape = {c.out_channels, c.out_height, c.out_width};
    check_shape(layer, result.shape);
    const WeightStorage storage = choose_storage(weight.values, layer.place("weight"), warnings);
    result.weight_exponent = -storage.shift;
    result.weight_bits = storage.bits;
    c.weight = stored(weight.values, storage.shift);
    result.forward = make_convolution(std::move(c));
    return result;
}

}  // namespace cortile::netx
