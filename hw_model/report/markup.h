// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cortile::report {

// `text` as content or as a quoted attribute of XML 1.0 and HTML. What XML cannot hold (control
// characters, bytes that are not UTF-8) becomes U+FFFD.
std::string escaped(std::string_view text);

// A path as the target of a link, relative paths as such: "failures/a%20b/wave.fst".
std::string link_target(std::string_view path);

}  // namespace cortile::report
