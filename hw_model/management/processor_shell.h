// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include <tlm_utils/simple_initiator_socket.h>
#include <systemc>
#include <tlm>

#include "hw_model/base/time.h"
#include "hw_model/cpu/processor.h"

namespace cortile {

// A processor on the bus: runs ahead of the kernel's time by up to a quantum of instructions, reads
// and writes memory directly where that is granted, sleeps in wfi.
class ProcessorShell : public sc_core::sc_module, private ProcessorBus {
  public:
    ProcessorShell(const sc_core::sc_module_name& name, std::uint32_t hart,
                   Picoseconds clock_period, std::uint64_t quantum, std::uint32_t start);

    tlm_utils::simple_initiator_socket<ProcessorShell> bus;

    Processor& processor() { return processor_; }
    const Processor& processor() const { return processor_; }
    void set_line(Interrupt line, bool high);
    // Called behind each slice of execution; may throw.
    using Observer = std::function<void(ProcessorShell&, Processor::Stop)>;
    void observe(Observer observer) { observer_ = std::move(observer); }
    // What the observer throws, or the bus, ends up here.
    void on_failure(std::function<void(std::exception_ptr)> handler) {
        failed_ = std::move(handler);
    }
    // Before the first slice; may throw.
    void on_start(std::function<void(ProcessorShell&)> handler) { started_ = std::move(handler); }
    // For debuggers: the next slice begins with the instruction at pc, breakpoint or not, and, with
    // `alone`, ends behind it.
    void step_first(bool alone) { step_first_ = true, step_alone_ = alone; }
    bool asleep() const { return asleep_; }
    // Where the last access that the bus refused went.
    std::optional<std::uint32_t> refused() const { return refused_; }

  private:
    void execute();
    Processor::Stop run_slice();
    void sleep();
    void synchronise();
    sc_core::sc_time local_time() const;
    Access transport(bool write, std::uint32_t address, std::uint8_t* data, std::uint32_t bytes);
    Access read(std::uint32_t address, std::uint32_t bytes, std::uint32_t& value) override;
    Access write(std::uint32_t address, std::uint32_t bytes, std::uint32_t value) override;
    std::optional<DirectMemory> direct(std::uint32_t address) override;
    void invalidate(sc_dt::uint64 first, sc_dt::uint64 last);

    sc_core::sc_time period_;
    std::uint64_t quantum_;
    Processor processor_;
    Observer observer_;
    std::function<void(ProcessorShell&)> started_;
    bool step_first_ = false, step_alone_ = false;
    std::function<void(std::exception_ptr)> failed_;
    sc_core::sc_time slice_start_;    // when the present slice began
    std::uint64_t slice_cycles_ = 0;  // what the processor had counted then
    sc_core::sc_event line_rises_;
    bool asleep_ = false;
    std::optional<std::uint32_t> refused_;
};

}  // namespace cortile
