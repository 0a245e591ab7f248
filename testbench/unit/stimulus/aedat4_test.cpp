// SPDX-License-Identifier: Apache-2.0
// Are AEDAT 4 recordings read event by event, and damaged ones refused without harm?
#include <gmock/gmock.h>
#include <lz4frame.h>
#include <zstd.h>

#include <fmt/format.h>

#include "hw_model/base/random.h"
#include "testbench/unit/stimulus/stimulus_files.h"

namespace cortile::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

template <typename Number>
std::string little(Number value) {
    std::string bytes;
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
        bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
    }
    return bytes;
}

struct Dvs {
    std::int64_t time;
    int x, y;
    bool on;
};

// A FlatBuffer of type EventPacket behind its size: its root table has the vector of events alone.
std::string event_packet(const std::vector<Dvs>& events) {
    std::string vector = little(static_cast<std::uint32_t>(events.size()));
    for (const Dvs& e : events) {
        vector += little(e.time) + little(static_cast<std::int16_t>(e.x)) +
                  little(static_cast<std::int16_t>(e.y)) + (e.on ? '\1' : '\0') +
                  std::string(3, '\0');
    }
    // From byte 0: root 4, identifier 4, vtable 6, padding 2, table 8, vector.
    const std::string buffer = little(16u) + "EVTS" + little<std::uint16_t>(6) +
                               little<std::uint16_t>(8) + little<std::uint16_t>(4) +
                               std::string(2, '\0') + little<std::int32_t>(16 - 8) + little(4u) +
                               vector;
    return little(static_cast<std::uint32_t>(buffer.size())) + buffer;
}

std::string compressed(const std::string& plain, std::int32_t compression) {
    if (compression == 0) {
        return plain;
    }
    std::string out(2 * plain.size() + 1000, '\0');
    out.resize(compression <= 2
                   ? LZ4F_compressFrame(out.data(), out.size(), plain.data(), plain.size(), nullptr)
                   : ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3));
    return out;
}

std::string packet(std::int32_t stream, const std::string& body) {
    return little(stream) + little(static_cast<std::int32_t>(body.size())) + body;
}

std::string node(unsigned stream, const std::string& type, unsigned width, unsigned height) {
    return fmt::format(
        "<node name=\"{}\" path=\"/outInfo/{}/\"><attr key=\"typeIdentifier\" "
        "type=\"string\">{}</attr><node name=\"info\"><attr key=\"sizeX\" type=\"int\">{}</attr>"
        "<attr key=\"sizeY\" type=\"int\">{}</attr></node></node>",
        stream, stream, type, width, height);
}

// The IOHeader: compression, end of the packets (-1: of the file), description.
std::string header(std::int32_t compression, const std::string& nodes, std::int64_t end = -1) {
    const std::string xml = "<dv version=\"2.0\"><node name=\"outInfo\">" + nodes + "</node></dv>";
    // From byte 0: root 4, identifier 4, vtable 10, padding 2, table 20, text.
    const std::string buffer =
        little(20u) + "IOHE" + little<std::uint16_t>(10) + little<std::uint16_t>(20) +
        little<std::uint16_t>(4) + little<std::uint16_t>(8) + little<std::uint16_t>(16) +
        std::string(2, '\0') + little<std::int32_t>(20 - 8) + little(compression) + little(end) +
        little(4u) + little(static_cast<std::uint32_t>(xml.size())) + xml + '\0';
    return "#!AER-DAT4.0\r\n" + little(static_cast<std::uint32_t>(buffer.size())) + buffer;
}

