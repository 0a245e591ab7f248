// SPDX-License-Identifier: Apache-2.0
// The operations that a program is compiled to, on 64-bit integers. One definition serves constant
// folding and evaluation.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace cortile {

enum class Opcode : std::uint8_t {
    add,
    subtract,
    multiply,
    divide,     // toward zero; by zero: 0
    remainder,  // sign of the dividend
    negate,
    bit_and,
    bit_or,
    bit_xor,
    bit_not,
    shift_left,
    shift_right,  // arithmetic: rounds down
    less,
    less_equal,
    equal,
    logical_not,
    minimum,
    maximum,
    absolute,
    wrap_unsigned,  // a to b bits
    wrap_signed,
    population,  // bits set
    select,      // a ? b : c
    check,       // no value: Program::checks[a] looks at b, where c is not 0
};
inline constexpr std::size_t kOpcodes = static_cast<std::size_t>(Opcode::check) + 1;

// Never undefined, whatever the operands: sums and products wrap. Program ranges see to it that
// none does with operands in their ranges.
template <Opcode op>
constexpr std::int64_t compute(std::int64_t a, [[maybe_unused]] std::int64_t b,
                               [[maybe_unused]] std::int64_t c) {
    [[maybe_unused]] const auto ua = static_cast<std::uint64_t>(a);
    [[maybe_unused]] const auto ub = static_cast<std::uint64_t>(b);
    [[maybe_unused]] const auto shift = static_cast<unsigned>(std::clamp<std::int64_t>(b, 0, 63));
    if constexpr (op == Opcode::add) {
        return static_cast<std::int64_t>(ua + ub);
    } else if constexpr (op == Opcode::subtract) {
        return static_cast<std::int64_t>(ua - ub);
    } else if constexpr (op == Opcode::multiply) {
        return static_cast<std::int64_t>(ua * ub);
    } else if constexpr (op == Opcode::divide) {
        return b == 0 ? 0 : b == -1 ? static_cast<std::int64_t>(0 - ua) : a / b;
    } else if constexpr (op == Opcode::remainder) {
        return b == 0 || b == -1 ? 0 : a % b;
    } else if constexpr (op == Opcode::negate) {
        return static_cast<std::int64_t>(0 - ua);
    } else if constexpr (op == Opcode::bit_and) {
        return a & b;
    } else if constexpr (op == Opcode::bit_or) {
        return a | b;
    } else if constexpr (op == Opcode::bit_xor) {
        return a ^ b;
    } else if constexpr (op == Opcode::bit_not) {
        return ~a;
    } else if constexpr (op == Opcode::shift_left) {
        return static_cast<std::int64_t>(ua << shift);
    } else if constexpr (op == Opcode::shift_right) {
        return a >> shift;
    } else if constexpr (op == Opcode::less) {
        return a < b;
    } else if constexpr (op == Opcode::less_equal) {
        return a <= b;
    } else if constexpr (op == Opcode::equal) {
        return a == b;
    } else if constexpr (op == Opcode::logical_not) {
        return a == 0;
    } else if constexpr (op == Opcode::minimum) {
        return std::min(a, b);
    } else if constexpr (op == Opcode::maximum) {
        return std::max(a, b);
    } else if constexpr (op == Opcode::absolute) {
        return a < 0 ? static_cast<std::int64_t>(0 - ua) : a;
    } else if constexpr (op == Opcode::wrap_unsigned) {
        return static_cast<std::int64_t>(ua & ((std::uint64_t{1} << shift) - 1));
    } else if constexpr (op == Opcode::wrap_signed) {
        return static_cast<std::int64_t>(ua << (64 - shift)) >> (64 - shift);
    } else if constexpr (op == Opcode::population) {
        return std::popcount(ua);
    } else if constexpr (op == Opcode::select) {
        return a != 0 ? b : c;
    } else {
        return 0;
    }
}

// How many of a, b and c matter; the others are given as register 0.
std::size_t arity(Opcode op);

// compute<op>(a, b, c).
std::int64_t compute(Opcode op, std::int64_t a, std::int64_t b, std::int64_t c);

}  // namespace cortile
