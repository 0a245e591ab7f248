// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/error.h"

namespace cortile {

ConfigError::ConfigError(const std::string& where, const std::string& what, const std::string& hint)
    : std::runtime_error(where + ": " + what + (hint.empty() ? "" : "\n  hint: " + hint)),
      where_(where),
      problem_(what),
      hint_(hint) {}

}  // namespace cortile
