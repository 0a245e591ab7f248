// SPDX-License-Identifier: Apache-2.0
// Traces of packets: written, read, replayed, damaged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "hw_model/base/error.h"
#include "noc/traffic/packet_trace.h"
#include "noc/traffic/trace_replay.h"

namespace cortile {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class PacketTrace : public testing::Test {
  protected:
    PacketTrace() : folder_(fs::temp_directory_path() / ("trace_" + std::to_string(getpid()))) {
        fs::create_directories(folder_);
        topology_.width = 3;
        topology_.height = 2;
        topology_.external_ports = {TileId{0u}};
    }
    ~PacketTrace() override { fs::remove_all(folder_); }

    fs::path write(const std::string& text) const {
        const fs::path file = folder_ / "trace.csv";
        std::ofstream(file) << text;
        return file;
    }
    static std::string contents(const fs::path& file) {
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        return text.str();
    }
    // The message of what reading this trace throws.
    std::string complaint(const std::string& text) const {
        try {
            PacketTraceReader reader(write(text));
            while (reader.next()) {
            }
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "none";
    }

    fs::path folder_;
    Topology topology_;
};

const char* const kTrace =
    "# cortile packet trace, 6 cores\n"
    "timestep,pass,time_ps,source,destination,copy\n"
    "0,0,0,1,5,0\n"
    "0,0,0,host,3,0\n"
    "0,0,2500,0,5,0\n"
    "0,1,100,2,2,0\n"
    "7,0,0,4,1,0\n"
    "# end, 5 packets\n";

class Source final : public PacketSource {
  public:
    void collect(std::uint32_t source, unsigned, std::vector<SpikePacket>& out) override {
        out.insert(out.end(), packets[source].begin(), packets[source].end());
    }
    std::vector<std::vector<SpikePacket>> packets = std::vector<std::vector<SpikePacket>>(7);
};
class Sink final : public PacketSink {
  public:
    void deliver(CoreId, unsigned, std::span<const SpikePacket> arrived) override {
        packets += arrived.size();
    }
    std::size_t packets = 0;
};

TEST_F(PacketTrace, RecordsWhatAnEngineIsGiven) {
    const fs::path file = folder_ / "recorded.csv";
    for (const unsigned threads : {1u, 2u}) {
        PacketTraceWriter writer(file, topology_.cores());
        const auto engine =
            make_recording(make_link_sweep(topology_, {10, 10, 10, 1, 1}), topology_, writer);
        EXPECT_EQ(engine->name(), "approximately_timed");
        Executor executor(threads);
        Sink sink;
        const auto run = [&](std::vector<SpikePacket> packets) {
            Source source;
            for (const SpikePacket& packet : packets) {
                source.packets[packet.source()].push_back(packet);
            }
            engine->run_timestep(source, sink, executor);
        };
        engine->begin_timestep(0);
        run({{2500, SpikePacket::pack(5, 9), 0},
             {0, SpikePacket::pack(5, 1), 1},
             {0, SpikePacket::pack(3, 2), 6}});
        run({{100, SpikePacket::pack(2, 0), 2}});
        engine->begin_timestep(7);
        run({{0, SpikePacket::pack(1, 0), 4}});
        EXPECT_EQ(sink.packets, 5u);
        EXPECT_EQ(engine->counters().packets, 5u);
        EXPECT_FALSE(threads == 1 && fs::exists(file));  // not before it is finished
        writer.finish();
        EXPECT_EQ(contents(file), kTrace);
    }
}

TEST_F(PacketTrace, UnfinishedOnesLeaveNothing) {
    { PacketTraceWriter writer(folder_ / "recorded.csv", 6); }
    EXPECT_TRUE(fs::is_empty(folder_));
    EXPECT_THROW(PacketTraceWriter(folder_ / "none" / "recorded.csv", 6), ConfigError);
    EXPECT_THROW(PacketTraceWriter(folder_, 6), ConfigError);
}

// Rewritten, it would be lost if the run were killed meanwhile.
TEST_F(PacketTrace, AResumedRunCutsTheFileWithoutRewritingIt) {
    const fs::path file = folder_ / "recorded.csv", partial = folder_ / "recorded.csv.partial";
    std::string bytes, kept;
    {
        PacketTraceWriter writer(file, 6);
        writer.write(0, 0, {SpikePacket()});
        StateArchive saving;
        writer.transfer_state(saving);
        bytes = saving.saved();
        kept = contents(partial);
        writer.write(1, 0, {SpikePacket(), SpikePacket()});
    }
    ASSERT_GT(contents(partial).size(), kept.size());
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit none{0, before.rlim_max};
    std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    PacketTraceWriter writer(file, 6, TraceStart::resumed);
    StateArchive restoring(bytes, "state");
    EXPECT_NO_THROW(writer.transfer_state(restoring));
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(contents(partial), kept);
}

TEST_F(PacketTrace, ReplaysOnEveryLevel) {
    Executor executor(1);
    ReplaySetup setup;
    setup.topology = topology_;
    setup.routers.clock_period = 1000;
    setup.routers.packet_flits = 2;
    for (const char* level : {"loosely_timed", "approximately_timed", "cycle_accurate"}) {
        setup.timing = level;
        const TraceReplay replay = replay_trace(write(kTrace), setup, executor);
        ASSERT_EQ(replay.passes.size(), 3u) << level;
        EXPECT_EQ(replay.passes[1].timestep, 0u);
        EXPECT_EQ(replay.passes[1].pass, 1u);
        EXPECT_EQ(replay.passes[2].timestep, 7u);
        EXPECT_EQ(replay.latency.packets, 5u);
        // Links 2, 1, 3, 0 and 1.
        EXPECT_DOUBLE_EQ(replay.hops_x_mean, 3.0 / 5) << level;
        EXPECT_DOUBLE_EQ(replay.hops_y_mean, 4.0 / 5) << level;
        // 5 cycles a link and 8 besides; the clock of cycle_accurate begins at its edges.
        const bool clocked = setup.timing == "cycle_accurate";
        EXPECT_EQ(replay.passes[1].latency.most, clocked ? 8'900 : 8'000);
        EXPECT_EQ(replay.passes[0].latency.most, clocked ? 23'500 : 23'000);
        EXPECT_EQ(replay.passes[2].finish, 13'000);
        // Core 5 (tile 2, 1): two packets of two flits.
        EXPECT_EQ(replay.link_flits[5 * 5 + 4], 4u);
    }
    setup.topology.width = 4;
    try {
        replay_trace(write(kTrace), setup, executor);
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("trace.csv:1"), HasSubstr("of 6 cores, the mesh has 8")));
    }
}

// What the other levels leave out: two packets of two flits at once from one source.
TEST_F(PacketTrace, TellsHowLongInterfacesWouldHoldPacketsBack) {
    Executor executor(1);
    ReplaySetup setup;
    setup.topology = topology_;
    setup.routers.packet_flits = 2;
    for (const char* level : {"loosely_timed", "approximately_timed", "cycle_accurate"}) {
        setup.timing = level;
        EXPECT_EQ(replay_trace(write(kTrace), setup, executor).interface_wait, 0);
        const TraceReplay replay =
            replay_trace(write("# cortile packet trace, 6 cores\n"
                               "timestep,pass,time_ps,source,destination,copy\n"
                               "0,0,500,1,0,0\n"
                               "0,0,500,1,2,0\n"
                               "# end, 2 packets\n"),
                         setup, executor);
        EXPECT_EQ(replay.interface_wait, 1000);  // one of them for two cycles
    }
}

// A spike for three cores and one for one: what goes in comes out, and what shares a link is one.
TEST_F(PacketTrace, CopiesOfASpikeStayTogether) {
    const char* const trace =
        "# cortile packet trace, 6 cores\n"
        "timestep,pass,time_ps,source,destination,copy\n"
        "0,0,0,0,1,0\n"
        "0,0,0,0,2,1\n"
        "0,0,0,0,5,1\n"
        "0,0,0,0,2,0\n"
        "# end, 4 packets\n";
    const fs::path file = folder_ / "recorded.csv";
    PacketTraceWriter writer(file, topology_.cores());
    const auto engine = make_recording(make_link_sweep(topology_, {}), topology_, writer);
    Executor executor(1);
    Source source;
    source.packets[0] = {{0, SpikePacket::pack(1, 0), 0, 1, 3},
                         {0, SpikePacket::pack(2, 0), 0, 1, 3},
                         {0, SpikePacket::pack(5, 0), 0, 1, 3},
                         {0, SpikePacket::pack(2, 0), 0, 1, 4}};
    Sink sink;
    engine->run_timestep(source, sink, executor);
    writer.finish();
    EXPECT_EQ(contents(file), trace);

    ReplaySetup setup;
    setup.topology = topology_;
    for (const char* level : {"loosely_timed", "approximately_timed", "cycle_accurate"}) {
        setup.timing = level;
        setup.routers.multicast = Multicast::unicast;
        TraceReplay replay = replay_trace(write(trace), setup, executor);
        EXPECT_EQ(replay.link_flits[0], 4u) << level;  // all go to the east
        setup.routers.multicast = Multicast::tree;
        replay = replay_trace(write(trace), setup, executor);
        EXPECT_EQ(replay.link_flits[0], 2u) << level;
        EXPECT_DOUBLE_EQ(replay.hops_x_mean, 4.0 / 4) << level;
        EXPECT_DOUBLE_EQ(replay.hops_y_mean, 1.0 / 4) << level;
    }
}

TEST_F(PacketTrace, DamageIsToldWithFileAndLine) {
    const std::string good = kTrace;
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        return complaint(text.replace(text.find(from), from.size(), to));
    };
    EXPECT_EQ(complaint(good), "none");
    EXPECT_THAT(complaint(""),
                HasSubstr("trace.csv:1: expected '# cortile packet trace, N cores'"));
    EXPECT_THAT(with("6 cores", "0 cores"), HasSubstr("trace.csv:1: "));
    EXPECT_THAT(with("time_ps", "time"), HasSubstr("trace.csv:2: expected the columns"));
    EXPECT_THAT(with("0,0,0,1,5,0", "0,0,0,1,5"), HasSubstr("trace.csv:3: expected six fields"));
    EXPECT_THAT(with("0,0,0,1,5,0", "0,0,0,1,5,0,0"),
                HasSubstr("trace.csv:3: expected six fields"));
    EXPECT_THAT(with("0,0,0,1,5", "0,0,0,6,5"),
                HasSubstr("trace.csv:3: source: expected a whole number from 0 to 5, found '6'"));
    EXPECT_THAT(with("host,3", "guest,3"), HasSubstr("trace.csv:4: source"));
    EXPECT_THAT(with("0,1,100,2,2", "0,1,-1,2,2"), HasSubstr("trace.csv:6: time_ps"));
    EXPECT_THAT(with("0,0,2500,0,5", "0,0,2500,0,6"), HasSubstr("trace.csv:5: destination"));
    EXPECT_THAT(with("0,1,100", "0,0,100"), HasSubstr("trace.csv:6: packets are out of order"));
    EXPECT_THAT(with("1,5,0", "1,5,2"), HasSubstr("trace.csv:3: copy"));
    EXPECT_THAT(with("1,5,0", "1,5,1"), HasSubstr("trace.csv:3: a copy must have"));
    EXPECT_THAT(with("0,0,2500,0,5,0", "0,0,2500,0,5,1"), HasSubstr("trace.csv:5: a copy must"));
    EXPECT_THAT(with("end, 5", "end, 6"), HasSubstr("trace.csv:8: expected '# end, 5 packets'"));
    EXPECT_THAT(with("7,0,0,4,1,0\n# end, 5 packets\n", ""),
                HasSubstr("trace.csv:7: the file ends without its last line"));
    EXPECT_THAT(complaint(good + "0,0,0,0,0,0\n"), HasSubstr("trace.csv:9: there is something"));
    EXPECT_THROW(PacketTraceReader(folder_ / "none.csv"), ConfigError);
    EXPECT_THROW(PacketTraceReader{folder_}, ConfigError);
}

}  // namespace
}  // namespace cortile
