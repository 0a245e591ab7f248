// SPDX-License-Identifier: Apache-2.0
#include "hw_model/cpu/instruction.h"

#include <array>

namespace cortile {

namespace {

using Op = Operation;

constexpr std::uint32_t field(std::uint32_t bits, unsigned low, unsigned count) {
    return bits >> low & ((1u << count) - 1);
}
constexpr std::int32_t immediate_i(std::uint32_t bits) {
    return static_cast<std::int32_t>(bits) >> 20;
}
constexpr std::int32_t immediate_s(std::uint32_t bits) {
    return static_cast<std::int32_t>(bits & 0xFE000000) >> 20 |
           static_cast<std::int32_t>(field(bits, 7, 5));
}
constexpr std::int32_t immediate_b(std::uint32_t bits) {
    return static_cast<std::int32_t>(bits & 0x80000000) >> 19 |
           static_cast<std::int32_t>(field(bits, 7, 1) << 11 | field(bits, 25, 6) << 5 |
                                     field(bits, 8, 4) << 1);
}
constexpr std::int32_t immediate_u(std::uint32_t bits) {
    return static_cast<std::int32_t>(bits & 0xFFFFF000);
}
constexpr std::int32_t immediate_j(std::uint32_t bits) {
    return static_cast<std::int32_t>(bits & 0x80000000) >> 11 |
           static_cast<std::int32_t>(field(bits, 12, 8) << 12 | field(bits, 20, 1) << 11 |
                                     field(bits, 21, 10) << 1);
}

Op arithmetic(std::uint32_t bits) {
    constexpr std::array<Op, 8> kBase{Op::add,  Op::sll, Op::slt, Op::sltu,
                                      Op::xor_, Op::srl, Op::or_, Op::and_};
    constexpr std::array<Op, 8> kMultiply{Op::mul, Op::mulh, Op::mulhsu, Op::mulhu,
                                          Op::div, Op::divu, Op::rem,    Op::remu};
    const std::uint32_t kind = field(bits, 12, 3);
    switch (bits >> 25) {
        case 0x00:
            return kBase[kind];
        case 0x01:
            return kMultiply[kind];
        case 0x20:
            return kind == 0 ? Op::sub : kind == 5 ? Op::sra : Op::illegal;
        default:
            return Op::illegal;
    }
}

Op arithmetic_immediate(std::uint32_t bits) {
    constexpr std::array<Op, 8> kBase{Op::addi, Op::slli, Op::slti, Op::sltiu,
                                      Op::xori, Op::srli, Op::ori,  Op::andi};
    const std::uint32_t kind = field(bits, 12, 3), top = bits >> 25;
    if (kind == 1) {
        return top == 0 ? Op::slli : Op::illegal;
    }
    if (kind == 5) {
        return top == 0 ? Op::srli : top == 0x20 ? Op::srai : Op::illegal;
    }
    return kBase[kind];
}

Op system(std::uint32_t bits) {
    constexpr std::array<Op, 8> kCsr{Op::illegal, Op::csrrw,  Op::csrrs,  Op::csrrc,
                                     Op::illegal, Op::csrrwi, Op::csrrsi, Op::csrrci};
    switch (bits) {
        case 0x00000073:
            return Op::ecall;
        case 0x00100073:
            return Op::ebreak;
        case 0x30200073:
            return Op::mret;
        case 0x10500073:
            return Op::wfi;
        default:
            return kCsr[field(bits, 12, 3)];
    }
}

Op operation(std::uint32_t bits) {
    constexpr std::array<Op, 8> kBranch{Op::beq, Op::bne, Op::illegal, Op::illegal,
                                        Op::blt, Op::bge, Op::bltu,    Op::bgeu};
    constexpr std::array<Op, 8> kLoad{Op::lb,  Op::lh,  Op::lw,      Op::illegal,
                                      Op::lbu, Op::lhu, Op::illegal, Op::illegal};
    constexpr std::array<Op, 8> kStore{Op::sb,      Op::sh,      Op::sw,      Op::illegal,
                                       Op::illegal, Op::illegal, Op::illegal, Op::illegal};
    const std::uint32_t kind = field(bits, 12, 3);
    switch (field(bits, 0, 7)) {
        case 0x37:
            return Op::lui;
        case 0x17:
            return Op::auipc;
        case 0x6F:
            return Op::jal;
        case 0x67:
            return kind == 0 ? Op::jalr : Op::illegal;
        case 0x63:
            return kBranch[kind];
        case 0x03:
            return kLoad[kind];
        case 0x23:
            return kStore[kind];
        case 0x13:
            return arithmetic_immediate(bits);
        case 0x33:
            return arithmetic(bits);
        case 0x0F:
            return kind == 0 ? Op::fence : kind == 1 ? Op::fence_i : Op::illegal;
        case 0x73:
            return system(bits);
        default:
            return Op::illegal;
    }
}

std::int32_t immediate(Op op, std::uint32_t bits) {
    switch (field(bits, 0, 7)) {
        case 0x37:
        case 0x17:
            return immediate_u(bits);
        case 0x6F:
            return immediate_j(bits);
        case 0x63:
            return immediate_b(bits);
        case 0x23:
            return immediate_s(bits);
        case 0x73:
            return static_cast<std::int32_t>(bits >> 20);
        default:
            return op == Op::slli || op == Op::srli || op == Op::srai
                       ? static_cast<std::int32_t>(field(bits, 20, 5))
                       : immediate_i(bits);
    }
}

}  // namespace

Instruction decode(std::uint32_t bits) {
    Instruction result;
    result.operation = operation(bits);
    if (result.operation == Op::illegal) {
        result.immediate = static_cast<std::int32_t>(bits);
        return result;
    }
    const std::uint32_t rd = field(bits, 7, 5);
    result.rd = rd == 0 ? Instruction::kNowhere : static_cast<std::uint8_t>(rd);
    result.rs1 = static_cast<std::uint8_t>(field(bits, 15, 5));
    result.rs2 = static_cast<std::uint8_t>(field(bits, 20, 5));
    result.immediate = immediate(result.operation, bits);
    return result;
}

}  // namespace cortile
