// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace cortile {

// Of what Verilator printed: its errors without its warnings, each once.
std::string verilator_errors(const std::string& output);
// What to do about those that foreign sources often meet; empty: nothing is known.
std::string verilator_hint(const std::string& output);

}  // namespace cortile
