// SPDX-License-Identifier: Apache-2.0
#include "hw_model/management/management_plane.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "hw_model/base/checksum.h"
#include "hw_model/base/error.h"
#include "hw_model/cpu/firmware_error.h"
#include "workload/image/network_image.h"

namespace cortile {

namespace {

namespace reg = registers;

constexpr std::uint32_t kRomBytes = 0x10000, kBridgeBytes = 0x3000, kSpaceFirst = 0x10000000,
                        kSpaceBytes = 0x10000;

static_assert(SpikePacket::pack(1, 0) == SpikePacket::Target{1} << reg::destination_address_bits);
static_assert(reg::image_magic == NetworkImageHeader::kMagic &&
              reg::image_version == NetworkImageHeader::kVersion);
static_assert(reg::bridge_status == static_cast<std::uint32_t>(BridgeRegister::status) &&
              reg::bridge_clear == static_cast<std::uint32_t>(BridgeRegister::clear) &&
              reg::bridge_step == static_cast<std::uint32_t>(BridgeRegister::step) &&
              reg::bridge_sample == static_cast<std::uint32_t>(BridgeRegister::sample) &&
              reg::bridge_receive_count ==
                  static_cast<std::uint32_t>(BridgeRegister::receive_count) &&
              reg::bridge_inject == static_cast<std::uint32_t>(BridgeRegister::inject) &&
              reg::bridge_receive == static_cast<std::uint32_t>(BridgeRegister::receive));

sc_core::sc_time as_sc_time(Picoseconds time) {
    return sc_core::sc_time(static_cast<double>(time), sc_core::SC_PS);
}

SystemDevice::Facts facts(const ManagementParams& params, const Chip& chip) {
    const Topology& topology = chip.config().topology;
    return {params.config.processors,
            topology.cores(),
            topology.width | topology.height << 16,
            checksum(params.core_type),
            static_cast<std::uint32_t>(1'000'000'000 / params.config.clock_period),
            params.config.ram_bytes,
            static_cast<std::uint32_t>(params.image.size())};
}

}  // namespace

// Stands between the devices and the host.
struct ManagementPlane::Progress : ManagementHost {
    Progress(ManagementPlane& plane_, ManagementHost& host_) : plane(plane_), host(host_) {}
    void console(char byte) override {
        plane.note_progress();
        host.console(byte);
    }
    void message(std::uint32_t word) override {
        plane.note_progress();
        host.message(word);
    }
    std::vector<std::uint32_t> next_sample() override {
        plane.note_progress();
        return host.next_sample();
    }
    std::uint32_t samples() const override { return host.samples(); }
    bool wants_end() override { return host.wants_end(); }

