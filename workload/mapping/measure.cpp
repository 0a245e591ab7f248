// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/measure.h"

#include <algorithm>
#include <utility>

#include "workload/mapping/axon_groups.h"

namespace cortile {

namespace {

// Rows of one projection into one piece: how many there are of each length. Rows shared by shift
// are kept by hash until all have been seen.
struct RowCounts {
    std::vector<std::uint32_t> indexed, dense;  // by number of synapses
    struct Shared {
        std::uint64_t hash;
        std::uint32_t synapses;
        bool dense;
        bool operator<(const Shared& o) const { return hash < o.hash; }
        bool operator==(const Shared& o) const { return hash == o.hash; }
    };
    std::vector<Shared> shared;

    void add(std::uint32_t synapses, bool is_dense) {
        auto& counts = is_dense ? dense : indexed;
        if (counts.size() <= synapses) {
            counts.resize(synapses + 1);
        }
        ++counts[synapses];
    }
    void fold_shared() {
        std::sort(shared.begin(), shared.end());
        shared.erase(std::unique(shared.begin(), shared.end()), shared.end());
        for (const Shared& row : shared) {
            add(row.synapses, row.dense);
        }
        shared = {};
    }
};

struct Place {
    std::uint32_t piece = 0, local = 0;
};

class Measurer {
  public:
    Measurer(const QuantizedNetwork& network, const CoreLimits& limits,
             std::span<const Piece> pieces, const std::vector<std::vector<std::uint32_t>>& order);

    Measurement run();

  private:
    bool permuted(PopulationId p) const {
        return p.value < order_.size() && !order_[p.value].empty();
    }
    std::uint32_t neuron(PopulationId p, std::uint32_t position) const {
        return permuted(p) ? order_[p.value][position] : position;
    }
    void sources(std::uint32_t from, const Piece& piece);
    void row(std::size_t projection, std::uint32_t source);
    void segment(std::size_t projection, std::uint32_t source, std::size_t begin, std::size_t end);
    void flush_packets(std::uint32_t from);
    void finish();

    const QuantizedNetwork& network_;
    const CoreLimits& limits_;
    std::span<const Piece> pieces_;
    const std::vector<std::vector<std::uint32_t>>& order_;

    Measurement result_;
    std::vector<std::vector<Place>> places_;          // per population and neuron
    std::vector<std::vector<std::uint32_t>> fan_in_;  // per population and neuron
    std::vector<std::uint32_t> first_piece_;          // per population, and one more
    std::vector<std::vector<RowCounts>> counts_;      // per projection and piece of its target
    std::vector<AxonGroups> groups_;                  // per projection
    // Of projections with population axons, per piece of the target and group: has it been counted?
    std::vector<std::vector<bool>> seen_;
    std::vector<std::vector<std::size_t>> outgoing_;  // per population
    std::vector<std::uint32_t> packets_;              // of the present source piece, per piece
    std::vector<std::uint32_t> reached_;              // pieces with packets_ > 0

    std::vector<Connection> scratch_;
    std::vector<QuantizedConnection> row_;
    struct Synapse {
        Place place;
        std::uint32_t content;
    };
    std::vector<Synapse> placed_;  // row_ in the order of (piece, local, delay)
};

Measurer::Measurer(const QuantizedNetwork& network, const CoreLimits& limits,
                   std::span<const Piece> pieces,
                   const std::vector<std::vector<std::uint32_t>>& order)
    : network_(network),
      limits_(limits),
      pieces_(pieces),
      order_(order),
      places_(network.populations.size()),
      fan_in_(network.populations.size()),
      first_piece_(network.populations.size() + 1),
      outgoing_(network.populations.size()),
      packets_(pieces.size()) {
    result_.pieces.resize(pieces.size());
    result_.output_axons.resize(network.populations.size());
    result_.max_delay.resize(network.projections.size());
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        if (!network.populations[p].is_input) {
            places_[p].resize(network.populations[p].size);
            fan_in_[p].resize(network.populations[p].size);
            result_.output_axons[p].resize(network.populations[p].size);
        }
    }
    for (std::uint32_t i = 0; i < pieces.size(); ++i) {
        const Piece& piece = pieces[i];
        ++first_piece_[piece.population.value + 1];
        for (std::uint32_t k = piece.begin; k < piece.end; ++k) {
            places_[piece.population.value][neuron(piece.population, k)] = {i, k - piece.begin};
        }
    }
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        first_piece_[p + 1] += first_piece_[p];
    }
    for (std::size_t p = 0; p < network.projections.size(); ++p) {
        const QuantizedProjection& projection = network.projections[p];
        outgoing_[projection.source.value].push_back(p);
        const std::size_t target = projection.target.value;
        const std::uint32_t target_pieces = first_piece_[target + 1] - first_piece_[target];
        counts_.emplace_back(target_pieces);
        groups_.emplace_back(projection);
        seen_.emplace_back(
            projection.axon_atoms > 1 ? std::size_t{target_pieces} * groups_.back().count() : 0);
    }
}

Measurement Measurer::run() {
    for (std::uint32_t i = 0; i < pieces_.size(); ++i) {
        sources(i, pieces_[i]);
    }
    auto from = static_cast<std::uint32_t>(pieces_.size());
    for (std::uint32_t p = 0; p < network_.populations.size(); ++p) {
        if (network_.populations[p].is_input) {
            sources(from++, {PopulationId{p}, 0, network_.populations[p].size});
        }
    }
    finish();
    return std::move(result_);
}

