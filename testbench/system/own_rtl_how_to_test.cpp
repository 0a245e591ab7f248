// SPDX-License-Identifier: Apache-2.0
// docs/how_to/bring_your_own_rtl.md is followed literally; what is taken from it:
//   File `PATH`:                          the code block after it is that file
//   In `PATH`, replace `TEXT` by          the line TEXT becomes the code block after it
//   ```console                            commands ("$ ...") with their output; … stands for
//   anything
#include <gmock/gmock.h>

#include <optional>
#include <vector>

#include "testbench/system/own_rtl.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct Step {
    enum class Kind { file, replacement, command } kind = Kind::file;
    std::string path, from;  // of a file, and the line to replace
    std::string text;        // the file, the new line, the command
    std::string output;
};

std::string between(const std::string& line, std::size_t number) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < 2 * number + 1; ++i) {
        at = line.find('`', at) + 1;
    }
    return line.substr(at, line.find('`', at) - at);
}

std::vector<Step> steps_of(const fs::path& page) {
    std::vector<Step> steps;
    std::ifstream stream(page);
    std::optional<Step> pending;
    std::string block, kind;
    bool inside = false;
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with("```")) {
            if (!inside) {
                kind = line.substr(3);
                block.clear();
            } else if (kind == "console") {
                std::istringstream lines(block);
                for (std::string text; std::getline(lines, text);) {
                    if (text.starts_with("$ cortile ")) {
                        steps.push_back({Step::Kind::command, "", "", text.substr(10), ""});
                    } else {
                        steps.back().output += text + "\n";
                    }
                }
            } else if (pending) {
                pending->text = block;
                steps.push_back(*pending);
                pending.reset();
            }
            inside = !inside;
        } else if (inside) {
            block += line + "\n";
        } else if (line.starts_with("File `")) {
            pending = Step{Step::Kind::file, between(line, 0), "", "", ""};
        } else if (line.starts_with("In `")) {
            pending = Step{Step::Kind::replacement, between(line, 0), between(line, 1), "", ""};
        }
    }
    return steps;
}

// Does `text` have the pieces of `pattern` between its …, in their order?
testing::AssertionResult matches(const std::string& text, const std::string& pattern) {
    std::size_t at = 0;
    std::string rest = pattern;
    for (bool first = true;; first = false) {
        const std::size_t end = rest.find("…");
        std::string piece = rest.substr(0, end);
        const std::size_t found = text.find(piece, at);
        if (found == std::string::npos || (first && found != 0)) {
            return testing::AssertionFailure() << "not found: " << piece << "\nin: " << text;
        }
        at = found + piece.size();
        if (end == std::string::npos) {
            return testing::AssertionSuccess();
        }
        rest.erase(0, end + std::string("…").size());
    }
}

TEST_F(OwnRtl, HowToWorksAsItStands) {
    const std::vector<Step> steps =
        steps_of(fs::path(CORTILE_SOURCE_DIR) / "docs/how_to/bring_your_own_rtl.md");
    std::size_t commands = 0;
    for (const Step& step : steps) {
        if (step.kind == Step::Kind::file) {
            write(step.path, step.text);
        } else if (step.kind == Step::Kind::replacement) {
            std::string text = read(step.path);
            const std::size_t at = text.find(step.from + "\n");
            ASSERT_NE(at, std::string::npos) << step.from;
            text.replace(at, step.from.size() + 1, step.text);
            write(step.path, text);
        } else {
            ++commands;
            const Outcome outcome = cortile(step.text);
            EXPECT_TRUE(matches(outcome.text, step.output)) << "cortile " << step.text;
        }
    }
    EXPECT_EQ(commands, 4u);
    EXPECT_THAT(read("my_neuron/datapath.yaml"), HasSubstr("wrap(current"));
}

}  // namespace
}  // namespace cortile::test
