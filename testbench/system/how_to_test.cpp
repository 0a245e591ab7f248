// SPDX-License-Identifier: Apache-2.0
// docs/how_to/add_a_core.md, followed literally: its files and its line go into a copy of the
// source tree, which is built, and its commands have to print what it shows. What it takes from the
// text:
//   File `PATH`:                          the code block after it is that file
//   In `PATH`, below `TEXT`, add          the code block after it goes below the line with TEXT
//   ```console                            commands ("$ ...") with their output; a line of "…" alone
//                                         stands for any lines
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "testbench/support/experiment_runner.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

struct Insertion {
    std::string file, below;
    Lines lines;
};
struct Command {
    std::string text;
    Lines output;
};
struct HowTo {
    std::map<std::string, Lines> files;
    std::vector<Insertion> insertions;
    std::vector<Command> commands;
};

Lines lines_of(const std::string& text) {
    std::istringstream stream(text);
    Lines lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

std::string read(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    EXPECT_TRUE(stream) << file;
    return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const fs::path& file, const Lines& lines) {
    fs::create_directories(file.parent_path());
    std::ofstream stream(file, std::ios::binary);
    for (const std::string& line : lines) {
        stream << line << "\n";
    }
}

void add_commands(const Lines& block, HowTo& result) {
    for (const std::string& line : block) {
        if (line.starts_with("$ ")) {
            result.commands.push_back({line.substr(2), {}});
        } else {
            result.commands.back().output.push_back(line);
        }
    }
}

HowTo parse(const std::string& text) {
    static const std::regex file_line(R"(File `([^`]+)`:)");
    static const std::regex insertion_line(R"(In `([^`]+)`, below `([^`]+)`, add)");
    HowTo result;
    std::string before;  // the last line that says something
    const Lines lines = lines_of(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!lines[i].starts_with("```")) {
            before = lines[i].empty() ? before : lines[i];
            continue;
        }
        const bool console = lines[i] == "```console";
        Lines block;
        for (++i; i < lines.size() && lines[i] != "```"; ++i) {
            block.push_back(lines[i]);
        }
        std::smatch match;
        if (console) {
            add_commands(block, result);
        } else if (std::regex_match(before, match, file_line)) {
            result.files[match[1]] = block;
        } else if (std::regex_match(before, match, insertion_line)) {
            result.insertions.push_back({match[1], match[2], block});
        } else {
            ADD_FAILURE() << "a code block that is neither file, insertion nor console, after: "
                          << before;
        }
    }
    return result;
}

// What it takes to build the program, and the network of the how-to's experiment.
void copy_tree(const fs::path& to) {
    const fs::path from(CORTILE_SOURCE_DIR);
    for (const char* part :
         {"app", "cmake", "cores", "experiment", "hw_model", "noc", "rtl", "workload"}) {
        fs::copy(from / part, to / part, fs::copy_options::recursive);
    }
    fs::create_directories(to / "examples");
    fs::copy(from / "examples/fashion_mnist", to / "examples/fashion_mnist");
    fs::copy(from / "testbench/support/extension_build/CMakeLists.txt", to / "CMakeLists.txt");
}

void insert(const fs::path& tree, const Insertion& insertion) {
    Lines lines = lines_of(read(tree / insertion.file));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].find(insertion.below) != std::string::npos) {
            lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                         insertion.lines.begin(), insertion.lines.end());
            write(tree / insertion.file, lines);
            return;
        }
    }
    FAIL() << insertion.file << " has no line with " << insertion.below;
}

struct Outcome {
    int status = 0;
    std::string output;
};

// Runs a shell command in `folder`; output and errors together.
Outcome run(const fs::path& folder, const std::string& command) {
    const fs::path log = folder / "how_to.log";
    const std::string whole = "cd '" + folder.string() + "' && export PATH='" +
                              (folder / "build/app").string() + "':\"$PATH\" && { " + command +
                              "; } > how_to.log 2>&1";
    Outcome outcome;
    outcome.status = std::system(whole.c_str());
    outcome.output = read(log);
    return outcome;
}

// Does `shown` stand for `printed`?
bool matches(std::span<const std::string> shown, std::span<const std::string> printed) {
    if (shown.empty()) {
        return printed.empty();
    }
    if (shown[0] != "…") {
        return !printed.empty() && shown[0] == printed[0] &&
               matches(shown.subspan(1), printed.subspan(1));
    }
    for (std::size_t skipped = 0; skipped <= printed.size(); ++skipped) {
        if (matches(shown.subspan(1), printed.subspan(skipped))) {
            return true;
        }
    }
    return false;
}

TEST(HowTo, AddingACoreTypeWorksAsItIsWritten) {
    const HowTo how_to = parse(read(fs::path(CORTILE_SOURCE_DIR) / "docs/how_to/add_a_core.md"));
    const TestFolder folder;
    const fs::path tree = folder.path() / "tree";
    fs::create_directories(tree);
    copy_tree(tree);
    std::vector<std::string> names;
    for (const auto& [name, lines] : how_to.files) {
        ASSERT_FALSE(fs::exists(tree / name)) << name;
        write(tree / name, lines);
        names.push_back(name);
    }
    for (const Insertion& insertion : how_to.insertions) {
        insert(tree, insertion);
    }
    // A folder, a line and a YAML, and an experiment to run.
    EXPECT_THAT(names, testing::ElementsAre("cores/toy/CMakeLists.txt", "cores/toy/toy_type.cpp",
                                            "hw_model/presets/toy.yaml", "toy/experiment.yaml",
                                            "toy/spikes.csv"));
    ASSERT_EQ(how_to.insertions.size(), 1u);
    EXPECT_EQ(how_to.insertions[0].lines.size(), 1u);

    const Outcome built =
        run(tree, "cmake -S . -B build -G '" CORTILE_GENERATOR "' -C '" CORTILE_EXTENSION_CACHE
                  "' && cmake --build build --target cortile");
    ASSERT_EQ(built.status, 0) << built.output;

    ASSERT_GE(how_to.commands.size(), 4u);
    for (const Command& command : how_to.commands) {
        const Outcome outcome = run(tree, command.text);
        EXPECT_EQ(outcome.status, 0) << command.text << "\n" << outcome.output;
        EXPECT_TRUE(matches(command.output, lines_of(outcome.output)))
            << "$ " << command.text << "\nprints\n"
            << outcome.output << "which is not what docs/how_to/add_a_core.md shows";
    }
}

}  // namespace
}  // namespace cortile::test
