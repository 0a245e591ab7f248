// SPDX-License-Identifier: Apache-2.0
// A management plane beside a chip of one core that echoes, an initiator that does as a test says,
// and a host that notes what it is told. SystemC elaborates once per process, so every test is a
// process.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hw_model/management/management_plane.h"
#include "testbench/unit/chip/bridge_fixture.h"
#include "testbench/unit/cpu/assembler.h"
#include "workload/image/network_image.h"

namespace cortile::test {

struct NotingHost : ManagementHost {
    void console(char byte) override { text += byte; }
    void message(std::uint32_t word) override { messages.push_back(word); }
    std::vector<std::uint32_t> next_sample() override { return sample; }
    std::uint32_t samples() const override { return 1; }

    std::string text;
    std::vector<std::uint32_t> messages, sample{0, 0};
};

struct PlaneFixture : private TimestepClient {
    Executor executor{1};
    CoreLog log;
    Chip chip{"chip", Fixture::config(kTick), executor};
    SpikeBridge bridge{"bridge", Fixture::completed({})};
    NotingHost host;
    std::vector<std::uint8_t> committed;  // to core 0
    bool commits = true;
    std::optional<ManagementPlane> plane;
    Initiator initiator{"initiator"};

    explicit PlaneFixture(std::uint32_t processors = 1,
                          const std::vector<std::uint32_t>& image = {}) {
        ManagementParams params;
        params.config.processors = processors;
        params.config.bus_latency = 20'000;
        params.config.core_latency = 50'000;
        params.config.dma_word = 10'000;
        params.config.watchdog = 50'000;
        params.core_type = "echo";
        for (const std::uint32_t word : image) {
            for (unsigned byte = 0; byte < 4; ++byte) {
                params.image.push_back(static_cast<std::uint8_t>(word >> 8 * byte));
            }
        }
        params.commit_core = [this](CoreId, std::span<const std::uint8_t> bytes) {
            committed.assign(bytes.begin(), bytes.end());
            if (commits) {
                CoreProgram program;
                program.neurons = kNeurons;
                chip.load_core(CoreId{0u}, program,
                               [this](CoreProgram) { return std::make_unique<EchoCore>(log); });
            }
            return commits;
        };
        params.commit_edge = [this](std::span<const std::uint8_t>) {
            AxonTable axons(std::vector<std::uint32_t>(kNeurons, 1));
            for (std::uint32_t n = 0; n < kNeurons; ++n) {
                axons.add(n, SpikePacket::pack(0, n));
            }
            axons.finish();
            chip.load_host(std::move(axons));
            return true;
        };
        plane.emplace("management", params, chip, bridge, host);
        chip.attach(*this);
        initiator.socket.bind(plane->bus.port());
    }

    // The program that each processor starts with, in the ROM's place; the trap vector leads
    // nowhere.
    void program(const std::vector<std::uint32_t>& words) {
        const auto* const first = reinterpret_cast<const std::uint8_t*>(words.data());
        ASSERT_TRUE(
            plane->preload(registers::rom_base, {first, first + words.size() * sizeof words[0]}));
    }
    // Processors that nobody gave a program sleep.
    void sleep() { program({kWfi, jal(0, -4)}); }

    void run(std::function<void(Initiator&)> script, double nanoseconds = 1e6) {
        initiator.script = std::move(script);
        sc_core::sc_start(ns(nanoseconds));
    }
    std::optional<std::uint32_t> read(std::uint32_t address) {
        std::vector<std::uint32_t> word{0};
        const bool okay = initiator.transport(tlm::TLM_READ_COMMAND, address, word).status ==
                          tlm::TLM_OK_RESPONSE;
        return okay ? std::optional(word[0]) : std::nullopt;
    }
    bool write(std::uint32_t address, std::vector<std::uint32_t> words, unsigned width = 0) {
        return initiator.transport(tlm::TLM_WRITE_COMMAND, address, words, width).status ==
               tlm::TLM_OK_RESPONSE;
    }
    Processor& processor(std::size_t index = 0) { return plane->processors()[index]->processor(); }

  private:
    bool begin_timestep(Chip& some) override { return bridge.begin_timestep(some); }
    void end_timestep(Chip& some) override {
        bridge.end_timestep(some);
        plane->timestep_ended();
    }
    const sc_core::sc_event* resumes() const override { return bridge.resumes(); }
};

}  // namespace cortile::test
