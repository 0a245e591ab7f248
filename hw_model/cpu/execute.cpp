// SPDX-License-Identifier: Apache-2.0
// The short way of execution: arithmetic, branches, and plain memory.
#include <limits>

#include "hw_model/cpu/little_endian.h"
#include "hw_model/cpu/processor.h"

namespace cortile {

namespace {

constexpr std::int32_t as_signed(std::uint32_t value) {
    return static_cast<std::int32_t>(value);
}
constexpr std::int64_t wide(std::uint32_t value) {
    return as_signed(value);
}
constexpr std::uint32_t high_half(std::int64_t product) {
    return static_cast<std::uint32_t>(product >> 32);
}

// Division by zero and overflow: volume I, table 7.1.
constexpr std::uint32_t divide(std::uint32_t a, std::uint32_t b) {
    if (b == 0) {
        return ~0u;
    }
    const bool overflow = a == 0x80000000 && b == ~0u;
    return overflow ? a : static_cast<std::uint32_t>(as_signed(a) / as_signed(b));
}
constexpr std::uint32_t remainder(std::uint32_t a, std::uint32_t b) {
    if (b == 0) {
        return a;
    }
    const bool overflow = a == 0x80000000 && b == ~0u;
    return overflow ? 0 : static_cast<std::uint32_t>(as_signed(a) % as_signed(b));
}

}  // namespace

// Executes up to `count` instructions and returns how many it did. It stops before the first that
// it cannot do: one that may trap, stop, or meet the bus.
std::uint64_t Processor::execute(std::uint64_t count) {
    using Op = Operation;
    std::uint32_t pc = pc_;
    std::uint64_t left = count;
    DecodeCache::Page* page = nullptr;
    std::uint32_t page_number = std::numeric_limits<std::uint32_t>::max();  // of no address
    std::uint32_t* const x = x_.data();
    const DirectMemory data = data_;
    const std::uint8_t* const has_code = has_code_.data();
    std::uint64_t accesses = 0;

    // Cycles beyond table_.arithmetic, which every instruction takes.
    const auto beyond = [this](std::uint32_t cycles) {
        return std::int64_t{cycles} - table_.arithmetic;
    };
    const std::int64_t load_cycles = beyond(table_.load) + data.wait;
    const std::int64_t store_cycles = beyond(table_.store) + data.wait;
    const std::int64_t jump_cycles = beyond(table_.jump);
    const std::int64_t untaken_cycles = beyond(table_.branch);
    const std::int64_t taken_cycles = beyond(table_.branch_taken);
    std::int64_t extra = 0;

    const auto leave = [&] {
        const std::uint64_t executed = count - left;
        pc_ = pc;
        retired_ += executed;
        cycles_ += executed * table_.arithmetic + static_cast<std::uint64_t>(extra);
        direct_accesses_ += accesses;
        return executed;
    };
    // Memory at `address`; null where the access is not for the short way.
    const auto readable = [&](std::uint32_t address, std::uint32_t bytes) -> const std::uint8_t* {
        const std::uint32_t offset = address - data.first;
        return (address & (bytes - 1)) == 0 && offset < data.size ? data.data + offset : nullptr;
    };
    const auto writable = [&](std::uint32_t address, std::uint32_t bytes) -> std::uint8_t* {
        const std::uint32_t offset = address - data.first;
        return (address & (bytes - 1)) == 0 && offset < data.size &&
                       !has_code[offset >> DecodeCache::kPageShift]
                   ? data.data + offset
                   : nullptr;
    };
    const auto load = [&]<typename Number>(const Instruction& i, Number) {
        const std::uint8_t* const from =
            readable(x[i.rs1] + static_cast<std::uint32_t>(i.immediate), sizeof(Number));
        if (from == nullptr) {
            return false;
        }
        // Widening keeps the sign of those that have one.
        x[i.rd] = static_cast<std::uint32_t>(static_cast<std::int32_t>(load_as<Number>(from)));
        extra += load_cycles;
        ++accesses;
        return true;
    };
    const auto store = [&]<typename Number>(const Instruction& i, Number) {
        std::uint8_t* const to =
            writable(x[i.rs1] + static_cast<std::uint32_t>(i.immediate), sizeof(Number));
        if (to == nullptr) {
            return false;
        }
        store_as(to, static_cast<Number>(x[i.rs2]));
        extra += store_cycles;
        ++accesses;
        return true;
    };

    while (left != 0) {
        if (pc >> DecodeCache::kPageShift != page_number) {
            page = find_page(pc);
            if (page == nullptr) {
                return leave();
            }
            page_number = pc >> DecodeCache::kPageShift;
        }
        const Instruction i = page->instructions[pc / 4 % DecodeCache::kPageWords];
        const std::uint32_t a = x[i.rs1], b = x[i.rs2];
        const auto immediate = static_cast<std::uint32_t>(i.immediate);
        std::uint32_t next = pc + 4;
        bool done = true;
        const auto branch = [&](bool taken) {
            if (taken) {
                next = pc + immediate;
                extra += taken_cycles;
                done = (next & 3) == 0;
                extra -= done ? 0 : taken_cycles;
            } else {
                extra += untaken_cycles;
            }
        };
        switch (i.operation) {
            case Op::undecoded:
                cache_.fill(*page, pc);
                continue;
            case Op::lui:
                x[i.rd] = immediate;
                break;
            case Op::auipc:
                x[i.rd] = pc + immediate;
                break;
            case Op::jal:
                next = pc + immediate;
                done = (next & 3) == 0;
                if (done) {
                    x[i.rd] = pc + 4;
                    extra += jump_cycles;
                }
                break;
            case Op::jalr:
                next = (a + immediate) & ~1u;
                done = (next & 3) == 0;
                if (done) {
                    x[i.rd] = pc + 4;
                    extra += jump_cycles;
                }
                break;
            case Op::beq:
                branch(a == b);
                break;
            case Op::bne:
                branch(a != b);
                break;
            case Op::blt:
                branch(as_signed(a) < as_signed(b));
                break;
            case Op::bge:
                branch(as_signed(a) >= as_signed(b));
                break;
            case Op::bltu:
                branch(a < b);
                break;
            case Op::bgeu:
                branch(a >= b);
                break;
            case Op::lb:
                done = load(i, std::int8_t{});
                break;
            case Op::lh:
                done = load(i, std::int16_t{});
                break;
            case Op::lw:
                done = load(i, std::int32_t{});
                break;
            case Op::lbu:
                done = load(i, std::uint8_t{});
                break;
            case Op::lhu:
                done = load(i, std::uint16_t{});
                break;
            case Op::sb:
                done = store(i, std::uint8_t{});
                break;
            case Op::sh:
                done = store(i, std::uint16_t{});
                break;
            case Op::sw:
                done = store(i, std::uint32_t{});
                break;
            case Op::addi:
                x[i.rd] = a + immediate;
                break;
            case Op::slti:
                x[i.rd] = as_signed(a) < i.immediate;
                break;
            case Op::sltiu:
                x[i.rd] = a < immediate;
                break;
            case Op::xori:
                x[i.rd] = a ^ immediate;
                break;
            case Op::ori:
                x[i.rd] = a | immediate;
                break;
            case Op::andi:
                x[i.rd] = a & immediate;
                break;
            case Op::slli:
                x[i.rd] = a << immediate;
                break;
            case Op::srli:
                x[i.rd] = a >> immediate;
                break;
            case Op::srai:
                x[i.rd] = static_cast<std::uint32_t>(as_signed(a) >> immediate);
                break;
            case Op::add:
                x[i.rd] = a + b;
                break;
            case Op::sub:
                x[i.rd] = a - b;
                break;
            case Op::sll:
                x[i.rd] = a << (b & 31);
                break;
            case Op::slt:
                x[i.rd] = as_signed(a) < as_signed(b);
                break;
            case Op::sltu:
                x[i.rd] = a < b;
                break;
            case Op::xor_:
                x[i.rd] = a ^ b;
                break;
            case Op::srl:
                x[i.rd] = a >> (b & 31);
                break;
            case Op::sra:
                x[i.rd] = static_cast<std::uint32_t>(as_signed(a) >> (b & 31));
                break;
            case Op::or_:
                x[i.rd] = a | b;
                break;
            case Op::and_:
                x[i.rd] = a & b;
                break;
            case Op::mul:
                x[i.rd] = a * b;
                extra += beyond(table_.multiply);
                break;
            case Op::mulh:
                x[i.rd] = high_half(wide(a) * wide(b));
                extra += beyond(table_.multiply_high);
                break;
            case Op::mulhsu:
                x[i.rd] = high_half(wide(a) * std::int64_t{b});
                extra += beyond(table_.multiply_high);
                break;
            case Op::mulhu:
                x[i.rd] = static_cast<std::uint32_t>(std::uint64_t{a} * b >> 32);
                extra += beyond(table_.multiply_high);
                break;
            case Op::div:
                x[i.rd] = divide(a, b);
                extra += beyond(b == 0 ? table_.divide_by_zero : table_.divide);
                break;
            case Op::divu:
                x[i.rd] = b == 0 ? ~0u : a / b;
                extra += beyond(b == 0 ? table_.divide_by_zero : table_.divide);
                break;
            case Op::rem:
                x[i.rd] = remainder(a, b);
                extra += beyond(b == 0 ? table_.divide_by_zero : table_.divide);
                break;
            case Op::remu:
                x[i.rd] = b == 0 ? a : a % b;
                extra += beyond(b == 0 ? table_.divide_by_zero : table_.divide);
                break;
            default:
                return leave();
        }
        if (!done) {
            return leave();
        }
        pc = next;
        --left;
    }
    return leave();
}

}  // namespace cortile
