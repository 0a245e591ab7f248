// SPDX-License-Identifier: Apache-2.0
#include "app/noc_study.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "experiment/experiment.h"
#include "hw_model/base/error.h"
#include "hw_model/base/units.h"
#include "hw_model/chip/chip_config.h"
#include "hw_model/config/chip_schema.h"
#include "noc/routing/routing_policy.h"
#include "noc/traffic/engine_load_point.h"
#include "noc/traffic/load_sweep.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;

// Keys of chips whose place the routers' cycles take.
constexpr const char* kLatencies[] = {"noc.hop_x", "noc.hop_y", "noc.local", "noc.link_occupancy",
                                      "noc.ejection_occupancy"};

bool is_of_the_network(const std::string& path) {
    const bool latency =
        std::find(std::begin(kLatencies), std::end(kLatencies), path) != std::end(kLatencies);
    return !latency && !path.starts_with("noc.faults.") && path != "board.barrier_latency" &&
           (path.starts_with("noc.") || path.starts_with("chip.mesh.") ||
            path.starts_with("board.") || path == "chip.cores_per_tile" ||
            path == "chip.dead_cores" || path.starts_with("host.tile_"));
}

// Of the chip, only what this command has keys for.
ConfigTree network_of_preset(const std::string& name, const fs::path& folder) {
    ConfigTree tree = load_preset(name, folder);
    for (const char* section :
         {"core", "chip.description", "chip.operating_point", "chip.core_type", "chip.sync",
          "chip.tick", "chip.barrier_latency", "chip.static_power", "host.injection_interval",
          "noc.timing", "noc.faults", "board.barrier_latency"}) {
        tree.drop(section);
    }
    for (const char* key : kLatencies) {
        tree.drop(key);
    }
    return tree;
}

// Of a chip, but not of its network.
void refuse_keys_of_runs(const ConfigTree& config) {
    for (const ParameterDescriptor& key : chip_schema()) {
        const bool named_elsewhere = key.path.starts_with("noc.");
        const auto place = named_elsewhere ? std::nullopt : config.place_of(key.path);
        if (place && !is_of_the_network(key.path)) {
            throw ConfigError(*place + ": " + key.path,
                              "not of this command: of the chip it has the network alone",
                              "leave it out, or run an experiment: cortile run");
        }
    }
}

void refuse_latencies(const ConfigTree& config) {
    for (const char* key : kLatencies) {
        if (const auto place = config.place_of(key)) {
            throw ConfigError(*place + ": " + key,
                              "not of this command: all timing levels take their latencies from "
                              "the routers",
                              "leave it out; the cycles of the routers are noc.routing_delay, "
                              "noc.vc_alloc_delay, noc.sw_alloc_delay, noc.st_final_delay and "
                              "noc.link_latency, of noc.clock");
        }
    }
}

// Lost packets change what cores send next: that shows in runs alone.
void refuse_transient_faults(const ConfigTree& config) {
    for (const char* key : {"drop_rate", "corrupt_rate", "detect", "seed"}) {
        const std::string path = std::string("noc.faults.") + key;
        if (const auto place = config.place_of(path)) {
            throw ConfigError(*place + ": " + path,
                              "not of this command: a packet that is lost takes its links all the "
                              "same, so that nothing here would change",
                              "cortile run counts what is lost, and shows what that does");
        }
    }
}

Parameters load_parameters(const fs::path& file, const std::vector<std::string>& assignments) {
    std::error_code ignored;
    if (file.empty() || (fs::exists(file, ignored) && !fs::is_regular_file(file, ignored))) {
        throw ConfigError("'" + file.string() + "'", "not a file", "name a YAML file");
    }
    ConfigTree config = ConfigTree::from_file(file);
    const auto in_file = config.text_at("preset");
    for (const std::string& assignment : assignments) {
        config.set(assignment);
    }
    const auto effective = config.text_at("preset");
    const std::string name = effective.value_or(kDefaultPreset);
    const fs::path folder =
        in_file == effective ? fs::absolute(file).parent_path() : fs::current_path();
    ConfigTree tree = network_of_preset(name, folder);
    if (name.ends_with(".yaml") || name.ends_with(".yml")) {
        // effective.yaml must find the chip's file from wherever it lies.
        config.set("preset=" + fs::weakly_canonical(folder / name).string());
    }
    refuse_keys_of_runs(config);
    refuse_latencies(config);
    refuse_transient_faults(config);
    tree.overlay(config);
    return tree.resolve(noc_schema());
}

