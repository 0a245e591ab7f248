// SPDX-License-Identifier: Apache-2.0
// A run that dies and is resumed gives the files of one that was never interrupted, byte for byte:
// for every core type and network engine, with probes, traces and faults on. A checkpoint that was
// damaged, or is of another run, is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <random>
#include <sstream>

#include <fmt/format.h>

#include "experiment/checkpoints.h"
#include "experiment/loaded_chip.h"
#include "hw_model/base/error.h"
#include "hw_model/base/random.h"
#include "hw_model/state/checkpoint_file.h"
#include "testbench/support/experiment_runner.h"
#include "testbench/support/net_writer.h"
#include "testbench/support/nir_writer.h"
#include "testbench/support/shell.h"
#include "testbench/system/checkpoint_networks.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using Options = std::vector<std::string>;

constexpr std::uint32_t kDrain = 2, kTotal = kSamples * (kTimesteps + kDrain);
constexpr int kKilled = 9;

struct Case {
    const char* name;
    const char* network;
    Options options;
    const char* probes = "first:spikes,u,v; second:spikes,v";
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << c.name;
}

const Case kCases[] = {
    {"Learning",
     "learning",
     {"preset=loihi", "mapping.cores=3", "core.learning.projections=[fc]",
      "core.learning.dw=2^-2*y0*x1 - 2^-2*x0*y1 + 2^-4*u1*w", "core.learning.dd=x0*y1 - y0*x1",
      "core.learning.dt=2^1*x0*y2", "core.learning.epoch=3", "core.learning.x1_impulse=20.5",
      "core.learning.x1_tau=6", "core.learning.y1_impulse=20.5", "core.learning.y1_tau=6",
      "core.learning.y2_impulse=11.3", "core.learning.y2_tau=3"},
     "fc:w,d,t,x1,y1,y2; lif:spikes,u,v"},
    {"Delays", "cuba", {"preset=loihi", "mapping.cores=4"}, "lif:spikes,u,v"},
    {"ResetsOfMembranes",
     "learning",
     {"preset=loihi", "network.reset_interval=5"},
     "lif:spikes,u,v"},
    {"SigmaDelta",
     "sigma_delta",
     {"preset=loihi", "stimulus.files=[currents.npy]", "stimulus.axes=NXT",
      "stimulus.entries=currents"},
     "layer1:spikes,u,v; layer2:u,v"},
    {"Faults",
     "plain",
     {"preset=loihi", "mapping.cores=6", "noc.faults.drop_rate=0.05",
      "noc.faults.corrupt_rate=0.05", "noc.faults.detect=false"}},
    {"LooselyTimed", "plain", {"preset=loihi", "noc.timing=loosely_timed", "mapping.cores=9"}},
    {"CycleAccurate",
     "plain",
     {"preset=loihi", "mapping.cores=14", "noc.timing=cycle_accurate", "noc.clock=20 MHz",
      "noc.routing=o1turn", "noc.virtual_channels=2"}},
    {"CycleAccurateTree",
     "plain",
     {"preset=loihi", "mapping.cores=14", "noc.timing=cycle_accurate", "noc.clock=20 MHz",
      "noc.multicast=tree"}},
    {"Relay", "plain", {"preset=loihi", "mapping.cores=14", "noc.multicast=relay"}},
    {"Board",
     "plain",
     {"preset=loihi", "chip.mesh.width=2", "chip.mesh.height=2", "board.width=2", "board.height=2",
      "chip.cores_per_tile=1", "mapping.cores=14", "board.packet_bits=32 bit",
      "board.link_width=8 bit", "board.link_clock=100 MHz", "board.link_latency=30 ns",
      "board.link_energy=500 pJ", "board.barrier_latency=1 us"}},
    {"BoardCycleAccurate",
     "plain",
     {"preset=loihi", "chip.mesh.width=2", "chip.mesh.height=2", "board.width=2", "board.height=2",
      "chip.cores_per_tile=1", "mapping.cores=14", "board.packet_bits=32 bit",
      "board.link_width=8 bit", "board.link_clock=100 MHz", "board.link_latency=30 ns",
      "board.link_energy=500 pJ", "board.barrier_latency=1 us", "noc.timing=cycle_accurate",
      "noc.clock=20 MHz"}},
    {"NoisyMembranes", "noisy", {"preset=tianjic"}},
    {"StochasticNeurons",
     "none",
     {"preset=truenorth", "network.generate.neurons=500", "network.generate.synapses_per_neuron=30",
      "network.generate.locality=permuted", "network.generate.clusters=4",
      "network.generate.stochastic=true", "stimulus.kind=silent", "stimulus.files=[]",
      "stimulus.timesteps=14", "stimulus.samples=2"},
     "neurons:spikes,v"},
    {"Ticks", "plain", {"preset=truenorth"}},
    {"OneEventAfterAnother", "plain", {"preset=odin", "mapping.share_cores=true"}},
    {"DoublePrecision", "cuba", {"preset=ideal"}, "lif:spikes,u,v"},
};

