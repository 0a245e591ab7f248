// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "hw_model/state/state_archive.h"

namespace cortile::learning {

// What a timestep's stochastic rounding of traces draws: one number each for all axons (x) and all
// neurons (y), for decays (in [0, 1)) and for impulses (0 .. 127).
struct TraceDraw {
    double x_decay = 0, y_decay = 0;
    std::uint32_t x_impulse = 0, y_impulse = 0;
};

inline void transfer_state(StateArchive& archive, TraceDraw& draw) {
    archive(draw.x_decay, draw.y_decay, draw.x_impulse, draw.y_impulse);
}

// The draws of a run, by their number from 0: functions of it, so that every core sees the same.
class RandomDraws {
  public:
    virtual ~RandomDraws() = default;
    virtual TraceDraw traces(std::uint64_t number) const = 0;
    virtual double synapses(std::uint64_t number) const = 0;  // in [0, 1)
};

std::unique_ptr<RandomDraws> make_counted_draws(std::uint64_t seed);
// Throws ConfigError at `where` when more are asked for than were recorded.
std::unique_ptr<RandomDraws> make_recorded_draws(std::vector<TraceDraw> traces,
                                                 std::vector<double> synapses, std::string where);

}  // namespace cortile::learning
