// SPDX-License-Identifier: Apache-2.0
#include "rtl/verilated/verilator_messages.h"

#include <set>
#include <sstream>
#include <utility>
#include <vector>

namespace cortile {

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
    static const std::vector<std::pair<const char*, const char*>> hints{
        {"syntax error",
         "where words of SystemVerilog (bit, soft, priority …) are names: language: verilog"},
        {"BLKANDNBLK",
         "Verilator cannot simulate a register that is assigned both ways; in a copy of the file, "
         "use <= (or =) for all of its assignments"},
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