class Checkpoint : public testing::TestWithParam<Case> {
  protected:
    Checkpoint() {
        write("plain", write_plain);
        write("cuba", write_cuba);
        write("learning", write_learning);
        write("noisy", write_noisy);
        write_sigma_delta(folder.path() / "sigma_delta.net");
        folder.write("a.csv", raster(11));
        folder.write("b.csv", raster(12));
        std::ofstream(folder.path() / "currents.npy", std::ios::binary) << currents();
    }

    void write(const std::string& name, void (*network)(NirWriter&)) const {
        NirWriter writer(folder.path() / (name + ".nir"));
        network(writer);
        writer.close();
    }

    fs::path path(const std::string& name) const { return folder.path() / name; }

    // Writes experiment.yaml; the options are laid over it.
    Options options_of(const Case& c) const {
        const std::string network = c.network;
        const std::string file = network == "sigma_delta" ? network + ".net" : network + ".nir";
        std::string text = "stimulus: {kind: raster, files: [a.csv, b.csv]}\n";
        text += network == "none" ? "" : "network: {file: " + file + "}\n";
        folder.write("experiment.yaml", text);
        Options options{fmt::format("run.drain={}", kDrain)};
        std::string probes;
        std::istringstream list(c.probes);
        for (std::string probe; std::getline(list >> std::ws, probe, ';');) {
            probes += (probes.empty() ? "\"" : ", \"") + probe + "\"";
        }
        options.push_back("run.probes=[" + probes + "]");
        options.insert(options.end(), c.options.begin(), c.options.end());
        return options;
    }

    std::string command(const Options& options, const std::string& more) const {
        std::string text = "cd '" + folder.path().string() + "' && exec " + CORTILE_PROGRAM +
                           " run experiment.yaml " + more;
        for (const std::string& option : options) {
            text += " --set '" + option + "'";
        }
        return text + " >'" + path("log.txt").string() + "' 2>&1";
    }
    Outcome cortile(const Options& options, const std::string& more) const {
        const int status = std::system(command(options, more).c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents(path("log.txt"))};
    }
    // Sends `signal` when the checkpoint has become another one.
    void run_and_kill(const Options& options, const std::string& more, int signal) const {
        const fs::path file = path("resumed") / kCheckpointName;
        const std::string before = contents(file);
        const pid_t child = fork();
        if (child == 0) {
            execl("/bin/sh", "sh", "-c", command(options, more).c_str(), nullptr);
            _exit(127);
        }
        while (waitpid(child, nullptr, WNOHANG) == 0) {
            if (contents(file) != before) {
                kill(child, signal);
                waitpid(child, nullptr, 0);
                break;
            }
            usleep(2000);
        }
        ASSERT_TRUE(fs::exists(file))
            << "the run ended before it was killed: " << contents(path("log.txt"));
    }

