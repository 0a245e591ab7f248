// SPDX-License-Identifier: Apache-2.0
// Numbers as text, as numpy.savetxt writes them: a row a line, blanks or commas between numbers,
// comments from # to the end of the line.
#pragma once

#include <string>
#include <string_view>

#include "workload/recording/number_array.h"

namespace cortile {

// No byte is one that text does not have. `bytes`: the head of a file is enough.
bool is_text(std::string_view bytes);

// Shape (rows, columns), also of a single row or column. Throws ConfigError at `place` and line: no
// number, rows of different length, no numbers at all.
NumberArray parse_text_numbers(std::string_view text, const std::string& place);

}  // namespace cortile
