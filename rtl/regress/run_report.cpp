// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/run_report.h"

#include <cstdlib>

#include <nlohmann/json.hpp>

#include "hw_model/base/error.h"
#include "rtl/regress/failure_buckets.h"
#include "rtl/regress/json_file.h"

namespace cortile::regress {

namespace {

using Json = nlohmann::json;

}  // namespace

int run_and_report(const RunRequest& request) {
    RunReport report;
    try {
        LockstepRun run(*request.datapath, request.library, *request.test, request.seed);
        while (run.step()) {
        }
        report.operations = run.operations();
        if (const auto& failure = run.failure()) {
            report.failed_operation = failure->disagreement.operation;
            report.message = failure->text(request.datapath->contract);
            report.bucket = failure->bucket();
        } else if (!request.coverage.empty()) {
            run.rtl().write_coverage(request.coverage);
        }
    } catch (const ConfigError& error) {
        report.message = error.what();
        report.bucket = normalised_message(report.message);
        report.broken = true;
    }
    write_json(request.report, {{"operations", report.operations},
                                {"message", report.message},
                                {"bucket", report.bucket},
                                {"failed_operation", report.failed_operation},
                                {"broken", report.broken}});
    return EXIT_SUCCESS;
}

std::optional<RunReport> read_run_report(const std::filesystem::path& file) {
    const Json json = read_json(file);
    if (json.is_null()) {
        return std::nullopt;
    }
    RunReport report;
    json.at("operations").get_to(report.operations);
    json.at("message").get_to(report.message);
    json.at("bucket").get_to(report.bucket);
    json.at("failed_operation").get_to(report.failed_operation);
    json.at("broken").get_to(report.broken);
    return report;
}

}  // namespace cortile::regress
