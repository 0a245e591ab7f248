// SPDX-License-Identifier: Apache-2.0
// The devices of the management plane that keep no time of their own. Their registers:
// docs/reference/registers.md.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "hw_model/management/interrupt_lines.h"
#include "hw_model/registers/management_registers.h"
#include "hw_model/registers/register_block.h"

namespace cortile {

// What the program tells the world outside; each call is a sign of progress.
class ManagementHost {
  public:
    virtual ~ManagementHost() = default;
    virtual void console(char byte) = 0;
    virtual void message(std::uint32_t word) = 0;
    // Words of the next sample, in the format of HOST.DATA.
    virtual std::vector<std::uint32_t> next_sample() = 0;
    virtual std::uint32_t samples() const = 0;
    // Is the run to end now? Asked behind each slice of execution.
    virtual bool wants_end() { return false; }
};

class SystemDevice : public RegisterBlock {
  public:
    struct Facts {
        std::uint32_t processors, cores, mesh, core_type, clock_khz, ram_bytes, image_bytes;
    };
    explicit SystemDevice(const Facts& facts);
    std::function<void(std::uint32_t code)> on_exit;
    std::function<void()> on_watchdog;

    void set_boot_address(std::uint32_t address);
    struct Fault {
        std::uint32_t cause, pc, value;
    };
    Fault fault();

  private:
    bool on_write(std::uint32_t first, std::uint32_t index, std::uint32_t next,
                  std::uint32_t bits) override;
};

class InterruptController : public RegisterBlock {
  public:
    InterruptController(InterruptLines& lines, std::uint32_t processors);
    void raise(std::uint32_t bits);

  private:
    bool on_write(std::uint32_t first, std::uint32_t index, std::uint32_t next,
                  std::uint32_t bits) override;
    void update(std::uint32_t pending);

    InterruptLines& lines_;
    std::uint32_t processors_;
    std::array<std::uint32_t, registers::max_processors> enable_{};
};

class Uart : public RegisterBlock {
  public:
    explicit Uart(ManagementHost& host);

  private:
    bool on_write(std::uint32_t first, std::uint32_t index, std::uint32_t next,
                  std::uint32_t bits) override;

    ManagementHost& host_;
};

class Mailboxes : public RegisterBlock {
  public:
    Mailboxes(InterruptLines& lines, ManagementHost& host, std::uint32_t processors);

  private:
    std::optional<std::uint32_t> on_read(std::uint32_t first, std::uint32_t index) override;
    std::optional<std::uint32_t> on_peek(std::uint32_t first, std::uint32_t index) override;
    bool on_write(std::uint32_t first, std::uint32_t index, std::uint32_t next,
                  std::uint32_t bits) override;

    InterruptLines& lines_;
    ManagementHost& host_;
    std::uint32_t processors_;
    std::array<std::deque<std::uint32_t>, registers::max_processors> boxes_;
};

class HostStream : public RegisterBlock {
  public:
    HostStream(InterruptController& interrupts, ManagementHost& host);

  private:
    std::optional<std::uint32_t> on_read(std::uint32_t first, std::uint32_t index) override;
    std::optional<std::uint32_t> on_peek(std::uint32_t first, std::uint32_t index) override;
    bool on_write(std::uint32_t first, std::uint32_t index, std::uint32_t next,
                  std::uint32_t bits) override;

    InterruptController& interrupts_;
    ManagementHost& host_;
    std::vector<std::uint32_t> words_;
    std::size_t at_ = 0;
};

}  // namespace cortile
