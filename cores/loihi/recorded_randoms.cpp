// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/recorded_randoms.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "hw_model/base/error.h"
#include "hw_model/base/text_file.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

namespace {

using nlohmann::json;

constexpr double kMostImpulse = 127;
constexpr const char* kRemedy =
    "the file holds {\"trace_randoms\": [{\"xd\": 0.5, \"xi\": 107, \"yd\": 0.1, \"yi\": 92}, …], "
    "\"conn_randoms\": [0.3, …]}";

// Values of a JSON text with their places in it.
class Reader {
  public:
    explicit Reader(std::string file) : file_(std::move(file)) {}

    json parse(const std::string& text) const {
        try {
            return json::parse(text);
        } catch (const json::parse_error& error) {
            const std::size_t at = std::min(error.byte > 0 ? error.byte - 1 : 0, text.size());
            const auto end = text.begin() + static_cast<std::ptrdiff_t>(at);
            throw ConfigError(fmt::format("{}:{}", file_, 1 + std::count(text.begin(), end, '\n')),
                              at < text.size() ? "not valid JSON" : "JSON that ends too early",
                              kRemedy);
        } catch (const json::exception&) {
            throw ConfigError(file_, "not valid JSON: a number is too large", kRemedy);
        }
    }

    const json& member(const json& object, const std::string& where, const char* name) const {
        const auto found = object.is_object() ? object.find(name) : object.end();
        if (found == object.end()) {
            throw ConfigError(file_ + where,
                              object.is_object() ? fmt::format("there is no \"{}\"", name)
                                                 : "expected an object, found " + shown(object),
                              kRemedy);
        }
        return *found;
    }

    const json& list(const json& object, const char* name) const {
        const json& found = member(object, "", name);
        if (!found.is_array()) {
            throw ConfigError(fmt::format("{}: {}", file_, name),
                              "expected a list, found " + shown(found), kRemedy);
        }
        return found;
    }

    double fraction(const json& value, const std::string& where) const {
        if (!value.is_number() || value.get<double>() < 0 || value.get<double>() >= 1) {
            throw ConfigError(file_ + where,
                              "expected a number from 0 to below 1, found " + shown(value),
                              kRemedy);
        }
        return value.get<double>();
    }

    std::uint32_t impulse(const json& value, const std::string& where) const {
        const double number = value.is_number() ? value.get<double>() : -1;
        if (number < 0 || number > kMostImpulse || number != std::floor(number)) {
            throw ConfigError(file_ + where,
                              "expected a whole number from 0 to 127, found " + shown(value),
                              kRemedy);
        }
        return static_cast<std::uint32_t>(number);
    }

  private:
    static std::string shown(const json& value) {
        return value.is_structured() ? std::string("an ") + value.type_name()
               : value.is_string()   ? shown_text(value.get<std::string>())
                                     : value.dump();
    }

    std::string file_;
};

learning::TraceDraw trace_draw(const Reader& reader, const json& draw, const std::string& where) {
    const auto at = [&](const char* name) -> const json& {
        return reader.member(draw, where, name);
    };
    return {reader.fraction(at("xd"), where + ".xd"), reader.fraction(at("yd"), where + ".yd"),
            reader.impulse(at("xi"), where + ".xi"), reader.impulse(at("yi"), where + ".yi")};
}

}  // namespace

std::unique_ptr<learning::RandomDraws> read_recorded_randoms(const std::filesystem::path& file) {
    const Reader reader(file.string());
    const json root = reader.parse(read_text_file(file));
    std::vector<learning::TraceDraw> traces;
    for (const json& draw : reader.list(root, "trace_randoms")) {
        traces.push_back(
            trace_draw(reader, draw, fmt::format(": trace_randoms[{}]", traces.size())));
    }
    std::vector<double> synapses;
    for (const json& draw : reader.list(root, "conn_randoms")) {
        synapses.push_back(
            reader.fraction(draw, fmt::format(": conn_randoms[{}]", synapses.size())));
    }
    return learning::make_recorded_draws(std::move(traces), std::move(synapses), file.string());
}

}  // namespace cortile