// "27" or "28:2.5".
std::vector<HotspotTarget> hotspots(const Parameters& parameters) {
    std::vector<HotspotTarget> targets;
    const std::string where = parameters.where("traffic.hotspots");
    for (const std::string& text : parameters.texts("traffic.hotspots")) {
        const std::size_t colon = text.find(':');
        const std::int64_t core = parse_integer(text.substr(0, colon), where);
        if (core < 0 || core > SpikePacket::kMaxCore) {
            throw ConfigError(where, fmt::format("core {} is outside the mesh", core),
                              "cores are numbered from 0, tile by tile");
        }
        HotspotTarget target{static_cast<std::uint32_t>(core), 1};
        if (colon != std::string::npos) {
            target.weight = parse_real(text.substr(colon + 1), where);
        }
        targets.push_back(target);
    }
    const bool wanted = parameters.text("traffic.pattern") == "hotspot";
    if (wanted == targets.empty()) {
        throw ConfigError(parameters.where(wanted ? "traffic.pattern" : "traffic.hotspots"),
                          wanted ? "pattern hotspot needs traffic.hotspots"
                                 : "hotspots are of pattern hotspot only",
                          wanted ? "hotspots: [\"27\", \"28:2.5\"], a core and its weight each"
                                 : "traffic.pattern: hotspot, or leave hotspots out");
    }
    return targets;
}

void read_fanout(const Parameters& parameters, const CycleAccurateTiming& timing,
                 LoadPointSetup& setup) {
    setup.fanout = static_cast<std::uint32_t>(parameters.integer("traffic.fanout"));
    setup.multicast = timing.multicast;
    setup.relay = (timing.relay + timing.clock_period - 1) / timing.clock_period;
    if (setup.fanout > setup.topology.cores()) {
        throw ConfigError(parameters.where("traffic.fanout"),
                          fmt::format("{} different cores, the mesh has {}", setup.fanout,
                                      setup.topology.cores()),
                          "a larger mesh, or a smaller fanout");
    }
    if (setup.fanout > 1 && setup.pattern != "uniform") {
        throw ConfigError(parameters.where("traffic.fanout"),
                          fmt::format("pattern {} gives each core one destination", setup.pattern),
                          "traffic.pattern: uniform, or fanout: 1");
    }
    if (setup.fanout == 1 && setup.multicast != Multicast::unicast) {
        throw ConfigError(parameters.where("noc.multicast"),
                          "there is nothing to multicast: every packet goes to one core",
                          "traffic.fanout: 8, or traffic.trace");
    }
}

void read_bursts(const Parameters& parameters, LoadPointSetup& setup) {
    const double cycles = parameters.real("traffic.burst.cycles");
    const double share = parameters.real("traffic.burst.share");
    if (cycles == 0) {
        if (parameters.given("traffic.burst.share")) {
            throw ConfigError(parameters.where("traffic.burst.share"),
                              "there are no bursts without traffic.burst.cycles",
                              "give the mean length of a burst, in cycles");
        }
        return;
    }
    if (share >= 1) {
        return;  // one burst without end
    }
    // Both states last a geometric number of cycles; the mean of the other follows from the share.
    setup.on_to_off = 1 / cycles;
    setup.off_to_on = setup.on_to_off * share / (1 - share);
    if (setup.off_to_on > 1) {
        throw ConfigError(parameters.where("traffic.burst.share"),
                          fmt::format("bursts of {} cycles cannot be on for {} of the time: pauses "
                                      "would be below one cycle",
                                      cycles, share),
                          "longer bursts, or a smaller share");
    }
}

std::vector<double> rates_of(const Parameters& parameters, const LoadPointSetup& setup) {
    const std::string where = parameters.where("sweep.rates");
    const std::vector<std::string>& texts = parameters.texts("sweep.rates");
    std::vector<double> rates;
    const double most = most_offered(setup);
    for (const std::string& text : texts) {
        const double rate = parse_real(text, where);
        if (!(rate > 0) || rate > most) {
            throw ConfigError(
                where,
                fmt::format("expected rates above 0 and up to {:.4g} flits a core and cycle{}, "
                            "found {}",
                            most, most < 1 ? " (what bursts leave time for)" : "", text),
                "rates: [0.05, 0.1, 0.15], or leave it out for a sweep up to saturation");
        }
        rates.push_back(rate);
    }
    std::sort(rates.begin(), rates.end());
    rates.erase(std::unique(rates.begin(), rates.end()), rates.end());
    return rates;
}

// Errors of the libraries name a key; here it is known who wrote it.
template <typename Body>
void with_places(const Parameters& parameters, const Body& body) {
    static const std::map<std::string, std::string> keys{{"noc.routing", "noc.routing"},
                                                         {"noc.multicast", "noc.multicast"},
                                                         {"noc.buffer_flits", "noc.buffer_flits"},
                                                         {"traffic.pattern", "traffic.pattern"},
                                                         {"traffic.targets", "traffic.hotspots"}};
    try {
        body();
    } catch (const ConfigError& error) {
        const auto key = keys.find(error.where());
        if (key == keys.end()) {
            throw;
        }
        throw ConfigError(parameters.where(key->second), error.problem(), error.hint());
    }
}

// Patterns know all cores, and rates are of all.
void refuse_dead_cores(const Parameters& parameters, const Topology& topology) {
    if (!topology.dead_cores.empty()) {
        throw ConfigError(
            parameters.where(parameters.given("chip.dead_cores") ? "chip.dead_cores"
                                                                 : "noc.dead_routers"),
            "traffic patterns are of chips whose cores all work",
            "noc.dead_links, or the packets of a run on such a chip: traffic.trace");
    }
}

