// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/json_file.h"

#include <fstream>

#include "hw_model/base/error.h"

namespace cortile::regress {

void write_json(const std::filesystem::path& file, const nlohmann::json& content) {
    const std::filesystem::path partial = file.string() + ".partial";
    std::ofstream stream(partial);
    stream << content.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    stream.close();
    if (!stream) {
        throw ConfigError(file.string(), "cannot be written", "free some space in TMPDIR");
    }
    std::filesystem::rename(partial, file);
}

nlohmann::json read_json(const std::filesystem::path& file) {
    std::ifstream stream(file);
    nlohmann::json json = nlohmann::json::parse(stream, nullptr, false);
    return json.is_discarded() ? nlohmann::json() : json;
}

}  // namespace cortile::regress
