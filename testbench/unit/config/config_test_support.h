// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "hw_model/base/error.h"
#include "hw_model/config/parameters.h"

namespace cortile {

// The whole text of the ConfigError that `action` throws; fails the test when it throws none.
inline std::string config_error(const std::function<void()>& action) {
    try {
        action();
    } catch (const ConfigError& error) {
        return error.what();
    }
    ADD_FAILURE() << "no ConfigError was thrown";
    return {};
}

inline ConfigTree tree_of(const std::string& yaml, const std::string& name = "exp.yaml") {
    return ConfigTree::from_text(yaml, name, "/data");
}

// The error of resolving `yaml`, called exp.yaml, against `schema`.
inline std::string resolve_error(const std::string& yaml, const ParameterSchema& schema) {
    return config_error([&] { tree_of(yaml).resolve(schema); });
}

// A directory of the running test's own, empty at its start.
inline std::filesystem::path fresh_directory() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    const std::filesystem::path directory =
        std::filesystem::path(testing::TempDir()) / "cortile" /
        (std::string(test->test_suite_name()) + "." + test->name());
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    return directory;
}

inline void write_file(const std::filesystem::path& file, const std::string& content) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
}

}  // namespace cortile
