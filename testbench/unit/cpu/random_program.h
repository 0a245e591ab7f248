// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw_model/base/random.h"

namespace cortile::test {

// Random programs for lockstep: code from its first address on, data behind it. Loads and stores
// reach data only (through x30 and x31, which nothing else writes), jumps and branches code only.
// CSR instructions use mscratch, which every implementation has alike.
class RandomProgram {
  public:
    static constexpr std::uint32_t kCodeWords = 1024;
    static constexpr std::uint32_t kDataOffset = 0x2000, kDataBytes = 0x2000;
    // Where x30 and x31 point, from the program's first address.
    static constexpr std::uint32_t kPointer30 = kDataOffset + 0x800,
                                   kPointer31 = kDataOffset + 0x1800;

    RandomProgram(std::uint64_t seed, std::uint32_t base);

    const std::vector<std::uint32_t>& code() const { return code_; }
    // Biased to corners: 0, 1, -1, the extremes, small numbers.
    std::uint32_t value();

  private:
    std::uint32_t draw(std::uint32_t below);
    std::uint32_t destination();
    std::uint32_t source();
    std::uint32_t place();
    std::uint32_t instruction(std::uint32_t index);
    std::uint32_t memory_access();
    std::uint32_t control(std::uint32_t index);

    std::uint64_t seed_, drawn_ = 0;
    std::vector<std::uint32_t> code_;
};

// The class of an instruction, for counting which were met: "add", "lw", "beq", …
std::string mnemonic(std::uint32_t bits);

}  // namespace cortile::test
