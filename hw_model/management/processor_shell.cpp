// SPDX-License-Identifier: Apache-2.0
#include "hw_model/management/processor_shell.h"

namespace cortile {

ProcessorShell::ProcessorShell(const sc_core::sc_module_name& name, std::uint32_t hart,
                               Picoseconds clock_period, std::uint64_t quantum, std::uint32_t start)
    : sc_module(name),
      bus("bus"),
      period_(static_cast<double>(clock_period), sc_core::SC_PS),
      quantum_(quantum),
      processor_(hart, CycleTable{}, *this) {
    processor_.reset(start);
    bus.register_invalidate_direct_mem_ptr(this, &ProcessorShell::invalidate);
    SC_HAS_PROCESS(ProcessorShell);
    SC_THREAD(execute);
}

void ProcessorShell::set_line(Interrupt line, bool high) {
    processor_.set_interrupt(line, high);
    if (asleep_ && processor_.wakes()) {
        line_rises_.notify(sc_core::SC_ZERO_TIME);
    }
}

void ProcessorShell::execute() {
    try {
        if (started_) {
            started_(*this);
        }
        for (;;) {
            slice_start_ = sc_core::sc_time_stamp();
            slice_cycles_ = processor_.cycles();
            const Processor::Stop stop = run_slice();
            synchronise();
            if (observer_) {
                observer_(*this, stop);
            }
            if (stop == Processor::Stop::asleep) {
                sleep();
            } else if (stop == Processor::Stop::halted) {
                wait();  // for ever: there is no static sensitivity
            }
        }
    } catch (const sc_core::sc_unwind_exception&) {
        throw;
    } catch (...) {
        failed_(std::current_exception());
    }
}

Processor::Stop ProcessorShell::run_slice() {
    if (!step_first_) {
        return processor_.run(quantum_);
    }
    step_first_ = false;
    const Processor::Stop stop = processor_.step();
    return stop == Processor::Stop::budget && !step_alone_ ? processor_.run(quantum_) : stop;
}

// Until an interrupt that is enabled, and then to the next edge of the clock.
void ProcessorShell::sleep() {
    const sc_core::sc_time from = sc_core::sc_time_stamp();
    asleep_ = true;
    while (!processor_.wakes()) {
        wait(line_rises_);
    }
    asleep_ = false;
    const sc_dt::uint64 slept = (sc_core::sc_time_stamp() - from).value();
    const sc_dt::uint64 cycles = (slept + period_.value() - 1) / period_.value();
    processor_.pass_cycles(cycles);
    const sc_core::sc_time edge = from + sc_core::sc_time::from_value(cycles * period_.value());
    if (edge > sc_core::sc_time_stamp()) {
        wait(edge - sc_core::sc_time_stamp());
    }
}

sc_core::sc_time ProcessorShell::local_time() const {
    const std::uint64_t cycles = processor_.cycles() - slice_cycles_;
    return slice_start_ + sc_core::sc_time::from_value(cycles * period_.value());
}

void ProcessorShell::synchronise() {
    const sc_core::sc_time ahead = local_time() - sc_core::sc_time_stamp();
    if (ahead > sc_core::SC_ZERO_TIME) {
        wait(ahead);
    }
}

ProcessorBus::Access ProcessorShell::transport(bool write, std::uint32_t address,
                                               std::uint8_t* data, std::uint32_t bytes) {
    tlm::tlm_generic_payload payload;
    payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload.set_address(address);
    payload.set_data_ptr(data);
    payload.set_data_length(bytes);
    payload.set_streaming_width(bytes);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    const sc_core::sc_time before = local_time();
    sc_core::sc_time delay = before - sc_core::sc_time_stamp();
    bus->b_transport(payload, delay);
    // Targets may have waited.
    const sc_core::sc_time after = sc_core::sc_time_stamp() + delay;
    const sc_dt::uint64 waited = (after - before).value();
    const bool okay = payload.is_response_ok();
    if (!okay) {
        refused_ = address;
    }
    return {okay, static_cast<std::uint32_t>((waited + period_.value() - 1) / period_.value())};
}

ProcessorBus::Access ProcessorShell::read(std::uint32_t address, std::uint32_t bytes,
                                          std::uint32_t& value) {
    value = 0;
    return transport(false, address, reinterpret_cast<std::uint8_t*>(&value), bytes);
}

ProcessorBus::Access ProcessorShell::write(std::uint32_t address, std::uint32_t bytes,
                                           std::uint32_t value) {
    return transport(true, address, reinterpret_cast<std::uint8_t*>(&value), bytes);
}

std::optional<DirectMemory> ProcessorShell::direct(std::uint32_t address) {
    tlm::tlm_generic_payload payload;
    payload.set_command(tlm::TLM_READ_COMMAND);
    payload.set_address(address);
    tlm::tlm_dmi dmi;
    if (!bus->get_direct_mem_ptr(payload, dmi) || !dmi.is_read_allowed()) {
        return std::nullopt;
    }
    DirectMemory memory;
    memory.first = static_cast<std::uint32_t>(dmi.get_start_address());
    memory.size = static_cast<std::uint32_t>(dmi.get_end_address() - dmi.get_start_address() + 1);
    memory.data = dmi.get_dmi_ptr();
    memory.writable = dmi.is_write_allowed();
    return memory;
}

void ProcessorShell::invalidate(sc_dt::uint64, sc_dt::uint64) {
    processor_.forget_memory();
}

}  // namespace cortile
