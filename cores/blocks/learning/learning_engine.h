// SPDX-License-Identifier: Apache-2.0
// The learning engine of a Loihi-style core: traces of axons and neurons, and updates of weights,
// delays and tags by sums of products at the end of every epoch. Bit-equal to recordings of Lava's
// bit-approximate fixed-point model (github lava-nc/lava, BSD-3,
// magma/core/model/py/connection.py); no public recording of silicon exists. Equations and widths:
// docs/reference/learning.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "cores/blocks/learning/random_draws.h"
#include "cores/blocks/learning/rule.h"
#include "hw_model/state/state_archive.h"

namespace cortile::learning {

enum class Trace : std::uint8_t { x1, x2, y1, y2, y3 };
inline constexpr std::size_t kTraces = 5;

// What a spike adds to a trace: `whole` and, at random, one more with probability fraction / 256.
// In each timestep a trace keeps `keep` of itself; 0: it is gone after one.
struct TraceDynamics {
    std::int32_t impulse = 0, impulse_fraction = 0;  // 0 .. 127, 0 .. 255
    double keep = 0;
};
// `impulse` in [0, 128); `tau` in timesteps, 0: gone after one.
TraceDynamics trace_dynamics(double impulse, double tau);

// What some of the synapses follow.
struct RuleSet {
    std::optional<Rule> weight, delay, tag;

    bool empty() const { return !weight && !delay && !tag; }
    std::optional<std::uint32_t> u_exponent() const;  // the k of its u<k>
    bool has_gate(Variable gate) const;
};

// What the payload p of an axon's spike does (Lava's GradedSpikeCfg, magma/core/learning/
// constants.py). With h = p / 2, halves rounded to even, modulo 256:
enum class GradedSpikes : std::uint8_t {
    spike,        // nothing: it is a spike
    overwrite,    // x1 = h at once
    add,          // x1 = min(x1 + h, 127) at once
    add_overflow  // x1 = x1 + h at once; above 127 it starts again, and only then x0 and x2 see one
};

struct Rules {
    std::vector<RuleSet> sets{RuleSet{}};
    std::array<TraceDynamics, kTraces> traces;
    // Traces y that neurons' own spikes leave alone: drive() raises them.
    std::array<bool, kTraces> driven{};
    std::uint32_t epoch = 1;  // timesteps
    // Bits of a product's constant: what a product is shifted right by depends on it. Lava's model
    // has 4; nengo-loihi assumes 3.
    std::uint32_t mantissa_bits = 4;
    GradedSpikes graded = GradedSpikes::spike;
};

enum class WeightSign : std::uint8_t { mixed, excitatory, inhibitory };

// A synapse of an axon to a neuron, with what can be learnt.
struct PlasticSynapse {
    std::uint32_t axon = 0, neuron = 0;
    std::int16_t weight = 0;  // -256 .. 255
    std::uint8_t delay = 0;
    std::int16_t tag = 0;
    WeightSign sign = WeightSign::mixed;
    std::uint8_t set = 0;  // of Rules::sets
};

class LearningEngine {
  public:
    // `synapses` ascending in axon.
    LearningEngine(Rules rules, std::shared_ptr<const RandomDraws> draws, std::uint32_t axons,
                   std::uint32_t neurons, std::vector<PlasticSynapse> synapses);

    // Traces, spike times and draws back to their start; what was learnt stays.
    void begin_sample();

    // A timestep: which axons and which neurons spiked (ascending; each once). `payloads`: by axon
    // of `axons`; empty: 1 each. Ends an epoch where one is over. Returns how many synapses were
    // updated: that some product counted for.
    std::uint64_t step(std::span<const std::uint32_t> axons, std::span<const std::uint32_t> neurons,
                       std::span<const std::int32_t> payloads = {});

    // Adds to a driven trace of all neurons in the coming step(), as rewards do that arrive as
    // spikes of their own: it decays, then gets this, within 0 .. 127. Rules see it as it is at the
    // end of the epoch, whatever their gate, less a decay by exp(-1/65535) per timestep up to that
    // of the gate: Lava's, of traces that come from elsewhere.
    void drive(Trace trace, std::span<const std::int32_t> by_neuron);
    std::int32_t trace(Trace trace, std::uint32_t index) const {
        return traces_[static_cast<std::size_t>(trace)][index];
    }
    std::span<const PlasticSynapse> synapses() const { return synapses_; }
    // Of the last step(): positions in synapses() whose weight or delay changed.
    std::span<const std::uint32_t> changed() const { return changed_; }

    // Between two steps: traces, the epoch, the place in the random numbers, and what was learnt.
    void transfer_state(StateArchive& archive);

  private:
    using Levels = std::vector<std::uint8_t>;  // of a trace: [timestep of the epoch][index]

    void pre_spikes(std::span<const std::uint32_t> axons, std::span<const std::int32_t> payloads,
                    std::uint32_t position);
    void settle_overflows(std::span<const std::uint32_t> axons);
    bool take_payload(std::uint32_t axon, std::int32_t payload);
    void raise_at_once(Trace trace, std::uint32_t axon);
    void post_spikes(std::span<const std::uint32_t> neurons, std::uint32_t position);
    void refresh_draw();
    void count_lowest_tags();
    std::uint64_t learn();
    void advance_driven(Trace trace);
    void fill_history(Trace trace);
    bool may_count(std::size_t set, bool axon, bool neuron) const;
    std::int64_t value_of(Variable variable, const PlasticSynapse& synapse, std::uint32_t at) const;
    std::optional<std::uint32_t> gate_time(Variable gate, const PlasticSynapse& synapse) const;
    std::int64_t value_of(const Product& product, const PlasticSynapse& synapse,
                          std::uint32_t at) const;
    // The sum of the rule's products added to `value`; `counted`: set if one counted.
    std::int32_t sum(const Rule& rule, const PlasticSynapse& synapse, std::int32_t value,
                     bool& counted) const;
    std::int32_t rounded(std::int32_t accumulated) const;
    bool update(PlasticSynapse& synapse, bool& differs);
    bool is_x(Trace trace) const { return trace == Trace::x1 || trace == Trace::x2; }

    Rules rules_;
    std::shared_ptr<const RandomDraws> draws_;
    std::vector<PlasticSynapse> synapses_;
    std::array<std::vector<std::uint8_t>, kTraces> traces_;  // 0 .. 127, by axon or by neuron
    // Timestep of the epoch, 1 .. epoch, of the last spike; 0: none.
    std::vector<std::uint8_t> axon_time_, neuron_time_;
    std::array<Levels, kTraces> history_;
    std::uint64_t step_ = 0, trace_draw_ = 0, synapse_draw_ = 0;
    TraceDraw draw_;
    double synapse_random_ = 0;
    struct Gates {
        bool x0 = false, y0 = false, u = false;  // does any product of the set have it?
        std::uint64_t u_period = 1;              // in epochs
        bool u_counts = false;                   // in this epoch
    };
    std::vector<Gates> gates_;                               // by set
    std::array<std::vector<std::int32_t>, kTraces> drives_;  // of the coming step(), by neuron
    std::vector<std::uint32_t> changed_;
    std::ptrdiff_t lowest_tags_ = 0;  // synapses whose tag any epoch may change
};

}  // namespace cortile::learning
