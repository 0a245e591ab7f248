// SPDX-License-Identifier: Apache-2.0
#include "app/noc_report.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "hw_model/base/text_table.h"
#include "hw_model/base/units.h"
#include "hw_model/report/format.h"
#include "hw_model/report/line_chart.h"
#include "hw_model/report/mesh_picture.h"
#include "noc/engines/timing_error.h"
#include "noc/routing/routing_policy.h"

namespace cortile {

namespace {

constexpr std::array<const char*, 4> kDirections{"east", "west", "north", "south"};

std::string direction_of(const NocLink& link) {
    return link.port < kFirstLocalPort ? kDirections[link.port] : "local";
}

std::string mesh_text(const NocStudy& study) {
    const Topology& topology = study.setup.topology;
    const std::string chip =
        fmt::format("{} x {} tiles of {} core{}{}", topology.chip_tiles_x(),
                    topology.chip_tiles_y(), topology.cores_per_tile,
                    topology.cores_per_tile == 1 ? "" : "s", topology.torus ? ", a torus" : "");
    return topology.chips() == 1 ? chip
                                 : fmt::format("{} x {} chips of {}", topology.chip_columns(),
                                               topology.chip_rows(), chip);
}

std::string router_text(const NocStudy& study) {
    const RouterParameters& router = study.setup.router;
    std::string text = fmt::format(
        "{} routing, {} VC{} of {} flits, {}+{}+{}+{} cycles a router, {} a link",
        study.setup.routing, router.virtual_channels, router.virtual_channels == 1 ? "" : "s",
        router.buffer_flits, router.routing_delay, router.vc_allocation_delay,
        router.switch_allocation_delay, router.switch_traversal_delay, router.link_latency);
    text += router.speculative ? ", speculative" : "";
    if (study.setup.topology.chips() > 1) {
        text += fmt::format(", from chip to chip {} a flit and {} more", router.crossing_cycles,
                            router.crossing_latency);
    }
    const auto dead = [&](std::size_t count, const char* what) {
        text += count == 0 ? "" : fmt::format(", {} dead {}{}", count, what, count == 1 ? "" : "s");
    };
    dead(study.setup.dead_links.size(), "link");
    dead(study.replay.routers.dead_routers.size(), "router");
    return text;
}

std::string traffic_text(const NocStudy& study) {
    const LoadPointSetup& setup = study.setup;
    std::string text = fmt::format("{}, {} flit{} a packet", setup.pattern, setup.packet_flits,
                                   setup.packet_flits == 1 ? "" : "s");
    if (setup.fanout > 1) {
        text +=
            fmt::format(", each spike to {} cores by {}", setup.fanout, name_of(setup.multicast));
    }
    if (setup.on_to_off > 0) {
        text += fmt::format(", bursts of {:g} cycles, {:g} of the time", 1 / setup.on_to_off,
                            setup.off_to_on / (setup.off_to_on + setup.on_to_off));
    }
    return text;
}

std::string row(const std::string& label, const std::string& value) {
    return report::wrapped(report::padded(label, 22), value, 100);
}

std::string head_text(const NocStudy& study) {
    return row("Network", mesh_text(study)) + row("Routers", router_text(study)) +
           row("NoC timing level", study.setup.timing);
}

std::string clock_text(const NocStudy& study) {
    return fmt::format("{} ({} a cycle)", format_frequency(study.clock_hertz()),
                       format_time(study.replay.routers.clock_period));
}

const NocLink* busiest(const std::vector<NocLink>& links) {
    const auto most =
        std::max_element(links.begin(), links.end(),
                         [](const NocLink& a, const NocLink& b) { return a.load < b.load; });
    return most == links.end() || most->load <= 0 ? nullptr : &*most;
}

// Of the level whose error was measured (docs/noc.md), with routers that need not be those.
// `load`: of the busiest link; means of packets: `latency` and `before`, the time that they would
// wait at their source, in cycles, and `hops`.
std::string estimate_text(const NocStudy& study, double load, double latency, double before,
                          double hops, double crossings) {
    if (study.setup.timing != "approximately_timed") {
        return "";
    }
    CycleAccurateTiming routers;
    routers.router = study.setup.router;
    routers.packet_flits = study.setup.packet_flits;
    routers.clock_period = 1;
    const NocTiming cycles = approximate_timing(routers);
    const double unloaded = static_cast<double>(cycles.hop_x) * hops +
                            static_cast<double>(cycles.crossing_latency) * crossings +
                            static_cast<double>(cycles.local);
    const double waited =
        (latency + before - unloaded) / (static_cast<double>(cycles.link_occupancy) * (hops + 2));
    const auto error = approximate_error_percent(std::max(load, equivalent_load(waited)));
    return row("Packet latency is an",
               error ? fmt::format("estimate, error {:.1f} % at this load", *error)
                     : "estimate, error unknown at this load");
}

std::string saturation_text(const LoadSweep& sweep) {
    std::string text = "none up to " + fmt::format("{:.4g}", sweep.points.back().offered) +
                       " flits/core/cycle, the highest load of the sweep";
    if (sweep.first_saturated && sweep.highest_unsaturated) {
        const LoadPoint& point = sweep.points[*sweep.highest_unsaturated];
        text = fmt::format("{:.4g} flits/core/cycle, of {:.4g} offered ({:.4g} is saturated)",
                           point.accepted, point.offered,
                           sweep.points[*sweep.first_saturated].offered);
    } else if (sweep.first_saturated) {
        text = fmt::format("below {:.4g} flits/core/cycle, the lowest load of the sweep",
                           sweep.points.front().offered);
    }
    return text;
}

}  // namespace

std::vector<NocLink> noc_links(const Topology& topology, const std::vector<double>& load) {
    const unsigned ports = kFirstLocalPort + topology.cores_per_tile;
    std::vector<NocLink> links;
    for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
        const TileAddress at = address_of(topology, TileId{tile});
        for (unsigned port = 0; port < ports; ++port) {
            const bool exists =
                port >= kFirstLocalPort || topology.neighbour(TileId{tile}, port).has_value();
            if (exists) {
                const std::uint32_t core = port < kFirstLocalPort ? 0
                                                                  : tile * topology.cores_per_tile +
                                                                        port - kFirstLocalPort;
                links.push_back(
                    {at, port, core, load.empty() ? 0 : load[std::size_t{tile} * ports + port]});
            }
        }
    }
    for (std::uint32_t chip = 0; topology.chips() > 1 && chip < topology.chips(); ++chip) {
        const TileAddress at{chip % topology.chip_columns(), chip / topology.chip_columns()};
        for (unsigned port = 0; port < kFirstLocalPort; ++port) {
            const std::uint32_t corner_x = at.chip_x * topology.chip_tiles_x() +
                                           (port == kEast ? topology.chip_tiles_x() - 1 : 0);
            const std::uint32_t corner_y = at.chip_y * topology.chip_tiles_y() +
                                           (port == kNorth ? topology.chip_tiles_y() - 1 : 0);
            if (topology.leaves_chip(topology.tile(corner_x, corner_y), port)) {
                const std::size_t index = std::size_t{topology.tiles()} * ports + chip * 4 + port;
                links.push_back({at, port, 0, load.empty() ? 0 : load[index], true});
            }
        }
    }
    return links;
}

