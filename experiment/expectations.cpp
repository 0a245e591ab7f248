// SPDX-License-Identifier: Apache-2.0
#include "experiment/expectations.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "experiment/input_path.h"
#include "hw_model/base/error.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

namespace {

constexpr const char* kForm =
    "write POPULATION[[NEURONS]]:QUANTITY[@TIMESTEP]=[FACTOR*]FILE[:DATASET][[BEGIN:END]] [AXES], "
    "as in: layer1:spikes=dump.npz:conv1[1:] CHWT; NEURONS as in [24] or [0,8:12]";
// Of what one expectation can list: a typing error shall not fill the memory.
constexpr std::size_t kMostNeurons = std::size_t{1} << 24;

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

// Takes "[24]" or "[0,8:12]", the end of a range not in it, off the end of `population`. False:
// what stands there is no list of neurons.
bool take_neurons(std::string& population, std::vector<std::uint32_t>& neurons) {
    const std::size_t open = population.rfind('[');
    if (!population.ends_with(']') || open == std::string::npos) {
        return true;
    }
    std::string rest = population.substr(open + 1, population.size() - open - 2);
    population = trimmed(population.substr(0, open));
    for (bool more = true; more;) {
        more = rest.find(',') != std::string::npos;
        auto [item, behind] = split(rest, ',');
        const auto [first, last] = split(item, ':');
        std::uint32_t begin = 0, end = 0;
        if (!parse(first, begin) || (!last.empty() && !parse(last, end))) {
            return false;
        }
        if (item.find(':') == std::string::npos) {
            end = begin + 1;
        }
        if (end <= begin || end - begin > kMostNeurons - neurons.size()) {
            return false;
        }
        for (std::uint32_t n = begin; n < end; ++n) {
            neurons.push_back(n);
        }
        rest = std::move(behind);
    }
    return true;
}

// The population's neurons that a recording is about. Throws ConfigError at `place`.
std::vector<std::uint32_t> recorded_neurons(const ExpectationRequest& request, const Shape& shape,
                                            const Recording& recording, const std::string& place) {
    if (request.neurons.empty()) {
        recording.check_neurons(shape, place);
        std::vector<std::uint32_t> all(recording.neurons());
        std::iota(all.begin(), all.end(), 0U);
        return all;
    }
    if (recording.neurons() != request.neurons.size()) {
        throw ConfigError(
            place,
            fmt::format("is about {} neurons, and {} of '{}' are named", recording.neurons(),
                        request.neurons.size(), request.population),
            "name as many, or check the order of its axes");
    }
    const std::uint32_t largest = *std::max_element(request.neurons.begin(), request.neurons.end());
    if (largest >= element_count(shape)) {
        throw ConfigError(place,
                          fmt::format("is said to be about neuron {} of '{}', which has {}",
                                      largest, request.population, element_count(shape)),
                          "neurons are numbered from 0");
    }
    return request.neurons;
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
    // The last one: lists of neurons have colons too.
    const std::size_t colon = std::min(name_and_quantity.rfind(':'), name_and_quantity.size());
    const std::string quantity = split(name_and_quantity.substr(colon), ':').second;
    ExpectationRequest request;
    request.population = trimmed(name_and_quantity.substr(0, colon));
    request.quantity = quantity;
    const bool known = quantity == "spikes" || quantity == "u" || quantity == "v";
    bool valid = take_neurons(request.population, request.neurons) && !request.population.empty() &&
                 known && !right.empty() && (first.empty() || parse(first, request.first));
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
        throw ConfigError(where, "not an expectation: " + shown_text(text), kForm);
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
            throw ConfigError(where,
                              "there are no neurons named " + shown_text(request.population) +
                                  " in " + shown_text(text),
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
        expectation.neurons = recorded_neurons(request, found->shape, *recording, place);
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
        const double got =
            read(expectation.population, expectation.request.quantity, expectation.neurons[n]);
        if (got == expected) {
            continue;
        }
        if (result.differences++ == 0) {
            result.first_difference =
                fmt::format("sample {}, timestep {}, {}: expected {}, got {}", sample, timestep,
                            neuron_name(expectation.shape, expectation.neurons[n]), expected, got);
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
