// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <fmt/format.h>
#include "app/commands.h"
#include "rtl/mutation/mutant_run.h"
#include "rtl/mutation/equivalence.h"

namespace cortile {

int mutate_command(const MutateArguments& a) {
    const DatapathDescription d = read_datapath(a.folder);
    const MutantModel model(d, a.mutants, a.seed, *a.out);
    const auto library = model.build();
    const MutantRunner runner(d, library, standard_stimuli(d, 1, a.operations));
    const auto kills = runner.run_all(static_cast<std::uint32_t>(model.mutants().size()), a.threads);
    std::vector<std::uint32_t> alive;
    for (std::uint32_t i = 0; i < kills.size(); ++i) if (!kills[i]) alive.push_back(i + 1);
    const EquivalenceProver prover(model, alive, 10);
    std::size_t killed = 0;
    for (std::size_t i = 0; i < kills.size(); ++i) {
        const Mutant& m = model.mutants()[i];
        if (kills[i]) {
            ++killed;
            std::cout << "K " << m.number << " " << kills[i]->operations << " " << kills[i]->stimulus << " " << kills[i]->how.text() << "\n";
        } else {
            std::cout << "S " << m.number << " " << m.text() << "; " << model.place(m) << ": " << model.source_line(m) << "\n";
            const Proof p = prover.prove(m.number);
            std::cout << "    " << int(p.result) << p.reason << "\n";
            for (std::size_t r = 0; r < p.witness.size(); r += d.contract.operand_words())
                std::cout << "    " << operation_text(d.contract, std::span(p.witness).subspan(r, d.contract.operand_words())) << "\n";
            std::cout.flush();
        }
    }
    std::cout << killed << " of " << kills.size() << "\n";
    return 0;
}

}  // namespace cortile
