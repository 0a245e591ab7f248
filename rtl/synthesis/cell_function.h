// SPDX-License-Identifier: Apache-2.0
// A Boolean function of few inputs, as Liberty writes it, made a truth table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cortile {

class CellFunction {
  public:
    static constexpr unsigned kMostInputs = 12;

    CellFunction() = default;  // constant 0 of no inputs

    // Liberty's operators, strongest first: ! and ' (postfix), ^, then * & or a space, then + or |;
    // 0 and 1 are constants. `inputs`: the names that may occur; input i is bit i of an argument.
    // Throws ConfigError at `where` for what is no function of them.
    static CellFunction parse(const std::string& text, const std::vector<std::string>& inputs,
                              const std::string& where);

    bool operator()(std::uint32_t arguments) const {
        return (table_[arguments >> 6] >> (arguments & 63u) & 1u) != 0;
    }
    // Can a change of this input change the value?
    bool depends_on(unsigned input) const;

  private:
    std::vector<std::uint64_t> table_ = {0};
    unsigned inputs_ = 0;
};

}  // namespace cortile
