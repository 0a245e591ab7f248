// SPDX-License-Identifier: Apache-2.0
// Scheduler and core: when a spike acts, what comes late, what is counted.
#include "cores/truenorth/truenorth_core.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cores/truenorth/scheduler.h"

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using truenorth::Scheduler;

std::vector<std::uint8_t> advance(Scheduler& scheduler, int ticks = 1) {
    std::vector<std::uint8_t> axons;
    for (int t = 0; t < ticks; ++t) {
        scheduler.advance(axons);
    }
    return axons;
}

TEST(Scheduler, EveryDelayActsInItsTickAndOnce) {
    for (std::uint64_t delay = 1; delay <= 15; ++delay) {
        Scheduler scheduler;
        advance(scheduler, 21);
        scheduler.put(200, delay);
        for (std::uint64_t t = 1; t <= 40; ++t) {
            const auto axons = advance(scheduler);
            EXPECT_EQ(axons.size(), t == delay ? 1u : 0u) << "delay " << delay << " tick " << t;
        }
    }
}

TEST(Scheduler, TwoSpikesForOneAxonAndTickAreOne) {
    Scheduler scheduler;
    scheduler.put(255, 3);
    scheduler.put(0, 3);
    scheduler.put(255, 3);
    scheduler.put(64, 2);
    EXPECT_THAT(advance(scheduler, 2), ElementsAre(64));
    EXPECT_THAT(advance(scheduler), ElementsAre(0, 255));
}

TEST(Scheduler, KeepsWhatIsLaterThanItsSlots) {
    Scheduler scheduler;
    scheduler.put(9, 16);
    scheduler.put(10, 40);
    EXPECT_THAT(advance(scheduler, 15), IsEmpty());
    EXPECT_THAT(advance(scheduler), ElementsAre(9));
    EXPECT_THAT(advance(scheduler, 23), IsEmpty());
    EXPECT_THAT(advance(scheduler), ElementsAre(10));
}

// `neurons` neurons that one axon makes fire, each with an outgoing axon to core 7.
CoreProgram chain_program(std::uint32_t neurons) {
    CoreProgram program;
    program.neurons = neurons;
    for (const char* name : {"weight1", "weight2", "weight3", "leak", "reset_voltage",
                             "stochastic_synapse", "leak_reversal", "stochastic_leak", "reset_mode",
                             "floor_saturates", "threshold_mask", "initial", "floor"}) {
        program.parameters[name] = {0};
    }
    program.parameters["weight0"] = {5};
    program.parameters["threshold"] = {5};
    program.spikes.assign(neurons, 1);
    Crossbar& crossbar = program.synapses.emplace<Crossbar>();
    crossbar.add_axon(0);
    std::vector<std::uint32_t> counts(neurons, 1);
    program.axons = AxonTable(counts);
    for (std::uint32_t n = 0; n < neurons; ++n) {
        crossbar.connect(0, n);
        program.axons.add(n, SpikePacket::pack(7, truenorth_address(n, 1)));
    }
    program.axons.finish();
    return program;
}

SpikePacket packet(Picoseconds time, std::uint32_t axon, std::uint32_t delay) {
    return {time, SpikePacket::pack(0, truenorth_address(axon, delay)), 3};
}

// The timesteps, counted from that in which the packet came, in which neuron 0 fires.
std::vector<int> spikes_after(TrueNorthCore& core, const SpikePacket& arriving, int timesteps) {
    std::vector<int> fired;
    core.begin_sample(1);
    core.step();
    core.receive({&arriving, 1});
    for (int t = 1; t <= timesteps; ++t) {
        core.step();
        if (core.read(StateVariable::spikes, 0) != 0) {
            fired.push_back(t);
        }
    }
    return fired;
}

TEST(TrueNorthCore, ASpikeActsAfterItsDelayHoweverEarlyItArrives) {
    TrueNorthParameters parameters;
    parameters.tick = 1000;
    TrueNorthCore core(parameters, chain_program(1));
    EXPECT_THAT(spikes_after(core, packet(3, 0, 1), 20), ElementsAre(1));
    EXPECT_THAT(spikes_after(core, packet(3, 0, 15), 20), ElementsAre(15));
    EXPECT_EQ(core.late_spikes(), 0u);
}

