// SPDX-License-Identifier: Apache-2.0
// NumPy's .npy format, versions 1 to 3: https://numpy.org/doc/stable/reference/generated/
// numpy.lib.format.html.
#pragma once

#include <string>
#include <string_view>

#include "workload/recording/number_array.h"

namespace cortile {

bool is_npy(std::string_view bytes);

// `bytes`: a whole file. Booleans, integers and floats of any width and byte order, row-major or
// column-major. Throws ConfigError at `place`.
NumberArray parse_npy(std::string_view bytes, const std::string& place);

}  // namespace cortile
