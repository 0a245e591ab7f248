// SPDX-License-Identifier: Apache-2.0
#include "experiment/loaded_chip.h"

#include <malloc.h>

#include <algorithm>

#include "experiment/transient_faults.h"

namespace cortile {

namespace {

// Do packets of this run carry anything in their value? Cores that compute with spikes and values
// look at it only where some are sent.
bool values_matter(const CoreType& type, const ChipProgram& program) {
    const bool sent = std::any_of(program.cores.begin(), program.cores.end(),
                                  [](const CoreProgram& core) { return core.takes_values; });
    return type.takes_signed_values() ? sent : type.takes_values();
}

}  // namespace

LoadedChip::LoadedChip(const char* name, PreparedRun& run, unsigned threads, TraceStart trace)
    : rtl_(run.experiment), executor_(threads), rates_(run.chip.noc_faults) {
    const Parameters& parameters = run.experiment.parameters;
    std::optional<ChipProgram> program = make_program(run);
    std::unique_ptr<NocEngine> engine = make_noc(run.chip);
    if (run.chip.noc_faults.any()) {
        auto with_faults = make_faulty(std::move(engine), run.chip, *program,
                                       values_matter(*run.experiment.core_type, *program));
        faulty_ = with_faults.get();
        engine = std::move(with_faults);
    }
    emplace(name, run, std::move(engine), trace);
    chip_->load(*program, [&](CoreProgram core) {
        return run.experiment.core_type->make_core(parameters, std::move(core));
    });
    program.reset();
    // Loading leaves holes in the heap; the pages behind them are needed for packets now.
    malloc_trim(0);
    rtl_.attach(*chip_);
}

LoadedChip::LoadedChip(const char* name, const PreparedRun& run, unsigned threads, Empty)
    : rtl_(run.experiment), executor_(threads) {
    emplace(name, run, make_noc(run.chip), TraceStart::anew);
}

void LoadedChip::emplace(const char* name, const PreparedRun& run,
                         std::unique_ptr<NocEngine> engine, TraceStart trace) {
    const Parameters& parameters = run.experiment.parameters;
    if (parameters.given("noc.trace")) {
        trace_.emplace(parameters.file("noc.trace"), run.chip.topology.cores(), trace);
        engine = make_recording(std::move(engine), run.chip.topology, *trace_);
    }
    chip_.emplace(name, run.chip, executor_, std::move(engine));
}

std::optional<FaultResult> LoadedChip::faults() const {
    if (faulty_ == nullptr) {
        return std::nullopt;
    }
    const TransientFaultCounts counts = faulty_->counts();
    return FaultResult{rates_.drop,     rates_.corrupt, counts.dropped,
                       counts.detected, counts.unknown, counts.altered};
}

void LoadedChip::write_records() {
    rtl_.write_record();
    if (trace_) {
        trace_->finish();
    }
}

}  // namespace cortile
