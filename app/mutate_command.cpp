// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iostream>

#include <fmt/format.h>

#include "app/child_process.h"
#include "app/commands.h"
#include "hw_model/base/error.h"
#include "rtl/mutation/mutation_campaign.h"
#include "rtl/mutation/mutation_report.h"

namespace cortile {

namespace {

constexpr int kMismatchExitCode = 4;

std::filesystem::path made(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        throw ConfigError(folder.string(), "cannot be made: " + error.message(),
                          "name a folder that can be written with --out");
    }
    return folder;
}

void write_text(const std::filesystem::path& file, const std::string& text) {
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) {
        throw ConfigError(file.string(), "cannot be written");
    }
}

}  // namespace

int mutate_command(const MutateArguments& arguments) {
    std::optional<TemporaryFolder> temporary;
    if (!arguments.out) {
        temporary.emplace();
    }
    const std::filesystem::path out = arguments.out ? made(*arguments.out) : temporary->path();
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
        options.folder = out / description.name;
        options.progress = [&](const std::string& text) {
            std::cerr << description.name << ": " << text << std::endl;
        };
        results.push_back(measure_mutation_score(
            description,
            standard_stimuli(description, arguments.stimulus_seed, arguments.operations), options));
        const MutationResult& result = results.back();
        reached &= result.score() >= arguments.target;
        const std::string text = mutation_text(result);
        std::cout << (results.size() > 1 ? "\n" : "") << text;
        report += (results.size() > 1 ? "\n" : "") + text;
        if (arguments.out) {
            write_mutants(result, out / (result.datapath + ".csv"));
        }
    }
    if (arguments.out) {
        write_text(out / "summary.txt", report);
        write_text(out / "kill_curve.svg", kill_curve_svg(results));
    }
    if (!reached) {
        std::cout << fmt::format("\nthe target is {} %: the stimuli miss faults\n",
                                 arguments.target);
    }
    return reached ? 0 : kMismatchExitCode;
}

}  // namespace cortile
