// SPDX-License-Identifier: Apache-2.0
#include "workload/network/connectivity.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

void require(bool condition, const char* message) {
    if (!condition) {
        throw ContractViolation(message);
    }
}

class SparseConnectivity : public Connectivity {
  public:
    SparseConnectivity(std::uint32_t targets, std::vector<std::uint64_t> row_begin,
                       std::vector<Connection> connections)
        : targets_(targets),
          row_begin_(std::move(row_begin)),
          connections_(std::move(connections)) {
        for (const Connection& c : connections_) {
            max_delay_ = std::max(max_delay_, c.delay);
        }
    }

    std::uint32_t source_size() const override {
        return static_cast<std::uint32_t>(row_begin_.size() - 1);
    }
    std::uint32_t target_size() const override { return targets_; }
    std::uint16_t max_delay() const override { return max_delay_; }

    void row(std::uint32_t source, std::vector<Connection>& out) const override {
        require(source < source_size(), "SparseConnectivity: source out of range");
        const auto begin = static_cast<std::ptrdiff_t>(row_begin_[source]);
        const auto end = static_cast<std::ptrdiff_t>(row_begin_[source + 1]);
        out.assign(connections_.begin() + begin, connections_.begin() + end);
    }

  private:
    std::uint32_t targets_;
    std::vector<std::uint64_t> row_begin_;
    std::vector<Connection> connections_;
    std::uint16_t max_delay_ = 0;
};

// Weights by source, so that a row is one contiguous read.
class DenseConnectivity final : public Connectivity {
  public:
    DenseConnectivity(std::uint32_t targets, std::uint32_t sources, std::vector<float> by_source,
                      bool zeros = false)
        : targets_(targets), sources_(sources), by_source_(std::move(by_source)), zeros_(zeros) {}

    std::unique_ptr<Connectivity> with_zeros() const override {
        return std::make_unique<DenseConnectivity>(targets_, sources_, by_source_, true);
    }

    std::uint32_t source_size() const override { return sources_; }
    std::uint32_t target_size() const override { return targets_; }
    std::uint16_t max_delay() const override { return 0; }

    void row(std::uint32_t source, std::vector<Connection>& out) const override {
        require(source < sources_, "DenseConnectivity: source out of range");
        const float* weight = by_source_.data() + std::size_t{source} * targets_;
        out.resize(targets_);
        std::size_t used = 0;
        for (std::uint32_t t = 0; t < targets_; ++t) {
            out[used] = {t, weight[t], 0};
            used += zeros_ || weight[t] != 0.0F ? 1 : 0;
        }
        out.resize(used);
    }

  private:
    std::uint32_t targets_, sources_;
    std::vector<float> by_source_;
    bool zeros_;  // are zero weights connections, too?
};

// A matrix that is stored as compressed rows since most of it is zero.
class MostlyZeroMatrix final : public SparseConnectivity {
  public:
    using SparseConnectivity::SparseConnectivity;

    std::unique_ptr<Connectivity> with_zeros() const override {
        std::vector<float> by_source(std::size_t{source_size()} * target_size());
        std::vector<Connection> connections;
        for (std::uint32_t s = 0; s < source_size(); ++s) {
            row(s, connections);
            for (const Connection& c : connections) {
                by_source[std::size_t{s} * target_size() + c.target] = c.weight;
            }
        }
        return std::make_unique<DenseConnectivity>(target_size(), source_size(),
                                                   std::move(by_source), true);
    }
};

class ElementwiseConnectivity final : public Connectivity {
  public:
    ElementwiseConnectivity(std::uint32_t size, std::vector<float> scale,
                            std::vector<std::uint16_t> delay)
        : size_(size), scale_(std::move(scale)), delay_(std::move(delay)) {}

    std::uint32_t source_size() const override { return size_; }
    std::uint32_t target_size() const override { return size_; }
    bool repeats_rows() const override { return scale_.size() == 1 && delay_.size() == 1; }
    std::uint16_t max_delay() const override {
        return *std::max_element(delay_.begin(), delay_.end());
    }

    void row(std::uint32_t source, std::vector<Connection>& out) const override {
        require(source < size_, "ElementwiseConnectivity: source out of range");
        out.clear();
        const float weight = scale_[scale_.size() == 1 ? 0 : source];
        if (weight != 0.0F) {
            out.push_back({source, weight, delay_[delay_.size() == 1 ? 0 : source]});
        }
    }

  private:
    std::uint32_t size_;
    std::vector<float> scale_;
    std::vector<std::uint16_t> delay_;
};

// A stored Connection takes three times the memory of a bare weight.
constexpr std::size_t kSparseCost = 3;