std::string links_csv(const NocStudy& study, const std::vector<NocLink>& links) {
    const bool board = study.setup.topology.chips() > 1;
    std::string text = board ? "chip_x,chip_y," : "";
    text += "tile_x,tile_y,direction,core,flits_per_cycle\n";
    for (const NocLink& link : links) {
        if (board) {
            fmt::format_to(std::back_inserter(text), "{},{},", link.tile.chip_x, link.tile.chip_y);
        }
        const std::string tile =
            link.is_channel ? "," : fmt::format("{},{}", link.tile.x, link.tile.y);
        fmt::format_to(
            std::back_inserter(text), "{},{},{},{}\n", tile, direction_of(link),
            link.port < kFirstLocalPort ? "" : fmt::to_string(link.core),
            link.is_channel ? link.load / study.setup.router.crossing_cycles : link.load);
    }
    return text;
}

std::string name_of(const NocStudy& study, const NocLink& link) {
    if (link.is_channel) {
        return fmt::format("{} out of chip ({}, {})", kDirections[link.port], link.tile.chip_x,
                           link.tile.chip_y);
    }
    const Topology& topology = study.setup.topology;
    const std::string tile = tile_text(topology, tile_at(topology, link.tile));
    return link.port < kFirstLocalPort
               ? fmt::format("{} out of tile {}", kDirections[link.port], tile)
               : fmt::format("into core {} of tile {}", link.core, tile);
}