    ManagementPlane& plane;
    ManagementHost& host;
};

ManagementPlane::ManagementPlane(const sc_core::sc_module_name& name,
                                 const ManagementParams& params, Chip& chip, SpikeBridge& bridge,
                                 ManagementHost& host)
    : sc_module(name),
      bus("bus"),
      config_(params.config),
      bridge_(bridge),
      host_(std::make_unique<Progress>(*this, host)),
      rom_("rom", std::vector<std::uint8_t>(kRomBytes), false),
      ram_("ram", std::vector<std::uint8_t>(params.config.ram_bytes), true),
      image_("image", params.image, false),
      space_("devices", kSpaceFirst),
      system_(facts(params, chip)),
      interrupts_(*this, params.config.processors),
      timer_("timer", *this, space_, params.config.processors),
      uart_(*host_),
      dma_("dma", interrupts_, space_, as_sc_time(params.config.dma_word)),
      mailboxes_(*this, *host_, params.config.processors),
      stream_(interrupts_, *host_),
      edge_([this, commit = params.commit_edge](std::span<const std::uint8_t> bytes) {
          return note_commit(commit(bytes));
      }),
      cores_(
          "cores", chip,
          [this, commit = params.commit_core](CoreId core, std::span<const std::uint8_t> bytes) {
              return note_commit(commit(core, bytes));
          },
          params.cores),
      debug_("debug"),
      progress_(params.config.processors, 0) {
    const sc_core::sc_time latency = as_sc_time(config_.bus_latency);
    bus.map({reg::rom_base, rom_.size(), latency, true, "ROM"}, rom_.access);
    bus.map({reg::ram_base, ram_.size(), latency, true, "RAM"}, ram_.access);
    bus.map({reg::image_base, image_.size(), latency, true, "network image"}, image_.access);
    bus.map({kSpaceFirst, kSpaceBytes, latency, false, "devices"}, space_.access);
    bus.map({reg::spikes_base, kBridgeBytes, latency, false, "spike bridge"}, bridge_.access);
    bus.map({reg::cores_base, chip.core_count() * reg::core_stride,
             latency + as_sc_time(config_.core_latency), false, "cores"},
            cores_.access);
    space_.add(reg::system::base, system_);
    space_.add(reg::timer::base, timer_);
    space_.add(reg::interrupts::base, interrupts_);
    space_.add(reg::uart::base, uart_);
    space_.add(reg::dma::base, dma_);
    space_.add(reg::mailbox::base, mailboxes_);
    space_.add(reg::host::base, stream_);
    space_.add(reg::edge::base, edge_);
    system_.on_exit = [this](std::uint32_t code) { end(code); };
    system_.on_watchdog = [this] { note_progress(); };
    for (std::uint32_t p = 0; p < config_.processors; ++p) {
        processors_.push_back(
            std::make_unique<ProcessorShell>(fmt::format("processor_{}", p).c_str(), p,
                                             config_.clock_period, config_.quantum, reg::rom_base));
        processors_.back()->bus.bind(bus.port());
        processors_.back()->observe(
            [this](ProcessorShell& shell, Processor::Stop stop) { after_slice(shell, stop); });
        processors_.back()->on_failure([this](std::exception_ptr failure) { fail(failure); });
    }
    dma_.bus.bind(bus.port());
    debug_.bind(bus.port());
    write_rom();

    SC_HAS_PROCESS(ManagementPlane);
    SC_METHOD(pause);
    sensitive << stop_;
    dont_initialize();
}

ManagementPlane::~ManagementPlane() = default;

// lui t0, SYSTEM; lw t0, BOOT_ADDRESS(t0); jr t0
void ManagementPlane::write_rom() {
    static_assert(reg::system::base % 0x1000 == 0 && reg::system::boot_address < 0x800);
    const std::array<std::uint32_t, 3> program{
        reg::system::base | 5 << 7 | 0x37,
        std::uint32_t{reg::system::boot_address} << 20 | 5 << 15 | 2 << 12 | 5 << 7 | 0x03,
        5 << 15 | 0x67};
    std::memcpy(rom_.data(), program.data(), sizeof program);
}

unsigned ManagementPlane::debug_access(tlm::tlm_command command, std::uint32_t address,
                                       std::span<std::uint8_t> bytes) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(bytes.data());
    payload.set_data_length(static_cast<unsigned>(bytes.size()));
    payload.set_streaming_width(payload.get_data_length());
    return debug_->transport_dbg(payload);
}

bool ManagementPlane::peek(std::uint32_t address, std::span<std::uint8_t> bytes) {
    return debug_access(tlm::TLM_READ_COMMAND, address, bytes) == bytes.size();
}

bool ManagementPlane::poke(std::uint32_t address, std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
    return debug_access(tlm::TLM_WRITE_COMMAND, address, copy) == copy.size();
}

bool ManagementPlane::preload(std::uint32_t address, std::vector<std::uint8_t> bytes) {
    const auto fits = [&](std::uint32_t first, const Memory& memory) {
        return address >= first && address - first < memory.size() &&
               memory.size() - (address - first) >= bytes.size();
    };
    if (!fits(reg::ram_base, ram_) && !fits(reg::rom_base, rom_)) {
        return false;
    }
    preloads_.emplace_back(address, std::move(bytes));
    return true;
}

// The host's loader is an initiator like any other: sockets are bound by now.
void ManagementPlane::start_of_simulation() {
    for (auto& [address, bytes] : preloads_) {
        if (!poke(address, bytes)) {
            throw ContractViolation("ManagementPlane: memory does not take what fits into it");
        }
    }
    preloads_.clear();
}

void ManagementPlane::load(const ElfFile& program) {
    program_ = &program;
    for (const ElfSegment& segment : program.segments()) {
        std::vector<std::uint8_t> bytes = segment.bytes;
        bytes.resize(segment.size);
        if (!preload(segment.address, std::move(bytes))) {
            throw ConfigError(
                program.file().string(),
                fmt::format("{} bytes at 0x{:08X} do not fit: RAM is 0x{:08X} to 0x{:08X}",
                            segment.size, segment.address, reg::ram_base,
                            reg::ram_base + (ram_.size() - 1)),
                "link it with firmware/link/firmware.ld, or raise management.ram");
        }
    }
    system_.set_boot_address(program.entry());
}

void ManagementPlane::timestep_ended() {
    note_progress();
    const auto status = static_cast<std::uint32_t>(BridgeRegister::status);
    const std::uint32_t bits = debug_read(reg::spikes_base + status);
    const auto has = [&](BridgeStatus bit) {
        return (bits & static_cast<std::uint32_t>(bit)) != 0;
    };
    constexpr std::uint32_t kErrors = 0xFFFFFF00;
    interrupts_.raise((has(BridgeStatus::busy) ? 0 : reg::interrupt_timestep) |
                      (has(BridgeStatus::received) ? reg::interrupt_spikes : 0) |
                      ((bits & kErrors) != 0 ? reg::interrupt_error : 0));
}

std::uint32_t ManagementPlane::debug_read(std::uint32_t address) {
    std::array<std::uint8_t, 4> bytes{};
    peek(address, bytes);
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data(), bytes.size());
    return word;
}

