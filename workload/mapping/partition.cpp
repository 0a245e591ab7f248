// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/partition.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "hw_model/base/error.h"
#include "workload/mapping/contiguous_partition.h"
#include "workload/mapping/metis_partition.h"

namespace cortile {

namespace {

// Partition::automatic leaves larger graphs alone: METIS would take seconds.
constexpr std::uint64_t kAutomaticConnections = 1'000'000;
// METIS must save at least this share of the packets to be worth a permuted order.
constexpr double kWorthwhileSaving = 0.05;
constexpr std::uint32_t kMetisTries = 4;

class Divider {
  public:
    Divider(const QuantizedNetwork& network, const CoreLimits& limits, std::uint32_t cores,
            const MappingOptions& options)
        : network_(network),
          limits_(limits),
          cores_(cores),
          options_(options),
          runs_(network.populations.size()),
          forced_by_(network.populations.size()) {
        result_.order.resize(network.populations.size());
        result_.grains.resize(network.populations.size());
    }

    Division run();

  private:
    bool spread() const { return options_.cores > 0; }
    std::uint32_t neuron(PopulationId p, std::uint32_t position) const {
        const auto& order = result_.order[p.value];
        return order.empty() ? position : order[position];
    }
    std::vector<std::uint32_t> cores_per_population() const;
    void divide_population(PopulationId p, std::uint32_t cores);
    bool wants_metis(PopulationId p) const;
    void try_metis(PopulationId p);
    void list_pieces();
    void check_core_count() const;
    void check_delays() const;
    bool mend();
    void cut(const Piece& piece, Resource shortage, std::vector<Run>& out);
    std::string target_limits(PopulationId p) const;
    [[noreturn]] void throw_does_not_fit(PopulationId p, Resource shortage) const;

