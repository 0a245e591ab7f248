// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hw_model/cpu/processor.h"

namespace cortile {

// The GDB remote serial protocol (GDB manual, appendix E) on a socket of this machine alone, for
// one processor and one debugger: registers, memory, breakpoints, watchpoints, steps, Ctrl-C. While
// the program is stopped, so is the simulation.
class GdbServer {
  public:
    // Memory as debug accesses reach it; false: not all of it.
    using ReadMemory = std::function<bool(std::uint32_t address, std::span<std::uint8_t> bytes)>;
    using WriteMemory =
        std::function<bool(std::uint32_t address, std::span<const std::uint8_t> bytes)>;
    enum class Resume { run, step, kill };

    // Listens at 127.0.0.1:`port`; 0: at a free one. Throws ConfigError. Where it waits for the
    // debugger, it gives up when `wants_end` says so: it is as if the debugger had left then.
    GdbServer(std::uint16_t port, ReadMemory read, WriteMemory write,
              std::function<bool()> wants_end);
    ~GdbServer();
    GdbServer(const GdbServer&) = delete;
    GdbServer& operator=(const GdbServer&) = delete;

    std::uint16_t port() const { return port_; }
    // Waits for the debugger. Throws ConfigError.
    void accept();

    // The processor has stopped: tells the debugger why and does what it asks for, until the
    // program is to go on. Without a debugger (it detached) that is at once.
    Resume stopped(Processor& processor, Processor::Stop stop);
    // Did the debugger ask a running program to stop?
    bool interrupted();
    void exited(std::uint32_t code);
    bool attached() const { return client_ >= 0; }

  private:
    std::optional<Resume> answer(const std::string& packet, Processor& processor);
    std::string registers(const Processor& processor) const;
    std::string set_registers(const std::string& hex, Processor& processor);
    std::string one_register(const std::string& number, const Processor& processor) const;
    std::string set_one_register(const std::string& assignment, Processor& processor);
    std::string read_memory(const std::string& range);
    std::string write_memory(const std::string& assignment, Processor& processor);
    std::string breakpoint(const std::string& packet, Processor& processor);
    std::string query(const std::string& packet) const;
    std::string stop_reply(const Processor& processor, Processor::Stop stop) const;
    std::string receive();  // empty: the debugger is gone
    void send(const std::string& content);
    int byte();
    bool wait_for(int socket) const;
    void drop();

    ReadMemory read_;
    WriteMemory write_;
    std::function<bool()> wants_end_;
    std::vector<std::uint8_t> buffer_;  // received
    std::size_t at_ = 0;                // of it: the next byte
    int listener_ = -1, client_ = -1;
    std::uint16_t port_ = 0;
    bool told_ = false;          // the debugger knows that the program is stopped
    bool interrupting_ = false;  // it asked for that
};

}  // namespace cortile
