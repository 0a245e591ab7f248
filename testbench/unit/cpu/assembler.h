// SPDX-License-Identifier: Apache-2.0
// Encodings of instructions, for tests: volume I of the RISC-V manual, chapter 24, read the other
// way than the decoder does.
#pragma once

#include <cstdint>

namespace cortile::test {

using Word = std::uint32_t;

constexpr Word r_type(Word opcode, Word funct3, Word funct7, Word rd, Word rs1, Word rs2) {
    return funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
}
constexpr Word i_type(Word opcode, Word funct3, Word rd, Word rs1, std::int32_t immediate) {
    return static_cast<Word>(immediate) << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
}
constexpr Word s_type(Word funct3, Word rs1, Word rs2, std::int32_t immediate) {
    const auto bits = static_cast<Word>(immediate);
    return (bits >> 5 & 0x7F) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (bits & 0x1F) << 7 |
           0x23;
}
constexpr Word b_type(Word funct3, Word rs1, Word rs2, std::int32_t offset) {
    const auto bits = static_cast<Word>(offset);
    return (bits >> 12 & 1) << 31 | (bits >> 5 & 0x3F) << 25 | rs2 << 20 | rs1 << 15 |
           funct3 << 12 | (bits >> 1 & 0xF) << 8 | (bits >> 11 & 1) << 7 | 0x63;
}

constexpr Word lui(Word rd, Word upper20) {
    return upper20 << 12 | rd << 7 | 0x37;
}
constexpr Word auipc(Word rd, Word upper20) {
    return upper20 << 12 | rd << 7 | 0x17;
}
constexpr Word jal(Word rd, std::int32_t offset) {
    const auto bits = static_cast<Word>(offset);
    return (bits >> 20 & 1) << 31 | (bits >> 1 & 0x3FF) << 21 | (bits >> 11 & 1) << 20 |
           (bits >> 12 & 0xFF) << 12 | rd << 7 | 0x6F;
}
constexpr Word jalr(Word rd, Word rs1, std::int32_t offset) {
    return i_type(0x67, 0, rd, rs1, offset);
}
constexpr Word beq(Word rs1, Word rs2, std::int32_t offset) {
    return b_type(0, rs1, rs2, offset);
}
constexpr Word bne(Word rs1, Word rs2, std::int32_t offset) {
    return b_type(1, rs1, rs2, offset);
}
constexpr Word addi(Word rd, Word rs1, std::int32_t immediate) {
    return i_type(0x13, 0, rd, rs1, immediate);
}
constexpr Word add(Word rd, Word rs1, Word rs2) {
    return r_type(0x33, 0, 0, rd, rs1, rs2);
}
constexpr Word mul(Word rd, Word rs1, Word rs2) {
    return r_type(0x33, 0, 1, rd, rs1, rs2);
}
constexpr Word mulh(Word rd, Word rs1, Word rs2) {
    return r_type(0x33, 1, 1, rd, rs1, rs2);
}
constexpr Word div(Word rd, Word rs1, Word rs2) {
    return r_type(0x33, 4, 1, rd, rs1, rs2);
}
constexpr Word lw(Word rd, Word rs1, std::int32_t offset) {
    return i_type(0x03, 2, rd, rs1, offset);
}
constexpr Word sw(Word rs2, Word rs1, std::int32_t offset) {
    return s_type(2, rs1, rs2, offset);
}
constexpr Word csrrw(Word rd, Word csr, Word rs1) {
    return i_type(0x73, 1, rd, rs1, static_cast<std::int32_t>(csr));
}
constexpr Word csrrs(Word rd, Word csr, Word rs1) {
    return i_type(0x73, 2, rd, rs1, static_cast<std::int32_t>(csr));
}
constexpr Word csrrc(Word rd, Word csr, Word rs1) {
    return i_type(0x73, 3, rd, rs1, static_cast<std::int32_t>(csr));
}
constexpr Word csrrwi(Word rd, Word csr, Word value) {
    return i_type(0x73, 5, rd, value, static_cast<std::int32_t>(csr));
}
constexpr Word csrrsi(Word rd, Word csr, Word value) {
    return i_type(0x73, 6, rd, value, static_cast<std::int32_t>(csr));
}
constexpr Word csrrci(Word rd, Word csr, Word value) {
    return i_type(0x73, 7, rd, value, static_cast<std::int32_t>(csr));
}
inline constexpr Word kNop = 0x13, kEcall = 0x73, kEbreak = 0x00100073, kMret = 0x30200073,
                      kWfi = 0x10500073, kFence = 0x0FF0000F, kFenceI = 0x0000100F;

}  // namespace cortile::test
