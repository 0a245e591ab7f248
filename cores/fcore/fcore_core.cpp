// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/fcore_core.h"

#include <algorithm>
#include <cmath>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr std::int32_t kMostLevel = 127;

// The parameters of a program, by name; what a program lacks is a bug.
class Columns {
  public:
    explicit Columns(const CoreProgram& program) : program_(program) {}

    std::int32_t operator()(const char* name, std::uint32_t neuron) const {
        const auto found = program_.parameters.find(name);
        if (found == program_.parameters.end() || found->second.size() != program_.neurons) {
            throw ContractViolation(std::string("FcoreCore: program lacks parameter ") + name);
        }
        return found->second[neuron];
    }

  private:
    const CoreProgram& program_;
};

SpikingSoma spiking_soma(const Columns& column, std::uint32_t n, bool fires) {
    SpikingSoma soma;
    soma.threshold = column("vth0", n);
    soma.floor = column("v_floor", n);
    soma.initial = column("v_init", n);
    soma.reset = column("v_reset", n);
    soma.decrement = column("dv", n);
    soma.leak_add = column("beta_v", n);
    soma.theta_add = column("theta_beta", n);
    soma.theta_step = column("theta_increment", n);
    soma.random_mask = static_cast<std::uint32_t>(column("random_mask", n));
    soma.leak_factor = static_cast<std::uint16_t>(column("alpha_v", n));
    soma.theta_factor = static_cast<std::uint16_t>(column("theta_alpha", n));
    soma.window = static_cast<std::uint16_t>(column("window", n));
    soma.refractory = static_cast<std::uint8_t>(column("refractory", n));
    soma.reset_mode = static_cast<SomaReset>(column("reset_mode", n));
    soma.leaks_by_factor = column("leak_mode", n) != 0;
    soma.theta_by_factor = column("theta_mode", n) != 0;
    soma.fires = fires;
    return soma;
}

// A shift to the left makes up for weights beyond 8 bits. More than 31 would overflow, and make no
// difference: each sum but 0 is then beyond all levels.
std::int64_t shifted(std::int32_t sum, std::int32_t shift) {
    return shift >= 0 ? std::int64_t{sum} >> shift : std::int64_t{sum} << std::min(-shift, 31);
}

}  // namespace

FcoreCore::FcoreCore(const FcoreCoreParameters& parameters, CoreProgram program)
    : parameters_(parameters),
      synapses_(std::get<SynapseMemory>(std::move(program.synapses))),
      axons_(std::move(program.axons)),
      sender_(program.multicast),
      dendrite_(program.neurons, synapses_),
      relays_(std::move(program.relays)),
      tables_(std::move(program.tables)),
      setup_(program.neurons),
      soma_(program.neurons),
      state_(program.neurons),
      level_(program.neurons),
      sent_(program.neurons),
      input_(program.neurons),
      sent_counts_(program.neurons),
      random_(parameters.random_seed) {
    const Columns column(program);
    for (std::uint32_t n = 0; n < program.neurons; ++n) {
        Setup& setup = setup_[n];
        setup.mode = static_cast<FcoreMode>(column("mode", n));
        setup.onset = column("onset", n);
        setup.bias = column("bias", n);
        setup.shift = column("shift", n);
        if (setup.mode == FcoreMode::table) {
            setup.table = &tables_.at(column("lut", n));
        }
        soma_[n] = spiking_soma(column, n, program.spikes[n] != 0);
        multiplies_ |= column("values", n) != 0;
    }
}

void FcoreCore::use_datapath(std::unique_ptr<NeuronDatapath> datapath,
                             const DatapathTiming& timing) {
    const std::string semantics = datapath->contract().semantics;
    if (semantics == "fcore_soma") {
        soma_rows_ = std::make_unique<SomaRows>(std::move(datapath));
        soma_timing_ = timing;
    } else if (semantics == "fcore_mac_row") {
        mac_rows_ = std::make_unique<MacRows>(neurons(), synapses_, std::move(datapath));
        mac_timing_ = timing;
    } else {
        CoreModel::use_datapath(std::move(datapath), timing);
    }
}

template <typename Rows>
void FcoreCore::note_mismatch(const Rows& rows, const Disagreement& disagreement) {
    if (mismatch_ == nullptr) {
        mismatch_ = std::make_unique<CoreMismatch>(rows.contract(), disagreement, rows.operands());
        mismatch_->neuron = rows.neuron(mismatch_->operation());
    }
}