void read_trace(const Parameters& parameters, NocStudy& study) {
    for (const char* key : {"traffic.pattern", "traffic.hotspots", "traffic.burst.cycles",
                            "traffic.burst.share", "traffic.fanout", "sweep.rates"}) {
        if (parameters.given(key)) {
            throw ConfigError(parameters.where(key),
                              "a packet trace (traffic.trace) takes no "
                              "other traffic and no sweep",
                              "leave out one of the two");
        }
    }
    study.trace = parameters.file("traffic.trace");
}

}  // namespace

ParameterSchema noc_schema() {
    using enum ParameterType;
    ParameterSchema schema;
    for (ParameterDescriptor& key : chip_schema()) {
        if (!is_of_the_network(key.path)) {
            continue;
        }
        if (key.path == "noc.timing") {
            key.default_text = "cycle_accurate";
        } else if (key.path == "noc.clock") {
            key.default_text = "1 GHz";
            key.minimum = 1;
        }
        schema.push_back(std::move(key));
    }
    const ParameterSchema own{
        {"preset", text, kDefaultPreset,
         "chip whose mesh and energies these are: a preset's name, or a chip's YAML file"},
        {"traffic.pattern", choice, "uniform", "where packets go", false, traffic_names()},
        whole_number("traffic.fanout", "1",
                     "of pattern uniform: cores that each spike goes to, by copies that travel as "
                     "noc.multicast says; rates count copies",
                     1, 65536),
        {"traffic.hotspots", text_list, "",
         "of pattern hotspot: cores, with weights: 27 or 28:2.5"},
        {"traffic.burst.cycles",
         real,
         "0",
         "mean length of a burst in cycles, in which all packets of a core come; 0: no bursts",
         false,
         {},
         0,
         1e9},
        {"traffic.burst.share", real, "1", "of the time that bursts are on", false, {}, 1e-6, 1},
        whole_number("traffic.seed", "1", "seed of the packets", 0, 0x1p53),
        {"traffic.trace", path, "", "instead of a pattern: the packet trace of a run (noc.trace)"},
        {"sweep.rates", text_list, "",
         "flits that each core sends a cycle, on average; without: up to saturation"},
        whole_number("sweep.warmup", "10000", "cycles before the measured ones", 0, 1e8),
        whole_number("sweep.cycles", "20000", "cycles that are measured", 1, 1e8),
        {"sweep.latency_limit",
         real,
         "500",
         "mean packet latency in cycles above which the network counts as saturated",
         false,
         {},
         1,
         1e7},
    };
    schema.insert(schema.end(), own.begin(), own.end());
    return schema;
}

double NocStudy::energy(double hops_x, double hops_y, double crossings) const {
    return hops_x * parameters.energy("noc.hop_x_energy") +
           hops_y * parameters.energy("noc.hop_y_energy") +
           crossings * parameters.energy("board.link_energy") +
           parameters.energy("noc.local_energy");
}

NocStudy load_noc_study(const fs::path& file, const std::vector<std::string>& assignments) {
    NocStudy study;
    study.parameters = load_parameters(file, assignments);
    const Parameters& parameters = study.parameters;
    LoadPointSetup& setup = study.setup;
    // First: it also finds a board of which the description says nothing.
    setup.topology = chip_topology(parameters);
    const CycleAccurateTiming timing = router_timing(parameters);
    setup.timing = parameters.text("noc.timing");
    const std::vector<TileId> host = std::move(setup.topology.external_ports);
    setup.topology.external_ports.clear();  // synthetic packets come from cores
    setup.router = timing.router;
    setup.routing = timing.routing;
    setup.routing_table = timing.routing_table;
    setup.packet_flits = timing.packet_flits;
    setup.dead_links = timing.dead_links;

    if (parameters.given("traffic.trace")) {
        read_trace(parameters, study);
        study.replay = {setup.timing, setup.topology, timing};
        study.replay.topology.external_ports = host;
        check_noc(parameters, study.replay.topology, timing);
        with_places(parameters, [&] { make_engine(setup.timing, study.replay.topology, timing); });
        return study;
    }
    setup.pattern = parameters.text("traffic.pattern");
    setup.targets = hotspots(parameters);
    read_fanout(parameters, timing, setup);
    read_bursts(parameters, setup);
    setup.seed = static_cast<std::uint64_t>(parameters.integer("traffic.seed"));
    setup.warmup = parameters.integer("sweep.warmup");
    setup.measured = parameters.integer("sweep.cycles");
    setup.latency_limit = parameters.real("sweep.latency_limit");
    study.rates = rates_of(parameters, setup);
    refuse_dead_cores(parameters, setup.topology);
    check_noc(parameters, setup.topology, timing);
    with_places(parameters, [&] {
        make_engine(setup.timing, setup.topology, timing);
        make_traffic(setup.pattern, setup.topology, setup.targets);
    });
    return study;
}

}  // namespace cortile
