// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "hw_model/report/run_result.h"

namespace cortile::report {

// The bytes of probes.h5 (HDF5): a group per population, in it a dataset per quantity, shape
// (timesteps, neurons), uint8 for spikes and int32 for all else, chunked and deflated. A "/" in a
// population's name makes groups within groups. Equal probes give equal bytes: no object carries a
// time. Throws ContractViolation when a record contradicts itself or another.
std::string probe_file(const std::vector<ProbeRecord>& probes);

}  // namespace cortile::report
