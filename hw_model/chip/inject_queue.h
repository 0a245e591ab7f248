// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace cortile {

struct InputSpike {
    std::uint32_t neuron = 0;  // index into the input populations, one after another
    std::int32_t value = 1;
    bool operator==(const InputSpike&) const = default;
};

// Spikes and sample starts on their way into a chip, each with the time at which it was written
// (in ticks of whatever clock the caller has). A timestep takes what is earlier than its start:
// what has the very time of the start belongs to the next one, so that the order of processes that
// run at one time cannot change a result. release() is the exception that a caller asks for.
class InjectQueue {
  public:
    explicit InjectQueue(std::size_t capacity) : capacity_(capacity) {}

    std::size_t size() const { return spikes_.size(); }
    std::size_t free() const { return capacity_ - spikes_.size(); }

    // False if there is no room for all of them: none is taken then.
    bool push(std::span<const InputSpike> spikes, std::uint64_t time);
    void push_sample(std::uint32_t input_timesteps, std::uint64_t time);
    // What is here with a time up to and including `time` is due for the next timestep.
    void release(std::uint64_t time);

    struct Due {
        std::vector<InputSpike> spikes;  // ascending by neuron, equal ones in the order of writing
        std::optional<std::uint32_t> sample;  // input timesteps of the last start of a sample
    };
    // Removes what is due in a timestep that starts at `start`.
    Due take(std::uint64_t start);

  private:
    template <typename T>
    struct Entry {
        T item;
        std::uint64_t time;
        bool released;
    };

    std::size_t capacity_;
    std::vector<Entry<InputSpike>> spikes_;
    std::vector<Entry<std::uint32_t>> samples_;
};

}  // namespace cortile
