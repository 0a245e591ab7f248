// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/equations/equations_datapath.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>

#include "hw_model/base/error.h"

namespace cortile {
namespace {

// Values held side by side: small enough for the first-level cache.
constexpr std::size_t kCachedValues = 2048;
constexpr std::size_t kMostRows = 64;

using Sweep = void (*)(std::size_t, std::int64_t*, const std::int64_t*, const std::int64_t*,
                       const std::int64_t*);

template <Opcode op>
void sweep(std::size_t rows, std::int64_t* target, const std::int64_t* a, const std::int64_t* b,
           const std::int64_t* c) {
    for (std::size_t i = 0; i < rows; ++i) {
        target[i] = compute<op>(a[i], b[i], c[i]);
    }
}

template <std::size_t... op>
constexpr std::array<Sweep, kOpcodes> sweeps(std::index_sequence<op...> /*all*/) {
    return {&sweep<static_cast<Opcode>(op)>...};
}
constexpr auto kSweeps = sweeps(std::make_index_sequence<kOpcodes>{});

}  // namespace

EquationsDatapath::EquationsDatapath(Program program, SourceText source, const std::string& name)
    : program_(std::move(program)), source_(std::move(source)), registers_(program_.registers) {
    program_.contract.semantics = name;
    for (const auto& [reg, value] : program_.constants) {
        registers_[reg] = value;
    }
    assign_slots();
}

// Registers whose values are no longer needed share a slot, so that a long program stays within the
// cache.
void EquationsDatapath::assign_slots() {
    constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    const std::size_t end = program_.code.size();
    const std::uint32_t operands = static_cast<std::uint32_t>(program_.contract.operand_words());
    std::vector<std::size_t> last_use(program_.registers, 0);
    for (std::size_t i = 0; i < end; ++i) {
        const Instruction& instruction = program_.code[i];
        if (instruction.op != Opcode::check) {
            last_use[instruction.a] = i;
        }
        last_use[instruction.b] = i;
        last_use[instruction.c] = i;
    }
    for (const std::uint32_t reg : program_.results) {
        last_use[reg] = end;
    }
    for (const auto& [reg, value] : program_.constants) {
        last_use[reg] = end;
    }
    // An operand that nothing reads keeps its slot: operations are loaded whole.
    for (std::uint32_t reg = 0; reg < operands; ++reg) {
        last_use[reg] = end;
    }
    std::vector<std::uint32_t> slot_of(program_.registers, kNone), free;
    std::uint32_t slots = 0;
    const auto take = [&](std::uint32_t reg) {
        if (free.empty()) {
            slot_of[reg] = slots++;
        } else {
            slot_of[reg] = free.back();
            free.pop_back();
        }
    };
    for (std::uint32_t reg = 0; reg < operands; ++reg) {
        take(reg);
    }
    for (const auto& [reg, value] : program_.constants) {
        take(reg);
    }
    code_ = program_.code;
    for (std::size_t i = 0; i < end; ++i) {
        Instruction& instruction = code_[i];
        const bool is_check = instruction.op == Opcode::check;
        const std::array<std::uint32_t, 3> used{is_check ? instruction.b : instruction.a,
                                                instruction.b, instruction.c};
        const std::uint32_t target = instruction.target;
        if (!is_check) {
            instruction.a = slot_of[used[0]];
        }
        instruction.b = slot_of[used[1]];
        instruction.c = slot_of[used[2]];
        if (!is_check) {
            take(target);
            instruction.target = slot_of[target];
            // What nothing reads gives its slot back at once.
            last_use[target] = std::max(last_use[target], i);
        }
        for (const std::uint32_t reg : std::set<std::uint32_t>{used[0], used[1], used[2], target}) {
            if (last_use[reg] == i && slot_of[reg] != kNone) {
                free.push_back(std::exchange(slot_of[reg], kNone));
            }
        }
    }
    block_ =
        std::clamp<std::size_t>(kCachedValues / std::max<std::uint32_t>(slots, 1), 8, kMostRows);
    slots_.assign(slots * block_, 0);
    for (const auto& [reg, value] : program_.constants) {
        std::fill_n(slot(slot_of[reg]), block_, value);
    }
    operand_slots_.assign(slot_of.begin(), slot_of.begin() + operands);
    for (const std::uint32_t reg : program_.results) {
        result_slots_.push_back(slot_of[reg]);
    }
}

void EquationsDatapath::run(std::span<const std::int64_t> operands,
                            std::span<std::int64_t> results) {
    const std::size_t words = operand_slots_.size(), result_words = result_slots_.size();
    const std::size_t rows = words == 0 ? results.size() / std::max<std::size_t>(result_words, 1)
                                        : operands.size() / words;
    if (operands.size() != rows * words || results.size() != rows * result_words) {
        throw ContractViolation("equations: rows of operands and results do not fit");
    }
    for (std::size_t row = 0; row < rows; row += block_) {
        run_block(std::min(block_, rows - row), operands.data() + row * words,
                  results.data() + row * result_words);
    }
}

void EquationsDatapath::run_block(std::size_t rows, const std::int64_t* operands,
                                  std::int64_t* results) {
    const std::size_t words = operand_slots_.size(), result_words = result_slots_.size();
    for (std::size_t word = 0; word < words; ++word) {
        std::int64_t* const values = slot(operand_slots_[word]);
        for (std::size_t row = 0; row < rows; ++row) {
            values[row] = operands[row * words + word];
        }
    }
    for (const Instruction& instruction : code_) {
        if (instruction.op == Opcode::check) {
            run_check(instruction, rows, operands);
            continue;
        }
        kSweeps[static_cast<std::size_t>(instruction.op)](rows, slot(instruction.target),
                                                          slot(instruction.a), slot(instruction.b),
                                                          slot(instruction.c));
    }
    for (std::size_t word = 0; word < result_words; ++word) {
        const std::int64_t* const values = slot(result_slots_[word]);
        for (std::size_t row = 0; row < rows; ++row) {
            results[row * result_words + word] = values[row];
        }
    }
}

void EquationsDatapath::run_check(const Instruction& instruction, std::size_t rows,
                                  const std::int64_t* operands) {
    const RangeCheck& check = program_.checks[instruction.a];
    const std::int64_t* const values = slot(instruction.b);
    const std::int64_t* const conditions = slot(instruction.c);
    std::int64_t failed = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        failed |= conditions[row] & ((values[row] < check.low) | (values[row] > check.high));
    }
    if (failed == 0) {
        return;
    }
    std::size_t row = 0;
    while (conditions[row] == 0 || (values[row] >= check.low && values[row] <= check.high)) {
        ++row;
    }
    const std::vector<std::string> names = contract().operand_names();
    std::string operation;
    for (std::size_t word = 0; word < names.size(); ++word) {
        operation += fmt::format("{}{}={}", word == 0 ? "" : ",", names[word],
                                 operands[row * names.size() + word]);
    }
    source_.fail(
        check.position,
        fmt::format("the value {} does not fit {} ({} .. {}) for {}", values[row], check.field,
                    check.low, check.high, operation),
        "say what the hardware does: wrap(…) keeps the low bits, sat(…) the nearest value");
}

