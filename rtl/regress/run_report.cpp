// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/run_report.h"

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "hw_model/base/error.h"
#include "hw_model/report/format.h"
#include "rtl/regress/failure_buckets.h"
#include "rtl/regress/minimal_case.h"
#include "rtl/regress/wave_window.h"

namespace cortile::regress {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kMinimalFile = "minimal.csv";

// In one step, so that whoever reads it reads all of it.
void write_run_report(const fs::path& file, const RunReport& report) {
    const fs::path partial = file.string() + ".partial";
    std::ofstream stream(partial);
    stream << Json{{"operations", report.operations},
                   {"failed_operation", report.failed_operation},
                   {"message", report.message},
                   {"bucket", report.bucket},
                   {"broken", report.broken},
                   {"minimal_arguments", report.minimal_arguments},
                   {"minimal_text", report.minimal_text}}
                  .dump(-1, ' ', false, Json::error_handler_t::replace);
    stream.close();
    if (!stream) {
        throw ConfigError(file.string(), "cannot be written", "free some space in TMPDIR");
    }
    fs::rename(partial, file);
}

void describe_minimal(const RunRequest& request, const MinimalCase& minimal, RunReport& report) {
    const DatapathContract& contract = request.datapath->contract;
    fs::create_directories(request.failure);
    write_operations(contract, minimal.rows, request.failure / kMinimalFile);
    const std::size_t count = minimal.rows.size() / contract.operand_words();
    const bool pauses = minimal.stalls.share > 0;
    report.minimal_arguments =
        count == 1 && !pauses
            ? fmt::format("--operation '{}'", operation_text(contract, minimal.rows))
            : fmt::format("--replay {}", (request.failure_name / kMinimalFile).string());
    if (pauses) {
        report.minimal_arguments +=
            fmt::format(" --stalls {}:{}", minimal.stalls.seed, minimal.stalls.share);
    }
    report.minimal_text = fmt::format(
        "minimal case: {} operation{}{}, after {} trials{}\n{}", report::grouped(count),
        count == 1 ? "" : "s", pauses ? ", with pauses on both sides" : "",
        report::grouped(minimal.trials), minimal.minimal ? "" : ", when patience ran out",
        minimal.failure.text(contract));
}

}  // namespace

int run_and_report(const RunRequest& request) {
    RunReport report;
    try {
        LockstepRun run(*request.datapath, request.library, *request.test, request.seed);
        while (run.step()) {
        }
        report.operations = run.operations();
        if (!request.coverage.empty()) {
            run.rtl().write_coverage(request.coverage);
        }
        if (const auto& failure = run.failure()) {
            report.failed_operation = failure->disagreement.operation;
            report.message = failure->text(request.datapath->contract);
            report.bucket = failure->bucket();
            write_run_report(request.report, report);
            const auto minimal = find_minimal_case(*request.datapath, request.library,
                                                   *request.test, request.seed, *failure);
            if (minimal) {
                describe_minimal(request, *minimal, report);
            }
        }
        write_run_report(request.report, report);
        return EXIT_SUCCESS;
    } catch (const ConfigError& error) {
        if (!report.bucket.empty()) {
            return EXIT_SUCCESS;  // a failure without its minimal case is better than none
        }
        report.message = error.what();
        report.bucket = normalised_message(report.message);
        report.broken = true;
        write_run_report(request.report, report);
        return EXIT_SUCCESS;
    }
}

int write_wave(const WaveRequest& request) {
    fs::create_directories(request.wave.parent_path());
    LockstepRun run(*request.datapath, request.library, *request.test, request.seed);
    const auto window = write_wave_window(run, request.failed_operation, request.wave);
    if (!window) {
        return EXIT_FAILURE;
    }
    std::ofstream(request.description) << fmt::format(
        "waveform: {}, operations {} to {}, of which {} failed", request.wave.filename().string(),
        window->first, window->last, window->failed);
    return EXIT_SUCCESS;
}

std::optional<RunReport> read_run_report(const fs::path& file) {
    std::ifstream stream(file);
    const Json json = Json::parse(stream, nullptr, false);
    if (json.is_discarded()) {
        return std::nullopt;
    }
    RunReport report;
    json.at("operations").get_to(report.operations);
    json.at("failed_operation").get_to(report.failed_operation);
    json.at("message").get_to(report.message);
    json.at("bucket").get_to(report.bucket);
    json.at("broken").get_to(report.broken);
    json.at("minimal_arguments").get_to(report.minimal_arguments);
    json.at("minimal_text").get_to(report.minimal_text);
    return report;
}

}  // namespace cortile::regress
