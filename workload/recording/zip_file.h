// SPDX-License-Identifier: Apache-2.0
// Members of a ZIP archive, stored or deflated, as NumPy's .npz files are. Format: PKWARE
// APPNOTE.TXT; no encryption, no archives of 4 GiB and more.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cortile {

struct ZipMember {
    std::string name;
    std::uint32_t offset = 0, packed = 0, size = 0, crc = 0;
    std::uint16_t method = 0;
};

bool is_zip(std::string_view bytes);
// `bytes`: the whole archive. Throws ConfigError at `place` where it is damaged.
std::vector<ZipMember> zip_members(std::string_view bytes, const std::string& place);
std::string unpack(std::string_view bytes, const ZipMember& member, const std::string& place);

}  // namespace cortile
