// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "experiment/run_session.h"

namespace cortile::test {

// A folder of its own for one test, removed at the end.
class TestFolder {
  public:
    TestFolder();
    ~TestFolder();
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    // Writes a text file and returns its path.
    std::filesystem::path write(const std::string& name, const std::string& text) const;

  private:
    std::filesystem::path path_;
};

// Runs an experiment as `cortile run` does, in this process; once per process.
FinishedRun run_experiment(const std::filesystem::path& file,
                           const std::vector<std::string>& assignments = {}, unsigned threads = 1);

// The same in a process of its own: SystemC elaborates once per process. Returns what `record`
// writes of it; fails the test if the run fails.
std::string record_of_child(const std::filesystem::path& file,
                            const std::vector<std::string>& assignments, unsigned threads,
                            const std::function<void(const FinishedRun&, std::ostream&)>& record);

// values[timestep][neuron] of a probe; fails the test if there is no such probe.
std::vector<std::vector<std::int32_t>> probe(const RunResult& result, const std::string& population,
                                             const std::string& quantity);

}  // namespace cortile::test
