// SPDX-License-Identifier: Apache-2.0
#include "experiment/expectations.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "experiment/input_path.h"
#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr const char* kForm =
    "write POPULATION:QUANTITY[@TIMESTEP]=[FACTOR*]FILE[:DATASET][[BEGIN:END]] [AXES], as in: "
    "layer1:spikes=dump.npz:conv1[1:] CHWT";

std::string trimmed(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    const std::size_t end = text.find_last_not_of(" \t");
    return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

// Text in front of the first `mark`, and behind it; without one all is in front.
std::pair<std::string, std::string> split(const std::string& text, char mark) {
    const std::size_t at = text.find(mark);
    return at == std::string::npos
               ? std::pair(trimmed(text), std::string())
               : std::pair(trimmed(text.substr(0, at)), trimmed(text.substr(at + 1)));
}

template <typename Number>
bool parse(const std::string& text, Number& number) {
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end;
}

// "channel 3, row 2, column 1" of images.
std::string neuron_name(const Shape& shape, std::uint32_t neuron) {
    if (shape.size() != 3) {
        return fmt::format("neuron {}", neuron);
    }
    return fmt::format("neuron {} (channel {}, row {}, column {})", neuron,
                       neuron / shape[2] / shape[1], neuron / shape[2] % shape[1],
                       neuron % shape[2]);
}

// Takes "[1:]", "[:9]" or "[1:9]" off the end of `source`. False: what stands there is no range.
bool take_range(std::string& source, ExpectationRequest& request) {
    const std::size_t open = source.find('[');
    if (open == std::string::npos) {
        return true;
    }
    const std::string range = source.substr(open + 1);
    source = trimmed(source.substr(0, open));
    if (!range.ends_with(']') || range.find(':') == std::string::npos) {
        return false;
    }
    const auto [begin, end] = split(range.substr(0, range.size() - 1), ':');
    return (begin.empty() || parse(begin, request.begin)) &&
           (end.empty() || (parse(end, request.end) && request.end > request.begin));
}

std::filesystem::path recording_file(const Parameters& parameters, const std::string& name) {
    std::string names;
    for (const auto& file : parameters.files("run.recordings")) {
        if (file.filename() == name) {
            return checked_path(file, parameters.where("run.recordings"));
        }
        names += (names.empty() ? "" : ", ") + file.filename().string();
    }
    throw ConfigError(parameters.where("run.expect"),
                      "'" + name + "' is none of the files in run.recordings",
                      names.empty() ? "list it there" : "those are: " + names);
}

}  // namespace

ExpectationRequest parse_expectation(const std::string& text, const std::string& where) {
    const auto [left, right] = split(text, '=');
    const auto [name_and_quantity, first] = split(left, '@');
    const auto [population, quantity] = split(name_and_quantity, ':');
    ExpectationRequest request;
    request.population = population;
    request.quantity = quantity;
    const bool known = quantity == "spikes" || quantity == "u" || quantity == "v";
    bool valid = !population.empty() && known && !right.empty() &&
                 (first.empty() || parse(first, request.first));
    std::string source = right;
    if (const std::size_t star = right.find('*'); star != std::string::npos) {
        valid = valid && parse(trimmed(right.substr(0, star)), request.factor);
        source = trimmed(right.substr(star + 1));
    }
    if (const std::size_t blank = source.find_last_of(" \t"); blank != std::string::npos) {
        request.axes = source.substr(blank + 1);
        source = trimmed(source.substr(0, blank));
    }
    valid = take_range(source, request) && valid;
    std::tie(request.file, request.dataset) = split(source, ':');
    if (!valid || request.file.empty()) {
        throw ConfigError(where, "not an expectation: '" + text + "'", kForm);
    }
    return request;
}

Expectations::Expectations(const Parameters& parameters, const Network& network,
                           const std::function<bool(const Population&)>& has_neurons) {
    std::map<std::tuple<std::string, std::string, std::string>, std::shared_ptr<const Recording>>
        read;
    const std::string where = parameters.where("run.expect");
    for (const std::string& text : parameters.texts("run.expect")) {
        Expectation expectation;
        expectation.request = parse_expectation(text, where);
        expectation.result.text = text;
        const ExpectationRequest& request = expectation.request;
        const auto found =
            std::find_if(network.populations.begin(), network.populations.end(),
                         [&](const Population& p) { return p.name == request.population; });
        if (found == network.populations.end() || !has_neurons(*found)) {
            throw ConfigError(
                where, "there are no neurons named '" + request.population + "' in '" + text + "'",
                "cortile map lists the populations");
        }
        expectation.population =
            PopulationId{static_cast<std::size_t>(found - network.populations.begin())};
        expectation.shape = found->shape;
        const std::filesystem::path file = recording_file(parameters, request.file);
        const std::string place =
            file.string() + (request.dataset.empty() ? "" : ": " + request.dataset);
        auto& recording = read[{file.string(), request.dataset, request.axes}];
        if (recording == nullptr) {
            recording = std::make_shared<const Recording>(read_number_array(file, request.dataset),
                                                          request.axes, place);
        }
        recording->check_neurons(found->shape, place);
        if (!recording->has_time()) {
            throw ConfigError(place, "a recording needs timesteps, and no axis is T", kForm);
        }
        expectation.recording = recording;
        std::uint32_t& end = expectation.request.end;
        end = end == 0 ? recording->timesteps() : std::min(end, recording->timesteps());
        const std::uint32_t begin = std::min(request.begin, end);
        expectation.result.timesteps_recorded = std::uint64_t{end - begin} * recording->samples();
        expectations_.push_back(std::move(expectation));
    }
}

void Expectations::compare(std::uint32_t sample, std::uint32_t timestep, const Read& read) {
    for (Expectation& expectation : expectations_) {
        const ExpectationRequest& request = expectation.request;
        const std::uint64_t at = std::uint64_t{timestep} + request.begin - request.first;
        if (sample < expectation.recording->samples() && timestep >= request.first &&
            at < request.end) {
            compare(expectation, sample, static_cast<std::uint32_t>(at), timestep, read);
        }
    }
}

void Expectations::compare(Expectation& expectation, std::uint32_t sample, std::uint32_t recorded,
                           std::uint32_t timestep, const Read& read) {
    const Recording& recording = *expectation.recording;
    ExpectationResult& result = expectation.result;
    ++result.timesteps_compared;
    result.values += recording.neurons();
    for (std::uint32_t n = 0; n < recording.neurons(); ++n) {
        const double expected = recording(sample, recorded, n) * expectation.request.factor;
        const double got = read(expectation.population, expectation.request.quantity, n);
        if (got == expected) {
            continue;
        }
        if (result.differences++ == 0) {
            result.first_difference =
                fmt::format("sample {}, timestep {}, {}: expected {}, got {}", sample, timestep,
                            neuron_name(expectation.shape, n), expected, got);
        }
    }
}

void Expectations::transfer_state(StateArchive& archive) {
    for (Expectation& expectation : expectations_) {
        ExpectationResult& result = expectation.result;
        archive(result.values, result.differences, result.timesteps_compared,
                result.first_difference);
    }
}

std::vector<ExpectationResult> Expectations::results() const {
    std::vector<ExpectationResult> results;
    for (const Expectation& expectation : expectations_) {
        results.push_back(expectation.result);
    }
    return results;
}

}  // namespace cortile