    // The files of a result folder, without what is the time of day's.
    std::map<std::string, std::string> results(const std::string& name) const {
        std::map<std::string, std::string> files;
        for (const auto& entry : fs::directory_iterator(path(name))) {
            std::string text = contents(entry.path());
            if (entry.path().filename() == "summary.json") {
                std::string kept;
                std::istringstream lines(text);
                for (std::string line; std::getline(lines, line);) {
                    const bool wall = std::any_of(
                        std::begin(kWall), std::end(kWall), [&](const std::string& key) {
                            return line.find("\"" + key + "\"") != std::string::npos;
                        });
                    kept += wall ? "" : line + "\n";
                }
                text = kept;
            }
            files[entry.path().filename().string()] = text;
        }
        return files;
    }
    static constexpr const char* kWall[] = {"wall_seconds", "peak_rss_bytes", "threads", "command"};

    TestFolder folder;
};

// Ends the process where a timestep begins, as a power failure would.
class Dying final : public TimestepClient {
  public:
    Dying(RunSession& session, std::uint64_t at) : session_(session), at_(at) {}
    bool begin_timestep(Chip& chip) override {
        if (chip.timesteps() == at_) {
            _exit(kKilled);
        }
        return session_.begin_timestep(chip);
    }
    void end_timestep(Chip& chip) override { session_.end_timestep(chip); }

  private:
    RunSession& session_;
    std::uint64_t at_;
};

// Runs in a process of its own until timestep `death`, with a checkpoint every `interval`.
void run_and_die(const fs::path& folder, const Options& options, std::uint64_t interval,
                 std::uint64_t death, unsigned threads) {
    const pid_t child = fork();
    if (child == 0) {
        try {
            fs::current_path(folder);  // where files of --set are looked for
            PreparedRun run = prepare(load_experiment(folder / "experiment.yaml", options));
            Checkpoints checkpoints(run.experiment,
                                    {folder / "resumed", interval, false, "as typed"});
            LoadedChip loaded("chip", run, threads);
            static const std::atomic<bool> never{false};
            RunSession session(run, loaded.chip(), loaded.rtl(), never, {});
            checkpoints.attach([&](StateArchive& archive) {
                loaded.chip().transfer_state(archive);
                session.transfer_state(archive);
            });
            session.write_checkpoints(checkpoints);
            Dying dying(session, death);
            loaded.chip().attach(dying);
            loaded.chip().run();
        } catch (const std::exception& error) {
            std::fprintf(stderr, "%s\n", error.what());
        }
        _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == kKilled) << "death at " << death;
}

TEST_P(Checkpoint, AResumedRunGivesTheSameBytes) {
    const Options options = options_of(GetParam());
    const Outcome whole = cortile(options, "--out whole");
    ASSERT_EQ(whole.code, 0) << whole.text;
    const auto expected = results("whole");
    ASSERT_GE(expected.size(), 9u) << "probes.h5 with the others";
    EXPECT_THAT(whole.text, testing::Not(HasSubstr("Neuron spikes       0\n")));

    const unsigned seed = std::random_device{}();
    std::mt19937 random(seed);
    for (const unsigned threads : {1u, 2u}) {
        const std::uint64_t interval = 1 + random() % 7;
        // Anywhere; and in the second sample, when much has been learnt and more is to come.
        const std::uint64_t death = threads == 1 ? interval + 1 + random() % (kTotal - interval - 1)
                                                 : kTotal - kDrain - 8 + random() % 5;
        SCOPED_TRACE(fmt::format("seed {}: a checkpoint every {}, death at {}, {} threads", seed,
                                 interval, death, threads));
        run_and_die(folder.path(), options, interval, death, threads);
        const Outcome resumed =
            cortile(options, fmt::format("--out resumed --resume --threads {}", 3 - threads));
        ASSERT_EQ(resumed.code, 0) << resumed.text;
        const auto got = results("resumed");
        ASSERT_EQ(got.size(), expected.size());
        for (const auto& [name, bytes] : expected) {
            EXPECT_TRUE(got.contains(name) && got.at(name) == bytes) << name;
        }
        fs::remove_all(path("resumed"));
    }
}

