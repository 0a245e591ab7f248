// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/commands.h"
#include "app/noc_report.h"
#include "hw_model/report/partial_folder.h"

namespace cortile {

namespace {

using report::PartialFolder;

// What of a study depends on its kind.
struct Findings {
    std::string text;
    std::vector<std::pair<std::string, std::string>> files;  // name and content
};

Findings sweep_loads(const NocStudy& study, Executor& executor) {
    const LoadSweep sweep = study.rates.empty() ? sweep_to_saturation(study.setup, executor)
                                                : sweep_rates(study.setup, study.rates, executor);
    const std::vector<NocLink> links = noc_links(study.setup.topology, shown_load(sweep));
    return {noc_text(study, sweep),
            {{"load.csv", load_csv(study, sweep)},
             {"load.svg", load_svg(study, sweep)},
             {"links.csv", links_csv(study, links)},
             {"links.svg", links_svg(study, links, shown_when(sweep))}}};
}

Findings replay(const NocStudy& study, Executor& executor) {
    const TraceReplay result = replay_trace(*study.trace, study.replay, executor);
    const std::vector<NocLink> links = noc_links(study.replay.topology, shown_load(study, result));
    return {noc_text(study, result),
            {{"passes.csv", passes_csv(study, result)},
             {"links.csv", links_csv(study, links)},
             {"links.svg",
              links_svg(study, links, "of a packet trace, mean while the network is busy")}}};
}

}  // namespace

int noc_command(const NocArguments& arguments) {
    std::optional<std::filesystem::path> target;
    if (arguments.out) {
        target = report::resolve_result_folder(*arguments.out);
        report::require_replaceable(*target, report::noc_folder_contents());
        // Trying is the only sure test of permissions; what it makes goes away again.
        const PartialFolder trial(*target, report::noc_folder_contents());
    }
    const NocStudy study = load_noc_study(arguments.config, arguments.assignments);
    Executor executor(arguments.threads);
    const Findings findings = study.trace ? replay(study, executor) : sweep_loads(study, executor);
    if (target) {
        PartialFolder folder(*target, report::noc_folder_contents());
        folder.write("effective.yaml", study.parameters.to_yaml());
        for (const auto& [name, content] : findings.files) {
            folder.write(name, content);
        }
        folder.commit();
    }
    std::cout << findings.text;
    if (arguments.out) {
        std::cout << "results: " << arguments.out->string() << "\n";
    }
    return 0;
}

}  // namespace cortile
