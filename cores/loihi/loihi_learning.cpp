// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/loihi_learning.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cores/loihi/recorded_randoms.h"
#include "hw_model/base/error.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

namespace {

using learning::Trace;

constexpr std::array<std::pair<const char*, Trace>, learning::kTraces> kTraceNames{
    {{"x1", Trace::x1},
     {"x2", Trace::x2},
     {"y1", Trace::y1},
     {"y2", Trace::y2},
     {"y3", Trace::y3}}};
// Those of neurons, which a projection may raise.
constexpr std::array kTracesOfNeurons{Trace::y1, Trace::y2, Trace::y3};
constexpr double kMostSeed = 0x1p53;

std::string key(const char* trace, const char* what) {
    return fmt::format("core.learning.{}_{}", trace, what);
}

const char* name_of(Trace trace) {
    return kTraceNames[static_cast<std::size_t>(trace)].first;
}

std::optional<learning::Rule> rule(const Parameters& parameters, const char* path) {
    const std::string& text = parameters.text(path);
    return text.empty() ? std::nullopt
                        : std::optional(learning::parse_rule(text, parameters.where(path)));
}

void check_u(const learning::RuleSet& set, const std::string& where) {
    for (const auto* rule : {&set.weight, &set.delay, &set.tag}) {
        if (*rule && (*rule)->u_exponent && (*rule)->u_exponent != set.u_exponent()) {
            throw ConfigError(where, "its rules have u<k> of different k",
                              "all u<k> of a set of rules have one k");
        }
    }
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    const auto last = text.find_last_not_of(" \t\r\n");
    return first == std::string_view::npos ? "" : text.substr(first, last - first + 1);
}

// "fc: dw = 2^-2*x1*y0"
struct OwnRule {
    std::string projection;
    std::string_view target;  // dw, dd or dt
    learning::Rule rule;
};

OwnRule parse_own_rule(std::string_view text, const std::string& where) {
    const auto equals = text.find('=');
    const auto colon = text.rfind(':', equals);
    const std::string_view target = equals == std::string::npos || colon == std::string::npos
                                        ? ""
                                        : trimmed(text.substr(colon + 1, equals - colon - 1));
    if (target != "dw" && target != "dd" && target != "dt") {
        throw ConfigError(where, "not a rule of a projection: " + shown_text(std::string(text)),
                          "write PROJECTION: dw = RULE, or dd or dt");
    }
    return {std::string(trimmed(text.substr(0, colon))), target,
            learning::parse_rule(std::string(trimmed(text.substr(equals + 1))), where)};
}

// A projection with a rule of its own has a set of its own.
void add_own_rule(OwnRule own, const std::string& where, LoihiLearning& learning) {
    const std::string& projection = own.projection;
    const auto& learning_ones = learning.projections;
    if (std::find(learning_ones.begin(), learning_ones.end(), projection) == learning_ones.end()) {
        throw ConfigError(where, "'" + projection + "' has a rule and does not learn",
                          "name it in core.learning.projections");
    }
    if (learning.set_of(projection) == 0) {
        learning.own_rules.push_back(projection);
        learning.rules.sets.emplace_back();
    }
    learning::RuleSet& set = learning.rules.sets[learning.set_of(projection)];
    auto& rule = own.target == "dw" ? set.weight : own.target == "dd" ? set.delay : set.tag;
    if (rule) {
        throw ConfigError(where, fmt::format("'{}' has two rules {}", projection, own.target),
                          "write one sum of products");
    }
    rule = std::move(own.rule);
}

learning::RuleSet common_rules(const Parameters& parameters) {
    return {rule(parameters, "core.learning.dw"), rule(parameters, "core.learning.dd"),
            rule(parameters, "core.learning.dt")};
}

void check_names(const LoihiLearning& learning) {
    const auto& names = learning.projections;
    for (auto name = names.begin(); name != names.end(); ++name) {
        if (std::find(names.begin(), name, *name) != name) {
            throw ConfigError(learning.projections_where, "'" + *name + "' is there twice",
                              "name a projection once");
        }
    }
}

void read_rules(const Parameters& parameters, LoihiLearning& learning) {
    const std::string& where = learning.projections_where;
    check_names(learning);
    learning.rules.sets[0] = common_rules(parameters);
    check_u(learning.rules.sets[0], where);
    const std::string where_own = parameters.where("core.learning.rules");
    for (const std::string& text : parameters.texts("core.learning.rules")) {
        add_own_rule(parse_own_rule(text, where_own), where_own, learning);
    }
    for (const learning::RuleSet& set : learning.rules.sets) {
        check_u(set, where_own);
    }
    for (const std::string& projection : learning.projections) {
        if (learning.rules.sets[learning.set_of(projection)].empty()) {
            throw ConfigError(where, "'" + projection + "' is to learn, and no rule says how",
                              "give core.learning.dw, dd or dt");
        }
    }
}

void read_graded_spikes(const Parameters& parameters, learning::Rules& rules) {
    using learning::GradedSpikes;
    constexpr std::array<std::pair<const char*, GradedSpikes>, 4> kWays{
        {{"spike", GradedSpikes::spike},
         {"overwrite", GradedSpikes::overwrite},
         {"add", GradedSpikes::add},
         {"add_overflow", GradedSpikes::add_overflow}}};
    const std::string path = "core.learning.graded_spikes";
    const std::string& name = parameters.text(path);
    rules.graded = std::find_if(kWays.begin(), kWays.end(), [&](const auto& way) {
                       return name == way.first;
                   })->second;
    if (rules.graded != GradedSpikes::spike && parameters.real("core.learning.x1_impulse") != 0) {
        throw ConfigError(parameters.where(path),
                          "payloads raise trace x1, and so does core.learning.x1_impulse",
                          "leave the impulse out");
    }
}

// What switching learning off leaves behind may stay, but not with mistakes that switching it on
// would bring up.
std::string check_unused_rules(const Parameters& parameters) {
    check_u(common_rules(parameters), parameters.where("core.learning.projections"));
    for (const std::string& text : parameters.texts("core.learning.rules")) {
        parse_own_rule(text, parameters.where("core.learning.rules"));
    }
    for (const char* path :
         {"core.learning.dw", "core.learning.dd", "core.learning.dt", "core.learning.rules"}) {
        if (parameters.given(path)) {
            return path;
        }
    }
    for (const Trace trace : kTracesOfNeurons) {
        const std::string path = key(name_of(trace), "source");
        if (!parameters.text(path).empty()) {
            return path;
        }
    }
    return "";
}

void read_traces(const Parameters& parameters, LoihiLearning& learning) {
    for (const auto& [name, trace] : kTraceNames) {
        learning.rules.traces[static_cast<std::size_t>(trace)] = learning::trace_dynamics(
            parameters.real(key(name, "impulse")), parameters.real(key(name, "tau")));
    }
    for (const Trace trace : kTracesOfNeurons) {
        const std::string path = key(name_of(trace), "source");
        const std::string& source = parameters.text(path);
        if (source.empty()) {
            continue;
        }
        if (parameters.real(key(name_of(trace), "impulse")) != 0) {
            throw ConfigError(
                parameters.where(path),
                fmt::format("trace {} has a source and an impulse of its own", name_of(trace)),
                "the weights of the source are the impulses");
        }
        if (learning.channel_of(source) != 0 ||
            std::find(learning.projections.begin(), learning.projections.end(), source) !=
                learning.projections.end()) {
            throw ConfigError(parameters.where(path),
                              "'" + source + "' learns, or raises another trace already",
                              "a trace has a projection for itself");
        }
        learning.sources[static_cast<std::size_t>(trace)] = source;
        learning.sources_where[static_cast<std::size_t>(trace)] = parameters.where(path);
        learning.rules.driven[static_cast<std::size_t>(trace)] = true;
    }
}

}  // namespace

