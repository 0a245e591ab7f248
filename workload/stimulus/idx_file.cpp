// SPDX-License-Identifier: Apache-2.0
#include "workload/stimulus/idx_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>

#include "hw_model/base/error.h"
#include "workload/stimulus/input_file.h"

namespace cortile {
namespace {

constexpr std::uint32_t kImagesMagic = 0x00000803;
constexpr std::uint32_t kLabelsMagic = 0x00000801;
constexpr std::uint64_t kMaxPixels = std::uint64_t{1} << 24;  // per image
// Deflate cannot expand by more than this (zlib, "Maximum Compression Factor"): it bounds what a
// damaged header can make us reserve.
constexpr std::uint64_t kMaxInflation = 1032;

constexpr const char* kAgainHint = "copy or download the file again; it is incomplete or damaged";

// zlib reads plain files, too: then bytes come as they are.
class GzipInput {
  public:
    GzipInput(const std::filesystem::path& path, std::string_view key) : path_(path) {
        require_input_file(path, key);
        file_.reset(gzopen(path.c_str(), "rb"));
        if (!file_) {
            throw ConfigError(path.string(),
                              "expected a readable file, found one that cannot be opened",
                              fmt::format("check the permissions of the file that {} gives", key));
        }
        gzbuffer(file_.get(), 1U << 17);
    }

    const std::filesystem::path& path() const { return path_; }
    std::uint64_t position() const { return position_; }  // bytes of data delivered so far

    // Fills as much of `out` as the file holds; returns how much that is.
    std::size_t read(std::span<std::uint8_t> out) {
        std::size_t got = 0;
        while (got < out.size()) {
            const auto want = std::min<std::size_t>(out.size() - got, 1U << 20);
            const int n = gzread(file_.get(), out.data() + got, static_cast<unsigned>(want));
            int status = Z_OK;
            const char* message = gzerror(file_.get(), &status);
            if (n < 0 || status == Z_BUF_ERROR) {
                const auto delivered = position_ + got + static_cast<std::size_t>(std::max(n, 0));
                throw ConfigError(
                    path_.string(),
                    fmt::format("expected an intact gzip file, found that it {} "
                                "after {} bytes of data",
                                status == Z_BUF_ERROR ? std::string("ends early")
                                                      : fmt::format("is damaged ({})", message),
                                delivered),
                    kAgainHint);
            }
            if (n == 0) {
                break;
            }
            got += static_cast<std::size_t>(n);
        }
        position_ += got;
        return got;
    }

    // Reads past `bytes`; returns how many there were.
    std::uint64_t skip(std::uint64_t bytes) {
        std::array<std::uint8_t, 1U << 16> buffer;
        std::uint64_t done = 0;
        while (done < bytes) {
            const auto want = std::min<std::uint64_t>(bytes - done, buffer.size());
            const auto got = read(std::span(buffer).first(static_cast<std::size_t>(want)));
            done += got;
            if (got < want) {
                break;
            }
        }
        return done;
    }

    // No more bytes of data than this can be in the file.
    std::uint64_t most_bytes() const {
        const std::uint64_t size = std::filesystem::file_size(path_);
        return gzdirect(file_.get()) != 0 ? size : size * kMaxInflation;
    }

