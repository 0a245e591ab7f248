// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <iostream>

#include <fmt/format.h>

#include "app/commands.h"
#include "cores/datapath/conformance.h"
#include "cores/datapath/lockstep_datapath.h"
#include "cores/datapath/operations.h"
#include "cores/datapath/stimulus.h"
#include "hw_model/base/text_table.h"
#include "rtl/verilated/verilated_datapath.h"

namespace cortile {

namespace {

constexpr int kMismatchExitCode = 4;
// Pauses of the stall check, of 256.
constexpr std::uint32_t kRequestPauses = 64, kResponsePauses = 96;

// What to type to see a mismatch again. State inside, or a pipeline that mixes operations up, needs
// all that went before: a file.
std::string replay_line(const CosimArguments& arguments, const DatapathDescription& d,
                        const Operations& operations) {
    const std::size_t words = d.contract.operand_words();
    if (operations.size() == words) {
        return fmt::format("cortile cosim {} --operation '{}'", arguments.folder.string(),
                           operation_text(d.contract, operations));
    }
    const std::filesystem::path file =
        arguments.out ? *arguments.out : std::filesystem::path(d.name + ".replay.csv");
    write_operations(d.contract, operations, file);
    return fmt::format("cortile cosim {} --replay {}", arguments.folder.string(), file.string());
}

// The last operation alone, if it fails alone; else all of them.
Operations shortest(const DatapathDescription& d, NeuronDatapath& reference,
                    NeuronDatapath& implementation, const Operations& operations) {
    const std::size_t words = d.contract.operand_words();
    if (d.state_inside || operations.size() <= words) {
        return operations;
    }
    const Operations last(operations.end() - static_cast<std::ptrdiff_t>(words), operations.end());
    std::vector<std::int64_t> expected(d.contract.result_words());
    reference.run(last, expected);
    std::vector<std::int64_t> got = expected;
    implementation.reset();
    try {
        implementation.run(last, got);
    } catch (const DatapathMismatch&) {
        return last;
    }
    return got == expected ? operations : last;
}

std::string mismatch_text(const DatapathDescription& d, const Disagreement& failure,
                          const Operations& operations) {
    const std::size_t count = operations.size() / d.contract.operand_words();
    return fmt::format("operation {}: {}\n\nthe last operations:\n{}", failure.operation,
                       failure.text(), history_text(d.contract, operations, count - 1));
}

// Do responses come when datapath.yaml says? Of RTL that announces them: of other RTL that is when
// they are read. What is wrong elsewhere is reported there.
bool check_timing(const DatapathDescription& d, VerilatedDatapath& rtl,
                  const std::vector<ConformanceCheck>& checks,
                  std::vector<std::vector<std::string>>& table) {
    const bool sane = std::none_of(checks.begin(), checks.end(),
                                   [](const auto& check) { return check.failure.has_value(); });
    if (!sane || d.style != DatapathStyle::pipelined || !d.response_valid.exists()) {
        return true;
    }
    const auto row = initial_row(d.contract);
    const VerilatedDatapath::Timing found = rtl.measure(row);
    const bool same = found.latency == d.latency && found.interval == d.initiation_interval;
    table.push_back({"timing", "65", same ? "passed" : "FAILED",
                     fmt::format("latency {}, interval {} as stated? measured {}, {}", d.latency,
                                 d.initiation_interval, found.latency, found.interval)});
    return same;
}

// "SEED:SHARE", as a regression writes it.
void set_stalls(VerilatedDatapath& rtl, const std::string& text) {
    std::uint64_t seed = 0;
    std::uint32_t share = 0;
    const char* const end = text.data() + text.size();
    const auto [colon, first] = std::from_chars(text.data(), end, seed);
    const auto [rest, second] =
        colon != end ? std::from_chars(colon + 1, end, share) : std::from_chars_result{end, first};
    if (text.empty()) {
        return;
    }
    if (first != std::errc() || second != std::errc() || *colon != ':' || rest != end ||
        share > 255) {
        throw ConfigError("--stalls", fmt::format("expected SEED:SHARE, found {}", text),
                          "the share is of 256 clocks, 0 to 255");
    }
    rtl.set_stalls(seed, share, share);
}

int replay(const DatapathDescription& d, Operations operations, const std::string& stalls) {
    const auto reference = d.reference();
    VerilatedDatapath rtl(d, DatapathLibrary::build(d));
    set_stalls(rtl, stalls);
    if (d.state_inside) {
        std::vector<std::int64_t> state = initial_state(d.contract);
        chain_operations(*reference, operations, state);
    }
    const std::size_t result_words = d.contract.result_words();
    const std::size_t count = operations.size() / d.contract.operand_words();
    std::vector<std::int64_t> expected(count * result_words);
    reference->run(operations, expected);
    std::vector<std::int64_t> got = expected;
    std::optional<Disagreement> failure;
    try {
        rtl.run(operations, got);
    } catch (const DatapathMismatch& mismatch) {
        failure = mismatch.disagreement();
    }
    // A value that differs comes before an assertion that fails of it a clock later.
    const std::size_t sane = failure ? std::min<std::size_t>(count, failure->operation) : count;
    if (const auto difference =
            first_difference(d.contract, std::span(expected).first(sane * result_words),
                             std::span(got).first(sane * result_words))) {
        failure = difference;
    }
    if (failure) {
        operations.resize(std::min<std::size_t>(count, failure->operation + 1) *
                          d.contract.operand_words());
        std::cout << mismatch_text(d, *failure, operations);
        return kMismatchExitCode;
    }
    std::vector<std::vector<std::string>> table{{"result", "value"}};
    const std::vector<std::string> names = d.contract.result_names();
    for (std::size_t i = 0; i < result_words; ++i) {
        table.push_back({names[i], std::to_string(got[(count - 1) * result_words + i])});
    }
    std::cout << fmt::format("{} operations, no difference; the last one gave\n{}", count,
                             text_table(table, "<>"));
    return 0;
}

}  // namespace

int cosim_command(const CosimArguments& arguments) {
    const DatapathDescription d = read_datapath(arguments.folder);
    if (arguments.replay) {
        return replay(d, read_operations(d.contract, *arguments.replay), arguments.stalls);
    }
    if (!arguments.operations.empty()) {
        Operations operations;
        for (const std::string& text : arguments.operations) {
            const auto row = parse_operation(d.contract, text, "--operation");
            operations.insert(operations.end(), row.begin(), row.end());
        }
        return replay(d, std::move(operations), arguments.stalls);
    }
    const auto reference = d.reference();
    const auto library = DatapathLibrary::build(d);
    VerilatedDatapath rtl(d, library);
    ConformanceOptions options;
    options.seed = arguments.seed;
    options.random_operations = arguments.random_operations;
    options.stall = [](NeuronDatapath& datapath, std::uint64_t seed) {
        dynamic_cast<VerilatedDatapath&>(datapath).set_stalls(seed, kRequestPauses,
                                                              kResponsePauses);
    };
    const DatapathUse use{d.state_inside, d.contract};
    const auto checks = run_conformance(*d.semantics, *reference, rtl, use, options);
    std::vector<std::vector<std::string>> table{{"check", "operations", "result", "question"}};
    const ConformanceCheck* failed = nullptr;
    for (const ConformanceCheck& check : checks) {
        table.push_back({check.name, std::to_string(check.operations),
                         check.failure ? "FAILED" : "passed", check.question});
        failed = failed == nullptr && check.failure ? &check : failed;
    }
    rtl.set_stalls(0, 0, 0);
    const bool timed = check_timing(d, rtl, checks, table);
    std::cout << fmt::format("{} against {}, seed {}\n\n{}", d.name, d.contract.semantics,
                             arguments.seed, text_table(table, "<><<"));
    if (failed == nullptr) {
        return timed ? 0 : kMismatchExitCode;
    }
    const Operations operations = shortest(d, *reference, rtl, failed->replay);
    std::cout << fmt::format("\n{}: {}\nreplay: {}\n", failed->name,
                             mismatch_text(d, *failed->failure, failed->replay),
                             replay_line(arguments, d, operations));
    return kMismatchExitCode;
}

}  // namespace cortile
