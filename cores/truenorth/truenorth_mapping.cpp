// SPDX-License-Identifier: Apache-2.0
#include "cores/truenorth/truenorth_mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "cores/truenorth/synapse_coder.h"
#include "hw_model/base/error.h"
#include "workload/mapping/place_groups.h"

namespace cortile {

using namespace truenorth;

namespace {

struct Run {  // of a population's index order
    PopulationId population;
    std::uint32_t begin = 0, end = 0;
    std::uint64_t neurons = 0, axons = 0, synapses = 0;  // copies included
    std::uint32_t size() const { return end - begin; }
};

bool draws_numbers(const QuantizedPopulation& population, std::uint32_t neuron) {
    for (const char* name : {"stochastic_synapse", "stochastic_leak", "threshold_mask"}) {
        if (population.parameters.at(name)[neuron] != 0) {
            return true;
        }
    }
    return false;
}

class Mapper {
  public:
    Mapper(const QuantizedNetwork& network, const Topology& topology, const CoreLimits& limits,
           const MappingOptions& options)
        : network_(network),
          topology_(topology),
          limits_(limits),
          options_(options),
          run_of_(network.populations.size()),
          axons_of_(network.populations.size()),
          fan_in_(network.populations.size()) {}

    Mapping run();

  private:
    void first_runs();
    void measure();
    void count_rows(std::size_t p);
    bool split();
    void check_fan_in() const;
    void check_copies() const;
    void check_cores(std::size_t needed) const;
    std::vector<std::vector<std::size_t>> group_runs() const;
    Mapping finish();