void ManagementPlane::set_line(std::uint32_t processor, Interrupt line, bool high) {
    if (processor < processors_.size()) {
        processors_[processor]->set_line(line, high);
    }
}

void ManagementPlane::note_progress() {
    for (std::size_t p = 0; p < processors_.size(); ++p) {
        progress_[p] = processors_[p]->processor().instructions();
    }
}

void ManagementPlane::after_slice(ProcessorShell& shell, Processor::Stop stop) {
    const Processor& processor = shell.processor();
    if (exit_code_) {
        if (gdb_ != nullptr) {
            gdb_->exited(*exit_code_);
        }
        sc_core::sc_pause();
        return;
    }
    if (gdb_ != nullptr && gdb_->attached() && processor.hart() == 0) {
        ask_debugger(shell, stop);
    }
    if (host_->wants_end()) {
        sc_core::sc_pause();
        return;
    }
    if (stop == Processor::Stop::no_handler) {
        const Processor::Fault& fault = processor.fault();
        report_trap(static_cast<std::uint32_t>(fault.cause), fault.pc, fault.value);
    }
    const std::uint64_t since = processor.instructions() - progress_[processor.hart()];
    const bool debugged = gdb_ != nullptr && gdb_->attached();
    if (since > config_.watchdog && !debugged) {
        throw FirmwareError(fmt::format(
            "processor {} made no progress in {} instructions: {}\n"
            "  hint: an endless loop? management.watchdog is the limit; a timestep, a message, "
            "output or a write to SYSTEM.WATCHDOG is progress",
            processor.hart(), since, place(processor.pc())));
    }
}

void ManagementPlane::debug(GdbServer& server) {
    gdb_ = &server;
    processors_[0]->processor().stop_at_ebreak(true);
    processors_[0]->on_start(
        [this](ProcessorShell& shell) { ask_debugger(shell, Processor::Stop::breakpoint); });
}

