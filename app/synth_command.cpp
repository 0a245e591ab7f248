// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iostream>
#include <string>
#include <system_error>

#include "app/commands.h"
#include "hw_model/base/error.h"
#include "rtl/synthesis/cost_table.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;

constexpr const char* kTable = "cost_table.yaml";

// Only a folder that is empty or that an earlier run wrote is written to.
void make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        throw ConfigError(folder.string(), "cannot be made: " + error.message(),
                          "--out names another folder");
    }
    if (!fs::is_empty(folder, error) && !fs::exists(folder / "map.ys", error)) {
        throw ConfigError(folder.string(), "holds other files than those of `cortile synth`",
                          "--out names another folder");
    }
    fs::remove(folder / kTable, error);
}

}  // namespace

int synth_command(const SynthArguments& arguments) {
    if (const std::string missing = missing_synthesis_tools(); !missing.empty()) {
        throw ConfigError(arguments.folder.string(), missing);
    }
    const DatapathDescription description = read_datapath(arguments.folder);
    SynthesisOptions options;
    options.liberty = arguments.liberty.value_or(kDefaultLiberty);
    options.folder = fs::absolute(arguments.out.value_or(description.name + "_synthesis"));
    options.activity_operations = arguments.activity_operations;
    options.seed = arguments.seed;
    options.progress = [](const std::string& what) { std::cerr << what << "\n"; };
    options.operations = arguments.operations.value_or(fs::path());
    make_folder(options.folder);
    const SynthesisResult result = synthesize(description, options);

    std::ofstream stream(options.folder / kTable, std::ios::binary);
    stream << cost_table_yaml(result);
    stream.close();
    if (!stream) {
        throw ConfigError((options.folder / kTable).string(), "cannot be written",
                          "--out names another folder");
    }
    std::cout << synthesis_text(result) << "\ncost table: " << (options.folder / kTable).string()
              << "\n";
    return 0;
}

}  // namespace cortile
