// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/equations/program_builder.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <utility>
#include <vector>

namespace cortile {
ProgramValue ProgramBuilder::operand(const ValueRange& range) {
    ++operands_;
    ranges_.push_back(range);
    return {program_.registers++, range};
}

ProgramValue ProgramBuilder::constant(std::int64_t value) {
    const auto [found, is_new] = constants_.emplace(value, program_.registers);
    if (is_new) {
        ranges_.push_back({value, value});
        program_.constants.emplace_back(program_.registers++, value);
    }
    return {found->second, {value, value}};
}

std::optional<ProgramValue> ProgramBuilder::apply(Opcode op, const ProgramValue& a,
                                                  const ProgramValue& b, const ProgramValue& c) {
    const std::size_t operands = arity(op);
    if (op == Opcode::select && a.is_constant()) {
        return a.constant() != 0 ? b : c;
    }
    if (op == Opcode::select && b.reg == c.reg) {
        return narrowed(b, hull(b.range, c.range));
    }
    const ValueRange range = range_of(op, a.range, b.range, c.range);
    if (!range.fits_64_bits() || is_full()) {
        return std::nullopt;
    }
    if (a.is_constant() && (operands < 2 || b.is_constant()) && (operands < 3 || c.is_constant())) {
        return constant(compute(op, a.constant(), b.constant(), c.constant()));
    }
    if (range.low == range.high) {
        return constant(static_cast<std::int64_t>(range.low));
    }
    const bool is_wrap = op == Opcode::wrap_unsigned || op == Opcode::wrap_signed;
    if (is_wrap && range.low == a.range.low && range.high == a.range.high &&
        range_of_bits(static_cast<unsigned>(b.constant()), op == Opcode::wrap_signed)
            .contains(a.range)) {
        return a;
    }
    const std::array<std::uint32_t, 4> key{static_cast<std::uint32_t>(op), a.reg,
                                           operands < 2 ? 0 : b.reg, operands < 3 ? 0 : c.reg};
    const auto [found, is_new] = known_.emplace(key, program_.registers);
    if (is_new) {
        ranges_.push_back(range);
        program_.code.push_back({op, program_.registers++, key[1], key[2], key[3]});
    }
    return ProgramValue{found->second, range};
}

ProgramValue ProgramBuilder::narrowed(ProgramValue value, const ValueRange& range) {
    value.range = {std::max(value.range.low, range.low), std::min(value.range.high, range.high)};
    return value;
}

void ProgramBuilder::check(const ProgramValue& value, const ProgramValue& condition,
                           RangeCheck check) {
    program_.code.push_back({Opcode::check, 0, static_cast<std::uint32_t>(program_.checks.size()),
                             value.reg, condition.reg});
    program_.checks.push_back(std::move(check));
}

void ProgramBuilder::find_boundaries() {
    std::vector<std::vector<std::uint32_t>> depends(program_.registers);
    for (std::uint32_t word = 0; word < operands_; ++word) {
        depends[word] = {word};
    }
    const auto merged = [&](std::initializer_list<std::uint32_t> registers) {
        std::set<std::uint32_t> words;
        for (const std::uint32_t reg : registers) {
            words.insert(depends[reg].begin(), depends[reg].end());
        }
        return std::vector<std::uint32_t>(words.begin(), words.end());
    };
    std::vector<std::int64_t> constant_of(program_.registers);
    for (const auto& [reg, value] : program_.constants) {
        constant_of[reg] = value;
    }
    const auto add = [&](std::uint32_t a, std::uint32_t b, std::size_t instructions,
                         std::vector<std::uint32_t> words) {
        const ValueRange &left = ranges_[a], &right = ranges_[b];
        if (words.empty() || !left.overlaps(right)) {
            return;
        }
        Boundary boundary{a,
                          b,
                          instructions,
                          std::move(words),
                          left.low<right.high, left.high> right.low,
                          std::nullopt};
        const auto position = positions_.find(program_.code[instructions].target);
        if (position != positions_.end()) {
            boundary.position = position->second;
        }
        program_.boundaries.push_back(std::move(boundary));
    };
    for (std::size_t i = 0; i < program_.code.size(); ++i) {
        const Instruction& instruction = program_.code[i];
        switch (instruction.op) {
            case Opcode::less:
            case Opcode::less_equal:
            case Opcode::equal:
            case Opcode::minimum:
            case Opcode::maximum:
                add(instruction.a, instruction.b, i, merged({instruction.a, instruction.b}));
                break;
            case Opcode::wrap_unsigned:
            case Opcode::wrap_signed: {
                const ValueRange range =
                    range_of_bits(static_cast<unsigned>(constant_of[instruction.b]),
                                  instruction.op == Opcode::wrap_signed);
                const std::vector<std::uint32_t> words = depends[instruction.a];
                for (const Wide end : {range.low, range.high}) {
                    add(instruction.a, constant(static_cast<std::int64_t>(end)).reg, i, words);
                }
                break;
            }
            default:
                break;
        }
        if (instruction.op == Opcode::check) {
            continue;
        }
        const std::size_t operands = arity(instruction.op);
        depends[instruction.target] =
            merged({instruction.a, operands < 2 ? instruction.a : instruction.b,
                    operands < 3 ? instruction.a : instruction.c});
    }
    for (const std::uint32_t reg : program_.results) {
        program_.depends.push_back(depends[reg]);
    }
}

Program ProgramBuilder::finish(std::vector<std::uint32_t> results) {
    program_.results = std::move(results);
    find_boundaries();
    return std::move(program_);
}

}  // namespace cortile