    const QuantizedNetwork& network_;
    const Topology& topology_;
    const CoreLimits& limits_;
    const MappingOptions& options_;
    std::vector<Run> runs_;                             // ordered by population, then begin
    std::vector<std::vector<std::uint32_t>> run_of_;    // per population and neuron
    std::vector<std::vector<std::uint32_t>> axons_of_;  // outgoing, per population and neuron
    std::vector<std::vector<std::uint32_t>> fan_in_;    // axons, per population and neuron
    std::vector<GroupTraffic> traffic_;                 // between runs
};

std::vector<std::uint32_t> even_parts(std::uint32_t size, std::uint32_t parts) {
    std::vector<std::uint32_t> edges;
    for (std::uint64_t i = 0; i <= parts; ++i) {
        edges.push_back(static_cast<std::uint32_t>(i * size / parts));
    }
    return edges;
}

void Mapper::first_runs() {
    std::uint64_t total = 0;
    for (const QuantizedPopulation& population : network_.populations) {
        total += population.is_input ? 0 : population.size;
    }
    for (std::size_t p = 0; p < network_.populations.size(); ++p) {
        const QuantizedPopulation& population = network_.populations[p];
        if (population.is_input || population.size == 0) {
            continue;
        }
        std::uint64_t parts = (population.size + limits_.neurons - 1) / limits_.neurons;
        if (options_.cores > 0) {  // a population's share of them, by size
            parts = std::clamp<std::uint64_t>(
                (std::uint64_t{options_.cores} * population.size + total / 2) / total, parts,
                population.size);
        }
        const auto edges = even_parts(population.size, static_cast<std::uint32_t>(parts));
        for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
            runs_.push_back({PopulationId{p}, edges[i], edges[i + 1]});
        }
    }
}

void Mapper::measure() {
    for (std::size_t p = 0; p < network_.populations.size(); ++p) {
        const std::uint32_t size = network_.populations[p].size;
        axons_of_[p].assign(size, 0);
        fan_in_[p].assign(size, 0);
        run_of_[p].resize(size);
    }
    for (std::uint32_t r = 0; r < runs_.size(); ++r) {
        Run& run = runs_[r];
        run.neurons = run.axons = run.synapses = 0;
        std::fill(run_of_[run.population.value].begin() + run.begin,
                  run_of_[run.population.value].begin() + run.end, r);
    }
    traffic_.clear();
    for (std::size_t p = 0; p < network_.projections.size(); ++p) {
        count_rows(p);
    }
    for (Run& run : runs_) {
        for (std::uint32_t n = run.begin; n < run.end; ++n) {
            const std::uint32_t copies = std::max(axons_of_[run.population.value][n], 1u);
            run.neurons += copies;
            run.synapses += std::uint64_t{fan_in_[run.population.value][n]} * copies;
        }
    }
}

void Mapper::count_rows(std::size_t p) {
    const QuantizedProjection& projection = network_.projections[p];
    const SynapseCoder coder(network_, projection);
    const std::vector<std::uint32_t>& run_of = run_of_[projection.target.value];
    std::vector<std::uint32_t>& fan_in = fan_in_[projection.target.value];
    const bool from_host = network_[projection.source].is_input;
    std::vector<Connection> scratch;
    CodedRow row;
    for (std::uint32_t s = 0; s < projection.connectivity->source_size(); ++s) {
        code_row(
            projection, coder, s, [&](std::uint32_t target) { return run_of[target]; }, scratch,
            row);
        for (const CodedSynapse& synapse : row.synapses) {
            fan_in[synapse.target] += count_types(synapse.types);
        }
        const std::uint32_t from = from_host ? std::numeric_limits<std::uint32_t>::max()
                                             : run_of_[projection.source.value][s];
        for (const AxonGroup& group : row.groups) {
            const std::uint32_t axons = count_types(group.types);
            runs_[group.piece].axons += axons;
            axons_of_[projection.source.value][s] += axons;
            // Consecutive sources of one run mostly reach the same runs: sums are made later.
            if (options_.placement == Placement::optimized) {
                traffic_.push_back({from, group.piece, static_cast<double>(axons)});
            }
        }
    }
}

void Mapper::check_fan_in() const {
    for (const Run& run : runs_) {
        const std::vector<std::uint32_t>& fan_in = fan_in_[run.population.value];
        for (std::uint32_t n = run.begin; n < run.end; ++n) {
            if (fan_in[n] > limits_.input_axons) {
                throw ConfigError(
                    "population '" + network_[run.population].name + "'",
                    fmt::format("neuron {} takes {} axons, one for each source and axon type of "
                                "its weight; a core has {}",
                                n, fan_in[n], limits_.input_axons),
                    fmt::format("give it at most {} inputs (a smaller or pooled image, a "
                                "convolution, a layer in between), or lower core.axons_per_source "
                                "so that a source takes fewer axons",
                                limits_.input_axons));
            }
        }
    }
}

void Mapper::check_copies() const {
    for (const Run& run : runs_) {
        const QuantizedPopulation& population = network_[run.population];
        const std::vector<std::uint32_t>& axons = axons_of_[run.population.value];
        for (std::uint32_t n = run.begin; n < run.end; ++n) {
            if (axons[n] > limits_.neurons) {
                throw ConfigError(
                    "population '" + population.name + "'",
                    fmt::format("neuron {} needs {} outgoing axons and so as many copies; a core "
                                "holds {} neurons",
                                n, axons[n], limits_.neurons),
                    "give it targets on fewer cores, insert a layer of neurons that pass spikes "
                    "on, or lower core.axons_per_source");
            }
            if (axons[n] > 1 && draws_numbers(population, n)) {
                throw ConfigError(
                    "population '" + population.name + "'",
                    fmt::format("neuron {} draws random numbers and needs {} outgoing axons: each "
                                "neuron has one, and a copy would fire differently",
                                n, axons[n]),
                    "make it deterministic, let it reach one core with one weight per neuron, or "
                    "put a deterministic neuron behind it that passes its spikes on");
            }
        }
    }
}

void Mapper::check_cores(std::size_t needed) const {
    if (needed > topology_.working_cores()) {
        throw ConfigError(
            "network '" + network_.name + "'",
            fmt::format("needs {} cores or more with the copies of neurons that reach "
                        "several cores; the chip has {}",
                        needed, topology_.working_cores()),
            "take a larger mesh (chip.mesh.width, chip.mesh.height), a smaller "
            "network, or lower core.axons_per_source, which saves copies");
    }
}

// Cuts the runs that do not fit; false when all fit.
bool Mapper::split() {
    std::vector<Run> result;
    bool any = false;
    for (const Run& run : runs_) {
        std::uint64_t parts = (run.neurons + limits_.neurons - 1) / limits_.neurons;
        if (run.axons > limits_.input_axons) {
            parts = std::max<std::uint64_t>(parts, 2);
        }
        parts = std::clamp<std::uint64_t>(parts, 1, run.size());
        any |= parts > 1;
        const auto edges = even_parts(run.size(), static_cast<std::uint32_t>(parts));
        for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
            result.push_back({run.population, run.begin + edges[i], run.begin + edges[i + 1]});
        }
    }
    if (any) {
        runs_ = std::move(result);
    }
    return any;
}

// Runs that share a core, first fit; one a core unless cores may be shared.
std::vector<std::vector<std::size_t>> Mapper::group_runs() const {
    std::vector<std::vector<std::size_t>> groups;
    struct Use {
        std::uint64_t neurons = 0, axons = 0;
    };
    std::vector<Use> use;
    for (std::size_t r = 0; r < runs_.size(); ++r) {
        std::size_t g = options_.share_cores ? 0 : groups.size();
        while (g < groups.size() && (use[g].neurons + runs_[r].neurons > limits_.neurons ||
                                     use[g].axons + runs_[r].axons > limits_.input_axons)) {
            ++g;
        }
        if (g == groups.size()) {
            groups.emplace_back();
            use.emplace_back();
        }
        groups[g].push_back(r);
        use[g].neurons += runs_[r].neurons;
        use[g].axons += runs_[r].axons;
    }
    return groups;
}

