// SPDX-License-Identifier: Apache-2.0
#include "cores/blocks/learning/random_draws.h"

#include <string>
#include <utility>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"

namespace cortile::learning {

namespace {

constexpr std::uint64_t kTraces = 0, kSynapses = 1;  // second counter
constexpr std::uint32_t kImpulses = 128;

class CountedDraws final : public RandomDraws {
  public:
    explicit CountedDraws(std::uint64_t seed) : key_{seed, RandomUse::learning} {}

    TraceDraw traces(std::uint64_t number) const override {
        const auto bits = philox(key_, number, kTraces);
        return {bits[0] * 0x1p-32, bits[1] * 0x1p-32, uniform_below(bits[2], kImpulses),
                uniform_below(bits[3], kImpulses)};
    }
    double synapses(std::uint64_t number) const override {
        return uniform01(key_, number, kSynapses);
    }

  private:
    RandomKey key_;
};

class RecordedDraws final : public RandomDraws {
  public:
    RecordedDraws(std::vector<TraceDraw> traces, std::vector<double> synapses, std::string where)
        : traces_(std::move(traces)), synapses_(std::move(synapses)), where_(std::move(where)) {}

    TraceDraw traces(std::uint64_t number) const override { return at(traces_, number); }
    double synapses(std::uint64_t number) const override { return at(synapses_, number); }

  private:
    template <typename T>
    T at(const std::vector<T>& draws, std::uint64_t number) const {
        if (number >= draws.size()) {
            throw ConfigError(where_,
                              "the run needs more random numbers than the " +
                                  std::to_string(draws.size()) + " recorded",
                              "shorten the run, or leave out the recording");
        }
        return draws[number];
    }

    std::vector<TraceDraw> traces_;
    std::vector<double> synapses_;
    std::string where_;
};

}  // namespace

std::unique_ptr<RandomDraws> make_counted_draws(std::uint64_t seed) {
    return std::make_unique<CountedDraws>(seed);
}

std::unique_ptr<RandomDraws> make_recorded_draws(std::vector<TraceDraw> traces,
                                                 std::vector<double> synapses, std::string where) {
    return std::make_unique<RecordedDraws>(std::move(traces), std::move(synapses),
                                           std::move(where));
}

}  // namespace cortile::learning
