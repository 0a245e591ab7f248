// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "experiment/prepared_run.h"
#include "experiment/rtl_cores.h"
#include "hw_model/base/executor.h"
#include "hw_model/chip/chip.h"
#include "noc/traffic/packet_trace.h"

namespace cortile {

// The chip that a prepared run asks for, its network loaded: with RTL in its cores and a trace of
// its packets where the experiment has them. Attach a TimestepClient, then let SystemC run; one
// simulation per process.
class LoadedChip {
  public:
    // `name`: of the module. `threads`: that cores and network share. `run` must outlive the chip;
    // what only loading needed of it is dropped. Throws ConfigError, as make_noc() and RtlCores do.
    LoadedChip(const char* name, PreparedRun& run, unsigned threads);
    // Nothing loaded yet: for somebody else to do.
    struct Empty {};
    static constexpr Empty empty{};
    LoadedChip(const char* name, const PreparedRun& run, unsigned threads, Empty);

    Chip& chip() { return *chip_; }
    const RtlCores& rtl() const { return rtl_; }
    // At the end: the files of cores.record and noc.trace.
    void write_records();

  private:
    RtlCores rtl_;
    Executor executor_;
    std::optional<PacketTraceWriter> trace_;
    std::optional<Chip> chip_;
};

}  // namespace cortile
