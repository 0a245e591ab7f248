// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/sdf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <map>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// Forms that matter are looked for among the tokens; what encloses them does not matter.
class Reader {
  public:
    Reader(const std::string& text, const std::string& name) : text_(text), name_(name) {}

    GateDelays read() {
        if (next() != "(") {
            fail("not an SDF file");
        }
        for (int depth = 1; depth > 0;) {
            const std::string token = next();
            if (token == "IOPATH") {
                path();
                --depth;
            } else if (token == "INSTANCE") {
                instance_ = next();
                if (instance_ == ")") {  // of the module itself
                    instance_.clear();
                    --depth;
                }
            } else if (token == "TIMESCALE") {
                set_scale();
                --depth;
            } else {
                depth += token == "(" ? 1 : token == ")" ? -1 : 0;
            }
        }
        return std::move(delays_);
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw ConfigError(fmt::format("{}:{}", name_, line_), what);
    }

    std::string next() {
        const auto space = [&] {
            return std::isspace(static_cast<unsigned char>(text_[at_])) != 0;
        };
        for (; at_ < text_.size() && space(); ++at_) {
            line_ += text_[at_] == '\n';
        }
        if (at_ == text_.size()) {
            fail("the file ends within parentheses");
        }
        const std::size_t begin = at_++;
        if (text_[begin] == '"') {
            at_ = std::min(text_.find('"', at_), text_.size() - 1) + 1;
        } else if (text_[begin] != '(' && text_[begin] != ')') {
            while (at_ < text_.size() && !space() && text_[at_] != '(' && text_[at_] != ')') {
                ++at_;
            }
        }
        return text_.substr(begin, at_ - begin);
    }

    // After "(TIMESCALE": "1ns)" or "10 ps)".
    void set_scale() {
        static const std::map<std::string, double> kUnits{
            {"fs", 1}, {"ps", 1e3}, {"ns", 1e6}, {"us", 1e9}};
        std::string joined;
        for (std::string token = next(); token != ")"; token = next()) {
            joined += token;
        }
        char* end = nullptr;
        const double factor = std::strtod(joined.c_str(), &end);
        const auto unit = kUnits.find(end);
        if (unit == kUnits.end() || factor <= 0) {
            fail(fmt::format("unknown time scale '{}'", joined));
        }
        scale_ = factor * unit->second;
    }

    // "CLK", or "(posedge CLK)".
    std::string pin() {
        std::string token = next();
        if (token == "(") {
            next();
            token = next();
            next();
        }
        return token;
    }

    // "min:typ:max": the last that is given.
    Femtoseconds delay(const std::string& text) const {
        const std::size_t last = text.find_last_not_of(':');
        const std::size_t colon = text.rfind(':', last);
        const std::string number =
            text.substr(colon == std::string::npos ? 0 : colon + 1, last - colon);
        char* end = nullptr;
        const double value = std::strtod(number.c_str(), &end);
        if (end == number.c_str() || *end != '\0') {
            fail(fmt::format("not a delay: '{}'", text));
        }
        return static_cast<Femtoseconds>(std::llround(value * scale_));
    }

    // After "(IOPATH", to its end: of delays, rise and fall; "()" is none.
    void path() {
        const std::string from = pin(), to = pin();
        std::vector<Femtoseconds> delays;
        for (std::string token = next(); token != ")"; token = next()) {
            const std::string value = token == "(" ? next() : token;
            delays.push_back(value == ")" ? 0 : delay(value));
            if (token == "(" && value != ")") {
                next();
            }
        }
        if (delays.empty()) {
            fail("a path without delays");
        }
        GateDelay& target = delays_[{instance_, from, to}];
        target.rise = std::max(target.rise, delays[0]);
        target.fall = std::max(target.fall, delays[delays.size() > 1 ? 1 : 0]);
    }

    const std::string& text_;
    const std::string& name_;
    std::size_t at_ = 0;
    int line_ = 1;
    double scale_ = 1e6;
    std::string instance_;
    GateDelays delays_;
};

}  // namespace

GateDelays parse_sdf(const std::string& text, const std::string& name) {
    return Reader(text, name).read();
}

}  // namespace cortile
