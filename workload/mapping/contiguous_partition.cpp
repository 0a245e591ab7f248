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

// Cores for the runs, and those beyond what their neurons need that the populations in front have
// to spread over to have an output axon for each core that a neuron reaches.
std::size_t cost_of(const QuantizedNetwork& network, const IncomingColumns& columns,
                    const CoreLimits& limits, std::size_t runs,
                    const std::vector<std::uint64_t>& rows_per_projection) {
    std::size_t cost = runs;
    for (std::size_t p = 0; p < rows_per_projection.size(); ++p) {
        const QuantizedProjection& projection = network.projections[columns.projections()[p].id];
        const QuantizedPopulation& source = network[projection.source];
        if (source.is_input) {
            continue;
        }
        const std::uint64_t axons = rows_per_projection[p] * output_axons_of(projection, limits);
        const std::uint64_t needed = (axons + limits.output_axons - 1) / limits.output_axons;
        const std::uint64_t own = fewest_cores(source, limits);
        cost += needed > own ? needed - own : 0;
    }
    return cost;
}

// `aligned`: a run ends where its largest possible grain ends.
Runs greedy_runs(const QuantizedNetwork& network, PopulationId population,
                 const IncomingColumns& columns, const CoreLimits& limits, const Layout& layout,
                 bool aligned) {
    const std::uint32_t size = network[population].size;
    GrowingCore core(columns, limits, layout.order);
    std::vector<std::uint32_t> grains = layout.grains;
    std::vector<Run> runs;
    std::vector<std::uint64_t> rows_per_projection(columns.projections().size());
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
        for (const std::uint32_t row : core.rows()) {
            ++rows_per_projection[columns.projection_of(row)];
        }
    }
    const std::size_t cost = cost_of(network, columns, limits, runs.size(), rows_per_projection);
    return {std::move(runs), layout.order, layout.grains, cost};
}

// Aligned to grains unless that costs more cores.
Runs cheapest_runs(const QuantizedNetwork& network, PopulationId population,
                   const IncomingColumns& columns, const CoreLimits& limits, const Layout& layout) {
    auto aligned = greedy_runs(network, population, columns, limits, layout, true);
    if (aligned.runs.size() <= fewest_cores(network[population], limits)) {
        return aligned;
    }
    auto free = greedy_runs(network, population, columns, limits, layout, false);
    return aligned.cost <= free.cost ? aligned : free;
}

constexpr std::uint32_t kLargestPatch = 8;

// For cores that store each row, where the number of input axons decides. Among equally many cores
// the smallest patch wins.
Runs patch_runs(const QuantizedNetwork& network, PopulationId population,
                const IncomingColumns& columns, const CoreLimits& limits, Runs best) {
    const Shape& shape = network[population].shape;
    const std::uint32_t fewest = fewest_cores(network[population], limits);
    for (std::uint32_t h = 1; h <= std::min(shape[1], kLargestPatch); ++h) {
        for (std::uint32_t w = 1; w <= std::min(shape[2], kLargestPatch); ++w) {
            if (best.cost <= fewest) {
                return best;
            }
            auto runs = cheapest_runs(network, population, columns, limits, by_patch(shape, h, w));
            if (runs.cost < best.cost) {
                best = std::move(runs);
            }
        }
    }
    return best;
}

// Extents of patches that fill a core with all their channels: those that take fewest cores, and of
// these the squarest, which reach into fewest neighbours.
std::vector<std::pair<std::uint32_t, std::uint32_t>> core_sized_patches(const Shape& shape,
                                                                        std::uint32_t neurons) {
    constexpr std::size_t kTried = 3;
    struct Patch {
        std::uint32_t cores, half_perimeter, rows, columns;
        auto operator<=>(const Patch&) const = default;
    };
    std::vector<Patch> patches;
    const std::uint32_t pixels = neurons / shape[0];
    for (std::uint32_t columns = 1; columns <= std::min(pixels, shape[2]); ++columns) {
        const std::uint32_t rows = std::min(pixels / columns, shape[1]);
        const std::uint32_t cores =
            ((shape[1] + rows - 1) / rows) * ((shape[2] + columns - 1) / columns);
        patches.push_back({cores, rows + columns, rows, columns});
    }
    std::sort(patches.begin(), patches.end());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> result;
    for (std::size_t i = 0; i < std::min(kTried, patches.size()); ++i) {
        result.emplace_back(patches[i].rows, patches[i].columns);
    }
    return result;
}

bool fits_on_one_core(const QuantizedPopulation& population, const IncomingColumns& columns,
                      const CoreLimits& limits) {
    std::uint32_t fan_in = 0;
    for (std::uint32_t n = 0; n < population.size; ++n) {
        fan_in = std::max(fan_in, columns.fan_in(n));
    }
    return population.size <= limits.neurons && columns.used_axons() <= limits.input_axons &&
           columns.unshared_bits() <= limits.synapse_memory_bits &&
           (limits.fan_in == 0 || fan_in <= limits.fan_in);
}

}  // namespace

Runs contiguous_runs(const QuantizedNetwork& network, PopulationId population,
                     const CoreLimits& limits) {
    const QuantizedPopulation& p = network[population];
    IncomingColumns columns(network, population, limits);
    if (fits_on_one_core(p, columns, limits)) {
        std::vector<std::uint64_t> rows_per_projection;
        for (const IncomingColumns::Projection& projection : columns.projections()) {
            rows_per_projection.push_back(projection.used_rows);
        }
        const std::size_t cost = cost_of(network, columns, limits, 1, rows_per_projection);
        return {{{0, p.size, Resource::neurons}}, {}, {1}, cost};
    }
    columns.fill();
    const bool shared = std::any_of(columns.projections().begin(), columns.projections().end(),
                                    [](const auto& projection) { return projection.shared; });
    if (!shared || p.shape.size() < 2) {
        Runs plain = greedy_runs(network, population, columns, limits, {{}, {1}}, false);
        const bool image = p.shape.size() == 3 && !limits.shares_rows &&
                           std::any_of(network.projections.begin(), network.projections.end(),
                                       [&](const QuantizedProjection& projection) {
                                           return projection.target == population &&
                                                  projection.connectivity->repeats_rows();
                                       });
        return image ? patch_runs(network, population, columns, limits, std::move(plain)) : plain;
    }
    Runs best = cheapest_runs(network, population, columns, limits, by_channel(p.shape));
    const std::uint32_t fewest = fewest_cores(p, limits);
    const auto consider = [&](const Layout& layout) {
        auto runs = cheapest_runs(network, population, columns, limits, layout);
        if (runs.cost < best.cost) {
            best = std::move(runs);
        }
    };
    if (p.shape.size() == 3 && best.cost > fewest) {
        consider(by_image_row(p.shape));
    }
    if (p.shape.size() == 3 && best.cost > fewest) {
        for (const auto& [height, width] : core_sized_patches(p.shape, limits.neurons)) {
            consider(by_patch(p.shape, height, width));
        }
    }
    return best;
}

}  // namespace cortile
