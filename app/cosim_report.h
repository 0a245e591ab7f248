// SPDX-License-Identifier: Apache-2.0
// What `cortile cosim` prints.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cores/datapath/conformance.h"
#include "rtl/verilated/datapath_description.h"

namespace cortile {

// The checks with their outcomes, and which values the results took over all of them. `untested`:
// StimulusWatch.
std::string checks_text(const DatapathDescription& description,
                        const std::vector<ConformanceCheck>& checks,
                        const std::vector<std::string>& untested, std::uint64_t seed);

// What a result would be and is, field by field; the operations before it. `expected` and `got`:
// of the last one.
std::string mismatch_text(const DatapathDescription& description, const Disagreement& failure,
                          const Operations& operations, const std::vector<std::int64_t>& expected,
                          const std::vector<std::int64_t>& got);

// Which of Verilator's warnings may explain a mismatch; empty: none of them.
std::string suspicious_warnings(const std::string& warnings);

}  // namespace cortile