// Behind a slice of processor 0: is the debugger to be told of something?
void ManagementPlane::ask_debugger(ProcessorShell& shell, Processor::Stop stop) {
    const bool goes_on = (stop == Processor::Stop::budget || stop == Processor::Stop::asleep) &&
                         !stepping_ && !gdb_->interrupted();
    if (goes_on) {
        return;
    }
    const GdbServer::Resume resume = gdb_->stopped(shell.processor(), stop);
    if (resume == GdbServer::Resume::kill) {
        throw FirmwareError("ended by the debugger: " + place(shell.processor().pc()));
    }
    stepping_ = resume == GdbServer::Resume::step;
    shell.step_first(stepping_);
    if (!gdb_->attached()) {
        shell.processor().stop_at_ebreak(false);
        note_progress();
    }
}

void ManagementPlane::end(std::uint32_t code) {
    if (!exit_code_) {
        exit_code_ = code;
    }
    for (const auto& shell : processors_) {
        shell->processor().halt();
    }
    // Whoever wrote it, the time of the write is still to pass. A processor sees to that itself.
    const bool by_processor = std::any_of(processors_.begin(), processors_.end(),
                                          [](const auto& shell) { return !shell->asleep(); });
    if (!by_processor) {
        stop_.notify(space_.time() - sc_core::sc_time_stamp());
    }
}

// Whether a core, or the edge, became what was asked for.
bool ManagementPlane::note_commit(bool committed) {
    if (!committed) {
        interrupts_.raise(reg::interrupt_error);
    }
    return committed;
}

void ManagementPlane::fail(std::exception_ptr failure) {
    if (!failure_) {
        failure_ = failure;
    }
    sc_core::sc_pause();
}

void ManagementPlane::check_end() {
    if (failure_) {
        std::rethrow_exception(failure_);
    }
    if (exit_code_ == reg::exit_trap) {
        const SystemDevice::Fault fault = system_.fault();
        report_trap(fault.cause, fault.pc, fault.value);
    }
    if (!exit_code_) {
        std::string text = "all processors wait for an interrupt that cannot come";
        for (const auto& shell : processors_) {
            text += fmt::format("\n  processor {}: {}", shell->processor().hart(),
                                place(shell->processor().pc()));
        }
        throw FirmwareError(text);
    }
}

std::string ManagementPlane::place(std::uint32_t pc) const {
    return fmt::format("pc 0x{:08X}, {}", pc, program_ == nullptr ? "?" : program_->describe(pc));
}

std::string ManagementPlane::cause_text(std::uint32_t cause, std::uint32_t value) const {
    if ((cause & TrapRegisters::kInterruptFlag) != 0) {
        return std::string(to_string(static_cast<Interrupt>(cause & 0xFF))) + " interrupt";
    }
    const auto code = static_cast<Cause>(cause);
    std::string text = to_string(code);
    if (code == Cause::load_fault || code == Cause::store_fault ||
        code == Cause::instruction_fault) {
        const std::string region = bus.region_at(value);
        return fmt::format("{} at 0x{:08X}, {}", text, value,
                           region.empty() ? "which is outside the memory map"
                                          : "which " + region + " did not allow");
    }
    return fmt::format("{} (mtval 0x{:08X})", text, value);
}

void ManagementPlane::report_trap(std::uint32_t cause, std::uint32_t pc,
                                  std::uint32_t value) const {
    throw FirmwareError(
        fmt::format("a trap that nothing handles: {}: {}", cause_text(cause, value), place(pc)));
}

std::vector<std::string> ManagementPlane::initiators() const {
    std::vector<std::string> names;
    for (const auto& shell : processors_) {
        names.push_back(shell->basename());
    }
    names.insert(names.end(), {"dma", "loader"});
    return names;
}

ManagementCounts ManagementPlane::counts() const {
    ManagementCounts counts;
    counts.bus_words = bus.words();
    counts.ram_words = bus.memory_words();
    for (const auto& shell : processors_) {
        counts.instructions += shell->processor().instructions();
        counts.ram_words += shell->processor().direct_accesses();
    }
    return counts;
}

}  // namespace cortile
