// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cortile::regress {

// Is `text`, all of it, like `pattern`, in which * stands for any characters and ? for one? All
// others stand for themselves, [ and ] too: names of bits have them.
bool matches_wildcard(std::string_view text, std::string_view pattern);

}  // namespace cortile::regress
