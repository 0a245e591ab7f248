// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/seeded_bug.h"

#include <fstream>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile::regress {

namespace {

namespace fs = std::filesystem;

constexpr int kLevels = 3;

void link_neighbours(const fs::path& original, const fs::path& copy) {
    std::error_code ignored;
    const fs::path own = original.filename();
    for (fs::directory_iterator entry(original.parent_path(), ignored), end;
         !ignored && entry != end; entry.increment(ignored)) {
        if (entry->path().filename() != own) {
            std::error_code taken;
            fs::create_symlink(entry->path(), copy.parent_path() / entry->path().filename(), taken);
        }
    }
}

void apply(const fs::path& file, const SeededBug& bug, const std::string& place) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    if (!stream) {
        throw ConfigError(place, fmt::format("there is no file {}", bug.file),
                          "name a file of the datapath's folder");
    }
    std::string text = content.str();
    const std::size_t at = text.find(bug.find);
    if (bug.find.empty() || at == std::string::npos ||
        text.find(bug.find, at + 1) != std::string::npos) {
        throw ConfigError(
            place,
            fmt::format("the text to replace occurs {} in {}",
                        bug.find.empty() || at == std::string::npos ? "nowhere" : "more than once",
                        bug.file),
            "give a text in find that occurs just once");
    }
    text.replace(at, bug.find.size(), bug.replace);
    std::ofstream(file, std::ios::binary) << text;
}

}  // namespace

fs::path copy_with_bug(const DatapathDescription& datapath, const SeededBug& bug,
                       const fs::path& scratch) {
    const fs::path original = fs::canonical(datapath.folder);
    std::vector<fs::path> ancestors{original};
    for (int level = 0; level < kLevels && ancestors.back().has_relative_path(); ++level) {
        ancestors.push_back(ancestors.back().parent_path());
    }
    const fs::path top = ancestors.back();
    const fs::path copy = scratch / original.lexically_relative(top);
    fs::create_directories(copy.parent_path());
    fs::copy(original, copy, fs::copy_options::recursive);
    for (std::size_t level = 0; level + 1 < ancestors.size(); ++level) {
        link_neighbours(ancestors[level], scratch / ancestors[level].lexically_relative(top));
    }
    apply(copy / bug.file, bug,
          fmt::format("{}: seeded_bugs.{}", datapath.file.string(), bug.name));
    return copy;
}

}  // namespace cortile::regress
