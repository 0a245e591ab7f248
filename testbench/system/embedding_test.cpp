// SPDX-License-Identifier: Apache-2.0
// Chips in simulations of others: by the installation, as a project outside of this one, and by the
// library.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "experiment/embedded_chip.h"
#include "hw_model/base/child_process.h"
#include "hw_model/base/error.h"
#include "hw_model/base/external_program.h"
#include "hw_model/base/text_file.h"
#include "testbench/support/experiment_runner.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

const fs::path kSources(CORTILE_SOURCE_DIR);

void expect_success(const std::vector<std::string>& command, const fs::path& folder) {
    const ProgramEnd end = run_program(command, folder);
    ASSERT_EQ(end.exit_code, 0) << testing::PrintToString(command) << "\n" << end.output;
}

// Debug information names sources, so archives and programs are looked into without it only.
std::vector<std::string> files_that_name(const std::vector<std::string>& paths,
                                         const fs::path& prefix) {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(prefix)) {
        const std::string extension = entry.path().extension().string();
        const bool text = extension == ".cmake" || extension == ".h";
        if (!entry.is_regular_file() || (!text && std::string(CORTILE_BUILD_TYPE) != "Release")) {
            continue;
        }
        const std::string content = read_text_file(entry.path());
        for (const std::string& path : paths) {
            if (content.find(path) != std::string::npos) {
                found.push_back(entry.path().string() + ": " + path);
            }
        }
    }
    return found;
}

TEST(Embedding, AProjectOutsideInjectsAndReceivesSpikesByTheInstallation) {
    if (!find_program("cmake")) {
        GTEST_SKIP() << "cmake, which installs and configures, is not on PATH";
    }
    const TestFolder folder;
    const fs::path installed = folder.path() / "installed", prefix = folder.path() / "moved";
    expect_success({"cmake", "--install", CORTILE_BINARY_DIR, "--prefix", installed.string()},
                   folder.path());
    EXPECT_THAT(
        files_that_name({kSources.string(), CORTILE_BINARY_DIR, installed.string()}, installed),
        IsEmpty());
    // It may lie anywhere.
    fs::rename(installed, prefix);

    const fs::path example = prefix / "share/cortile/examples/embedding";
    const fs::path build = folder.path() / "build";
    expect_success(
        {"cmake", "-S", example.string(), "-B", build.string(), "-G", CORTILE_GENERATOR,
         "-DCMAKE_PREFIX_PATH=" + prefix.string(), "-DCMAKE_CXX_COMPILER=" CORTILE_COMPILER,
         "-DCMAKE_CXX_FLAGS=" CORTILE_CONSUMER_FLAGS},
        folder.path());
    expect_success({"cmake", "--build", build.string()}, folder.path());
    const ProgramEnd end =
        run_program({(build / "embedding").string(), example.string()}, folder.path());
    EXPECT_EQ(end.exit_code, 0) << end.output;
    EXPECT_THAT(end.output, HasSubstr("14 timesteps, 584 spikes in, 14 out; the host has 14: read "
                                      "equal, sent equal"));
    EXPECT_THAT(end.output, HasSubstr("\n12,133346454,2,8,4,1\n"));

    // The program of the installation finds its RTL, whatever the environment says.
    const ProgramEnd regress = run_program(
        {"env", "-u", "CORTILE_RTL", (prefix / "bin/cortile").string(), "regress", "no_such_list"},
        folder.path());
    EXPECT_EQ(regress.exit_code, 2);
    EXPECT_THAT(regress.output, HasSubstr("is neither a file nor a list of ours"));
}

// Initiator of the next test: shows sample 0 of a stimulus, a timestep a step.
class Player : public sc_core::sc_module {
  public:
    Player(const sc_core::sc_module_name& name, const PreparedRun& run, std::size_t neurons)
        : sc_module(name), socket("socket"), run_(run), neurons_(neurons) {
        SC_HAS_PROCESS(Player);
        SC_THREAD(play);
    }
    tlm_utils::simple_initiator_socket<Player> socket;
    std::vector<std::vector<std::int32_t>> rows;  // values of the output, per timestep

