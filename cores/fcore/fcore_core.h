// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "cores/api/core_model.h"
#include "cores/blocks/core_program.h"
#include "cores/blocks/dendrite.h"
#include "cores/blocks/spike_sender.h"
#include "cores/fcore/fcore_parameters.h"
#include "cores/fcore/mac_rows.h"
#include "cores/fcore/soma_rows.h"
#include "cores/fcore/spiking_soma.h"

namespace cortile {

// What a neuron's soma does; values of the program parameter "mode".
enum class FcoreMode : std::int32_t {
    relu = 0,     // level = clamp(acc >> shift, 0, 127)
    table = 1,    // level = table[clamp(acc >> shift, -128, 127) + 128]
    spiking = 2,  // update_spiking_soma
    input = 3,    // spiking, driven by set_input() instead of "bias"
};

// A stimulus current of 1 in NeuronKind::current_input, per timestep. Divisible by the 255 levels
// of a pixel.
inline constexpr std::int32_t kFcoreInputUnit = 255 * 4096;

// One Tianjic core. A timestep is one phase: dendrite and soma work on what arrived in the phase
// before (the axon's two buffers change places), the router takes what arrives for the next one.
// Neurons are served in groups as large as there are multipliers: a group's dendrite takes a cycle
// for each axon that received something, its soma follows, and its packets leave.
//
// Program parameters, one per neuron: "mode", "onset" (first timestep in which it computes),
// "bias", "shift", "lut" (number of its table), "values" (1 if its inputs carry values), and the
// registers of SpikingSoma: "vth0", "v_floor", "v_init", "v_reset", "dv", "beta_v", "theta_beta",
// "theta_increment", "random_mask", "alpha_v", "theta_alpha", "window", "refractory", "reset_mode",
// "leak_mode", "theta_mode".
class FcoreCore : public CoreModel {
  public:
    FcoreCore(const FcoreCoreParameters& parameters, CoreProgram program);

    // Of semantics fcore_soma: it computes membranes (activations are always the model's). Of
    // fcore_mac_row: the dendrite's sums. With its timing in place of core.timing.
    void use_datapath(std::unique_ptr<NeuronDatapath> datapath,
                      const DatapathTiming& timing) override;
    const CoreMismatch* mismatch() const override { return mismatch_.get(); }
    std::uint32_t neurons() const override { return static_cast<std::uint32_t>(setup_.size()); }
    void begin_sample(std::uint32_t input_timesteps) override;
    void step() override;
    Picoseconds update_finish() const override { return update_finish_; }
    Picoseconds packetise(std::uint32_t source, std::vector<SpikePacket>& out) override;
    Picoseconds receive(std::span<const SpikePacket> packets) override;
    bool has_relays() const override { return !pending_relays_.empty(); }
    Picoseconds relay(std::uint32_t source, std::vector<SpikePacket>& out) override;
    ActivityCounts activity() const override { return activity_; }
    std::span<const std::uint64_t> energy_counts() const override { return energy_; }
    std::uint64_t spike_count(std::uint32_t neuron) const override { return sent_counts_[neuron]; }
    // spikes: what the neuron sent, 1 for a spike, the level of an activation. u: its input, bias
    // included. v: the membrane before leak, or the last level that it computed.
    double read(StateVariable variable, std::uint32_t neuron) const override;
    void set_input(std::uint32_t neuron, float current) override;
    void transfer_state(StateArchive& archive) override;

  private:
    struct Setup {
        FcoreMode mode = FcoreMode::relu;
        std::int32_t onset = 0, bias = 0, shift = 0;
        const std::vector<std::int32_t>* table = nullptr;
    };
    struct Outbound {
        Picoseconds time = 0;
        std::uint32_t neuron = 0;
        std::uint16_t value = 1;
    };

    std::uint64_t& count_of(CoreEvent event) { return activity_[static_cast<std::size_t>(event)]; }
    std::uint64_t& energy_of(FcoreEvent event) { return energy_[static_cast<std::size_t>(event)]; }
    bool computes(const Setup& setup) const;
    template <typename Rows>
    void note_mismatch(const Rows& rows, const Disagreement& disagreement);
    static bool is_spiking(const Setup& setup) {
        return setup.mode == FcoreMode::spiking || setup.mode == FcoreMode::input;
    }
    void run_soma_rows(std::span<const std::int32_t> sums);
    void update(std::uint32_t neuron, std::int32_t input);
    SomaRows::Update update_membrane(std::uint32_t neuron, std::int32_t input);
    Picoseconds dendrite_time(std::uint32_t neurons) const;
    void note_relays(std::span<const SpikePacket> packets);

    FcoreCoreParameters parameters_;
    SynapseMemory synapses_;
    AxonTable axons_;
    SpikeSender sender_;
    Dendrite dendrite_;
    std::vector<std::pair<std::uint32_t, SpikePacket::Target>> relays_;
    std::map<std::int32_t, std::vector<std::int32_t>> tables_;
    bool multiplies_ = false;  // some input carries values

    // Per neuron.
    std::vector<Setup> setup_;
    std::vector<SpikingSoma> soma_;
    std::vector<SpikingState> state_;
    std::vector<std::uint16_t> level_, sent_;  // last activation; sent in the last step
    std::vector<std::int32_t> input_;          // of the last step
    std::vector<std::uint64_t> sent_counts_;

    std::unique_ptr<SomaRows> soma_rows_;
    std::unique_ptr<MacRows> mac_rows_;
    std::size_t next_soma_row_ = 0;
    DatapathTiming soma_timing_, mac_timing_;
    std::unique_ptr<CoreMismatch> mismatch_;

    Lfsr32 random_;
    std::int64_t timestep_ = 0, input_timesteps_ = 0;  // of the sample
    std::uint64_t active_axons_ = 0;                   // that received something for the next step
    std::vector<Outbound> outbox_;
    std::vector<SpikePacket> pending_relays_;
    Picoseconds update_finish_ = 0;
    ActivityCounts activity_{};
    std::array<std::uint64_t, kFcoreEvents> energy_{};
};

}  // namespace cortile
