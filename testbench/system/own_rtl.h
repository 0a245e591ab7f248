// SPDX-License-Identifier: Apache-2.0
// Datapaths of anybody's RTL, given to the program.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "rtl/verilated/datapath_library.h"
#include "testbench/support/experiment_runner.h"
#include "testbench/support/shell.h"

namespace cortile::test {

class OwnRtl : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string missing = missing_rtl_tools(); !missing.empty()) {
            GTEST_SKIP() << missing;
        }
    }

    // `cortile ARGUMENTS`, in the test's folder.
    Outcome cortile(const std::string& arguments) const {
        return shell("cd " + folder.path().string() + " && CORTILE_CACHE=" + CORTILE_TEST_CACHE +
                     " " + CORTILE_PROGRAM + " " + arguments);
    }
    void write(const std::filesystem::path& name, const std::string& text) const {
        std::filesystem::create_directories((folder.path() / name).parent_path());
        std::ofstream(folder.path() / name, std::ios::binary) << text;
    }
    std::string read(const std::filesystem::path& name) const {
        return contents(folder.path() / name);
    }
    // A datapath of `module` and the rest of datapath.yaml; fewer random operations than a user's.
    Outcome cosim(const std::string& module, const std::string& yaml) const {
        write("dut/n.sv", module);
        write("dut/datapath.yaml", "name: n\ntop: n\nsources: [n.sv]\n" + yaml);
        return cortile("cosim dut --random 2000");
    }

    static std::string example(const std::string& name) {
        return std::string(CORTILE_SOURCE_DIR) + "/examples/rtl/" + name;
    }

    TestFolder folder;
};

// Of datapath.yaml.
inline constexpr const char* kClocked = "clock: {port: clk}\nreset: {port: rst}\n";

}  // namespace cortile::test
