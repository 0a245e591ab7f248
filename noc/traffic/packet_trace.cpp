// SPDX-License-Identifier: Apache-2.0
#include "noc/traffic/packet_trace.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "hw_model/base/checksum.h"
#include "hw_model/base/error.h"
#include "hw_model/base/text_file.h"

namespace cortile {

namespace {

constexpr std::string_view kTitle = "# cortile packet trace, ", kTitleEnd = " cores";
constexpr std::string_view kColumns = "timestep,pass,time_ps,source,destination,copy";
constexpr std::string_view kEnd = "# end, ", kEndEnd = " packets";
constexpr Picoseconds kMostTime = 100'000'000'000'000;  // 100 s: far above any timestep

template <typename Number>
std::optional<Number> whole(std::string_view text, Number most) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = error == std::errc{} && end == text.data() + text.size() && value >= 0;
    return good && value <= most ? std::optional(value) : std::nullopt;
}

// The number between two texts: "# end, 12 packets".
template <typename Number>
std::optional<Number> framed(std::string_view text, std::string_view before, std::string_view after,
                             Number most) {
    if (text.size() < before.size() + after.size() || !text.starts_with(before) ||
        !text.ends_with(after)) {
        return std::nullopt;
    }
    text.remove_prefix(before.size());
    text.remove_suffix(after.size());
    return whole<Number>(text, most);
}

class RecordingEngine final : public NocEngine, private PacketSource {
  public:
    RecordingEngine(std::unique_ptr<NocEngine> engine, const Topology& topology,
                    PacketTraceWriter& writer)
        : engine_(std::move(engine)), writer_(writer), recorded_(topology.sources()) {}

    std::string name() const override { return engine_->name(); }
    void begin_timestep(std::uint64_t timestep) override {
        timestep_ = timestep;
        pass_ = 0;
        engine_->begin_timestep(timestep);
    }
    void run_timestep(PacketSource& source, PacketSink& sink, Executor& executor) override {
        source_ = &source;
        engine_->run_timestep(*this, sink, executor);
        std::vector<SpikePacket> packets;
        for (std::vector<SpikePacket>& own : recorded_) {
            packets.insert(packets.end(), own.begin(), own.end());
            own.clear();
        }
        writer_.write(timestep_, pass_++, std::move(packets));
    }
    NocCounters counters() const override { return engine_->counters(); }
    std::uint64_t lost() const override { return engine_->lost(); }
    LinkCounters link(TileId tile, Direction direction) const override {
        return engine_->link(tile, direction);
    }
    LinkCounters crossing(std::uint32_t chip, Direction direction) const override {
        return engine_->crossing(chip, direction);
    }
    void clear_counters() override { engine_->clear_counters(); }
    void transfer_state(StateArchive& archive) override { archive(*engine_, writer_); }
    void release_buffers() override {
        engine_->release_buffers();
        std::fill(recorded_.begin(), recorded_.end(), std::vector<SpikePacket>());
    }

  private:
    void collect(std::uint32_t source, unsigned worker, std::vector<SpikePacket>& out) override {
        const auto first = static_cast<std::ptrdiff_t>(out.size());
        source_->collect(source, worker, out);
        recorded_[source].assign(out.begin() + first, out.end());
    }

    std::unique_ptr<NocEngine> engine_;
    PacketTraceWriter& writer_;
    PacketSource* source_ = nullptr;
    std::vector<std::vector<SpikePacket>> recorded_;  // by source
    std::uint64_t timestep_ = 0;
    std::uint32_t pass_ = 0;
};

}  // namespace

PacketTraceWriter::PacketTraceWriter(std::filesystem::path file, std::uint32_t cores,
                                     TraceStart start)
    : file_(std::move(file)), partial_(file_.string() + ".partial"), cores_(cores) {
    std::error_code ignored;
    if (std::filesystem::exists(file_, ignored) &&
        !std::filesystem::is_regular_file(file_, ignored)) {
        throw ConfigError(file_.string(), "the packet trace cannot replace what is no file",
                          "name another file");
    }
    if (start == TraceStart::resumed) {
        return;
    }
    stream_.open(partial_, std::ios::binary | std::ios::trunc);
    append(fmt::format("{}{}{}\n{}\n", kTitle, cores, kTitleEnd, kColumns));
}

