// SPDX-License-Identifier: Apache-2.0
// The direction of dependencies, the purity of folders and the independence of core types
// (docs/architecture.md), read off the source tree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace cortile {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct Folder {
    bool may_use_systemc = false;
    std::set<std::string> may_include;  // besides itself
};

// Every folder that holds code, and what it may know. A new folder is a new row.
const std::map<std::string, Folder>& folders() {
    static const std::set<std::string> core_type_needs{
        "hw_model/base",   "hw_model/config",  "hw_model/energy",   "hw_model/state",
        "noc/api",         "cores/api",        "cores/blocks",      "cores/datapath",
        "cores/registry",  "workload/network", "workload/quantize", "workload/mapping",
        "workload/compile"};
    static const std::map<std::string, Folder> table{
        {"hw_model/base", {false, {}}},
        {"hw_model/state", {false, {"hw_model/base"}}},
        {"hw_model/config", {false, {"hw_model/base"}}},
        {"hw_model/cpu", {false, {"hw_model/base"}}},
        {"hw_model/registers", {false, {"hw_model/base"}}},
        {"hw_model/energy", {false, {"hw_model/base", "hw_model/config"}}},
        {"hw_model/report",
         {false, {"hw_model/base", "hw_model/config", "hw_model/energy", "hw_model/state"}}},
        {"noc/api", {false, {"hw_model/base", "hw_model/state"}}},
        {"noc/routing", {false, {"hw_model/base", "noc/api"}}},
        {"noc/flit", {false, {"hw_model/base", "hw_model/state", "noc/api", "noc/routing"}}},
        {"noc/engines", {false, {"hw_model/base", "noc/api", "noc/routing", "noc/flit"}}},
        {"noc/traffic",
         {false, {"hw_model/base", "hw_model/state", "noc/api", "noc/routing", "noc/flit"}}},
        {"noc/shell", {true, {"hw_model/base", "noc/api"}}},
        {"cores/api", {false, {"hw_model/base", "hw_model/state", "noc/api"}}},
        {"cores/blocks", {false, {"hw_model/base", "hw_model/state", "noc/api", "cores/api"}}},
        {"cores/datapath", {false, {"hw_model/base", "hw_model/config", "cores/api"}}},
        {"cores/<type>", {false, core_type_needs}},
        {"cores/registry",
         {false,
          {"hw_model/base", "hw_model/config", "hw_model/energy", "noc/api", "cores/api",
           "cores/blocks", "cores/datapath", "workload/network", "workload/quantize",
           "workload/mapping", "workload/compile"}}},
        {"rtl/synthesis",
         {false,
          {"hw_model/base", "hw_model/config", "cores/api", "cores/datapath", "rtl/verilated",
           "rtl/yosys"}}},
        {"rtl/verilated",
         {false,
          {"hw_model/base", "hw_model/config", "cores/api", "cores/datapath", "cores/registry"}}},
        {"rtl/regress",
         {false,
          {"hw_model/base", "hw_model/config", "hw_model/report", "cores/api", "cores/datapath",
           "rtl/verilated"}}},
        {"rtl/yosys", {false, {"hw_model/base", "rtl/verilated"}}},
        {"rtl/mutation",
         {false,
          {"hw_model/base", "hw_model/config", "cores/api", "cores/datapath", "rtl/verilated",
           "rtl/regress", "rtl/yosys"}}},
        {"cores/shell",
         {true, {"hw_model/base", "hw_model/state", "noc/api", "noc/shell", "cores/api"}}},
        {"workload/network", {false, {"hw_model/base"}}},
        {"workload/hdf5", {false, {"hw_model/base"}}},
        {"workload/nir", {false, {"hw_model/base", "workload/hdf5", "workload/network"}}},
        {"workload/netx", {false, {"hw_model/base", "workload/hdf5", "workload/network"}}},
        {"workload/recording",
         {false, {"hw_model/base", "hw_model/config", "workload/hdf5", "workload/network"}}},
        {"workload/stimulus", {false, {"hw_model/base", "workload/network", "workload/recording"}}},
        {"workload/quantize", {false, {"hw_model/base", "workload/network"}}},
        {"workload/mapping",
         {false,
          {"hw_model/base", "noc/api", "cores/api", "workload/network", "workload/quantize"}}},
        {"workload/compile",
         {false,
          {"hw_model/base", "noc/api", "cores/api", "cores/blocks", "workload/network",
           "workload/quantize", "workload/mapping"}}},
        {"workload/image",
         {false,
          {"hw_model/base", "noc/api", "cores/api", "cores/blocks", "workload/network",
           "workload/quantize", "workload/mapping", "workload/compile"}}},
        {"hw_model/chip",
         {true,
          {"hw_model/base", "hw_model/config", "noc/api", "noc/routing", "noc/flit", "noc/shell",
           "cores/api", "cores/blocks", "cores/shell", "workload/compile"}}},
        {"hw_model/management",
         {true,
          {"hw_model/base", "hw_model/chip", "hw_model/cpu", "hw_model/registers", "cores/api",
           "cores/blocks", "cores/shell", "noc/api", "workload/compile", "workload/image"}}},
        {"experiment",
         {true,
          {"hw_model/base",      "hw_model/config",    "hw_model/energy",   "hw_model/report",
           "hw_model/state",     "hw_model/chip",      "hw_model/cpu",      "hw_model/management",
           "cores/blocks",       "hw_model/registers", "workload/image",    "noc/api",
           "noc/engines",        "noc/flit",           "noc/routing",       "noc/traffic",
           "cores/api",          "cores/datapath",     "cores/registry",    "rtl/verilated",
           "workload/network",   "workload/nir",       "workload/netx",     "workload/hdf5",
           "workload/recording", "workload/stimulus",  "workload/quantize", "workload/mapping",
           "workload/compile"}}},
        {"app",
         {true,
          {"experiment", "hw_model/base", "hw_model/config", "hw_model/report", "hw_model/state",
           "hw_model/chip", "hw_model/cpu", "noc/api", "noc/engines", "noc/routing", "noc/traffic",
           "cores/api", "cores/datapath", "cores/registry", "rtl/verilated", "rtl/regress",
           "rtl/mutation", "rtl/synthesis", "workload/quantize"}}},
    };
    return table;
}

