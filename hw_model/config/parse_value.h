// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "hw_model/config/config_entry.h"
#include "hw_model/config/parameters.h"

namespace cortile {

// The value that `entry` gives to `descriptor`, without its citation. Throws ConfigError.
Parameters::Value parse_value(const ParameterDescriptor& descriptor, const ConfigEntry& entry);

// "a time such as \"6.0 ns\"", "one of: state, refractory_marker".
std::string expected_value(const ParameterDescriptor& descriptor);

Grade parse_grade(const std::string& text, const std::string& where);

}  // namespace cortile
