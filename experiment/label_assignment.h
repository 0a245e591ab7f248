// SPDX-License-Identifier: Apache-2.0
// What the neurons of a network that learned without labels stand for: each gets the label for
// which it spiked most, on average over samples; a sample is then of the label whose neurons
// spike most, on average (Diehl, Cook, Frontiers in Computational Neuroscience 9:99, 2015, 2.6).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "hw_model/state/state_archive.h"

namespace cortile {

class LabelAssignment {
  public:
    // A sample that assigns: the spikes of each output neuron. Samples without label are ignored.
    void add(std::optional<std::uint32_t> label, const std::vector<double>& spikes);

    // The labels of the neurons, from the samples so far; nothing for neurons that never spiked. Of
    // equals the smallest.
    std::vector<std::optional<std::uint32_t>> labels() const;

    // The label of a sample; nothing if no neuron has one. Of equals the smallest.
    std::optional<std::uint32_t> predict(const std::vector<double>& spikes) const;

    void transfer_state(StateArchive& archive);

  private:
    struct Response {
        std::uint32_t label = 0, samples = 0;
        std::vector<double> spikes;  // by neuron, summed over samples

        void transfer_state(StateArchive& archive);
    };
    std::vector<Response> responses_;  // ascending in label
};

}  // namespace cortile