INSTANTIATE_TEST_SUITE_P(Runs, Checkpoint, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

// What a user types, and what is in the way.
class Resume : public Checkpoint {
  protected:
    Resume() : options(options_of(kCases[0])) {}

    Outcome resume(const std::string& more = "") const {
        return cortile(options, "--out resumed --resume " + more);
    }
    // Leaves a checkpoint at timestep 12.
    void die() const { run_and_die(folder.path(), options, 6, 15, 1); }

    Options options;
};

void expect_refusal(const Outcome& outcome, const std::string& problem) {
    EXPECT_EQ(outcome.code, 2) << outcome.text;
    EXPECT_THAT(outcome.text, AllOf(HasSubstr(problem), HasSubstr("hint: ")));
}

TEST_F(Resume, WhatWasRecordedBeforeIsInTheTraceAndInTheComparisons) {
    options.push_back("noc.trace=trace.csv");
    folder.write("spikes.npy",
                 npy(std::vector<std::int32_t>(kTimesteps * kNeurons, 0), {kTimesteps, kNeurons}));
    options.push_back("run.recordings=[spikes.npy]");
    options.push_back("run.expect=[\"lif:spikes=spikes.npy TX\"]");
    ASSERT_EQ(cortile(options, "--out whole").code, 4) << "neurons spike, and were to be silent";
    const std::string trace = contents(path("trace.csv"));
    fs::remove(path("trace.csv"));
    die();
    const Outcome resumed = resume();
    EXPECT_EQ(resumed.code, 4) << resumed.text;
    EXPECT_EQ(results("resumed"), results("whole"));
    EXPECT_EQ(contents(path("trace.csv")), trace);
    EXPECT_FALSE(fs::exists(path("trace.csv.partial")));

    fs::remove_all(path("resumed"));
    die();
    folder.write("trace.csv.partial", trace.substr(0, 100));
    expect_refusal(resume(),
                   "trace.csv.partial: the packet trace is not the one that the "
                   "checkpoint goes on with");
}

// The last kill hits a run that was resumed itself, with the interval of the first.
TEST_F(Resume, AKilledRunGoesOnMoreThanOnce) {
    options = {"preset=loihi",         "network.file=",     "network.generate.neurons=400",
               "stimulus.kind=silent", "stimulus.files=[]", "stimulus.timesteps=12000"};
    ASSERT_EQ(cortile(options, "--out whole").code, 0);
    run_and_kill(options, "--out resumed --checkpoint 150", SIGKILL);
    run_and_kill(options, "--out resumed --resume", SIGKILL);
    EXPECT_FALSE(fs::exists(path("resumed") / "summary.json"));
    run_and_kill(options, "--out resumed --resume", SIGINT);
    EXPECT_THAT(contents(path("resumed") / "summary.json"), HasSubstr("\"interrupted\": true"));
    const Outcome resumed = resume();
    ASSERT_EQ(resumed.code, 0) << resumed.text;
    EXPECT_EQ(results("resumed"), results("whole"));
}

TEST_F(Resume, TheCommandIsTheOneThatBeganTheRun) {
    die();
    ASSERT_EQ(resume().code, 0);
    EXPECT_THAT(contents(path("resumed") / "summary.json"), HasSubstr("\"command\": \"as typed\""));
}

TEST_F(Resume, AnyDamageIsRefused) {
    die();
    const std::string whole = contents(path("resumed") / kCheckpointName);
    const auto damaged = [&](const std::string& bytes) {
        std::ofstream(path("damaged"), std::ios::binary) << bytes;
        try {
            read_checkpoint(path("damaged"));
        } catch (const ConfigError& error) {
            EXPECT_EQ(error.where(), path("damaged").string());
            EXPECT_FALSE(error.hint().empty());
            return true;
        }
        return false;
    };
    EXPECT_FALSE(damaged(whole));
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    for (int i = 0; i < 300; ++i) {
        const std::size_t at = i < 40 ? static_cast<std::size_t>(i) : random() % whole.size();
        std::string bytes = whole;
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
        EXPECT_TRUE(damaged(bytes)) << "byte " << at;
        EXPECT_TRUE(damaged(whole.substr(0, at))) << "cut off at " << at;
    }
    EXPECT_TRUE(damaged(whole + '\0'));

    std::string bytes = whole;
    bytes[whole.size() / 2] ^= 1;
    std::ofstream(path("resumed") / kCheckpointName, std::ios::binary) << bytes;
    expect_refusal(resume(), "the checkpoint is damaged: its checksum is wrong");
    EXPECT_FALSE(fs::exists(path("resumed") / "summary.json"));
}

// Contents that pass the checksum and are not those of this chip: refused, whatever they are.
TEST_F(Resume, AnyOtherStateIsRefusedOrRun) {
    die();
    const fs::path file = path("resumed") / kCheckpointName;
    const std::string whole = read_checkpoint(file);
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    for (int i = 0; i < 30; ++i) {
        const std::size_t at = random() % whole.size();
        replace_file(file, framed_checkpoint(whole.substr(0, at)));
        const Outcome outcome = resume();
        expect_refusal(outcome, "resumed/checkpoint: ");
    }
}

TEST_F(Resume, WhoeverReplacesACheckpointIsTold) {
    for (const char* more : {"", "--checkpoint 7"}) {
        die();
        const Outcome outcome = cortile(options, fmt::format("--out resumed {}", more));
        EXPECT_EQ(outcome.code, 0);
        EXPECT_THAT(outcome.text, HasSubstr("resumed/checkpoint is of a run that is not finished"))
            << more;
        EXPECT_FALSE(fs::exists(path("resumed") / kCheckpointName)) << "the run is finished";
        fs::remove_all(path("resumed"));
    }
}

TEST_F(Resume, AnotherRunIsRefused) {
    die();
    const Options same = options;
    const auto with = [&](const std::string& option) {
        options = same;
        options.push_back(option);
        return resume();
    };
    expect_refusal(with("core.learning.seed=2"),
                   "it has core.learning.seed: 1, not core.learning.seed: 2");
    expect_refusal(with("preset=loihi_fitted"), "the checkpoint is of another run");
    expect_refusal(with("mapping.cores=2"), "it has mapping.cores: 3, not mapping.cores: 2");
    expect_refusal(with("run.probes=[\"lif:v\"]"), "it has run.probes: ");
    options = same;
    folder.write("b.csv", raster(13));
    expect_refusal(resume(), "it has stimulus.files: ");
    folder.write("b.csv", raster(12));
    {
        NirWriter writer(path("learning.nir"));
        write_learning_of(writer, 4);
    }
    expect_refusal(resume(), "it has network.file: learning.nir of ");
}

TEST_F(Resume, WhatCannotBeSavedOrFoundIsRefused) {
    expect_refusal(cortile(options, "--checkpoint 5"),
                   "--checkpoint: the checkpoint is in the "
                   "folder of the results, and none is named");
    expect_refusal(resume(), "resumed/checkpoint: there is no checkpoint to resume from");
    EXPECT_FALSE(fs::exists(path("resumed")));
    EXPECT_EQ(cortile(options, "--out resumed --checkpoint 0").code, 2);
    expect_refusal(cortile(options, "--out resumed --checkpoint 5 --firmware boot"),
                   "the state of the management processors");
    options.push_back("cores.datapath=rtl");
    expect_refusal(cortile(options, "--out resumed --checkpoint 5"),
                   "checkpoints save the state of the model");
}

// A folder whose file "checkpoint" is somebody else's is not replaced.
TEST_F(Resume, AForeignFileOfThatNameStays) {
    fs::create_directories(path("resumed"));
    folder.write("resumed/checkpoint", "model_checkpoint_path: \"model.ckpt\"\n");
    expect_refusal(cortile(options, "--out resumed --checkpoint 5"), "which is none of ours");
    EXPECT_EQ(contents(path("resumed") / "checkpoint"), "model_checkpoint_path: \"model.ckpt\"\n");
}

}  // namespace
}  // namespace cortile::test
