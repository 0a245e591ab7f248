// SPDX-License-Identifier: Apache-2.0
#include "rtl/yosys/yosys.h"

#include <algorithm>
#include <regex>
#include <sstream>

#include "hw_model/base/error.h"
#include "hw_model/base/external_program.h"
#include "hw_model/base/text_file.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;

// "source_1.sv:7: ERROR: …" names a link.
std::string with_link_target(const std::string& line, const fs::path& folder) {
    const std::string name = line.substr(0, line.find(':'));
    std::error_code error;
    const fs::path target = fs::read_symlink(folder / name, error);
    return name.empty() || error ? line : target.string() + line.substr(name.size());
}

// What matters of what yosys says: its first error, or the end.
std::string complaint(const std::string& output, const fs::path& folder) {
    std::istringstream lines(output);
    std::string last;
    for (std::string line; std::getline(lines, line);) {
        if (line.find("ERROR") != std::string::npos) {
            return with_link_target(line, folder);
        }
        last = line.empty() ? last : line;
    }
    return last;
}

}  // namespace

std::string missing_yosys() {
    return find_program("yosys") ? "" : "yosys is not installed (apt install yosys)";
}

std::string run_yosys(const std::string& script, const fs::path& folder, const std::string& name,
                      const std::string& where) {
    if (const std::string missing = missing_yosys(); !missing.empty()) {
        throw ConfigError(where, missing);
    }
    write_text_file(folder / (name + ".ys"), script);
    const ProgramEnd end =
        run_program({"yosys", "-q", "-l", name + ".log", "-s", name + ".ys"}, folder);
    if (end.exit_code != 0) {
        throw ConfigError(where, "yosys: " + complaint(end.output, folder),
                          "yosys reads less of SystemVerilog than simulators do");
    }
    return end.output;
}

std::map<std::string, RtlPort> parse_port_list(const std::string& list, const std::string& where) {
    static const std::regex declaration(R"((input|output|inout) \[(\d+):(\d+)\] (\S+))");
    std::map<std::string, RtlPort> ports;
    for (std::sregex_iterator match(list.begin(), list.end(), declaration), end; match != end;
         ++match) {
        const auto bit = [&](std::size_t group) {
            return static_cast<unsigned>(std::stoul((*match)[group].str()));
        };
        ports[(*match)[4].str()] = {(*match)[1] == "input",
                                    std::max(bit(2), bit(3)) - std::min(bit(2), bit(3)) + 1};
    }
    if (ports.empty()) {
        throw ConfigError(where, "yosys lists no port of the top module");
    }
    return ports;
}

}  // namespace cortile
