// SPDX-License-Identifier: Apache-2.0
#include "hw_model/chip/chip.h"

#include <algorithm>
#include <set>
#include <string>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// In a coarser time resolution the kernel would round the chip's times.
void check_resolution(const char* name) {
    if (sc_core::sc_get_time_resolution() > sc_core::sc_time(1, sc_core::SC_PS)) {
        throw ConfigError(name,
                          "SystemC's time resolution is " +
                              sc_core::sc_get_time_resolution().to_string() +
                              ", where the chip counts picoseconds",
                          "leave it at 1 ps, or set a finer one");
    }
}

sc_core::sc_time as_sc_time(Picoseconds time) {
    return sc_core::sc_time(static_cast<double>(time), sc_core::SC_PS);
}

}  // namespace

Chip::Chip(const sc_core::sc_module_name& name, const ChipConfig& config, Executor& executor,
           std::unique_ptr<NocEngine> engine)
    : sc_module(name),
      config_(config),
      executor_(executor),
      host_("host", config.host_source(), config.host_injection_interval,
            config.multicast != Multicast::unicast),
      noc_("noc", engine ? std::move(engine) : make_noc(config)),
      cores_(config.topology.cores(), nullptr),
      critical_(config.topology.cores()) {
    const Topology& topology = config_.topology;
    std::vector<std::uint32_t> sources;
    const auto add_tile = [&](TileId id) {
        const std::string tile_name = "tile_" + std::to_string(id.value);
        tiles_.push_back(std::make_unique<Tile>(tile_name.c_str(), id, topology.cores_per_tile));
        for (CoreShell& core : tiles_.back()->cores) {
            cores_[core.id().value] = &core;
            sources.push_back(core.id().value);
            core.interface.inject.bind(noc_.from_interface);
            noc_.to_interface.bind(core.interface.eject);
        }
    };
    if (config_.tiles_in_use.empty()) {
        for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
            add_tile(TileId{tile});
        }
    } else {
        std::for_each(config_.tiles_in_use.begin(), config_.tiles_in_use.end(), add_tile);
    }
    sources.push_back(config_.host_source());
    noc_.set_sources(sources);
    host_.interface.inject.bind(noc_.from_interface);
    // The host takes no packets; TLM wants its ejection side bound all the same.
    noc_.to_interface.bind(host_.interface.eject);

    check_resolution(this->name());

    SC_HAS_PROCESS(Chip);
    SC_METHOD(advance_or_note);
}

void Chip::load(ChipProgram& program, const CoreFactory& make_core) {
    if (program.cores.size() != cores_.size()) {
        throw ContractViolation("Chip: the program is for another number of cores");
    }
    for (std::size_t c = 0; c < cores_.size(); ++c) {
        if (program.cores[c].neurons > 0) {
            load_core(CoreId{c}, std::move(program.cores[c]), make_core);
        }
    }
    load_host(std::move(program.host_axons));
}

void Chip::load_core(CoreId id, CoreProgram program, const CoreFactory& make_core) {
    CoreShell* const core = cores_.at(id.value);
    if (core == nullptr) {
        throw ContractViolation("Chip: neurons on a core of a tile that is not in use");
    }
    program.multicast = config_.multicast != Multicast::unicast;
    core->load(make_core(std::move(program)));
    add(used_, core);
    if (core->ends_timesteps()) {
        add(ending_, core);
    }
    barrier_known_ = false;
}

// Ascending in their numbers; one that is there already stays.
void Chip::add(std::vector<CoreShell*>& cores, CoreShell* core) {
    const auto place =
        std::lower_bound(cores.begin(), cores.end(), core,
                         [](const CoreShell* a, const CoreShell* b) { return a->id() < b->id(); });
    if (place == cores.end() || *place != core) {
        cores.insert(place, core);
    }
}

void Chip::load_host(AxonTable axons) {
    host_.load(std::move(axons));
}

std::uint32_t Chip::used_tiles() const {
    std::set<TileId> tiles;
    for (const CoreShell* core : used_) {
        tiles.insert(config_.topology.tile_of_core(core->id()));
    }
    return static_cast<std::uint32_t>(tiles.size());
}

std::uint32_t Chip::used_chips() const {
    std::set<std::uint32_t> chips;
    for (const CoreShell* core : used_) {
        chips.insert(config_.topology.chip(config_.topology.tile_of_core(core->id())));
    }
    return static_cast<std::uint32_t>(chips.size());
}

void Chip::begin_sample(std::uint32_t input_timesteps) {
    for (CoreShell* core : used_) {
        core->model().begin_sample(input_timesteps);
    }
}

void Chip::run() {
    started_by_run_ = true;
    sc_core::sc_start();
    started_by_run_ = false;
    if (failure_) {
        std::rethrow_exception(failure_);
    }
    check_conservation();
}

