// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "rtl/verilated/datapath_description.h"

namespace cortile {

// The sources of a datapath as yosys reads them, under plain names that are links to them: so that
// neither names of cells nor what is drawn at random from them depends on where the sources lie,
// and no name needs quotes.
class YosysSources {
  public:
    // Makes the links in `folder`, which exists. Throws ConfigError for a file list that cannot be
    // read.
    YosysSources(const DatapathDescription& description, const std::filesystem::path& folder);

    // Commands that read all sources; that make its top module the top, with its parameters and
    // under its own name.
    const std::string& read_commands() const { return reads_; }
    const std::string& elaborate_commands() const { return elaborate_; }

    // Of an attribute `src`, "source_1.sv:156.28-156.44": the file and its line.
    struct Place {
        std::filesystem::path file;
        unsigned line = 0;  // 0: not known
    };
    Place place(const std::string& source_attribute) const;

  private:
    void add_source(const std::filesystem::path& file, bool verilog);
    void add_folder(const std::filesystem::path& folder);
    void link(const std::filesystem::path& target, const std::string& name);

    std::filesystem::path folder_;
    std::map<std::string, std::filesystem::path> links_;  // by name
    std::size_t sources_ = 0;
    std::string includes_, reads_, elaborate_;
};

}  // namespace cortile
