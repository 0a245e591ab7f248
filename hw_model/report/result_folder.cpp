// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/result_folder.h"

#include "hw_model/report/csv_tables.h"
#include "hw_model/report/partial_folder.h"
#include "hw_model/report/probe_file.h"
#include "hw_model/report/summary_json.h"
#include "hw_model/report/text_report.h"
#include "hw_model/report/weights_chart.h"
#include "hw_model/state/checkpoint_file.h"

namespace cortile {

void check_result_folder(const std::filesystem::path& folder) {
    const std::filesystem::path target = report::resolve_result_folder(folder);
    report::require_replaceable(target);
    // Permissions, read-only and full disks, names that are too long: trying is the only sure test.
    // What it makes goes away again with it.
    const report::PartialFolder trial(target);
}

void write_result_folder(const std::filesystem::path& folder, const std::string& effective_yaml,
                         const RunResult& result, const EnergyLedger& ledger,
                         std::string_view checkpoint) {
    const std::filesystem::path target = report::resolve_result_folder(folder);
    report::require_replaceable(target);
    report::PartialFolder partial(target);
    partial.write("effective.yaml", effective_yaml);
    partial.write("summary.json", report::summary_json(result, ledger));
    partial.write("energy.csv", ledger.to_csv());
    partial.write("layers.csv", report::layers_csv(result));
    partial.write("cores.csv", report::cores_csv(result));
    partial.write("links.csv", report::links_csv(result));
    partial.write("samples.csv", report::samples_csv(result));
    if (result.firmware) {
        partial.write("messages.csv", report::messages_csv(*result.firmware));
    }
    partial.write("report.txt", report::text_report(result, ledger));
    if (!result.probes.empty()) {
        partial.write("probes.h5", report::probe_file(result.probes));
    }
    if (!checkpoint.empty()) {
        partial.write(kCheckpointName, checkpoint);
    }
    if (!result.learned.empty()) {
        partial.write("learned.h5", report::probe_file(result.learned));
    }
    if (const std::string chart = report::weights_svg(result); !chart.empty()) {
        partial.write("weights.svg", chart);
    }
    partial.commit();
}

}  // namespace cortile
