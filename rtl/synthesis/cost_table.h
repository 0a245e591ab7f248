// SPDX-License-Identifier: Apache-2.0
// What `cortile synth` found, as YAML and as text.
#pragma once

#include <string>

#include "rtl/synthesis/synthesis.h"

namespace cortile {

// A cost table: section `cost_table` states what was found, each number as {value, source, grade};
// the other sections are keys of a chip with those numbers, which `costs:` lays over a preset
// (docs/how_to/energy_from_rtl.md).
std::string cost_table_yaml(const SynthesisResult& result);

// A page for the terminal.
std::string synthesis_text(const SynthesisResult& result);

}  // namespace cortile
