// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/contiguous_partition.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_model/base/error.h"
#include "workload/mapping/growing_core.h"

namespace cortile {

namespace {

// An order of the neurons, and sizes of the units in it that are better not cut.
struct Layout {
    std::vector<std::uint32_t> order;   // empty: index order
    std::vector<std::uint32_t> grains;  // descending, down to 1
};

// Channel after channel, each in image rows.
Layout by_channel(const Shape& shape) {
    Layout layout{{}, {1}};
    for (std::size_t d = shape.size(); d-- > 1 && layout.grains.size() < 3;) {
        layout.grains.push_back(layout.grains.back() * shape[d]);
    }
    std::reverse(layout.grains.begin(), layout.grains.end());
    return layout;
}

// Image row after image row, each with all its channels. `shape` is (channels, height, width).
Layout by_image_row(const Shape& shape) {
    const std::uint32_t channels = shape[0], height = shape[1], width = shape[2];
    Layout layout{{}, {channels * width, width, 1}};
    layout.order.reserve(std::size_t{channels} * height * width);
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t c = 0; c < channels; ++c) {
            for (std::uint32_t x = 0; x < width; ++x) {
                layout.order.push_back((c * height + y) * width + x);
            }
        }
    }
    return layout;
}

// Patch after patch of `rows` x `columns` pixels, each pixel with all its channels: the neurons
// that share most inputs where kernels overlap.
Layout by_patch(const Shape& shape, std::uint32_t rows, std::uint32_t columns) {
    const std::uint32_t channels = shape[0], height = shape[1], width = shape[2];
    Layout layout{{}, {channels * rows * columns, channels, 1}};
    layout.order.reserve(std::size_t{channels} * height * width);
    for (std::uint32_t top = 0; top < height; top += rows) {
        for (std::uint32_t left = 0; left < width; left += columns) {
            for (std::uint32_t y = top; y < std::min(height, top + rows); ++y) {
                for (std::uint32_t x = left; x < std::min(width, left + columns); ++x) {
                    for (std::uint32_t c = 0; c < channels; ++c) {
                        layout.order.push_back((c * height + y) * width + x);
                    }
                }
            }
        }
    }
    return layout;
}

// The projection that takes most of what is short.
std::string main_culprit(const QuantizedNetwork& network, const IncomingColumns& columns,
                         std::uint32_t neuron) {
    std::vector<std::uint32_t> synapses(columns.projections().size());
    columns.for_each(
        neuron, [&](std::uint32_t row, std::uint32_t) { ++synapses[columns.projection_of(row)]; });
    const auto most = std::max_element(synapses.begin(), synapses.end()) - synapses.begin();
    const auto id = columns.projections()[static_cast<std::size_t>(most)].id;
    return fmt::format("'{}' ({} synapses into it)", network.projections[id].name,
                       synapses[static_cast<std::size_t>(most)]);
}

[[noreturn]] void throw_neuron_too_large(const QuantizedNetwork& network, PopulationId population,
                                         const IncomingColumns& columns, const CoreLimits& limits,
                                         Resource shortage) {
    // Without limits the core takes any neuron and says what it needs.
    CoreLimits unlimited = limits;
    unlimited.neurons = 1;
    unlimited.input_axons = ~0u;
    unlimited.synapse_memory_bits = ~0ull;
    unlimited.fan_in = 0;
    const std::vector<std::uint32_t> index_order;
    GrowingCore core(columns, unlimited, index_order);
    const auto need_of = [&](std::uint32_t neuron) -> std::uint64_t {
        if (shortage == Resource::fan_in) {
            return columns.fan_in(neuron);
        }
        Resource ignored{};
        core.restart(neuron);
        core.grow_to(neuron + 1, ignored);
        return shortage == Resource::input_axons ? core.input_axons() : core.synapse_bits();
    };
    // The first that does not fit may be a mild case: a limit raised for it would not be enough.
    std::uint32_t worst = 0, too_large = 0;
    std::uint64_t need = 0;
    for (std::uint32_t n = 0; n < network[population].size; ++n) {
        const std::uint64_t needed = need_of(n);
        too_large += needed > limit_of(limits, shortage) ? 1 : 0;
        if (needed > need) {
            worst = n;
            need = needed;
        }
    }
    const std::string others =
        too_large > 1 ? fmt::format("; {} neurons of it do not fit", too_large) : "";
    throw ConfigError(
        "population '" + network[population].name + "'",
        fmt::format("neuron {} alone needs {}, a core has {}; most of it is projection {}{}", worst,
                    amount(shortage, need), amount(shortage, limit_of(limits, shortage)),
                    main_culprit(network, columns, worst), others),
        fmt::format("{}, or prune the neuron's inputs", remedy(shortage)));
}

