// SPDX-License-Identifier: Apache-2.0
// Mutants of a datapath of ours: do stimuli find them, do proofs tell the truth, and does
// `cortile mutate` say so?
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "hw_model/base/error.h"
#include "rtl/mutation/mutation_campaign.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::HasSubstr;

constexpr std::uint32_t kMutants = 60;
constexpr unsigned kProofSeconds = 20;

std::string missing_tools() {
    return missing_mutation_tools().empty() ? missing_proof_tools() : missing_mutation_tools();
}

class Mutation : public testing::Test {
  protected:
    void SetUp() override {
        if (!missing_tools().empty()) {
            GTEST_SKIP() << missing_tools();
        }
        // What is built is kept from test to test.
        setenv("CORTILE_CACHE", (fs::path(CORTILE_TEST_FOLDER) / "cache").c_str(), 1);
        folder = fs::path(CORTILE_TEST_FOLDER) /
                 testing::UnitTest::GetInstance()->current_test_info()->name();
        fs::remove_all(folder);
        fs::create_directories(folder);
        narrow = folder / "narrow";
        fs::create_directories(narrow);
        std::ofstream(narrow / "datapath.yaml")
            << "sources: [" CORTILE_SOURCE_DIR "/rtl/contract/datapath_pipeline.sv, "
            << CORTILE_SOURCE_DIR "/" << kDatapath << "/cuba_lif.sv]\n"
            << kNarrow;
        datapath = read_datapath(narrow);
        list = folder / "list.yaml";
        std::ofstream(list)
            << "datapaths: [narrow]\n"
               "tests:\n"
               "  directed: {stimulus: directed}\n"
               "  directed_stalls: {stimulus: directed, stalls: 0.3}\n"
               "  random: {stimulus: random, operations: 2000}\n"
               "  random_stalls: {stimulus: random, operations: 2000, stalls: 0.4}\n";
    }

    // Of a list with tests of every kind.
    std::vector<MutationStimulus> stimuli() const {
        return stimuli_of(regress::load_regression_list(list), datapath);
    }

    MutationResult measure(const std::vector<MutationStimulus>& stimuli,
                           unsigned proof_seconds) const {
        MutationOptions options;
        options.mutants = kMutants;
        options.proof_seconds = proof_seconds;
        options.folder = folder;
        return measure_mutation_score(datapath, stimuli, options);
    }

    static constexpr const char* kDatapath = "rtl/neuron_datapath/cuba_lif";
    // The same RTL with few bits, which is soon built and proved.
    static constexpr const char* kNarrow = R"(
name: narrow_lif
top: cuba_lif
interface: contract
parameters: {STATE_WIDTH: 12, DECAY_WIDTH: 4, INPUT_WIDTH: 8, INPUT_SHIFT: 4, BIAS_WIDTH: 8,
             THRESHOLD_WIDTH: 11, REFRACTORY_WIDTH: 3, ORDER_WIDTH: 8}
timing: {style: pipelined, latency: 3, initiation_interval: 1}
reference: {semantics: loihi_cuba_lif, state_width: 12, decay_width: 4, input_width: 8,
            input_shift: 4, bias_width: 8, threshold_width: 11, refractory_width: 3}
)";
    fs::path folder, narrow, list;
    DatapathDescription datapath;
};

TEST_F(Mutation, StimuliKillWhatIsNotEquivalent) {
    datapath = read_datapath(fs::path(CORTILE_SOURCE_DIR) / kDatapath);
    const MutationResult result = measure(stimuli(), kProofSeconds);
    EXPECT_EQ(result.outcomes.size(), kMutants);
    EXPECT_GE(result.score(), 98.0);
    EXPECT_GT(result.not_equivalent(), kMutants * 3 / 4);
}

// The measure can be low, and without proofs nobody counts as equivalent.
TEST_F(Mutation, ThreeOperationsKillFew) {
    MutationStimulus three;
    three.name = "three";
    three.operations = Operations(3 * datapath.contract.operand_words(), 0);
    const MutationResult result = measure({three}, 0);
    EXPECT_EQ(result.operations, 3u);
    EXPECT_EQ(result.not_equivalent(), kMutants);
    EXPECT_LT(result.score(), 60.0);
    EXPECT_GT(result.score(), 0.0);
}

// What a stimulus shows cannot be proven equivalent; and what the proof gives instead, shows it.
TEST_F(Mutation, ProofsFindADifferenceInWhatIsKilled) {
    const MutantModel model(datapath, kMutants, 1, folder);
    const MutantRunner runner(datapath, model.build(), stimuli());
    const auto kills = runner.run_all(static_cast<std::uint32_t>(model.mutants().size()), 1);
    std::vector<std::uint32_t> killed;
    for (std::uint32_t i = 0; i < kills.size() && killed.size() < 4; ++i) {
        // Without pauses: a witness is tried without them.
        if (kills[i] && kills[i]->stimulus == "directed.1" &&
            kills[i]->how.kind == Disagreement::Kind::value) {
            killed.push_back(i + 1);
        }
    }
    ASSERT_EQ(killed.size(), 4u);
    const EquivalenceProver prover(model, killed, kProofSeconds);
    for (const std::uint32_t mutant : killed) {
        const Proof proof = prover.prove(mutant);
        EXPECT_EQ(proof.result, Proof::Result::different) << model.mutants()[mutant - 1].text();
        ASSERT_FALSE(proof.witness.empty());
        EXPECT_TRUE(runner.difference(mutant, proof.witness).has_value());
        EXPECT_FALSE(runner.difference(0, proof.witness).has_value());
    }
}