Mapping Mapper::finish() {
    const std::vector<std::vector<std::size_t>> groups = group_runs();
    check_cores(groups.size());
    std::vector<std::uint32_t> group_of(runs_.size());
    for (std::uint32_t g = 0; g < groups.size(); ++g) {
        for (const std::size_t r : groups[g]) {
            group_of[r] = g;
        }
    }
    PlacementProblem problem;
    problem.groups = static_cast<std::uint32_t>(groups.size());
    for (GroupTraffic& t : traffic_) {
        t.from =
            t.from == std::numeric_limits<std::uint32_t>::max() ? problem.groups : group_of[t.from];
        t.to = group_of[t.to];
    }
    std::sort(traffic_.begin(), traffic_.end(), [](const GroupTraffic& a, const GroupTraffic& b) {
        return std::pair(a.from, a.to) < std::pair(b.from, b.to);
    });
    for (const GroupTraffic& t : traffic_) {
        if (!problem.traffic.empty() && problem.traffic.back().from == t.from &&
            problem.traffic.back().to == t.to) {
            problem.traffic.back().packets += t.packets;
        } else {
            problem.traffic.push_back(t);
        }
    }
    traffic_ = {};
    problem.crossing_hops = options_.crossing_hops;
    const std::vector<CoreId> core_of =
        place_groups(problem, topology_, options_.placement, options_.seed);

    Mapping mapping;
    note_placement(problem, topology_, core_of, mapping);
    mapping.slices.resize(runs_.size());
    mapping.slice_use.resize(runs_.size());
    std::uint64_t copies = 0;
    double fullest = -1;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        CoreUse core;
        core.core = core_of[g];
        std::uint32_t offset = 0;
        for (const std::size_t r : groups[g]) {
            const Run& run = runs_[r];
            mapping.slices[r] = {run.population, run.begin, run.end, core_of[g], offset};
            offset += run.size();
            copies += run.neurons - run.size();
            CoreUse& use = mapping.slice_use[r];
            use.core = core_of[g];
            use.neurons = static_cast<std::uint32_t>(run.neurons);
            use.input_axons = run.axons;
            use.synapses = use.stored_synapses = run.synapses;
            use.synapse_bits = run.axons * run.neurons;
            for (std::uint32_t n = run.begin; n < run.end; ++n) {
                use.output_axons += axons_of_[run.population.value][n];
                use.fan_in = std::max(use.fan_in, fan_in_[run.population.value][n]);
            }
            core.neurons += use.neurons;
            core.input_axons += use.input_axons;
            core.output_axons += use.output_axons;
            core.synapse_bits += use.synapse_bits;
            core.synapses += use.synapses;
            core.stored_synapses += use.stored_synapses;
            core.fan_in = std::max(core.fan_in, use.fan_in);
        }
        mapping.cores.push_back(core);
        for (const auto& [what, used, limit] :
             {std::tuple("neurons", std::uint64_t{core.neurons}, limits_.neurons),
              std::tuple("axons", core.input_axons, limits_.input_axons)}) {
            const double share = static_cast<double>(used) / limit;
            if (share > fullest) {
                fullest = share;
                mapping.tightest =
                    fmt::format("{}: {:.0f} % of core {} ({})", what, 100 * share, core.core.value,
                                network_[runs_[groups[g][0]].population].name);
            }
        }
    }
    std::sort(mapping.cores.begin(), mapping.cores.end(),
              [](const CoreUse& a, const CoreUse& b) { return a.core < b.core; });
    if (copies > 0) {
        mapping.notes.push_back(
            fmt::format("{} copies of neurons, since each has one outgoing axon", copies));
    }
    return mapping;
}

Mapping Mapper::run() {
    first_runs();
    check_cores(options_.share_cores ? 0 : runs_.size());
    // Every pass cuts at least one run; a run of one neuron cannot be cut.
    do {
        check_cores(options_.share_cores ? 0 : runs_.size());
        measure();
        check_fan_in();
        check_copies();
    } while (split());
    return finish();
}

}  // namespace

Mapping map_for_truenorth(const QuantizedNetwork& network, const Topology& topology,
                          const CoreLimits& limits, const MappingOptions& options) {
    return Mapper(network, topology, limits, options).run();
}

}  // namespace cortile
