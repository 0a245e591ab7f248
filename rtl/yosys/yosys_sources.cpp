// SPDX-License-Identifier: Apache-2.0
#include "rtl/yosys/yosys_sources.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "rtl/yosys/file_list.h"

namespace cortile {

namespace fs = std::filesystem;

YosysSources::YosysSources(const DatapathDescription& d, const fs::path& folder) : folder_(folder) {
    const FileList list = d.file_list.empty() ? FileList() : read_file_list(d.file_list);
    std::map<std::string, std::string> defines = d.defines;
    defines.insert(list.defines.begin(), list.defines.end());
    std::vector<fs::path> sources = list.sources;
    sources.insert(sources.end(), d.sources.begin(), d.sources.end());
    for (const auto* directories : {&d.include_directories, &list.include_directories}) {
        for (const fs::path& directory : *directories) {
            add_folder(directory);
        }
    }
    add_folder(d.folder);
    for (const fs::path& source : sources) {
        add_folder(source.parent_path());  // what it includes may lie beside it
    }
    for (const auto& [name, value] : defines) {
        reads_ += fmt::format("verilog_defines -D{}{}{}\n", name, value.empty() ? "" : "=", value);
    }
    for (const fs::path& source : sources) {
        add_source(source, d.verilog || source.extension() == ".v");
    }
    elaborate_ = "hierarchy -check -top " + d.top;
    for (const auto& [name, value] : d.parameters) {
        elaborate_ += fmt::format(" -chparam {} {}", name, value);
    }
    elaborate_ += fmt::format("\nrename -top {}\n", d.top);
}

void YosysSources::link(const fs::path& target, const std::string& name) {
    std::error_code error;
    fs::remove(folder_ / name, error);
    fs::create_symlink(fs::absolute(target), folder_ / name, error);
    if (error) {
        throw ConfigError((folder_ / name).string(), "cannot be made: " + error.message());
    }
    links_[name] = target;
}

void YosysSources::add_folder(const fs::path& folder) {
    if (std::any_of(links_.begin(), links_.end(),
                    [&](const auto& known) { return known.second == folder; })) {
        return;
    }
    const std::string name = fmt::format("folder_{}", links_.size());
    link(folder, name);
    includes_ += " -I" + name;
}

void YosysSources::add_source(const fs::path& file, bool verilog) {
    const std::string name = fmt::format("source_{}{}", sources_++, verilog ? ".v" : ".sv");
    link(file, name);
    reads_ += fmt::format("read_verilog{}{} {}\n", verilog ? "" : " -sv", includes_, name);
}

YosysSources::Place YosysSources::place(const std::string& text) const {
    const std::size_t colon = text.rfind(':');
    Place result;
    if (colon == std::string::npos) {
        return result;
    }
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), result.line);
    const std::string file = text.substr(0, colon);
    const std::size_t slash = file.find('/');
    const auto found = links_.find(file.substr(0, slash));
    result.file = found == links_.end()        ? fs::path(file)
                  : slash == std::string::npos ? found->second
                                               : found->second / file.substr(slash + 1);
    return result;
}

}  // namespace cortile
