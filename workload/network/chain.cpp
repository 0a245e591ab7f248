// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "hw_model/base/error.h"
#include "workload/network/connectivity.h"

namespace cortile {

namespace {

// One path: weights are multiplied and added in double, so that a chain of maps with exact
// weights (integers, powers of two) stays exact.
struct Path {
    std::uint32_t target;
    std::uint16_t delay;
    double weight;
};

// Where connections go to: those of weight zero only if `zeros`.
struct Row {
    std::vector<Connection>& connections;
    bool zeros;

    void push(std::uint32_t target, double weight, std::uint16_t delay) {
        const auto w = static_cast<float>(weight);
        if (zeros || w != 0.0F) {
            connections.push_back({target, w, delay});
        }
    }
};

// Parallel paths are added in the order in which they were found, in both merges
// below, so that the choice between them cannot change a weight.
void merge_by_sorting(std::vector<Path>& paths, Row& out) {
    std::stable_sort(paths.begin(), paths.end(), [](const Path& a, const Path& b) {
        return std::pair(a.target, a.delay) < std::pair(b.target, b.delay);
    });
    for (std::size_t i = 0; i < paths.size();) {
        const Path& first = paths[i];
        double sum = 0;
        for (; i < paths.size() && paths[i].target == first.target && paths[i].delay == first.delay;
             ++i) {
            sum += paths[i].weight;
        }
        out.push(first.target, sum, first.delay);
    }
}

void merge_by_scattering(const std::vector<Path>& paths, std::uint32_t targets, Row& out) {
    std::vector<double> sums(targets, 0.0);
    for (const Path& p : paths) {
        sums[p.target] += p.weight;
    }
    for (std::uint32_t t = 0; t < targets; ++t) {
        out.push(t, sums[t], paths.front().delay);
    }
}

class ChainConnectivity final : public Connectivity {
  public:
    ChainConnectivity(std::shared_ptr<const Connectivity> first,
                      std::shared_ptr<const Connectivity> second, bool zeros = false)
        : first_(std::move(first)), second_(std::move(second)), zeros_(zeros) {}

    // A matrix between delays and scales: its zeros.
    std::unique_ptr<Connectivity> with_zeros() const override {
        std::shared_ptr<const Connectivity> first = first_->with_zeros();
        std::shared_ptr<const Connectivity> second = second_->with_zeros();
        if (!first && !second) {
            return nullptr;
        }
        return std::make_unique<ChainConnectivity>(first ? first : first_,
                                                   second ? second : second_, true);
    }

    std::uint32_t source_size() const override { return first_->source_size(); }
    std::uint32_t target_size() const override { return second_->target_size(); }
    bool repeats_rows() const override { return first_->repeats_rows() && second_->repeats_rows(); }
    std::uint16_t max_delay() const override {
        return static_cast<std::uint16_t>(first_->max_delay() + second_->max_delay());
    }

    void row(std::uint32_t source, std::vector<Connection>& out) const override {
        std::vector<Connection> middle;
        first_->row(source, middle);
        out.clear();
        if (middle.empty()) {
            return;
        }
        Row result{out, zeros_};
        std::vector<Connection> tail;
        if (middle.size() == 1) {
            second_->row(middle[0].target, tail);
            for (const Connection& c : tail) {
                result.push(c.target, double{middle[0].weight} * c.weight,
                            static_cast<std::uint16_t>(middle[0].delay + c.delay));
            }
            return;
        }
        std::vector<Path> paths;
        bool same_delay = true;
        for (const Connection& m : middle) {
            second_->row(m.target, tail);
            for (const Connection& c : tail) {
                paths.push_back({c.target, static_cast<std::uint16_t>(m.delay + c.delay),
                                 double{m.weight} * c.weight});
                same_delay = same_delay && paths.back().delay == paths.front().delay;
            }
        }
        // Sorting n paths costs about as much as a pass over 8 n sums, which do not tell a path of
        // weight zero from none.
        if (same_delay && !zeros_ && !paths.empty() && paths.size() > target_size() / 8) {
            merge_by_scattering(paths, target_size(), result);
        } else {
            merge_by_sorting(paths, result);
        }
    }

  private:
    std::shared_ptr<const Connectivity> first_, second_;
    bool zeros_;  // are paths of weight zero connections, too?
};

}  // namespace

std::unique_ptr<Connectivity> make_chain(std::shared_ptr<const Connectivity> first,
                                         std::shared_ptr<const Connectivity> second) {
    if (!first || !second || first->target_size() != second->source_size()) {
        throw ContractViolation(fmt::format("make_chain: {} targets meet {} sources",
                                            first ? first->target_size() : 0,
                                            second ? second->source_size() : 0));
    }
    if (std::uint32_t{first->max_delay()} + second->max_delay() > 0xFFFF) {
        throw ContractViolation("make_chain: delays add up to more than 65535 timesteps");
    }
    return std::make_unique<ChainConnectivity>(std::move(first), std::move(second));
}

}  // namespace cortile
