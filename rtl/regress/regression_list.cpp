// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/regression_list.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/base/spelling.h"
#include "hw_model/config/yaml_reader.h"
#include "hw_model/config/yaml_text.h"
#include "rtl/regress/run_name.h"

namespace cortile::regress {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kRandomOperations = 10'000;
constexpr const char* kReseed = "reseed";
constexpr std::uint64_t kMostSeed = std::uint64_t{1} << 53;  // what YAML readers keep exactly

std::vector<ConfigTree::NamedKey> tests_of(const ConfigTree& tree) {
    std::vector<ConfigTree::NamedKey> tests = tree.keys_below("tests");
    for (const auto& [name, where] : tests) {
        if (!is_plain_name(name)) {
            throw ConfigError(fmt::format("{}: tests.{}", where, name),
                              "is no name of a test, which becomes part of file names",
                              "use letters, digits, _ and -");
        }
    }
    return tests;
}

std::optional<std::uint64_t> seed_of(const Parameters& parameters, const std::string& path) {
    const std::string& text = parameters.text(path);
    if (text == kReseed) {
        return std::nullopt;
    }
    std::uint64_t seed = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, seed);
    if (error != std::errc() || rest != end || seed > kMostSeed) {
        throw ConfigError(parameters.where(path),
                          fmt::format("found {}; a whole number from 0 to 2^53, or reseed, was "
                                      "expected",
                                      shown_text(text)));
    }
    return seed;
}

TestDescription test_of(const Parameters& parameters, const std::string& name,
                        const std::string& where) {
    const auto key = [&](const char* last) { return fmt::format("tests.{}.{}", name, last); };
    TestDescription test;
    test.name = name;
    test.where = fmt::format("{}: tests.{}", where, name);
    const std::string& stimulus = parameters.text(key("stimulus"));
    test.stimulus = stimulus == "directed" ? StimulusKind::directed
                    : stimulus == "random" ? StimulusKind::random
                                           : StimulusKind::recorded;
    test.iterations = static_cast<std::uint32_t>(parameters.integer(key("iterations")));
    test.operations = static_cast<std::uint64_t>(parameters.integer(key("operations")));
    if (test.operations == 0) {
        test.operations =
            test.stimulus == StimulusKind::random ? kRandomOperations : kAllOperations;
    }
    test.stalls = parameters.real(key("stalls"));
    test.seed = seed_of(parameters, key("seed"));
    test.recording = parameters.file(key("recording"));
    test.datapaths = parameters.texts(key("datapaths"));
    test.time_limit = std::chrono::milliseconds(parameters.time(key("time_limit")) / 1'000'000'000);
    test.coverage = parameters.flag(key("coverage"));

    const bool recorded = test.stimulus == StimulusKind::recorded;
    if (recorded != parameters.given(key("recording"))) {
        throw ConfigError(parameters.where(key(recorded ? "stimulus" : "recording")),
                          recorded ? "there is no recording"
                                   : "only a test with stimulus: recorded has a recording",
                          recorded ? "name one: recording: operations.csv"
                                   : "write stimulus: recorded, or remove it");
    }
    return test;
}

}  // namespace

const char* to_string(StimulusKind kind) {
    switch (kind) {
        case StimulusKind::directed:
            return "directed";
        case StimulusKind::random:
            return "random";
        case StimulusKind::recorded:
            return "recorded";
    }
    throw ContractViolation("a kind of stimulus without a name");
}

bool TestDescription::runs_on(const std::string& datapath) const {
    return datapaths.empty() ||
           std::find(datapaths.begin(), datapaths.end(), datapath) != datapaths.end();
}

