// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "hw_model/chip/chip_config.h"
#include "noc/engines/faulty_engine.h"
#include "workload/compile/compile.h"

namespace cortile {

// `engine` with the transient faults of `chip`, which has some, for packets of `program`.
// `takes_values`: do its cores look at the values of packets?
std::unique_ptr<FaultyEngine> make_faulty(std::unique_ptr<NocEngine> engine, const ChipConfig& chip,
                                          const ChipProgram& program, bool takes_values);

}  // namespace cortile
