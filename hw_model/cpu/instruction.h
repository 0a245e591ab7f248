// SPDX-License-Identifier: Apache-2.0
// Instructions of RV32IM with Zicsr and Zifencei, decoded for execution. Encodings: The RISC-V
// Instruction Set Manual, volume I, 20191213, chapters 2, 3, 7, 9 and 24; mret and wfi: volume II,
// 20211203, section 3.3.
#pragma once

#include <cstdint>

namespace cortile {

enum class Operation : std::uint8_t {
    undecoded,  // of an entry of a decode cache: not looked at yet
    illegal,
    stop,  // a debugger's breakpoint stands in the instruction's place
    lui,
    auipc,
    jal,
    jalr,
    beq,
    bne,
    blt,
    bge,
    bltu,
    bgeu,
    lb,
    lh,
    lw,
    lbu,
    lhu,
    sb,
    sh,
    sw,
    addi,
    slti,
    sltiu,
    xori,
    ori,
    andi,
    slli,
    srli,
    srai,
    add,
    sub,
    sll,
    slt,
    sltu,
    xor_,
    srl,
    sra,
    or_,
    and_,
    mul,
    mulh,
    mulhsu,
    mulhu,
    div,
    divu,
    rem,
    remu,
    fence,
    fence_i,
    ecall,
    ebreak,
    mret,
    wfi,
    csrrw,
    csrrs,
    csrrc,
    csrrwi,
    csrrsi,
    csrrci,
};

struct Instruction {
    // In place of x0 as a destination, so that writing needs no test.
    static constexpr std::uint8_t kNowhere = 32;

    Operation operation = Operation::undecoded;
    std::uint8_t rd = kNowhere, rs1 = 0, rs2 = 0;
    // The immediate, sign-extended. Of shifts by an immediate: the amount. Of CSR instructions: the
    // CSR's number; the five bits of csrrwi and its like are in rs1. Of an illegal instruction: its
    // bits.
    std::int32_t immediate = 0;
};
static_assert(sizeof(Instruction) == 8);

// Never `undecoded` or `stop`.
Instruction decode(std::uint32_t bits);

}  // namespace cortile
