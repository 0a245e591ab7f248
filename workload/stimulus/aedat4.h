// SPDX-License-Identifier: Apache-2.0
// AEDAT 4.0, the format of iniVation's DV: a header in XML and FlatBuffers, then packets that may
// be compressed (LZ4, Zstandard).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "workload/stimulus/stimulus.h"

namespace cortile {

struct Aedat4Event {
    std::int64_t time = 0;  // us
    std::int16_t x = 0, y = 0;
    bool on = false;
    std::uint64_t packet = 0;  // byte of the file at which the event's packet begins
};

bool is_aedat4(std::string_view bytes);
// Throws ConfigError for recordings in an older AEDAT.
void refuse_other_aedat(const std::filesystem::path& path, std::string_view bytes);

// The events of the stream of type EVTS (of several the one with the lowest number), in the order
// of the file. `path`: for messages. Throws ConfigError for files that are damaged or cut off, that
// hold no events, or whose sensor is not of `sensor`'s (polarities, height, width) size.
std::vector<Aedat4Event> read_aedat4(const std::filesystem::path& path, std::string_view bytes,
                                     const Shape& sensor);

}  // namespace cortile
