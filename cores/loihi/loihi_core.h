// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "cores/blocks/spiking_core.h"
#include "cores/loihi/cuba_lif.h"
#include "cores/loihi/loihi_parameters.h"
#include "cores/loihi/membrane_resets.h"
#include "cores/loihi/other_neurons.h"
#include "cores/loihi/plasticity.h"

namespace cortile {

// A core whose soma is a Loihi-style neuron.
class LoihiCore final : public SpikingCore {
  public:
    // `learning`: of the rows that program.plastic lists.
    LoihiCore(const LoihiCoreParameters& parameters, CoreProgram program,
              const LoihiLearning& learning = {});

    void begin_sample(std::uint32_t input_timesteps) override;
    Picoseconds receive(std::span<const SpikePacket> packets) override;
    bool ends_timesteps() const override { return plasticity_ != nullptr; }
    Picoseconds end_timestep() override;
    std::span<const std::uint64_t> energy_counts() const override;
    std::optional<std::int32_t> read_learnt(LearntVariable variable, std::uint32_t projection,
                                            std::uint32_t source,
                                            std::uint32_t neuron) const override;
    double read(StateVariable variable, std::uint32_t neuron) const override;
    void set_input(std::uint32_t neuron, float current) override;
    // Of semantics loihi_cuba_lif.
    void use_datapath(std::unique_ptr<NeuronDatapath> datapath,
                      const DatapathTiming& timing) override;
    const CoreMismatch* mismatch() const override {
        return rtl_ == nullptr ? nullptr : rtl_->mismatch.get();
    }

  private:
    void reset() override;
    void transfer_soma(StateArchive& archive) override;
    UpdateFlags update(std::span<const std::int32_t> input) override;
    void update_by_datapath(std::span<const std::int32_t> input);

    VoltageReadout voltage_readout_;
    CubaLifState soma_;
    bool wide_ = false;
    // What only some cores need: neurons of other kinds, resets at intervals, input neurons.
    struct Extras {
        OtherNeurons others;
        MembraneResets resets;
        std::vector<std::int32_t> input_unit;  // bias of a drive of 1; 0: no input neuron
        std::vector<std::int32_t> lif_input;   // scratch: input without that of `others`
        explicit Extras(const CoreProgram& program);
    };
    static std::unique_ptr<Extras> make_extras(const CoreProgram& program);
    void update_lif(std::span<const std::int32_t> input);
    std::unique_ptr<Extras> extras_;
    std::unique_ptr<Plasticity> plasticity_;  // null: nothing on this core learns
    bool charges_updates_;                    // does the energy have an event of its own for them?
    Picoseconds update_time_;
    std::uint64_t updates_ = 0;
    mutable std::vector<std::uint64_t> energy_counts_;
    // What only cores with a datapath need: chips have thousands of cores without.
    struct Rtl {
        std::unique_ptr<NeuronDatapath> datapath;
        std::vector<std::int64_t> operands, results;  // its rows, a neuron each
        std::vector<std::uint8_t> hold;  // of cores whose neurons all have refractory period 1
        std::unique_ptr<CoreMismatch> mismatch;
    };
    std::unique_ptr<Rtl> rtl_;
};

}  // namespace cortile