  private:
    void play() {
        const std::uint32_t timesteps = run_.stimulus->timesteps(0);
        std::vector<std::uint32_t> neurons;
        std::vector<std::int32_t> values;
        transport(BridgeRegister::sample, {timesteps}, 4);
        for (std::uint32_t t = 0; t < timesteps + run_.drain; ++t) {
            run_.stimulus->spikes(0, t, neurons);
            run_.stimulus->values(0, t, neurons, values);
            std::vector<std::uint32_t> words;
            for (std::size_t i = 0; i < neurons.size(); ++i) {
                words.push_back(neurons[i]);
                words.push_back(values.empty() ? 1 : values[i]);
            }
            if (!words.empty()) {
                transport(BridgeRegister::inject, words, 8);
            }
            transport(BridgeRegister::step, {1}, 4);
            wait(1, sc_core::SC_MS);
            receive();
        }
    }
    void receive() {
        rows.emplace_back(neurons_);
        const std::uint32_t count = transport(BridgeRegister::receive_count, {0}, 4, false)[0];
        if (count == 0) {
            return;
        }
        const auto words =
            transport(BridgeRegister::receive, std::vector<std::uint32_t>(count * 8), 32, false);
        for (std::size_t i = 0; i < words.size(); i += 8) {
            EXPECT_EQ(words[i] + 1, rows.size());
            rows.back()[words[i + 5]] = static_cast<std::int32_t>(words[i + 7]);
        }
    }
    std::vector<std::uint32_t> transport(BridgeRegister which, std::vector<std::uint32_t> words,
                                         unsigned width, bool write = true) {
        tlm::tlm_generic_payload payload;
        payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
        payload.set_address(static_cast<std::uint64_t>(which));
        payload.set_data_ptr(reinterpret_cast<unsigned char*>(words.data()));
        payload.set_data_length(static_cast<unsigned>(words.size() * 4));
        payload.set_streaming_width(width);
        sc_core::sc_time delay;
        socket->b_transport(payload, delay);
        EXPECT_TRUE(payload.is_response_ok()) << payload.get_response_string();
        return words;
    }

    const PreparedRun& run_;
    std::size_t neurons_;  // of the output
};

struct EmbeddedCase {
    std::string name, experiment, preset, output;
};
void PrintTo(const EmbeddedCase& c, std::ostream* out) {
    *out << c.experiment << " on " << c.preset;
}
class EmbeddedPreset : public testing::TestWithParam<EmbeddedCase> {};

// One sample of images, shown by the host in a process of its own, and through the bridge.
TEST_P(EmbeddedPreset, GivesTheSpikesThatTheHostGets) {
    const TestFolder folder;
    const fs::path experiment = kSources / "examples" / GetParam().experiment;
    const std::string output = GetParam().output;
    const std::vector<std::string> one{"stimulus.samples=1", "preset=" + GetParam().preset};
    std::vector<std::string> assignments = one;
    assignments.push_back("run.probes=['" + output + ":spikes']");
    const fs::path file = folder.path() / "host.txt";
    const ChildRunner::End end = ChildRunner().run([&] {
        std::ofstream stream(file);
        const auto rows = probe(run_experiment(experiment, assignments).result, output, "spikes");
        stream << rows.at(0).size() << "\n";
        for (const auto& row : rows) {
            std::copy(row.begin(), row.end(), std::ostream_iterator<std::int32_t>(stream, "\n"));
        }
        return 0;
    });
    ASSERT_EQ(end.exit_code, 0);
    std::ifstream stream(file);
    std::size_t neurons = 0;
    stream >> neurons;
    const std::vector<std::int32_t> expected{std::istream_iterator<std::int32_t>(stream), {}};

    EmbeddedChip chip("chip", experiment, one, {.outputs = {output}});
    Player player("player", chip.run(), neurons);
    player.socket.bind(chip.bridge.access);
    sc_core::sc_start();

    std::vector<std::int32_t> got;
    for (const auto& row : player.rows) {
        got.insert(got.end(), row.begin(), row.end());
    }
    EXPECT_EQ(got, expected);
    EXPECT_TRUE(std::any_of(got.begin(), got.end(), [](std::int32_t value) { return value != 0; }));
}

// Spikes, values, and timesteps that take no time.
INSTANTIATE_TEST_SUITE_P(
    Presets, EmbeddedPreset,
    testing::Values(EmbeddedCase{"barrier", "fashion_mnist/experiment.yaml", "loihi", "lif2"},
                    EmbeddedCase{"values", "hybrid/ann.yaml", "tianjic", "relu4"},
                    EmbeddedCase{"no_time", "fashion_mnist/experiment.yaml", "ideal", "lif1"}),
    [](const auto& tested) { return tested.param.name; });

void expect_refusal(const std::vector<std::string>& assignments, const EmbeddingOptions& options,
                    const std::string& problem, const std::string& hint) {
    const fs::path experiment = kSources / "examples/fashion_mnist/experiment.yaml";
    try {
        EmbeddedChip chip("chip", experiment, assignments, options);
        ADD_FAILURE() << "not refused: " << problem;
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.problem(), HasSubstr(problem));
        EXPECT_THAT(error.hint(), HasSubstr(hint));
    }
}

TEST(Embedding, AStimulusOfCurrentsIsRefused) {
    expect_refusal({"stimulus.encoder=current"}, {}, "drives input neurons by a current",
                   "stimulus.encoder");
}

TEST(Embedding, AnOutputThatIsNotThereIsRefused) {
    expect_refusal({}, {.outputs = {"lif9"}}, "no population named 'lif9' sends spikes",
                   "lif1 lif2");
}

TEST(Embedding, AnInputIsNoOutput) {
    const fs::path experiment = kSources / "examples/fashion_mnist/experiment.yaml";
    const PreparedRun run = prepare(load_experiment(experiment, {}));
    const std::string input = run.network[run.network.inputs.at(0)].name;
    expect_refusal({}, {.outputs = {input}}, "no population named '" + input + "' sends spikes",
                   "lif1 lif2");
}

}  // namespace
}  // namespace cortile::test