// `aligned`: a run ends where its largest possible grain ends.
std::vector<Run> greedy_runs(const QuantizedNetwork& network, PopulationId population,
                             const IncomingColumns& columns, const CoreLimits& limits,
                             const Layout& layout, bool aligned) {
    const std::uint32_t size = network[population].size;
    GrowingCore core(columns, limits, layout.order);
    std::vector<std::uint32_t> grains = layout.grains;
    std::vector<Run> runs;
    for (std::uint32_t begin = 0; begin < size; begin = core.end()) {
        core.restart(begin);
        Resource shortage = Resource::neurons;
        for (std::size_t g = 0; g < grains.size();) {
            const std::uint32_t grain = grains[g];
            while (core.end() < size &&
                   core.grow_to(std::min(size, (core.end() / grain + 1) * grain), shortage)) {
            }
            if (core.end() == size || (aligned && core.end() > begin)) {
                break;
            }
            // One that does not fit on an empty core is not worth trying again and again.
            if (grain > 1 && core.end() == begin && begin % grain == 0) {
                grains.erase(grains.begin() + static_cast<std::ptrdiff_t>(g));
            } else {
                ++g;
            }
        }
        if (core.end() == begin) {
            throw_neuron_too_large(network, population, columns, limits, shortage);
        }
        runs.push_back({begin, core.end(), shortage});
    }
    return runs;
}

// Aligned to grains unless that takes more cores.
std::vector<Run> fewest_runs(const QuantizedNetwork& network, PopulationId population,
                             const IncomingColumns& columns, const CoreLimits& limits,
                             const Layout& layout) {
    auto aligned = greedy_runs(network, population, columns, limits, layout, true);
    auto free = greedy_runs(network, population, columns, limits, layout, false);
    return aligned.size() <= free.size() ? aligned : free;
}

constexpr std::uint32_t kLargestPatch = 8;

// For cores that store each row, where the number of input axons decides. Among equally many cores
// the smallest patch wins.
Runs patch_runs(const QuantizedNetwork& network, PopulationId population,
                const IncomingColumns& columns, const CoreLimits& limits, Runs best) {
    const Shape& shape = network[population].shape;
    const std::uint32_t fewest = (network[population].size + limits.neurons - 1) / limits.neurons;
    for (std::uint32_t h = 1; h <= std::min(shape[1], kLargestPatch); ++h) {
        for (std::uint32_t w = 1; w <= std::min(shape[2], kLargestPatch); ++w) {
            if (best.runs.size() <= fewest) {
                return best;
            }
            Layout patches = by_patch(shape, h, w);
            auto runs = fewest_runs(network, population, columns, limits, patches);
            if (runs.size() < best.runs.size()) {
                best = {std::move(runs), std::move(patches.order), std::move(patches.grains)};
            }
        }
    }
    return best;
}

bool fits_on_one_core(const QuantizedPopulation& population, const IncomingColumns& columns,
                      const CoreLimits& limits) {
    std::uint32_t fan_in = 0;
    for (std::uint32_t n = 0; n < population.size; ++n) {
        fan_in = std::max(fan_in, columns.fan_in(n));
    }
    return population.size <= limits.neurons && columns.used_rows() <= limits.input_axons &&
           columns.unshared_bits() <= limits.synapse_memory_bits &&
           (limits.fan_in == 0 || fan_in <= limits.fan_in);
}

}  // namespace

Runs contiguous_runs(const QuantizedNetwork& network, PopulationId population,
                     const CoreLimits& limits) {
    const QuantizedPopulation& p = network[population];
    IncomingColumns columns(network, population, limits);
    if (fits_on_one_core(p, columns, limits)) {
        return {{{0, p.size, Resource::neurons}}, {}};
    }
    columns.fill();
    const bool shared = std::any_of(columns.projections().begin(), columns.projections().end(),
                                    [](const auto& projection) { return projection.shared; });
    if (!shared || p.shape.size() < 2) {
        Runs plain{greedy_runs(network, population, columns, limits, {{}, {1}}, false), {}};
        const bool image = p.shape.size() == 3 && !limits.shares_rows &&
                           std::any_of(network.projections.begin(), network.projections.end(),
                                       [&](const QuantizedProjection& projection) {
                                           return projection.target == population &&
                                                  projection.connectivity->repeats_rows();
                                       });
        return image ? patch_runs(network, population, columns, limits, std::move(plain)) : plain;
    }
    const Layout channels = by_channel(p.shape);
    Runs best{fewest_runs(network, population, columns, limits, channels), {}, channels.grains};
    const std::uint32_t fewest = (p.size + limits.neurons - 1) / limits.neurons;
    if (p.shape.size() == 3 && best.runs.size() > fewest) {
        Layout bands = by_image_row(p.shape);
        auto runs = fewest_runs(network, population, columns, limits, bands);
        if (runs.size() < best.runs.size()) {
            best = {std::move(runs), std::move(bands.order), std::move(bands.grains)};
        }
    }
    return best;
}

}  // namespace cortile
