// SPDX-License-Identifier: Apache-2.0
#include "hw_model/state/checkpoint_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "hw_model/base/checksum.h"
#include "hw_model/base/error.h"
#include "hw_model/base/text_file.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeaderSize = 8 + 4 + 8, kFrameSize = kHeaderSize + 4;
constexpr const char* kAnew = "start the run anew, without --resume";

std::string little_endian(std::uint64_t value, unsigned count) {
    std::string bytes;
    for (unsigned i = 0; i < count; ++i) {
        bytes += static_cast<char>(value >> (8 * i) & 0xFF);
    }
    return bytes;
}

std::uint64_t number_at(std::string_view bytes, std::size_t at, unsigned count) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i) {
        value |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    }
    return value;
}

[[noreturn]] void fail_to_write(const fs::path& file, int error) {
    throw ConfigError(file.string(),
                      fmt::format("the checkpoint cannot be written: {}", std::strerror(error)),
                      "name a folder that may be written to, on a disk with room");
}

// A descriptor that is closed on every way out.
class Descriptor {
  public:
    Descriptor(const fs::path& path, int flags)
        : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    bool write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
            if (written < 0 && errno != EINTR) {
                return false;
            }
            bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
        }
        return true;
    }
    bool is_open() const { return descriptor_ >= 0; }
    bool sync() const { return ::fsync(descriptor_) == 0; }
    bool close() { return descriptor_ < 0 || ::close(std::exchange(descriptor_, -1)) == 0; }

  private:
    int descriptor_;
};

}  // namespace

std::string framed_checkpoint(std::string_view contents) {
    std::string bytes(kCheckpointMagic);
    bytes.reserve(contents.size() + kFrameSize);
    bytes += little_endian(kCheckpointVersion, 4);
    bytes += little_endian(contents.size(), 8);
    bytes += contents;
    bytes += little_endian(checksum(bytes), 4);
    return bytes;
}

fs::path partial_of(const fs::path& file) {
    return file.string() + ".partial";
}

// On the disk before it gets the name: after a power failure, too, there is the earlier file or
// this one.
void replace_file(const fs::path& file, std::string_view bytes) {
    const fs::path partial = partial_of(file);
    Descriptor descriptor(partial, O_WRONLY | O_CREAT | O_TRUNC);
    if (!descriptor.is_open()) {
        fail_to_write(file, errno);
    }
    const bool good = descriptor.write(bytes) && descriptor.sync() && descriptor.close() &&
                      ::rename(partial.c_str(), file.c_str()) == 0;
    if (!good) {
        const int error = errno;
        ::unlink(partial.c_str());
        fail_to_write(file, error);
    }
    const Descriptor folder(file.parent_path(), O_RDONLY | O_DIRECTORY);
    if (folder.is_open()) {
        folder.sync();
    }
}

std::string read_checkpoint(const fs::path& file) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
        throw ConfigError(file.string(), "there is no checkpoint to resume from", kAnew);
    }
    std::string bytes = read_text_file(file);
    const auto refuse = [&](const std::string& problem) {
        throw ConfigError(file.string(), problem, kAnew);
    };
    if (!std::string_view(bytes).starts_with(kCheckpointMagic)) {
        refuse("this is no checkpoint, or its beginning is damaged");
    }
    if (bytes.size() < kFrameSize) {
        refuse(fmt::format("the checkpoint is cut off after {} bytes", bytes.size()));
    }
    const std::uint64_t version = number_at(bytes, 8, 4);
    if (version != kCheckpointVersion) {
        refuse(fmt::format("the checkpoint is of format {}; this program reads format {}", version,
                           kCheckpointVersion));
    }
    const std::uint64_t size = number_at(bytes, 12, 8);
    const std::uint64_t found = bytes.size() - kFrameSize;
    if (size != found) {
        refuse(fmt::format("the checkpoint is damaged: it should hold {} bytes, and holds {}", size,
                           found));
    }
    const std::string_view checked(bytes.data(), bytes.size() - 4);
    if (checksum(checked) != number_at(bytes, bytes.size() - 4, 4)) {
        refuse("the checkpoint is damaged: its checksum is wrong");
    }
    bytes.resize(bytes.size() - 4);
    bytes.erase(0, kHeaderSize);
    return bytes;
}

}  // namespace cortile