// Of one group of neurons and the axons that are active in this timestep.
Picoseconds FcoreCore::dendrite_time(std::uint32_t group) const {
    if (mac_rows_ == nullptr) {
        return 0;  // counted in the core's cycles
    }
    const auto rows = (group + mac_rows_->lanes() - 1) / mac_rows_->lanes();
    const auto operations = static_cast<Picoseconds>(active_axons_ * rows);
    return operations == 0 ? 0 : mac_timing_.latency + (operations - 1) * mac_timing_.interval;
}

void FcoreCore::begin_sample(std::uint32_t input_timesteps) {
    for (std::uint32_t n = 0; n < neurons(); ++n) {
        state_[n] = initial_state(soma_[n]);
    }
    std::fill(level_.begin(), level_.end(), std::uint16_t{0});
    std::fill(sent_.begin(), sent_.end(), std::uint16_t{0});
    std::fill(input_.begin(), input_.end(), 0);
    dendrite_.clear();
    if (mac_rows_) {
        mac_rows_->clear();
    }
    outbox_.clear();
    pending_relays_.clear();
    random_ = Lfsr32(parameters_.random_seed);
    timestep_ = 0;
    input_timesteps_ = input_timesteps;
    active_axons_ = 0;
}

// Activations have no memory: they are computed for each timestep of input once, as it passes.
bool FcoreCore::computes(const Setup& setup) const {
    const bool activation = setup.mode == FcoreMode::relu || setup.mode == FcoreMode::table;
    return timestep_ >= setup.onset && (!activation || timestep_ < setup.onset + input_timesteps_);
}

// All membranes of a timestep: a pipeline is fast only if it is kept full.
void FcoreCore::run_soma_rows(std::span<const std::int32_t> sums) {
    soma_rows_->clear();
    next_soma_row_ = 0;
    for (std::uint32_t n = 0; n < neurons(); ++n) {
        if (is_spiking(setup_[n]) && computes(setup_[n])) {
            soma_rows_->add(n, soma_[n], state_[n], sums[n] + setup_[n].bias, random_.next());
        }
    }
    try {
        soma_rows_->run();
    } catch (const DatapathMismatch& mismatch) {
        note_mismatch(*soma_rows_, mismatch.disagreement());
    }
}

SomaRows::Update FcoreCore::update_membrane(std::uint32_t n, std::int32_t input) {
    if (soma_rows_) {
        return soma_rows_->result(next_soma_row_++);
    }
    SomaRows::Update update{state_[n]};
    update.fired = update_spiking_soma(soma_[n], update.state, input, random_.next());
    update.active = is_active(state_[n], update.state, update.fired);
    return update;
}

void FcoreCore::update(std::uint32_t n, std::int32_t input) {
    const Setup& setup = setup_[n];
    if (is_spiking(setup)) {
        const SomaRows::Update done = update_membrane(n, input);
        state_[n] = done.state;
        sent_[n] = done.fired ? 1 : 0;
        ++count_of(done.active ? CoreEvent::neuron_update_active
                               : CoreEvent::neuron_update_inactive);
        ++energy_of(FcoreEvent::soma_spiking);
        return;
    }
    const std::int64_t x = shifted(input, setup.shift);
    const std::int64_t level =
        setup.mode == FcoreMode::table
            ? (*setup.table)[static_cast<std::size_t>(std::clamp<std::int64_t>(x, -128, 127) + 128)]
            : std::clamp<std::int64_t>(x, 0, kMostLevel);
    const auto next = static_cast<std::uint16_t>(level);
    ++count_of(next != level_[n] ? CoreEvent::neuron_update_active
                                 : CoreEvent::neuron_update_inactive);
    ++energy_of(FcoreEvent::soma_activation);
    level_[n] = sent_[n] = next;
}

void FcoreCore::step() {
    const std::span<const std::int32_t> sums =
        mac_rows_ ? mac_rows_->sums() : dendrite_.input(synapses_);
    if (soma_rows_) {
        run_soma_rows(sums);
    }
    const std::uint32_t group = parameters_.multipliers;
    std::uint64_t cycles = parameters_.overhead_cycles;
    Picoseconds rtl_time = 0;  // of what datapaths compute
    bool idle = true;
    outbox_.clear();
    for (std::uint32_t first = 0; first < neurons(); first += group) {
        const std::uint32_t end = std::min(neurons(), first + group);
        cycles += mac_rows_ ? 0 : active_axons_;
        rtl_time += dendrite_time(end - first);
        bool in_pipeline = false;
        for (std::uint32_t n = first; n < end; ++n) {
            sent_[n] = 0;
            if (!computes(setup_[n])) {
                continue;
            }
            idle = false;
            input_[n] = sums[n] + setup_[n].bias;
            update(n, input_[n]);
            if (soma_rows_ && is_spiking(setup_[n])) {
                rtl_time += in_pipeline ? soma_timing_.interval : soma_timing_.latency;
                in_pipeline = true;
            } else {
                cycles += parameters_.soma_cycles;
            }
            if (sent_[n] != 0) {
                ++sent_counts_[n];
                outbox_.push_back({parameters_.cycles(cycles) + rtl_time, n, sent_[n]});
            }
        }
    }
    count_of(CoreEvent::neuron_spike) += outbox_.size();
    idle = idle && active_axons_ == 0;
    // A core without work lets an adaptive phase end at once.
    update_finish_ = std::max(idle ? 0 : parameters_.cycles(cycles) + rtl_time, parameters_.phase);
    dendrite_.take();
    if (mac_rows_) {
        mac_rows_->clear();
    }
    active_axons_ = 0;
    ++timestep_;
}