namespace {

std::string load_text(const NocLink& link) {
    return link.is_channel ? fmt::format("in use {:.4g} of the time", link.load)
                           : fmt::format("{:.4g} flits/cycle", link.load);
}

}  // namespace

std::vector<double> shown_load(const LoadSweep& sweep) {
    return sweep.points[sweep.highest_unsaturated.value_or(0)].link_load;
}

std::string shown_when(const LoadSweep& sweep) {
    return fmt::format("at {:.4g} flits/core/cycle, {}",
                       sweep.points[sweep.highest_unsaturated.value_or(0)].offered,
                       !sweep.highest_unsaturated ? "which is above saturation"
                       : sweep.first_saturated    ? "the highest load below saturation"
                                                  : "the highest load of the sweep");
}

std::vector<double> shown_load(const NocStudy& study, const TraceReplay& replay) {
    std::vector<double> load;
    const double cycles =
        static_cast<double>(replay.busy) / static_cast<double>(study.replay.routers.clock_period);
    for (const std::uint64_t flits : replay.link_flits) {
        load.push_back(cycles > 0 ? static_cast<double>(flits) / cycles : 0);
    }
    for (const std::uint64_t flits : replay.channel_flits) {
        load.push_back(cycles > 0 ? static_cast<double>(flits) *
                                        study.replay.routers.router.crossing_cycles / cycles
                                  : 0);
    }
    return load;
}

std::string noc_text(const NocStudy& study, const LoadSweep& sweep) {
    std::vector<std::vector<std::string>> table{{"offered", "accepted", "latency mean", "p50",
                                                 "p99", "network mean", "hops", "energy/packet",
                                                 ""}};
    for (const LoadPoint& point : sweep.points) {
        table.push_back(
            {fmt::format("{:.4f}", point.offered), fmt::format("{:.4f}", point.accepted),
             fmt::format("{:.2f}", point.packet_latency_mean),
             fmt::to_string(point.packet_latency_p50), fmt::to_string(point.packet_latency_p99),
             fmt::format("{:.2f}", point.network_latency_mean),
             fmt::format("{:.2f}", point.hops_mean()),
             report::engineering(
                 study.energy(point.hops_x_mean, point.hops_y_mean, point.crossings_mean), "J"),
             point.is_saturated ? "saturated" : ""});
    }
    std::string text = head_text(study) + row("Traffic", traffic_text(study)) + '\n' +
                       text_table(table, ">>>>>>>><") +
                       "rates: flits/core/cycle; latencies: cycles, of packets in the source's "
                       "queue and the network\n\n" +
                       row("Saturation throughput", saturation_text(sweep));
    const std::vector<NocLink> links = noc_links(study.setup.topology, shown_load(sweep));
    if (const NocLink* link = busiest(links)) {
        text += row("Bottleneck link", fmt::format("{}: {} {}", name_of(study, *link),
                                                   load_text(*link), shown_when(sweep)));
        const LoadPoint& point = sweep.points[sweep.highest_unsaturated.value_or(0)];
        text += estimate_text(study, link->load, point.packet_latency_mean, 0, point.hops_mean(),
                              point.crossings_mean);
    }
    return text;
}

std::string noc_text(const NocStudy& study, const TraceReplay& replay) {
    const double period = static_cast<double>(study.replay.routers.clock_period);
    const LatencySummary& latency = replay.latency;
    const auto cycles = [&](double ps) { return fmt::format("{:.2f}", ps / period); };
    const auto exact = [&](Picoseconds ps) { return cycles(static_cast<double>(ps)); };
    std::string text = head_text(study) + row("Clock", clock_text(study)) +
                       row("Traffic", "packet trace " + study.trace->string()) + '\n';
    text += row("Packets",
                fmt::format("{} in {} passes of timesteps; {:.2f} hops and {} each",
                            report::grouped(latency.packets), report::grouped(replay.passes.size()),
                            replay.hops_x_mean + replay.hops_y_mean,
                            report::engineering(study.energy(replay.hops_x_mean, replay.hops_y_mean,
                                                             replay.crossings_mean),
                                                "J")));
    text += row("Packet latency",
                fmt::format("mean {}, p50 {}, p99 {}, most {} cycles", cycles(latency.mean),
                            exact(latency.p50), exact(latency.p99), exact(latency.most)));
    text += row("Network busy", fmt::format("{} cycles ({})", exact(replay.busy),
                                            report::engineering(to_seconds(replay.busy), "s")));
    const std::vector<NocLink> links = noc_links(study.replay.topology, shown_load(study, replay));
    if (const NocLink* link = busiest(links)) {
        text += row("Bottleneck link", fmt::format("{}: {} while the network is busy",
                                                   name_of(study, *link), load_text(*link)));
        text +=
            estimate_text(study, link->load, latency.mean / period, replay.interface_wait / period,
                          replay.hops_x_mean + replay.hops_y_mean, replay.crossings_mean);
    }
    return text;
}

