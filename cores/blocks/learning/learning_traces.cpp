// SPDX-License-Identifier: Apache-2.0
// How spikes, payloads and rewards move the traces of a LearningEngine.
#include <algorithm>
#include <cmath>
#include <utility>

#include "cores/blocks/learning/learning_engine.h"
#include "cores/blocks/learning/trace_arithmetic.h"
#include "hw_model/base/error.h"

namespace cortile::learning {

namespace {

// Of driven traces, as rules see them: exp(-1/65535). Lava gives traces that come from elsewhere
// the largest time constant that 16 bits hold, so that now and then they lose 1 a timestep.
const double kDrivenKeep = std::exp(-1.0 / 65535);

}  // namespace

TraceDynamics trace_dynamics(double impulse, double tau) {
    if (!(impulse >= 0 && impulse < 128) || !(tau >= 0)) {
        throw ContractViolation("trace_dynamics: out of range");
    }
    TraceDynamics result;
    result.impulse = static_cast<std::int32_t>(impulse);
    // Halves to the even side, as Lava's.
    result.impulse_fraction =
        static_cast<std::int32_t>(std::nearbyint(256 * (impulse - std::floor(impulse))));
    result.keep = tau == 0 ? 0 : std::exp(-1 / tau);
    return result;
}

void LearningEngine::drive(Trace trace, std::span<const std::int32_t> by_neuron) {
    std::vector<std::int32_t>& drive = drives_[index_of(trace)];
    if (by_neuron.size() != drive.size()) {
        throw ContractViolation("LearningEngine: this trace is not driven, or by other neurons");
    }
    std::copy(by_neuron.begin(), by_neuron.end(), drive.begin());
}

void LearningEngine::advance_driven(Trace trace) {
    std::vector<std::int32_t>& drive = drives_[index_of(trace)];
    std::vector<std::uint8_t>& levels = traces_[index_of(trace)];
    for (std::size_t n = 0; n < drive.size(); ++n) {
        const double kept = rules_.traces[index_of(trace)].keep * levels[n];
        const std::int64_t level =
            std::int64_t{rounded_at_random(kept, draw_.y_decay)} + std::exchange(drive[n], 0);
        levels[n] = static_cast<std::uint8_t>(std::clamp<std::int64_t>(level, 0, kMostTrace));
    }
}

void LearningEngine::raise_at_once(Trace trace, std::uint32_t axon) {
    const TraceDynamics& d = rules_.traces[index_of(trace)];
    std::uint8_t& level = traces_[index_of(trace)][axon];
    level = saturated(level + d.impulse + (d.impulse_fraction > 0 ? 1 : 0));
}

// What a payload does to x1; returns whether it is a spike to x0 and x2.
bool LearningEngine::take_payload(std::uint32_t axon, std::int32_t payload) {
    if (rules_.graded == GradedSpikes::spike) {
        return true;
    }
    std::uint8_t& level = traces_[index_of(Trace::x1)][axon];
    const auto half = static_cast<std::uint8_t>(std::lrint(payload / 2.0));
    const auto sum = static_cast<std::uint8_t>(level + half);
    switch (rules_.graded) {
        case GradedSpikes::spike:
            break;
        case GradedSpikes::overwrite:
            level = half;
            return true;
        case GradedSpikes::add:
            level = saturated(sum);
            return true;
        case GradedSpikes::add_overflow:
            level = static_cast<std::uint8_t>(sum > kMostTrace ? sum - kMostTrace : sum);
            return sum > kMostTrace;
    }
    throw ContractViolation("LearningEngine: not a way of taking payloads");
}

// Of 127 and an h of 128 remains 128, which a timestep without a spike takes for an overflow of its
// own, as Lava does: the trace starts again without x0 and x2 seeing it.
void LearningEngine::settle_overflows(std::span<const std::uint32_t> axons) {
    std::vector<std::uint8_t>& levels = traces_[index_of(Trace::x1)];
    auto spiked = axons.begin();
    for (std::uint32_t axon = 0; axon < levels.size(); ++axon) {
        if (spiked != axons.end() && *spiked == axon) {
            ++spiked;
        } else if (levels[axon] > kMostTrace) {
            levels[axon] = static_cast<std::uint8_t>(levels[axon] - kMostTrace);
        }
    }
}

// A second spike in an epoch raises the traces at once.
void LearningEngine::pre_spikes(std::span<const std::uint32_t> axons,
                                std::span<const std::int32_t> payloads, std::uint32_t position) {
    if (rules_.graded == GradedSpikes::add_overflow) {
        settle_overflows(axons);
    }
    for (std::size_t i = 0; i < axons.size(); ++i) {
        const std::uint32_t axon = axons[i];
        if (!take_payload(axon, payloads.empty() ? 1 : payloads[i])) {
            continue;
        }
        if (axon_time_[axon] > 0) {
            if (rules_.graded == GradedSpikes::spike) {
                raise_at_once(Trace::x1, axon);
            }
            raise_at_once(Trace::x2, axon);
        }
        axon_time_[axon] = static_cast<std::uint8_t>(position);
    }
}

void LearningEngine::post_spikes(std::span<const std::uint32_t> neurons, std::uint32_t position) {
    for (const std::uint32_t neuron : neurons) {
        if (neuron_time_[neuron] > 0) {
            for (const Trace trace : {Trace::y1, Trace::y2, Trace::y3}) {
                if (rules_.driven[index_of(trace)]) {
                    continue;
                }
                const TraceDynamics& d = rules_.traces[index_of(trace)];
                std::uint8_t& level = traces_[index_of(trace)][neuron];
                const bool more = draw_.y_impulse < static_cast<std::uint32_t>(d.impulse_fraction);
                level = saturated(level + d.impulse + (more ? 1 : 0));
            }
        }
        neuron_time_[neuron] = static_cast<std::uint8_t>(position);
    }
}

// The trace after each timestep of the epoch, as if it had been computed then.
void LearningEngine::fill_history(Trace trace) {
    const TraceDynamics& d = rules_.traces[index_of(trace)];
    const std::vector<std::uint8_t>& times = is_x(trace) ? axon_time_ : neuron_time_;
    std::vector<std::uint8_t>& levels = traces_[index_of(trace)];
    Levels& history = history_[index_of(trace)];
    const std::size_t count = levels.size();
    const double decay_random = is_x(trace) ? draw_.x_decay : draw_.y_decay;
    const std::uint32_t impulse_random = is_x(trace) ? draw_.x_impulse : draw_.y_impulse;
    const bool driven = rules_.driven[index_of(trace)];
    const double keep = driven ? kDrivenKeep : d.keep;
    const std::int32_t impulse =
        driven
            ? 0
            : d.impulse + (impulse_random < static_cast<std::uint32_t>(d.impulse_fraction) ? 1 : 0);
    std::copy(levels.begin(), levels.end(), history.begin());
    for (std::size_t t = 1; t <= rules_.epoch; ++t) {
        const std::uint8_t* const before = history.data() + (t - 1) * count;
        std::uint8_t* const after = history.data() + t * count;
        for (std::size_t i = 0; i < count; ++i) {
            const std::int32_t level =
                before[i] == 0 ? 0 : rounded_at_random(keep * before[i], decay_random);
            // Payloads may leave more than 127, which spikes and factors clip, and nothing else.
            after[i] =
                times[i] == t ? saturated(level + impulse) : static_cast<std::uint8_t>(level);
        }
    }
    if (!driven) {
        std::copy_n(history.begin() + static_cast<std::ptrdiff_t>(rules_.epoch * count), count,
                    levels.begin());
    }
}

}  // namespace cortile::learning
