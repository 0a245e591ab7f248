// SPDX-License-Identifier: Apache-2.0
// What the chip does with its cores, whatever they compute: relays, values, ticks. The cores here
// are made for the purpose; SystemC elaborates once per process, so every test is a process.
#include <gmock/gmock.h>

#include <functional>

#include "hw_model/base/error.h"
#include "hw_model/chip/chip.h"

namespace cortile {
namespace {

using testing::ElementsAre;

struct Received {
    std::uint32_t core, address, value;
    bool operator==(const Received&) const = default;
};

struct Log {
    std::vector<Received> received;
    std::vector<std::uint32_t> samples;  // input timesteps of each begun sample
    bool fails = false;                  // cores throw the user's mistake when they update
};

// Takes `work` to update, logs what arrives, and passes packets on to the core after it while their
// address is above 0, counting the address down.
class PassingCore : public CoreModel {
  public:
    PassingCore(std::uint32_t id, Picoseconds work, Log& log) : id_(id), work_(work), log_(log) {}

    std::uint32_t neurons() const override { return 1; }
    void begin_sample(std::uint32_t input_timesteps) override {
        log_.samples.push_back(input_timesteps);
    }
    void step() override {
        if (log_.fails) {
            throw ConfigError("core", "spikes without end", "raise thresholds");
        }
    }
    Picoseconds update_finish() const override { return work_; }
    Picoseconds packetise(std::uint32_t, std::vector<SpikePacket>&) override { return work_; }
    Picoseconds receive(std::span<const SpikePacket> packets) override {
        Picoseconds last = 0;
        for (const SpikePacket& packet : packets) {
            log_.received.push_back({id_, packet.address(), packet.value()});
            if (packet.address() > 0) {
                pending_.push_back(packet);
            }
            last = packet.time();
        }
        return last;
    }
    bool has_relays() const override { return !pending_.empty(); }
    Picoseconds relay(std::uint32_t source, std::vector<SpikePacket>& out) override {
        Picoseconds last = 0;
        for (const SpikePacket& packet : pending_) {
            last = packet.time() + 1000;
            out.push_back(
                {last, SpikePacket::pack(id_ + 1, packet.address() - 1), source, packet.value()});
        }
        pending_.clear();
        return last;
    }
    ActivityCounts activity() const override { return {}; }
    std::span<const std::uint64_t> energy_counts() const override { return {}; }
    std::uint64_t spike_count(std::uint32_t) const override { return 0; }
    double read(StateVariable, std::uint32_t) const override { return 0; }
    void set_input(std::uint32_t, float) override {}
    void transfer_state(StateArchive&) override {}

  private:
    std::uint32_t id_;
    Picoseconds work_;
    Log& log_;
    std::vector<SpikePacket> pending_;
};

// Shows two timesteps, with an input spike in the first.
class Client : public TimestepClient {
  public:
    explicit Client(std::uint16_t value) : value_(value) {}

    bool begin_timestep(Chip& chip) override {
        chip.host().spikes().clear();
        chip.host().values().clear();
        if (chip.timesteps() == 0) {
            chip.begin_sample(1);
            chip.host().spikes() = {0};
            chip.host().values() = {value_};
        }
        return chip.timesteps() < 2;
    }
    void end_timestep(Chip&) override {}

  private:
    std::uint16_t value_;
};

ChipConfig four_cores() {
    ChipConfig config;
    config.topology = {4, 1, 1, {TileId{0u}}};
    config.noc_timing = {10, 10, 1, 0, 0};
    config.host_injection_interval = 5;
    config.barrier_latency = {{1, 100}};
    return config;
}

struct Fixture {
    Executor executor{1};
    Log log;
    Client client{7};
    Chip chip;

