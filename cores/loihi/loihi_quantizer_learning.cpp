// SPDX-License-Identifier: Apache-2.0
// What quantisation does about projections that learn.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cores/loihi/loihi_quantizer_kinds.h"
#include "cores/loihi/loihi_quantizer_run.h"
#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr std::uint8_t kTagBits = 9;

}  // namespace

// What a synapse that learns can come to decides what it takes, not what it starts with.
void LoihiQuantizer::make_plastic(const SignMode& mode, QuantizedProjection& projection) const {
    projection.plastic = true;
    projection.sign = mode == SignMode::excitatory   ? std::int8_t{1}
                      : mode == SignMode::inhibitory ? std::int8_t{-1}
                                                     : std::int8_t{0};
    projection.rule_set = options_.learning.set_of(projection.name);
    const learning::RuleSet& rules = options_.learning.rules.sets[projection.rule_set];
    projection.delay_bits = rules.delay ? kDelayBits : projection.delay_bits;
    projection.tag_bits = rules.tag ? kTagBits : std::uint8_t{0};
}

// Rules that can have no effect.
void LoihiQuantizer::warn_about_rules() {
    using learning::Variable;
    constexpr std::array<std::pair<Variable, const char*>, learning::kTraces> kTraces{
        {{Variable::x1, "x1"},
         {Variable::x2, "x2"},
         {Variable::y1, "y1"},
         {Variable::y2, "y2"},
         {Variable::y3, "y3"}}};
    const LoihiLearning& learning = options_.learning;
    for (std::size_t trace = 0; trace < kTraces.size(); ++trace) {
        const auto& [variable, name] = kTraces[trace];
        const learning::TraceDynamics& dynamics = learning.rules.traces[trace];
        const bool is_raised =
            dynamics.impulse > 0 || dynamics.impulse_fraction > 0 || learning.rules.driven[trace] ||
            (variable == Variable::x1 && learning.rules.graded != learning::GradedSpikes::spike);
        const auto uses = [variable = variable](const std::optional<learning::Rule>& rule) {
            return rule && rule->uses(variable);
        };
        const auto& sets = learning.rules.sets;
        if (!is_raised && std::any_of(sets.begin(), sets.end(), [&](const learning::RuleSet& set) {
                return uses(set.weight) || uses(set.delay) || uses(set.tag);
            })) {
            warn(
                fmt::format("a rule has trace {0}, which is always 0: nothing raises it "
                            "(core.learning.{0}_impulse)",
                            name));
        }
    }
    for (const Projection& projection : network_.projections) {
        if (learns(projection) && projection.connectivity->max_delay() == 0 &&
            learning.rules.sets[learning.set_of(projection.name)].delay) {
            warn("projection '" + projection.name +
                 "' learns delays, and has none to begin with: they act up to the largest one that "
                 "a core has at the start");
        }
    }
}

// Names of projections that do not exist, traces that are raised in neurons without learning, and
// rules that nothing follows.
void LoihiQuantizer::check_learning() {
    const LoihiLearning& learning = options_.learning;
    if (!learning.unused_rule.empty()) {
        const bool is_source = learning.unused_rule.ends_with("_source");
        warn(learning.unused_rule +
             " is not used: core.learning.projections names no projection, and nothing learns" +
             (is_source ? "; the spikes of that projection are input as any others" : ""));
    }
    warn_about_rules();
    std::string names;
    for (const Projection& p : network_.projections) {
        names += (names.empty() ? "" : ", ") + p.name;
    }
    const std::string hint = "projections of this network: " + names;
    const auto find = [&](const std::string& name, const std::string& where) -> const Projection& {
        const auto found = std::find_if(network_.projections.begin(), network_.projections.end(),
                                        [&](const Projection& p) { return p.name == name; });
        if (found == network_.projections.end()) {
            throw ConfigError(where, "there is no projection '" + name + "'", hint);
        }
        return *found;
    };
    std::set<std::size_t> targets;
    for (const std::string& name : learning.projections) {
        const Projection& projection = find(name, learning.projections_where);
        targets.insert(projection.target.value);
        if (learning.rules.graded != learning::GradedSpikes::spike &&
            largest_value(network_[projection.source]) <= 1) {
            throw ConfigError(learning.graded_where,
                              "the source of '" + name + "' sends spikes without payloads",
                              "leave it out: then x1_impulse is what a spike adds to trace x1");
        }
    }
    for (std::size_t trace = 0; trace < learning.sources.size(); ++trace) {
        const std::string& name = learning.sources[trace];
        const std::string& where = learning.sources_where[trace];
        if (!name.empty() && !targets.contains(find(name, where).target.value)) {
            throw ConfigError(
                where,
                "projection '" + name + "' is to raise a trace of neurons to which nothing learns",
                "it leads to the neurons that a projection that learns leads to; " + hint);
        }
    }
}

}  // namespace cortile
