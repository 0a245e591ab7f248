// SPDX-License-Identifier: Apache-2.0
// Do processors live on the bus: time, sleep, interrupts, each other, and their ends?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/cpu/firmware_error.h"
#include "testbench/unit/management/plane_fixture.h"

namespace cortile::test {
namespace {

namespace reg = registers;
using testing::HasSubstr;

constexpr std::uint32_t kTop = 12;  // of addresses in lui

std::string failure(PlaneFixture& f) {
    f.run({}, 1e8);
    try {
        f.plane->check_end();
    } catch (const FirmwareError& error) {
        return error.what();
    }
    return "";
}

TEST(Processors, WritesToTheConsoleAndEnds) {
    PlaneFixture f;
    f.program({lui(1, reg::uart::base >> kTop), addi(2, 0, 'h'), sw(2, 1, 0), addi(2, 0, 'i'),
               sw(2, 1, 0), lui(1, reg::system::base >> kTop), addi(2, 0, 5),
               sw(2, 1, reg::system::exit), sw(2, 1, reg::system::exit), jal(0, -4)});
    EXPECT_EQ(failure(f), "");
    EXPECT_EQ(f.host.text, "hi");
    EXPECT_EQ(f.plane->exit_code(), 5u);
    EXPECT_EQ(f.processor().instructions(), 8u) << "it stops behind the write";
}

// Nothing at boot_address.
TEST(Processors, TheRomJumpsToTheBootAddress) {
    PlaneFixture f;
    EXPECT_THAT(failure(f), HasSubstr("no instruction can be fetched at 0x00000000"));
    EXPECT_EQ(f.processor().fault().pc, 0u);
}

TEST(Processors, TimeIsThatOfTheClockAndTheBus) {
    PlaneFixture f;
    // Ten instructions of a cycle, two device accesses of 2 + 2 cycles, 100 MHz.
    f.program({lui(1, reg::timer::base >> kTop), kNop, kNop, lw(3, 1, 0), kNop, kNop, kNop, kNop,
               kNop, kNop, lui(2, reg::system::base >> kTop), sw(0, 2, reg::system::exit)});
    EXPECT_EQ(failure(f), "");
    EXPECT_EQ(f.processor().cycles(), 10u + 4 + 4);
    EXPECT_EQ(sc_core::sc_time_stamp(), ns(180));
}

TEST(Processors, SleepUntilTheTimer) {
    PlaneFixture f;
    f.program({lui(1, reg::timer::base >> kTop), addi(2, 0, 50), sw(0, 1, 0x14), sw(2, 1, 0x10),
               addi(2, 0, 0x80), csrrw(0, 0x304, 2), kWfi, lui(1, reg::system::base >> kTop),
               sw(0, 1, reg::system::exit)});
    EXPECT_EQ(failure(f), "");
    EXPECT_EQ(f.processor().instructions(), 9u);
    // Awake at 5 us; then lui and the store.
    EXPECT_EQ(sc_core::sc_time_stamp(), ns(5000 + 10 + 40));
    EXPECT_EQ(f.processor().cycles(), 505u) << "time asleep is counted";
}

// A message between two edges of the clock.
TEST(Processors, WakeAtTheNextEdgeOfTheClock) {
    PlaneFixture f;
    f.program({addi(2, 0, 8), csrrw(0, 0x304, 2), kWfi, lui(1, reg::system::base >> kTop),
               sw(0, 1, reg::system::exit)});
    f.run([&](Initiator& initiator) {
        initiator.pause(ns(1003));
        EXPECT_TRUE(f.write(reg::mailbox::base + reg::mailbox::send, {1}));
    });
    EXPECT_EQ(sc_core::sc_time_stamp(), ns(1010 + 10 + 40));
    EXPECT_EQ(f.processor().cycles(), 106u);
}

TEST(Processors, TalkByMailboxes) {
    PlaneFixture f(2);
    // Processor 1 sends 7 to processor 0, which sleeps until then, adds 1 and exits with that.
    f.program({csrrs(4, 0xF14, 0), lui(1, reg::mailbox::base >> kTop), bne(4, 0, 32), addi(2, 0, 8),
               csrrw(0, 0x304, 2), kWfi, lw(3, 1, 0x20), addi(3, 3, 1), jal(0, 20), kNop,
               addi(2, 0, 7), sw(2, 1, 0), kWfi, lui(1, reg::system::base >> kTop),
               sw(3, 1, reg::system::exit)});
    EXPECT_EQ(failure(f), "");
    EXPECT_EQ(f.plane->exit_code(), 8u);
}

TEST(Processors, EndlessLoopsMeetTheWatchdog) {
    PlaneFixture f;
    f.program({jal(0, 0)});
    EXPECT_THAT(failure(f), testing::AllOf(HasSubstr("processor 0 made no progress in"),
                                           HasSubstr("pc 0x00010000")));
    EXPECT_LT(f.processor().instructions(), 50'000u + 20'000);
}

TEST(Processors, ProgressKeepsTheWatchdogQuiet) {
    PlaneFixture f;
    f.program({lui(1, reg::system::base >> kTop), lui(2, 5), sw(0, 1, reg::system::watchdog),
               addi(2, 2, -1), bne(2, 0, -8), sw(0, 1, reg::system::exit)});
    f.run({}, 1e9);
    f.plane->check_end();
    EXPECT_EQ(f.plane->exit_code(), 0u);
    EXPECT_GT(f.processor().instructions(), 60'000u);
}

TEST(Processors, SleepWithoutEndIsReported) {
    PlaneFixture f;
    f.program({kNop, kWfi, jal(0, -4)});
    EXPECT_THAT(failure(f), testing::AllOf(HasSubstr("wait for an interrupt that cannot come"),
                                           HasSubstr("processor 0: pc 0x00010008")));
}

TEST(Processors, AccessesOutsideTheMapAreReported) {
    PlaneFixture f;
    f.program({lui(1, 0x20000), lw(2, 1, 16)});
    EXPECT_THAT(failure(f),
                HasSubstr("load access fault at 0x20000010, which is outside the memory map: pc "
                          "0x00010004"));
}

TEST(Processors, WhatAProgramReportsAsATrapIsReported) {
    PlaneFixture f;
    f.program({lui(1, reg::system::base >> kTop), addi(2, 0, 2), sw(2, 1, reg::system::fault_cause),
               lui(2, 0x80000), sw(2, 1, reg::system::fault_pc), addi(2, 0, reg::exit_trap),
               sw(2, 1, reg::system::exit)});
    EXPECT_THAT(failure(f), HasSubstr("illegal instruction (mtval 0x00000000): pc 0x80000000"));
}

}  // namespace
}  // namespace cortile::test
