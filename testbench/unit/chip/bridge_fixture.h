// SPDX-License-Identifier: Apache-2.0
// A spike bridge on a chip of one core that echoes, and a TLM-2.0 initiator that does as a test
// says. SystemC elaborates once per process, so every test is a process.
#pragma once

#include <gmock/gmock.h>

#include <functional>

#include "hw_model/chip/spike_bridge.h"

namespace cortile::test {

constexpr std::uint32_t kNeurons = 4;
constexpr Picoseconds kTick = 10'000;

inline sc_core::sc_time ns(double x) {
    return {x, sc_core::SC_NS};
}

struct CoreLog {
    std::vector<std::uint32_t> samples;   // input timesteps of each begun sample
    std::vector<std::uint32_t> received;  // neurons, in order of arrival
    bool fails = false;                   // the core throws when it updates
};

// Neuron n fires in the timestep after the one in which input n spiked, with its value.
class EchoCore : public CoreModel {
  public:
    explicit EchoCore(CoreLog& log) : log_(log) {}

    std::uint32_t neurons() const override { return kNeurons; }
    void begin_sample(std::uint32_t input_timesteps) override {
        log_.samples.push_back(input_timesteps);
        pending_ = {};
    }
    void step() override {
        if (log_.fails) {
            throw std::runtime_error("the core is out of order");
        }
        sent_ = pending_;
        pending_ = {};
    }
    Picoseconds update_finish() const override { return 0; }
    Picoseconds packetise(std::uint32_t, std::vector<SpikePacket>&) override { return 0; }
    Picoseconds receive(std::span<const SpikePacket> packets) override {
        for (const SpikePacket& packet : packets) {
            log_.received.push_back(packet.address());
            pending_[packet.address()] = static_cast<std::int32_t>(packet.value() << 8) >> 8;
        }
        return 0;
    }
    ActivityCounts activity() const override { return {}; }
    std::span<const std::uint64_t> energy_counts() const override { return {}; }
    std::uint64_t spike_count(std::uint32_t) const override { return 0; }
    double read(StateVariable, std::uint32_t neuron) const override { return sent_[neuron]; }
    void set_input(std::uint32_t, float) override {}
    void transfer_state(StateArchive& archive) override { archive(pending_, sent_); }

  private:
    CoreLog& log_;
    std::array<std::int32_t, kNeurons> pending_{}, sent_{};
};

struct Answer {
    tlm::tlm_response_status status;
    sc_core::sc_time delay;  // as it came back
    bool dmi_allowed;
};

class Initiator : public sc_core::sc_module {
  public:
    explicit Initiator(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") {
        SC_HAS_PROCESS(Initiator);
        SC_THREAD(run);
    }

    tlm_utils::simple_initiator_socket<Initiator> socket;
    std::function<void(Initiator&)> script;

    Answer transport(tlm::tlm_command command, std::uint64_t address,
                     std::vector<std::uint32_t>& words, unsigned streaming_width = 0,
                     const sc_core::sc_time& delay = {}) {
        tlm::tlm_generic_payload payload;
        fill(payload, command, address, words, streaming_width);
        payload.set_dmi_allowed(true);
        sc_core::sc_time d = delay;
        socket->b_transport(payload, d);
        return {payload.get_response_status(), d, payload.is_dmi_allowed()};
    }
    static void fill(tlm::tlm_generic_payload& payload, tlm::tlm_command command,
                     std::uint64_t address, std::vector<std::uint32_t>& words,
                     unsigned streaming_width = 0) {
        payload.set_command(command);
        payload.set_address(address);
        payload.set_data_ptr(reinterpret_cast<unsigned char*>(words.data()));
        payload.set_data_length(static_cast<unsigned>(words.size() * 4));
        payload.set_streaming_width(streaming_width > 0 ? streaming_width
                                                        : payload.get_data_length());
        payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    }

