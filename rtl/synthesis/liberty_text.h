// SPDX-License-Identifier: Apache-2.0
// The syntax of a Liberty file (Liberty user guide, vol. 1, "Library file syntax"): nested groups
// with attributes. Nothing here knows what they mean.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cortile {

struct LibertyAttribute {
    std::string name;
    std::vector<std::string> values;  // simple: one; complex: any number. Without quotes.
    int line = 0;
};

struct LibertyGroup {
    std::string type;                    // "cell"
    std::vector<std::string> arguments;  // "NAND2X1"
    std::vector<LibertyAttribute> attributes;
    std::vector<LibertyGroup> groups;
    int line = 0;

    // The attribute of this name, the last one if there are several; null without.
    const LibertyAttribute* attribute(std::string_view name) const;
    // Its only value; empty without.
    std::string text(std::string_view name) const;
    // First argument, empty without.
    std::string name() const { return arguments.empty() ? std::string() : arguments.front(); }
};

// `name` is the place of errors: "name:12". Throws ConfigError where the text is no Liberty file:
// it holds one group `library`.
LibertyGroup parse_liberty(std::string_view text, const std::string& name);

}  // namespace cortile
