// SPDX-License-Identifier: Apache-2.0
#include "workload/compile/compile.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// Accumulator planes of one core. Sums with one non-negative exponent may share a plane, since a
// shift to the left distributes over a sum; a shift to the right rounds and a wrap cuts, so that
// each projection with either has its own.
class PlanePlan {
  public:
    void want(std::uint32_t id, const QuantizedProjection& projection) {
        if (find(id, projection) == planes_.size()) {
            planes_.push_back(plane_of(projection));
            owner_.push_back(id);
        }
    }
    std::uint8_t plane(std::uint32_t id, const QuantizedProjection& projection) const {
        const std::size_t found = find(id, projection);
        if (found == planes_.size()) {
            throw ContractViolation("compile: accumulator plane was not planned");
        }
        return static_cast<std::uint8_t>(found);
    }
    std::vector<Plane> planes() const {
        return planes_.empty() ? std::vector<Plane>{Plane{}} : planes_;
    }

  private:
    static Plane plane_of(const QuantizedProjection& projection) {
        return {static_cast<std::int8_t>(projection.weight_exponent), projection.wrap_bits,
                projection.channel};
    }
    std::size_t find(std::uint32_t id, const QuantizedProjection& projection) const {
        const Plane wanted = plane_of(projection);
        const bool shared = wanted.exponent >= 0 && wanted.wrap_bits == 0;
        for (std::size_t i = 0; i < planes_.size(); ++i) {
            if (planes_[i] == wanted && (shared || owner_[i] == id)) {
                return i;
            }
        }
        return planes_.size();
    }

    std::vector<Plane> planes_;
    std::vector<std::uint32_t> owner_;
};

// Rows already stored on a core, found again by content.
using RowIndex = std::unordered_multimap<std::uint64_t, std::uint32_t>;

struct CorePlan {
    std::uint64_t words = 0, axons = 0;
    bool shared = false, takes_values = false;
    PlanePlan planes;
};

template <typename Raw>
std::uint64_t hash_words(const std::vector<Raw>& words) {
    std::uint64_t hash = words.size();
    for (const Raw word : words) {
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 29;
    }
    return hash;
}

// What differs between formats of synapses. An entry is a synapse on its way to a core; entries
// order by core, neuron and delay.
struct IntegerFormat {
    using Memory = SynapseMemory;
    using Word = SynapseWord;
    using Entry = std::uint64_t;  // core << 32 | packed word

    static Entry entry(const NeuronPlace& place, const QuantizedConnection& connection) {
        return std::uint64_t{place.core} << 32 |
               Word::pack(place.local, connection.delay, connection.weight);
    }
    static std::uint32_t core(Entry entry) { return static_cast<std::uint32_t>(entry >> 32); }
    static std::uint32_t word(Entry entry) { return static_cast<std::uint32_t>(entry); }
    // Not by the weight, which is below neuron and delay.
    static bool by_place(Entry a, Entry b) { return (a >> 10) < (b >> 10); }

    static std::uint32_t largest(std::uint32_t word) {
        return Word::with_weight(word, Word::kMinWeight);
    }
    static std::int64_t bound(std::uint32_t word, std::int32_t exponent) {
        const std::int64_t magnitude = std::abs(Word::weight(word));
        return exponent >= 0 ? magnitude << exponent : (magnitude >> -exponent) + 1;
    }
};

struct RealFormat {
    using Memory = RealSynapseMemory;
    using Word = RealSynapseWord;
    struct Entry {
        std::uint32_t core = 0;
        std::uint64_t word = 0;
    };

    static Entry entry(const NeuronPlace& place, const Connection& connection, double scale) {
        return {place.core, Word::pack(place.local, connection.delay,
                                       static_cast<float>(connection.weight * scale))};
    }
    static std::uint32_t core(const Entry& entry) { return entry.core; }
    static std::uint64_t word(const Entry& entry) { return entry.word; }
    static bool by_place(const Entry& a, const Entry& b) {
        return std::pair(a.core, a.word >> 42) < std::pair(b.core, b.word >> 42);
    }

    static std::uint64_t largest(std::uint64_t word) { return word; }
    static std::int64_t bound(std::uint64_t, std::int32_t) { return 0; }
};

