// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "workload/network/connectivity.h"

namespace cortile {

// Another connectivity with each weight multiplied by a factor of its target.
class TargetScaled : public Connectivity {
  public:
    TargetScaled(std::shared_ptr<const Connectivity> inner, std::vector<double> factor,
                 bool zeros = false)
        : inner_(std::move(inner)), factor_(std::move(factor)), zeros_(zeros) {}

    std::uint32_t source_size() const override { return inner_->source_size(); }
    std::uint32_t target_size() const override { return inner_->target_size(); }
    void row(std::uint32_t source, std::vector<Connection>& out) const override {
        inner_->row(source, out);
        for (Connection& c : out) {
            c.weight = static_cast<float>(c.weight * factor_[factor_.size() == 1 ? 0 : c.target]);
        }
        if (!zeros_) {
            std::erase_if(out, [](const Connection& c) { return c.weight == 0; });
        }
    }
    bool repeats_rows() const override { return factor_.size() == 1 && inner_->repeats_rows(); }
    std::uint32_t source_channels() const override { return inner_->source_channels(); }
    std::unique_ptr<Connectivity> with_zeros() const override {
        std::shared_ptr<const Connectivity> whole = inner_->with_zeros();
        return whole ? std::make_unique<TargetScaled>(std::move(whole), factor_, true) : nullptr;
    }

  private:
    std::shared_ptr<const Connectivity> inner_;
    std::vector<double> factor_;
    bool zeros_;  // are zero weights connections, too?
};

}  // namespace cortile