    // One input whose packet goes to core 0 with address `hops`; core `slow` takes `work`.
    Fixture(const ChipConfig& config, std::uint32_t hops, Picoseconds work = 0,
            std::unique_ptr<NocEngine> engine = nullptr)
        : chip("chip", config, executor, std::move(engine)) {
        ChipProgram program;
        program.cores.resize(4);
        for (CoreProgram& core : program.cores) {
            core.neurons = 1;
        }
        program.host_axons = AxonTable(std::vector<std::uint32_t>{1});
        program.host_axons.add(0, SpikePacket::pack(0, hops));
        program.host_axons.finish();
        std::uint32_t id = 0;
        chip.load(program, [&](CoreProgram) {
            const std::uint32_t me = id++;
            return std::make_unique<PassingCore>(me, me == 3 ? work : 0, log);
        });
        chip.attach(client);
    }
    void run() { chip.run(); }
};

TEST(Chip, RelaysReachEveryCoreOnceInTheSameTimestep) {
    Fixture f(four_cores(), 3);
    f.run();
    EXPECT_THAT(f.log.received, ElementsAre(Received{0, 3, 7}, Received{1, 2, 7}, Received{2, 1, 7},
                                            Received{3, 0, 7}));
    EXPECT_EQ(f.chip.timesteps(), 2u);
    EXPECT_EQ(f.chip.noc().engine().counters().packets, 4u);
}

TEST(Chip, WhatACoreThrowsComesOutAsItWasThrown) {
    Fixture f(four_cores(), 0);
    f.log.fails = true;
    try {
        f.run();
        ADD_FAILURE() << "nothing was thrown";
    } catch (const ConfigError& error) {
        EXPECT_EQ(error.where(), "core");
        EXPECT_EQ(error.hint(), "raise thresholds");
    }
}

TEST(Chip, RelaysTakeTheirTime) {
    Fixture f(four_cores(), 2);
    f.run();
    // 5 to inject and 1 to eject; then twice 1000 to relay, 10 a hop and 1 to eject.
    EXPECT_EQ(f.chip.time().host_injection + f.chip.time().receive, 6 + 2 * 1011);
}

TEST(Chip, TheHostInjectsOnceHoweverOftenCoresRelay) {
    Fixture f(four_cores(), 3);
    f.run();
    EXPECT_EQ(f.chip.host().interface.packets_injected(), 1u);
    EXPECT_EQ(f.chip.host_busy(), 5);
}

TEST(Chip, ASampleBeginsWithItsInputTimesteps) {
    Fixture f(four_cores(), 0);
    f.run();
    EXPECT_THAT(f.log.samples, ElementsAre(1, 1, 1, 1));
}

TEST(Chip, ABarrierEndsATimestepWhenTheLastCoreIsDone) {
    Fixture f(four_cores(), 0, 1000);
    f.run();
    EXPECT_EQ(f.chip.time().total(), 2 * (1000 + 100));
    EXPECT_EQ(f.chip.overrun_timesteps(), 0u);
}

TEST(Chip, ATickEndsATimestepHoweverLongTheCoresTake) {
    ChipConfig config = four_cores();
    config.tick = 400;
    Fixture f(config, 0, 1000);
    f.run();
    EXPECT_EQ(f.chip.time().total(), 2 * 400);
    EXPECT_EQ(f.chip.time().generation, 2 * 400);
    EXPECT_EQ(f.chip.overrun_timesteps(), 2u);
}

TEST(Chip, ATickIsIdleWhenTheCoresAreDone) {
    ChipConfig config = four_cores();
    config.tick = 5000;
    Fixture f(config, 0, 1000);
    f.run();
    EXPECT_EQ(f.chip.time().total(), 2 * 5000);
    EXPECT_EQ(f.chip.time().barrier, 2 * (5000 - 1000));
    EXPECT_EQ(f.chip.overrun_timesteps(), 0u);
}

// Delivers the packets of one core `times` times; says that it lost `admitted`.
class BrokenEngine final : public NocEngine, private PacketSink {
  public:
    BrokenEngine(const ChipConfig& config, unsigned times, std::uint64_t admitted)
        : engine_(make_noc(config)), times_(times), admitted_(admitted) {}

    std::string name() const override { return "broken"; }
    void run_timestep(PacketSource& source, PacketSink& sink, Executor& executor) override {
        sink_ = &sink;
        engine_->run_timestep(source, *this, executor);
    }
    NocCounters counters() const override { return engine_->counters(); }
    std::uint64_t lost() const override { return admitted_; }
    LinkCounters link(TileId tile, Direction direction) const override {
        return engine_->link(tile, direction);
    }
    LinkCounters crossing(std::uint32_t chip, Direction direction) const override {
        return engine_->crossing(chip, direction);
    }
    void clear_counters() override {}
    void transfer_state(StateArchive& archive) override { archive(*engine_); }

  private:
    void deliver(CoreId core, unsigned worker, std::span<const SpikePacket> packets) override {
        for (unsigned i = 0; i < (core == CoreId{0u} ? times_ : 1); ++i) {
            sink_->deliver(core, worker, packets);
        }
    }

    std::unique_ptr<NocEngine> engine_;
    PacketSink* sink_ = nullptr;
    unsigned times_;
    std::uint64_t admitted_;
};

std::string violation(unsigned times, std::uint64_t admitted) {
    const ChipConfig config = four_cores();
    Fixture f(config, 0, 0, std::make_unique<BrokenEngine>(config, times, admitted));
    try {
        f.run();
    } catch (const ContractViolation& error) {
        return error.what();
    }
    return "none";
}

TEST(Chip, APacketThatTheNetworkLosesIsNoticed) {
    EXPECT_EQ(violation(0, 0),
              "noc: of 1 packets that were injected, 0 were delivered and 0 reported lost: broken "
              "loses or doubles packets");
}

TEST(Chip, APacketThatTheNetworkDoublesIsNoticed) {
    EXPECT_EQ(violation(2, 0),
              "noc: of 1 packets that were injected, 2 were delivered and 0 reported lost: broken "
              "loses or doubles packets");
}

TEST(Chip, ALossThatIsReportedIsNone) {
    EXPECT_EQ(violation(0, 1), "none");
}

TEST(Chip, ALossThatIsReportedButDidNotHappenIsNoticed) {
    EXPECT_THAT(violation(1, 1), testing::HasSubstr("1 were delivered and 1 reported lost"));
}

TEST(Chip, ACoarseTimeResolutionIsRefused) {
    sc_core::sc_set_time_resolution(10, sc_core::SC_PS);
    try {
        Fixture f(four_cores(), 0);
        ADD_FAILURE() << "nothing was thrown";
    } catch (const ConfigError& error) {
        EXPECT_EQ(error.problem(),
                  "SystemC's time resolution is 10 ps, where the chip counts picoseconds");
    }
}

TEST(Chip, AFineTimeResolutionChangesNothing) {
    sc_core::sc_set_time_resolution(10, sc_core::SC_FS);
    Fixture f(four_cores(), 0, 1000);
    f.run();
    EXPECT_EQ(f.chip.time().total(), 2 * (1000 + 100));
    EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::sc_time(2 * (1000 + 100), sc_core::SC_PS));
}

}  // namespace
}  // namespace cortile
