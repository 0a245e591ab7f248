// SPDX-License-Identifier: Apache-2.0
#include "experiment/rtl_cores.h"

#include <cmath>
#include <regex>

#include <fmt/format.h>

#include "cores/datapath/lockstep_datapath.h"
#include "experiment/rtl_folder.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

namespace {

// Operations of a core that a mismatch shows, and that are tried as its replay.
constexpr std::size_t kHistory = 16;

DatapathTiming timing_of(const DatapathDescription& d, const Parameters& parameters) {
    const double chosen = parameters.frequency("cores.rtl_clock");
    const double frequency = chosen > 0 ? chosen : d.frequency;
    if (frequency <= 0) {
        throw ConfigError(d.file.string() + ": clock.frequency", "is not stated",
                          "state it, or choose one: --set cores.rtl_clock=100MHz");
    }
    const double period = 1e12 / frequency;
    return {static_cast<Picoseconds>(std::llround(d.latency * period)),
            static_cast<Picoseconds>(std::llround(d.initiation_interval * period))};
}

}  // namespace

class RtlCores::Observer final : public NeuronDatapath {
  public:
    Observer(std::unique_ptr<NeuronDatapath> inner, std::shared_ptr<Passage> passage)
        : inner_(std::move(inner)), passage_(std::move(passage)) {}

    const DatapathContract& contract() const override { return inner_->contract(); }
    void reset() override { inner_->reset(); }
    void run(std::span<const std::int64_t> operands, std::span<std::int64_t> results) override {
        Passage& p = *passage_;
        const auto some = static_cast<std::ptrdiff_t>(
            std::min(operands.size(), p.most_recorded - std::min(p.most_recorded, p.first.size())));
        p.first.insert(p.first.end(), operands.begin(), operands.begin() + some);
        inner_->run(operands, results);
        const std::size_t most = kHistory * contract().operand_words();
        const auto last = operands.last(std::min(operands.size(), most));
        p.last.insert(p.last.end(), last.begin(), last.end());
        p.last.erase(p.last.begin(),
                     p.last.end() - static_cast<std::ptrdiff_t>(std::min(most, p.last.size())));
    }

  private:
    std::unique_ptr<NeuronDatapath> inner_;
    std::shared_ptr<Passage> passage_;
};

RtlCores::RtlCores(const Experiment& experiment) : parameters_(experiment.parameters) {
    const std::string& kind = parameters_.text("cores.datapath");
    if (kind == "model") {
        if (parameters_.given("cores.record")) {
            throw ConfigError(parameters_.where("cores.record"),
                              "the model has no operations to record",
                              "cores.datapath=rtl, or lockstep");
        }
        return;
    }
    lockstep_ = kind == "lockstep";
    if (parameters_.given("cores.record")) {
        const auto folder =
            std::filesystem::absolute(parameters_.file("cores.record")).parent_path();
        if (!std::filesystem::is_directory(folder)) {
            throw ConfigError(parameters_.where("cores.record"),
                              folder.string() + " is not a folder", "make it first");
        }
    }
    if (parameters_.given("cores.rtl_folder")) {
        add(parameters_.file("cores.rtl_folder"), parameters_);
    } else {
        for (const DatapathSemantics* semantics : experiment.core_type->semantics()) {
            if (!semantics->rtl_folder().empty()) {
                add(rtl_folder() / semantics->rtl_folder(), parameters_);
            }
        }
    }
    if (rtl_.empty()) {
        throw ConfigError(parameters_.where("cores.datapath"),
                          "core type " + experiment.core_type->name() + " has no RTL",
                          "cores.datapath=model");
    }
    for (const Rtl& rtl : rtl_) {
        const auto own = experiment.core_type->semantics();
        if (std::find(own.begin(), own.end(), rtl.description.semantics) == own.end()) {
            throw ConfigError(rtl.description.file.string() + ": reference.semantics",
                              rtl.description.semantics->name() + " is not what core type " +
                                  experiment.core_type->name() + " computes");
        }
    }
}

RtlCores::~RtlCores() = default;

void RtlCores::add(const std::filesystem::path& folder, const Parameters& parameters) {
    DatapathDescription d = read_datapath(folder);
    if (d.state_inside) {
        throw ConfigError(d.file.string() + ": state",
                          "is inside; a core needs RTL that takes a neuron's state with each "
                          "operation",
                          "cortile cosim checks it by itself");
    }
    const DatapathTiming timing = timing_of(d, parameters);
    auto library = DatapathLibrary::build(d);
    rtl_.push_back({std::move(d), std::move(library), timing});
}

