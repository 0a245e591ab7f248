// SPDX-License-Identifier: Apache-2.0
// yosys, where it is installed.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "rtl/verilated/datapath_description.h"

namespace cortile {

// One line that names what is missing; empty: nothing is.
std::string missing_yosys();

// Runs a script in `folder`, which keeps it as <name>.ys and what yosys says as <name>.log. Throws
// ConfigError at `where`: yosys is missing, or its messages.
void run_yosys(const std::string& script, const std::filesystem::path& folder,
               const std::string& name, const std::string& where);

// The sources of a datapath as yosys reads them, under plain names that are links to them: so that
// neither names of cells nor what is drawn at random from them depends on where the sources lie,
// and no name needs quotes.
class YosysSources {
  public:
    // Makes the links in `folder`, which exists. Throws ConfigError for a file list that cannot be
    // read.
    YosysSources(const DatapathDescription& description, const std::filesystem::path& folder);

    // Commands that read all sources and elaborate the top module, with its parameters and under
    // its own name.
    const std::string& commands() const { return commands_; }

    // Of an attribute `src`, "source_1.sv:156.28-156.44": the file and its line.
    struct Place {
        std::filesystem::path file;
        unsigned line = 0;  // 0: not known
    };
    Place place(const std::string& source_attribute) const;

  private:
    void add_source(const std::filesystem::path& file);
    std::string add_folder(const std::filesystem::path& folder);
    void link(const std::filesystem::path& target, const std::string& name);

    std::filesystem::path folder_;
    std::map<std::string, std::filesystem::path> links_;  // by name
    std::vector<std::string> reads_;
    std::string includes_, commands_;
};

// What a simulator's file list names (files, +incdir+, -I, +define+, -D, -f and -F; other options
// are passed over). Paths are relative to the list.
struct FileList {
    std::vector<std::filesystem::path> sources, include_directories;
    std::map<std::string, std::string> defines;
};
FileList read_file_list(const std::filesystem::path& file);

}  // namespace cortile
