// SPDX-License-Identifier: Apache-2.0
#include "workload/stimulus/packet_decoder.h"

#include <lz4frame.h>
#include <zstd.h>

#include <array>
#include <memory>

#include "workload/stimulus/flat_table.h"

namespace cortile {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 28;

void append(std::string& out, const char* data, std::size_t bytes) {
    if (bytes > kMostBytes - out.size()) {
        throw FlatError("it has more than 256 MiB");
    }
    out.append(data, bytes);
}

std::string lz4_decoded(std::string_view body) {
    LZ4F_dctx* created = nullptr;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&created, LZ4F_VERSION)) != 0) {
        throw FlatError("no memory for LZ4");
    }
    const std::unique_ptr<LZ4F_dctx, decltype(&LZ4F_freeDecompressionContext)> context(
        created, &LZ4F_freeDecompressionContext);
    std::string out;
    std::array<char, 1 << 16> chunk;
    std::size_t at = 0, wanted = 1;
    for (bool moved = true; wanted != 0 && moved;) {
        std::size_t written = chunk.size(), read = body.size() - at;
        wanted = LZ4F_decompress(context.get(), chunk.data(), &written, body.data() + at, &read,
                                 nullptr);
        if (LZ4F_isError(wanted) != 0) {
            throw FlatError(std::string("LZ4: ") + LZ4F_getErrorName(wanted));
        }
        append(out, chunk.data(), written);
        at += read;
        moved = written > 0 || read > 0;
    }
    if (wanted != 0 || at != body.size()) {
        throw FlatError("LZ4: the frame does not end with the packet");
    }
    return out;
}

std::string zstd_decoded(std::string_view body) {
    const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> context(ZSTD_createDStream(),
                                                                             &ZSTD_freeDStream);
    if (context == nullptr) {
        throw FlatError("no memory for Zstandard");
    }
    std::string out;
    std::array<char, 1 << 16> chunk;
    ZSTD_inBuffer in{body.data(), body.size(), 0};
    std::size_t wanted = 1;
    for (bool moved = true; wanted != 0 && moved;) {
        const std::size_t before = in.pos;
        ZSTD_outBuffer to{chunk.data(), chunk.size(), 0};
        wanted = ZSTD_decompressStream(context.get(), &to, &in);
        if (ZSTD_isError(wanted) != 0) {
            throw FlatError(std::string("Zstandard: ") + ZSTD_getErrorName(wanted));
        }
        append(out, chunk.data(), to.pos);
        moved = to.pos > 0 || in.pos > before;
    }
    if (wanted != 0 || in.pos != body.size()) {
        throw FlatError("Zstandard: the frame does not end with the packet");
    }
    return out;
}

}  // namespace

bool is_known_compression(std::int32_t compression) {
    return compression >= 0 && compression <= 4;
}

std::string decoded_packet(std::string_view body, std::int32_t compression) {
    return compression == 0   ? std::string(body)
           : compression <= 2 ? lz4_decoded(body)
                              : zstd_decoded(body);
}

}  // namespace cortile
