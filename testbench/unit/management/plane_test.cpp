// SPDX-License-Identifier: Apache-2.0
// Can any TLM-2.0 initiator drive the management plane, and what does it answer?
#include <gtest/gtest.h>

#include "hw_model/base/checksum.h"
#include "testbench/unit/chip/non_blocking_initiator.h"
#include "testbench/unit/management/plane_fixture.h"

namespace cortile::test {
namespace {

namespace reg = registers;
using Words = std::vector<std::uint32_t>;

constexpr std::uint32_t kRam = reg::ram_base;

std::uint32_t core(std::uint32_t offset) {
    return reg::core::base + offset;
}
std::uint32_t dma(std::uint32_t offset) {
    return reg::dma::base + offset;
}

TEST(Plane, MemoriesReadAndWriteAndGrantDirectAccess) {
    PlaneFixture f(1, {0xAABBCCDD, 0x11223344});
    f.sleep();
    f.run([&](Initiator& initiator) {
        EXPECT_TRUE(f.write(kRam + 8, {1, 2, 3}));
        EXPECT_EQ(f.read(kRam + 12), 2u);
        EXPECT_EQ(f.read(reg::image_base + 4), 0x11223344u);
        Words word{5};
        EXPECT_EQ(initiator.transport(tlm::TLM_WRITE_COMMAND, reg::image_base, word).status,
                  tlm::TLM_COMMAND_ERROR_RESPONSE);
        EXPECT_FALSE(f.write(reg::rom_base, {0}));
        EXPECT_EQ(initiator.transport(tlm::TLM_READ_COMMAND, kRam + (1 << 20), word).status,
                  tlm::TLM_ADDRESS_ERROR_RESPONSE);
        EXPECT_TRUE(initiator.transport(tlm::TLM_READ_COMMAND, kRam, word).dmi_allowed);

        tlm::tlm_generic_payload payload;
        Initiator::fill(payload, tlm::TLM_READ_COMMAND, kRam + 100, word);
        tlm::tlm_dmi dmi;
        ASSERT_TRUE(initiator.socket->get_direct_mem_ptr(payload, dmi));
        EXPECT_EQ(dmi.get_start_address(), kRam);
        EXPECT_EQ(dmi.get_end_address(), kRam + (1u << 20) - 1);
        EXPECT_EQ(dmi.get_dmi_ptr()[8], 1);
        EXPECT_TRUE(dmi.is_write_allowed());
        payload.set_address(reg::image_base);
        ASSERT_TRUE(initiator.socket->get_direct_mem_ptr(payload, dmi));
        EXPECT_FALSE(dmi.is_write_allowed());
        payload.set_address(reg::system::base);
        EXPECT_FALSE(initiator.socket->get_direct_mem_ptr(payload, dmi));
    });
}

TEST(Plane, AnswersWithErrorsWhereNothingIs) {
    PlaneFixture f;
    f.sleep();
    f.run([&](Initiator& initiator) {
        Words word{0};
        for (const std::uint32_t address :
             {0u, 0x20000000u, 0x1000F000u, core(0x10000), 0xFFFFFFFCu}) {
            EXPECT_EQ(initiator.transport(tlm::TLM_READ_COMMAND, address, word).status,
                      tlm::TLM_ADDRESS_ERROR_RESPONSE)
                << address;
        }
        for (const std::uint32_t address : {reg::system::base + 0x3C, reg::system::base + 2,
                                            core(0x70), reg::system::base + reg::system::exit}) {
            EXPECT_EQ(f.read(address), std::nullopt) << address;
        }
        EXPECT_FALSE(f.write(reg::system::base, {0})) << "read-only";
        tlm::tlm_generic_payload payload;
        Initiator::fill(payload, tlm::TLM_READ_COMMAND, reg::system::base, word);
        payload.set_data_length(2);
        sc_core::sc_time delay;
        initiator.socket->b_transport(payload, delay);
        EXPECT_EQ(payload.get_response_status(), tlm::TLM_BURST_ERROR_RESPONSE);
        Initiator::fill(payload, tlm::TLM_READ_COMMAND, reg::system::base, word);
        payload.set_byte_enable_ptr(payload.get_data_ptr());
        initiator.socket->b_transport(payload, delay);
        EXPECT_EQ(payload.get_response_status(), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    });
}

TEST(Plane, NonBlockingInitiatorsAreServedToo) {
    PlaneFixture f;
    f.sleep();
    NonBlockingInitiator initiator("non_blocking");
    initiator.socket.bind(f.plane->bus.port());
    Words read;
    initiator.script = [&](NonBlockingInitiator& self) {
        Words words{7, 8};
        EXPECT_EQ(self.transport(tlm::TLM_WRITE_COMMAND, kRam, words), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(self.transport(tlm::TLM_WRITE_COMMAND, 0x20000000, words),
                  tlm::TLM_ADDRESS_ERROR_RESPONSE);
        read = {0};
        EXPECT_EQ(self.transport(tlm::TLM_READ_COMMAND, kRam + 4, read), tlm::TLM_OK_RESPONSE);
    };
    f.run({});
    EXPECT_EQ(read, Words{8});
}

TEST(Plane, SaysWhatChipItIs) {
    PlaneFixture f(2, {1, 2, 3});
    f.sleep();
    f.run([&](Initiator& initiator) {
        Words words(9);
        ASSERT_EQ(initiator.transport(tlm::TLM_READ_COMMAND, reg::system::base, words).status,
                  tlm::TLM_OK_RESPONSE)
            << "a burst of registers";
        EXPECT_EQ(words, (Words{reg::magic, reg::version, 2, 1, 1 | 1 << 16, checksum("echo"),
                                100'000, 1 << 20, 12}));
    });
}

TEST(Plane, TransactionsTakeTheTimeOfTheBus) {
    PlaneFixture f;
    f.sleep();
    f.run([&](Initiator& initiator) {
        Words word{0};
        EXPECT_EQ(initiator.transport(tlm::TLM_READ_COMMAND, kRam, word, 0, ns(3)).delay, ns(23));
        EXPECT_EQ(initiator.transport(tlm::TLM_READ_COMMAND, reg::system::base, word).delay,
                  ns(20));
        EXPECT_EQ(initiator.transport(tlm::TLM_READ_COMMAND, core(0), word).delay, ns(70));
    });
    EXPECT_EQ(f.plane->counts().bus_words, 3u);
}

TEST(Plane, DebugAccessesChangeNothing) {
    PlaneFixture f;
    f.sleep();
    f.run([&](Initiator& initiator) {
        EXPECT_TRUE(f.write(reg::mailbox::base + reg::mailbox::send, {77}));
        const std::uint64_t words = f.plane->counts().bus_words;
        Words word{0};
        tlm::tlm_generic_payload payload;
        Initiator::fill(payload, tlm::TLM_READ_COMMAND, reg::mailbox::base + reg::mailbox::receive,
                        word);
        EXPECT_EQ(initiator.socket->transport_dbg(payload), 0u) << "reading would take it out";
        payload.set_address(reg::system::base);
        EXPECT_EQ(initiator.socket->transport_dbg(payload), 4u);
        EXPECT_EQ(word[0], reg::magic);
        EXPECT_EQ(f.plane->counts().bus_words, words);
        EXPECT_EQ(f.read(reg::mailbox::base + reg::mailbox::receive), 77u);
    });
}

TEST(Plane, CoresAreConfiguredWordByWord) {
    PlaneFixture f;
    f.sleep();
    f.run([&](Initiator&) {
        EXPECT_EQ(f.read(core(reg::core::status)), 0u);
        EXPECT_EQ(f.read(core(reg::core::neurons)), 0u);
        EXPECT_EQ(f.read(core(reg::core::config_data)), std::nullopt) << "nothing there yet";
        EXPECT_TRUE(f.write(core(reg::core::config_data), {1, 2, 3}, 4));
        EXPECT_EQ(f.read(core(reg::core::config_bytes)), 12u);
        EXPECT_TRUE(f.write(core(reg::core::config_address), {4}));
        EXPECT_EQ(f.read(core(reg::core::config_data)), 2u);
        EXPECT_EQ(f.read(core(reg::core::config_data)), 3u);
        EXPECT_TRUE(f.write(core(reg::core::config_address), {0}));
        EXPECT_TRUE(f.write(core(reg::core::config_data), {9}));
        EXPECT_TRUE(f.write(core(reg::core::config_address), {40}));
        EXPECT_FALSE(f.write(core(reg::core::config_data), {9})) << "a gap";
        EXPECT_TRUE(f.write(core(reg::core::commit), {1}));
        EXPECT_EQ(f.committed, (std::vector<std::uint8_t>{9, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0}));
        EXPECT_EQ(f.read(core(reg::core::status)), reg::core::status_loaded);
        EXPECT_EQ(f.read(core(reg::core::neurons)), kNeurons);
        f.commits = false;
        EXPECT_TRUE(f.write(core(reg::core::commit), {1}));
        EXPECT_EQ(f.read(core(reg::core::status)),
                  reg::core::status_loaded | reg::core::status_refused);
        EXPECT_TRUE(f.write(core(reg::core::neuron), {kNeurons - 1}));
        EXPECT_EQ(f.read(core(reg::core::state_v)), 0u);
        EXPECT_TRUE(f.write(core(reg::core::neuron), {kNeurons}));
        EXPECT_EQ(f.read(core(reg::core::state_v)), std::nullopt);
        EXPECT_EQ(f.read(core(reg::core::spikes)), std::nullopt);
        EXPECT_EQ(f.read(core(reg::core::counter_low)), 0u);
    });
}

TEST(Plane, RefusedCommitsRaiseTheErrorInterrupt) {
    PlaneFixture f;
    f.sleep();
    f.commits = false;
    f.run([&](Initiator&) {
        EXPECT_TRUE(f.write(core(reg::core::commit), {1}));
        EXPECT_EQ(f.read(core(reg::core::status)), reg::core::status_refused);
        EXPECT_EQ(f.read(reg::interrupts::base), reg::interrupt_error);
    });
}

TEST(Plane, DebuggersSeeWhatReadingWouldGive) {
    PlaneFixture f;
    f.sleep();
    f.host.sample = {7, 8, 9};
    f.run([&](Initiator& initiator) {
        const auto peek = [&](std::uint32_t address) -> std::optional<std::uint32_t> {
            Words word{0};
            tlm::tlm_generic_payload payload;
            Initiator::fill(payload, tlm::TLM_READ_COMMAND, address, word);
            const bool whole = initiator.socket->transport_dbg(payload) == 4;
            return whole ? std::optional(word[0]) : std::nullopt;
        };
        EXPECT_TRUE(f.write(core(reg::core::config_data), {11, 12}, 4));
        EXPECT_TRUE(f.write(core(reg::core::config_address), {4}));
        EXPECT_TRUE(f.write(core(reg::core::commit), {1}));
        EXPECT_TRUE(f.write(reg::host::base + reg::host::next, {1}));
        for (int again = 0; again < 2; ++again) {
            EXPECT_EQ(peek(core(reg::core::config_data)), 12u) << "and the address stays";
            EXPECT_EQ(peek(core(reg::core::neurons)), kNeurons);
            EXPECT_EQ(peek(core(reg::core::state_v)), 0u);
            EXPECT_EQ(peek(reg::host::base + reg::host::words), 3u);
            EXPECT_EQ(peek(reg::host::base + reg::host::data), std::nullopt) << "it takes out";
            EXPECT_EQ(peek(reg::mailbox::base + reg::mailbox::count), 0u);
        }
        EXPECT_EQ(peek(core(reg::core_stride)), std::nullopt) << "there is one core";
        initiator.pause(ns(350) - sc_core::sc_time_stamp());
        EXPECT_EQ(peek(reg::timer::base), 3u);
    });
}

TEST(Plane, DmaCopiesChecksAndTakesTime) {
    PlaneFixture f;
    f.sleep();
    f.run([&](Initiator& initiator) {
        Words words(40);
        for (std::uint32_t i = 0; i < 40; ++i) {
            words[i] = 0x01010101 * i;
        }
        EXPECT_TRUE(f.write(kRam, words));
        EXPECT_TRUE(f.write(dma(reg::dma::source), {kRam, kRam + 0x1000, 160}));
        const sc_core::sc_time before = sc_core::sc_time_stamp();
        EXPECT_TRUE(f.write(dma(reg::dma::control), {reg::dma::control_start}));
        EXPECT_EQ(f.read(dma(reg::dma::status)), reg::dma::status_busy);
        EXPECT_FALSE(f.write(dma(reg::dma::source), {0})) << "in use";
        // Three bursts, each over the bus twice, and 40 words.
        initiator.pause(ns(20 + 6 * 20 + 400 - 1) - (sc_core::sc_time_stamp() - before));
        EXPECT_EQ(f.read(dma(reg::dma::status)), reg::dma::status_busy);
        initiator.pause(ns(2));
        EXPECT_EQ(f.read(dma(reg::dma::status)), 0u);
        EXPECT_EQ(f.read(kRam + 0x1000 + 156), words[39]);
        std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(words.data()),
                                            160);
        EXPECT_EQ(f.read(dma(reg::dma::crc)), checksum(bytes));
        EXPECT_EQ(f.read(reg::interrupts::base), reg::interrupt_dma);
        EXPECT_TRUE(f.write(reg::interrupts::base, {reg::interrupt_dma}));
        EXPECT_EQ(f.read(reg::interrupts::base), 0u);
    });
}

TEST(Plane, DmaReportsWhereTheBusRefused) {
    PlaneFixture f;
    f.sleep();
    f.run([&](Initiator& initiator) {
        EXPECT_TRUE(f.write(dma(reg::dma::source), {kRam, 0x20000000, 4}));
        EXPECT_TRUE(f.write(dma(reg::dma::control), {reg::dma::control_start}));
        initiator.pause(ns(1000));
        EXPECT_EQ(f.read(dma(reg::dma::status)), reg::dma::status_error);
        EXPECT_EQ(f.read(dma(reg::dma::error_address)), 0x20000000u);
        EXPECT_EQ(f.read(reg::interrupts::base), reg::interrupt_dma | reg::interrupt_error);
        EXPECT_FALSE(f.write(dma(reg::dma::bytes), {3})) << "no words";
    });
}

TEST(Plane, TimerCountsAndInterrupts) {
    PlaneFixture f;
    f.sleep();
    f.run([&](Initiator& initiator) {
        EXPECT_TRUE(f.write(reg::timer::base + reg::timer::compare_low, {30, 0}));
        initiator.pause(ns(2950));
        EXPECT_EQ(f.read(reg::timer::base), 29u);
        EXPECT_EQ(f.processor().csr(Csr::mip), 0u);
        initiator.pause(ns(51));
        EXPECT_EQ(f.read(reg::timer::base), 30u);
        EXPECT_EQ(f.processor().csr(Csr::mip), 0x80u);
        EXPECT_TRUE(f.write(reg::timer::base + reg::timer::compare_low, {1000}));
        EXPECT_EQ(f.processor().csr(Csr::mip), 0u);
    });
}

TEST(Plane, MailboxesHoldMessagesInOrder) {
    PlaneFixture f(2);
    f.sleep();
    f.run([&](Initiator&) {
        const std::uint32_t send = reg::mailbox::base + reg::mailbox::send + 4;
        const std::uint32_t receive = reg::mailbox::base + reg::mailbox::receive + 4;
        EXPECT_EQ(f.read(receive), std::nullopt);
        for (std::uint32_t i = 0; i < reg::mailbox_depth; ++i) {
            EXPECT_TRUE(f.write(send, {100 + i}));
        }
        EXPECT_FALSE(f.write(send, {0})) << "full";
        EXPECT_FALSE(f.write(send + 4, {0})) << "there is no processor 2";
        EXPECT_EQ(f.processor(1).csr(Csr::mip), 8u);
        EXPECT_EQ(f.processor(0).csr(Csr::mip), 0u);
        for (std::uint32_t i = 0; i < reg::mailbox_depth; ++i) {
            EXPECT_EQ(f.read(receive), 100 + i);
        }
        EXPECT_EQ(f.processor(1).csr(Csr::mip), 0u);
        EXPECT_TRUE(f.write(reg::mailbox::base + reg::mailbox::send_host, {0x10000007}));
    });
    EXPECT_EQ(f.host.messages, Words{0x10000007});
}

TEST(Plane, SamplesComeFromTheHost) {
    PlaneFixture f;
    f.sleep();
    f.host.sample = {1, 2, 1, 3, 1};
    f.run([&](Initiator&) {
        const std::uint32_t host = reg::host::base;
        EXPECT_EQ(f.read(host + reg::host::words), 0u);
        EXPECT_EQ(f.read(host + reg::host::data), std::nullopt);
        EXPECT_TRUE(f.write(host + reg::host::next, {1}));
        EXPECT_EQ(f.read(reg::interrupts::base), reg::interrupt_host);
        EXPECT_EQ(f.read(host + reg::host::words), 5u);
        for (const std::uint32_t word : {1u, 2u, 1u, 3u, 1u}) {
            EXPECT_EQ(f.read(host + reg::host::data), word);
        }
        EXPECT_EQ(f.read(host + reg::host::data), std::nullopt);
    });
}

// An input spike in, a step, and the output spike out: all by DMA and registers.
TEST(Plane, TimestepsRunAndInterrupt) {
    PlaneFixture f;
    f.sleep();
    f.run([&](Initiator& initiator) {
        EXPECT_TRUE(f.write(core(reg::core::commit), {1}));
        EXPECT_TRUE(f.write(reg::edge::base + reg::edge::commit, {1}));
        EXPECT_TRUE(f.write(kRam, {2, 1}));
        EXPECT_TRUE(
            f.write(dma(reg::dma::source), {kRam, reg::spikes_base + reg::bridge_inject, 8}));
        EXPECT_TRUE(f.write(dma(reg::dma::control), {reg::dma::control_start | 2 << 8}));
        initiator.pause(ns(1000));
        EXPECT_EQ(f.read(dma(reg::dma::status)), 0u);
        EXPECT_TRUE(f.write(reg::interrupts::base, {0x1F}));
        EXPECT_TRUE(f.write(reg::spikes_base + reg::bridge_step, {2}));
        initiator.pause(ns(20 + 15));  // the bus, and a timestep and a half
        EXPECT_EQ(f.read(reg::interrupts::base), 0u) << "one of two is done";
        initiator.pause(ns(10));
        EXPECT_EQ(f.read(reg::interrupts::base), reg::interrupt_timestep | reg::interrupt_spikes);
        EXPECT_EQ(f.read(reg::spikes_base + reg::bridge_receive_count), 1u);
        EXPECT_TRUE(f.write(dma(reg::dma::source),
                            {reg::spikes_base + reg::bridge_receive, kRam + 64, 32}));
        EXPECT_TRUE(f.write(dma(reg::dma::control), {reg::dma::control_start | 8 << 4}));
        initiator.pause(ns(1000));
        EXPECT_EQ(f.read(kRam + 64 + 20), 2u) << "neuron 2 fired";
    });
    EXPECT_EQ(f.chip.timesteps(), 2u);
}

}  // namespace
}  // namespace cortile::test