Picoseconds FcoreCore::packetise(std::uint32_t source, std::vector<SpikePacket>& out) {
    std::uint64_t sent = 0;
    Picoseconds left = 0;
    for (const Outbound& outbound : outbox_) {
        left = std::max(left, outbound.time);
        sent += sender_.send(axons_.destinations(outbound.neuron), parameters_.axon_out, source,
                             outbound.value, left, out);
    }
    count_of(CoreEvent::axon_out) += sent;
    energy_of(FcoreEvent::axon_out) += sent;
    return std::max(left, update_finish_);
}

Picoseconds FcoreCore::receive(std::span<const SpikePacket> packets) {
    const ReceiveResult result =
        multiplies_ ? dendrite_.receive_values(synapses_, packets, parameters_.axon_in, 0)
                    : dendrite_.receive(synapses_, packets, parameters_.axon_in, 0);
    if (mac_rows_) {
        try {
            mac_rows_->receive(synapses_, packets, multiplies_);
        } catch (const DatapathMismatch& mismatch) {
            note_mismatch(*mac_rows_, mismatch.disagreement());
        }
    }
    active_axons_ += packets.size();
    count_of(CoreEvent::axon_in) += packets.size();
    count_of(CoreEvent::synaptic_operation) += result.synapses;
    energy_of(FcoreEvent::axon_in) += packets.size();
    energy_of(multiplies_ ? FcoreEvent::multiplication : FcoreEvent::addition) += result.synapses;
    note_relays(packets);
    return result.finish;
}

void FcoreCore::note_relays(std::span<const SpikePacket> packets) {
    if (relays_.empty()) {
        return;
    }
    for (const SpikePacket& packet : packets) {
        const auto next = std::lower_bound(relays_.begin(), relays_.end(),
                                           std::pair{packet.address(), SpikePacket::Target{0}});
        if (next != relays_.end() && next->first == packet.address()) {
            pending_relays_.push_back(
                {packet.time(), next->second, packet.source(), packet.value()});
        }
    }
}

Picoseconds FcoreCore::relay(std::uint32_t source, std::vector<SpikePacket>& out) {
    Picoseconds left = 0;
    for (const SpikePacket& packet : pending_relays_) {
        left = std::max(left, packet.time()) + parameters_.relay;
        out.push_back({left, packet.target(), source, packet.value()});
    }
    energy_of(FcoreEvent::relay) += pending_relays_.size();
    pending_relays_.clear();
    return left;
}

double FcoreCore::read(StateVariable variable, std::uint32_t neuron) const {
    switch (variable) {
        case StateVariable::spikes:
            return sent_[neuron];
        case StateVariable::u:
            return input_[neuron];
        case StateVariable::v:
            break;
    }
    const FcoreMode mode = setup_[neuron].mode;
    const bool activation = mode == FcoreMode::relu || mode == FcoreMode::table;
    return activation ? level_[neuron] : state_[neuron].shown;
}

void FcoreCore::transfer_state(StateArchive& archive) {
    archive(sender_, dendrite_, random_, timestep_, input_timesteps_, active_axons_, activity_,
            energy_);
    archive.fixed(state_);
    archive.fixed(level_);
    archive.fixed(sent_);
    archive.fixed(input_);
    archive.fixed(sent_counts_);
    for (Setup& setup : setup_) {
        if (setup.mode == FcoreMode::input) {
            archive(setup.bias);
        }
    }
}

void FcoreCore::set_input(std::uint32_t neuron, float current) {
    setup_[neuron].bias =
        static_cast<std::int32_t>(std::lround(current * static_cast<float>(kFcoreInputUnit)));
}

}  // namespace cortile
