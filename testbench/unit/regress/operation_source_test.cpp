// SPDX-License-Identifier: Apache-2.0
// Stimulus and copies with bugs, on one of our datapaths; neither needs it built.
#include "rtl/regress/operation_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "rtl/regress/seeded_bug.h"
#include "testbench/unit/config/config_test_support.h"

namespace cortile::regress {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

const fs::path kRtl = fs::path(CORTILE_SOURCE_DIR) / "rtl";

class Source : public testing::Test {
  protected:
    Operations take(const TestDescription& test, std::uint64_t seed, std::size_t piece = 512) {
        OperationSource source(datapath, test, seed);
        Operations rows;
        for (auto some = source.next(piece); !some.empty(); some = source.next(piece)) {
            EXPECT_LE(some.size(), piece * words);
            rows.insert(rows.end(), some.begin(), some.end());
        }
        return rows;
    }
    static TestDescription test(StimulusKind kind, std::uint64_t operations) {
        TestDescription description;
        description.stimulus = kind;
        description.operations = operations;
        return description;
    }
    std::vector<std::int64_t> column(const Operations& rows, const std::string& name) {
        const auto names = datapath.contract.operand_names();
        const auto at =
            static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
        std::vector<std::int64_t> values;
        for (std::size_t i = at; i < rows.size(); i += words) {
            values.push_back(rows[i]);
        }
        return values;
    }

