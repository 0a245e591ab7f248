// SPDX-License-Identifier: Apache-2.0
#include "rtl/verilated/verilator_messages.h"

#include <regex>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

namespace cortile {
namespace {

// Is a word of SystemVerilog where a name should be?
bool uses_words_as_names(const std::string& output) {
    static const std::regex message(
        "keyword misused as an identifier|syntax error, unexpected (bit|soft|priority|do|local|"
        "unique|var|final|byte|int|context|cover|expect|export|extends|global|import|iff|inside|"
        "interface|let|matches|new|null|packed|property|protected|pure|rand|randc|ref|return|"
        "sequence|shortint|longint|static|string|strong|struct|super|tagged|this|type|union|until|"
        "virtual|void|weak|with|within|assert|assume|before|bind|break|class|const|constraint|"
        "continue|cross|dist|enum|alias|checker|logic|modport|package|program|timeunit)[, \n]|"
        "expecting IDENTIFIER or do or final or randomize");
    return std::regex_search(output, message);
}

}  // namespace

std::string verilator_errors(const std::string& output) {
    std::istringstream lines(output);
    std::set<std::string> known;
    std::string errors, message;
    const auto end_message = [&] {
        if (message.starts_with("%Error") && known.insert(message).second &&
            message.find("Exiting due to") == std::string::npos) {
            errors += message;
        }
        message.clear();
    };
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('%')) {
            end_message();
        }
        message += line + "\n";
    }
    end_message();
    errors.erase(errors.find_last_not_of('\n') + 1);
    return errors.empty() ? output : errors;
}

std::string verilator_hint(const std::string& output) {
    if (uses_words_as_names(output)) {
        return "where words of SystemVerilog (bit, soft, priority …) are names: language: verilog";
    }
    static const std::vector<std::pair<const char*, const char*>> hints{
        {"syntax error, unexpected endmodule\n", "an endmodule too many, or an end that lacks"},
        {"BLKANDNBLK",
         "Verilator cannot simulate a register that is assigned both ways; in a copy of the file, "
         "use <= (or =) for all of its assignments"},
        {"PROCASSWIRE",
         "an output or a wire that an always block assigns is a reg: output reg, in a copy"},
        {"Expecting expression to be constant",
         "bounds of [a:b] and counts of {n{…}} are constants; x[i +: 4] has a start that is not. "
         "Mend it in a copy"},
        {"Cannot find include file", "include_directories: [FOLDER]"},
        {"Define or directive not defined", "defines: {NAME: VALUE}"},
        {"Cannot find file containing module",
         "sources: […] names every file, or include_directories: [FOLDER] where the file of a "
         "module has its name"},
        {"Can't find definition of variable", "a package comes before its users in sources"},
        {"Package/class", "a package comes before its users in sources"},
        {"Parameters from the command line were not found",
         "parameters are those of the top module"},
    };
    for (const auto& [text, hint] : hints) {
        if (output.find(text) != std::string::npos) {
            return hint;
        }
    }
    return "";
}

}  // namespace cortile
