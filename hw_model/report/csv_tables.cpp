// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/csv_tables.h"

#include <fmt/format.h>

#include <iterator>

#include "hw_model/report/figures.h"
#include "hw_model/report/format.h"

namespace cortile::report {

std::string layers_csv(const RunResult& result) {
    std::string text = "layer,neurons,cores,spikes,spikes_per_neuron_and_timestep,graded\n";
    for (const LayerResult& layer : result.layers) {
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{}\n", csv_field(layer.name),
                       layer.neurons, layer.cores, layer.spikes,
                       layer.spikes_per_neuron_and_timestep, layer.graded ? 1 : 0);
    }
    return text;
}

std::string cores_csv(const RunResult& result) {
    const bool board = result.board.chips() > 1;
    std::string text =
        std::string("core,") + (board ? "chip_x,chip_y," : "") +
        "tile_x,tile_y,populations,neurons,spikes,synaptic_operations,"
        "neuron_updates_active,neuron_updates_inactive,packets_in,packets_out,"
        "busy_generating_seconds,busy_receiving_seconds,input_axons,synapses,synapse_bits,"
        "critical_timesteps\n";
    for (const CoreResult& c : result.cores) {
        fmt::format_to(std::back_inserter(text), "{},", c.core);
        if (board) {
            fmt::format_to(std::back_inserter(text), "{},{},", c.chip_x, c.chip_y);
        }
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{},{},{},{},{},", c.tile_x,
                       c.tile_y, csv_field(c.populations), c.neurons, c.spikes,
                       c.synaptic_operations, c.neuron_updates_active, c.neuron_updates_inactive,
                       c.packets_in, c.packets_out, seconds(c.busy_generating),
                       seconds(c.busy_receiving));
        fmt::format_to(std::back_inserter(text), "{},{},{},{}\n", c.input_axons, c.synapses,
                       c.synapse_bits, c.critical_timesteps);
    }
    return text;
}

std::string links_csv(const RunResult& result) {
    const bool board = result.board.chips() > 1;
    std::string text = board ? "chip_x,chip_y," : "";
    text += "tile_x,tile_y,direction,packets,waited_seconds\n";
    for (const LinkResult& link : result.links) {
        if (board) {
            fmt::format_to(std::back_inserter(text), "{},{},", link.chip_x, link.chip_y);
        }
        // A channel belongs to the chip, to none of its tiles.
        const std::string tile =
            link.is_channel ? "," : fmt::format("{},{}", link.tile_x, link.tile_y);
        fmt::format_to(std::back_inserter(text), "{},{},{},{}\n", tile, csv_field(link.direction),
                       link.packets, seconds(link.waited));
    }
    return text;
}

std::string samples_csv(const RunResult& result) {
    std::string text = "sample,label,prediction,correct,latency_seconds,timesteps,dynamic_joules\n";
    for (const SampleResult& s : result.samples) {
        const bool predicted = s.prediction >= 0;
        std::string correct;
        if (s.label && predicted) {
            correct = static_cast<std::uint32_t>(s.prediction) == *s.label ? '1' : '0';
        }
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{}\n", s.sample,
                       s.label ? fmt::to_string(*s.label) : "",
                       predicted ? fmt::to_string(s.prediction) : "", correct, seconds(s.latency),
                       s.timesteps, s.dynamic_joules ? fmt::to_string(*s.dynamic_joules) : "");
    }
    return text;
}

std::string messages_csv(const FirmwareResult& firmware) {
    std::string text = "time_seconds,sample,timesteps,kind,value\n";
    for (const FirmwareResult::Message& m : firmware.messages) {
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{}\n", seconds(m.time),
                       m.sample ? fmt::to_string(*m.sample) : "", m.timesteps, m.kind, m.value);
    }
    return text;
}

}  // namespace cortile::report
