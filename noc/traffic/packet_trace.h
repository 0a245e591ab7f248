// SPDX-License-Identifier: Apache-2.0
// All packets of a run in a file, and back.
//
// A text file: the first line names the format and the number of cores, the second the columns, the
// last the number of packets, so that a file that was cut off is noticed. Between them a line per
// packet, ascending in (timestep, pass, time, source):
//
//     # cortile packet trace, 128 cores
//     timestep,pass,time_ps,source,destination,copy
//     0,0,2500,host,17,0
//     0,0,9100,3,18,0
//     0,0,9100,3,20,1
//     # end, 3 packets
//
// `timestep`: of the run, all samples numbered through. `pass`: 0, or 1 and above for packets that
// cores relay after those (each pass begins with an empty network). `time_ps`: of the injection,
// since the start of the pass. `source`: a core, or `host`. `destination`: a core. `copy`: 1 if it
// is a further copy of the spike in the line before, for another core (noc/api/multicast.h), else
// 0.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "noc/api/noc_engine.h"

namespace cortile {

// `resumed`: the first thing to come is a transfer_state() that restores.
enum class TraceStart { anew, resumed };

class PacketTraceWriter {
  public:
    // Writes to "FILE.partial" until finish(). Throws ConfigError if that cannot be.
    PacketTraceWriter(std::filesystem::path file, std::uint32_t cores,
                      TraceStart start = TraceStart::anew);
    // Without finish(): nothing is left, unless the state was saved, which goes on with the file.
    ~PacketTraceWriter();
    PacketTraceWriter(const PacketTraceWriter&) = delete;
    PacketTraceWriter& operator=(const PacketTraceWriter&) = delete;

    // The packets of one pass, in any order of sources. Sources from `cores` on are the host.
    void write(std::uint64_t timestep, std::uint32_t pass, std::vector<SpikePacket> packets);
    // Gives the file its name. Throws ConfigError if it cannot be written (disk full).
    void finish();
    // Restores from what is there of "FILE.partial", or of a finished FILE. Throws ConfigError if
    // that does not begin with what was written when the state was saved.
    void transfer_state(StateArchive& archive);

  private:
    void check() const;
    void append(std::string_view text);
    void reopen();

    std::filesystem::path file_, partial_;
    std::uint32_t cores_;
    std::ofstream stream_;
    std::uint64_t packets_ = 0, bytes_ = 0;  // without the last line
    std::uint32_t checksum_ = 0;             // of those bytes
    bool finished_ = false, is_kept_ = false;
};

// An engine that writes down what `engine` is given to carry. `writer` is kept.
std::unique_ptr<NocEngine> make_recording(std::unique_ptr<NocEngine> engine,
                                          const Topology& topology, PacketTraceWriter& writer);

struct TracedPacket {
    Picoseconds time = 0;
    std::uint32_t source = 0;  // core; the number of cores stands for the host
    std::uint32_t destination = 0;
    bool is_copy = false;  // of the spike of the packet before
};

struct TracedPass {
    std::uint64_t timestep = 0;
    std::uint32_t pass = 0;
    std::vector<TracedPacket> packets;  // ascending in (time, source); at least one
};

// Every error is a ConfigError with file and line.
class PacketTraceReader {
  public:
    explicit PacketTraceReader(const std::filesystem::path& file);

    std::uint32_t cores() const { return cores_; }
    // Nothing at the end of the trace.
    std::optional<TracedPass> next();

  private:
    struct Line {
        std::uint64_t timestep = 0;
        std::uint32_t pass = 0;
        TracedPacket packet;
    };

    bool read_text();
    void read_line();
    Line parse(const std::string& text) const;
    [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const;

    std::string name_;
    std::ifstream stream_;
    std::uint64_t line_ = 0, packets_ = 0;
    std::uint32_t cores_ = 0;
    std::string text_;
    std::optional<Line> ahead_;  // nothing after the end
};

}  // namespace cortile
