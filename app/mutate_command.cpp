// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include <fmt/format.h>

#include "app/commands.h"
#include "experiment/rtl_folder.h"
#include "hw_model/base/temporary_folder.h"
#include "hw_model/base/text_file.h"
#include "rtl/mutation/mutation_campaign.h"
#include "rtl/mutation/mutation_report.h"

namespace cortile {

namespace {

constexpr int kMismatchExitCode = 4;

}  // namespace

int mutate_command(const MutateArguments& arguments) {
    const TemporaryFolder work;
    if (arguments.out) {
        make_folder(*arguments.out, "name a folder that can be written with --out");
    }
    const regress::RegressionList list =
        regress::load_regression_list(regression_list_file(arguments.list));
    std::vector<MutationResult> results;
    std::string report;
    bool reached = true;
    for (const std::filesystem::path& folder : arguments.folders) {
        const DatapathDescription description = read_datapath(folder);
        MutationOptions options;
        options.mutants = arguments.mutants;
        options.seed = arguments.seed;
        options.proof_seconds = arguments.proof_seconds;
        options.threads = arguments.threads;
        options.folder = work.path() / description.name;
        options.progress = [&](const std::string& text) {
            std::cerr << description.name << ": " << text << std::endl;
        };
        results.push_back(
            measure_mutation_score(description, stimuli_of(list, description), options));
        const MutationResult& result = results.back();
        reached &= result.score() >= arguments.target;
        const std::string text = mutation_text(result);
        std::cout << (results.size() > 1 ? "\n" : "") << text;
        report += (results.size() > 1 ? "\n" : "") + text;
        if (arguments.out) {
            write_mutants(result, *arguments.out / (result.datapath + ".csv"));
        }
    }
    if (results.size() > 1) {
        const std::string all = "\n" + mutation_summary(results);
        std::cout << all;
        report += all;
    }
    if (arguments.out) {
        write_text_file(*arguments.out / "summary.txt", report);
        write_text_file(*arguments.out / "kill_curve.svg", kill_curve_svg(results));
    }
    if (!reached) {
        std::cout << fmt::format("\nthe target is {} %: the stimuli miss faults\n",
                                 arguments.target);
    }
    return reached ? 0 : kMismatchExitCode;
}

}  // namespace cortile
