// SPDX-License-Identifier: Apache-2.0
// Format: iniVation, "AEDAT 4.0", docs.inivation.com; the schemas of its FlatBuffers as in
// github.com/neuromorphicsystems/aedat, folder flatbuffers.
#include "workload/stimulus/aedat4.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>

#include "hw_model/base/error.h"
#include "workload/stimulus/flat_table.h"
#include "workload/stimulus/packet_decoder.h"

namespace cortile {
namespace {

constexpr std::string_view kMagic = "#!AER-DAT4.0\r\n";
constexpr std::size_t kEventBytes = 16;

struct Stream {
    std::string type;
    std::uint32_t width = 0, height = 0;
};

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& problem) {
    throw ConfigError(path.string(), problem, "record or copy the file again");
}

std::uint32_t number(std::string_view text) {
    std::uint32_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    return end.ec == std::errc() && end.ptr == text.data() + text.size() ? value : 0;
}

std::string_view attribute(std::string_view tag, std::string_view name) {
    const std::string start = fmt::format(" {}=\"", name);
    const std::size_t at = tag.find(start);
    if (at == std::string_view::npos) {
        return {};
    }
    tag.remove_prefix(at + start.size());
    return tag.substr(0, tag.find('"'));
}

// The streams by number. <node name="outInfo"> holds a node for each, with its type as an attribute
// and a node "info" with the sensor's size.
std::map<std::uint32_t, Stream> streams_of(std::string_view xml) {
    std::map<std::uint32_t, Stream> streams;
    std::vector<std::string_view> path;  // names of the nodes around
    for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at)) {
        const std::size_t end = xml.find('>', at);
        if (end == std::string_view::npos) {
            break;
        }
        const std::string_view tag = xml.substr(at + 1, end - at - 1);
        at = end + 1;
        if (tag.starts_with("/node")) {
            if (!path.empty()) {
                path.pop_back();
            }
        } else if (tag.starts_with("node ") && !tag.ends_with('/')) {
            path.push_back(attribute(tag, "name"));
        } else if (tag.starts_with("attr ") && path.size() >= 2 && path[0] == "outInfo") {
            Stream& stream = streams[number(path[1])];
            const std::string_view key = attribute(tag, "key");
            const std::string_view value = xml.substr(at, xml.find('<', at) - at);
            if (path.size() == 2 && key == "typeIdentifier") {
                stream.type = value;
            } else if (path.size() == 3 && path[2] == "info" && key == "sizeX") {
                stream.width = number(value);
            } else if (path.size() == 3 && path[2] == "info" && key == "sizeY") {
                stream.height = number(value);
            }
        }
    }
    return streams;
}

class Aedat4File {
  public:
    Aedat4File(const std::filesystem::path& path, std::string_view bytes)
        : path_(path), bytes_(bytes) {
        read_header();
    }

    void check_sensor(const Shape& sensor) const {
        if (sensor[0] != 2 || sensor[1] != stream_.height || sensor[2] != stream_.width) {
            throw ConfigError(
                path_.string(),
                fmt::format("expected a sensor of shape ({}, {}, {}), found (2, {}, {})", sensor[0],
                            sensor[1], sensor[2], stream_.height, stream_.width),
                fmt::format("set stimulus.shape to 2 {} {}; stimulus.crop takes a part of it",
                            stream_.height, stream_.width));
        }
    }

    std::vector<Aedat4Event> events() const {
        std::vector<Aedat4Event> events;
        std::uint64_t at = begin_;
        while (at < end_) {
            if (end_ - at < 8) {
                refuse(path_, fmt::format("the packet at byte {} is cut off", at));
            }
            const FlatBytes all(bytes_);
            const auto stream = all.at<std::int32_t>(at);
            const auto size = all.at<std::int32_t>(at + 4);
            if (size < 0 || static_cast<std::uint64_t>(size) > end_ - at - 8) {
                refuse(path_, fmt::format("the packet at byte {} is cut off: it has {} bytes of {}",
                                          at, end_ - at - 8, size));
            }
            if (stream == static_cast<std::int64_t>(stream_number_)) {
                read_packet(at, bytes_.substr(at + 8, static_cast<std::size_t>(size)), events);
            }
            at += 8 + static_cast<std::uint64_t>(size);
        }
        if (events.empty()) {
            refuse(path_, "expected events, found none");
        }
        return events;
    }

