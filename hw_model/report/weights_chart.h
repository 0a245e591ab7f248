// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "hw_model/report/run_result.h"

namespace cortile::report {

// weights.svg: what the probes w recorded over time. A faint line for each synapse, of many
// synapses for some of them at equal distances, coloured by the neuron that it leads to, or by
// projection where several were recorded; a strong one for the mean. Magnitudes, since the sign of
// what is drawn hardly ever changes. Empty: there is nothing to draw, that is less than two rows.
std::string weights_svg(const RunResult& result);

}  // namespace cortile::report
