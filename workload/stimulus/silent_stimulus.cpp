// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <vector>

#include "hw_model/base/error.h"
#include "workload/stimulus/recorded_stimulus.h"

namespace cortile {

std::unique_ptr<Stimulus> make_silent_stimulus(std::uint32_t input_size, std::uint32_t samples,
                                               std::uint32_t timesteps) {
    if (samples == 0) {
        throw ConfigError("stimulus.samples", "expected at least 1, found 0",
                          "1 runs the network once");
    }
    check_recorded_timesteps(timesteps);
    SpikeTable table;
    std::vector<SpikeKey> none;
    for (std::uint32_t s = 0; s < samples; ++s) {
        table.append(none, timesteps);
    }
    return make_recorded_stimulus(
        std::move(table), input_size, {},
        fmt::format("silence for {} samples of {} timesteps", samples, timesteps));
}

}  // namespace cortile