// Frames, then events on stream 1, in two packets with something else between.
std::string recording(std::int32_t compression) {
    const auto events = [&](const std::vector<Dvs>& some) {
        return packet(1, compressed(event_packet(some), compression));
    };
    return header(compression, node(0, "FRME", 4, 3) + node(1, "EVTS", 4, 3)) +
           events({{1'000'000'000'000'000, 3, 0, false}, {1'000'000'000'000'900, 1, 2, true}}) +
           packet(0, "a frame, which is not looked at") +
           packet(1, compressed(event_packet({}), compression)) +
           events({{1'000'000'000'002'000, 0, 1, true}});
}

class Aedat4 : public StimulusTest {
  protected:
    std::unique_ptr<Stimulus> read(const std::string& bytes) const {
        EventStimulusOptions o;
        o.files = {write("recording.aedat4", bytes)};
        o.shape = {2, 3, 4};
        return make_event_stimulus(o);
    }
    std::string error(const std::string& bytes) const {
        return config_error([&] { read(bytes); });
    }
};

TEST_F(Aedat4, events_are_read_however_they_are_compressed) {
    for (std::int32_t compression = 0; compression <= 4; ++compression) {
        const auto s = read(recording(compression));
        EXPECT_EQ(s->timesteps(0), 3U) << compression;
        EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(3, 12 + 9)) << compression;
        EXPECT_TRUE(spikes_at(*s, 0, 1).empty()) << compression;
        EXPECT_THAT(spikes_at(*s, 0, 2), ElementsAre(12 + 4)) << compression;
    }
}

TEST_F(Aedat4, events_may_come_in_the_same_microsecond) {
    const auto s = read(header(0, node(0, "EVTS", 4, 3)) +
                        packet(0, event_packet({{5, 0, 0, false}, {5, 1, 0, false}})));
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(0, 1));
}

// Cameras count from 1970.
TEST_F(Aedat4, time_may_start_where_the_clock_does) {
    EventStimulusOptions o;
    o.files = {write("recording.aedat4", header(0, node(0, "EVTS", 4, 3)) +
                                             packet(0, event_packet({{5'100, 1, 1, false}})))};
    o.shape = {2, 3, 4};
    o.start = EventStart::zero;
    const auto s = make_event_stimulus(o);
    EXPECT_EQ(s->timesteps(0), 6U);
    EXPECT_THAT(spikes_at(*s, 0, 5), ElementsAre(5));
    o.files = {write("recording.aedat4", recording(0))};
    EXPECT_THAT(config_error([&] { make_event_stimulus(o); }),
                AllOf(HasSubstr("of the clock's zero, found one at 1000000000000000 us"),
                      HasSubstr("stimulus.start: first_event")));
}

TEST_F(Aedat4, what_follows_the_packets_is_no_packet) {
    const std::string nodes = node(0, "EVTS", 4, 3);
    const std::string packets = packet(0, event_packet({{5, 1, 1, false}}));
    const auto end = static_cast<std::int64_t>(header(0, nodes).size() + packets.size());
    const auto s = read(header(0, nodes, end) + packets + "the table of the file");
    EXPECT_THAT(spikes_at(*s, 0, 0), ElementsAre(5));
    EXPECT_THAT(error(header(0, nodes, end) + packets.substr(1)), HasSubstr("expected packets"));
}

TEST_F(Aedat4, large_packets_are_decompressed_whole) {
    std::vector<Dvs> events;
    for (int t = 0; t < 20'000; ++t) {
        events.push_back({t, t % 4, t % 3, t % 2 == 0});
    }
    for (const std::int32_t compression : {1, 3}) {
        const auto s = read(header(compression, node(0, "EVTS", 4, 3)) +
                            packet(0, compressed(event_packet(events), compression)));
        EXPECT_EQ(s->timesteps(0), 20U);
    }
}

TEST_F(Aedat4, another_sensor_than_the_shape_is_refused_with_its_size) {
    EXPECT_THAT(error(header(0, node(0, "EVTS", 346, 260))),
                AllOf(HasSubstr("(2, 3, 4), found (2, 260, 346)"),
                      HasSubstr("set stimulus.shape to 2 260 346")));
}

TEST_F(Aedat4, files_without_events_are_refused) {
    EXPECT_THAT(error(header(0, node(0, "FRME", 4, 3))), HasSubstr("stream of type EVTS"));
    EXPECT_THAT(error(header(0, node(0, "EVTS", 4, 3))), HasSubstr("expected events, found none"));
    EXPECT_THAT(error(header(7, node(0, "EVTS", 4, 3))), HasSubstr("compression 0 to 4, found 7"));
}

TEST_F(Aedat4, events_outside_the_sensor_and_times_that_decrease_are_refused) {
    const std::string start = header(0, node(0, "EVTS", 4, 3));
    const auto of = [&](const Dvs& event) {
        return error(start + packet(0, event_packet({{5, 0, 0, true}, event})));
    };
    EXPECT_THAT(of({6, 4, 0, true}), AllOf(HasSubstr("event 1 in the packet"), HasSubstr("x = 4")));
    EXPECT_THAT(of({6, 0, -1, true}), HasSubstr("y = 65535"));
    EXPECT_THAT(of({4, 0, 0, true}), HasSubstr("found 4 us after 5 us"));
    EXPECT_THAT(of({INT64_MAX, 0, 0, true}), HasSubstr("within 9000000000000 us of the first one"));
    EXPECT_THAT(of({9'000'000'000'006, 0, 0, true}), HasSubstr("found one at 9000000000006 us"));
}

// Between two packets a file may end, where its header does not tell the end.
TEST_F(Aedat4, older_versions_are_refused_by_name) {
    EXPECT_THAT(error("#!AER-DAT3.1\r\nFormat: RAW\r\n"),
                HasSubstr("expected AEDAT 4.0, found AER-DAT3.1"));
}

TEST_F(Aedat4, files_cut_off_are_refused) {
    for (const std::int32_t compression : {0, 1, 3}) {
        const std::string whole = recording(compression);
        int taken = 0;
        for (std::size_t size = 0; size < whole.size(); ++size) {
            taken += error(whole.substr(0, size)).empty() ? 1 : 0;
        }
        EXPECT_EQ(taken, 3) << compression;
    }
}

TEST_F(Aedat4, files_with_a_flipped_byte_do_no_harm) {
    constexpr std::uint64_t kSeed = 20'250;
    int refused = 0;
    for (std::uint32_t i = 0; i < 200; ++i) {
        std::string bytes = recording(i % 2 == 0 ? 0 : i % 4);
        const auto draw = philox({kSeed, RandomUse::test}, i, 0);
        bytes[draw[0] % bytes.size()] ^= static_cast<char>(1 + draw[1] % 255);
        refused += error(bytes).empty() ? 0 : 1;
    }
    EXPECT_GT(refused, 50) << "seed " << kSeed;
}

}  // namespace
}  // namespace cortile::test