template <typename Format>
class Compiler {
  public:
    Compiler(const QuantizedNetwork& network, const Mapping& mapping, const NeuronPlaces& places,
             const Topology& topology, const CoreLimits& limits)
        : network_(network),
          mapping_(mapping),
          places_(places),
          host_(topology.cores()),
          shares_rows_(limits.shares_rows),
          plans_(topology.cores()),
          rows_(topology.cores()),
          first_neuron_(topology.cores() + 2) {
        program_.cores.resize(topology.cores());
    }

    ChipProgram run() {
        lay_out_neurons();
        for (std::uint32_t p = 0; p < network_.projections.size(); ++p) {
            count(p);
        }
        allocate();
        for (std::uint32_t p = 0; p < network_.projections.size(); ++p) {
            fill(p);
        }
        finish();
        return std::move(program_);
    }

  private:
    using Memory = typename Format::Memory;
    using Word = typename Format::Word;
    using Raw = typename Word::Raw;
    using Entry = typename Format::Entry;

    void lay_out_neurons() {
        for (const Slice& slice : mapping_.slices) {
            CoreProgram& core = program_.cores[slice.core.value];
            core.neurons = std::max(core.neurons, slice.offset + slice.end - slice.begin);
        }
        // What dies early and what lives long is not allocated in turns: small holes between living
        // blocks would stay in memory.
        for (const Slice& slice : mapping_.slices) {
            for (const auto& parameter : network_[slice.population].parameters) {
                program_.cores[slice.core.value].parameters[parameter.first];
            }
        }
        for (std::size_t c = 0; c < program_.cores.size(); ++c) {
            program_.cores[c].spikes.resize(program_.cores[c].neurons);
            first_neuron_[c + 1] = first_neuron_[c] + program_.cores[c].neurons;
        }
        first_neuron_[host_ + 1] = first_neuron_[host_] + places_.host_inputs();
        destinations_.resize(first_neuron_.back());
        largest_.resize(first_neuron_.back());
        for (const Slice& slice : mapping_.slices) {
            load_parameters(slice);
        }
    }

    template <typename T>
    std::span<T> neurons_of(std::vector<T>& of_all, std::uint32_t core) const {
        return std::span(of_all).subspan(first_neuron_[core],
                                         first_neuron_[core + 1] - first_neuron_[core]);
    }

    void load_parameters(const Slice& slice) {
        const QuantizedPopulation& population = network_[slice.population];
        CoreProgram& core = program_.cores[slice.core.value];
        for (const auto& parameter : population.parameters) {
            std::vector<std::int32_t>& column = core.parameters[parameter.first];
            column.resize(core.neurons);
            for_each_neuron(slice, [&](std::uint32_t neuron, std::uint32_t local) {
                column[local] = parameter.second[neuron];
            });
        }
        for (const auto& parameter : population.real_parameters) {
            std::vector<double>& column = core.real_parameters[parameter.first];
            column.resize(core.neurons);
            for_each_neuron(slice, [&](std::uint32_t neuron, std::uint32_t local) {
                column[local] = parameter.second[neuron];
            });
        }
        std::fill_n(core.spikes.begin() + slice.offset, slice.end - slice.begin,
                    static_cast<std::uint8_t>(population.spikes));
    }

    template <typename Body>
    void for_each_neuron(const Slice& slice, Body body) {
        const auto& order = mapping_.order;
        const bool permuted =
            slice.population.value < order.size() && !order[slice.population.value].empty();
        for (std::uint32_t k = slice.begin; k < slice.end; ++k) {
            body(permuted ? order[slice.population.value][k] : k, slice.offset + k - slice.begin);
        }
    }

    // The synapses of one source neuron, grouped by core, each group ascending in (neuron, delay).
    std::span<const Entry> entries(const QuantizedProjection& projection, std::uint32_t source) {
        entries_.clear();
        if constexpr (std::is_same_v<Format, RealFormat>) {
            projection.connectivity->row(source, float_row_);
            for (const Connection& connection : float_row_) {
                entries_.push_back(Format::entry(places_(projection.target, connection.target),
                                                 connection, projection.scale));
            }
        } else {
            projection.row(source, float_row_, row_);
            for (const QuantizedConnection& connection : row_) {
                entries_.push_back(
                    Format::entry(places_(projection.target, connection.target), connection));
            }
        }
        if (!std::is_sorted(entries_.begin(), entries_.end(), Format::by_place)) {
            std::sort(entries_.begin(), entries_.end(), Format::by_place);
        }
        return entries_;
    }

