// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace cortile {

// Energy of one transition as a table over the input's transition time and the output's load.
class EnergyTable {
  public:
    // `slews` (s) and `loads` (F) ascend; an axis of no entries is one the energy does not depend
    // on. `joules` is slew-major.
    EnergyTable(std::vector<double> slews, std::vector<double> loads, std::vector<double> joules);

    // Bilinear, and extrapolated beyond the ends, as the tools of the trade do.
    double at(double slew, double load) const;

  private:
    std::vector<double> slews_, loads_, joules_;
};

}  // namespace cortile
