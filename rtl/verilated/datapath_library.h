// SPDX-License-Identifier: Apache-2.0
// RTL as a shared library, built when it is first asked for by Verilator and the C++ compiler, and
// kept in a cache folder under the hash of all that went into it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "rtl/verilated/datapath_description.h"
#include "rtl/verilated/harness.h"
#include "rtl/verilated/harness_abi.h"

namespace cortile {

// One line that names what is missing for RTL (Verilator, a C++ compiler); empty: nothing is.
std::string missing_rtl_tools();

struct LibraryOptions {
    HarnessOptions harness;
    // Other sources in place of the datapath's, with the same top module and ports: a netlist.
    std::vector<std::filesystem::path> netlist = {};
    // Verilator's and the compiler's optimisation. Netlists that yosys wrote must do without the
    // former, which simulates some of them wrongly (upstream issues 4059 and 4842).
    bool optimise = true;
    // In place of `optimise`, for a netlist of thousands of cells that runs few operations: those
    // of Verilator's optimisations that keep what there is to compile small and that no netlist is
    // known to be simulated wrongly with (5.006 is wrong about some with any of -fdfg, -fexpand and
    // -fconst-bit-op-tree), and none of the compiler's. 6,000 cells: 20 s instead of 5 minutes.
    bool build_quickly = false;
};

class DatapathLibrary {
  public:
    // Throws ConfigError: a tool is missing, Verilator refuses the sources (with its messages), or
    // datapath.yaml does not fit the ports.
    static std::shared_ptr<const DatapathLibrary> build(const DatapathDescription& description,
                                                        const LibraryOptions& options = {});
    ~DatapathLibrary();
    DatapathLibrary(const DatapathLibrary&) = delete;
    DatapathLibrary& operator=(const DatapathLibrary&) = delete;

    const CortileHarness& harness() const { return *harness_; }
    // Where it was built: Verilator's and the compiler's messages are in build.log there.
    const std::filesystem::path& folder() const { return folder_; }
    // What Verilator warned of when it read the sources.
    std::string warnings() const;

  private:
    explicit DatapathLibrary(std::filesystem::path folder);

    std::filesystem::path folder_;
    void* handle_ = nullptr;
    const CortileHarness* harness_ = nullptr;
};

// $CORTILE_CACHE, or a folder of the user's.
std::filesystem::path cache_folder();

}  // namespace cortile