ParameterSchema loihi_learning_schema() {
    using enum ParameterType;
    ParameterSchema schema{
        {"core.learning.projections", text_list, "", "projections that learn, by name"},
        {"core.learning.dw", text, "", "rule of the weight, as 2^-2*y0*x1 - 2^-2*x0*y1"},
        {"core.learning.dd", text, "", "rule of the delay"},
        {"core.learning.dt", text, "", "rule of the tag"},
        {"core.learning.rules", text_list, "",
         "rules of single projections, in place of these three: PROJECTION: dw = RULE"},
        whole_number("core.learning.epoch", "1", "timesteps from one update to the next", 1, 63),
        whole_number("core.learning.mantissa_bits", "4",
                     "bits of a product's constant: Lava has 4, nengo-loihi 3", 3, 4),
        {"core.learning.graded_spikes",
         choice,
         "spike",
         "what a payload does to trace x1 of an axon: nothing, set it to half of it, add half of "
         "it, or count what goes beyond 127 as a spike",
         false,
         {"spike", "overwrite", "add", "add_overflow"}},
        whole_number("core.learning.seed", "1", "seed of stochastic rounding", 0, kMostSeed),
        {"core.learning.randoms", path, "",
         "JSON file of recorded random numbers, in place of the seed"},
        whole_number("core.learning.first_timestep", "0",
                     "timestep of a sample with which traces and epochs begin", 0, 1 << 24),
    };
    for (const auto& [name, trace] : kTraceNames) {
        schema.push_back({key(name, "impulse"),
                          real,
                          "0",
                          fmt::format("what a spike adds to trace {}", name),
                          false,
                          {},
                          0,
                          127.99});
        schema.push_back({key(name, "tau"),
                          real,
                          "0",
                          fmt::format("time constant of trace {} in timesteps; 0: none", name),
                          false,
                          {},
                          0,
                          1e9});
    }
    for (const Trace trace : kTracesOfNeurons) {
        schema.push_back({key(name_of(trace), "source"), text, "",
                          fmt::format("projection whose spikes raise trace {} by their weights, in "
                                      "place of the neuron's own",
                                      name_of(trace))});
    }
    return schema;
}

