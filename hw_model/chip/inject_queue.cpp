// SPDX-License-Identifier: Apache-2.0
#include "hw_model/chip/inject_queue.h"

#include <algorithm>

namespace cortile {

namespace {

// Moves the items that are due out of `entries`, in order.
template <typename Entry, typename Item>
void take_due(std::vector<Entry>& entries, std::uint64_t start, std::vector<Item>& out) {
    std::size_t kept = 0;
    for (const Entry& entry : entries) {
        if (entry.released || entry.time < start) {
            out.push_back(entry.item);
        } else {
            entries[kept++] = entry;
        }
    }
    entries.resize(kept);
}

template <typename Entry>
void release_up_to(std::vector<Entry>& entries, std::uint64_t time) {
    for (Entry& entry : entries) {
        entry.released = entry.released || entry.time <= time;
    }
}

}  // namespace

bool InjectQueue::push(std::span<const InputSpike> spikes, std::uint64_t time) {
    if (spikes.size() > free()) {
        return false;
    }
    for (const InputSpike& spike : spikes) {
        spikes_.push_back({spike, time, false});
    }
    return true;
}

void InjectQueue::push_sample(std::uint32_t input_timesteps, std::uint64_t time) {
    samples_.push_back({input_timesteps, time, false});
}

void InjectQueue::release(std::uint64_t time) {
    release_up_to(spikes_, time);
    release_up_to(samples_, time);
}

InjectQueue::Due InjectQueue::take(std::uint64_t start) {
    Due due;
    take_due(spikes_, start, due.spikes);
    std::stable_sort(due.spikes.begin(), due.spikes.end(),
                     [](const InputSpike& a, const InputSpike& b) { return a.neuron < b.neuron; });
    std::vector<std::uint32_t> samples;
    take_due(samples_, start, samples);
    if (!samples.empty()) {
        due.sample = samples.back();
    }
    return due;
}

}  // namespace cortile
