// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "hw_model/base/error.h"
#include "workload/network/connectivity.h"

namespace cortile {

namespace {

// The outputs o along one axis that input i reaches: o * stride = i + pad - k * dilation for a
// kernel position k in [0, kernel). Ascending in o, which is descending in k.
struct Axis {
    std::int64_t kernel, stride, dilation, out;
    std::int64_t position;  // i + pad

    std::int64_t first() const {
        const std::int64_t lowest = position - (kernel - 1) * dilation;
        return lowest <= 0 ? 0 : (lowest + stride - 1) / stride;
    }
    std::int64_t last() const { return std::min(position / stride, out - 1); }
    // The kernel position that joins input and output, or -1.
    std::int64_t tap(std::int64_t o) const {
        const std::int64_t distance = position - o * stride;
        return distance % dilation == 0 ? distance / dilation : -1;
    }
};

class ConvolutionConnectivity final : public Connectivity {
  public:
    explicit ConvolutionConnectivity(Convolution2d convolution, bool zeros = false)
        : c_(std::move(convolution)), zeros_(zeros) {}

    std::uint32_t source_size() const override {
        return c_.in_channels * c_.in_height * c_.in_width;
    }
    std::uint32_t target_size() const override {
        return c_.out_channels * c_.out_height * c_.out_width;
    }
    bool repeats_rows() const override { return true; }
    std::uint16_t max_delay() const override { return 0; }
    std::uint32_t source_channels() const override { return c_.groups == 1 ? c_.in_channels : 1; }
    std::unique_ptr<Connectivity> with_zeros() const override {
        return std::make_unique<ConvolutionConnectivity>(c_, true);
    }

    void row(std::uint32_t source, std::vector<Connection>& out) const override {
        if (source >= source_size()) {
            throw ContractViolation("ConvolutionConnectivity: source out of range");
        }
        out.clear();
        const std::uint32_t ix = source % c_.in_width;
        const std::uint32_t iy = source / c_.in_width % c_.in_height;
        const std::uint32_t ic = source / c_.in_width / c_.in_height;
        const std::uint32_t in_per_group = c_.in_channels / c_.groups;
        const std::uint32_t out_per_group = c_.out_channels / c_.groups;
        const std::uint32_t group = ic / in_per_group;
        const Axis y{c_.kernel_height, c_.stride_y, c_.dilation_y, c_.out_height,
                     std::int64_t{iy} + c_.pad_top};
        const Axis x{c_.kernel_width, c_.stride_x, c_.dilation_x, c_.out_width,
                     std::int64_t{ix} + c_.pad_left};
        for (std::uint32_t oc = group * out_per_group; oc < (group + 1) * out_per_group; ++oc) {
            const float* kernel =
                c_.weight.data() + (std::size_t{oc} * in_per_group + ic % in_per_group) *
                                       c_.kernel_height * c_.kernel_width;
            for (std::int64_t oy = y.first(); oy <= y.last(); ++oy) {
                const std::int64_t ky = y.tap(oy);
                if (ky < 0) {
                    continue;
                }
                const std::int64_t line = (std::int64_t{oc} * c_.out_height + oy) * c_.out_width;
                for (std::int64_t ox = x.first(); ox <= x.last(); ++ox) {
                    const std::int64_t kx = x.tap(ox);
                    const float w = kx < 0 ? 0.0F : kernel[ky * c_.kernel_width + kx];
                    if (w != 0.0F || (zeros_ && kx >= 0)) {
                        out.push_back({static_cast<std::uint32_t>(line + ox), w, 0});
                    }
                }
            }
        }
    }

  private:
    Convolution2d c_;
    bool zeros_;  // are the kernel's zero weights connections, too?
};

bool fits_32_bits(std::uint32_t channels, std::uint32_t height, std::uint32_t width) {
    const std::uint64_t plane = std::uint64_t{height} * width;
    return plane <= 0xFFFFFFFFu && plane * channels <= 0xFFFFFFFFu;
}

}  // namespace

std::unique_ptr<Connectivity> make_convolution(Convolution2d c) {
    const bool sizes = c.in_channels > 0 && c.in_height > 0 && c.in_width > 0 &&
                       c.out_channels > 0 && c.out_height > 0 && c.out_width > 0 &&
                       c.kernel_height > 0 && c.kernel_width > 0 && c.stride_y > 0 &&
                       c.stride_x > 0 && c.dilation_y > 0 && c.dilation_x > 0 && c.groups > 0 &&
                       fits_32_bits(c.in_channels, c.in_height, c.in_width) &&
                       fits_32_bits(c.out_channels, c.out_height, c.out_width);
    if (!sizes) {
        throw ContractViolation("make_convolution: a size is 0, or more than 2^32 - 1 neurons");
    }
    if (c.in_channels % c.groups != 0 || c.out_channels % c.groups != 0) {
        throw ContractViolation("make_convolution: groups does not divide the channels");
    }
    if (c.weight.size() != std::size_t{c.out_channels} * (c.in_channels / c.groups) *
                               c.kernel_height * c.kernel_width) {
        throw ContractViolation("make_convolution: weight has a wrong size");
    }
    return std::make_unique<ConvolutionConnectivity>(std::move(c));
}

}  // namespace cortile
