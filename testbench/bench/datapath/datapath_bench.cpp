// SPDX-License-Identifier: Apache-2.0
// Checked neuron updates a second: constrained random operations are drawn, run through the RTL and
// the reference, and every word of every result (and of the retire channel) is compared. The first
// argument is of 256, how often either side pauses.
#include <benchmark/benchmark.h>

#include "cores/datapath/lockstep_datapath.h"
#include "cores/datapath/operations.h"
#include "cores/datapath/stimulus.h"
#include "rtl/verilated/verilated_datapath.h"

namespace cortile {
namespace {

void lockstep(benchmark::State& state, const char* name) {
    const DatapathDescription d =
        read_datapath(std::string(CORTILE_RTL_FOLDER) + "/neuron_datapath/" + name);
    auto rtl = std::make_unique<VerilatedDatapath>(d, DatapathLibrary::build(d));
    const auto pauses = static_cast<std::uint32_t>(state.range(0));
    rtl->set_stalls(1, pauses, pauses);
    LockstepDatapath both(d.reference(), std::move(rtl));
    const auto reference = d.reference();
    RandomStimulus stimulus(*d.semantics, d.contract, *reference, 1);
    constexpr std::size_t kOperations = 4096;
    Operations rows(kOperations * d.contract.operand_words());
    std::vector<std::int64_t> results(kOperations * d.contract.result_words());
    for (auto unused : state) {
        stimulus.draw(rows);
        both.run(rows, results);  // throws at the first difference
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kOperations));
}

BENCHMARK_CAPTURE(lockstep, cuba_lif, "cuba_lif")->Arg(0)->Arg(64);
BENCHMARK_CAPTURE(lockstep, fcore_soma, "fcore_soma")->Arg(0);
BENCHMARK_CAPTURE(lockstep, fcore_mac_row, "fcore_mac_row")->Arg(0);

}  // namespace
}  // namespace cortile

BENCHMARK_MAIN();