// "3" or "0-7".
std::set<std::uint32_t> RtlCores::chosen(const Chip& chip) const {
    std::set<std::uint32_t> used, result;
    for (const CoreShell* core : chip.used_cores()) {
        used.insert(core->id().value);
    }
    const std::vector<std::string>& only = parameters_.texts("cores.rtl_only");
    if (only.empty()) {
        return used;
    }
    static const std::regex range(R"(\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?)");
    for (const std::string& text : only) {
        std::smatch match;
        if (!std::regex_match(text, match, range)) {
            throw ConfigError(parameters_.where("cores.rtl_only"),
                              "expected a core or a range, 3 or 0-7, found " + shown_text(text));
        }
        const unsigned long first = std::stoul(match[1]);
        const unsigned long last = match[2].matched ? std::stoul(match[2]) : first;
        for (unsigned long core = first; core <= last; ++core) {
            if (!used.contains(static_cast<std::uint32_t>(core))) {
                throw ConfigError(parameters_.where("cores.rtl_only"),
                                  fmt::format("core {} holds no neurons", core),
                                  "cortile map shows which cores are in use");
            }
            result.insert(static_cast<std::uint32_t>(core));
        }
    }
    return result;
}

void RtlCores::attach(Chip& chip) {
    if (rtl_.empty()) {
        return;
    }
    const bool records = parameters_.given("cores.record");
    for (const std::uint32_t core : chosen(chip)) {
        ++cores_;
        for (const Rtl& rtl : rtl_) {
            std::unique_ptr<NeuronDatapath> datapath =
                std::make_unique<VerilatedDatapath>(rtl.description, rtl.library);
            if (lockstep_) {
                datapath = std::make_unique<LockstepDatapath>(rtl.description.reference(),
                                                              std::move(datapath));
            }
            const std::size_t recorded =
                records && &rtl == &rtl_.front()
                    ? static_cast<std::size_t>(parameters_.integer("cores.record_operations")) *
                          rtl.description.contract.operand_words()
                    : 0;
            passages_.push_back(std::make_shared<Passage>(Passage{core, &rtl, recorded, {}, {}}));
            datapath = std::make_unique<Observer>(std::move(datapath), passages_.back());
            chip.core(CoreId{core}).model().use_datapath(std::move(datapath), rtl.timing);
        }
    }
}

void RtlCores::check(const Chip& chip, const std::string& moment) const {
    if (rtl_.empty()) {
        return;
    }
    for (const CoreShell* core : chip.used_cores()) {
        const CoreMismatch* mismatch = core->model().mismatch();
        if (mismatch == nullptr) {
            continue;
        }
        for (const auto& passage : passages_) {
            if (passage->core == core->id().value &&
                passage->rtl->description.contract.semantics == mismatch->contract.semantics) {
                report(*mismatch, *passage, moment);
            }
        }
    }
}

void RtlCores::report(const CoreMismatch& mismatch, const Passage& passage,
                      const std::string& moment) const {
    const DatapathDescription& d = passage.rtl->description;
    const std::size_t words = d.contract.operand_words();
    Operations operations = passage.last;
    operations.insert(operations.end(), mismatch.operations.begin(), mismatch.operations.end());
    const auto reference = d.reference();
    VerilatedDatapath alone(d, passage.rtl->library);
    const auto suffix = shortest_suffix(*reference, alone, operations, kHistory);
    const std::string replay =
        suffix ? fmt::format("cortile cosim {} {}", d.folder.string(),
                             operation_arguments(d.contract, *suffix))
               : fmt::format(
                     "these operations alone do not show it: record the core's with --set "
                     "cores.record=FILE.csv --set cores.rtl_only=[{}], then cortile cosim "
                     "{} --replay FILE.csv",
                     passage.core, d.folder.string());
    throw CosimMismatch(fmt::format(
        "{}, core {}, neuron {}: {}\n\nthe last operations of the core:\n{}\nreplay: {}", moment,
        passage.core, mismatch.neuron, mismatch.disagreement.text(),
        history_text(d.contract, operations, operations.size() / words - 1, kHistory), replay));
}

void RtlCores::write_record() const {
    if (!parameters_.given("cores.record")) {
        return;
    }
    // As many of each core, so that all layers of a network are there.
    const DatapathContract& contract = rtl_.front().description.contract;
    const std::size_t each =
        std::max<std::size_t>(
            1, static_cast<std::size_t>(parameters_.integer("cores.record_operations")) / cores_) *
        contract.operand_words();
    Operations all;
    for (const auto& passage : passages_) {
        const auto some = static_cast<std::ptrdiff_t>(std::min(each, passage->first.size()));
        all.insert(all.end(), passage->first.begin(), passage->first.begin() + some);
    }
    write_operations(contract, all, parameters_.file("cores.record"));
}

std::string RtlCores::summary() const {
    std::string names;
    for (const Rtl& rtl : rtl_) {
        names += (names.empty() ? "" : ", ") + rtl.description.name;
    }
    return rtl_.empty()
               ? ""
               : fmt::format("{} ({}), {} core{}", lockstep_ ? "model and RTL in lockstep" : "RTL",
                             names, cores_, cores_ == 1 ? "" : "s");
}

}  // namespace cortile
