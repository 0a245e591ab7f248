// SPDX-License-Identifier: Apache-2.0
#include "rtl/mutation/equivalence.h"

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "hw_model/base/error.h"
#include "hw_model/base/external_program.h"
#include "hw_model/base/text_file.h"
#include "rtl/mutation/miter.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;

// Clocks after power-up in which a difference is looked for before a proof is tried; longer than
// the reset and the longest way through a pipeline with some pauses.
constexpr unsigned kSearchedClocks = 24;

// ABC looks at its own limits at times only, and not at all while it reduces the netlist.
unsigned most_seconds(unsigned of_a_search) {
    constexpr unsigned kTimes = 10;
    return kTimes * (of_a_search + 1);
}

std::string abc_program() {
    for (const char* name : {"yosys-abc", "berkeley-abc"}) {
        if (find_program(name)) {
            return name;
        }
    }
    return "";
}

// The netlist's registers must all look at the same edge of the same signal: ABC has no clocks.
std::string clock_refusal(const std::string& blif) {
    static const std::regex latch(R"(\n\.latch \S+ \S+ (\S+ \S+))");
    std::set<std::string> clocks;
    for (std::sregex_iterator match(blif.begin(), blif.end(), latch), end; match != end; ++match) {
        clocks.insert((*match)[1]);
    }
    return clocks.size() <= 1
               ? ""
               : fmt::format("registers have several clocks: {}", fmt::join(clocks, ", "));
}

// What `print_status` says: -1 undecided, 0 a difference was found, 1 proved. `frames`: how many
// clocks a bounded search got through.
struct Status {
    int value = -1, frames = 0;
};

Status parse_status(const std::string& output) {
    static const std::regex line(R"(Status = (-?\d+)\s+Frames = (-?\d+))");
    std::smatch match;
    if (!std::regex_search(output, match, line)) {
        return {};
    }
    return {std::stoi(match[1]), std::max(0, std::stoi(match[2]))};
}

class TemporaryFiles {
  public:
    explicit TemporaryFiles(std::vector<fs::path> files) : files_(std::move(files)) {}
    ~TemporaryFiles() {
        std::error_code ignored;
        for (const fs::path& file : files_) {
            fs::remove(file, ignored);
        }
    }
    TemporaryFiles(const TemporaryFiles&) = delete;
    TemporaryFiles& operator=(const TemporaryFiles&) = delete;

  private:
    std::vector<fs::path> files_;
};

}  // namespace

std::string missing_proof_tools() {
    if (const std::string missing = missing_yosys(); !missing.empty()) {
        return missing;
    }
    return abc_program().empty() ? "yosys-abc is not installed (apt install yosys)" : "";
}

EquivalenceProver::EquivalenceProver(const MutantModel& model,
                                     const std::vector<std::uint32_t>& mutants, unsigned seconds)
    : model_(model), seconds_(seconds) {
    if (const std::string missing = missing_proof_tools(); !missing.empty()) {
        throw ConfigError(model.description().file.string(), missing);
    }
    const std::string gates =
        "techmap\nopt -fast\ndffunmap\nsetundef -init -zero\nsetundef -undriven -zero\naigmap\n"
        "opt_clean\n";
    std::string script = "read_rtlil prepared.il\n";
    for (const std::uint32_t number : mutants) {
        const Mutant& mutant = model.mutants().at(number - 1);
        if (!mutant.is_in_clock()) {
            script += mutant.command + "\n";
        }
    }
    write_text_file(model.folder() / "miter.v",
                    write_miter(model.description(), model.ports(), model.select_width()));
    // Gates first, two copies then: whatever is not mutated is the same gates in both, which spares
    // the solver from comparing multipliers.
    script += "async2sync\n" + gates + "read_verilog miter.v\n" +
              fmt::format("hierarchy -check -top {}\n", kMiterModule) + "proc\nflatten\n" + gates +
              "write_blif miter.blif\n";
    run_yosys(script, model.folder(), "miter", model.description().file.string());
    const std::string blif = read_text_file(model.folder() / "miter.blif");
    refusal_ = clock_refusal(blif);
    const std::size_t begin = blif.find(".inputs");
    const std::size_t end = blif.find('\n', begin);
    if (end == std::string::npos) {
        throw ContractViolation("EquivalenceProver: a netlist without inputs");
    }
    before_inputs_ = blif.substr(0, begin);
    after_inputs_ = blif.substr(end + 1);
    std::istringstream names(blif.substr(begin + 7, end - begin - 7));
    for (std::string name; names >> name;) {
        inputs_.push_back(name);
    }
}

