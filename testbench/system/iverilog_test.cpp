// SPDX-License-Identifier: Apache-2.0
// A second opinion on RTL of ours: Icarus Verilog, which knows X, elaborates it without a word and
// simulates it with the same outputs as Verilator and the reference.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

#include "cores/datapath/stimulus.h"
#include "hw_model/base/external_program.h"
#include "hw_model/base/temporary_folder.h"
#include "rtl/regress/operation_source.h"
#include "rtl/regress/seeded_bug.h"
#include "rtl/verilated/verilated_datapath.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

constexpr std::uint64_t kHashStart = 0xcbf29ce484222325, kHashFactor = 0x100000001b3;

std::uint64_t code(const DatapathField& field, std::int64_t value) {
    return static_cast<std::uint64_t>(value) & ((std::uint64_t{1} << field.width) - 1);
}

std::vector<DatapathField> operands_of(const DatapathContract& contract) {
    std::vector<DatapathField> fields = contract.state;
    fields.insert(fields.end(), contract.inputs.begin(), contract.inputs.end());
    fields.insert(fields.end(), contract.parameters.begin(), contract.parameters.end());
    return fields;
}

std::vector<DatapathField> results_of(const DatapathContract& contract) {
    std::vector<DatapathField> fields = contract.state;
    fields.insert(fields.end(), contract.outputs.begin(), contract.outputs.end());
    return fields;
}

// As the testbench below: FNV-1a over the words' codes.
std::uint64_t hash_of(const DatapathContract& contract, std::span<const std::int64_t> results) {
    const std::vector<DatapathField> fields = results_of(contract);
    std::uint64_t hash = kHashStart;
    for (auto word = results.begin(); word != results.end();) {
        for (const DatapathField& field : fields) {
            for (unsigned lane = 0; lane < field.lanes; ++lane) {
                hash = (hash ^ code(field, *word++)) * kHashFactor;
            }
        }
    }
    return hash;
}

// A line of binary digits for each operation, its first field first, lane 0 of a field lowest.
std::string memory_text(const DatapathContract& contract, std::span<const std::int64_t> rows) {
    const std::vector<DatapathField> fields = operands_of(contract);
    std::string text;
    for (auto word = rows.begin(); word != rows.end(); text += '\n') {
        for (const DatapathField& field : fields) {
            std::string lanes;
            for (unsigned lane = 0; lane < field.lanes; ++lane) {
                lanes = fmt::format("{:0{}b}", code(field, *word++), field.width) + lanes;
            }
            text += lanes;
        }
    }
    return text;
}

// Operations and responses with pauses on both sides; prints the hash of the responses.
std::string testbench_text(const DatapathDescription& d, std::size_t count) {
    std::string ports, parameters, concatenated, hashed, declarations;
    unsigned bits = 0;
    for (const DatapathField& field : operands_of(d.contract)) {
        const std::string& port = d.pins.at(field.name).in.at(0).port;
        declarations += fmt::format("    wire [{}:0] {};\n", field.width * field.lanes - 1, port);
        concatenated += (concatenated.empty() ? "" : ", ") + port;
        ports += fmt::format(", .{0}({0})", port);
        bits += field.width * field.lanes;
    }
    for (const DatapathField& field : results_of(d.contract)) {
        const std::string& port = d.pins.at(field.name).out.at(0).port;
        declarations += fmt::format("    wire [{}:0] {};\n", field.width * field.lanes - 1, port);
        ports += fmt::format(", .{0}({0})", port);
        for (unsigned lane = 0; lane < field.lanes; ++lane) {
            hashed +=
                fmt::format("            hash = (hash ^ {{{}'b0, {}[{} +: {}]}}) * 64'h{:x};\n",
                            64 - field.width, port, lane * field.width, field.width, kHashFactor);
        }
    }
    for (const auto& [name, value] : d.parameters) {
        parameters += fmt::format("{}.{}({})", parameters.empty() ? "" : ", ", name, value);
    }
    return fmt::format(
        R"(module testbench;
    localparam COUNT = {count};
    reg clk = 0, rst_n = 0, req_valid = 0, rsp_ready = 0, accepted = 0;
    wire req_ready, rsp_valid, retire_valid;
    reg [{tag}:0] req_tag = 0;
    wire [{tag}:0] rsp_tag;
    reg [{bits}:0] rows [0:COUNT-1];
    reg [{bits}:0] row = 0;
    reg [31:0] sent = 0, received = 0, clocks = 0;
    integer seed = 1;
    reg [63:0] hash = 64'h{start:x};
{declarations}    assign {{{concatenated}}} = row;
    {top} #({parameters}) dut(.clk(clk), .rst_n(rst_n), .req_valid(req_valid),
        .req_ready(req_ready), .req_tag(req_tag), .rsp_valid(rsp_valid), .rsp_ready(rsp_ready),
        .rsp_tag(rsp_tag), .retire_valid(retire_valid){ports});
    always #5 clk = !clk;
    // Inputs change at the falling edge, what passes is seen at the rising one.
    initial begin
        $readmemb("rows.txt", rows);
        repeat (3) @(negedge clk);
        rst_n = 1;
        while (received < COUNT && clocks < 100 * COUNT) begin
            @(negedge clk);
            clocks = clocks + 1;
            if (!req_valid || accepted) begin
                req_valid = sent < COUNT && $random(seed) % 4 != 0;
                if (req_valid) begin
                    row = rows[sent];
                    req_tag = sent[{tag}:0];
                    sent = sent + 1;
                end
            end
            rsp_ready = $random(seed) % 4 != 0;
        end
        $display("%0d %h", received, hash);
        $finish;
    end
    always @(posedge clk) begin
        accepted = req_valid && req_ready;
        if (retire_valid !== (rst_n && rsp_valid && rsp_ready) && rst_n)
            $display("clock %0d: retires without a response, or the reverse", clocks);
        if (rst_n && rsp_valid && rsp_ready) begin
            if (rsp_tag !== received[{tag}:0])
                $display("response %0d has tag %0d", received, rsp_tag);
{hashed}            received = received + 1;
        end
    end
endmodule
)",
        fmt::arg("count", count), fmt::arg("tag", d.tag_width - 1), fmt::arg("bits", bits - 1),
        fmt::arg("start", kHashStart), fmt::arg("declarations", declarations),
        fmt::arg("concatenated", concatenated), fmt::arg("top", d.top),
        fmt::arg("parameters", parameters), fmt::arg("ports", ports), fmt::arg("hashed", hashed));
}

