// SPDX-License-Identifier: Apache-2.0
// Which comparisons of a program had equal sides? Where one never had, > and >= pass alike.
#pragma once

#include <string>
#include <vector>

#include "cores/datapath/equations/equations_datapath.h"
#include "cores/datapath/semantics.h"

namespace cortile {

class ComparisonWatch final : public StimulusWatch {
  public:
    explicit ComparisonWatch(EquationsDatapath& datapath);  // is kept

    void see(std::span<const std::int64_t> rows) override;
    // "line 5: spike = v >= 100", once for a comparison in a loop, whichever pass had equal sides.
    std::vector<std::string> untested() const override;

  private:
    EquationsDatapath& datapath_;
    std::vector<std::uint32_t> pending_;  // boundaries
};

}  // namespace cortile