std::uint8_t LoihiLearning::set_of(const std::string& projection) const {
    const auto found = std::find(own_rules.begin(), own_rules.end(), projection);
    return static_cast<std::uint8_t>(found == own_rules.end() ? 0
                                                              : 1 + (found - own_rules.begin()));
}

std::uint8_t LoihiLearning::channel_of(const std::string& projection) const {
    for (const Trace trace : kTracesOfNeurons) {
        const std::string& source = sources[static_cast<std::size_t>(trace)];
        if (!source.empty() && source == projection) {
            return channel_of(trace);
        }
    }
    return 0;
}

bool learns(const Parameters& parameters) {
    return !parameters.texts("core.learning.projections").empty();
}

LoihiLearning loihi_learning(const Parameters& parameters) {
    LoihiLearning result;
    result.projections = parameters.texts("core.learning.projections");
    result.projections_where = parameters.where("core.learning.projections");
    if (!result.on()) {
        result.unused_rule = check_unused_rules(parameters);
        return result;
    }
    read_rules(parameters, result);
    read_traces(parameters, result);
    result.graded_where = parameters.where("core.learning.graded_spikes");
    read_graded_spikes(parameters, result.rules);
    learning::Rules& rules = result.rules;
    rules.epoch = static_cast<std::uint32_t>(parameters.integer("core.learning.epoch"));
    rules.mantissa_bits =
        static_cast<std::uint32_t>(parameters.integer("core.learning.mantissa_bits"));
    result.first_timestep =
        static_cast<std::uint32_t>(parameters.integer("core.learning.first_timestep"));
    result.draws = parameters.given("core.learning.randoms")
                       ? read_recorded_randoms(parameters.file("core.learning.randoms"))
                       : learning::make_counted_draws(
                             static_cast<std::uint64_t>(parameters.integer("core.learning.seed")));
    result.update_time = parameters.time("core.timing.synaptic_update");
    return result;
}

}  // namespace cortile
