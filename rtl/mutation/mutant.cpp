// SPDX-License-Identifier: Apache-2.0
#include "rtl/mutation/mutant.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

namespace {

constexpr std::array kModes{"inv", "const0", "const1", "cnot0", "cnot1"};

class LineParser {
  public:
    LineParser(const std::string& line, const std::string& where) : words_(line), where_(where) {}
    Mutant parse();

  private:
    std::string word(const std::string& option) {
        std::string text;
        if (!(words_ >> text)) {
            throw ConfigError(where_, option + " lacks its value");
        }
        command_ += " " + text;
        return text;
    }
    template <typename Number>
    Number number(const std::string& option) {
        const std::string text = word(option);
        Number value{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size()) {
            throw ConfigError(where_, option + " expects a number, found " + shown_text(text));
        }
        return value;
    }

    std::istringstream words_;
    std::string where_, command_;
};

Mutant LineParser::parse() {
    Mutant mutant;
    words_ >> command_;
    if (command_ != "mutate") {
        throw ConfigError(where_,
                          "expected a command mutate of yosys, found " + shown_text(command_));
    }
    for (std::string option; words_ >> option;) {
        const std::string before = command_;
        command_ += " " + option;
        if (option == "-ctrl") {
            word(option);
            word(option);
            mutant.number = number<std::uint32_t>(option);
        } else if (option == "-mode") {
            mutant.mode = word(option);
        } else if (option == "-module") {
            word(option);
        } else if (option == "-cell") {
            mutant.cell = word(option);
        } else if (option == "-port") {
            mutant.port = word(option);
        } else if (option == "-portbit") {
            mutant.bit = number<int>(option);
        } else if (option == "-ctrlbit") {
            mutant.control_bit = number<int>(option);
        } else if (option == "-wire") {  // from here on yosys only tells
            mutant.wire = word(option);
            command_ = before;
        } else if (option == "-wirebit") {
            mutant.wire_bit = number<int>(option);
            command_ = before;
        } else if (option == "-src") {
            mutant.sources.push_back(word(option));
            command_ = before;
        } else {
            throw ConfigError(where_, "mutate has no option " + shown_text(option));
        }
    }
    mutant.command = command_;
    if (std::find(kModes.begin(), kModes.end(), mutant.mode) == kModes.end() ||
        mutant.cell.empty() || mutant.port.empty() || mutant.number == 0) {
        throw ConfigError(where_, "a mutant needs -ctrl, -mode, -cell and -port");
    }
    return mutant;
}

}  // namespace

std::string Mutant::text() const {
    // "$flatten\pipeline.$procdff$99" is an $procdff in pipeline; "$gt$a.sv:165$28" is a $gt.
    std::string kind = cell;
    if (constexpr std::string_view kFlatten = "$flatten\\"; kind.starts_with(kFlatten)) {
        kind = kind.substr(kFlatten.size());
    }
    const std::size_t dollar = kind.find('$');
    if (dollar != std::string::npos) {
        kind = kind.substr(0, kind.find('$', dollar + 1));
    }
    std::string what;
    if (mode == "inv") {
        what = "inverted";
    } else if (mode == "const0" || mode == "const1") {
        what = fmt::format("stuck at {}", mode.back());
    } else {
        what = fmt::format("inverted while bit {} is {}", control_bit, mode.back());
    }
    const std::string named = wire.empty() ? "" : fmt::format(", which is {}[{}],", wire, wire_bit);
    return fmt::format("bit {} of {} of {}{} {}", bit, port, kind, named, what);
}

bool Mutant::is_in_clock() const {
    static constexpr std::array kPorts{"CLK", "C", "ARST", "ALOAD", "CLR", "SET", "R", "E_CLK"};
    return std::find(kPorts.begin(), kPorts.end(), port) != kPorts.end();
}

std::vector<Mutant> parse_mutants(const std::string& list, const std::string& where) {
    std::vector<Mutant> mutants;
    std::istringstream lines(list);
    unsigned number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (!line.empty()) {
            mutants.push_back(LineParser(line, fmt::format("{}:{}", where, number)).parse());
        }
    }
    return mutants;
}

}  // namespace cortile