  private:
    void read_header() {
        try {
            const FlatBytes all(bytes_);
            const auto length = all.at<std::uint32_t>(kMagic.size());
            begin_ = kMagic.size() + 4 + std::uint64_t{length};
            const FlatBytes header = all.part(kMagic.size() + 4, length);
            const FlatTable table = FlatTable::root(header, 0, "IOHE");
            compression_ = table.scalar<std::int32_t>(0, 0);
            const auto end = table.scalar<std::int64_t>(1, -1);
            end_ = end < 0 ? bytes_.size() : static_cast<std::uint64_t>(end);
            streams_ = streams_of(table.text(2));
        } catch (const FlatError& error) {
            refuse(path_, std::string("the header is damaged: ") + error.what());
        }
        if (end_ < begin_ || end_ > bytes_.size()) {
            refuse(path_, fmt::format("expected packets from byte {} to {}, found {} bytes", begin_,
                                      end_, bytes_.size()));
        }
        if (!is_known_compression(compression_)) {
            refuse(path_, fmt::format("expected compression 0 to 4, found {}", compression_));
        }
        const auto found = std::find_if(streams_.begin(), streams_.end(),
                                        [](const auto& s) { return s.second.type == "EVTS"; });
        if (found == streams_.end()) {
            refuse(path_, "expected a stream of type EVTS (events), found none");
        }
        stream_number_ = found->first;
        stream_ = found->second;
    }

    void read_packet(std::uint64_t at, std::string_view body,
                     std::vector<Aedat4Event>& events) const {
        try {
            const std::string plain = decoded_packet(body, compression_);
            const FlatBytes all(plain);
            const FlatTable table = FlatTable::root(all, 4, "EVTS");  // after its size
            const auto [first, count] = table.vector(0, kEventBytes);
            for (std::size_t i = 0; i < count; ++i) {
                const std::uint64_t event = first + i * kEventBytes;
                events.push_back({all.at<std::int64_t>(event), all.at<std::int16_t>(event + 8),
                                  all.at<std::int16_t>(event + 10),
                                  all.at<std::uint8_t>(event + 12) != 0, at});
            }
        } catch (const FlatError& error) {
            refuse(path_, fmt::format("the packet at byte {} is damaged: {}", at, error.what()));
        }
    }

    const std::filesystem::path& path_;
    std::string_view bytes_;
    std::uint64_t begin_ = 0, end_ = 0;  // of the packets
    std::int32_t compression_ = 0;
    std::map<std::uint32_t, Stream> streams_;
    std::uint32_t stream_number_ = 0;
    Stream stream_;
};

}  // namespace

bool is_aedat4(std::string_view bytes) {
    return bytes.starts_with(kMagic);
}

void refuse_other_aedat(const std::filesystem::path& path, std::string_view bytes) {
    if (bytes.starts_with("#!AER-DAT") && !is_aedat4(bytes)) {
        throw ConfigError(
            path.string(),
            fmt::format("expected AEDAT 4.0, found {}",
                        bytes.substr(2, bytes.find_first_of("\r\n") - 2).substr(0, 20)),
            "convert it to AEDAT 4.0, or to 5 bytes an event");
    }
}

std::vector<Aedat4Event> read_aedat4(const std::filesystem::path& path, std::string_view bytes,
                                     const Shape& sensor) {
    const Aedat4File file(path, bytes);
    file.check_sensor(sensor);
    return file.events();
}

}  // namespace cortile
