// SPDX-License-Identifier: Apache-2.0
#include "rtl/mutation/mutant_model.h"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <fstream>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/base/text_file.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;

// FNV-1a: which netlist it is.
std::uint64_t content_key(const std::string& text) {
    std::uint64_t key = 0xCBF29CE484222325u;
    for (const char c : text) {
        key = (key ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    }
    return key;
}

fs::path made(const fs::path& folder) {
    make_folder(folder);
    return fs::absolute(folder);
}

}  // namespace

std::string missing_mutation_tools() {
    std::string missing = missing_rtl_tools();
    if (missing.empty() && !missing_yosys().empty()) {
        missing = "mutation is off: " + missing_yosys();
    }
    return missing;
}

MutantModel::MutantModel(const DatapathDescription& description, std::uint32_t count,
                         std::uint64_t seed, const fs::path& folder)
    : description_(description),
      folder_(made(folder)),
      // At least two bits, so that the port is a vector.
      select_width_(std::max(2u, static_cast<unsigned>(std::bit_width(count)))),
      sources_(description, folder_) {
    // Registers keep their multiplexers for enable and reset, which are mutated too. Arithmetic is
    // cut to the bits that count: faults in others would only be equivalent mutants. Unknown values
    // become 0, and choices that must not overlap become ones in turn: what is run and what is
    // proved must agree on what a fault does to them.
    const std::string tidy = "opt -full -nodffe -nosdff\n";
    run_yosys(sources_.read_commands() + sources_.elaborate_commands() +
                  "proc\nflatten\nmemory\npmuxtree\nsetundef -undriven -zero\n" + tidy +
                  "wreduce\n" + tidy + "opt_clean\n" +
                  "tee -q -o ports.txt portlist\nwrite_rtlil prepared.il\n" +
                  fmt::format("mutate -list {} -seed {} -ctrl {} {} 1 -o mutants.txt\n", count,
                              seed, kMutantPort, select_width_) +
                  "script mutants.txt\nopt_clean\nwrite_verilog -noattr -norename mutants.v\n",
              folder_, "mutate", description.file.string());
    ports_ =
        parse_port_list(read_text_file(folder_ / "ports.txt"), (folder_ / "ports.txt").string());
    const fs::path list = folder_ / "mutants.txt";
    mutants_ = parse_mutants(read_text_file(list), list.string());
    for (std::uint32_t i = 0; i < mutants_.size(); ++i) {
        if (mutants_[i].number != i + 1) {
            throw ConfigError(list.string(),
                              fmt::format("mutant {} has number {}", i + 1, mutants_[i].number));
        }
    }
    if (mutants_.empty()) {
        throw ConfigError(description.file.string(), "yosys finds nothing to mutate");
    }
}

std::shared_ptr<const DatapathLibrary> MutantModel::build() const {
    // Libraries are kept by the name of their netlist too, so it lies where only its content says.
    const std::string netlist = read_text_file(folder_ / "mutants.v");
    const fs::path netlists = cache_folder() / "netlists";
    make_folder(netlists, "CORTILE_CACHE=FOLDER names another place for what is built");
    const fs::path place =
        netlists / fmt::format("{}-{:016x}.v", description_.name, content_key(netlist));
    if (!fs::exists(place)) {
        const fs::path fresh = place.string() + fmt::format(".{}", getpid());
        fs::copy_file(folder_ / "mutants.v", fresh, fs::copy_options::overwrite_existing);
        fs::rename(fresh, place);
    }
    LibraryOptions options;
    options.harness.mutant_port = kMutantPort;
    options.netlist = {place};
    options.optimise = false;
    return DatapathLibrary::build(description_, options);
}

std::string MutantModel::place(const Mutant& mutant) const {
    const YosysSources::Place place = sources_.place(mutant.source());
    return place.line == 0 ? "" : fmt::format("{}:{}", place.file.filename().string(), place.line);
}

std::string MutantModel::source_line(const Mutant& mutant) const {
    const YosysSources::Place place = sources_.place(mutant.source());
    std::ifstream stream(place.file);
    std::string line;
    for (unsigned i = 0; i < place.line && std::getline(stream, line); ++i) {
    }
    const std::size_t first = line.find_first_not_of(" \t");
    return first == std::string::npos ? "" : line.substr(first);
}

}  // namespace cortile
