// SPDX-License-Identifier: Apache-2.0
#include "hw_model/management/devices.h"

namespace cortile {

namespace reg = registers;

SystemDevice::SystemDevice(const Facts& facts) : RegisterBlock(reg::system::rows) {
    value(reg::system::processors) = facts.processors;
    value(reg::system::cores) = facts.cores;
    value(reg::system::mesh) = facts.mesh;
    value(reg::system::core_type) = facts.core_type;
    value(reg::system::clock) = facts.clock_khz;
    value(reg::system::ram_bytes) = facts.ram_bytes;
    value(reg::system::image_bytes) = facts.image_bytes;
}

void SystemDevice::set_boot_address(std::uint32_t address) {
    value(reg::system::boot_address) = address;
}

SystemDevice::Fault SystemDevice::fault() {
    return {value(reg::system::fault_cause), value(reg::system::fault_pc),
            value(reg::system::fault_value)};
}

bool SystemDevice::on_write(std::uint32_t first, std::uint32_t, std::uint32_t, std::uint32_t bits) {
    if (first == reg::system::exit) {
        on_exit(bits);
    } else if (first == reg::system::watchdog) {
        on_watchdog();
    }
    return true;
}

InterruptController::InterruptController(InterruptLines& lines, std::uint32_t processors)
    : RegisterBlock(reg::interrupts::rows), lines_(lines), processors_(processors) {}

void InterruptController::raise(std::uint32_t bits) {
    value(reg::interrupts::pending) |= bits;
    update(value(reg::interrupts::pending));
}

bool InterruptController::on_write(std::uint32_t first, std::uint32_t index, std::uint32_t next,
                                   std::uint32_t) {
    if (first == reg::interrupts::enable) {
        enable_[index] = next;
        update(value(reg::interrupts::pending));
    } else {
        update(next);
    }
    return true;
}

void InterruptController::update(std::uint32_t pending) {
    for (std::uint32_t p = 0; p < processors_; ++p) {
        lines_.set_line(p, Interrupt::external, (pending & enable_[p]) != 0);
    }
}

Uart::Uart(ManagementHost& host) : RegisterBlock(reg::uart::rows), host_(host) {}

bool Uart::on_write(std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t bits) {
    host_.console(static_cast<char>(bits & 0xFF));
    return true;
}

Mailboxes::Mailboxes(InterruptLines& lines, ManagementHost& host, std::uint32_t processors)
    : RegisterBlock(reg::mailbox::rows), lines_(lines), host_(host), processors_(processors) {}

std::optional<std::uint32_t> Mailboxes::on_read(std::uint32_t first, std::uint32_t index) {
    if (first == reg::mailbox::count) {
        return on_peek(first, index);
    }
    std::deque<std::uint32_t>& box = boxes_[index];
    if (box.empty()) {
        return std::nullopt;
    }
    const std::uint32_t word = box.front();
    box.pop_front();
    if (box.empty()) {
        lines_.set_line(index, Interrupt::software, false);
    }
    return word;
}

std::optional<std::uint32_t> Mailboxes::on_peek(std::uint32_t, std::uint32_t index) {
    return static_cast<std::uint32_t>(boxes_[index].size());  // what else is read is taken out
}

bool Mailboxes::on_write(std::uint32_t first, std::uint32_t index, std::uint32_t,
                         std::uint32_t bits) {
    if (first == reg::mailbox::send_host) {
        host_.message(bits);
        return true;
    }
    if (index >= processors_ || boxes_[index].size() >= reg::mailbox_depth) {
        return false;
    }
    boxes_[index].push_back(bits);
    lines_.set_line(index, Interrupt::software, true);
    return true;
}

HostStream::HostStream(InterruptController& interrupts, ManagementHost& host)
    : RegisterBlock(reg::host::rows), interrupts_(interrupts), host_(host) {}

std::optional<std::uint32_t> HostStream::on_read(std::uint32_t first, std::uint32_t index) {
    if (first != reg::host::data) {
        return on_peek(first, index);
    }
    return at_ < words_.size() ? std::optional(words_[at_++]) : std::nullopt;
}

std::optional<std::uint32_t> HostStream::on_peek(std::uint32_t first, std::uint32_t) {
    return first == reg::host::samples ? host_.samples()
                                       : static_cast<std::uint32_t>(words_.size() - at_);
}

bool HostStream::on_write(std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t) {
    words_ = host_.next_sample();
    at_ = 0;
    interrupts_.raise(reg::interrupt_host);
    return true;
}

}  // namespace cortile
