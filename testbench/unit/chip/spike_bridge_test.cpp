// SPDX-License-Identifier: Apache-2.0
// Spikes through the bridge: when they are injected, when they come out, and what becomes of those
// for which there is no room.
#include "testbench/unit/chip/bridge_fixture.h"

namespace cortile::test {
namespace {

using enum BridgeRegister;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Timestep t lasts from 10 t to 10 (t + 1) ns; what is injected in it comes out a timestep later.

TEST(SpikeBridge, ASpikeIsInjectedInTheTimestepAfterTheOneInWhichItWasWritten) {
    Fixture f(free_running());
    f.run([](Initiator& i) {
        i.pause(ns(3));
        i.inject({1});
        i.pause(ns(16.999));  // now 19.999: the last moment of timestep 1
        i.inject({2});
    });
    EXPECT_THAT(f.output(), ElementsAre(Received{2, 30, 1, 1}, Received{3, 40, 2, 1}));
}

TEST(SpikeBridge, ASpikeAtTheVeryStartOfATimestepBelongsToThatTimestep) {
    Fixture f(free_running());
    f.run([](Initiator& i) {
        i.inject({0});
        i.pause(ns(10));
        i.inject({1});
    });
    EXPECT_THAT(f.output(), ElementsAre(Received{2, 30, 0, 1}, Received{3, 40, 1, 1}));
}

TEST(SpikeBridge, AnAnnotatedDelayIsAsGoodAsHavingWaited) {
    Fixture f(free_running());
    f.run([](Initiator& i) {
        const Answer answer = i.inject({3}, ns(25));
        EXPECT_EQ(answer.status, tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(answer.delay, ns(25));  // the initiator may run on
        EXPECT_EQ(sc_core::sc_time_stamp(), ns(0));
        i.inject({1}, ns(10));
        i.inject({0}, ns(9.999));
    });
    EXPECT_THAT(f.output(),
                ElementsAre(Received{2, 30, 0, 1}, Received{3, 40, 1, 1}, Received{4, 50, 3, 1}));
}

TEST(SpikeBridge, AReadWaitsUntilItsTime) {
    Fixture f(free_running());
    f.run([](Initiator& i) {
        std::vector<std::uint32_t> word{0};
        const Answer answer =
            i.transport(tlm::TLM_READ_COMMAND, Initiator::address(timestep_low), word, 0, ns(45));
        EXPECT_EQ(sc_core::sc_time_stamp(), ns(45));
        EXPECT_EQ(answer.delay, ns(0));
        EXPECT_EQ(word[0], 4u);
        i.pause(ns(5));
        EXPECT_EQ(i.read(timestep_low), 5u);  // at the end of a timestep it has ended
    });
}

TEST(SpikeBridge, SpikesOfOneTimestepAreInjectedInNeuronOrder) {
    Fixture f(free_running());
    f.run([](Initiator& i) {
        i.inject({3, 1});
        i.inject({2});
    });
    EXPECT_THAT(f.log.received, ElementsAre(1, 2, 3));
}

TEST(SpikeBridge, NothingRunsUntilAStepIsWritten) {
    Fixture f;
    f.run([](Initiator& i) {
        i.pause(ns(40));
        EXPECT_FALSE(i.status(BridgeStatus::busy));
        EXPECT_EQ(i.read(timestep_low), 0u);
        i.write(step, {3});
        EXPECT_TRUE(i.status(BridgeStatus::busy));
        i.pause(ns(29.999));
        EXPECT_TRUE(i.status(BridgeStatus::busy));
        i.pause(ns(0.001));
        EXPECT_FALSE(i.status(BridgeStatus::busy));
        EXPECT_EQ(i.read(timestep_low), 3u);
    });
    EXPECT_EQ(f.chip.timesteps(), 3u);
}

TEST(SpikeBridge, AStepTakesTheSpikesThatWereWrittenBeforeItAtTheSameTime) {
    Fixture f;
    f.run([](Initiator& i) {
        i.pause(ns(40));
        i.inject({2});
        i.write(step, {1});
        i.pause(ns(60));
        i.inject({1}, ns(5));
        i.write(step, {2}, ns(5));  // at 105 ns
    });
    EXPECT_THAT(f.output(), ElementsAre(Received{1, 115, 2, 1}, Received{2, 125, 1, 1}));
}

TEST(SpikeBridge, AStepThatIsDelayedTakesNothingThatIsLaterThanTheTimestep) {
    Fixture f;
    f.run([](Initiator& i) {
        i.write(step, {2});
        i.inject({1}, ns(30));
        i.write(step, {2}, ns(30));
    });
    EXPECT_THAT(f.output(), ElementsAre(Received{3, 50, 1, 1}));
}

// Steps a chip by a method, which the kernel may run before the chip's own.
class Stepper : public sc_core::sc_module {
  public:
    Stepper(const sc_core::sc_module_name& name, Initiator& initiator)
        : sc_module(name), initiator_(initiator) {
        SC_HAS_PROCESS(Stepper);
        SC_METHOD(write_step);
    }

  private:
    void write_step() {
        initiator_.write(step, {1});
        next_trigger(ns(10));
    }

    Initiator& initiator_;
};

TEST(SpikeBridge, AStepAtTheEndOfATimestepTakesWhatIsWrittenInTheSameDeltaCycle) {
    Fixture f;
    Stepper stepper("stepper", f.initiator);
    f.run([](Initiator& i) {
        i.pause(ns(10));
        i.inject({1});
    });
    EXPECT_THAT(f.output(), ElementsAre(Received{2, 30, 1, 1}));
}

TEST(SpikeBridge, StepsAddUp) {
    Fixture f;
    f.run([](Initiator& i) {
        i.write(step, {2});
        i.write(step, {1}, ns(100));
        EXPECT_EQ(i.read(step), 2u);  // one of the three has begun
        i.pause(ns(50));
        EXPECT_EQ(i.read(step), 1u);
        EXPECT_EQ(i.read(timestep_low), 2u);
    });
    EXPECT_EQ(f.chip.timesteps(), 3u);
}

TEST(SpikeBridge, AFreelyRunningChipCannotBeStepped) {
    Fixture f(free_running());
    f.run([](Initiator& i) {
        EXPECT_EQ(i.write(step, {1}).status, tlm::TLM_COMMAND_ERROR_RESPONSE);
        EXPECT_EQ(i.write(clear, {0, 1}).status, tlm::TLM_COMMAND_ERROR_RESPONSE);
        EXPECT_EQ(i.write(sample, {1}).status, tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(i.write(clear, {0}).status, tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(i.read(step), 0u);
    });
}

TEST(SpikeBridge, APeriodKeepsTimestepsApart) {
    SpikeBridgeParams params = free_running();
    params.period = ns(25);
    Fixture f(params);
    f.run([](Initiator& i) { i.inject({0}, ns(26)); }, 120);
    EXPECT_EQ(f.chip.timesteps(), 5u);  // at 0, 25, 50, 75, 100
    EXPECT_THAT(f.output(), ElementsAre(Received{3, 85, 0, 1}));
}

TEST(SpikeBridge, AFreelyRunningChipWhoseTimestepsTakeNoTimeIsRefused) {
    Fixture f(free_running(), 0);
    try {
        f.run({});
        ADD_FAILURE() << "nothing was thrown";
    } catch (const sc_core::sc_report& report) {
        EXPECT_THAT(report.what(), AllOf(HasSubstr("takes no time"), HasSubstr("give a period")));
    }
}

TEST(SpikeBridge, WhatTheModelThrowsComesOutOfTheSimulation) {
    Fixture f(free_running());
    f.log.fails = true;
    try {
        f.run({});
        ADD_FAILURE() << "nothing was thrown";
    } catch (const sc_core::sc_report& report) {
        EXPECT_THAT(report.what(), HasSubstr("the core is out of order"));
    }
}

TEST(SpikeBridge, ASampleBeginsWithTheNextTimestep) {
    Fixture f;
    f.run([](Initiator& i) {
        i.write(step, {1});
        i.pause(ns(50));
        i.inject({1});
        i.write(step, {1});
        i.pause(ns(20));
        i.write(sample, {16});  // forgets the spike that was on its way
        i.write(step, {2});
    });
    EXPECT_THAT(f.log.samples, ElementsAre(0x7FFFFFFF, 16));
    EXPECT_THAT(f.output(), IsEmpty());
}

TEST(SpikeBridge, ValuesGoInAndComeOut) {
    SpikeBridgeParams params;
    params.largest_value = 100;
    Fixture f(params);
    f.run([](Initiator& i) {
        EXPECT_EQ(i.read(largest_value), 100u);
        EXPECT_EQ(i.write(inject, {2, 100, 0, 57}).status, tlm::TLM_OK_RESPONSE);
        i.write(step, {2});
    });
    EXPECT_THAT(f.output(), ElementsAre(Received{1, 20, 0, 57}, Received{1, 20, 2, 100}));
}

TEST(SpikeBridge, ValuesMayBeNegativeWhereTheStimulusHasSuch) {
    SpikeBridgeParams params;
    params.largest_value = 100;
    params.signed_values = true;
    Fixture f(params);
    f.run([](Initiator& i) {
        const auto minus = [](std::uint32_t value) { return ~value + 1; };
        EXPECT_EQ(i.write(inject, {2, minus(100)}).status, tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(i.write(inject, {1, minus(101)}).status, tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_EQ(i.write(inject, {1, 0x80000000}).status, tlm::TLM_GENERIC_ERROR_RESPONSE);
        i.write(step, {2});
    });
    EXPECT_THAT(f.output(), ElementsAre(Received{1, 20, 2, static_cast<std::uint32_t>(-100)}));
}

TEST(SpikeBridge, AWriteThatDoesNotFitIsRefusedAsAWholeAndCounted) {
    SpikeBridgeParams params;
    params.inject_capacity = 2;
    Fixture f(params);
    f.run([](Initiator& i) {
        EXPECT_EQ(i.inject({0, 1, 2}).status, tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_EQ(i.read(inject_count), 0u);
        EXPECT_EQ(i.read(inject_refused), 3u);
        EXPECT_TRUE(i.status(BridgeStatus::inject_overflow));
        EXPECT_FALSE(i.status(BridgeStatus::inject_invalid));
        i.inject({kNeurons});
        i.write(clear, {static_cast<std::uint32_t>(BridgeStatus::inject_overflow)});
        EXPECT_FALSE(i.status(BridgeStatus::inject_overflow));
        EXPECT_TRUE(i.status(BridgeStatus::inject_invalid));  // as it was
        EXPECT_EQ(i.inject({0, 1}).status, tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(i.inject({3}).status, tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_EQ(i.read(inject_free), 0u);
        EXPECT_EQ(i.read(inject_count), 2u);
        EXPECT_EQ(i.read(inject_refused), 4u);
    });
    // Each kind of loss is said once.
    EXPECT_EQ(sc_core::sc_report_handler::get_count("/cortile/spike_bridge"), 2);
    EXPECT_EQ(sc_core::sc_report_handler::get_count(sc_core::SC_WARNING), 2);
}

TEST(SpikeBridge, SpikesThatCannotBeAreRefusedWithTheirWrite) {
    Fixture f;
    f.run([](Initiator& i) {
        EXPECT_EQ(i.inject({3}).status, tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(i.inject({0, 4}).status, tlm::TLM_GENERIC_ERROR_RESPONSE);  // of 4 neurons
        EXPECT_EQ(i.write(inject, {0, 0}).status, tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_EQ(i.write(inject, {0, 2}).status, tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_EQ(i.write(inject, {0, 0xFFFFFFFF}).status, tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_EQ(i.read(inject_count), 1u);
        EXPECT_EQ(i.read(inject_invalid), 5u);
        EXPECT_TRUE(i.status(BridgeStatus::inject_invalid));
        EXPECT_FALSE(i.status(BridgeStatus::inject_overflow));
    });
}

TEST(SpikeBridge, OutputThatNobodyReadsIsLostAndCounted) {
    SpikeBridgeParams params;
    params.receive_capacity = 3;
    Fixture f(params);
    f.run([](Initiator& i) {
        i.inject({0, 1, 2, 3});
        i.write(step, {2});
        i.pause(ns(20));
        EXPECT_EQ(i.read(receive_count), 3u);
        EXPECT_EQ(i.read(receive_lost), 1u);
        EXPECT_TRUE(i.status(BridgeStatus::receive_overflow));
        EXPECT_TRUE(i.status(BridgeStatus::received));
    });
    EXPECT_THAT(f.output(),
                ElementsAre(Received{1, 20, 0, 1}, Received{1, 20, 1, 1}, Received{1, 20, 2, 1}));
}

TEST(SpikeBridge, WithoutAReceiveFifoNothingIsKeptAndNothingLost) {
    SpikeBridgeParams params;
    params.receive_capacity = 0;
    Fixture f(params);
    f.run([](Initiator& i) {
        i.inject({0});
        i.write(step, {2});
        i.pause(ns(20));
        EXPECT_EQ(i.read(receive_count), 0u);
        EXPECT_EQ(i.read(receive_lost), 0u);
    });
}

TEST(SpikeBridge, ReadingTakesOutputSpikesOut) {
    Fixture f;
    f.run([](Initiator& i) {
        i.inject({0, 2, 3});
        i.write(step, {2});
        i.pause(ns(20));
        std::vector<std::uint32_t> words(16);
        const std::uint64_t at = Initiator::address(receive);
        // Of a stream, and then of a burst over the window.
        EXPECT_EQ(i.transport(tlm::TLM_READ_COMMAND, at, words, 32).status, tlm::TLM_OK_RESPONSE);
        EXPECT_THAT(words, ElementsAre(1, 0, 20'000, 0, 7, 0, 0, 1, 1, 0, 20'000, 0, 7, 2, 0, 1));
        EXPECT_EQ(i.read(receive_count), 1u);
        EXPECT_EQ(i.transport(tlm::TLM_READ_COMMAND, at, words).status,
                  tlm::TLM_GENERIC_ERROR_RESPONSE);  // there is one, not two
        EXPECT_EQ(i.read(receive_count), 1u);
        words.resize(8);
        EXPECT_EQ(i.transport(tlm::TLM_READ_COMMAND, at + 64, words).status, tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(words[5], 3u);
        EXPECT_FALSE(i.status(BridgeStatus::received));
    });
}

}  // namespace
}  // namespace cortile::test
