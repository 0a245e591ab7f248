// SPDX-License-Identifier: Apache-2.0
#include "cores/blocks/learning/learning_engine.h"

#include <algorithm>
#include <utility>

#include "cores/blocks/learning/trace_arithmetic.h"
#include "hw_model/base/error.h"

namespace cortile::learning {

namespace {

constexpr int kFractionBits = 7;  // of the accumulator
constexpr std::int64_t kMostSum = (1 << 15) - 1, kLeastSum = -(1 << 15) - 1;
constexpr int kExponentOffset = 7;
constexpr int kAccumulatorBits = 15;
constexpr std::int32_t kLeastTag = -257;  // comes of rounding kLeastSum down

std::int64_t clipped(std::int64_t sum) {
    return std::clamp(sum, kLeastSum, kMostSum);
}

}  // namespace

std::optional<std::uint32_t> RuleSet::u_exponent() const {
    for (const auto* rule : {&weight, &delay, &tag}) {
        if (*rule && (*rule)->u_exponent) {
            return (*rule)->u_exponent;
        }
    }
    return std::nullopt;
}

bool RuleSet::has_gate(Variable gate) const {
    const auto in = [&](const std::optional<Rule>& rule) {
        return rule && std::any_of(rule->products.begin(), rule->products.end(),
                                   [&](const Product& p) { return p.gate == gate; });
    };
    return in(weight) || in(delay) || in(tag);
}

LearningEngine::LearningEngine(Rules rules, std::shared_ptr<const RandomDraws> draws,
                               std::uint32_t axons, std::uint32_t neurons,
                               std::vector<PlasticSynapse> synapses)
    : rules_(std::move(rules)),
      draws_(std::move(draws)),
      synapses_(std::move(synapses)),
      axon_time_(axons, 0),
      neuron_time_(neurons, 0) {
    if (rules_.epoch < 1 || rules_.epoch > 63) {
        throw ContractViolation("LearningEngine: an epoch has 1 to 63 timesteps");
    }
    for (const PlasticSynapse& synapse : synapses_) {
        if (synapse.set >= rules_.sets.size() || synapse.axon >= axons ||
            synapse.neuron >= neurons) {
            throw ContractViolation("LearningEngine: a synapse of no axon, neuron or set of rules");
        }
    }
    for (const Trace trace : {Trace::x1, Trace::x2, Trace::y1, Trace::y2, Trace::y3}) {
        const std::size_t count = is_x(trace) ? axons : neurons;
        traces_[index_of(trace)].assign(count, 0);
        history_[index_of(trace)].assign(count * (rules_.epoch + 1), 0);
        if (rules_.driven[index_of(trace)]) {
            drives_[index_of(trace)].assign(count, 0);
        }
    }
    for (const RuleSet& set : rules_.sets) {
        gates_.push_back({set.has_gate(Variable::x0), set.has_gate(Variable::y0),
                          set.has_gate(Variable::u),
                          std::uint64_t{1} << set.u_exponent().value_or(0)});
    }
    count_lowest_tags();
    begin_sample();
}

void LearningEngine::begin_sample() {
    for (auto& levels : traces_) {
        std::fill(levels.begin(), levels.end(), std::uint8_t{0});
    }
    for (auto& drive : drives_) {
        std::fill(drive.begin(), drive.end(), 0);
    }
    std::fill(axon_time_.begin(), axon_time_.end(), std::uint8_t{0});
    std::fill(neuron_time_.begin(), neuron_time_.end(), std::uint8_t{0});
    if (step_ == 0) {
        draw_ = draws_->traces(0);
        synapse_random_ = draws_->synapses(0);
    }
    step_ -= step_ % rules_.epoch;  // a sample begins with an epoch
    changed_.clear();
}

void LearningEngine::transfer_state(StateArchive& archive) {
    for (auto& levels : traces_) {
        archive.fixed(levels);
    }
    archive.fixed(axon_time_);
    archive.fixed(neuron_time_);
    archive(step_, trace_draw_, synapse_draw_, draw_, synapse_random_);
    for (PlasticSynapse& synapse : synapses_) {
        archive(synapse.weight, synapse.delay, synapse.tag);
    }
    count_lowest_tags();
}

void LearningEngine::count_lowest_tags() {
    lowest_tags_ = std::count_if(synapses_.begin(), synapses_.end(),
                                 [](const PlasticSynapse& s) { return s.tag == kLeastTag; });
}

void LearningEngine::refresh_draw() {
    draw_ = draws_->traces(++trace_draw_);
}

std::uint64_t LearningEngine::step(std::span<const std::uint32_t> axons,
                                   std::span<const std::uint32_t> neurons,
                                   std::span<const std::int32_t> payloads) {
    if (!payloads.empty() && payloads.size() != axons.size()) {
        throw ContractViolation("LearningEngine: payloads are those of the axons that spiked");
    }
    ++step_;
    changed_.clear();
    const auto remainder = static_cast<std::uint32_t>(step_ % rules_.epoch);
    const std::uint32_t position = remainder == 0 ? rules_.epoch : remainder;
    pre_spikes(axons, payloads, position);
    refresh_draw();
    post_spikes(neurons, position);
    refresh_draw();
    for (const Trace trace : {Trace::y1, Trace::y2, Trace::y3}) {
        advance_driven(trace);
    }
    return remainder == 0 ? learn() : 0;
}

// The timestep of the epoch whose traces a product sees; nothing: it does not count.
std::optional<std::uint32_t> LearningEngine::gate_time(Variable gate,
                                                       const PlasticSynapse& synapse) const {
    if (gate == Variable::u) {
        return gates_[synapse.set].u_counts ? std::optional(rules_.epoch) : std::nullopt;
    }
    const std::uint32_t time =
        gate == Variable::x0 ? axon_time_[synapse.axon] : neuron_time_[synapse.neuron];
    return time > 0 ? std::optional(time) : std::nullopt;
}

std::int64_t LearningEngine::value_of(Variable variable, const PlasticSynapse& synapse,
                                      std::uint32_t at) const {
    const auto level = [&](Trace trace, std::uint32_t index) -> std::int64_t {
        const std::size_t count = traces_[index_of(trace)].size();
        return history_[index_of(trace)][at * count + index];
    };
    switch (variable) {
        case Variable::x0:
            return axon_time_[synapse.axon] > 0;
        case Variable::y0:
            return neuron_time_[synapse.neuron] > 0;
        case Variable::u:
            return gates_[synapse.set].u_counts;
        case Variable::x1:
            return level(Trace::x1, synapse.axon);
        case Variable::x2:
            return level(Trace::x2, synapse.axon);
        case Variable::y1:
            return level(Trace::y1, synapse.neuron);
        case Variable::y2:
            return level(Trace::y2, synapse.neuron);
        case Variable::y3:
            return level(Trace::y3, synapse.neuron);
        case Variable::w:
            return synapse.weight;
        case Variable::d:
            return synapse.delay;
        case Variable::t:
            return synapse.tag;
    }
    throw ContractViolation("LearningEngine: not a variable");
}

std::int64_t LearningEngine::value_of(const Product& product, const PlasticSynapse& synapse,
                                      std::uint32_t at) const {
    std::int64_t result = 1;
    int width = static_cast<int>(rules_.mantissa_bits);
    for (const Factor& factor : product.factors) {
        const int bits = width_of(factor.variable);
        const std::int64_t limit = std::int64_t{1} << bits;
        result *=
            std::clamp(factor.value(value_of(factor.variable, synapse, at)), -limit, limit - 1);
        width += bits;
    }
    result *= product.mantissa;
    result >>= std::max(0, width - kAccumulatorBits);
    return clipped(result * (std::int64_t{1} << (product.exponent + kExponentOffset)));
}

std::int32_t LearningEngine::sum(const Rule& rule, const PlasticSynapse& synapse,
                                 std::int32_t value, bool& counted) const {
    std::int64_t accumulated = std::int64_t{value} << kFractionBits;
    for (const Product& product : rule.products) {
        const auto at = gate_time(product.gate, synapse);
        counted |= at.has_value();
        // Products that do not count clip, too: a tag of -257 is just out of range.
        accumulated = clipped(accumulated + (at ? value_of(product, synapse, *at) : 0));
    }
    return static_cast<std::int32_t>(accumulated);
}

std::int32_t LearningEngine::rounded(std::int32_t accumulated) const {
    constexpr double kUnit = 1 << kFractionBits;
    return rounded_at_random(accumulated / kUnit, synapse_random_);
}

// Weight, delay and tag all see the others as they were. Returns whether any product counted.
bool LearningEngine::update(PlasticSynapse& synapse, bool& differs) {
    const PlasticSynapse before = synapse;
    bool counted = false;
    const RuleSet& rules = rules_.sets[before.set];
    if (rules.weight) {
        const bool excitatory = before.sign == WeightSign::excitatory;
        const bool inhibitory = before.sign == WeightSign::inhibitory;
        const std::int32_t w = sum(*rules.weight, before, before.weight, counted);
        const std::int32_t signed_w = excitatory ? std::max(w, 0) : inhibitory ? std::min(w, 0) : w;
        synapse.weight = static_cast<std::int16_t>(std::clamp(rounded(signed_w),
                                                              excitatory   ? 0
                                                              : inhibitory ? -255
                                                                           : -256,
                                                              inhibitory ? 0 : 255));
    }
    if (rules.delay) {
        const std::int32_t d = std::max(sum(*rules.delay, before, before.delay, counted), 0);
        synapse.delay = static_cast<std::uint8_t>(std::clamp(rounded(d), 0, 255));
    }
    if (rules.tag) {
        const std::int32_t t = sum(*rules.tag, before, before.tag, counted);
        synapse.tag = static_cast<std::int16_t>(std::clamp(rounded(t), kLeastTag, 255));
        lowest_tags_ += (synapse.tag == kLeastTag) - (before.tag == kLeastTag);
    }
    differs = synapse.weight != before.weight || synapse.delay != before.delay;
    return counted;
}

// Does some product of the set count for a synapse whose axon, whose neuron spiked or did not?
bool LearningEngine::may_count(std::size_t set, bool axon, bool neuron) const {
    const Gates& gates = gates_[set];
    return (gates.x0 && axon) || (gates.y0 && neuron) || (gates.u && gates.u_counts);
}

std::uint64_t LearningEngine::learn() {
    synapse_random_ = draws_->synapses(++synapse_draw_);
    for (const Trace trace : {Trace::x1, Trace::x2, Trace::y1, Trace::y2, Trace::y3}) {
        fill_history(trace);
    }
    const bool axons = std::any_of(axon_time_.begin(), axon_time_.end(), [](auto t) { return t; });
    const bool neurons =
        std::any_of(neuron_time_.begin(), neuron_time_.end(), [](auto t) { return t; });
    bool any = lowest_tags_ > 0;  // of most timesteps nothing follows
    for (std::size_t set = 0; set < gates_.size(); ++set) {
        gates_[set].u_counts = step_ / rules_.epoch % gates_[set].u_period == 0;
        any |= may_count(set, axons, neurons);
    }
    std::uint64_t updates = 0;
    for (std::uint32_t i = 0; any && i < synapses_.size(); ++i) {
        PlasticSynapse& synapse = synapses_[i];
        if (synapse.tag != kLeastTag && !may_count(synapse.set, axon_time_[synapse.axon] > 0,
                                                   neuron_time_[synapse.neuron] > 0)) {
            continue;
        }
        bool differs = false;
        updates += update(synapse, differs);
        if (differs) {
            changed_.push_back(i);
        }
    }
    std::fill(axon_time_.begin(), axon_time_.end(), std::uint8_t{0});
    std::fill(neuron_time_.begin(), neuron_time_.end(), std::uint8_t{0});
    return updates;
}

}  // namespace cortile::learning
