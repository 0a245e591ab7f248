// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/balance.h"

#include <algorithm>
#include <set>
#include <utility>

#include "workload/mapping/core_groups.h"

namespace cortile {

namespace {

// Each round measures the network once; what still breaks a limit after them stays as it was.
constexpr int kRounds = 4;

using Pieces = std::vector<Piece>;

// The coarsest unit at whose multiples all pieces begin.
std::uint32_t grain_of(const Pieces& pieces, const std::vector<std::uint32_t>& grains) {
    for (const std::uint32_t grain : grains) {
        if (std::all_of(pieces.begin(), pieces.end(),
                        [&](const Piece& piece) { return piece.begin % grain == 0; })) {
            return grain;
        }
    }
    return 1;
}

Pieces evened(const Pieces& pieces, std::uint32_t grain) {
    const std::uint32_t size = pieces.back().end;
    const std::uint64_t units = (size + grain - 1) / grain;
    Pieces result;
    for (std::uint64_t i = 0; i < pieces.size(); ++i) {
        const auto begin = static_cast<std::uint32_t>(units * i / pieces.size()) * grain;
        const auto end = static_cast<std::uint32_t>(units * (i + 1) / pieces.size()) * grain;
        result.push_back({pieces[0].population, begin, std::min(end, size)});
    }
    return result;
}

bool same(const Pieces& a, const Pieces& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Piece& x, const Piece& y) { return x.end == y.end; });
}

// Populations with a piece that breaks a limit.
std::set<std::uint32_t> over_limit(const Division& division, const CoreLimits& limits) {
    std::set<std::uint32_t> result;
    for (std::size_t i = 0; i < division.pieces.size(); ++i) {
        const CoreUse use = core_use(division.pieces[i], division.measurement.pieces[i]);
        Resource shortage{};
        if (exceeds(use, limits, shortage)) {
            result.insert(division.pieces[i].population.value);
        }
    }
    return result;
}

}  // namespace

void balance_runs(const QuantizedNetwork& network, const CoreLimits& limits, bool share_cores,
                  Division& division) {
    std::map<std::uint32_t, Pieces> greedy, even;
    for (const Piece& piece : division.pieces) {
        greedy[piece.population.value].push_back(piece);
    }
    for (const auto& [population, pieces] : greedy) {
        const auto& grains = division.grains[population];
        if (!grains.empty() && pieces.size() > 1) {
            Pieces candidate = evened(pieces, grain_of(pieces, grains));
            if (!same(candidate, pieces)) {
                even[population] = std::move(candidate);
            }
        }
    }
    for (int round = 0; round < kRounds && !even.empty(); ++round) {
        Division balanced;
        balanced.order = division.order;
        for (const auto& [population, pieces] : greedy) {
            const auto it = even.find(population);
            const Pieces& chosen = it == even.end() ? pieces : it->second;
            balanced.pieces.insert(balanced.pieces.end(), chosen.begin(), chosen.end());
        }
        balanced.measurement = measure(network, limits, balanced.pieces, balanced.order);
        const std::set<std::uint32_t> over = over_limit(balanced, limits);
        if (over.empty()) {
            if (!share_cores || group_pieces(balanced, limits, true).size() <=
                                    group_pieces(division, limits, true).size()) {
                division.pieces = std::move(balanced.pieces);
                division.measurement = std::move(balanced.measurement);
            }
            return;
        }
        // A population may break its output axons because its targets were cut elsewhere: then it
        // is not among the candidates, and theirs cannot be told apart.
        std::size_t removed = 0;
        for (const std::uint32_t population : over) {
            removed += even.erase(population);
        }
        if (removed == 0) {
            return;
        }
    }
}

}  // namespace cortile