void Chip::check_conservation() const {
    std::uint64_t injected = host_.interface.packets_injected(), delivered = 0;
    for (const auto& tile : tiles_) {
        for (const CoreShell& core : tile->cores) {
            injected += core.interface.packets_injected();
            delivered += core.interface.packets_ejected();
        }
    }
    const std::uint64_t lost = noc_.engine().lost();
    if (injected != delivered + lost) {
        throw ContractViolation(
            "noc: of " + std::to_string(injected) + " packets that were injected, " +
            std::to_string(delivered) + " were delivered and " + std::to_string(lost) +
            " reported lost: " + noc_.engine().name() + " loses or doubles packets");
    }
}

void Chip::transfer_state(StateArchive& archive) {
    if (running_) {
        throw ContractViolation("Chip: state is to be saved within a timestep");
    }
    archive.section("chip", [&] {
        archive(host_, time_.generation, time_.host_injection, time_.receive, time_.barrier,
                host_busy_, last_timestep_, timesteps_, overruns_);
        archive.fixed(critical_);
    });
    for (const auto& tile : tiles_) {
        for (CoreShell& core : tile->cores) {
            archive.section("core " + std::to_string(core.id().value), [&] { archive(core); });
        }
    }
    archive.section("network on chip", [&] { archive(noc_.engine()); });
    check_conservation();
}

void Chip::advance_or_note() {
    try {
        advance();
    } catch (...) {
        if (!started_by_run_) {
            throw;
        }
        failure_ = std::current_exception();
        sc_core::sc_pause();
        next_trigger(sc_core::SC_ZERO_TIME);
    }
}

// One activation per timestep: the end of one is the start of the next.
void Chip::advance() {
    if (running_) {
        running_ = false;
        client_->end_timestep(*this);
    }
    if (!client_->begin_timestep(*this)) {
        if (const sc_core::sc_event* event = client_->resumes()) {
            next_trigger(*event);
            return;
        }
        sc_core::sc_pause();
        next_trigger(sc_core::SC_ZERO_TIME);
        return;
    }
    running_ = true;
    last_timestep_ = run_timestep();
    ++timesteps_;
    next_trigger(as_sc_time(last_timestep_));
}

Picoseconds Chip::run_timestep() {
    if (!barrier_known_) {
        barrier_ = barrier_latency(config_.barrier_latency, std::max(1u, used_tiles()));
        barrier_ += used_chips() > 1 ? config_.board_barrier_latency : 0;
        barrier_known_ = true;
    }
    host_.begin_timestep();
    noc_.engine().begin_timestep(timesteps_);
    executor_.for_each(static_cast<std::uint32_t>(used_.size()),
                       [this](std::uint32_t i, unsigned) { used_[i]->step(); });
    noc_.run_timestep(executor_);
    relay();
    if (!ending_.empty()) {
        executor_.for_each(static_cast<std::uint32_t>(ending_.size()),
                           [this](std::uint32_t i, unsigned) { ending_[i]->end_timestep(); });
    }

    Picoseconds generation = 0;
    Picoseconds finish = host_.finish();
    const CoreShell* last = nullptr;
    for (CoreShell* core : used_) {
        core->account();
        generation = std::max(generation, core->generation_finish());
        if (core->finish() > finish) {
            finish = core->finish();
            last = core;
        }
    }
    if (last != nullptr) {
        ++critical_[last->id().value];
    }
    Picoseconds sent = std::max(generation, host_.finish());
    finish = std::max(finish, sent);
    Picoseconds wait = barrier_;
    if (config_.tick > 0) {
        overruns_ += finish > config_.tick ? 1 : 0;
        generation = std::min(generation, config_.tick);
        sent = std::min(sent, config_.tick);
        finish = std::min(finish, config_.tick);
        wait = config_.tick - finish;
    }
    host_busy_ += host_.finish();
    time_.generation += generation;
    time_.host_injection += sent - generation;
    time_.receive += finish - sent;
    time_.barrier += wait;
    return finish + wait;
}

// Relayed packets travel after those that were not: in further passes over the network, which do
// not contend with the first.
void Chip::relay() {
    const auto pending = [this] {
        return std::any_of(used_.begin(), used_.end(),
                           [](const CoreShell* core) { return core->has_relays(); });
    };
    if (!pending()) {
        return;
    }
    host_.begin_relays();
    for (CoreShell* core : used_) {
        core->begin_relays();
    }
    do {
        noc_.run_timestep(executor_);
    } while (pending());
}

}  // namespace cortile

// SystemC's library wants this symbol for its own main(), which no program of ours uses. Weak: that
// of a simulation with a chip in it takes its place.
__attribute__((weak)) int sc_main(int, char**) {
    return 0;
}