void PacketTraceWriter::append(std::string_view text) {
    stream_.write(text.data(), static_cast<std::streamsize>(text.size()));
    bytes_ += text.size();
    checksum_ = checksum(text, checksum_);
    check();
}

// What was written up to then stays; what an interrupted run wrote after it is cut off.
void PacketTraceWriter::transfer_state(StateArchive& archive) {
    if (!archive.restores()) {
        stream_.flush();
        check();
    }
    archive(packets_, bytes_, checksum_);
    is_kept_ = true;
    if (archive.restores()) {
        reopen();
    }
}

void PacketTraceWriter::reopen() {
    std::error_code error;
    const std::filesystem::path& source =
        std::filesystem::exists(partial_, error) ? partial_ : file_;
    std::string text = read_text_file(source);
    text.resize(std::min<std::size_t>(text.size(), bytes_));
    if (text.size() != bytes_ || checksum(text) != checksum_) {
        throw ConfigError(source.string(),
                          "the packet trace is not the one that the checkpoint goes on with",
                          "start the run anew, without --resume");
    }
    // In place: a run that is killed here must find all of it again.
    if (source == file_) {
        const std::filesystem::path copy = file_.string() + ".copy";
        std::filesystem::copy_file(file_, copy, std::filesystem::copy_options::overwrite_existing,
                                   error);
        if (!error) {
            std::filesystem::rename(copy, partial_, error);
        }
    }
    if (!error) {
        std::filesystem::resize_file(partial_, bytes_, error);
    }
    if (error) {
        throw ConfigError(partial_.string(),
                          "the packet trace cannot be gone on with: " + error.message(),
                          "its folder must be one that may be written to, on a disk with room");
    }
    stream_.open(partial_, std::ios::binary | std::ios::app);
    check();
}

PacketTraceWriter::~PacketTraceWriter() {
    if (!finished_ && !is_kept_) {
        stream_.close();
        std::error_code ignored;
        std::filesystem::remove(partial_, ignored);
    }
}

void PacketTraceWriter::check() const {
    if (!stream_) {
        throw ConfigError(
            file_.string(),
            fmt::format("the packet trace cannot be written: {}", std::strerror(errno)),
            "name a file in a folder that may be written to, on a disk with room");
    }
}

void PacketTraceWriter::write(std::uint64_t timestep, std::uint32_t pass,
                              std::vector<SpikePacket> packets) {
    std::stable_sort(packets.begin(), packets.end(),
                     [](const SpikePacket& a, const SpikePacket& b) { return a.is_before(b); });
    fmt::memory_buffer text;
    for (std::size_t i = 0; i < packets.size(); ++i) {
        const SpikePacket& packet = packets[i];
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{}\n", timestep, pass,
                       packet.time(),
                       packet.source() < cores_ ? fmt::to_string(packet.source()) : "host",
                       packet.core(), i > 0 && packet.is_copy_of(packets[i - 1]) ? 1 : 0);
    }
    packets_ += packets.size();
    append({text.data(), text.size()});
}

void PacketTraceWriter::finish() {
    stream_ << kEnd << packets_ << kEndEnd << '\n';
    stream_.close();
    check();
    std::error_code error;
    std::filesystem::rename(partial_, file_, error);
    if (error) {
        throw ConfigError(file_.string(), "the packet trace cannot be written: " + error.message(),
                          "name another file");
    }
    finished_ = true;
}

std::unique_ptr<NocEngine> make_recording(std::unique_ptr<NocEngine> engine,
                                          const Topology& topology, PacketTraceWriter& writer) {
    return std::make_unique<RecordingEngine>(std::move(engine), topology, writer);
}