// The netlist with the mutant's number and the limits set for good.
std::string EquivalenceProver::instance(std::uint32_t mutant, bool within) const {
    std::string kept, constants;
    const std::string select = std::string(kMiterMutant) + "[";
    for (const std::string& name : inputs_) {
        const bool is_select = name.starts_with(select);
        if (!is_select && name != kMiterWithin) {
            kept += " " + name;
            continue;
        }
        const bool value =
            is_select ? (mutant >> std::stoul(name.substr(select.size())) & 1) != 0 : within;
        constants += fmt::format(".names {}\n{}", name, value ? "1\n" : "");
    }
    return before_inputs_ + ".inputs" + kept + "\n" + constants + after_inputs_;
}

Proof EquivalenceProver::prove(std::uint32_t mutant, bool within) const {
    const std::string name = fmt::format("proof_{}_{}", mutant, within ? 1 : 0);
    const fs::path& folder = model_.folder();
    const fs::path netlist = folder / (name + ".blif"), reduced = folder / (name + "_r.blif"),
                   shown = folder / (name + ".cex");
    const TemporaryFiles files({netlist, reduced, shown});
    write_text_file(netlist, instance(mutant, within));
    const auto abc = [&](const std::string& commands) {
        return parse_status(run_program({"timeout", std::to_string(most_seconds(seconds_)),
                                         abc_program(), "-c", commands},
                                        folder)
                                .output);
    };
    const std::string save = fmt::format("print_status; write_cex -n {}.cex", name);
    const Status searched =
        abc(fmt::format("read_blif {0}.blif; strash; zero; &get -n; &lcorr; &scorr; &put; scorr; "
                        "write_blif {0}_r.blif; bmc3 -F {1} -T {2}; {3}",
                        name, kSearchedClocks, seconds_, save));
    // A bounded search proves nothing: that is for pdr alone, which gives an inductive invariant.
    const Status decided =
        searched.value == 0
            ? searched
            : abc(fmt::format("read_blif {}_r.blif; strash; pdr -T {}; {}", name, seconds_, save));
    switch (decided.value) {
        case 0:
            return {Proof::Result::different, "",
                    parse_counterexample(read_text_file(shown), model_.description(), within)};
        case 1:
            return {Proof::Result::equivalent, "", {}};
        default:
            return {Proof::Result::unknown,
                    fmt::format("no difference within {} clocks; no proof in {} s", searched.frames,
                                seconds_),
                    {}};
    }
}

Proof EquivalenceProver::prove(std::uint32_t mutant) const {
    if (!refusal_.empty()) {
        return {Proof::Result::unknown, refusal_, {}};
    }
    if (model_.mutants().at(mutant - 1).is_in_clock()) {
        return {Proof::Result::unknown, "a fault in a clock cannot be proved here", {}};
    }
    Proof proof = prove(mutant, false);
    if (proof.result == Proof::Result::equivalent ||
        !limits_operands(model_.description().contract)) {
        return proof;
    }
    proof = prove(mutant, true);
    if (proof.result == Proof::Result::equivalent) {
        proof.result = Proof::Result::equivalent_within;
    }
    return proof;
}

}  // namespace cortile
