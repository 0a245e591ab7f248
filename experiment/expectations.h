// SPDX-License-Identifier: Apache-2.0
// Recordings that a run must equal, value by value: run.expect and run.recordings.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hw_model/base/ids.h"
#include "hw_model/config/parameters.h"
#include "hw_model/report/run_result.h"
#include "hw_model/state/state_archive.h"
#include "workload/network/network.h"
#include "workload/recording/recording.h"

namespace cortile {

// One of run.expect: "layer1[0,8:12]:u@2 = 64*dump.npz:current[1:9] NTX".
struct ExpectationRequest {
    std::string population, quantity;
    std::vector<std::uint32_t> neurons;  // those that are recorded, in that order; empty: all
    std::uint32_t first = 0;             // timestep of a sample that is compared with `begin`
    double factor = 1;                   // of what is recorded
    std::string file, dataset, axes;
    // Timesteps of the recording that are compared; 0 as `end`: to its end.
    std::uint32_t begin = 0, end = 0;
};
ExpectationRequest parse_expectation(const std::string& text, const std::string& where);

class Expectations {
  public:
    // Value of a quantity ("spikes", "u", "v") of a population's neuron after a timestep.
    using Read = std::function<double(PopulationId, const std::string& quantity, std::uint32_t)>;

    // Reads all recordings. `has_neurons`: is the population on cores? Throws ConfigError.
    Expectations(const Parameters& parameters, const Network& network,
                 const std::function<bool(const Population&)>& has_neurons);

    bool empty() const { return expectations_.empty(); }
    // `sample` counts from 0 for the first one shown. Recordings of one sample are about that one.
    void compare(std::uint32_t sample, std::uint32_t timestep, const Read& read);
    std::vector<ExpectationResult> results() const;
    void transfer_state(StateArchive& archive);

  private:
    struct Expectation {
        ExpectationRequest request;
        PopulationId population;
        Shape shape;
        std::vector<std::uint32_t> neurons;  // of the recording's: the population's
        std::shared_ptr<const Recording> recording;
        ExpectationResult result;
    };
    static void compare(Expectation& expectation, std::uint32_t sample, std::uint32_t recorded,
                        std::uint32_t timestep, const Read& read);

    std::vector<Expectation> expectations_;
};

}  // namespace cortile
