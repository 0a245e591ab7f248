// SPDX-License-Identifier: Apache-2.0
// RTL in a chip's cores: what `cores.datapath` and the keys beside it ask for.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cores/datapath/operations.h"
#include "experiment/experiment.h"
#include "hw_model/chip/chip.h"
#include "rtl/verilated/verilated_datapath.h"

namespace cortile {

class RtlCores {
  public:
    // Reads the datapaths of the core type and builds their RTL; nothing for cores.datapath: model.
    // Throws ConfigError for a core type without RTL, and where tools are missing.
    explicit RtlCores(const Experiment& experiment);
    ~RtlCores();

    // Gives every chosen core its datapath. Throws ConfigError for cores that are not in use.
    void attach(Chip& chip);
    // Throws CosimMismatch for the first core, in order, that has a mismatch: with what to type to
    // see it again. `moment`: "sample 3, timestep 7".
    void check(const Chip& chip, const std::string& moment) const;
    // Writes cores.record.
    void write_record() const;
    // For the report: "lockstep with cuba_lif on 5 cores"; empty for cores.datapath: model.
    std::string summary() const;

  private:
    struct Rtl {
        DatapathDescription description;
        std::shared_ptr<const DatapathLibrary> library;
        DatapathTiming timing;
    };
    class Observer;
    // What passes through one datapath of one core.
    struct Passage {
        std::uint32_t core = 0;
        const Rtl* rtl = nullptr;
        std::size_t most_recorded = 0;  // words
        Operations first;               // as many for cores.record
        Operations last;                // of the calls before the present one
    };

    void add(const std::filesystem::path& folder, const Parameters& parameters);
    std::set<std::uint32_t> chosen(const Chip& chip) const;
    [[noreturn]] void report(const CoreMismatch& mismatch, const Passage& passage,
                             const std::string& moment) const;

    const Parameters& parameters_;
    bool lockstep_ = false;
    std::vector<Rtl> rtl_;
    std::size_t cores_ = 0;
    std::vector<std::shared_ptr<Passage>> passages_;
};

}  // namespace cortile
