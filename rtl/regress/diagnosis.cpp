// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/diagnosis.h"

#include <cstdlib>

#include <fmt/format.h>

#include "hw_model/report/format.h"
#include "rtl/regress/json_file.h"
#include "rtl/regress/minimal_case.h"
#include "rtl/regress/wave_window.h"

namespace cortile::regress {

namespace {

void write(const DiagnosisRequest& request, const Diagnosis& diagnosis) {
    write_json(
        request.report,
        {{"wave", diagnosis.wave}, {"minimal", diagnosis.minimal}, {"replay", diagnosis.replay}});
}

void describe_minimal(const DiagnosisRequest& request, const MinimalCase& minimal,
                      Diagnosis& diagnosis) {
    const DatapathContract& contract = request.datapath->contract;
    write_operations(contract, minimal.rows, request.folder / kMinimalFile);
    const std::size_t count = minimal.rows.size() / contract.operand_words();
    const bool pauses = minimal.stalls.share > 0;
    diagnosis.replay =
        count == 1 && !pauses
            ? operation_arguments(contract, minimal.rows)
            : fmt::format("--replay {}", (request.shown_folder / kMinimalFile).string());
    if (pauses) {
        diagnosis.replay +=
            fmt::format(" --stalls {}:{}", minimal.stalls.seed, minimal.stalls.share);
    }
    diagnosis.minimal = fmt::format(
        "minimal case: {} operation{}{}, after {} trials{}\n{}", report::grouped(count),
        count == 1 ? "" : "s", pauses ? ", with pauses on both sides" : "",
        report::grouped(minimal.trials), minimal.minimal ? "" : ", when patience ran out",
        minimal.failure.text(contract));
}

}  // namespace

int diagnose(const DiagnosisRequest& request) {
    Diagnosis diagnosis;
    std::filesystem::create_directories(request.folder);
    LockstepRun run(*request.datapath, request.traced, *request.test, request.seed);
    if (const auto window =
            write_wave_window(run, request.failed_operation, request.folder / kWaveFile)) {
        diagnosis.wave = fmt::format("waveform: {}, operations {} to {}, of which {} failed",
                                     kWaveFile, window->first, window->last, window->failed);
        write(request, diagnosis);
    }
    if (!run.failure()) {
        return EXIT_FAILURE;  // one build of the RTL differs from the other
    }
    if (const auto minimal = find_minimal_case(*request.datapath, request.plain, *request.test,
                                               request.seed, *run.failure())) {
        describe_minimal(request, *minimal, diagnosis);
        write(request, diagnosis);
    }
    return EXIT_SUCCESS;
}

Diagnosis read_diagnosis(const std::filesystem::path& report) {
    Diagnosis diagnosis;
    if (const nlohmann::json json = read_json(report); !json.is_null()) {
        json.at("wave").get_to(diagnosis.wave);
        json.at("minimal").get_to(diagnosis.minimal);
        json.at("replay").get_to(diagnosis.replay);
    }
    return diagnosis;
}

}  // namespace cortile::regress