    const QuantizedNetwork& network_;
    const CoreLimits& limits_;
    std::uint32_t cores_;
    const MappingOptions& options_;
    std::vector<std::vector<Run>> runs_;  // per population
    std::map<std::uint32_t, std::vector<Run>> without_metis_;
    std::vector<std::array<std::uint32_t, kResources>> forced_by_;  // cuts, per population
    Division result_;
};

std::string place(const QuantizedNetwork& network, PopulationId p) {
    return "population '" + network[p].name + "'";
}

Division Divider::run() {
    const std::vector<std::uint32_t> share =
        spread() ? cores_per_population()
                 : std::vector<std::uint32_t>(network_.populations.size(), 0);
    for (std::uint32_t p = 0; p < network_.populations.size(); ++p) {
        if (!network_.populations[p].is_input && network_.populations[p].size > 0) {
            divide_population(PopulationId{p}, share[p]);
        }
    }
    do {
        list_pieces();
        check_core_count();
        result_.measurement = measure(network_, limits_, result_.pieces, result_.order);
        check_delays();
    } while (mend());
    for (const auto& [population, runs] : without_metis_) {
        result_.grains[population].clear();  // the parts of METIS are as they are
    }
    return std::move(result_);
}

// In proportion to the neurons, at least as many as the neurons need, at most one per neuron.
std::vector<std::uint32_t> Divider::cores_per_population() const {
    if (options_.cores > cores_) {
        throw ConfigError("mapping.cores", fmt::format("expected at most the {} cores of the chip, "
                                                       "found {}",
                                                       cores_, options_.cores));
    }
    const std::size_t count = network_.populations.size();
    std::vector<std::uint32_t> result(count, 0);
    std::uint32_t used = 0;
    for (std::size_t p = 0; p < count; ++p) {
        const QuantizedPopulation& population = network_.populations[p];
        if (!population.is_input) {
            result[p] = fewest_cores(population, limits_);
            used += result[p];
        }
    }
    if (used > options_.cores) {
        throw ConfigError(
            "mapping.cores",
            fmt::format("{} cores are too few: with {} neurons a core and one "
                        "population a core, {} are needed",
                        options_.cores, limits_.neurons, used),
            "0 takes as few cores as the limits allow; mapping.share_cores: true then "
            "lets populations share");
    }
    for (; used < options_.cores; ++used) {
        std::size_t fullest = count;
        double most = 1;
        for (std::size_t p = 0; p < count; ++p) {
            const double load =
                result[p] == 0 ? 0 : static_cast<double>(network_.populations[p].size) / result[p];
            if (load > most) {
                most = load;
                fullest = p;
            }
        }
        if (fullest == count) {
            break;
        }
        ++result[fullest];
    }
    return result;
}

void Divider::divide_population(PopulationId p, std::uint32_t cores) {
    std::vector<Run>& runs = runs_[p.value];
    if (cores == 0) {
        Runs found = contiguous_runs(network_, p, limits_);
        runs = std::move(found.runs);
        result_.order[p.value] = std::move(found.order);
        result_.grains[p.value] = std::move(found.grains);
    } else {
        const std::uint64_t size = network_[p].size;
        for (std::uint32_t c = 0; c < cores; ++c) {
            runs.push_back({static_cast<std::uint32_t>(size * c / cores),
                            static_cast<std::uint32_t>(size * (c + 1) / cores)});
        }
    }
    for (std::size_t i = 0; i + 1 < runs.size(); ++i) {
        ++forced_by_[p.value][static_cast<std::size_t>(runs[i].limited_by)];
    }
    if (wants_metis(p)) {
        try_metis(p);
    }
}

bool Divider::wants_metis(PopulationId p) const {
    const bool recurrent =
        std::any_of(network_.projections.begin(), network_.projections.end(),
                    [&](const QuantizedProjection& q) { return q.source == p && q.target == p; });
    if (!recurrent || runs_[p.value].size() < 2 || !result_.order[p.value].empty()) {
        return false;
    }
    // Spread over a given number of cores, only the check against the limits is wanted.
    return options_.partition == Partition::metis ||
           (options_.partition == Partition::automatic && !spread());
}

void Divider::try_metis(PopulationId p) {
    const bool automatic = options_.partition == Partition::automatic;
    const RecurrentGraph graph = recurrent_graph(
        network_, p, automatic ? kAutomaticConnections : std::numeric_limits<std::uint64_t>::max());
    if (graph.target.empty()) {
        return;
    }
    std::vector<Run>& runs = runs_[p.value];
    std::vector<std::uint32_t> part;
    auto parts = static_cast<std::uint32_t>(runs.size());
    for (std::uint32_t i = 0; part.empty() && i < (spread() ? 1 : kMetisTries); ++i, ++parts) {
        part = metis_parts(graph, parts, limits_.neurons, options_.seed);
    }
    if (part.empty()) {
        result_.notes.push_back(place(network_, p) +
                                ": METIS found no parts of a core's size; contiguous runs instead");
        return;
    }
    std::vector<std::uint32_t> contiguous(graph.size());
    for (std::uint32_t r = 0; r < runs.size(); ++r) {
        std::fill(contiguous.begin() + runs[r].begin, contiguous.begin() + runs[r].end, r);
    }
    const auto before = static_cast<double>(packets_between(graph, contiguous));
    const auto after = static_cast<double>(packets_between(graph, part));
    if (after > (1 - kWorthwhileSaving) * before) {
        if (!automatic) {
            result_.notes.push_back(
                fmt::format("{}: METIS would save no packets ({:.0f} against "
                            "{:.0f}); contiguous runs instead",
                            place(network_, p), after, before));
        }
        return;
    }
    result_.notes.push_back(fmt::format(
        "{}: neurons grouped by METIS, {:.0f} instead of {:.0f} packets if each spikes once",
        place(network_, p), after, before));
    std::vector<std::uint32_t>& order = result_.order[p.value];
    order.resize(graph.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return part[a] < part[b]; });
    without_metis_[p.value] = std::exchange(runs, {});
    for (std::uint32_t begin = 0, end = 0; begin < order.size(); begin = end) {
        while (end < order.size() && part[order[end]] == part[order[begin]]) {
            ++end;
        }
        runs.push_back({begin, end});
    }
}

void Divider::list_pieces() {
    result_.pieces.clear();
    for (std::uint32_t p = 0; p < runs_.size(); ++p) {
        for (const Run& run : runs_[p]) {
            result_.pieces.push_back({PopulationId{p}, run.begin, run.end});
        }
    }
}

// With shared cores the count is known only after packing.
void Divider::check_core_count() const {
    if (result_.pieces.size() <= cores_ || options_.share_cores) {
        return;
    }
    std::size_t largest = 0;
    for (std::size_t p = 0; p < runs_.size(); ++p) {
        largest = runs_[p].size() > runs_[largest].size() ? p : largest;
    }
    const auto& forced = forced_by_[largest];
    const auto why =
        static_cast<Resource>(std::max_element(forced.begin(), forced.end()) - forced.begin());
    const std::string reason =
        runs_[largest].size() < 2
            ? std::string("one core each")
            : fmt::format("'{}' alone takes {}, because a core has {}",
                          network_.populations[largest].name, runs_[largest].size(),
                          amount(why, limit_of(limits_, why)));
    throw ConfigError(
        "network '" + network_.name + "'",
        fmt::format("needs {} cores, the chip has {}: {}", result_.pieces.size(), cores_, reason),
        fmt::format("take a larger mesh (chip.mesh.width, chip.mesh.height){}, or a smaller "
                    "network; small populations can share cores with mapping.share_cores: true",
                    runs_[largest].size() < 2 ? "" : fmt::format(", {}", remedy(why))));
}

void Divider::check_delays() const {
    for (std::size_t p = 0; p < network_.projections.size(); ++p) {
        const std::uint32_t delay = result_.measurement.max_delay[p];
        if (delay > limits_.max_delay) {
            throw ConfigError("projection '" + network_.projections[p].name + "'",
                              fmt::format("needs a delay of {} timesteps beyond the first, a core "
                                          "has {}",
                                          delay, limits_.max_delay),
                              "use a longer timestep, or raise core.max_delay");
        }
    }
}

void Divider::throw_does_not_fit(PopulationId p, Resource shortage) const {
    std::string who;
    std::uint64_t need = 0;
    bool one_neuron = false;
    // Of what is too large the largest, so that a limit raised to it is enough.
    for (std::size_t i = 0; i < result_.pieces.size(); ++i) {
        const Piece& piece = result_.pieces[i];
        const std::uint64_t needed =
            use_of(core_use(piece, result_.measurement.pieces[i]), shortage);
        if (piece.population == p && needed > need) {
            need = needed;
            one_neuron = piece.size() == 1 || shortage == Resource::fan_in;
            who = piece.size() == 1
                      ? fmt::format("neuron {} alone needs", neuron(p, piece.begin))
                      : fmt::format("neurons {} to {} need", piece.begin, piece.end - 1);
        }
    }
    const auto& axons = result_.measurement.output_axons[p.value];
    const auto most = std::max_element(axons.begin(), axons.end());
    if (shortage == Resource::output_axons && *most > limits_.output_axons) {
        need = *most;
        one_neuron = true;
        who = fmt::format("neuron {} alone needs", most - axons.begin());
    }
    std::string hint = remedy(shortage);
    if (one_neuron && shortage == Resource::output_axons) {
        hint += target_limits(p);
    } else if (one_neuron) {
        hint += ", or prune the neuron's inputs";
    } else if (spread()) {
        hint += "; or raise mapping.cores, or set it to 0 for as few as the limits allow";
    }
    throw ConfigError(place(network_, p),
                      fmt::format("{} {}, a core has {}", who, amount(shortage, need),
                                  amount(shortage, limit_of(limits_, shortage))),
                      hint);
}

// What else gives a neuron of `p` fewer targets: the limits that cut the populations it reaches.
std::string Divider::target_limits(PopulationId p) const {
    if (spread()) {
        return ", or lower mapping.cores, so that its targets lie on fewer cores";
    }
    std::array<std::uint32_t, kResources> cuts{};
    for (const QuantizedProjection& q : network_.projections) {
        for (std::size_t r = 0; q.source == p && r < kResources; ++r) {
            cuts[r] += forced_by_[q.target.value][r];
        }
    }
    std::string keys;
    for (std::size_t r = 0; r < kResources; ++r) {
        if (cuts[r] > 0) {
            keys += (keys.empty() ? "" : ", ") + std::string(limit_key(static_cast<Resource>(r)));
        }
    }
    return keys.empty()
               ? ", or let it project onto fewer populations"
               : ", or the limits that spread its targets over so many cores (" + keys + ")";
}

// Cuts what is over a limit. True: something changed, so measure again.
bool Divider::mend() {
    bool changed = false;
    std::vector<std::vector<Run>> runs(runs_.size());
    for (std::size_t i = 0; i < result_.pieces.size(); ++i) {
        const Piece& piece = result_.pieces[i];
        const CoreUse use = core_use(piece, result_.measurement.pieces[i]);
        Resource shortage{};
        if (!exceeds(use, limits_, shortage)) {
            runs[piece.population.value].push_back({piece.begin, piece.end, shortage});
            continue;
        }
        changed = true;
        if (without_metis_.contains(piece.population.value)) {
            // Replaced below, once for all its pieces.
            continue;
        }
        if (spread() || piece.size() == 1) {
            throw_does_not_fit(piece.population, shortage);
        }
        cut(piece, shortage, runs[piece.population.value]);
    }
    for (auto it = without_metis_.begin(); it != without_metis_.end();) {
        std::uint32_t covered = 0;
        for (const Run& run : runs[it->first]) {
            covered += run.end - run.begin;
        }
        if (covered == network_.populations[it->first].size) {
            ++it;
            continue;
        }
        result_.notes.push_back(place(network_, PopulationId{it->first}) +
                                ": a METIS part breaks a core's limits; contiguous runs instead");
        result_.order[it->first].clear();
        runs[it->first] = std::move(it->second);
        it = without_metis_.erase(it);
    }
    runs_ = std::move(runs);
    return changed;
}

void Divider::cut(const Piece& piece, Resource shortage, std::vector<Run>& out) {
    // Output axons are known per neuron; for anything else, halves.
    const auto& axons = result_.measurement.output_axons[piece.population.value];
    std::uint64_t sum = 0;
    std::uint32_t begin = piece.begin;
    const std::uint32_t half = piece.begin + piece.size() / 2;
    for (std::uint32_t k = piece.begin; k < piece.end; ++k) {
        const std::uint32_t needed = axons[neuron(piece.population, k)];
        const bool over =
            shortage == Resource::output_axons ? sum + needed > limits_.output_axons : k == half;
        if (over && k > begin) {
            out.push_back({begin, k, shortage});
            ++forced_by_[piece.population.value][static_cast<std::size_t>(shortage)];
            begin = k;
            sum = 0;
        }
        sum += needed;
        if (needed > limits_.output_axons) {
            throw_does_not_fit(piece.population, Resource::output_axons);
        }
    }
    out.push_back({begin, piece.end, shortage});
}

}  // namespace

Division divide(const QuantizedNetwork& network, const CoreLimits& limits, std::uint32_t cores,
                const MappingOptions& options) {
    return Divider(network, limits, cores, options).run();
}

}  // namespace cortile
