// SPDX-License-Identifier: Apache-2.0
#include "experiment/firmware_session.h"

#include <algorithm>
#include <chrono>
#include <ostream>

#include <fmt/format.h>

#include "experiment/loaded_chip.h"
#include "hw_model/base/error.h"
#include "hw_model/base/text_file.h"
#include "hw_model/cpu/firmware_error.h"
#include "hw_model/management/bus_trace.h"
#include "workload/image/core_image.h"
#include "workload/image/network_image.h"

namespace cortile {

namespace {

namespace reg = registers;

constexpr std::uint32_t kMostCores = 0x40000000 / reg::core_stride;
constexpr std::size_t kMostMessages = 4'000'000;  // which take 200 MB
constexpr std::uint32_t kMessageBits = 28, kMessageMask = (1u << kMessageBits) - 1;

ManagementConfig management_config(const Parameters& parameters) {
    ManagementConfig config;
    config.processors = static_cast<std::uint32_t>(parameters.integer("management.processors"));
    config.clock_period = parameters.time("management.clock_period");
    config.ram_bytes = static_cast<std::uint32_t>(parameters.bits("management.ram") / 8);
    config.quantum = static_cast<std::uint64_t>(parameters.integer("management.quantum"));
    config.watchdog = static_cast<std::uint64_t>(parameters.integer("management.watchdog"));
    config.bus_latency = parameters.time("management.bus_latency");
    config.core_latency = parameters.time("management.core_latency");
    config.dma_word = parameters.time("management.dma_word");
    if (config.clock_period == 0) {
        throw ConfigError(parameters.where("management.clock_period"),
                          "the processors' clock has no period", "10 ns, for instance");
    }
    return config;
}

SpikeBridgeParams bridge_params(const PreparedRun& run) {
    SpikeBridgeParams params;
    params.inputs = run.places->host_inputs();
    params.largest_value = run.stimulus->largest_value();
    params.signed_values = run.stimulus->signed_values();
    for (const PopulationId id : run.network.outputs) {
        for (std::uint32_t n = 0; n < run.network[id].size; ++n) {
            const NeuronPlace place = (*run.places)(id, n);
            params.watched.push_back({id.value, n, place.core, place.local});
        }
    }
    return params;
}

void check_experiment(const PreparedRun& run) {
    const Parameters& parameters = run.experiment.parameters;
    if (run.drives_current) {
        throw ConfigError(parameters.where("stimulus.kind"),
                          "the stimulus drives input neurons by a current; firmware gives spikes",
                          "choose another stimulus.encoder");
    }
    for (const PopulationId output : run.network.outputs) {
        if (!run.network[output].spikes || run.network[output].graded) {
            throw ConfigError("network",
                              "output population '" + run.network[output].name +
                                  "' sends no plain spikes, which firmware counts",
                              "run it without --firmware");
        }
    }
    if (run.chip.noc_faults.any()) {
        throw ConfigError("--firmware", "transient faults of the network need all that is loaded",
                          "leave out the rates of faults, or --firmware");
    }
    if (run.chip.topology.cores() > kMostCores) {
        throw ConfigError("--firmware",
                          fmt::format("the chip has {} cores; the memory map has room for {}",
                                      run.chip.topology.cores(), kMostCores),
                          "choose a smaller mesh or board");
    }
    for (const char* key : {"cores.datapath", "cores.record"}) {
        if (parameters.given(key)) {
            throw ConfigError(parameters.where(key), "RTL in the cores does not go with --firmware",
                              "leave out one of them");
        }
    }
}

template <typename Rows>
std::uint32_t room_of(const Rows& rows) {
    return static_cast<std::uint32_t>(rows.indexed() ? rows.axons().size() : rows.words().size());
}
// Addresses of crossbars hold more than the axon: which, their core type knows.
std::uint32_t room_of(const Crossbar&) {
    return SpikePacket::kMaxAddress + 1;
}

void note(std::map<std::uint32_t, std::uint32_t>& reach, SpikePacket::Target destination) {
    std::uint32_t& highest = reach[SpikePacket::core_of(destination)];
    highest = std::max(highest, SpikePacket::address_of(destination));
}

void note(std::map<std::uint32_t, std::uint32_t>& reach, const AxonTable& axons) {
    for (std::uint32_t n = 0; n < axons.neurons(); ++n) {
        for (const SpikePacket::Target destination : axons.destinations(n)) {
            note(reach, destination);
        }
    }
}

std::vector<std::uint8_t> read_image(const std::filesystem::path& file) {
    const std::string text = read_text_file(file);
    return {text.begin(), text.end()};
}

}  // namespace

FirmwareSession::FirmwareSession(const PreparedRun& run, Chip& chip, const RtlCores& rtl,
                                 const std::atomic<bool>& stop, Progress progress,
                                 SpikeBridge& bridge, std::ostream* console)
    : RunSession(run, chip, rtl, stop, std::move(progress)), bridge_(bridge), console_(console) {}

bool FirmwareSession::commit_core(CoreId core, std::span<const std::uint8_t> bytes) {
    try {
        CoreProgram program = read_core_image(bytes, fmt::format("core {}", core.value));
        Reach reach;
        note(reach, program.axons);
        for (const auto& [address, destination] : program.relays) {
            note(reach, destination);
        }
        const std::uint32_t room =
            std::visit([](const auto& synapses) { return room_of(synapses); }, program.synapses);
        chip_.load_core(core, std::move(program), [this](CoreProgram some) {
            return run_.experiment.core_type->make_core(run_.experiment.parameters,
                                                        std::move(some));
        });
        reach_[core.value] = std::move(reach);
        room_[core.value] = room;
    } catch (const ConfigError&) {
        return false;
    } catch (const ContractViolation&) {  // a program of another core type
        return false;
    }
    checked_ = false;
    return true;
}

bool FirmwareSession::commit_edge(std::span<const std::uint8_t> bytes) {
    try {
        AxonTable axons = read_axon_image(bytes, "host");
        if (axons.neurons() < run_.places->host_inputs()) {
            return false;
        }
        Reach reach;
        note(reach, axons);
        chip_.load_host(std::move(axons));
        reach_[run_.chip.host_source()] = std::move(reach);
    } catch (const ConfigError&) {
        return false;
    }
    checked_ = false;
    return true;
}

// What the program loaded, it may have loaded wrong.
void FirmwareSession::check_loaded() {
    if (checked_) {
        return;
    }
    if (!reach_.contains(run_.chip.host_source())) {
        throw FirmwareError("a timestep was started before the axon table at the edge was loaded");
    }
    for (const auto& [source, reach] : reach_) {
        for (const auto& [core, address] : reach) {
            const auto room = room_.find(core);
            if (room == room_.end() || address >= room->second) {
                throw FirmwareError(fmt::format(
                    "a timestep was started with spikes of {} leading to core {}, address {}, "
                    "where nothing is loaded",
                    source == run_.chip.host_source() ? "the host" : fmt::format("core {}", source),
                    core, address));
            }
        }
    }
    for (const PopulationId output : run_.network.outputs) {
        for (std::uint32_t n = 0; n < run_.network[output].size; ++n) {
            const NeuronPlace place = (*run_.places)(output, n);
            const CoreShell& core = chip_.core(CoreId{place.core});
            if (!core.used() || place.local >= core.model().neurons()) {
                throw FirmwareError(fmt::format(
                    "a timestep was started before core {}, which has output neurons, was loaded",
                    place.core));
            }
        }
    }
    checked_ = true;
}

bool FirmwareSession::begin_timestep(Chip& chip) {
    if (stop_requested()) {
        sc_core::sc_pause();
        return false;
    }
    if (!bridge_.begin_timestep(chip)) {
        return false;
    }
    check_loaded();
    if (sample_timesteps_++ == 0) {
        sample_began_ = static_cast<Picoseconds>(sc_core::sc_time_stamp().value());
        begin_sample_energy();
    }
    count_input(chip.host().spikes());
    return true;
}

void FirmwareSession::end_timestep(Chip& chip) {
    look(static_cast<std::uint32_t>(sample_timesteps_ - 1));
    bridge_.end_timestep(chip);
    plane_->timestep_ended();
}

void FirmwareSession::console(char byte) {
    if (console_ != nullptr) {
        console_->put(byte);
        if (byte == '\n') {
            console_->flush();
        }
    }
}

void FirmwareSession::message(std::uint32_t word) {
    const std::uint32_t kind = word >> kMessageBits, value = word & kMessageMask;
    const auto now = static_cast<Picoseconds>(sc_core::sc_time_stamp().value());
    if (messages_.size() == kMostMessages) {
        throw FirmwareError(fmt::format("the program sent more than {} messages to the host: {}",
                                        kMostMessages, plane_->place()));
    }
    messages_.push_back(
        {now, in_sample_ ? std::optional(sample_) : std::nullopt, sample_timesteps_, kind, value});
    if (kind != reg::message_class || !in_sample_) {
        return;
    }
    note_sample(value == kMessageMask ? -1 : static_cast<std::int32_t>(value), now - sample_began_,
                sample_timesteps_);
}

std::vector<std::uint32_t> FirmwareSession::next_sample() {
    if (next_sample_ == end_sample_index_) {
        return {0, 0};
    }
    sample_ = next_sample_++;
    in_sample_ = true;
    sample_timesteps_ = 0;
    begin_sample_energy();
    const std::uint32_t timesteps = run_.stimulus->timesteps(sample_);
    std::vector<std::uint32_t> words{timesteps, timesteps + run_.drain};
    std::vector<std::uint32_t> spikes;
    std::vector<std::int32_t> values;
    for (std::uint32_t t = 0; t < timesteps; ++t) {
        spikes.clear();
        values.clear();
        run_.stimulus->spikes(sample_, t, spikes);
        if (run_.stimulus->graded()) {
            run_.stimulus->values(sample_, t, spikes, values);
        }
        words.push_back(static_cast<std::uint32_t>(spikes.size()));
        for (std::size_t i = 0; i < spikes.size(); ++i) {
            words.push_back(spikes[i]);
            words.push_back(values.empty() ? 1 : static_cast<std::uint32_t>(values[i]));
        }
    }
    return words;
}

std::string exit_meaning(std::uint32_t code) {
    for (const reg::ExitCode& known : reg::exit_codes) {
        if (known.code == code) {
            return std::string(": ") + known.meaning;
        }
    }
    return "";
}

std::vector<std::uint8_t> make_image(PreparedRun& run) {
    const ChipProgram program = make_program(run);
    return network_image(program, run.network, run.experiment.core_type->name());
}

FinishedRun execute_firmware(PreparedRun& run, unsigned threads, const std::atomic<bool>& stop,
                             const RunSession::Progress& progress, const FirmwareOptions& options) {
    using Clock = std::chrono::steady_clock;
    const auto seconds = [](Clock::duration d) { return std::chrono::duration<double>(d).count(); };
    const Clock::time_point start = Clock::now();
    check_experiment(run);
    const ElfFile program(options.program);
    ManagementParams params;
    params.config = management_config(run.experiment.parameters);
    params.core_type = run.experiment.core_type->name();
    params.cores.reals = run.network.real;
    for (const EnergyEvent& event :
         run.experiment.core_type->energy_events(run.experiment.parameters)) {
        params.cores.femtojoules.push_back(event.joules * 1e15);
    }
    params.image = make_image(run);
    if (options.image) {
        params.image = read_image(*options.image);
    }
    const std::uint64_t image_bytes = params.image.size();
    run.chip.tiles_in_use.clear();  // firmware may use any

    LoadedChip loaded_chip("chip", run, threads, LoadedChip::empty);
    Chip& chip = loaded_chip.chip();
    SpikeBridge bridge("bridge", bridge_params(run));
    FirmwareSession session(run, chip, loaded_chip.rtl(), stop, progress, bridge, options.console);
    params.commit_core = [&](CoreId core, std::span<const std::uint8_t> bytes) {
        return session.commit_core(core, bytes);
    };
    params.commit_edge = [&](std::span<const std::uint8_t> bytes) {
        return session.commit_edge(bytes);
    };
    ManagementPlane plane("management", params, chip, bridge, session);
    session.attach(plane);
    chip.attach(session);
    plane.load(program);
    std::optional<BusTrace> bus_trace;
    if (options.trace) {
        bus_trace.emplace(*options.trace, plane.initiators());
        plane.bus.observe([&](const BusTransaction& some) { bus_trace->note(some); });
    }
    std::optional<GdbServer> gdb;
    if (options.gdb_port) {
        gdb.emplace(
            *options.gdb_port,
            [&](std::uint32_t at, std::span<std::uint8_t> to) { return plane.peek(at, to); },
            [&](std::uint32_t at, std::span<const std::uint8_t> from) {
                return plane.poke(at, from);
            },
            [&] { return session.wants_end(); });
        if (options.console != nullptr) {
            *options.console << fmt::format("waiting for gdb: target remote 127.0.0.1:{}\n",
                                            gdb->port())
                             << std::flush;
        }
        gdb->accept();
        plane.debug(*gdb);
    }
    const Clock::time_point loaded = Clock::now();
    chip.run();

    if (bus_trace) {
        bus_trace->finish();
    }
    if (!session.result().interrupted) {
        plane.check_end();
    }
    FirmwareResult firmware;
    firmware.program = options.program.filename().string();
    for (const auto& shell : plane.processors()) {
        firmware.processors.push_back(
            {shell->processor().instructions(), shell->processor().cycles()});
    }
    firmware.management_time =
        static_cast<Picoseconds>(sc_core::sc_time_stamp().value()) - chip.time().total();
    firmware.ram_words = plane.counts().ram_words;
    firmware.bus_words = plane.counts().bus_words;
    firmware.exit_code = plane.exit_code().value_or(0);
    firmware.image_bytes = image_bytes;
    firmware.messages = session.take_messages();
    session.finish(std::move(firmware));
    chip.noc().engine().release_buffers();
    FinishedRun finished{session.result(), session.ledger()};
    loaded_chip.write_records();
    finished.result.threads = threads;
    finished.result.wall_load_seconds = seconds(loaded - start);
    finished.result.wall_run_seconds = seconds(Clock::now() - loaded);
    return finished;
}

}  // namespace cortile
