// SPDX-License-Identifier: Apache-2.0
// The bridge as a TLM-2.0 target and initiator of the base protocol (IEEE 1666-2011, 11 to 15).
#include "hw_model/base/text_file.h"
#include "testbench/unit/chip/bridge_fixture.h"
#include "testbench/unit/chip/non_blocking_initiator.h"

namespace cortile::test {
namespace {

using enum BridgeRegister;
using testing::ElementsAre;
using testing::HasSubstr;

struct Access {
    tlm::tlm_command command;
    std::uint64_t address;
    unsigned bytes, streaming_width;
    tlm::tlm_response_status expected;
};

TEST(BridgeProtocol, EveryAccessGetsTheResponseThatItHasEarned) {
    using namespace tlm;
    const auto r = TLM_READ_COMMAND;
    const auto w = TLM_WRITE_COMMAND;
    const std::vector<Access> accesses{
        {r, 0x000, 4, 4, TLM_OK_RESPONSE},
        {r, 0x018, 8, 8, TLM_OK_RESPONSE},   // a burst over two registers
        {r, 0x008, 12, 4, TLM_OK_RESPONSE},  // a stream of one
        {TLM_IGNORE_COMMAND, 0x010, 4, 4, TLM_OK_RESPONSE},
        {r, 0x002, 4, 4, TLM_ADDRESS_ERROR_RESPONSE},  // between registers
        {r, 0x048, 4, 4, TLM_ADDRESS_ERROR_RESPONSE},  // after the last one
        {r, 0x044, 8, 8, TLM_ADDRESS_ERROR_RESPONSE},  // over the last one
        {r, 0x3000, 4, 4, TLM_ADDRESS_ERROR_RESPONSE},
        {r, 0xFFFFFFFFFFFFFFFC, 8, 8, TLM_ADDRESS_ERROR_RESPONSE},
        {w, 0x1004, 8, 8, TLM_ADDRESS_ERROR_RESPONSE},  // in the middle of a spike
        {w, 0x1FF8, 16, 16, TLM_ADDRESS_ERROR_RESPONSE},
        {r, 0x000, 2, 2, TLM_BURST_ERROR_RESPONSE},
        {r, 0x000, 6, 6, TLM_BURST_ERROR_RESPONSE},
        {r, 0x000, 0, 4, TLM_BURST_ERROR_RESPONSE},
        {r, 0x000, 8, 0, TLM_BURST_ERROR_RESPONSE},
        {r, 0x000, 8, 2, TLM_BURST_ERROR_RESPONSE},
        {w, 0x1000, 12, 12, TLM_BURST_ERROR_RESPONSE},  // a spike and a half
        {w, 0x1000, 16, 4, TLM_BURST_ERROR_RESPONSE},
        {r, 0x2000, 8, 8, TLM_BURST_ERROR_RESPONSE},
        {w, 0x000, 4, 4, TLM_COMMAND_ERROR_RESPONSE},
        {r, 0x00C, 4, 4, TLM_COMMAND_ERROR_RESPONSE},
        {r, 0x008, 8, 8, TLM_COMMAND_ERROR_RESPONSE},  // STATUS, then CLEAR
        {r, 0x1000, 8, 8, TLM_COMMAND_ERROR_RESPONSE},
        {w, 0x2000, 32, 32, TLM_COMMAND_ERROR_RESPONSE},
        {r, 0x2000, 32, 32, TLM_GENERIC_ERROR_RESPONSE},  // there is no spike
    };
    Fixture f;
    f.run([&](Initiator& i) {
        for (const Access& access : accesses) {
            std::vector<std::uint32_t> words(8);
            tlm_generic_payload payload;
            Initiator::fill(payload, access.command, access.address, words);
            payload.set_data_length(access.bytes);
            payload.set_streaming_width(access.streaming_width);
            payload.set_dmi_allowed(true);
            sc_core::sc_time delay;
            i.socket->b_transport(payload, delay);
            EXPECT_EQ(payload.get_response_status(), access.expected)
                << payload.get_response_string() << " for command " << access.command
                << " at address " << access.address << ", " << access.bytes << " bytes";
            EXPECT_FALSE(payload.is_dmi_allowed());
        }
        EXPECT_EQ(i.read(step), 0u);
    });
    EXPECT_EQ(f.chip.timesteps(), 0u);
}

TEST(BridgeProtocol, ByteEnablesAreRefused) {
    Fixture f;
    f.run([](Initiator& i) {
        std::vector<std::uint32_t> word{1};
        unsigned char enable[4]{0xFF, 0xFF, 0xFF, 0xFF};
        tlm::tlm_generic_payload payload;
        Initiator::fill(payload, tlm::TLM_WRITE_COMMAND, Initiator::address(step), word);
        payload.set_byte_enable_ptr(enable);
        payload.set_byte_enable_length(4);
        sc_core::sc_time delay;
        i.socket->b_transport(payload, delay);
        EXPECT_EQ(payload.get_response_status(), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    });
    EXPECT_EQ(f.chip.timesteps(), 0u);
}

TEST(BridgeProtocol, AStreamAndABurstPushTheSameSpikes) {
    Fixture f;
    f.run([](Initiator& i) {
        std::vector<std::uint32_t> words{0, 1, 1, 1};
        i.transport(tlm::TLM_WRITE_COMMAND, 0x1000, words, 8);
        words = {2, 1, 3, 1};
        i.transport(tlm::TLM_WRITE_COMMAND, 0x1FF0, words);
        i.write(step, {1});
    });
    EXPECT_THAT(f.log.received, ElementsAre(0, 1, 2, 3));
}

TEST(BridgeProtocol, DebugAccessChangesNothing) {
    Fixture f;
    std::vector<std::uint32_t> word{1};
    tlm::tlm_generic_payload payload;
    Initiator::fill(payload, tlm::TLM_WRITE_COMMAND, Initiator::address(step), word);
    EXPECT_EQ(f.initiator.socket->transport_dbg(payload), 0u);
    Initiator::fill(payload, tlm::TLM_READ_COMMAND, Initiator::address(id), word);
    EXPECT_EQ(f.initiator.socket->transport_dbg(payload), 4u);
    EXPECT_EQ(word[0], kBridgeId);
    f.run([](Initiator& i) {
        i.inject({1, 2});
        i.write(step, {2});
    });
    EXPECT_EQ(f.output().size(), 2u);
    EXPECT_EQ(f.output().size(), 2u);  // they are still there
    // Bytes from the middle of a word up to where nothing can be read any more.
    std::vector<std::uint32_t> words(20, 0xAAAAAAAA);
    Initiator::fill(payload, tlm::TLM_READ_COMMAND, Initiator::address(receive) + 30, words);
    EXPECT_EQ(f.initiator.socket->transport_dbg(payload), 34u);
    EXPECT_EQ(words[0], 0x00010000u);  // upper half of the first one's value, lower of timestep 1
    Initiator::fill(payload, tlm::TLM_READ_COMMAND, Initiator::address(clear), words);
    EXPECT_EQ(f.initiator.socket->transport_dbg(payload), 0u);
    EXPECT_EQ(f.chip.timesteps(), 2u);
}

TEST(BridgeProtocol, ThereIsNoDirectMemoryInterface) {
    Fixture f;
    std::vector<std::uint32_t> word(1);
    tlm::tlm_generic_payload payload;
    Initiator::fill(payload, tlm::TLM_READ_COMMAND, Initiator::address(status), word);
    tlm::tlm_dmi dmi;
    EXPECT_FALSE(f.initiator.socket->get_direct_mem_ptr(payload, dmi));
}

TEST(BridgeProtocol, NonBlockingInitiatorsAreServedToo) {
    Executor executor{1};
    CoreLog log;
    Chip chip("chip", Fixture::config(kTick), executor);
    ChipProgram program;
    program.cores.resize(1);
    program.cores[0].neurons = kNeurons;
    program.host_axons = AxonTable(std::vector<std::uint32_t>(kNeurons, 1));
    for (std::uint32_t n = 0; n < kNeurons; ++n) {
        program.host_axons.add(n, SpikePacket::pack(0, n));
    }
    program.host_axons.finish();
    chip.load(program, [&](CoreProgram) { return std::make_unique<EchoCore>(log); });
    SpikeBridge bridge("bridge", Fixture::completed({}));
    chip.attach(bridge);
    NonBlockingInitiator initiator("initiator");
    initiator.socket.bind(bridge.access);
    std::vector<tlm::tlm_response_status> responses;
    std::vector<std::uint32_t> spike{2, 1}, steps{2}, count{0};
    initiator.script = [&](NonBlockingInitiator& self) {
        const auto transport = [&](tlm::tlm_command command, BridgeRegister at, auto& words) {
            responses.push_back(self.transport(command, Initiator::address(at), words));
        };
        transport(tlm::TLM_WRITE_COMMAND, inject, spike);
        transport(tlm::TLM_WRITE_COMMAND, step, steps);
        self.pause(ns(20));
        transport(tlm::TLM_READ_COMMAND, receive_count, count);
        EXPECT_EQ(count[0], 1u);
        transport(tlm::TLM_WRITE_COMMAND, id, count);
    };
    sc_core::sc_start(ns(100));
    EXPECT_THAT(responses, ElementsAre(tlm::TLM_OK_RESPONSE, tlm::TLM_OK_RESPONSE,
                                       tlm::TLM_OK_RESPONSE, tlm::TLM_COMMAND_ERROR_RESPONSE));
}

// Takes output spikes, each `busy` long, and answers the first ones with an error.
class Target : public sc_core::sc_module {
  public:
    Target(const sc_core::sc_module_name& name, const sc_core::sc_time& busy, unsigned errors,
           bool annotates)
        : sc_module(name), socket("socket"), busy_(busy), errors_(errors), annotates_(annotates) {
        socket.register_b_transport(this, &Target::take);
    }

    tlm_utils::simple_target_socket<Target> socket;
    std::vector<std::pair<std::uint32_t, double>> taken;  // neuron, ns

  private:
    void take(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
        EXPECT_TRUE(payload.is_write());
        EXPECT_EQ(payload.get_address(), 0x4000u);
        EXPECT_EQ(payload.get_data_length(), 32u);
        EXPECT_EQ(payload.get_streaming_width(), 32u);
        EXPECT_EQ(payload.get_byte_enable_ptr(), nullptr);
        EXPECT_EQ(payload.get_response_status(), tlm::TLM_INCOMPLETE_RESPONSE);
        std::array<std::uint32_t, 8> words{};
        std::memcpy(words.data(), payload.get_data_ptr(), sizeof words);
        taken.push_back({words[5], sc_core::sc_time_stamp().to_seconds() * 1e9});
        if (annotates_) {
            delay += busy_;
        } else {
            wait(busy_);
        }
        payload.set_response_status(taken.size() > errors_ ? tlm::TLM_OK_RESPONSE
                                                           : tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }

    sc_core::sc_time busy_;
    unsigned errors_;
    bool annotates_;
};

struct OutputCase {
    bool annotates;
};
class BridgeOutput : public testing::TestWithParam<bool> {};

TEST_P(BridgeOutput, EverySpikeIsWrittenToTheTargetInOrder) {
    SpikeBridgeParams params;
    params.output_address = 0x4000;
    params.send_capacity = 3;
    Fixture f(params);
    Target target("target", ns(7), 1, GetParam());
    f.bridge.output.bind(target.socket);
    f.run([](Initiator& i) {
        i.inject({0, 1, 2, 3});
        i.write(step, {2});
        i.pause(ns(150));
        EXPECT_EQ(i.read(send_failed), 1u);
        EXPECT_EQ(i.read(send_lost), 1u);  // three waited, one too many
        EXPECT_TRUE(i.status(BridgeStatus::send_failed));
        EXPECT_TRUE(i.status(BridgeStatus::send_overflow));
        EXPECT_EQ(i.read(receive_count), 4u);  // RECEIVE has them all
    });
    using testing::DoubleNear;
    using testing::Pair;
    EXPECT_THAT(target.taken,
                ElementsAre(Pair(0, DoubleNear(20, 1e-6)), Pair(1, DoubleNear(27, 1e-6)),
                            Pair(2, DoubleNear(34, 1e-6))));
}

INSTANTIATE_TEST_SUITE_P(TargetsThatWaitAndThatAnnotate, BridgeOutput, testing::Bool());

TEST(BridgeRegisters, TheReferencePageRepeatsTheTable) {
    const std::string page = read_text_file(std::filesystem::path(CORTILE_SOURCE_DIR) /
                                            "docs/reference/spike_bridge.md");
    EXPECT_THAT(page, HasSubstr(bridge_register_text()));
}

TEST(BridgeRegisters, NoTwoOverlap) {
    std::uint64_t end = 0;
    for (const BridgeRegisterRow& row : bridge_registers()) {
        EXPECT_GE(static_cast<std::uint64_t>(row.address), end) << row.name;
        end = static_cast<std::uint64_t>(row.address) + row.bytes;
    }
}

}  // namespace
}  // namespace cortile::test