std::unique_ptr<Connectivity> make_sparse_from_matrix(std::uint32_t targets, std::uint32_t sources,
                                                      const std::vector<float>& weight,
                                                      std::size_t non_zero) {
    std::vector<std::uint64_t> row_begin(std::size_t{sources} + 1, 0);
    for (std::size_t t = 0; t < targets; ++t) {
        for (std::size_t s = 0; s < sources; ++s) {
            row_begin[s + 1] += weight[t * sources + s] != 0.0F ? 1 : 0;
        }
    }
    for (std::size_t s = 0; s < sources; ++s) {
        row_begin[s + 1] += row_begin[s];
    }
    std::vector<Connection> connections(non_zero);
    std::vector<std::uint64_t> next(row_begin.begin(), row_begin.end() - 1);
    for (std::uint32_t t = 0; t < targets; ++t) {
        for (std::size_t s = 0; s < sources; ++s) {
            const float w = weight[std::size_t{t} * sources + s];
            if (w != 0.0F) {
                connections[next[s]++] = {t, w, 0};
            }
        }
    }
    return std::make_unique<MostlyZeroMatrix>(targets, std::move(row_begin),
                                              std::move(connections));
}

}  // namespace

std::uint16_t Connectivity::max_delay() const {
    std::uint16_t result = 0;
    std::vector<Connection> connections;
    for (std::uint32_t s = 0; s < source_size(); ++s) {
        row(s, connections);
        for (const Connection& c : connections) {
            result = std::max(result, c.delay);
        }
    }
    return result;
}

std::unique_ptr<Connectivity> make_dense(std::uint32_t targets, std::uint32_t sources,
                                         std::vector<float> weight) {
    if (weight.size() != std::size_t{targets} * sources) {
        throw ContractViolation(fmt::format("make_dense: {} weights for {} targets x {} sources",
                                            weight.size(), targets, sources));
    }
    const auto zeros = static_cast<std::size_t>(std::count(weight.begin(), weight.end(), 0.0F));
    const std::size_t non_zero = weight.size() - zeros;
    if (non_zero * kSparseCost < weight.size()) {
        return make_sparse_from_matrix(targets, sources, weight, non_zero);
    }
    std::vector<float> by_source(weight.size());
    // Tiles keep both the read and the write side within the first-level cache.
    constexpr std::size_t kTile = 32;
    for (std::size_t t0 = 0; t0 < targets; t0 += kTile) {
        const std::size_t t1 = std::min<std::size_t>(t0 + kTile, targets);
        for (std::size_t s0 = 0; s0 < sources; s0 += kTile) {
            const std::size_t s1 = std::min<std::size_t>(s0 + kTile, sources);
            for (std::size_t t = t0; t < t1; ++t) {
                for (std::size_t s = s0; s < s1; ++s) {
                    by_source[s * targets + t] = weight[t * sources + s];
                }
            }
        }
    }
    return std::make_unique<DenseConnectivity>(targets, sources, std::move(by_source));
}

std::unique_ptr<Connectivity> make_sparse(std::uint32_t targets,
                                          std::vector<std::uint64_t> row_begin,
                                          std::vector<Connection> connections) {
    require(!row_begin.empty() && row_begin.front() == 0 && row_begin.back() == connections.size(),
            "make_sparse: row_begin must start at 0 and end at the number of connections");
    require(std::is_sorted(row_begin.begin(), row_begin.end()),
            "make_sparse: row_begin must not decrease");
    for (std::size_t s = 0; s + 1 < row_begin.size(); ++s) {
        for (std::uint64_t i = row_begin[s]; i < row_begin[s + 1]; ++i) {
            const Connection& c = connections[i];
            require(c.target < targets, "make_sparse: target out of range");
            require(c.weight != 0.0F, "make_sparse: a connection of weight 0");
            if (i > row_begin[s]) {
                const Connection& p = connections[i - 1];
                require(std::pair(p.target, p.delay) < std::pair(c.target, c.delay),
                        "make_sparse: row not ascending in (target, delay)");
            }
        }
    }
    return std::make_unique<SparseConnectivity>(targets, std::move(row_begin),
                                                std::move(connections));
}

std::unique_ptr<Connectivity> make_elementwise(std::uint32_t size, std::vector<float> scale,
                                               std::vector<std::uint16_t> delay) {
    require(scale.size() == 1 || scale.size() == size, "make_elementwise: scale has a wrong size");
    require(delay.size() == 1 || delay.size() == size, "make_elementwise: delay has a wrong size");
    return std::make_unique<ElementwiseConnectivity>(size, std::move(scale), std::move(delay));
}

}  // namespace cortile
