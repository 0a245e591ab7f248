// SPDX-License-Identifier: Apache-2.0
#include "testbench/unit/cpu/random_program.h"

#include <array>

#include "testbench/unit/cpu/assembler.h"

namespace cortile::test {

namespace {

constexpr std::uint32_t kJalrEvery = 64;
constexpr Word kPointerA = 30, kPointerB = 31, kMscratch = 0x340;

}  // namespace

RandomProgram::RandomProgram(std::uint64_t seed, std::uint32_t base) : seed_(seed) {
    for (std::uint32_t i = 0; i < kCodeWords; ++i) {
        code_.push_back(instruction(i));
    }
    // Whoever runs off the end goes on at the start.
    code_.back() = jal(0, -static_cast<std::int32_t>(4 * (kCodeWords - 1)));
    // jalr goes through x29, set just before it, so that it stays within the code.
    for (std::uint32_t i = 0; i + 3 < kCodeWords; i += kJalrEvery) {
        const std::uint32_t target = base + 4 * place();
        const auto low = static_cast<std::int32_t>(target << 20) >> 20;
        code_[i] = lui(29, (target - static_cast<std::uint32_t>(low)) >> 12);
        code_[i + 1] = addi(29, 29, low);
        code_[i + 2] = jalr(destination(), 29, static_cast<std::int32_t>(draw(2)));
    }
}

std::uint32_t RandomProgram::draw(std::uint32_t below) {
    return uniform_below(philox({seed_}, drawn_++, 0)[0], below);
}

std::uint32_t RandomProgram::value() {
    constexpr std::array<std::uint32_t, 8> kCorners{0,          1,          2,      0xFFFFFFFF,
                                                    0x80000000, 0x7FFFFFFF, 0xFFFF, 0x80000001};
    switch (draw(3)) {
        case 0:
            return kCorners[draw(8)];
        case 1:
            return draw(64) - 32;
        default:
            return philox({seed_}, drawn_++, 0)[0];
    }
}

// x29 is for jalr.
std::uint32_t RandomProgram::destination() {
    return draw(29);
}
std::uint32_t RandomProgram::source() {
    return draw(32);
}

// A word of the code to jump to: none between the parts of a jump through x29.
std::uint32_t RandomProgram::place() {
    const std::uint32_t index = draw(kCodeWords - 1), part = index % kJalrEvery;
    return part == 1 || part == 2 ? index - part : index;
}

std::uint32_t RandomProgram::memory_access() {
    constexpr std::array<Word, 5> kLoads{0, 1, 2, 4, 5};
    const Word pointer = draw(2) == 0 ? kPointerA : kPointerB;
    const bool store = draw(2) == 0;
    const Word funct3 = store ? draw(3) : kLoads[draw(5)];
    const std::uint32_t bytes = 1u << (funct3 & 3);
    const auto offset =
        static_cast<std::int32_t>(draw(0x1000 / bytes) * bytes) - std::int32_t{0x800};
    return store ? s_type(funct3, pointer, source(), offset)
                 : i_type(0x03, funct3, destination(), pointer, offset);
}

std::uint32_t RandomProgram::control(std::uint32_t index) {
    constexpr std::array<Word, 6> kBranches{0, 1, 4, 5, 6, 7};
    const auto target = static_cast<std::int32_t>(place());
    const std::int32_t offset = 4 * (target - static_cast<std::int32_t>(index));
    return draw(4) == 0 ? jal(destination(), offset)
                        : b_type(kBranches[draw(6)], source(), source(), offset);
}

std::uint32_t RandomProgram::instruction(std::uint32_t index) {
    const std::uint32_t kind = draw(100);
    if (kind < 25) {
        const Word funct3 = draw(8);
        const bool other = (funct3 == 0 || funct3 == 5) && draw(2) == 0;
        return r_type(0x33, funct3, other ? 0x20 : 0, destination(), source(), source());
    }
    if (kind < 40) {
        return r_type(0x33, draw(8), 1, destination(), source(), source());
    }
    if (kind < 60) {
        const Word funct3 = draw(8);
        const bool shifts = funct3 == 1 || funct3 == 5;
        const auto amount = static_cast<std::int32_t>(draw(32) | (funct3 == 5 ? draw(2) << 10 : 0));
        return i_type(0x13, funct3, destination(), source(),
                      shifts ? amount : static_cast<std::int32_t>(draw(4096)) - 2048);
    }
    if (kind < 65) {
        return draw(2) == 0 ? lui(destination(), draw(1u << 20))
                            : auipc(destination(), draw(1u << 20));
    }
    if (kind < 85) {
        return memory_access();
    }
    if (kind < 97) {
        return control(index);
    }
    if (kind == 97) {
        return draw(8) == 0 ? kFenceI : kFence;
    }
    constexpr std::array<Word, 6> kCsr{1, 2, 3, 5, 6, 7};
    return i_type(0x73, kCsr[draw(6)], destination(), source(), std::int32_t{kMscratch});
}

std::string mnemonic(std::uint32_t bits) {
    const std::uint32_t opcode = bits & 0x7F, funct3 = bits >> 12 & 7;
    switch (opcode) {
        case 0x33:
            return "op " + std::to_string(funct3) + " " + std::to_string(bits >> 25);
        case 0x13:
            return "op-imm " + std::to_string(funct3) +
                   (funct3 == 5 ? " " + std::to_string(bits >> 30 & 1) : "");
        case 0x37:
        case 0x17:
        case 0x6F:
            return "opcode " + std::to_string(opcode);
        default:
            return "opcode " + std::to_string(opcode) + " " + std::to_string(funct3);
    }
}

}  // namespace cortile::test
