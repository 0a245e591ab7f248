// SPDX-License-Identifier: Apache-2.0
// A chip in a simulation of one's own: a TLM-2.0 initiator that knows nothing of Cortile injects
// spikes and receives the answer, which must be that of `cortile run` with the same spikes.
//   embedding [FOLDER]     the folder of experiment.yaml and spikes.csv; without, the current one
#include <cortile/experiment/embedded_chip.h>
#include <cortile/experiment/run_session.h>
#include <cortile/hw_model/base/child_process.h>
#include <cortile/hw_model/base/temporary_folder.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>

#include "spike_log.h"
#include "spike_player.h"

namespace {

namespace fs = std::filesystem;

using Spike = std::pair<std::uint64_t, std::uint32_t>;  // timestep, output neuron

// Rows "timestep,neuron" under a header.
std::vector<Spike> read_spikes(const fs::path& file) {
    std::ifstream stream(file);
    std::string header;
    std::getline(stream, header);
    std::vector<Spike> spikes;
    char comma = 0;
    for (Spike s; stream >> s.first >> comma >> s.second;) {
        spikes.push_back(s);
    }
    return spikes;
}

// What the host sees. In a process of its own, since SystemC elaborates once in a process.
int run_by_host(const fs::path& experiment, const fs::path& out) {
    cortile::PreparedRun run =
        cortile::prepare(cortile::load_experiment(experiment, {"run.probes=[lif2:spikes]"}));
    const std::atomic<bool> never{false};
    const cortile::ProbeRecord probe = cortile::execute(run, 1, never, {}).result.probes.at(0);
    std::ofstream stream(out);
    stream << "timestep,neuron\n";
    for (std::size_t i = 0; i < probe.values.size(); ++i) {
        if (probe.values[i] != 0) {
            stream << i / probe.neurons << "," << i % probe.neurons << "\n";
        }
    }
    return 0;
}

std::vector<Spike> without_times(const std::vector<ReceivedSpike>& received) {
    std::vector<Spike> spikes;
    for (const ReceivedSpike& spike : received) {
        spikes.push_back({spike.timestep, spike.neuron});
    }
    return spikes;
}

int run(const fs::path& folder) {
    const fs::path experiment = folder / "experiment.yaml";
    const cortile::TemporaryFolder temporary;
    const fs::path by_host = temporary.path() / "host.csv";
    if (cortile::ChildRunner().run([&] { return run_by_host(experiment, by_host); }).exit_code !=
        0) {
        std::cerr << "the host's run failed\n";
        return 1;
    }
    const std::vector<Spike> expected = read_spikes(by_host);

    SpikePlayer::Spikes spikes;
    for (const auto& [timestep, neuron] : read_spikes(folder / "spikes.csv")) {
        spikes[timestep].push_back(neuron);
    }

    cortile::EmbeddedChip chip("chip", experiment);
    // As many as the host shows: until the last input, and as the network is deep.
    const std::uint64_t timesteps = spikes.rbegin()->first + 1 + chip.run().drain;
    SpikePlayer player("player", spikes, timesteps);
    SpikeLog log("log");
    player.socket.bind(chip.bridge.access);
    chip.bridge.output.bind(log.socket);
    sc_core::sc_start();
    chip.finish();

    std::cout << "timestep,time_ps,population,neuron,core,value\n";
    for (const ReceivedSpike& s : player.received()) {
        std::cout << s.timestep << "," << s.time << "," << s.population << "," << s.neuron << ","
                  << s.core << "," << s.value << "\n";
    }
    const bool read = without_times(player.received()) == expected;
    const bool sent = without_times(log.received()) == expected;
    std::cout << timesteps << " timesteps, " << chip.chip().host().spikes_injected()
              << " spikes in, " << player.received().size() << " out; the host has "
              << expected.size() << ": read " << (read ? "equal" : "DIFFERENT") << ", sent "
              << (sent ? "equal" : "DIFFERENT") << "\n";
    return read && sent ? 0 : 1;
}

}  // namespace

int sc_main(int argc, char** argv) {
    try {
        return run(argc > 1 ? argv[1] : ".");
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
