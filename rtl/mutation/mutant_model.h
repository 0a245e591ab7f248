// SPDX-License-Identifier: Apache-2.0
// A datapath with many mutants in it, of which an input selects one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "rtl/mutation/mutant.h"
#include "rtl/verilated/datapath_library.h"
#include "rtl/yosys/yosys.h"
#include "rtl/yosys/yosys_sources.h"

namespace cortile {

// The input that selects; 0 is the datapath without a fault.
inline constexpr const char* kMutantPort = "cortile_mutant";

// One line that names what is missing to make mutants and to run them; empty: nothing is.
std::string missing_mutation_tools();

class MutantModel {
  public:
    // yosys reads the datapath, flattens it, drops what has no effect, and draws `count` mutants
    // from `seed`, evenly over cells, source lines and wires. There may be fewer, if the datapath
    // has no more. `folder` is made, and holds what yosys wrote. Throws ConfigError.
    MutantModel(const DatapathDescription& description, std::uint32_t count, std::uint64_t seed,
                const std::filesystem::path& folder);

    const std::vector<Mutant>& mutants() const { return mutants_; }  // [i] has number i + 1
    unsigned select_width() const { return select_width_; }          // bits

    // RTL with all mutants, for lockstep; the same datapath is built once (DatapathLibrary).
    std::shared_ptr<const DatapathLibrary> build() const;

    // The datapath as it was before mutation: RTLIL, in folder().
    std::filesystem::path prepared() const { return folder_ / "prepared.il"; }
    const std::filesystem::path& folder() const { return folder_; }
    const DatapathDescription& description() const { return description_; }
    const std::map<std::string, RtlPort>& ports() const { return ports_; }  // of the top module

    // "cuba_lif.sv:165" and the text of that line, where they are known.
    std::string place(const Mutant& mutant) const;
    std::string source_line(const Mutant& mutant) const;

  private:
    const DatapathDescription& description_;
    std::filesystem::path folder_;
    unsigned select_width_;
    YosysSources sources_;
    std::vector<Mutant> mutants_;
    std::map<std::string, RtlPort> ports_;
};

}  // namespace cortile