std::string load_csv(const NocStudy& study, const LoadSweep& sweep) {
    std::string text =
        "offered,accepted,packet_latency_mean,packet_latency_p50,packet_latency_p99,"
        "network_latency_mean,hops_mean,energy_per_packet,saturated\n";
    for (const LoadPoint& point : sweep.points) {
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{},{}\n", point.offered,
                       point.accepted, point.packet_latency_mean, point.packet_latency_p50,
                       point.packet_latency_p99, point.network_latency_mean, point.hops_mean(),
                       study.energy(point.hops_x_mean, point.hops_y_mean, point.crossings_mean),
                       point.is_saturated ? 1 : 0);
    }
    return text;
}

std::string passes_csv(const NocStudy& study, const TraceReplay& replay) {
    const double period = static_cast<double>(study.replay.routers.clock_period);
    const auto cycles = [&](Picoseconds time) { return static_cast<double>(time) / period; };
    std::string text =
        "timestep,pass,packets,packet_latency_mean,packet_latency_p50,packet_latency_p99,"
        "packet_latency_max,finish\n";
    for (const ReplayedPass& pass : replay.passes) {
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{}\n", pass.timestep,
                       pass.pass, pass.latency.packets, pass.latency.mean / period,
                       cycles(pass.latency.p50), cycles(pass.latency.p99),
                       cycles(pass.latency.most), cycles(pass.finish));
    }
    return text;
}

std::string load_svg(const NocStudy& study, const LoadSweep& sweep) {
    report::LineChart chart;
    chart.title = "Packet latency over offered load";
    chart.subtitle = fmt::format("{}; {}; {}; {}", mesh_text(study), traffic_text(study),
                                 study.setup.routing + " routing", study.setup.timing);
    chart.x_label = "offered load (flits / core / cycle)";
    chart.y_label = "packet latency (cycles)";
    chart.series = {{"99th percentile", {}, true}, {"mean", {}, false}, {"median", {}, true}};
    // Past saturation latencies only say how long was measured: they are not drawn.
    for (const LoadPoint& point : sweep.points) {
        if (!point.is_saturated) {
            chart.series[0].points.emplace_back(point.offered, point.packet_latency_p99);
            chart.series[1].points.emplace_back(point.offered, point.packet_latency_mean);
            chart.series[2].points.emplace_back(point.offered, point.packet_latency_p50);
        }
    }
    if (!chart.series[1].points.empty()) {
        chart.y_most = 12 * chart.series[1].points.front().second;
    }
    if (sweep.first_saturated) {
        const double at = sweep.points[*sweep.first_saturated].offered;
        chart.mark = {at, fmt::format("saturated from {:.3g}", at)};
    }
    return report::to_svg(chart);
}

std::string links_svg(const NocStudy& study, const std::vector<NocLink>& links,
                      const std::string& when) {
    report::MeshPicture picture;
    picture.title = "Load of links";
    picture.subtitle = when;
    picture.unit = "flits/cycle";
    picture.width = study.setup.topology.width;
    picture.height = study.setup.topology.height;
    picture.chip_width = study.setup.topology.chip_tiles_x();
    picture.chip_height = study.setup.topology.chip_tiles_y();
    for (const NocLink& link : links) {
        const bool further_core = link.port > kFirstLocalPort && !picture.links.empty() &&
                                  picture.links.back().direction == "local";
        if (further_core) {
            picture.links.back().load = std::max(picture.links.back().load, link.load);
        } else {
            const TileId tile = tile_at(study.setup.topology, link.tile);
            picture.links.push_back({study.setup.topology.x(tile), study.setup.topology.y(tile),
                                     direction_of(link), link.load, link.is_channel});
        }
    }
    return report::to_svg(picture);
}

}  // namespace cortile
