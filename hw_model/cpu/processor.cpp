// SPDX-License-Identifier: Apache-2.0
#include "hw_model/cpu/processor.h"

#include <algorithm>

#include "hw_model/cpu/little_endian.h"

namespace cortile {

namespace {

struct LoadKind {
    std::uint32_t bytes = 4;
    bool is_signed = false;
};

constexpr std::uint32_t kMostNestedTraps = 10'000;

LoadKind load_kind(Operation operation) {
    switch (operation) {
        case Operation::lb:
            return {1, true};
        case Operation::lh:
            return {2, true};
        case Operation::lbu:
            return {1, false};
        case Operation::lhu:
            return {2, false};
        default:
            return {4, false};
    }
}

std::uint32_t stored_bytes(Operation operation) {
    return operation == Operation::sb ? 1 : operation == Operation::sh ? 2 : 4;
}

}  // namespace

Processor::Processor(std::uint32_t hart, const CycleTable& cycles, ProcessorBus& bus)
    : hart_(hart), table_(cycles), bus_(bus) {}

void Processor::reset(std::uint32_t pc) {
    x_.fill(0);
    pc_ = pc & ~3u;
    const std::uint32_t lines = traps_.lines();
    traps_ = {};
    for (const Interrupt line : {Interrupt::software, Interrupt::timer, Interrupt::external}) {
        traps_.set_line(line, lines >> static_cast<std::uint32_t>(line) & 1);
    }
    asleep_ = false;
    mcycle_offset_ = minstret_offset_ = 0;
    stop_.reset();
}

Processor::Stop Processor::run(std::uint64_t instructions) {
    if (stop_ == Stop::no_handler) {
        return *stop_;
    }
    stop_.reset();
    if (asleep_ && !traps_.wakes()) {
        return Stop::asleep;
    }
    asleep_ = false;
    while (instructions > 0) {
        if (const auto interrupt = traps_.due()) {
            ++interrupts_;
            cycles_ += table_.trap_entry;
            fault_ = {Cause::instruction_fault, pc_, 0};  // should there be no handler
            go_to_handler(traps_.enter(*interrupt, pc_));
        } else {
            instructions -= execute(instructions);
            if (instructions > 0) {
                execute_slowly();
                --instructions;
            }
        }
        if (stop_) {
            return *stop_;
        }
    }
    return Stop::budget;
}

Processor::Stop Processor::step() {
    const std::uint32_t at = pc_;
    const bool breakpoint = cache_.has_breakpoint(at);
    cache_.set_breakpoint(at, false);
    const Stop stop = run(1);
    cache_.set_breakpoint(at, breakpoint);
    return stop;
}

void Processor::set_x(unsigned index, std::uint32_t value) {
    if (index != 0) {
        x_[index] = value;
    }
}

// One instruction of any kind that execute() left.
void Processor::execute_slowly() {
    DecodeCache::Page* const page = find_page(pc_);
    if (page == nullptr) {
        raise(Cause::instruction_fault, pc_);
        return;
    }
    const Instruction i = page->instructions[pc_ / 4 % DecodeCache::kPageWords];
    using Op = Operation;
    switch (i.operation) {
        case Op::lb:
        case Op::lh:
        case Op::lw:
        case Op::lbu:
        case Op::lhu:
            return load(i);
        case Op::sb:
        case Op::sh:
        case Op::sw:
            return store(i);
        case Op::csrrw:
        case Op::csrrs:
        case Op::csrrc:
        case Op::csrrwi:
        case Op::csrrsi:
        case Op::csrrci:
            return access_csr(i);
        case Op::fence:
            return retire(table_.fence, pc_ + 4);
        case Op::fence_i:
            cache_.forget_all();
            return retire(table_.fence_i, pc_ + 4);
        case Op::ecall:
            return raise(Cause::machine_call, 0);
        case Op::ebreak:
            if (stop_at_ebreak_) {
                stop_ = Stop::breakpoint;
                return;
            }
            return raise(Cause::breakpoint, pc_);
        case Op::mret:
            return retire(table_.trap_return, traps_.leave());
        case Op::wfi:
            retire(table_.wfi, pc_ + 4);
            if (!traps_.wakes()) {
                asleep_ = true;
                stop_ = Stop::asleep;
            }
            return;
        case Op::stop:
            stop_ = Stop::breakpoint;
            return;
        case Op::illegal:
            return raise(Cause::illegal_instruction, static_cast<std::uint32_t>(i.immediate));
        default:
            return jump_astray(i);
    }
}

// Memory without the bus; null: there is none at `address`.
const DirectMemory* Processor::find_memory(std::uint32_t address, std::uint32_t bytes) {
    for (const DirectMemory& memory : memories_) {
        if (memory.holds(address, bytes)) {
            return &memory;
        }
    }
    const std::optional<DirectMemory> more = bus_.direct(address);
    if (!more || !more->holds(address, bytes)) {
        return nullptr;
    }
    memories_.push_back(*more);
    return &memories_.back();
}

DecodeCache::Page* Processor::find_page(std::uint32_t address) {
    const DirectMemory* const memory = find_memory(address, 4);
    if (memory == nullptr) {
        return nullptr;
    }
    if (data_.holds(address, 4)) {
        has_code_[(address - data_.first) >> DecodeCache::kPageShift] = 1;
    }
    return &cache_.page(address, *memory);
}

void Processor::use_as_data(const DirectMemory& memory) {
    data_ = memory;
    has_code_.assign(memory.size >> DecodeCache::kPageShift, 0);
    for (std::size_t page = 0; page < has_code_.size(); ++page) {
        has_code_[page] = cache_.has_page(
            memory.first + static_cast<std::uint32_t>(page << DecodeCache::kPageShift));
    }
}

void Processor::load(const Instruction& i) {
    const auto [bytes, is_signed] = load_kind(i.operation);
    const std::uint32_t address = x_[i.rs1] + static_cast<std::uint32_t>(i.immediate);
    if (address & (bytes - 1)) {
        return raise(Cause::load_misaligned, address);
    }
    std::uint32_t value = 0, wait = 0;
    if (const DirectMemory* const memory = find_memory(address, bytes)) {
        value = load_little_endian(memory->data + (address - memory->first), bytes);
        wait = memory->wait;
        ++direct_accesses_;
        if (memory->writable && data_.size == 0 && watches_.empty()) {
            use_as_data(*memory);
        }
    } else {
        const ProcessorBus::Access access = bus_.read(address, bytes, value);
        wait = access.wait;
        if (!access.okay) {
            cycles_ += wait;
            return raise(Cause::load_fault, address);
        }
    }
    const unsigned unused = 32 - 8 * bytes;
    x_[i.rd] =
        is_signed ? static_cast<std::uint32_t>(static_cast<std::int32_t>(value << unused) >> unused)
                  : value;
    watch(address, bytes, false);
    retire(table_.load + wait, pc_ + 4);
}

void Processor::store(const Instruction& i) {
    const std::uint32_t bytes = stored_bytes(i.operation);
    const std::uint32_t address = x_[i.rs1] + static_cast<std::uint32_t>(i.immediate);
    if (address & (bytes - 1)) {
        return raise(Cause::store_misaligned, address);
    }
    std::uint32_t wait = 0;
    const DirectMemory* const memory = find_memory(address, bytes);
    if (memory != nullptr && memory->writable) {
        store_little_endian(memory->data + (address - memory->first), bytes, x_[i.rs2]);
        wait = memory->wait;
        ++direct_accesses_;
        cache_.forget(address, bytes);
        if (data_.size == 0 && watches_.empty()) {
            use_as_data(*memory);
        }
    } else {
        const std::uint32_t mask = bytes == 4 ? ~0u : (1u << 8 * bytes) - 1;
        const ProcessorBus::Access access = bus_.write(address, bytes, x_[i.rs2] & mask);
        wait = access.wait;
        if (!access.okay) {
            cycles_ += wait;
            return raise(Cause::store_fault, address);
        }
    }
    watch(address, bytes, true);
    retire(table_.store + wait, pc_ + 4);
}

std::optional<std::uint32_t> Processor::csr(Csr number) const {
    const std::uint64_t cycle = cycles_ + mcycle_offset_, instret = retired_ + minstret_offset_;
    switch (number) {
        case Csr::mcycle:
        case Csr::cycle:
            return static_cast<std::uint32_t>(cycle);
        case Csr::mcycleh:
        case Csr::cycleh:
            return static_cast<std::uint32_t>(cycle >> 32);
        case Csr::minstret:
        case Csr::instret:
            return static_cast<std::uint32_t>(instret);
        case Csr::minstreth:
        case Csr::instreth:
            return static_cast<std::uint32_t>(instret >> 32);
        case Csr::mhartid:
            return hart_;
        default:
            return traps_.read(number);
    }
}

// Of a counter the value holds behind the writing instruction, whose own count is dropped.
bool Processor::write_csr(Csr number, std::uint32_t value) {
    constexpr std::uint64_t kLow = 0xFFFFFFFF;
    const auto low = [&](std::uint64_t old) { return (old & ~kLow) | value; };
    const auto high = [&](std::uint64_t old) { return (old & kLow) | std::uint64_t{value} << 32; };
    const std::uint64_t cycle = cycles_ + table_.csr, instret = retired_ + 1;
    switch (number) {
        case Csr::mcycle:
            mcycle_offset_ = low(cycle + mcycle_offset_) - cycle;
            return true;
        case Csr::mcycleh:
            mcycle_offset_ = high(cycle + mcycle_offset_) - cycle;
            return true;
        case Csr::minstret:
            minstret_offset_ = low(instret + minstret_offset_) - instret;
            return true;
        case Csr::minstreth:
            minstret_offset_ = high(instret + minstret_offset_) - instret;
            return true;
        default:
            return traps_.write(number, value);
    }
}

void Processor::access_csr(const Instruction& i) {
    using Op = Operation;
    const auto number = static_cast<Csr>(i.immediate);
    const auto illegal = [&] { raise(Cause::illegal_instruction, bits_at(pc_)); };
    const bool immediate = i.operation >= Op::csrrwi;
    const std::uint32_t operand = immediate ? i.rs1 : x_[i.rs1];
    const bool replaces = i.operation == Op::csrrw || i.operation == Op::csrrwi;
    const std::optional<std::uint32_t> old = csr(number);
    if (!old) {
        return illegal();
    }
    if (replaces || i.rs1 != 0) {
        const bool sets = i.operation == Op::csrrs || i.operation == Op::csrrsi;
        const std::uint32_t value = replaces ? operand : sets ? *old | operand : *old & ~operand;
        if (!write_csr(number, value)) {
            return illegal();
        }
    }
    x_[i.rd] = *old;
    retire(table_.csr, pc_ + 4);
}

std::uint32_t Processor::bits_at(std::uint32_t pc) {
    const DirectMemory* const memory = find_memory(pc, 4);
    return memory == nullptr ? 0 : load_little_endian(memory->data + (pc - memory->first), 4);
}

// A jump or taken branch whose target is no multiple of 4.
void Processor::jump_astray(const Instruction& i) {
    const auto immediate = static_cast<std::uint32_t>(i.immediate);
    raise(Cause::instruction_misaligned,
          i.operation == Operation::jalr ? (x_[i.rs1] + immediate) & ~1u : pc_ + immediate);
}

void Processor::raise(Cause cause, std::uint32_t value) {
    ++exceptions_;
    cycles_ += table_.trap_entry;
    fault_ = {cause, pc_, value};
    const std::uint32_t handler = traps_.mtvec() & ~3u;
    // The handler's own instructions trap, for ever: its first one, or one behind it, as where the
    // stack has run over.
    if (handler == pc_ || traps_.depth() >= kMostNestedTraps) {
        stop_ = Stop::no_handler;
        return;
    }
    go_to_handler(traps_.enter(cause, pc_, value));
}

void Processor::go_to_handler(std::uint32_t handler) {
    if (find_memory(handler, 4) == nullptr) {
        stop_ = Stop::no_handler;
        return;
    }
    pc_ = handler;
}

void Processor::retire(std::uint32_t cycles, std::uint32_t next) {
    ++retired_;
    cycles_ += cycles;
    pc_ = next;
}

void Processor::watch(std::uint32_t address, std::uint32_t bytes, bool write) {
    for (const Watch& watch : watches_) {
        const bool meets = address - watch.first < watch.bytes || watch.first - address < bytes;
        if (meets && (write ? watch.writes : watch.reads)) {
            watched_ = std::max(address, watch.first);
            stop_ = Stop::watchpoint;
        }
    }
}

void Processor::add_watch(const Watch& watch) {
    watches_.push_back(watch);
    data_ = {};  // all accesses go the long way
    has_code_.clear();
}

void Processor::remove_watch(const Watch& watch) {
    std::erase(watches_, watch);
}

void Processor::forget_memory() {
    cache_.clear();
    memories_.clear();
    data_ = {};
    has_code_.clear();
}

}  // namespace cortile
