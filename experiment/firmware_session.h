// SPDX-License-Identifier: Apache-2.0
// Runs in which a program on the chip's management processors does what the host does otherwise.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "experiment/run_session.h"
#include "hw_model/chip/spike_bridge.h"
#include "hw_model/management/devices.h"
#include "hw_model/management/management_plane.h"

namespace cortile {

struct FirmwareOptions {
    std::filesystem::path program;               // ELF
    std::optional<std::filesystem::path> image;  // of `cortile image`; none: made of the run itself
    std::ostream* console = nullptr;             // where the UART goes
    std::optional<std::filesystem::path> trace;  // of the bus (VCD)
    std::optional<std::uint16_t> gdb_port;       // debugger of processor 0, which is waited for
};

// The host's side: gives samples when the program asks for them, and notes what it reports. A
// sample lasts from its first timestep to the message with its class.
class FirmwareSession : public RunSession, public ManagementHost {
  public:
    FirmwareSession(const PreparedRun& run, Chip& chip, const RtlCores& rtl,
                    const std::atomic<bool>& stop, Progress progress, SpikeBridge& bridge,
                    std::ostream* console);
    void attach(ManagementPlane& plane) { plane_ = &plane; }

    // Takes a core's, or the edge's, configuration memory into use.
    bool commit_core(CoreId core, std::span<const std::uint8_t> bytes);
    bool commit_edge(std::span<const std::uint8_t> bytes);

    bool begin_timestep(Chip& chip) override;
    void end_timestep(Chip& chip) override;
    const sc_core::sc_event* resumes() const override { return bridge_.resumes(); }

    void console(char byte) override;
    void message(std::uint32_t word) override;
    std::vector<std::uint32_t> next_sample() override;
    std::uint32_t samples() const override { return run_.samples; }
    bool wants_end() override { return stop_requested(); }

    std::vector<FirmwareResult::Message> take_messages() { return std::move(messages_); }
    void finish(FirmwareResult result) { firmware_ = std::move(result); }

  private:
    // Where spikes of a core, or of the host, go.
    using Reach = std::map<std::uint32_t, std::uint32_t>;  // core -> highest address
    void check_loaded();

    SpikeBridge& bridge_;
    ManagementPlane* plane_ = nullptr;
    std::ostream* console_;
    std::map<std::uint32_t, Reach> reach_;         // by source core; the host's under host_source
    std::map<std::uint32_t, std::uint32_t> room_;  // by core: addresses that it has
    bool checked_ = false;
    std::vector<FirmwareResult::Message> messages_;
    Picoseconds sample_began_ = 0;
    std::uint64_t sample_timesteps_ = 0;
};

// As execute(), but `options.program` drives the chip. Throws FirmwareError for what goes wrong in
// it, ConfigError for experiments that firmware cannot drive.
FinishedRun execute_firmware(PreparedRun& run, unsigned threads, const std::atomic<bool>& stop,
                             const RunSession::Progress& progress, const FirmwareOptions& options);

// ": what it means" of an exit code that the register map names; empty: a program's own.
std::string exit_meaning(std::uint32_t code);

// The image of what `run` puts on a chip (as make_program, which it calls).
std::vector<std::uint8_t> make_image(PreparedRun& run);

}  // namespace cortile