    std::uint32_t read(BridgeRegister which) {
        std::vector<std::uint32_t> word{0};
        EXPECT_EQ(transport(tlm::TLM_READ_COMMAND, address(which), word).status,
                  tlm::TLM_OK_RESPONSE);
        return word[0];
    }
    Answer write(BridgeRegister which, std::vector<std::uint32_t> words,
                 const sc_core::sc_time& delay = {}) {
        return transport(tlm::TLM_WRITE_COMMAND, address(which), words, 0, delay);
    }
    Answer inject(std::vector<std::uint32_t> neurons, const sc_core::sc_time& delay = {}) {
        std::vector<std::uint32_t> words;
        for (const std::uint32_t neuron : neurons) {
            words.insert(words.end(), {neuron, 1});
        }
        return write(BridgeRegister::inject, words, delay);
    }
    bool status(BridgeStatus bit) {
        return (read(BridgeRegister::status) & static_cast<std::uint32_t>(bit)) != 0;
    }
    static std::uint64_t address(BridgeRegister which) { return static_cast<std::uint64_t>(which); }
    // SystemC's own is protected.
    void pause(const sc_core::sc_time& time) { wait(time); }

  private:
    void run() {
        if (script) {
            script(*this);
        }
    }
};

struct Received {
    std::uint64_t timestep, time_ns;
    std::uint32_t neuron, value;
    bool operator==(const Received&) const = default;
};
inline void PrintTo(const Received& r, std::ostream* out) {
    *out << "{" << r.timestep << ", " << r.time_ns << " ns, " << r.neuron << ", " << r.value << "}";
}

struct Fixture {
    Executor executor{1};
    CoreLog log;
    Chip chip;
    SpikeBridge bridge;
    Initiator initiator{"initiator"};

    explicit Fixture(SpikeBridgeParams params = {}, Picoseconds tick = kTick)
        : chip("chip", config(tick), executor), bridge("bridge", completed(std::move(params))) {
        ChipProgram program;
        program.cores.resize(1);
        program.cores[0].neurons = kNeurons;
        program.host_axons = AxonTable(std::vector<std::uint32_t>(kNeurons, 1));
        for (std::uint32_t n = 0; n < kNeurons; ++n) {
            program.host_axons.add(n, SpikePacket::pack(0, n));
        }
        program.host_axons.finish();
        chip.load(program, [&](CoreProgram) { return std::make_unique<EchoCore>(log); });
        chip.attach(bridge);
        initiator.socket.bind(bridge.access);
    }
    static ChipConfig config(Picoseconds tick) {
        ChipConfig config;
        config.topology = {1, 1, 1, {TileId{0u}}};
        config.noc_level = "loosely_timed";
        config.barrier_latency = {{1, 0}};
        config.tick = tick;
        return config;
    }
    static SpikeBridgeParams completed(SpikeBridgeParams params) {
        params.inputs = kNeurons;
        for (std::uint32_t n = 0; n < kNeurons; ++n) {
            params.watched.push_back({7, n, 0, n});
        }
        return params;
    }

    void run(std::function<void(Initiator&)> script, double nanoseconds = 200) {
        initiator.script = std::move(script);
        sc_core::sc_start(ns(nanoseconds));
    }
    // All that there is to read, by debug accesses.
    std::vector<Received> output() {
        std::vector<Received> result;
        for (std::uint64_t at = Initiator::address(BridgeRegister::receive);; at += 32) {
            std::vector<std::uint32_t> words(8);
            tlm::tlm_generic_payload payload;
            Initiator::fill(payload, tlm::TLM_READ_COMMAND, at, words);
            if (initiator.socket->transport_dbg(payload) != 32) {
                return result;
            }
            EXPECT_EQ(words[4], 7u);
            EXPECT_EQ(words[6], 0u);
            result.push_back({words[0] | std::uint64_t{words[1]} << 32,
                              (words[2] | std::uint64_t{words[3]} << 32) / 1000, words[5],
                              words[7]});
        }
    }
};

inline SpikeBridgeParams free_running() {
    SpikeBridgeParams params;
    params.free_running = true;
    return params;
}

}  // namespace cortile::test