TEST(TrueNorthCore, ALateSpikeActsInTheFirstTickAfterItsArrival) {
    TrueNorthParameters parameters;
    parameters.tick = 1000;
    TrueNorthCore core(parameters, chain_program(1));
    EXPECT_THAT(spikes_after(core, packet(1000, 0, 1), 20), ElementsAre(1)) << "just in time";
    EXPECT_EQ(core.late_spikes(), 0u);
    EXPECT_THAT(spikes_after(core, packet(1001, 0, 1), 20), ElementsAre(2));
    EXPECT_EQ(core.late_spikes(), 1u);
    EXPECT_THAT(spikes_after(core, packet(2500, 0, 3), 20), ElementsAre(3)) << "3 ticks of time";
    EXPECT_EQ(core.late_spikes(), 1u);
    EXPECT_THAT(spikes_after(core, packet(18'500, 0, 3), 40), ElementsAre(19));
    EXPECT_EQ(core.late_spikes(), 2u);
}

TEST(TrueNorthCore, WithoutATickNothingIsLate) {
    TrueNorthCore core(TrueNorthParameters{}, chain_program(1));
    EXPECT_THAT(spikes_after(core, packet(1'000'000'000, 0, 2), 20), ElementsAre(2));
    EXPECT_EQ(core.late_spikes(), 0u);
}

TEST(TrueNorthCore, SpikesLeaveAfterTheWorkForAllNeuronsUpToTheirs) {
    TrueNorthParameters parameters;
    parameters.timing = {1, 10, 100, 1000};
    TrueNorthCore core(parameters, chain_program(3));
    core.begin_sample(1);
    core.step();
    EXPECT_EQ(core.update_finish(), 300);
    const SpikePacket arriving[] = {packet(20, 0, 1), packet(20, 0, 1)};
    EXPECT_EQ(core.receive(arriving), 22);
    core.step();
    std::vector<SpikePacket> out;
    EXPECT_EQ(core.packetise(4, out), 3 * 1110);
    ASSERT_EQ(out.size(), 3u);
    for (std::uint32_t n = 0; n < 3; ++n) {
        EXPECT_EQ(out[n].time(), (n + 1) * 1110);
        EXPECT_EQ(out[n].core(), 7u);
        EXPECT_EQ(out[n].address(), truenorth_address(n, 1));
        EXPECT_EQ(out[n].source(), 4);
    }
}

TEST(TrueNorthCore, WorkBeyondATickDelaysTheNext) {
    TrueNorthParameters parameters;
    parameters.timing = {0, 0, 700, 0};
    parameters.tick = 1000;
    TrueNorthCore core(parameters, chain_program(2));
    core.begin_sample(1);
    core.step();
    EXPECT_EQ(core.update_finish(), 1400);
    core.step();
    EXPECT_EQ(core.update_finish(), 400 + 1400);
    core.step();
    EXPECT_EQ(core.update_finish(), 800 + 1400);
}

TEST(TrueNorthCore, CopiesTakePartAndAreNoNeuronsOfTheNetwork) {
    CoreProgram program = chain_program(3);
    program.parameters["copies"] = {2};
    TrueNorthCore core(TrueNorthParameters{}, std::move(program));
    EXPECT_EQ(core.neurons(), 1u);
    EXPECT_THAT(spikes_after(core, packet(0, 0, 1), 1), ElementsAre(1));
    std::vector<SpikePacket> out;
    core.packetise(0, out);
    EXPECT_EQ(out.size(), 3u);
    EXPECT_EQ(core.spike_count(0), 1u);
    const ActivityCounts activity = core.activity();
    EXPECT_EQ(activity[static_cast<std::size_t>(CoreEvent::neuron_spike)], 1u);
    EXPECT_EQ(activity[static_cast<std::size_t>(CoreEvent::synaptic_operation)], 3u);
    EXPECT_EQ(activity[static_cast<std::size_t>(CoreEvent::axon_out)], 3u);
    EXPECT_EQ(activity[static_cast<std::size_t>(CoreEvent::neuron_update_active)], 3u);
    EXPECT_EQ(activity[static_cast<std::size_t>(CoreEvent::neuron_update_inactive)], 3u);
}

TEST(TrueNorthCore, NeuronsThatSendNothingNeverFire) {
    CoreProgram program = chain_program(1);
    program.spikes = {0};
    TrueNorthCore core(TrueNorthParameters{}, std::move(program));
    EXPECT_THAT(spikes_after(core, packet(0, 0, 1), 5), IsEmpty());
    EXPECT_EQ(core.read(StateVariable::v, 0), 5);
}

TEST(TrueNorthCore, ASampleStartsWithInitialVoltagesAndAnEmptyScheduler) {
    CoreProgram program = chain_program(1);
    program.parameters["initial"] = {-3};
    TrueNorthCore core(TrueNorthParameters{}, std::move(program));
    const SpikePacket one = packet(0, 0, 9);
    core.begin_sample(1);
    core.step();
    core.receive({&one, 1});
    core.begin_sample(1);
    for (int t = 0; t < 20; ++t) {
        core.step();
    }
    EXPECT_EQ(core.read(StateVariable::v, 0), 0) << "-3 is below a floor of 0: reset to -R = 0";
    EXPECT_EQ(core.spike_count(0), 0u);
}

}  // namespace
}  // namespace cortile
