// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/loihi_learning.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "hw_model/base/error.h"
#include "hw_model/base/text_file.h"

namespace cortile {

namespace {

using learning::Trace;

constexpr std::array<std::pair<const char*, Trace>, learning::kTraces> kTraceNames{
    {{"x1", Trace::x1},
     {"x2", Trace::x2},
     {"y1", Trace::y1},
     {"y2", Trace::y2},
     {"y3", Trace::y3}}};
constexpr double kMostSeed = 0x1p53;

std::string key(const char* trace, const char* what) {
    return fmt::format("core.learning.{}_{}", trace, what);
}

std::optional<learning::Rule> rule(const Parameters& parameters, const char* path) {
    const std::string& text = parameters.text(path);
    return text.empty() ? std::nullopt
                        : std::optional(learning::parse_rule(text, parameters.where(path)));
}

// {"trace_randoms": [{"xd": 0.5, "xi": 107, "yd": 0.1, "yi": 92}, …], "conn_randoms": [0.3, …]}
std::unique_ptr<learning::RandomDraws> recorded_draws(const Parameters& parameters) {
    const std::filesystem::path file = parameters.file("core.learning.randoms");
    try {
        const nlohmann::json json = nlohmann::json::parse(read_text_file(file));
        std::vector<learning::TraceDraw> traces;
        for (const nlohmann::json& draw : json.at("trace_randoms")) {
            traces.push_back({draw.at("xd"), draw.at("yd"), draw.at("xi"), draw.at("yi")});
        }
        return learning::make_recorded_draws(
            std::move(traces), json.at("conn_randoms").get<std::vector<double>>(), file.string());
    } catch (const nlohmann::json::exception& error) {
        throw ConfigError(file.string(), std::string("no recorded random numbers: ") + error.what(),
                          "expected trace_randoms, a list of xd, xi, yd, yi, and conn_randoms");
    }
}

void check_u(const learning::Rules& rules, const std::string& where) {
    for (const auto* rule : {&rules.weight, &rules.delay, &rules.tag}) {
        if (*rule && (*rule)->u_exponent && *(*rule)->u_exponent != rules.u_exponent()) {
            throw ConfigError(where, "its rules have u<k> of different k",
                              "all u<k> of a set of rules have one k");
        }
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
        whole_number("core.learning.epoch", "1", "timesteps from one update to the next", 1, 63),
        whole_number("core.learning.mantissa_bits", "4",
                     "bits of a product's constant: Lava has 4, nengo-loihi 3", 3, 4),
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
    return schema;
}

bool learns(const Parameters& parameters) {
    return !parameters.texts("core.learning.projections").empty();
}

LoihiLearning loihi_learning(const Parameters& parameters) {
    LoihiLearning result;
    result.projections = parameters.texts("core.learning.projections");
    if (!result.on()) {
        return result;
    }
    learning::Rules& rules = result.rules;
    rules.weight = rule(parameters, "core.learning.dw");
    rules.delay = rule(parameters, "core.learning.dd");
    rules.tag = rule(parameters, "core.learning.dt");
    const std::string where = parameters.where("core.learning.projections");
    if (!rules.weight && !rules.delay && !rules.tag) {
        throw ConfigError(where, "projections are to learn, and no rule says how",
                          "give core.learning.dw, dd or dt");
    }
    check_u(rules, where);
    for (const auto& [name, trace] : kTraceNames) {
        rules.traces[static_cast<std::size_t>(trace)] = learning::trace_dynamics(
            parameters.real(key(name, "impulse")), parameters.real(key(name, "tau")));
    }
    rules.epoch = static_cast<std::uint32_t>(parameters.integer("core.learning.epoch"));
    rules.mantissa_bits =
        static_cast<std::uint32_t>(parameters.integer("core.learning.mantissa_bits"));
    result.first_timestep =
        static_cast<std::uint32_t>(parameters.integer("core.learning.first_timestep"));
    result.draws = parameters.given("core.learning.randoms")
                       ? recorded_draws(parameters)
                       : learning::make_counted_draws(
                             static_cast<std::uint64_t>(parameters.integer("core.learning.seed")));
    result.update_time = parameters.time("core.timing.synaptic_update");
    return result;
}

}  // namespace cortile
