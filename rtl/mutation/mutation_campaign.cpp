// SPDX-License-Identifier: Apache-2.0
#include "rtl/mutation/mutation_campaign.h"

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/base/executor.h"

namespace cortile {

namespace {

MutantVerdict verdict_of(const MutantOutcome& outcome) {
    if (outcome.kill) {
        return MutantVerdict::killed;
    }
    switch (outcome.proof.result) {
        case Proof::Result::equivalent:
            return MutantVerdict::equivalent;
        case Proof::Result::equivalent_within:
            return MutantVerdict::equivalent_within;
        case Proof::Result::different:
        case Proof::Result::unknown:
            break;
    }
    return MutantVerdict::survived;
}

}  // namespace

MutationResult measure_mutation_score(const DatapathDescription& description,
                                      const std::vector<MutationStimulus>& stimuli,
                                      const MutationOptions& options) {
    const auto tell = [&](const std::string& text) {
        if (options.progress) {
            options.progress(text);
        }
    };
    const std::string missing = missing_mutation_tools().empty() && options.proof_seconds > 0
                                    ? missing_proof_tools()
                                    : missing_mutation_tools();
    if (!missing.empty()) {
        throw ConfigError(description.file.string(), missing);
    }
    tell("making mutants");
    const MutantModel model(description, options.mutants, options.seed, options.folder);
    tell(fmt::format("building {} mutants", model.mutants().size()));
    const MutantRunner runner(description, model.build(), stimuli);
    tell(fmt::format("running up to {} operations on each", runner.operations()));
    const auto kills =
        runner.run_all(static_cast<std::uint32_t>(model.mutants().size()), options.threads);

    MutationResult result{
        description.name, description.contract, options.seed, runner.operations(), {}};
    std::vector<std::uint32_t> alive;
    for (const Mutant& mutant : model.mutants()) {
        MutantOutcome outcome;
        outcome.mutant = mutant;
        outcome.place = model.place(mutant);
        outcome.line = model.source_line(mutant);
        outcome.kill = kills[mutant.number - 1];
        if (!outcome.kill) {
            alive.push_back(mutant.number);
        }
        result.outcomes.push_back(std::move(outcome));
    }
    if (!alive.empty() && options.proof_seconds > 0) {
        tell(fmt::format("trying to prove {} survivors equivalent", alive.size()));
        const EquivalenceProver prover(model, alive, options.proof_seconds);
        Executor(options.threads)
            .for_each(static_cast<std::uint32_t>(alive.size()), [&](std::uint32_t i, unsigned) {
                MutantOutcome& outcome = result.outcomes[alive[i] - 1];
                outcome.proof = prover.prove(alive[i]);
                if (!outcome.proof.witness.empty()) {
                    outcome.shown_by_witness = runner.difference(alive[i], outcome.proof.witness);
                }
            });
    }
    for (MutantOutcome& outcome : result.outcomes) {
        outcome.verdict = verdict_of(outcome);
    }
    return result;
}

}  // namespace cortile
