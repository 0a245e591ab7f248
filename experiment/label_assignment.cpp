// SPDX-License-Identifier: Apache-2.0
#include "experiment/label_assignment.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

namespace cortile {

void LabelAssignment::add(std::optional<std::uint32_t> label, const std::vector<double>& spikes) {
    if (!label) {
        return;
    }
    auto found = std::lower_bound(
        responses_.begin(), responses_.end(), *label,
        [](const Response& response, std::uint32_t wanted) { return response.label < wanted; });
    if (found == responses_.end() || found->label != *label) {
        found = responses_.insert(found, {*label, 0, std::vector<double>(spikes.size())});
    }
    Response& response = *found;
    for (std::size_t n = 0; n < spikes.size(); ++n) {
        response.spikes[n] += spikes[n];
    }
    ++response.samples;
}

std::vector<std::optional<std::uint32_t>> LabelAssignment::labels() const {
    const std::size_t neurons = responses_.empty() ? 0 : responses_.front().spikes.size();
    std::vector<std::optional<std::uint32_t>> result(neurons);
    for (std::size_t n = 0; n < neurons; ++n) {
        double best = 0;
        for (const Response& response : responses_) {
            const double mean = response.spikes[n] / response.samples;
            if (mean > best) {
                best = mean;
                result[n] = response.label;
            }
        }
    }
    return result;
}

std::optional<std::uint32_t> LabelAssignment::predict(const std::vector<double>& spikes) const {
    const auto labels = this->labels();
    std::map<std::uint32_t, std::pair<double, int>> by_label;  // spikes, neurons
    for (std::size_t n = 0; n < labels.size(); ++n) {
        if (labels[n]) {
            by_label[*labels[n]].first += spikes[n];
            ++by_label[*labels[n]].second;
        }
    }
    std::optional<std::uint32_t> best;
    double best_mean = -1;
    for (const auto& [label, sum] : by_label) {
        if (const double mean = sum.first / sum.second; mean > best_mean) {
            best_mean = mean;
            best = label;
        }
    }
    return best;
}

void LabelAssignment::Response::transfer_state(StateArchive& archive) {
    archive(label, samples);
    archive.list(spikes);
}

void LabelAssignment::transfer_state(StateArchive& archive) {
    archive.list(responses_);
}

}  // namespace cortile
