// SPDX-License-Identifier: Apache-2.0
// Who connects to whom, with which weight: linear maps between two populations, enumerated one
// source neuron at a time so that no map need be stored unrolled.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace cortile {

struct Connection {
    std::uint32_t target = 0;  // neuron in the target population, row-major
    float weight = 0;
    std::uint16_t delay = 0;  // timesteps beyond the one that every synapse has
};

class Connectivity {
  public:
    virtual ~Connectivity() = default;

    virtual std::uint32_t source_size() const = 0;
    virtual std::uint32_t target_size() const = 0;

    // Replaces `out` by the non-zero connections of neuron `source`, ascending in (target, delay),
    // each pair at most once. Thread-safe.
    virtual void row(std::uint32_t source, std::vector<Connection>& out) const = 0;

    // True where many rows are one row at a shifted target (convolution, pooling): such rows are
    // worth storing once.
    virtual bool repeats_rows() const { return false; }

    // C above 1: the source neurons i, i + S, i + 2 S, … with S = source_size() / C reach the same
    // targets with the same delays, if zero weights are counted: the channels of one pixel.
    virtual std::uint32_t source_channels() const { return 1; }

    // The same map with its zero weights as connections, where these are places for synapses that
    // may learn, or a kernel's; null: it has none besides the non-zero ones.
    virtual std::unique_ptr<Connectivity> with_zeros() const { return nullptr; }

    // Upper bound of Connection::delay over all rows.
    virtual std::uint16_t max_delay() const;
};

// weight: row-major (targets, sources), as NIR stores Affine and Linear.
std::unique_ptr<Connectivity> make_dense(std::uint32_t targets, std::uint32_t sources,
                                         std::vector<float> weight);

// Compressed rows by source: row_begin has source_size + 1 entries into `connections`; each row
// ascending in (target, delay).
std::unique_ptr<Connectivity> make_sparse(std::uint32_t targets,
                                          std::vector<std::uint64_t> row_begin,
                                          std::vector<Connection> connections);

// One connection per neuron: y = scale * x, delayed by `delay` timesteps. Sizes 1 or n.
std::unique_ptr<Connectivity> make_elementwise(std::uint32_t size, std::vector<float> scale,
                                               std::vector<std::uint16_t> delay);

// Cross-correlation without kernel flip (docs/reference/nir.md, "Convolution and pooling").
struct Convolution2d {
    std::uint32_t in_channels = 0, in_height = 0, in_width = 0;
    std::uint32_t out_channels = 0, out_height = 0, out_width = 0;
    std::uint32_t kernel_height = 0, kernel_width = 0;
    std::uint32_t stride_y = 1, stride_x = 1;
    std::uint32_t pad_top = 0, pad_left = 0;  // bottom and right follow from the output size
    std::uint32_t dilation_y = 1, dilation_x = 1;
    std::uint32_t groups = 1;
    std::vector<float> weight;  // (out_channels, in_channels / groups, kernel_height, kernel_width)
};
std::unique_ptr<Connectivity> make_convolution(Convolution2d convolution);

// `first`, then `second`: weights multiply, delays add, parallel paths add up.
std::unique_ptr<Connectivity> make_chain(std::shared_ptr<const Connectivity> first,
                                         std::shared_ptr<const Connectivity> second);

}  // namespace cortile
