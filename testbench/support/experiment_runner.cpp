// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/experiment_runner.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>

#include "hw_model/base/child_process.h"
#include "testbench/support/shell.h"

namespace cortile::test {

namespace fs = std::filesystem;

TestFolder::TestFolder() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string(info->test_suite_name()) + "." + info->name();
    std::replace(name.begin(), name.end(), '/', '_');  // of parametrised tests
    path_ = fs::path(testing::TempDir()) / (name + "-" + std::to_string(getpid()));
    fs::create_directories(path_);
}

TestFolder::~TestFolder() {
    fs::remove_all(path_);
}

fs::path TestFolder::write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return path_ / name;
}

FinishedRun run_experiment(const fs::path& file, const std::vector<std::string>& assignments,
                           unsigned threads) {
    PreparedRun run = prepare(load_experiment(file, assignments));
    static const std::atomic<bool> never{false};
    return execute(run, threads, never, {});
}

std::string record_of_child(const fs::path& file, const std::vector<std::string>& assignments,
                            unsigned threads,
                            const std::function<void(const FinishedRun&, std::ostream&)>& record) {
    const fs::path result =
        fs::path(testing::TempDir()) / ("record-" + std::to_string(getpid()) + ".txt");
    const ChildRunner::End end = ChildRunner().run([&] {
        try {
            std::ofstream out(result);
            record(run_experiment(file, assignments, threads), out);
            return 0;
        } catch (const std::exception& error) {
            std::cerr << error.what() << "\n";
            return 1;
        }
    });
    EXPECT_TRUE(end.exit_code == 0 && end.signal == 0) << file;
    const std::string text = contents(result);
    fs::remove(result);
    EXPECT_FALSE(text.empty()) << file;
    return text;
}

std::vector<std::vector<std::int32_t>> probe(const RunResult& result, const std::string& population,
                                             const std::string& quantity) {
    for (const ProbeRecord& record : result.probes) {
        if (record.population == population && record.quantity == quantity) {
            std::vector<std::vector<std::int32_t>> rows;
            for (std::uint64_t t = 0; t < record.timesteps; ++t) {
                const auto* first = record.values.data() + t * record.neurons;
                rows.emplace_back(first, first + record.neurons);
            }
            return rows;
        }
    }
    ADD_FAILURE() << "no probe " << population << ":" << quantity;
    return {};
}

}  // namespace cortile::test