class Icarus : public testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        if (!find_program("iverilog")) {
            GTEST_SKIP() << "iverilog is not installed (apt install iverilog)";
        }
        for (const auto kind : {regress::StimulusKind::directed, regress::StimulusKind::random}) {
            regress::TestDescription test;
            test.stimulus = kind;
            test.operations = 2000;
            regress::OperationSource source(datapath, test, 1);
            const auto rows = source.next(test.operations);
            operations.insert(operations.end(), rows.begin(), rows.end());
        }
    }
    std::size_t count() const { return operations.size() / datapath.contract.operand_words(); }
    std::vector<std::int64_t> results(NeuronDatapath& implementation) const {
        std::vector<std::int64_t> all(count() * datapath.contract.result_words());
        implementation.run(operations, all);
        return all;
    }
    // What a simulation of these sources prints.
    std::string simulate(const DatapathDescription& d) const {
        const TemporaryFolder folder;
        std::ofstream(folder.path() / "rows.txt") << memory_text(d.contract, operations);
        std::ofstream(folder.path() / "testbench.sv") << testbench_text(d, count());
        std::vector<std::string> command{"iverilog",  "-g2012", "-Wall",   "-s",
                                         "testbench", "-o",     "sim.vvp", "testbench.sv"};
        for (const fs::path& source : d.sources) {
            command.push_back(source.string());
        }
        const ProgramEnd built = run_program(command, folder.path());
        EXPECT_EQ(built.exit_code, 0);
        EXPECT_THAT(built.output, IsEmpty()) << "it is to be silent with all warnings on";
        return run_program({"vvp", "-n", "sim.vvp"}, folder.path()).output;
    }
    std::string expected() const {
        const auto reference = datapath.reference();
        return fmt::format("{} {:016x}\n", count(),
                           hash_of(datapath.contract, results(*reference)));
    }

    DatapathDescription datapath =
        read_datapath(fs::path(CORTILE_SOURCE_DIR) / "rtl/neuron_datapath" / GetParam());
    Operations operations;
};

TEST_P(Icarus, GivesTheHashOfTheReferenceAndOfVerilator) {
    EXPECT_EQ(simulate(datapath), expected());
    if (missing_rtl_tools().empty()) {
        setenv("CORTILE_CACHE", CORTILE_TEST_CACHE, 1);
        VerilatedDatapath rtl(datapath, DatapathLibrary::build(datapath));
        EXPECT_EQ(fmt::format("{} {:016x}\n", count(), hash_of(datapath.contract, results(rtl))),
                  expected());
    }
}

TEST_P(Icarus, GivesAnotherHashWithAnyOfTheSeededBugs) {
    for (const SeededBug& bug : datapath.seeded_bugs) {
        const TemporaryFolder folder;
        const auto faulty = read_datapath(regress::copy_with_bug(datapath, bug, folder.path()));
        const std::string printed = simulate(faulty);
        EXPECT_EQ(printed.substr(0, printed.find(' ')), std::to_string(count())) << printed;
        EXPECT_NE(printed, expected()) << bug.name;
    }
}

INSTANTIATE_TEST_SUITE_P(Rtl, Icarus, testing::Values("cuba_lif", "fcore_soma", "fcore_mac_row"),
                         [](const auto& datapath) { return std::string(datapath.param); });

}  // namespace
}  // namespace cortile::test
