// SPDX-License-Identifier: Apache-2.0
#include "experiment/loaded_chip.h"

#include <malloc.h>

namespace cortile {

LoadedChip::LoadedChip(const char* name, const PreparedRun& run, unsigned threads, Empty)
    : rtl_(run.experiment), executor_(threads) {
    const Parameters& parameters = run.experiment.parameters;
    std::unique_ptr<NocEngine> engine = make_noc(run.chip);
    if (parameters.given("noc.trace")) {
        trace_.emplace(parameters.file("noc.trace"), run.chip.topology.cores());
        engine = make_recording(std::move(engine), run.chip.topology, *trace_);
    }
    chip_.emplace(name, run.chip, executor_, std::move(engine));
}

LoadedChip::LoadedChip(const char* name, PreparedRun& run, unsigned threads)
    : LoadedChip(name, run, threads, empty) {
    {
        ChipProgram program = make_program(run);
        chip_->load(program, [&](CoreProgram core) {
            return run.experiment.core_type->make_core(run.experiment.parameters, std::move(core));
        });
    }
    // Loading leaves holes in the heap; the pages behind them are needed for packets now.
    malloc_trim(0);
    rtl_.attach(*chip_);
}

void LoadedChip::write_records() {
    rtl_.write_record();
    if (trace_) {
        trace_->finish();
    }
}

}  // namespace cortile