BoundaryCourse EquationsDatapath::course(const Boundary& boundary, std::size_t steps) const {
    const std::size_t state_words = contract().state_words();
    BoundaryCourse course{boundary.a, boundary.b, {}};
    std::vector<std::uint32_t> wanted{boundary.a, boundary.b};
    std::size_t end = boundary.instructions;
    std::vector<char> needed(program_.registers);
    for (std::size_t step = steps; step-- > 0; end = program_.code.size()) {
        BoundaryCourse::Step part;
        std::fill(needed.begin(), needed.end(), 0);
        for (const std::uint32_t reg : wanted) {
            needed[reg] = 1;
        }
        for (std::size_t i = end; i-- > 0;) {
            const Instruction& instruction = program_.code[i];
            if (instruction.op != Opcode::check && needed[instruction.target] != 0) {
                part.code.push_back(static_cast<std::uint32_t>(i));
                const std::array<std::uint32_t, 3> used{instruction.a, instruction.b,
                                                        instruction.c};
                for (std::size_t k = 0; k < arity(instruction.op); ++k) {
                    needed[used[k]] = 1;
                }
            }
        }
        std::reverse(part.code.begin(), part.code.end());
        // What this operation needs of the state, the one before has to leave.
        wanted.clear();
        for (std::uint32_t word = 0; step != 0 && word < state_words; ++word) {
            if (needed[word] != 0) {
                part.state.push_back(word);
                wanted.push_back(program_.results[word]);
            }
        }
        course.steps.insert(course.steps.begin(), std::move(part));
    }
    return course;
}

std::int64_t EquationsDatapath::distance(const BoundaryCourse& course,
                                         std::span<const std::int64_t> rows) {
    const std::size_t words = contract().operand_words();
    std::size_t first = 0;
    for (const BoundaryCourse::Step& step : course.steps) {
        carried_.clear();
        for (const std::uint32_t word : step.state) {
            carried_.push_back(registers_[program_.results[word]]);
        }
        const auto row = rows.subspan(first, words);
        std::copy(row.begin(), row.end(), registers_.begin());
        for (std::size_t i = 0; i < carried_.size(); ++i) {
            registers_[step.state[i]] = carried_[i];
        }
        for (const std::uint32_t i : step.code) {
            compute_register(program_.code[i]);
        }
        first += words;
    }
    constexpr std::int64_t kMost = std::int64_t{1} << 62;
    const std::int64_t a = std::clamp(registers_[course.a], -kMost, kMost - 1);
    const std::int64_t b = std::clamp(registers_[course.b], -kMost, kMost - 1);
    return std::clamp(a - b, -kMost, kMost);
}

std::vector<std::uint32_t> EquationsDatapath::words_that_move(const Boundary& boundary,
                                                              std::size_t steps) const {
    const std::size_t state_words = contract().state_words();
    std::set<std::uint32_t> words(boundary.operands.begin(), boundary.operands.end());
    for (std::size_t step = 1; step < steps; ++step) {
        std::set<std::uint32_t> before;
        for (const std::uint32_t word : words) {
            if (word < state_words) {
                before.insert(program_.depends[word].begin(), program_.depends[word].end());
            }
        }
        words = std::move(before);
    }
    return {words.begin(), words.end()};
}

std::vector<std::uint32_t> EquationsDatapath::equal_sides(
    std::span<const std::int64_t> operands, std::span<const std::uint32_t> boundaries) {
    std::copy(operands.begin(), operands.end(), registers_.begin());
    for (const Instruction& instruction : program_.code) {
        if (instruction.op != Opcode::check) {
            compute_register(instruction);
        }
    }
    std::vector<std::uint32_t> equal;
    for (const std::uint32_t i : boundaries) {
        const Boundary& boundary = program_.boundaries[i];
        if (registers_[boundary.a] == registers_[boundary.b]) {
            equal.push_back(i);
        }
    }
    return equal;
}

}  // namespace cortile
