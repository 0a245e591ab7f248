// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "experiment/prepared_run.h"
#include "experiment/rtl_cores.h"
#include "hw_model/base/executor.h"
#include "hw_model/chip/chip.h"
#include "hw_model/report/run_result.h"
#include "noc/engines/faulty_engine.h"
#include "noc/traffic/packet_trace.h"

namespace cortile {

// The chip that a prepared run asks for, its network loaded: with RTL in its cores and a trace of
// its packets where the experiment has them. Attach a TimestepClient, then let SystemC run; one
// simulation per process.
class LoadedChip {
  public:
    // `name`: of the module. `threads`: that cores and network share. `run` must outlive the chip;
    // what only loading needed of it is dropped. Throws ConfigError, as make_noc() and RtlCores do.
    // `trace`: does noc.trace go on where an interrupted run left it?
    LoadedChip(const char* name, PreparedRun& run, unsigned threads,
               TraceStart trace = TraceStart::anew);
    // Nothing loaded, for somebody else to do; without transient faults.
    struct Empty {};
    static constexpr Empty empty{};
    LoadedChip(const char* name, const PreparedRun& run, unsigned threads, Empty);

    Chip& chip() { return *chip_; }
    const RtlCores& rtl() const { return rtl_; }
    // What became of packets so far; nothing: none was to be lost.
    std::optional<FaultResult> faults() const;
    // At the end: the files of cores.record and noc.trace.
    void write_records();

  private:
    void emplace(const char* name, const PreparedRun& run, std::unique_ptr<NocEngine> engine,
                 TraceStart trace);

    RtlCores rtl_;
    Executor executor_;
    std::optional<PacketTraceWriter> trace_;
    TransientFaultRates rates_;
    const FaultyEngine* faulty_ = nullptr;  // in the chip
    std::optional<Chip> chip_;
};

}  // namespace cortile