PacketTraceReader::PacketTraceReader(const std::filesystem::path& file) : name_(file.string()) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored) &&
        !std::filesystem::is_regular_file(file, ignored)) {
        throw ConfigError(name_, "is not a file", "name the packet trace of a run");
    }
    stream_.open(file, std::ios::binary);
    if (!stream_) {
        throw ConfigError(name_, fmt::format("cannot be read: {}", std::strerror(errno)),
                          "a run writes one: cortile run … --set noc.trace=FILE");
    }
    const std::string hint = "a run writes a packet trace: cortile run … --set noc.trace=FILE";
    const auto cores =
        read_text() ? framed<std::uint32_t>(text_, kTitle, kTitleEnd, SpikePacket::kMaxCore + 1)
                    : std::nullopt;
    if (!cores || *cores == 0) {
        fail(fmt::format("expected '{}N{}', the first line of a packet trace", kTitle, kTitleEnd),
             hint);
    }
    cores_ = *cores;
    if (!read_text() || text_ != kColumns) {
        fail(fmt::format("expected the columns '{}'", kColumns), hint);
    }
    read_line();
}

void PacketTraceReader::fail(const std::string& what, const std::string& hint) const {
    throw ConfigError(fmt::format("{}:{}", name_, line_), what,
                      hint.empty() ? "the trace is damaged: write it anew" : hint);
}

// False at the end of the file.
bool PacketTraceReader::read_text() {
    ++line_;
    return static_cast<bool>(std::getline(stream_, text_));
}

void PacketTraceReader::read_line() {
    if (!read_text()) {
        fail(fmt::format("the file ends without its last line, '{}N{}'", kEnd, kEndEnd));
    }
    if (text_.starts_with('#')) {
        const auto packets =
            framed<std::uint64_t>(text_, kEnd, kEndEnd, std::numeric_limits<std::uint64_t>::max());
        if (!packets || *packets != packets_) {
            fail(fmt::format("expected '{}{}{}', found {}", kEnd, packets_, kEndEnd,
                             text_.substr(0, 60)));
        }
        if (read_text()) {
            fail("there is something after the trace's last line");
        }
        ahead_.reset();
        return;
    }
    const Line line = parse(text_);
    const auto key = [](const Line& l) {
        return std::tuple(l.timestep, l.pass, l.packet.time, l.packet.source);
    };
    if (line.packet.is_copy && (!ahead_ || key(line) != key(*ahead_) ||
                                line.packet.destination <= ahead_->packet.destination)) {
        fail("a copy must have the time and the source of the line before, and a later core");
    }
    if (ahead_ && key(line) < key(*ahead_)) {
        fail("packets are out of order: they ascend in timestep, pass, time and source");
    }
    ahead_ = line;
    ++packets_;
}

PacketTraceReader::Line PacketTraceReader::parse(const std::string& text) const {
    std::array<std::string_view, 6> fields;
    std::string_view rest = text;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::size_t comma = rest.find(',');
        if ((comma == std::string_view::npos) != (i + 1 == fields.size())) {
            fail(fmt::format("expected six fields, {}, found '{}'", kColumns, text.substr(0, 60)));
        }
        fields[i] = rest.substr(0, comma);
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    const auto number = [&](std::size_t field, const char* name, auto most) {
        const auto value = whole(fields[field], most);
        if (!value) {
            fail(fmt::format("{}: expected a whole number from 0 to {}, found '{}'", name, most,
                             fields[field].substr(0, 60)));
        }
        return *value;
    };
    Line line;
    line.timestep = number(0, "timestep", std::numeric_limits<std::uint64_t>::max());
    line.pass = number(1, "pass", std::numeric_limits<std::uint32_t>::max());
    line.packet.time = number(2, "time_ps", kMostTime);
    line.packet.source = fields[3] == "host" ? cores_ : number(3, "source", cores_ - 1);
    line.packet.destination = number(4, "destination", cores_ - 1);
    line.packet.is_copy = number(5, "copy", 1u) == 1;
    return line;
}

std::optional<TracedPass> PacketTraceReader::next() {
    if (!ahead_) {
        return std::nullopt;
    }
    TracedPass pass{ahead_->timestep, ahead_->pass, {}};
    while (ahead_ && ahead_->timestep == pass.timestep && ahead_->pass == pass.pass) {
        pass.packets.push_back(ahead_->packet);
        read_line();
    }
    return pass;
}

}  // namespace cortile