  private:
    struct Close {
        void operator()(gzFile file) const { gzclose_r(file); }
    };
    std::filesystem::path path_;
    std::unique_ptr<std::remove_pointer_t<gzFile>, Close> file_;
    std::uint64_t position_ = 0;
};

std::uint32_t big_endian(std::span<const std::uint8_t> bytes) {
    return (std::uint32_t{bytes[0]} << 24) | (std::uint32_t{bytes[1]} << 16) |
           (std::uint32_t{bytes[2]} << 8) | std::uint32_t{bytes[3]};
}

// The header's words behind the magic number.
template <std::size_t words>
std::array<std::uint32_t, words> read_header(GzipInput& input, std::uint32_t magic,
                                             std::string_view what) {
    std::array<std::uint8_t, 4 + 4 * words> bytes{};
    const std::size_t got = input.read(bytes);
    if (got == 0) {
        throw ConfigError(input.path().string(),
                          fmt::format("expected idx {}, found an empty file", what), kAgainHint);
    }
    const std::uint32_t found = big_endian(bytes);
    if (got >= 4 && found != magic) {
        std::string hint =
            fmt::format("give an idx file of unsigned bytes with {}, plain or .gz", what);
        if (found == kLabelsMagic || found == kImagesMagic) {
            hint = fmt::format(
                "this is an idx file of {}: exchange stimulus.images and "
                "stimulus.labels",
                found == kLabelsMagic ? "labels" : "images");
        }
        throw ConfigError(input.path().string(),
                          fmt::format("expected magic number 0x{:08x} of idx {}, found 0x{:08x}",
                                      magic, what, found),
                          hint);
    }
    if (got < bytes.size()) {
        throw ConfigError(input.path().string(),
                          fmt::format("expected a header of {} bytes, found a file of {} bytes",
                                      bytes.size(), got),
                          kAgainHint);
    }
    std::array<std::uint32_t, words> header{};
    for (std::size_t i = 0; i < words; ++i) {
        header[i] = big_endian(std::span(bytes).subspan(4 + 4 * i, 4));
    }
    return header;
}

// Reads `total` bytes and keeps [begin, begin + size) of them.
std::vector<std::uint8_t> read_payload(GzipInput& input, std::uint64_t total, std::uint64_t begin,
                                       std::uint64_t size, const std::string& announced) {
    const std::uint64_t start = input.position();
    const auto check = [&](bool complete) {
        if (!complete) {
            throw ConfigError(input.path().string(),
                              fmt::format("expected {} = {} bytes behind the header, found {}",
                                          announced, total, input.position() - start),
                              kAgainHint);
        }
    };
    check(input.skip(begin) == begin);
    // What cannot be in the file is not reserved: the read below then falls short.
    std::vector<std::uint8_t> kept(
        static_cast<std::size_t>(std::min(size, input.most_bytes() + 1)));
    check(input.read(kept) == size);
    const std::uint64_t rest = total - begin - size;
    check(input.skip(rest) == rest);
    if (input.skip(1) != 0) {
        throw ConfigError(
            input.path().string(),
            fmt::format("expected {} = {} bytes behind the header, found more", announced, total),
            "the header's count is wrong, or something was appended to the file");
    }
    return kept;
}

}  // namespace

IdxImages read_idx_images(const std::filesystem::path& path, std::uint32_t first,
                          std::optional<std::uint32_t> samples) {
    GzipInput input(path, "stimulus.images");
    const auto header = read_header<3>(input, kImagesMagic, "images");
    IdxImages images;
    images.count = header[0];
    images.rows = header[1];
    images.columns = header[2];
    const std::uint64_t pixels = std::uint64_t{images.rows} * images.columns;
    if (images.count == 0 || pixels == 0 || pixels > kMaxPixels) {
        throw ConfigError(path.string(),
                          fmt::format("expected at least one image of 1 to {} pixels, found {} "
                                      "images of {} x {}",
                                      kMaxPixels, images.count, images.rows, images.columns),
                          "give a file that holds images");
    }
    if (samples && *samples == 0) {
        throw ConfigError("stimulus.samples", "expected at least 1, found 0",
                          "leave the key out to use all images");
    }
    const std::uint64_t end = samples ? std::uint64_t{first} + *samples : images.count;
    if (first >= images.count || end > images.count) {
        throw ConfigError(
            path.string(),
            fmt::format("expected to find images {} to {}, found images 0 to {} in the file", first,
                        std::max<std::uint64_t>(end, std::uint64_t{first} + 1) - 1,
                        images.count - 1),
            "lower stimulus.first or stimulus.samples");
    }
    images.first = first;
    images.kept = static_cast<std::uint32_t>(end - first);
    images.pixels = read_payload(
        input, images.count * pixels, first * pixels, images.kept * pixels,
        fmt::format("{} images of {} x {}", images.count, images.rows, images.columns));
    return images;
}

std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& path,
                                          const IdxImages& images,
                                          const std::filesystem::path& images_path) {
    GzipInput input(path, "stimulus.labels");
    const std::uint32_t count = read_header<1>(input, kLabelsMagic, "labels")[0];
    if (count != images.count) {
        throw ConfigError(path.string(),
                          fmt::format("expected {} labels, one for each image of {}, found {}",
                                      images.count, images_path.string(), count),
                          "give the labels file of the same set as the images (train or t10k)");
    }
    return read_payload(input, count, images.first, images.kept, fmt::format("{} labels", count));
}

}  // namespace cortile