void Measurer::sources(std::uint32_t from, const Piece& piece) {
    for (const std::size_t projection : outgoing_[piece.population.value]) {
        for (std::uint32_t k = piece.begin; k < piece.end; ++k) {
            row(projection, neuron(piece.population, k));
        }
    }
    flush_packets(from);
}

void Measurer::row(std::size_t projection, std::uint32_t source) {
    const QuantizedProjection& p = network_.projections[projection];
    p.row(source, scratch_, row_);
    const std::vector<Place>& places = places_[p.target.value];
    std::vector<std::uint32_t>& fan_in = fan_in_[p.target.value];
    std::uint32_t max_delay = 0;
    placed_.clear();
    for (const QuantizedConnection& c : row_) {
        placed_.push_back({places[c.target], synapse_content(c.weight, c.delay)});
        ++fan_in[c.target];
        max_delay = std::max<std::uint32_t>(max_delay, c.delay);
    }
    result_.max_delay[projection] = std::max(result_.max_delay[projection], max_delay);
    if (permuted(p.target)) {
        // Rows ascend in (target, delay); stable sorting keeps the delays of a target in order.
        std::stable_sort(placed_.begin(), placed_.end(), [](const Synapse& a, const Synapse& b) {
            return std::pair(a.place.piece, a.place.local) <
                   std::pair(b.place.piece, b.place.local);
        });
    }
    std::uint32_t segments = 0;
    for (std::size_t begin = 0; begin < placed_.size(); ++segments) {
        std::size_t end = begin + 1;
        while (end < placed_.size() && placed_[end].place.piece == placed_[begin].place.piece) {
            ++end;
        }
        segment(projection, source, begin, end);
        begin = end;
    }
    if (!network_[p.source].is_input) {
        result_.output_axons[p.source.value][source] += segments * output_axons_of(p, limits_);
    }
}

void Measurer::segment(std::size_t projection, std::uint32_t source, std::size_t begin,
                       std::size_t end) {
    const QuantizedProjection& p = network_.projections[projection];
    const std::uint32_t piece = placed_[begin].place.piece;
    const auto synapses = static_cast<std::uint32_t>(end - begin);
    PieceUse& use = result_.pieces[piece];
    const std::uint32_t ordinal = piece - first_piece_[p.target.value];
    if (p.axon_atoms == 1) {
        use.input_axons += p.plastic ? 2 : 1;  // learning axons take two slots (nengo-loihi)
    } else {
        const AxonGroups& groups = groups_[projection];
        auto seen = seen_[projection].begin() +
                    static_cast<std::ptrdiff_t>(std::size_t{ordinal} * groups.count() +
                                                groups.group_of(source));
        use.input_axons += *seen ? 0 : 1;
        *seen = true;
    }
    use.synapses += synapses;
    if (packets_[piece]++ == 0) {
        reached_.push_back(piece);
    }
    const std::uint32_t first = placed_[begin].place.local;
    bool dense = !limits_.packing.stores_index;
    for (std::size_t i = begin; dense && i < end; ++i) {
        dense = placed_[i].place.local - first == i - begin;
    }
    RowCounts& counts = counts_[projection][ordinal];
    if (!limits_.shares_rows || p.plastic || !p.connectivity->repeats_rows()) {
        counts.add(synapses, dense);
        return;
    }
    std::uint64_t hash = 0;
    for (std::size_t i = begin; i < end; ++i) {
        hash = hash_step(hash, placed_[i].place.local - first, placed_[i].content);
    }
    counts.shared.push_back({hash, synapses, dense});
}

void Measurer::flush_packets(std::uint32_t from) {
    std::sort(reached_.begin(), reached_.end());
    for (const std::uint32_t piece : reached_) {
        result_.traffic.push_back({from, piece, packets_[piece]});
        packets_[piece] = 0;
    }
    reached_.clear();
}

void Measurer::finish() {
    for (std::size_t p = 0; p < network_.projections.size(); ++p) {
        const QuantizedProjection& projection = network_.projections[p];
        const std::uint32_t payload =
            std::uint32_t{projection.weight_bits} + projection.delay_bits + projection.tag_bits;
        for (std::size_t i = 0; i < counts_[p].size(); ++i) {
            PieceUse& use = result_.pieces[first_piece_[projection.target.value] + i];
            RowCounts& counts = counts_[p][i];
            counts.fold_shared();
            const auto account = [&](const std::vector<std::uint32_t>& lengths, bool dense) {
                for (std::size_t k = 1; k < lengths.size(); ++k) {
                    if (lengths[k] == 0) {
                        continue;
                    }
                    use.stored_synapses += lengths[k] * k;
                    for (std::size_t c = 0; c < kIndexWidths.size(); ++c) {
                        use.synapse_bits[c] +=
                            lengths[k] * packed_row_bits(limits_.packing, k, payload,
                                                         dense ? 0 : kIndexWidths[c]);
                    }
                }
            };
            account(counts.indexed, false);
            account(counts.dense, true);
            counts = {};
        }
    }
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        const Piece& piece = pieces_[i];
        for (std::uint32_t k = piece.begin; k < piece.end; ++k) {
            const std::uint32_t n = neuron(piece.population, k);
            result_.pieces[i].output_axons += result_.output_axons[piece.population.value][n];
            result_.pieces[i].fan_in =
                std::max(result_.pieces[i].fan_in, fan_in_[piece.population.value][n]);
        }
    }
}

}  // namespace

Measurement measure(const QuantizedNetwork& network, const CoreLimits& limits,
                    std::span<const Piece> pieces,
                    const std::vector<std::vector<std::uint32_t>>& order) {
    return Measurer(network, limits, pieces, order).run();
}

}  // namespace cortile
