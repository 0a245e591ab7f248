// SPDX-License-Identifier: Apache-2.0
#include "app/cosim_replay.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>

#include "cores/datapath/lockstep_datapath.h"
#include "cores/datapath/stimulus.h"

namespace cortile {
namespace {

namespace fs = std::filesystem;

// Operations that a replay line names one by one.
constexpr std::size_t kMostInLine = 4;

void chain(const DatapathDescription& d, NeuronDatapath& reference, Operations& operations) {
    if (d.state_inside) {
        std::vector<std::int64_t> state = initial_state(d.contract);
        chain_operations(reference, operations, state);
    }
}

// As one word of a shell's command.
std::string quoted(const std::string& text) {
    constexpr const char* kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.,/:=@%";
    if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) {
        return text;
    }
    std::string result = "'";
    for (const char c : text) {
        result += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return result + "'";
}

// A folder for what is written of a datapath without --out: not beside the sources, which are
// somebody's, nor in the working directory. Its name has the hash of the datapath's path, since
// many are called the same.
fs::path scratch_folder(const DatapathDescription& d) {
    std::error_code error;
    const std::string path = fs::weakly_canonical(d.file, error).string();
    std::uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a
    for (const char c : path) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    }
    return fs::temp_directory_path() / fmt::format("cortile-{}", getuid()) /
           fmt::format("{}-{:08x}", d.name, hash >> 32);
}

std::string write_replay(const CosimArguments& arguments, const DatapathDescription& d,
                         const Operations& operations, const char* name) {
    const fs::path folder =
        fs::absolute(arguments.out ? *arguments.out : scratch_folder(d)).lexically_normal();
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        throw ConfigError(folder.string(), "cannot be made: " + error.message(),
                          "--out FOLDER names another place for the operations of a replay");
    }
    write_operations(d.contract, operations, folder / name);
    return quoted((folder / name).string());
}

}  // namespace

Replay replay(const DatapathDescription& d, NeuronDatapath& reference, VerilatedDatapath& rtl,
              ReplayCase what) {
    Operations& operations = what.operations;
    chain(d, reference, operations);
    chain(d, reference, what.before);
    const std::size_t result_words = d.contract.result_words();
    const std::size_t words = d.contract.operand_words();
    std::vector<std::int64_t> expected(operations.size() / words * result_words);
    reference.run(operations, expected);
    if (!what.before.empty()) {
        std::vector<std::int64_t> ignored(what.before.size() / words * result_words);
        try {
            rtl.run(what.before, ignored);
        } catch (const DatapathMismatch&) {
            // Only what comes after the reset is asked about.
        }
        rtl.reset();
    }
    std::vector<std::int64_t> got;
    Replay result;
    result.failure = first_disagreement(rtl, operations, expected, got);
    const std::size_t last = result.failure ? static_cast<std::size_t>(result.failure->operation)
                                            : expected.size() / result_words - 1;
    const auto row = [&](const std::vector<std::int64_t>& rows) {
        return std::vector<std::int64_t>(
            rows.begin() + static_cast<std::ptrdiff_t>(last * result_words),
            rows.begin() + static_cast<std::ptrdiff_t>((last + 1) * result_words));
    };
    result.expected = row(expected);
    result.got = row(got);
    operations.resize((last + 1) * words);
    result.operations = std::move(operations);
    return result;
}

Replay shortest_replay(const DatapathDescription& d, NeuronDatapath& reference,
                       VerilatedDatapath& rtl, const Operations& operations) {
    if (!d.state_inside) {
        if (auto few = shortest_suffix(reference, rtl, operations, kMostInLine)) {
            rtl.power_on();
            Replay result = replay(d, reference, rtl, {std::move(*few)});
            if (result.failure) {
                return result;
            }
        }
    }
    rtl.power_on();
    return replay(d, reference, rtl, {operations});
}

std::string replay_line(const CosimArguments& arguments, const DatapathDescription& d,
                        const ReplayCase& what) {
    std::string line = "cortile cosim " + quoted(arguments.folder.string());
    if (!what.before.empty()) {
        line += " --before " + write_replay(arguments, d, what.before, "before.csv");
    }
    if (what.operations.size() <= kMostInLine * d.contract.operand_words()) {
        return line + " " + operation_arguments(d.contract, what.operations);
    }
    return line + " --replay " + write_replay(arguments, d, what.operations, "replay.csv");
}

}  // namespace cortile
