// SPDX-License-Identifier: Apache-2.0
// Spikes into a chip and out of it by generic payloads, for TLM-2.0 models that know nothing of
// Cortile. Registers, formats, responses and times: docs/reference/spike_bridge.md.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include "hw_model/chip/bridge_registers.h"
#include "hw_model/chip/chip.h"
#include "hw_model/chip/inject_queue.h"

namespace cortile {

// A neuron whose spikes leave the chip.
struct WatchedNeuron {
    std::uint32_t population = 0, neuron = 0;  // as output spikes name it
    std::uint32_t core = 0, local = 0;         // where it is on the chip
};

struct SpikeBridgeParams {
    std::uint32_t inputs = 0;                  // input neurons of the chip's program
    std::int32_t largest_value = 1;            // magnitude of an input spike's value
    bool signed_values = false;                // may it be negative?
    std::vector<WatchedNeuron> watched = {};   // output spikes of a timestep leave in this order
    bool free_running = false;                 // else STEP lets timesteps run
    sc_core::sc_time period = {};              // least time between the starts of two timesteps
    std::uint32_t inject_capacity = 0x10000;   // spikes
    std::uint32_t receive_capacity = 0x10000;  // spikes; 0: RECEIVE keeps none, and loses none
    std::uint32_t send_capacity = 0x10000;     // spikes
    std::uint64_t output_address = 0;          // that output spikes are written to
};

struct OutputSpike {
    std::uint64_t timestep = 0;  // counted from the start of the simulation
    std::uint64_t time = 0;      // ps; end of that timestep
    WatchedNeuron neuron;
    std::uint32_t value = 1;  // 1 for a plain spike; what is below 0 in two's complement
    // As it is transported.
    static constexpr std::size_t kWords = 8;
    std::array<std::uint32_t, kWords> words() const;
};

// The edge of a chip, and what drives its timesteps.
class SpikeBridge : public sc_core::sc_module, public TimestepClient {
  public:
    SpikeBridge(const sc_core::sc_module_name& name, const SpikeBridgeParams& params);

    tlm_utils::simple_target_socket<SpikeBridge> access;
    // Every output spike is written to whatever is bound here, if anything is.
    tlm_utils::simple_initiator_socket_optional<SpikeBridge> output;

    bool begin_timestep(Chip& chip) override;
    void end_timestep(Chip& chip) override;
    const sc_core::sc_event* resumes() const override { return &resume_; }

  private:
    // Why spikes did not get through, with a counter and a bit of STATUS each.
    struct Losses {
        BridgeStatus bit;
        const char* what;
        std::uint64_t count = 0;
    };
    enum Loss : std::size_t { refused, invalid, not_received, not_sent, send_error, loss_kinds };
    struct Grant {  // a write to STEP
        sc_core::sc_time time;
        sc_dt::uint64 delta;  // delta cycle in which it was written
        std::uint64_t steps;
    };

    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned transport_dbg(tlm::tlm_generic_payload& payload);
    tlm::tlm_response_status read(tlm::tlm_generic_payload& payload);
    tlm::tlm_response_status write(tlm::tlm_generic_payload& payload, const sc_core::sc_time& time);
    tlm::tlm_response_status inject(std::span<const std::uint32_t> words,
                                    const sc_core::sc_time& time);
    std::uint32_t read_register(BridgeRegister which) const;
    void write_register(BridgeRegister which, std::uint32_t value, const sc_core::sc_time& time);
    bool peek(std::uint64_t address, std::uint32_t& word) const;
    void take_grants(const sc_core::sc_time& now);
    bool may_start(const sc_core::sc_time& now);
    std::uint64_t steps_left() const;
    void note(Loss kind, std::uint64_t spikes);
    void send_outputs();
    void send(const OutputSpike& spike);

    SpikeBridgeParams params_;
    InjectQueue inject_;
    std::deque<OutputSpike> receive_, send_;
    std::vector<Grant> grants_;  // that have not come into effect
    std::uint64_t steps_ = 0;    // that may start
    sc_core::sc_event resume_, to_send_;
    sc_core::sc_time started_;  // the present or last timestep
    std::uint64_t begun_ = 0, finished_ = 0;
    std::array<Losses, loss_kinds> losses_;
    std::uint32_t sticky_ = 0, warned_ = 0;
};

}  // namespace cortile
