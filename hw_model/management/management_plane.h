// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tlm_utils/simple_initiator_socket.h>
#include <systemc>

#include "hw_model/chip/chip.h"
#include "hw_model/chip/spike_bridge.h"
#include "hw_model/cpu/elf_file.h"
#include "hw_model/management/configuration.h"
#include "hw_model/management/devices.h"
#include "hw_model/management/dma.h"
#include "hw_model/management/gdb_server.h"
#include "hw_model/management/management_bus.h"
#include "hw_model/management/management_config.h"
#include "hw_model/management/memory.h"
#include "hw_model/management/processor_shell.h"
#include "hw_model/management/register_space.h"
#include "hw_model/management/timer.h"

namespace cortile {

struct ManagementParams {
    ManagementConfig config;
    std::string core_type;  // name
    CoreFacts cores;
    std::vector<std::uint8_t> image = {};  // network image; empty: none
    // Makes a core of configuration memory and puts it on the chip; false: it cannot.
    CoreConfiguration::CoreCommitter commit_core;
    Committer commit_edge;
};

// Processors, memories, devices and the configuration of a chip, on one bus. It stands beside the
// chip; its spikes go through `bridge`, which starts the timesteps. Any TLM-2.0 initiator may be
// bound to a bus.port().
class ManagementPlane : public sc_core::sc_module, private InterruptLines {
  public:
    ManagementPlane(const sc_core::sc_module_name& name, const ManagementParams& params, Chip& chip,
                    SpikeBridge& bridge, ManagementHost& host);
    ~ManagementPlane() override;

    ManagementBus bus;

    // Puts a program into memory and sets where the ROM goes. Throws ConfigError for what does not
    // fit. Before the simulation starts.
    void load(const ElfFile& program);
    // Bytes that are in RAM or ROM when the simulation starts. False: they do not fit. Before it.
    bool preload(std::uint32_t address, std::vector<std::uint8_t> bytes);
    // Processor 0 is under the debugger's control from its first instruction on. Before the
    // simulation.
    void debug(GdbServer& server);
    // Debug accesses over the bus; false: not all of it.
    bool peek(std::uint32_t address, std::span<std::uint8_t> bytes);
    bool poke(std::uint32_t address, std::span<const std::uint8_t> bytes);
    // The chip's timestep has ended: raises interrupts.
    void timestep_ended();

    // The program's exit code, once it has ended.
    const std::optional<std::uint32_t>& exit_code() const { return exit_code_; }
    // Who is on the bus, in the order of binding: processors, dma, loader; others follow.
    std::vector<std::string> initiators() const;
    // After the simulation. Throws what a processor threw; FirmwareError for a trap that nothing
    // handles, and for processors that all sleep with nothing to wake them.
    void check_end();

    ManagementCounts counts() const;
    const std::vector<std::unique_ptr<ProcessorShell>>& processors() const { return processors_; }
    Picoseconds clock_period() const { return config_.clock_period; }
    // "pc 0x80000010, main + 0x10 (main.c:12)"; without pc: of processor 0.
    std::string place(std::uint32_t pc) const;
    std::string place() const { return place(processors_[0]->processor().pc()); }

  private:
    struct Progress;  // counts calls of the host as signs of progress
    void set_line(std::uint32_t processor, Interrupt line, bool high) override;
    void after_slice(ProcessorShell& shell, Processor::Stop stop);
    void fail(std::exception_ptr failure);
    void end(std::uint32_t code);
    void note_progress();
    bool note_commit(bool committed);
    void pause() { sc_core::sc_pause(); }
    std::uint32_t debug_read(std::uint32_t address);
    unsigned debug_access(tlm::tlm_command command, std::uint32_t address,
                          std::span<std::uint8_t> bytes);
    void ask_debugger(ProcessorShell& shell, Processor::Stop stop);
    void start_of_simulation() override;
    void write_rom();
    std::string cause_text(std::uint32_t cause, std::uint32_t value) const;
    [[noreturn]] void report_trap(std::uint32_t cause, std::uint32_t pc, std::uint32_t value) const;

    ManagementConfig config_;
    SpikeBridge& bridge_;
    std::unique_ptr<Progress> host_;
    Memory rom_, ram_, image_;
    RegisterSpace space_;
    SystemDevice system_;
    InterruptController interrupts_;
    Timer timer_;
    Uart uart_;
    Dma dma_;
    Mailboxes mailboxes_;
    HostStream stream_;
    EdgeRegisters edge_;
    CoreConfiguration cores_;
    std::vector<std::unique_ptr<ProcessorShell>> processors_;
    tlm_utils::simple_initiator_socket<ManagementPlane> debug_;

    const ElfFile* program_ = nullptr;
    GdbServer* gdb_ = nullptr;
    bool stepping_ = false;  // by the debugger
    std::vector<std::pair<std::uint32_t, std::vector<std::uint8_t>>> preloads_;
    std::vector<std::uint64_t> progress_;  // by processor: instructions at the last sign of it
    std::optional<std::uint32_t> exit_code_;
    sc_core::sc_event stop_;
    std::exception_ptr failure_;
};

}  // namespace cortile
