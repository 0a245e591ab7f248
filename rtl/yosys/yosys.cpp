// SPDX-License-Identifier: Apache-2.0
#include "rtl/yosys/yosys.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/base/external_program.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;

// What matters of what yosys says: its error, or the end.
std::string complaint(const std::string& output) {
    std::istringstream lines(output);
    std::string last;
    for (std::string line; std::getline(lines, line);) {
        if (line.find("ERROR") != std::string::npos) {
            return line;
        }
        last = line.empty() ? last : line;
    }
    return last;
}

}  // namespace

std::string missing_yosys() {
    return find_program("yosys") ? "" : "yosys is not installed (apt install yosys)";
}

void run_yosys(const std::string& script, const fs::path& folder, const std::string& name,
               const std::string& where) {
    if (const std::string missing = missing_yosys(); !missing.empty()) {
        throw ConfigError(where, missing);
    }
    const fs::path file = folder / (name + ".ys");
    std::ofstream stream(file, std::ios::binary);
    stream << script;
    stream.close();
    if (!stream) {
        throw ConfigError(file.string(), "cannot be written");
    }
    const ProgramEnd end =
        run_program({"yosys", "-q", "-l", name + ".log", "-s", name + ".ys"}, folder);
    if (end.exit_code != 0) {
        throw ConfigError(where, "yosys: " + complaint(end.output),
                          "all that it said is in " + (folder / (name + ".log")).string());
    }
}

YosysSources::YosysSources(const DatapathDescription& d, const fs::path& folder) : folder_(folder) {
    std::map<std::string, std::string> defines = d.defines;
    std::vector<fs::path> sources;
    for (const fs::path& directory : d.include_directories) {
        add_folder(directory);
    }
    add_folder(d.folder);
    if (!d.file_list.empty()) {
        const FileList list = read_file_list(d.file_list);
        sources = list.sources;
        defines.insert(list.defines.begin(), list.defines.end());
        for (const fs::path& directory : list.include_directories) {
            add_folder(directory);
        }
    }
    sources.insert(sources.end(), d.sources.begin(), d.sources.end());
    for (const auto& [name, value] : defines) {
        commands_ +=
            fmt::format("verilog_defines -D{}{}{}\n", name, value.empty() ? "" : "=", value);
    }
    for (const fs::path& source : sources) {
        add_source(source);
    }
    for (const std::string& read : reads_) {
        commands_ += read;
    }
    commands_ += "hierarchy -check -top " + d.top;
    for (const auto& [name, value] : d.parameters) {
        commands_ += fmt::format(" -chparam {} {}", name, value);
    }
    commands_ += fmt::format("\nrename -top {}\n", d.top);
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

std::string YosysSources::add_folder(const fs::path& folder) {
    const std::string name = fmt::format("folder_{}", links_.size());
    for (const auto& [known, target] : links_) {
        if (target == folder) {
            return known;
        }
    }
    link(folder, name);
    includes_ += " -I" + name;
    return name;
}

void YosysSources::add_source(const fs::path& file) {
    add_folder(file.parent_path());  // what it includes may lie beside it
    const bool verilog = file.extension() == ".v";
    const std::string name = fmt::format("source_{}{}", reads_.size(), verilog ? ".v" : ".sv");
    link(file, name);
    reads_.push_back(fmt::format("read_verilog{}{} {}\n", verilog ? "" : " -sv", includes_, name));
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
