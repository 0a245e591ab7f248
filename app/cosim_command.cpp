// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iostream>

#include "app/commands.h"
#include "app/cosim_replay.h"
#include "app/cosim_report.h"
#include "cores/datapath/conformance.h"
#include "cores/datapath/equations/equations_semantics.h"
#include "cores/datapath/operations.h"
#include "hw_model/base/text_table.h"
#include "rtl/verilated/datapath_skeleton.h"
#include "rtl/verilated/verilated_datapath.h"

namespace cortile {

namespace {

constexpr int kMismatchExitCode = 4;
// Pauses of the stall check on either side, of 256.
constexpr std::uint32_t kPauses = 80;
// "SEED:SHARE", as a regression writes it.
void set_stalls(VerilatedDatapath& rtl, const std::string& text) {
    if (text.empty()) {
        return;
    }
    std::uint64_t seed = 0;
    std::uint32_t share = 0;
    const char* const end = text.data() + text.size();
    const auto [colon, seed_error] = std::from_chars(text.data(), end, seed);
    const bool has_share = seed_error == std::errc() && colon != end && *colon == ':';
    const auto [rest, share_error] = has_share
                                         ? std::from_chars(colon + 1, end, share)
                                         : std::from_chars_result{end, std::errc::invalid_argument};
    if (share_error != std::errc() || rest != end || share > 255) {
        throw ConfigError("--stalls", fmt::format("expected SEED:SHARE, found {}", text),
                          "the share is of 256 clocks, 0 to 255");
    }
    rtl.set_stalls(seed, share, share);
    rtl.check_timing(true);
}

void write_file(const std::filesystem::path& file, const std::string& text) {
    std::ofstream stream(file);
    stream << text;
    stream.close();
    if (!stream) {
        throw ConfigError(file.string(), "cannot be written");
    }
}

int replay_command(const CosimArguments& arguments, const DatapathDescription& d,
                   Operations operations) {
    if (operations.empty()) {
        throw ConfigError(arguments.replay ? arguments.replay->string() : "--operation",
                          "there are no operations");
    }
    LibraryOptions options;
    options.harness.trace = arguments.trace.has_value();
    const auto reference = d.reference();
    VerilatedDatapath rtl(d, DatapathLibrary::build(d, options));
    set_stalls(rtl, arguments.stalls);
    if (arguments.trace) {
        rtl.trace_to(std::filesystem::absolute(*arguments.trace));
    }
    Operations before;
    if (arguments.before) {
        if (!d.reset.exists()) {
            throw ConfigError("--before", "comes before a reset, and the datapath has none");
        }
        before = read_operations(d.contract, *arguments.before);
    }
    const Replay result = replay(d, *reference, rtl, {std::move(operations), std::move(before)});
    rtl.stop_trace();
    if (result.failure) {
        std::cout << mismatch_text(d, *result.failure, result.operations, result.expected,
                                   result.got);
        return kMismatchExitCode;
    }
    std::vector<std::vector<std::string>> table{{"result", "value"}};
    const std::vector<std::string> names = d.contract.result_names();
    for (std::size_t i = 0; i < names.size(); ++i) {
        table.push_back({names[i], std::to_string(result.got[i])});
    }
    std::cout << fmt::format("{} operations, no difference; the last one gave\n{}",
                             result.operations.size() / d.contract.operand_words(),
                             text_table(table, "<>"));
    return 0;
}

int show_equations(const DatapathDescription& d) {
    const auto* const semantics = dynamic_cast<const ProgramSemantics*>(d.semantics);
    if (semantics == nullptr) {
        throw ConfigError(
            d.file.string(),
            "the semantics " + d.semantics->name() + " are C++, and have no equations",
            "lif and equations do");
    }
    std::cout << semantics->program(*d.options).text();
    return 0;
}

// Do responses come when datapath.yaml says? Asked of RTL that announces them: of other RTL that is
// when they are read.
std::optional<ConformanceCheck> timing_check(const DatapathDescription& d, VerilatedDatapath& rtl) {
    if (d.style != DatapathStyle::pipelined || !d.response_valid.exists()) {
        return std::nullopt;
    }
    const VerilatedDatapath::Timing found = rtl.measure(initial_row(d.contract));
    ConformanceCheck check;
    check.name = "timing";
    check.question = fmt::format("do responses come after {} clocks, one every {}?", d.latency,
                                 d.initiation_interval);
    check.operations = VerilatedDatapath::kMeasuredOperations;
    if (found.latency != d.latency || found.interval != d.initiation_interval) {
        check.failure.emplace();
        check.failure->kind = Disagreement::Kind::handshake;
        check.failure->message = fmt::format(
            "{} states latency {} and initiation_interval {}; measured: {} and {}", d.file.string(),
            d.latency, d.initiation_interval, found.latency, found.interval);
        return check;
    }
    constexpr std::uint64_t kPaused = 500;
    Operations rows;
    for (std::uint64_t i = 0; i < kPaused; ++i) {
        const auto row = initial_row(d.contract);
        rows.insert(rows.end(), row.begin(), row.end());
    }
    check.operations += kPaused;
    std::vector<std::int64_t> results(kPaused * d.contract.result_words());
    rtl.set_stalls(1, kPauses, kPauses);
    rtl.check_timing(true);
    rtl.reset();
    try {
        rtl.run(rows, results);
    } catch (const DatapathMismatch& mismatch) {
        check.failure = mismatch.disagreement();
        check.failure->message += ", with pauses on both sides";
    }
    rtl.check_timing(false);
    return check;
}

// The first mismatch, and how to see it again.
std::string failure_text(const CosimArguments& arguments, const DatapathDescription& d,
                         NeuronDatapath& reference, VerilatedDatapath& rtl,
                         const ConformanceCheck& failed) {
    if (failed.replay.empty()) {
        return fmt::format("\n{}: {}\n", failed.name, failed.failure->message);
    }
    // With pauses, only the same operations meet the same ones.
    const bool stalls = failed.name == "stalls";
    rtl.set_stalls(arguments.seed, stalls ? kPauses : 0, stalls ? kPauses : 0);
    rtl.power_on();
    const Replay again = stalls || !failed.before.empty()
                             ? replay(d, reference, rtl, {failed.replay, failed.before})
                             : shortest_replay(d, reference, rtl, failed.replay);
    const std::string pauses =
        stalls ? fmt::format(" --stalls {}:{}", arguments.seed, kPauses) : "";
    if (!again.failure) {
        return fmt::format(
            "\n{}, operation {}: {}\nit depends on how many operations run at once\n"
            "\nreplay: {}{}\n",
            failed.name, failed.failure->operation, failed.failure->text(),
            replay_line(arguments, d, {failed.replay}), pauses);
    }
    const std::string survives =
        failed.before.empty()
            ? ""
            : fmt::format(
                  "\nstate survives reset: a register is not reset. From power-on the same "
                  "operations\npass; they fail after {} others and a reset, the last of these "
                  "others:\n  {}\n",
                  failed.before.size() / d.contract.operand_words(),
                  operation_text(d.contract,
                                 std::span(failed.before).last(d.contract.operand_words())));
    return fmt::format(
        "\n{}, {}{}\nreplay: {}{}\n", failed.name,
        mismatch_text(d, *again.failure, again.operations, again.expected, again.got), survives,
        replay_line(arguments, d, {again.operations, failed.before}), pauses);
}

int conformance_command(const CosimArguments& arguments, const DatapathDescription& d) {
    const auto reference = d.reference();
    const auto library = DatapathLibrary::build(d);
    VerilatedDatapath rtl(d, library);
    ConformanceOptions options;
    options.seed = arguments.seed;
    options.random_operations = arguments.random_operations;
    // What cannot be told to wait has no pauses.
    if (d.request_valid.exists() || d.response_ready.exists()) {
        options.stall = [](NeuronDatapath& datapath, std::uint64_t seed) {
            dynamic_cast<VerilatedDatapath&>(datapath).set_stalls(seed, kPauses, kPauses);
        };
    }
    options.power_on = [](NeuronDatapath& datapath) {
        dynamic_cast<VerilatedDatapath&>(datapath).power_on();
    };
    const auto watch = d.semantics->watch(*reference);
    options.watch = watch.get();
    auto checks =
        run_conformance(*d.semantics, *reference, rtl,
                        DatapathUse{d.state_inside, d.contract, d.reset.exists()}, options);
    const auto has_failed = [](const ConformanceCheck& c) { return c.failure.has_value(); };
    if (std::none_of(checks.begin(), checks.end(), has_failed)) {
        rtl.set_stalls(0, 0, 0);
        if (auto timing = timing_check(d, rtl)) {
            checks.push_back(std::move(*timing));
        }
    }
    std::string report = checks_text(
        d, checks, watch ? watch->untested() : std::vector<std::string>(), arguments.seed);
    const auto failed = std::find_if(checks.begin(), checks.end(), has_failed);
    if (failed != checks.end()) {
        report += failure_text(arguments, d, *reference, rtl, *failed);
        const std::string suspects = suspicious_warnings(library->warnings());
        if (!suspects.empty()) {
            report += fmt::format("verilator warns of {}: {}\n", suspects,
                                  (library->folder() / "warnings.txt").string());
        }
    }
    std::cout << report;
    if (arguments.out) {
        write_file(*arguments.out / "report.txt", report);
        write_file(*arguments.out / "warnings.txt", library->warnings());
    }
    return failed == checks.end() ? 0 : kMismatchExitCode;
}

}  // namespace

int cosim_command(const CosimArguments& arguments) {
    const DatapathDescription d = read_datapath(arguments.folder);
    if (arguments.show_equations) {
        return show_equations(d);
    }
    if (arguments.out) {
        std::error_code error;
        std::filesystem::create_directories(*arguments.out, error);
        if (error) {
            throw ConfigError(arguments.out->string(), "cannot be made: " + error.message());
        }
    }
    Operations operations;
    for (const std::string& text : arguments.operations) {
        const auto row = parse_operation(d.contract, text, "--operation");
        operations.insert(operations.end(), row.begin(), row.end());
    }
    if (arguments.replay) {
        operations = read_operations(d.contract, *arguments.replay);
    }
    if (arguments.replay || !arguments.operations.empty()) {
        return replay_command(arguments, d, std::move(operations));
    }
    if (arguments.before) {
        throw ConfigError("--before", "of which operations?",
                          "--replay FILE.csv, or --operation …, are what comes after the reset");
    }
    if (arguments.trace) {
        throw ConfigError("--trace", "waves of a whole suite would be endless",
                          "--replay FILE.csv --trace FILE.fst, or --operation … --trace FILE.fst");
    }
    return conformance_command(arguments, d);
}

int skeleton_command(const SkeletonArguments& arguments) {
    const std::filesystem::path file = arguments.folder / "datapath.yaml";
    if (std::filesystem::exists(file)) {
        throw ConfigError(file.string(), "exists already", "remove it, or name another folder");
    }
    const ModuleSurvey survey =
        survey_module({arguments.sources, arguments.top, arguments.verilog});
    std::error_code error;
    std::filesystem::create_directories(arguments.folder, error);
    std::vector<std::string> sources;
    for (const std::filesystem::path& source : arguments.sources) {
        sources.push_back(std::filesystem::relative(source, arguments.folder).string());
    }
    write_file(file, datapath_skeleton(survey, sources, arguments.verilog));
    std::cout << fmt::format("{}: written for module {}; look for ???, then\n  cortile cosim {}\n",
                             file.string(), survey.top, arguments.folder.string());
    return 0;
}

}  // namespace cortile
