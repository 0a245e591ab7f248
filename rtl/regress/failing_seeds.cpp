// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/failing_seeds.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/config/yaml_text.h"

namespace cortile::regress {

namespace {

namespace fs = std::filesystem;

constexpr const char* kHead =
    "# Runs that failed and have not passed since. `cortile regress` runs them first.\n";

}  // namespace

std::vector<RunName> read_failing_seeds(const fs::path& file) {
    std::vector<RunName> runs;
    std::ifstream stream(file);
    std::error_code ignored;
    if (!stream && fs::exists(file, ignored)) {
        throw ConfigError(file.string(), "cannot be read", "look at its permissions");
    }
    int number = 0;
    for (std::string line; std::getline(stream, line);) {
        ++number;
        line.resize(std::min(line.find('#'), line.size()));
        const auto first = line.find_first_not_of(" \t\r");
        if (first == std::string::npos) {
            continue;
        }
        line = line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
        const auto run = parse_run_name(line);
        if (!run) {
            throw ConfigError(fmt::format("{}:{}", file.string(), number),
                              fmt::format("{} is not the name of a run", shown_text(line)),
                              "write DATAPATH/TEST.SEED, or remove the line");
        }
        if (std::find(runs.begin(), runs.end(), *run) == runs.end()) {
            runs.push_back(*run);
        }
    }
    return runs;
}

void write_failing_seeds(const fs::path& file, const std::vector<RunName>& runs) {
    std::error_code error;
    if (runs.empty()) {
        fs::remove(file, error);
        return;
    }
    const fs::path partial = file.string() + ".partial";
    std::ofstream stream(partial);
    stream << kHead;
    for (const RunName& run : runs) {
        stream << run.text() << '\n';
    }
    stream.close();
    if (stream) {
        fs::rename(partial, file, error);
    }
    if (!stream || error) {
        fs::remove(partial, error);
        throw ConfigError(file.string(), "cannot be written", "name another folder with --out");
    }
}

std::vector<RunName> still_failing(const std::vector<RunName>& earlier,
                                   const std::vector<std::pair<RunName, bool>>& now) {
    std::set<RunName> passed;
    for (const auto& [run, good] : now) {
        if (good) {
            passed.insert(run);
        }
    }
    std::vector<RunName> failing;
    std::set<RunName> taken;
    const auto add = [&](const RunName& run) {
        if (!passed.contains(run) && taken.insert(run).second) {
            failing.push_back(run);
        }
    };
    std::for_each(earlier.begin(), earlier.end(), add);
    for (const auto& [run, good] : now) {
        add(run);
    }
    return failing;
}

}  // namespace cortile::regress
