// SPDX-License-Identifier: Apache-2.0
// Everything a finished run knows, as plain numbers: what the result folder is written from.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hw_model/base/time.h"
#include "hw_model/energy/ledger.h"
#include "hw_model/state/state_archive.h"

namespace cortile {

// The chips of a board. A tile's place is that of its chip on the board and its own on the chip.
struct BoardResult {
    std::uint32_t width = 1, height = 1;
    std::uint32_t chips_used = 1;
    std::uint64_t crossings = 0;  // packets from one chip to the next

    std::uint32_t chips() const { return width * height; }
};

struct CoreResult {
    std::uint32_t core = 0, tile_x = 0, tile_y = 0;
    std::string populations;  // names of what it holds, "conv1 conv2"
    std::uint32_t neurons = 0;
    std::uint64_t spikes = 0, synaptic_operations = 0;
    std::uint64_t neuron_updates_active = 0, neuron_updates_inactive = 0;
    std::uint64_t packets_in = 0, packets_out = 0;
    Picoseconds busy_generating = 0, busy_receiving = 0;            // summed over timesteps
    std::uint64_t input_axons = 0, synapses = 0, synapse_bits = 0;  // static use
    std::uint64_t critical_timesteps = 0;  // in how many timesteps it finished last
    std::uint32_t chip_x = 0, chip_y = 0;  // on the board
};

struct LayerResult {
    std::string name;
    std::uint32_t neurons = 0, cores = 0;
    std::uint64_t spikes = 0;
    double spikes_per_neuron_and_timestep = 0;
    bool graded = false;  // its packets carry values; `spikes` counts them, whatever they carry
    bool is_input = false;
};

struct LinkResult {
    std::uint32_t tile_x = 0, tile_y = 0;
    std::string direction;  // east, west, north, south, local
    std::uint64_t packets = 0;
    Picoseconds waited = 0;
    std::uint32_t chip_x = 0, chip_y = 0;  // on the board
    bool is_channel = false;               // from chip to chip: of no tile
};

struct SampleResult {
    std::uint32_t sample = 0;
    std::optional<std::uint32_t> label;
    std::int32_t prediction = -1;  // -1: the network has no read-out to classify by
    Picoseconds latency = 0;       // modelled time from the sample's first to its last timestep
    std::uint64_t timesteps = 0;   // of input and drain
    // Of cores, routers and channels between chips; none: nothing of the chip has a price.
    std::optional<double> dynamic_joules = std::nullopt;

    void transfer_state(StateArchive& archive) {
        archive(sample, label, prediction, latency, timesteps, dynamic_joules);
    }
};

// What a probe recorded, timestep-major: values[timestep * neurons + neuron]. Of cores that compute
// in floating point `reals` instead, except for spikes.
struct ProbeRecord {
    std::string population, quantity;  // quantity: spikes, u, v; of a projection: w, d, t, x1, …
    std::uint32_t neurons = 0;
    std::uint64_t timesteps = 0;
    std::vector<std::int32_t> values;
    bool graded = false;  // "spikes" are the values sent, not counts of 0 to 255
    bool real = false;
    std::vector<double> reals = {};
    std::uint32_t interval = 1;  // timesteps from one row to the next; the first is after so many

    // What was recorded so far; the rest follows from the experiment.
    void transfer_state(StateArchive& archive) {
        archive(timesteps);
        archive.list(values);
        archive.list(reals);
    }
};

// A recording that the run had to equal (run.expect).
struct ExpectationResult {
    std::string text;                           // as in run.expect
    std::uint64_t values = 0, differences = 0;  // compared; unequal
    std::uint64_t timesteps_compared = 0, timesteps_recorded = 0;
    std::string first_difference;  // in words; empty: none

