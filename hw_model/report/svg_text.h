// SPDX-License-Identifier: Apache-2.0
// What our pictures have in common. Units are pixels, the origin is at the top left.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cortile::report {

// Head of a picture with a white ground and one font; ends without its closing tag.
std::string svg_head(double width, double height);
// `anchor`: start, middle or end.
std::string svg_text(double x, double y, std::string_view text, std::string_view anchor = "start",
                     double size = 12, std::string_view more = "");

// Round numbers (1, 2 or 5 times a power of ten apart) from 0 to `most` at least, about `count`.
std::vector<double> round_ticks(double most, unsigned count);

}  // namespace cortile::report