ParameterSchema regression_schema(const std::vector<std::string>& tests) {
    using enum ParameterType;
    ParameterSchema schema{
        {"datapaths", path_list, {}, "folders with a datapath.yaml each"},
        {"coverage.line", real, "0", "lines and branches to cover, %", false, {}, 0, 100},
        {"coverage.toggle", real, "0", "bits that must change, %", false, {}, 0, 100},
        {"coverage.functional",
         real,
         "0",
         "cover properties that must be seen, %",
         false,
         {},
         0,
         100},
    };
    for (const std::string& test : tests) {
        const auto key = [&](const char* last) { return fmt::format("tests.{}.{}", test, last); };
        const auto add = [&](ParameterDescriptor descriptor, const char* last) {
            descriptor.path = key(last);
            schema.push_back(std::move(descriptor));
        };
        add({"",
             choice,
             {},
             "where operations come from",
             false,
             {"directed", "random", "recorded"}},
            "stimulus");
        add(whole_number("", "1", "runs, with a seed each", 1, 1'000'000), "iterations");
        add(whole_number(
                "", "0",
                "operations of a run; 0: random 10,000, directed and recorded all there are", 0,
                1e12),
            "operations");
        add({"",
             real,
             "0",
             "probability that a response must wait, each cycle",
             false,
             {},
             0,
             0.99},
            "stalls");
        add({"", text, "1",
             "of the first iteration, the others count up; or reseed: a new one "
             "each time"},
            "seed");
        add({"", path, "", "recorded: operations (.csv)"}, "recording");
        add({"", text_list, "", "names of the datapaths that it is for; without: all"},
            "datapaths");
        add({"", time, "600 s", "real time that a run may take", false, {}, 0.001, 1e6},
            "time_limit");
        add({"", flag, "true", "does it take part where coverage has a target"}, "coverage");
    }
    return schema;
}

RegressionList load_regression_list(const fs::path& file,
                                    const std::vector<std::string>& assignments) {
    ConfigTree tree = ConfigTree::from_file(file);
    const std::vector<ConfigTree::NamedKey> tests = tests_of(tree);
    std::vector<std::string> names;
    for (const auto& [name, where] : tests) {
        names.push_back(name);
    }
    for (const std::string& assignment : assignments) {
        tree.set(assignment);
    }
    const Parameters parameters = tree.resolve(regression_schema(names));
    if (names.empty()) {
        throw ConfigError(file.string(), "the list has no tests",
                          "add one: tests: {random: {stimulus: random}}");
    }
    RegressionList list;
    list.file = file;
    list.datapaths = parameters.files("datapaths");
    for (const fs::path& datapath : list.datapaths) {
        std::error_code ignored;
        if (!fs::exists(datapath, ignored)) {
            throw ConfigError(parameters.where("datapaths"),
                              fmt::format("there is no {}", datapath.string()),
                              "name folders with a datapath.yaml, relative to the list");
        }
    }
    list.coverage = {parameters.real("coverage.line"), parameters.real("coverage.toggle"),
                     parameters.real("coverage.functional")};
    for (const auto& [name, where] : tests) {
        list.tests.push_back(test_of(parameters, name, where));
    }
    return list;
}

void check_datapath_names(const RegressionList& list, const std::vector<std::string>& names) {
    std::set<std::string> known;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!is_plain_name(names[i])) {
            throw ConfigError(list.datapaths.at(i).string(),
                              fmt::format("{} is no name of a datapath, which becomes part of "
                                          "file names",
                                          shown_text(names[i])),
                              "use letters, digits, _ and -");
        }
        if (!known.insert(names[i]).second) {
            throw ConfigError(
                list.file.string(),
                fmt::format("two datapaths are called '{}': {}", names[i],
                            list.datapaths.at(i).string()),
                "give one of them another name in its datapath.yaml, or name the folder once");
        }
    }
    for (const TestDescription& test : list.tests) {
        for (const std::string& datapath : test.datapaths) {
            if (!known.contains(datapath)) {
                const auto near = nearest_spelling(datapath, names);
                throw ConfigError(
                    test.where, fmt::format("the list has no datapath '{}'", datapath),
                    near ? fmt::format("did you mean {}?", *near)
                         : fmt::format("its datapaths are: {}", fmt::join(names, ", ")));
            }
        }
    }
}

}  // namespace cortile::regress