    template <typename Body>
    static void for_each_core(std::span<const Entry> all, Body body) {
        for (std::size_t begin = 0; begin < all.size();) {
            const std::uint32_t core = Format::core(all[begin]);
            std::size_t end = begin + 1;
            while (end < all.size() && Format::core(all[end]) == core) {
                ++end;
            }
            body(core, all.subspan(begin, end - begin));
            begin = end;
        }
    }

    bool shares(const QuantizedProjection& projection) const {
        return shares_rows_ && !projection.plastic && projection.connectivity->repeats_rows();
    }

    void count(std::uint32_t p) {
        const QuantizedProjection& projection = network_.projections[p];
        const bool shared = shares(projection);
        for (std::uint32_t s = 0; s < projection.connectivity->source_size(); ++s) {
            const NeuronPlace from = places_(projection.source, s);
            for_each_core(entries(projection, s),
                          [&](std::uint32_t core, std::span<const Entry> row) {
                              CorePlan& plan = plans_[core];
                              plan.words += row.size();
                              ++plan.axons;
                              plan.shared |= shared;
                              plan.planes.want(p, projection);
                              plan.takes_values |= network_[projection.source].sends_values;
                              ++neurons_of(destinations_, from.core)[from.local];
                          });
        }
    }

    void allocate() {
        for (std::uint32_t c = 0; c < plans_.size(); ++c) {
            const CorePlan& plan = plans_[c];
            const bool indexed = plan.shared || plan.planes.planes().size() > 1 ||
                                 plan.words > SpikePacket::kMaxAddress;
            if (indexed && plan.axons > SpikePacket::kMaxAddress) {
                throw ConfigError("core " + std::to_string(c),
                                  fmt::format("{} input axons; {} can be addressed", plan.axons,
                                              SpikePacket::kMaxAddress),
                                  "spread the network over more cores (mapping.cores)");
            }
            CoreProgram& core = program_.cores[c];
            Memory& memory = core.synapses.emplace<Memory>(plan.planes.planes(), indexed);
            memory.reserve(plan.shared ? 0 : plan.words, indexed ? plan.axons : 0);
            core.takes_values = plan.takes_values;
            core.axons = AxonTable(neurons_of(destinations_, c));
        }
        program_.host_axons = AxonTable(neurons_of(destinations_, host_));
    }

    void fill(std::uint32_t p) {
        const QuantizedProjection& projection = network_.projections[p];
        const bool shared = shares(projection);
        for (std::uint32_t s = 0; s < projection.connectivity->source_size(); ++s) {
            const NeuronPlace from = places_(projection.source, s);
            AxonTable& axons =
                from.core == host_ ? program_.host_axons : program_.cores[from.core].axons;
            for_each_core(entries(projection, s),
                          [&](std::uint32_t core, std::span<const Entry> row) {
                              add_to_bound(core, row, projection);
                              program_.synapses += row.size();
                              const std::uint32_t address = store(core, row, p, projection, shared);
                              axons.add(from.local, SpikePacket::pack(core, address));
                              if (projection.plastic) {
                                  note_plastic(core, p, s, address);
                              }
                          });
        }
    }

    void note_plastic(std::uint32_t core, std::uint32_t projection, std::uint32_t source,
                      std::uint32_t address) {
        const auto& memory = std::get<Memory>(program_.cores[core].synapses);
        const std::uint32_t first = memory.indexed() ? memory.axons()[address].row : address;
        program_.cores[core].plastic.push_back({projection, source, address, first,
                                                network_.projections[projection].sign,
                                                network_.projections[projection].rule_set});
    }

    // A synapse that learns may come to any weight.
    void add_to_bound(std::uint32_t core, std::span<const Entry> row,
                      const QuantizedProjection& projection) {
        const std::span<std::int64_t> largest = neurons_of(largest_, core);
        for (const Entry& entry : row) {
            const Raw word = Format::word(entry);
            largest[Word::neuron(word)] += Format::bound(
                projection.plastic ? Format::largest(word) : word, projection.weight_exponent);
        }
    }

