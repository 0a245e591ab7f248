// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/equations/equations_semantics.h"

#include <fstream>
#include <iterator>

#include "cores/datapath/equations/boundary_chain.h"
#include "cores/datapath/equations/comparison_watch.h"
#include "cores/datapath/equations/equations_datapath.h"
#include "cores/datapath/equations/steering.h"
#include "hw_model/base/error.h"

namespace cortile {
namespace {

EquationsDatapath& as_program(NeuronDatapath& reference) {
    auto* const datapath = dynamic_cast<EquationsDatapath*>(&reference);
    if (datapath == nullptr) {
        throw ContractViolation("equations: the reference was made by other semantics");
    }
    return *datapath;
}

class EquationsSemantics final : public ProgramSemantics {
  public:
    std::string name() const override { return "equations"; }
    std::string description() const override {
        return "integer equations, written in datapath.yaml";
    }
    ParameterSchema schema() const override {
        return {
            {"reference.program", ParameterType::text, "",
             "fields and equations of one update, after |"},
            {"reference.program_file", ParameterType::path, "", "the same, in a file of its own"}};
    }
    SourceText program(const Parameters& options) const override;
};

SourceText EquationsSemantics::program(const Parameters& options) const {
    const std::string hint = "program: | and the equations below it, indented; or program_file";
    if (options.given("reference.program") == options.given("reference.program_file")) {
        throw ConfigError(options.where("reference.program"),
                          options.given("reference.program")
                              ? "program and program_file are both given"
                              : "the semantics equations need a program",
                          hint);
    }
    if (options.given("reference.program")) {
        return {options.text("reference.program"), options.where("reference.program")};
    }
    const std::filesystem::path file = options.file("reference.program_file");
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        throw ConfigError(options.where("reference.program_file"),
                          file.string() + " cannot be read", hint);
    }
    return {{std::istreambuf_iterator<char>(stream), {}}, file.string()};
}

}  // namespace

std::unique_ptr<NeuronDatapath> ProgramSemantics::make(const Parameters& options) const {
    SourceText source = program(options);
    Program compiled = compile_equations(source);
    return std::make_unique<EquationsDatapath>(std::move(compiled), std::move(source), name());
}

std::vector<std::vector<std::int64_t>> ProgramSemantics::directed(const DatapathContract& contract,
                                                                  NeuronDatapath& reference) const {
    return boundary_operations(contract, as_program(reference));
}

void ProgramSemantics::steer(const DatapathContract& contract, NeuronDatapath& reference,
                             std::span<std::int64_t> operands, std::uint32_t bits,
                             bool state_is_free) const {
    steer_to_boundary(contract, as_program(reference), operands, bits, state_is_free);
}

std::unique_ptr<ChainSteering> ProgramSemantics::chain_steering(const DatapathContract& contract,
                                                                NeuronDatapath& reference) const {
    return std::make_unique<BoundaryChain>(contract, as_program(reference));
}

std::unique_ptr<StimulusWatch> ProgramSemantics::watch(NeuronDatapath& reference) const {
    return std::make_unique<ComparisonWatch>(as_program(reference));
}

std::unique_ptr<const DatapathSemantics> make_equations_semantics() {
    return std::make_unique<EquationsSemantics>();
}

}  // namespace cortile