    bool met() const { return differences == 0 && values > 0; }
};

// A constant that the modelled time rests on.
struct TimingConstant {
    std::string name, value;  // "noc.hop_x", "4.1 ns"
    Citation citation;
    bool is_zero = false;  // it takes no time
};

// Transient faults of the network: rates for each link that a packet crosses; packets.
struct FaultResult {
    double drop_rate = 0, corrupt_rate = 0;
    std::uint64_t dropped = 0;
    std::uint64_t detected = 0;  // changed, found and discarded
    std::uint64_t unknown = 0;   // changed to an address that the core does not know: discarded
    std::uint64_t altered = 0;   // changed and delivered

    std::uint64_t corrupted() const { return detected + unknown + altered; }
    std::uint64_t lost() const { return dropped + detected + unknown; }
};

// A run that programs on the chip's management processors drove.
struct FirmwareResult {
    struct Processor {
        std::uint64_t instructions = 0, cycles = 0;
    };
    // What the program sent to the host.
    struct Message {
        Picoseconds time = 0;                 // since the start
        std::optional<std::uint64_t> sample;  // that was being shown
        std::uint64_t timesteps = 0;          // of the sample, done by then
        std::uint32_t kind = 0, value = 0;    // constants MESSAGE_* of the register map
    };
    std::string program;  // file name
    std::vector<Processor> processors;
    std::vector<Message> messages;
    Picoseconds management_time = 0;  // in which no timestep ran
    std::uint64_t ram_words = 0, bus_words = 0;
    std::uint32_t exit_code = 0;
    std::uint64_t image_bytes = 0;

    std::uint64_t instructions() const {
        std::uint64_t sum = 0;
        for (const Processor& processor : processors) {
            sum += processor.instructions;
        }
        return sum;
    }
};

struct RunResult {
    std::string network_name, chip_name, core_type, operating_point, noc_timing, stimulus;
    // Of a run at approximately_timed: load of the network, as a share of what a link carries
    // (docs/reference/results.md), and what is known of the error of latencies at that load.
    std::optional<double> noc_load, noc_error_percent;
    std::string datapath;  // RTL in the loop, in words; empty: none
    std::vector<SampleResult> samples;
    std::uint64_t timesteps = 0;
    std::uint64_t neurons = 0, synapses = 0;
    std::uint64_t neuron_spikes = 0;  // of neurons on cores
    std::uint64_t input_spikes = 0;   // injected by the host
    std::uint64_t synaptic_operations = 0, neuron_updates = 0;
    std::uint64_t packets = 0, hops = 0;
    std::uint64_t packets_injected = 0;  // the copies of one spike together
    std::uint32_t cores_used = 0, cores_total = 0, tiles_used = 0;
    BoardResult board;
    std::uint32_t cores_dead = 0;       // beside cores_total
    std::optional<FaultResult> faults;  // none: no packet was to be lost
    Picoseconds modelled_time = 0;
    // Shares of modelled_time. They add up to it.
    Picoseconds barrier_time = 0, generation_time = 0, host_time = 0, receive_time = 0;
    std::uint64_t host_packets = 0;     // injected by the host
    Picoseconds host_busy = 0;          // time it took the host, whatever went on meanwhile
    Picoseconds network_time_step = 0;  // network time of a timestep; 0: not known
    std::vector<TimingConstant> timing_constants;
    std::vector<CoreResult> cores;
    std::vector<LayerResult> layers;
    std::vector<LinkResult> links;
    std::vector<ProbeRecord> probes;
    // Of each projection that learns: its weights at the end, quantity w; a row for each target.
    std::vector<ProbeRecord> learned;
    std::vector<ExpectationResult> expectations;
    std::string quantization_table, mapping_table;  // text, for report.txt
    std::vector<std::string> warnings;
    std::optional<FirmwareResult> firmware;
    bool ticks = false;  // sync: tick; barrier_time is then idle time
    std::uint64_t late_spikes = 0, overrun_timesteps = 0;
    bool interrupted = false;  // Ctrl-C: what was finished is reported

    // Not reproducible: kept out of everything but the last four keys of summary.json.
    double wall_load_seconds = 0, wall_run_seconds = 0;
    std::uint64_t peak_rss_bytes = 0;
    unsigned threads = 1;
    std::string command;
};

}  // namespace cortile