    // Returns the address that packets to this row carry.
    std::uint32_t store(std::uint32_t core, std::span<const Entry> row, std::uint32_t p,
                        const QuantizedProjection& projection, bool shared) {
        auto& memory = std::get<Memory>(program_.cores[core].synapses);
        const std::uint32_t base = shared ? Word::neuron(Format::word(row[0])) : 0;
        words_.clear();
        for (const Entry& entry : row) {
            words_.push_back(Format::word(entry) - (Raw{base} << Word::kNeuronShift));
        }
        const std::uint32_t first = shared ? find_or_add(core, memory) : memory.add_row(words_);
        if (!memory.indexed()) {
            return first;
        }
        return memory.add_axon(
            {first, static_cast<std::uint16_t>(base), plans_[core].planes.plane(p, projection)});
    }

    std::uint32_t find_or_add(std::uint32_t core, Memory& memory) {
        const std::uint64_t hash = hash_words(words_);
        const auto [begin, end] = rows_[core].equal_range(hash);
        for (auto it = begin; it != end; ++it) {
            if (equals_stored(memory, it->second)) {
                return it->second;
            }
        }
        const std::uint32_t first = memory.add_row(words_);
        rows_[core].emplace(hash, first);
        return first;
    }

    bool equals_stored(const Memory& memory, std::uint32_t first) const {
        const std::vector<Raw>& stored = memory.words();
        if (stored.size() - first < words_.size()) {
            return false;
        }
        for (std::size_t i = 0; i < words_.size(); ++i) {
            const Raw mark = i + 1 == words_.size() ? Word::kLast : 0;
            if (stored[first + i] != (words_[i] | mark)) {
                return false;
            }
        }
        return true;
    }

    void finish() {
        for (std::uint32_t c = 0; c < program_.cores.size(); ++c) {
            CoreProgram& core = program_.cores[c];
            core.axons.finish();
            program_.stored_words += std::get<Memory>(core.synapses).words().size();
            if (core.neurons > 0) {
                core.largest_input = std::ranges::max(neurons_of(largest_, c));
            }
        }
        program_.host_axons.finish();
    }

    const QuantizedNetwork& network_;
    const Mapping& mapping_;
    const NeuronPlaces& places_;
    std::uint32_t host_;
    bool shares_rows_;
    ChipProgram program_;
    std::vector<CorePlan> plans_;
    std::vector<RowIndex> rows_;
    std::vector<std::size_t> first_neuron_;    // per core, then host, then the end: in the next two
    std::vector<std::uint32_t> destinations_;  // how many each neuron has
    std::vector<std::int64_t> largest_;        // bound of a neuron's input
    std::vector<Connection> float_row_;        // scratch
    std::vector<QuantizedConnection> row_;
    std::vector<Entry> entries_;
    std::vector<Raw> words_;
};

}  // namespace

NeuronPlaces::NeuronPlaces(const QuantizedNetwork& network, const Mapping& mapping,
                           std::uint32_t host_port) {
    std::size_t total = 0;
    for (const QuantizedPopulation& population : network.populations) {
        first_.push_back(total);
        total += population.size;
    }
    core_.assign(total, static_cast<std::uint16_t>(host_port));
    local_.assign(total, 0);
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        const QuantizedPopulation& population = network.populations[p];
        for (std::uint32_t n = 0; population.is_input && n < population.size; ++n) {
            local_[first_[p] + n] = host_inputs_++;
        }
    }
    for (const Slice& slice : mapping.slices) {
        const std::uint32_t p = slice.population.value;
        const bool permuted = p < mapping.order.size() && !mapping.order[p].empty();
        for (std::uint32_t k = slice.begin; k < slice.end; ++k) {
            const std::size_t i = first_[p] + (permuted ? mapping.order[p][k] : k);
            core_[i] = static_cast<std::uint16_t>(slice.core.value);
            local_[i] = slice.offset + k - slice.begin;
        }
    }
}

ChipProgram compile(const QuantizedNetwork& network, const Mapping& mapping,
                    const NeuronPlaces& places, const Topology& topology,
                    const CoreLimits& limits) {
    if (network.real) {
        return Compiler<RealFormat>(network, mapping, places, topology, limits).run();
    }
    return Compiler<IntegerFormat>(network, mapping, places, topology, limits).run();
}

}  // namespace cortile