    DatapathDescription datapath = read_datapath(kRtl / "neuron_datapath/cuba_lif");
    std::size_t words = datapath.contract.operand_words();
};

TEST_F(Source, DependsOnTheSeedAndNotOnTheSizeOfThePieces) {
    for (const StimulusKind kind : {StimulusKind::random, StimulusKind::directed}) {
        const Operations rows = take(test(kind, 1000), 7);
        EXPECT_EQ(rows.size(), 1000 * words);
        EXPECT_EQ(rows, take(test(kind, 1000), 7, 3));
        EXPECT_NE(rows, take(test(kind, 1000), 8));
    }
}

TEST_F(Source, DirectedHoldsEveryCornerOfEveryOperand) {
    const Operations rows = take(test(StimulusKind::directed, kAllOperations), 1);
    EXPECT_NO_THROW(check_operations(datapath.contract, rows, "directed"));
    for (const auto* group :
         {&datapath.contract.state, &datapath.contract.inputs, &datapath.contract.parameters}) {
        for (const DatapathField& field : *group) {
            const auto values = column(rows, field.name);
            const std::set<std::int64_t> found(values.begin(), values.end());
            for (const std::int64_t corner : corner_values(field)) {
                EXPECT_TRUE(found.contains(corner)) << field.name << " = " << corner;
            }
        }
    }
    const auto reference = datapath.reference();
    const auto directed = datapath.semantics->directed(datapath.contract, *reference);
    ASSERT_FALSE(directed.empty());
    EXPECT_TRUE(std::equal(directed[0].begin(), directed[0].end(), rows.begin()));
}

TEST_F(Source, CornersAreThoseOfEachLane) {
    const DatapathDescription row = read_datapath(kRtl / "neuron_datapath/fcore_mac_row");
    const DatapathField& field = row.contract.state.front();
    ASSERT_GT(field.lanes, 1u);
    const auto reference = row.reference();
    RandomStimulus others(*row.semantics, row.contract, *reference, 1);
    const Operations rows = corner_operations(row.contract, field, 0, others, false);
    const std::size_t row_words = row.contract.operand_words();
    const std::size_t each = 16 * field.lanes;  // operations
    std::set<std::int64_t> seen;
    for (std::size_t i = 0; i < rows.size() / row_words; ++i) {
        const std::size_t lane = i % each / 16;
        ASSERT_EQ(rows[i * row_words + lane], rows[i / each * each * row_words]) << i;
        seen.insert(rows[i * row_words + lane]);
    }
    for (const std::int64_t corner : corner_values(field)) {
        EXPECT_TRUE(seen.contains(corner)) << corner;
    }
}

TEST_F(Source, AStateThatIsKeptIsCarriedOn) {
    datapath.state_inside = true;
    for (const StimulusKind kind : {StimulusKind::random, StimulusKind::directed}) {
        const Operations rows = take(test(kind, 600), 3, 7);
        const auto reference = datapath.reference();
        std::vector<std::int64_t> results(600 * datapath.contract.result_words());
        reference->run(rows, results);
        const std::size_t state = datapath.contract.state_words();
        EXPECT_TRUE(std::equal(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(state),
                               initial_state(datapath.contract).begin()));
        for (std::size_t i = 1; i < 600; ++i) {
            for (std::size_t s = 0; s < state; ++s) {
                ASSERT_EQ(rows[i * words + s],
                          results[(i - 1) * datapath.contract.result_words() + s]);
            }
        }
    }
}

TEST_F(Source, ARecordingIsCutIntoSlices) {
    TestDescription recorded = test(StimulusKind::recorded, 2);
    recorded.recording = fresh_directory() / "operations.csv";
    write_file(recorded.recording, "v,threshold\n1,9\n2,9\n\n3,9\n4,9\n5,9\n");
    EXPECT_THAT(column(take(recorded, 1), "v"), ElementsAre(1, 2));
    EXPECT_THAT(column(take(recorded, 2), "v"), ElementsAre(3, 4));
    EXPECT_THAT(column(take(recorded, 3), "v"), ElementsAre(5));
    EXPECT_THAT(column(take(recorded, 4), "v"), ElementsAre(1, 2)) << "from the start again";
    EXPECT_THAT(column(take(recorded, 0), "v"), ElementsAre(5));
    recorded.operations = kAllOperations;
    EXPECT_THAT(column(take(recorded, 17), "v"), ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(Source, ARecordingThatDoesNotFitIsAnError) {
    TestDescription recorded = test(StimulusKind::recorded, 2);
    recorded.recording = fresh_directory() / "operations.csv";
    EXPECT_THAT(config_error([&] { take(recorded, 1); }), HasSubstr("cannot be read"));
    write_file(recorded.recording, "v\n");
    EXPECT_THAT(config_error([&] { take(recorded, 1); }), HasSubstr("holds no operations"));
    write_file(recorded.recording, "v\n1\n99999999999\n");
    EXPECT_THAT(config_error([&] { take(recorded, 1); }), HasSubstr("operations.csv:3"));
}

// Two folders beside each other, of which one is the datapath's.
class Bug : public testing::Test {
  protected:
    Bug() : folder(fresh_directory()) {
        write_file(folder / "rtl/common/common.sv", "module common; endmodule\n");
        write_file(folder / "rtl/mine/deep/lif/lif.sv", "assign a = b;\nassign c = b;\n");
        write_file(folder / "rtl/mine/deep/lif/sub/x.sv", "x\n");
        fs::create_directories(folder / "copy");
        datapath.folder = folder / "rtl/mine/deep/lif";
        datapath.file = datapath.folder / "datapath.yaml";
    }
    fs::path folder;
    DatapathDescription datapath;
};

TEST_F(Bug, IsInTheCopyAloneWhichFindsItsNeighbours) {
    const fs::path copy =
        copy_with_bug(datapath, {"b", "lif.sv", "a = b", "a = !b", ""}, folder / "copy");
    std::ifstream stream(copy / "lif.sv");
    std::string line;
    std::getline(stream, line);
    EXPECT_EQ(line, "assign a = !b;");
    std::getline(std::ifstream(datapath.folder / "lif.sv"), line);
    EXPECT_EQ(line, "assign a = b;");
    EXPECT_TRUE(fs::exists(copy / "sub/x.sv"));
    EXPECT_TRUE(fs::exists((copy / "../../../common/common.sv").lexically_normal()));
}

TEST_F(Bug, ItsPlaceMustBeClear) {
    const auto error = [&](const SeededBug& bug) {
        fs::remove_all(folder / "copy");
        fs::create_directories(folder / "copy");
        return config_error([&] { copy_with_bug(datapath, bug, folder / "copy"); });
    };
    EXPECT_THAT(error({"b", "lif.sv", "= b", "= !b", ""}),
                HasSubstr("seeded_bugs.b: the text to replace occurs more than once in lif.sv"));
    EXPECT_THAT(error({"b", "lif.sv", "= d", "= !b", ""}), HasSubstr("occurs nowhere in lif.sv"));
    EXPECT_THAT(error({"b", "lif.sv", "", "x", ""}), HasSubstr("occurs nowhere"));
    EXPECT_THAT(error({"b", "lof.sv", "= b", "x", ""}), HasSubstr("there is no file lof.sv"));
}

}  // namespace
}  // namespace cortile::regress
