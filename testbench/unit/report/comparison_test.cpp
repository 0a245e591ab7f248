// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "hw_model/base/error.h"
#include "hw_model/report/format.h"
#include "hw_model/report/summary_json.h"
#include "testbench/unit/report/sample_run.h"

namespace cortile::report {
namespace {

using Json = nlohmann::ordered_json;
using test::sample_ledger;
using test::sample_run;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

ComparedFigures sample_figures() {
    return figures_from_summary(summary_json(sample_run(), sample_ledger()));
}

ComparedRun ran_on(const std::string& chip) {
    ComparedRun run;
    run.experiment = "digits";
    run.chip = run.folder = chip;
    run.figures = sample_figures();
    return run;
}

ComparedRun cannot_run_on(const std::string& chip) {
    ComparedRun run;
    run.experiment = "digits";
    run.chip = run.folder = chip;
    run.problem = RunProblem{false,
                             "network 'digits'",
                             "has 30 neurons, the chip has room for 8",
                             "raise core.neurons",
                             {{{"core.neurons=30", "core.synapse_memory=9 KiB"}, true}}};
    return run;
}

// The words of the line that starts with `label`.
std::string words(const std::string& text, const std::string& label) {
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        if (line.rfind(label, 0) == 0) {
            std::istringstream cells(line.substr(label.size()));
            std::string joined;
            for (std::string cell; cells >> cell;) {
                joined += (joined.empty() ? "" : " ") + cell;
            }
            return joined;
        }
    }
    return "no line starts with '" + label + "'";
}

TEST(Comparison, TakesItsFiguresFromASummary) {
    const ComparedFigures f = sample_figures();
    EXPECT_EQ(f.core_type, "loihi");
    EXPECT_EQ(f.operating_point, "0.75 V, 25 C");
    EXPECT_EQ(f.samples, 4u);
    EXPECT_EQ(f.timesteps, 40u);
    EXPECT_EQ(f.cores_used, 2u);
    EXPECT_EQ(f.cores_total, 128u);
    EXPECT_DOUBLE_EQ(f.accuracy.value(), 2.0 / 3.0);
    EXPECT_NEAR(f.accuracy_low.value(), 0.2077, 1e-4);
    EXPECT_DOUBLE_EQ(f.latency_seconds.value(), 500e-6);
    EXPECT_DOUBLE_EQ(f.samples_per_second.value(), 2000);
    EXPECT_EQ(f.timing_constants, (std::array<std::uint64_t, 4>{0, 1, 0, 1}));
}

// 4,000 x 23.6 pJ + 500 x 81 pJ + 200 x 3.5 pJ = 135.6 nJ, and 0.25 W for 2 ms.
TEST(Comparison, KeepsDynamicAndAllInEnergyApart) {
    const ComparedFigures f = sample_figures();
    EXPECT_NEAR(f.dynamic.per_sample.value(), 135.6e-9 / 4, 1e-15);
    EXPECT_NEAR(f.dynamic.per_spike.value(), 135.6e-9 / 100, 1e-15);
    EXPECT_NEAR(f.dynamic.per_synaptic_operation.value(), 135.6e-9 / 4000, 1e-18);
    EXPECT_NEAR(f.all_in.per_sample.value(), 500.1356e-6 / 4, 1e-12);
    EXPECT_NEAR(f.dynamic.shares[1].value(), 134.9 / 135.6, 1e-9);
    EXPECT_NEAR(f.all_in.shares[0].value(), 500.0 / 500.1356, 1e-9);
}

TEST(Comparison, ASummaryWithoutItsKeysIsADefect) {
    EXPECT_THROW(figures_from_summary("{}"), ContractViolation);
    EXPECT_THROW(figures_from_summary("not JSON"), ContractViolation);
}

TEST(Comparison, WeakestGradeIsTheLeastKnownOneAboveFivePercent) {
    EXPECT_EQ(weakest_grade({0.9, 0.0, 0.04, 0.06}), std::size_t{3});
    EXPECT_EQ(weakest_grade({0.9, 0.0, 0.06, 0.04}), std::size_t{2});
    EXPECT_EQ(weakest_grade({0.95, 0.05, 0.0, 0.0}), std::size_t{0});
    EXPECT_EQ(weakest_grade({}), std::nullopt);
}

TEST(ComparisonTable, HasAColumnPerChip) {
    const std::string table = comparison_table({ran_on("loihi"), ran_on("tianjic")});
    EXPECT_EQ(words(table, "chip"), "loihi tianjic");
    EXPECT_EQ(words(table, "accuracy"), "66.67 % 66.67 %");
    EXPECT_EQ(words(table, "cores used / total"), "2 / 128 2 / 128");
    EXPECT_EQ(words(table, "latency per sample"), "500 us 500 us");
    EXPECT_EQ(words(table, "  timesteps"), "10.0 10.0");
}

TEST(ComparisonTable, SharesThatRoundToNothingOrAllAreTold) {
    const std::string table = comparison_table({ran_on("loihi")});
    const std::string all_in = table.substr(table.find("all-in energy"));
    EXPECT_EQ(words(table, "  shares m/s/d/a, %"), "0/99/0/1");
    EXPECT_EQ(words(all_in, "  shares m/s/d/a, %"), ">99/<1/0/<1");
    EXPECT_EQ(words(all_in, "  weakest grade > 5 %"), "measured");
}

TEST(ComparisonTable, SaysWhyAChipCannotRunItAndWhatWouldFit) {
    const std::string table = comparison_table({ran_on("loihi"), cannot_run_on("tiny")});
    EXPECT_EQ(words(table, "result"), "ran cannot run");
    EXPECT_EQ(words(table, "samples"), "4 -");
    EXPECT_THAT(table,
                AllOf(HasSubstr("has 30 neurons, the chip has room for 8"),
                      HasSubstr("remedy:          raise core.neurons"),
                      HasSubstr("--set core.neurons=30 --set \"core.synapse_memory=9 KiB\"")));
}

TEST(ComparisonTable, SaysWhenThereAreNoConstantsRatherThanNothingOrNan) {
    EnergyLedger free({"core 0"}, {{"mac", "operation", 0, {"none", Grade::assumed}}}, {});
    free.add(0, 0, 10);
    RunResult run = sample_run();
    run.modelled_time = 0;
    ComparedRun ideal = ran_on("ideal");
    ideal.figures = figures_from_summary(summary_json(run, free));
    const std::string table = comparison_table({ideal});
    EXPECT_EQ(words(table, "  per inference"), "no constants");
    EXPECT_EQ(words(table, "  per spike"), "no constants");
    EXPECT_EQ(words(table, "latency per sample"), "no constants");
    EXPECT_EQ(words(table, "  throughput"), "-");
    EXPECT_EQ(words(table, "  energy:"), "no constant is above zero");
    EXPECT_THAT(table, AllOf(Not(HasSubstr("nan")), Not(HasSubstr("inf "))));
}

TEST(ComparisonTable, BreaksIntoBlocksThatFitTheWidth) {
    std::vector<ComparedRun> runs;
    for (int i = 0; i < 9; ++i) {
        runs.push_back(ran_on("chip" + std::to_string(i)));
    }
    const std::string table = comparison_table(runs, 100);
    std::istringstream in(table);
    std::size_t blocks = 0;
    for (std::string line; std::getline(in, line);) {
        EXPECT_LE(display_width(line), 100u) << line;
        blocks += line.rfind("accuracy", 0) == 0 ? 1 : 0;
    }
    EXPECT_GT(blocks, 1u);
    for (int i = 0; i < 9; ++i) {
        EXPECT_THAT(table, HasSubstr("chip" + std::to_string(i)));
    }
}

TEST(ComparisonTable, NamesExperimentsWhenThereAreSeveral) {
    ComparedRun other = ran_on("loihi");
    other.experiment = "letters";
    const std::string table = comparison_table({ran_on("loihi"), other});
    EXPECT_EQ(words(table, "experiment"), "digits letters");
    EXPECT_THAT(table, HasSubstr("\nletters on loihi\n"));
    EXPECT_THAT(comparison_table({ran_on("loihi")}), Not(HasSubstr("experiment")));
}

TEST(ComparisonTable, ListsKeysThatACoreTypeDoesNotUse) {
    ComparedRun run = ran_on("ideal");
    run.unused_keys = {"core.max_delay", "core.weight_bits"};
    EXPECT_THAT(comparison_table({run}),
                HasSubstr("not used here:   core.max_delay, core.weight_bits\n"));
}

TEST(ComparisonCsv, HasAsManyFieldsInEveryRow) {
    ComparedRun failed = cannot_run_on("tiny");
    failed.problem->what = "no comma here";
    failed.problem->changes.clear();
    ComparedRun ran = ran_on("loihi");
    ran.figures->operating_point = "0.75 V";
    std::istringstream in(comparison_csv({ran, failed}));
    std::vector<std::ptrdiff_t> commas;
    for (std::string line; std::getline(in, line);) {
        commas.push_back(std::count(line.begin(), line.end(), ','));
    }
    ASSERT_EQ(commas.size(), 3u);
    EXPECT_EQ(commas[1], commas[0]);
    EXPECT_EQ(commas[2], commas[0]);
}

TEST(ComparisonCsv, HoldsResultAndReason) {
    const std::string csv = comparison_csv({ran_on("loihi"), cannot_run_on("tiny")});
    EXPECT_THAT(csv, HasSubstr("\ndigits,loihi,ran,loihi,\"0.75 V, 25 C\",4,0.6666666666666666,"));
    EXPECT_THAT(csv, HasSubstr("\ndigits,tiny,cannot_run,,,,,"));
    EXPECT_THAT(csv, HasSubstr(",raise core.neurons,core.neurons=30 core.synapse_memory=9 KiB,"));
}

TEST(ComparisonJson, HoldsFiguresOrTheProblemOfEveryRun) {
    const Json json = Json::parse(comparison_json({ran_on("loihi"), cannot_run_on("tiny")}));
    const Json& ran = json["runs"][0];
    const Json& failed = json["runs"][1];
    EXPECT_EQ(ran["chip"], "loihi");
    EXPECT_EQ(ran["folder"], "loihi");
    EXPECT_TRUE(ran["problem"].is_null());
    EXPECT_NEAR(ran["energy_dynamic"]["joules_per_spike"].get<double>(), 1.356e-9, 1e-15);
    EXPECT_EQ(ran["energy_all_in"]["weakest_grade"], "measured");
    EXPECT_EQ(ran["energy_boundary"]["static"], Json::array({"chip leakage"}));
    EXPECT_FALSE(failed.contains("accuracy"));
    EXPECT_TRUE(failed["folder"].is_null());
    EXPECT_EQ(failed["problem"]["hint"], "raise core.neurons");
    EXPECT_EQ(failed["problem"]["changes"][0]["set"][0], "core.neurons=30");
}

}  // namespace
}  // namespace cortile::report