// A fault in a bit of an operand that the contract keeps at 0 is one only outside the contract.
TEST_F(Mutation, ProofsKnowWhatTheContractLetsBeAsked) {
    auto& parameters = datapath.contract.parameters;
    const auto field = std::find_if(parameters.begin(), parameters.end(),
                                    [](const DatapathField& f) { return f.name == "threshold"; });
    ASSERT_NE(field, parameters.end());
    field->most = 15;
    const MutantModel model(datapath, 500, 1, folder);
    const auto& mutants = model.mutants();
    // v > threshold, with a bit of the threshold stuck at 0 that is 0 anyway.
    const auto found = std::find_if(mutants.begin(), mutants.end(), [&](const Mutant& mutant) {
        return mutant.port == "B" && mutant.bit >= 4 && mutant.bit < 11 &&
               mutant.mode == "const0" &&
               model.source_line(mutant).find("threshold1") != std::string::npos;
    });
    ASSERT_NE(found, mutants.end()) << "no such mutant of 500: take others";
    EXPECT_EQ(EquivalenceProver(model, {found->number}, kProofSeconds).prove(found->number).result,
              Proof::Result::equivalent_within);
    field->most.reset();
    EXPECT_EQ(EquivalenceProver(model, {found->number}, kProofSeconds).prove(found->number).result,
              Proof::Result::different);
}

// A counter's upper bit shows long after the clocks that are searched first.
TEST_F(Mutation, ProofsDoNotTakeABoundedSearchForOne) {
    const MutantModel model(datapath, 500, 1, folder);
    const auto& mutants = model.mutants();
    // The next value of retire_order.
    const auto found = std::find_if(mutants.begin(), mutants.end(), [&](const Mutant& mutant) {
        const std::string line = model.source_line(mutant);
        return mutant.port == "Y" && mutant.bit >= 5 && mutant.mode == "const0" &&
               (line == "if (retire_valid) begin" || line == "retire_order <= retire_order + 1;");
    });
    ASSERT_NE(found, mutants.end()) << "no such mutant of 500: take others";
    const Proof proof =
        EquivalenceProver(model, {found->number}, kProofSeconds).prove(found->number);
    EXPECT_EQ(proof.result, Proof::Result::different);
    EXPECT_GE(proof.witness.size() / datapath.contract.operand_words(), 32u);
}

// The datapath itself has to pass, or nothing that follows would mean anything.
TEST_F(Mutation, ADatapathThatFailsIsNoBasis) {
    const fs::path copy = folder / "copy";
    fs::copy(fs::path(CORTILE_SOURCE_DIR) / "rtl", copy, fs::copy_options::recursive);
    const fs::path source = copy / "neuron_datapath/cuba_lif/cuba_lif.sv";
    std::stringstream text;
    text << std::ifstream(source).rdbuf();
    std::string changed = text.str();
    const std::string strict = "v_next1[W-2:0]} > {{W";
    const std::size_t at = changed.find(strict);
    ASSERT_NE(at, std::string::npos) << "the source has changed: adapt this test";
    std::ofstream(source) << changed.replace(at, strict.size(), "v_next1[W-2:0]} >= {{W");
    datapath.sources[1] = source;
    EXPECT_THROW(measure(stimuli(), 0), DatapathMismatch);
}

TEST_F(Mutation, CommandWritesItsResultsAndFailsBelowTheTarget) {
    const auto run = [&](const std::string& arguments) {
        const std::string command = std::string(CORTILE_PROGRAM) + " mutate " + narrow.string() +
                                    " --mutants 60 --list " + list.string() + " " + arguments +
                                    " 2>/dev/null";
        FILE* pipe = popen(command.c_str(), "r");
        std::string text;
        std::array<char, 4096> buffer{};
        for (std::size_t n; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
            text.append(buffer.data(), n);
        }
        const int status = pclose(pipe);
        return std::pair(WIFEXITED(status) ? WEXITSTATUS(status) : -1, text);
    };
    const fs::path out = folder / "out";
    const auto [code, text] = run("--out " + out.string());
    EXPECT_EQ(code, 0) << text;
    EXPECT_THAT(text, ContainsRegex("mutation score (100|9[89])"));
    EXPECT_TRUE(fs::exists(out / "summary.txt"));
    EXPECT_TRUE(fs::exists(out / "narrow_lif.csv"));
    EXPECT_TRUE(fs::exists(out / "kill_curve.svg"));
    // Without proofs equivalent mutants count as missed.
    const auto [low_code, low_text] = run("--proof-seconds 0 --target 100 --threads 2");
    EXPECT_EQ(low_code, 4);
    EXPECT_THAT(low_text, HasSubstr("the target is 100 %: the stimuli miss faults\n"));
}

}  // namespace
}  // namespace cortile::test
