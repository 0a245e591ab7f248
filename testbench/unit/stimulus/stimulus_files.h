// SPDX-License-Identifier: Apache-2.0
// Files that the tests of the stimuli make for themselves.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "hw_model/base/error.h"
#include "workload/stimulus/stimulus.h"

namespace cortile::test {

using Indices = std::vector<std::uint32_t>;

// A directory per test, gone after it.
class StimulusTest : public testing::Test {
  protected:
    StimulusTest()
        : directory_(std::filesystem::path(testing::TempDir()) /
                     ("cortile_stimulus_" + std::to_string(getpid()) + "_" +
                      testing::UnitTest::GetInstance()->current_test_info()->name())) {
        std::filesystem::create_directories(directory_);
    }
    ~StimulusTest() override { std::filesystem::remove_all(directory_); }

    std::filesystem::path path(const std::string& name) const { return directory_ / name; }

    std::filesystem::path write(const std::string& name, const std::string& bytes) const {
        std::ofstream(path(name), std::ios::binary) << bytes;
        return path(name);
    }

    std::filesystem::path write_gzip(const std::string& name, const std::string& bytes) const {
        gzFile file = gzopen(path(name).c_str(), "wb");
        gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
        gzclose(file);
        return path(name);
    }

  private:
    std::filesystem::path directory_;
};

// The message of the ConfigError that `action` throws; empty when it throws none.
template <typename Action>
std::string config_error(Action&& action) {
    try {
        action();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return {};
}

inline Indices spikes_at(const Stimulus& stimulus, std::uint32_t sample, std::uint32_t timestep) {
    Indices out{7, 7, 7};  // must be replaced, not appended to
    stimulus.spikes(sample, timestep, out);
    return out;
}

// The timesteps in which `neuron` spikes.
inline Indices train_of(const Stimulus& stimulus, std::uint32_t sample, std::uint32_t neuron) {
    Indices train;
    for (std::uint32_t t = 0; t < stimulus.timesteps(sample); ++t) {
        for (const std::uint32_t i : spikes_at(stimulus, sample, t)) {
            if (i == neuron) {
                train.push_back(t);
            }
        }
    }
    return train;
}

inline std::string word(std::uint32_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
            static_cast<char>(value >> 8), static_cast<char>(value)};
}

inline std::string idx_images(std::uint32_t count, std::uint32_t rows, std::uint32_t columns,
                              const std::vector<std::uint8_t>& pixels) {
    return word(0x803) + word(count) + word(rows) + word(columns) +
           std::string(pixels.begin(), pixels.end());
}

inline std::string idx_labels(std::uint32_t count, const std::vector<std::uint8_t>& labels) {
    return word(0x801) + word(count) + std::string(labels.begin(), labels.end());
}

// One event-camera event: x, y, polarity in bit 23 over 23 bits of microseconds.
inline std::string event(std::uint32_t x, std::uint32_t y, std::uint32_t polarity,
                         std::uint32_t microseconds) {
    const std::uint32_t low = (polarity << 23) | (microseconds & 0x7fffffU);
    return {static_cast<char>(x), static_cast<char>(y), static_cast<char>(low >> 16),
            static_cast<char>(low >> 8), static_cast<char>(low)};
}

}  // namespace cortile::test
