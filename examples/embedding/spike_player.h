// SPDX-License-Identifier: Apache-2.0
// A TLM-2.0 initiator as others write them: it plays spikes into a device with FIFOs and registers,
// timestep by timestep, and reads the answer. It knows the device by its register map alone
// (docs/reference/spike_bridge.md) and includes nothing of Cortile.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

struct ReceivedSpike {
    std::uint64_t timestep;
    std::uint64_t time;  // ps
    std::uint32_t population, neuron, core, value;
};

// The words of one output spike.
inline ReceivedSpike decode(const std::uint32_t* word) {
    const auto wide = [](std::uint32_t low, std::uint32_t high) {
        return std::uint64_t{high} << 32 | low;
    };
    return {wide(word[0], word[1]), wide(word[2], word[3]), word[4], word[5], word[6], word[7]};
}

class SpikePlayer : public sc_core::sc_module {
  public:
    using Spikes = std::map<std::uint64_t, std::vector<std::uint32_t>>;  // timestep -> neurons

    SpikePlayer(const sc_core::sc_module_name& name, Spikes spikes, std::uint64_t timesteps)
        : sc_module(name), socket("socket"), spikes_(std::move(spikes)), timesteps_(timesteps) {
        SC_HAS_PROCESS(SpikePlayer);
        SC_THREAD(play);
    }

    tlm_utils::simple_initiator_socket<SpikePlayer> socket;

    const std::vector<ReceivedSpike>& received() const { return received_; }

  private:
    static constexpr std::uint64_t kId = 0x000, kStatus = 0x008, kStep = 0x010,
                                   kReceiveCount = 0x038, kInject = 0x1000, kReceive = 0x2000;
    static constexpr std::uint32_t kIdentity = 0x54524F43, kBusy = 1;
    static constexpr unsigned kInputBytes = 8, kOutputBytes = 32;

    void play() {
        if (read(kId) != kIdentity) {
            throw std::runtime_error("there is no spike bridge at this address");
        }
        for (std::uint64_t t = 0; t < timesteps_; ++t) {
            inject(spikes_[t]);
            write(kStep, 1);
            while ((read(kStatus) & kBusy) != 0) {
                wait(1, sc_core::SC_US);
            }
            receive();
        }
    }

    // All spikes of a timestep in one transaction: a streaming one, which goes to one address.
    void inject(const std::vector<std::uint32_t>& neurons) {
        std::vector<std::uint32_t> words;
        for (const std::uint32_t neuron : neurons) {
            words.insert(words.end(), {neuron, 1});
        }
        if (!words.empty()) {
            transport(tlm::TLM_WRITE_COMMAND, kInject, words, kInputBytes);
        }
    }

    void receive() {
        std::vector<std::uint32_t> words(read(kReceiveCount) * kOutputBytes / 4);
        if (!words.empty()) {
            transport(tlm::TLM_READ_COMMAND, kReceive, words, kOutputBytes);
        }
        for (std::size_t i = 0; i < words.size(); i += kOutputBytes / 4) {
            received_.push_back(decode(&words[i]));
        }
    }

    std::uint32_t read(std::uint64_t address) {
        std::vector<std::uint32_t> word(1);
        transport(tlm::TLM_READ_COMMAND, address, word, 4);
        return word[0];
    }

    void write(std::uint64_t address, std::uint32_t value) {
        std::vector<std::uint32_t> word{value};
        transport(tlm::TLM_WRITE_COMMAND, address, word, 4);
    }

    void transport(tlm::tlm_command command, std::uint64_t address,
                   std::vector<std::uint32_t>& words, unsigned streaming_width) {
        tlm::tlm_generic_payload payload;
        payload.set_command(command);
        payload.set_address(address);
        payload.set_data_ptr(reinterpret_cast<unsigned char*>(words.data()));
        payload.set_data_length(static_cast<unsigned>(words.size() * 4));
        payload.set_streaming_width(streaming_width);
        payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        sc_core::sc_time delay;
        socket->b_transport(payload, delay);
        wait(delay);
        if (!payload.is_response_ok()) {
            throw std::runtime_error("address " + std::to_string(address) + ": " +
                                     payload.get_response_string());
        }
    }

    Spikes spikes_;
    std::uint64_t timesteps_;
    std::vector<ReceivedSpike> received_;
};