// "noc/engines/link_sweep.cpp" -> "noc/engines"; "app/main.cpp" -> "app".
std::string folder_of(const std::string& path) {
    const std::size_t first = path.find('/');
    const std::size_t second = path.find('/', first + 1);
    return path.substr(0, second == std::string::npos ? first : second);
}

std::vector<std::string> code_files() {
    std::vector<std::string> files;
    const fs::path root(CORTILE_SOURCE_DIR);
    for (const char* top : {"hw_model", "noc", "cores", "rtl", "workload", "experiment", "app"}) {
        for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
            const std::string extension = entry.path().extension().string();
            if (extension == ".h" || extension == ".cpp") {
                files.push_back(fs::relative(entry.path(), root).generic_string());
            }
        }
    }
    return files;
}

// Complaints about one file's includes.
std::vector<std::string> complaints(const std::string& file) {
    static const std::regex include_line(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re");
    static const std::regex systemc(R"(^(systemc|tlm|sysc/|tlm_))");
    std::vector<std::string> result;
    const std::string folder = folder_of(file);
    // Every other folder of cores/ is a core type.
    const bool known = folders().contains(folder) || !folder.starts_with("cores/");
    const auto found = folders().find(known ? folder : "cores/<type>");
    if (found == folders().end()) {
        return {file + ": folder " + folder + " is not in the table of this test"};
    }
    std::ifstream stream(fs::path(CORTILE_SOURCE_DIR) / file);
    std::smatch match;
    for (std::string line; std::getline(stream, line);) {
        if (!std::regex_search(line, match, include_line)) {
            continue;
        }
        const std::string target = match[2];
        if (match[1] == "<") {
            if (!found->second.may_use_systemc && std::regex_search(target, systemc)) {
                result.push_back(file + " is pure and includes <" + target + ">");
            }
        } else if (folder_of(target) != folder &&
                   !found->second.may_include.count(folder_of(target))) {
            result.push_back(file + " may not include " + target);
        }
    }
    return result;
}

TEST(Structure, EveryIncludeFollowsTheDirectionOfDependencies) {
    std::vector<std::string> all;
    const std::vector<std::string> files = code_files();
    for (const std::string& file : files) {
        const auto some = complaints(file);
        all.insert(all.end(), some.begin(), some.end());
    }
    EXPECT_GT(files.size(), 60u);
    EXPECT_THAT(all, IsEmpty());
}

// "cores/<type>/..." -> "<type>"; nothing for sources of no core type.
std::string core_type_of(const std::string& file) {
    const std::string folder = folder_of(file);
    const bool is_type = folder.starts_with("cores/") && !folders().contains(folder);
    return is_type ? folder.substr(folder.find('/') + 1) : "";
}

// A core type is one folder and one line in cores/CMakeLists.txt: no other source knows its name,
// as a word of an identifier or of a text. Comments may.
TEST(Structure, NothingOutsideACoreTypeNamesIt) {
    const std::vector<std::string> files = code_files();
    std::set<std::string> types;
    for (const std::string& file : files) {
        types.insert(core_type_of(file));
    }
    types.erase("");
    EXPECT_GE(types.size(), 5u);
    std::vector<std::string> found;
    for (const std::string& type : types) {
        const std::regex word("(^|[^a-z])" + type + "([^a-z]|$)", std::regex::icase);
        for (const std::string& file : files) {
            if (core_type_of(file) == type) {
                continue;
            }
            std::ifstream stream(fs::path(CORTILE_SOURCE_DIR) / file);
            for (std::string line; std::getline(stream, line);) {
                if (std::regex_search(line.substr(0, line.find("//")), word)) {
                    found.push_back(file + ": " + type);
                }
            }
        }
    }
    EXPECT_THAT(found, UnorderedElementsAre("experiment/experiment.h: loihi",      // default preset
                                            "app/compare_plan.cpp: loihi",         // in a hint
                                            "workload/netx/neurons.cpp: loihi"));  // in the format
}

TEST(Structure, EverySourceStatesItsLicence) {
    std::vector<std::string> missing;
    for (const std::string& file : code_files()) {
        std::ifstream stream(fs::path(CORTILE_SOURCE_DIR) / file);
        std::string line;
        std::getline(stream, line);
        if (line != "// SPDX-License-Identifier: Apache-2.0") {
            missing.push_back(file);
        }
    }
    EXPECT_THAT(missing, IsEmpty());
}

}  // namespace
}  // namespace cortile
