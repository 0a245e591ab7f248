// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/liberty_text.h"

#include <fmt/format.h>

#include <cctype>
#include <utility>

#include "hw_model/base/error.h"

namespace cortile {

const LibertyAttribute* LibertyGroup::attribute(std::string_view wanted) const {
    for (auto it = attributes.rbegin(); it != attributes.rend(); ++it) {
        if (it->name == wanted) {
            return &*it;
        }
    }
    return nullptr;
}

std::string LibertyGroup::text(std::string_view wanted) const {
    const LibertyAttribute* found = attribute(wanted);
    return found == nullptr || found->values.empty() ? std::string() : found->values.front();
}

namespace {

// No library nests groups deeper than this; the parser recurs.
constexpr int kDeepest = 32;

class Parser {
  public:
    Parser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

    LibertyGroup library() {
        skip_space();
        const std::string type = word();
        if (type != "library") {
            fail("a group library (NAME) { was expected");
        }
        LibertyGroup library = group(type, list(), 0);
        skip_space();
        if (at_ < text_.size()) {
            fail("text after the end of the library");
        }
        return library;
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw ConfigError(fmt::format("{}:{}", name_, line_), what,
                          "name a Liberty file of standard cells (.lib)");
    }

    bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }

    void next() {
        line_ += text_[at_] == '\n';
        ++at_;
    }

    void skip_space() {
        while (at_ < text_.size()) {
            if (text_.substr(at_, 2) == "/*") {
                const std::size_t end = text_.find("*/", at_ + 2);
                if (end == std::string_view::npos) {
                    fail("a comment begins here and does not end");
                }
                while (at_ < end + 2) {
                    next();
                }
            } else if (text_.substr(at_, 2) == "//") {
                while (at_ < text_.size() && !at('\n')) {
                    next();
                }
            } else if (std::isspace(static_cast<unsigned char>(text_[at_])) != 0 || at('\\')) {
                next();
            } else {
                return;
            }
        }
    }

    void expect(char c) {
        skip_space();
        if (!at(c)) {
            fail(at_ < text_.size() ? fmt::format("'{}' was expected, found '{}'", c, text_[at_])
                                    : fmt::format("'{}' was expected, found the end", c));
        }
        next();
    }

    static bool in_word(char c) {
        return std::isspace(static_cast<unsigned char>(c)) == 0 &&
               std::string_view("(){},;:\"\\").find(c) == std::string_view::npos;
    }

    std::string word() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && in_word(text_[at_])) {
            next();
        }
        if (begin == at_) {
            fail(at_ < text_.size() ? fmt::format("a name was expected, found '{}'", text_[at_])
                                    : std::string("a name was expected, found the end"));
        }
        return std::string(text_.substr(begin, at_ - begin));
    }

    // A string may go on over lines that end with a backslash.
    std::string quoted() {
        next();
        std::string result;
        while (!at('"')) {
            if (at_ >= text_.size()) {
                fail("a quoted text does not end");
            }
            if (at('\\')) {
                next();
                continue;
            }
            result += text_[at_];
            next();
        }
        next();
        return result;
    }

    std::string value() { return at('"') ? quoted() : word(); }

    // ( value, value … ); some libraries leave the commas out.
    std::vector<std::string> list() {
        expect('(');
        std::vector<std::string> values;
        for (skip_space(); !at(')'); skip_space()) {
            if (at(',') || at(':')) {
                next();  // a bus range [7:0] comes in pieces
                continue;
            }
            values.push_back(value());
        }
        next();
        return values;
    }

    // After a colon, up to the semicolon or the end of the line.
    std::string simple_value() {
        while (at(' ') || at('\t')) {
            next();
        }
        if (at('"')) {
            return quoted();
        }
        std::string result;
        while (at_ < text_.size() && !at(';') && !at('\n') && !at('}')) {
            result += text_[at_];
            next();
        }
        while (!result.empty() && std::isspace(static_cast<unsigned char>(result.back())) != 0) {
            result.pop_back();
        }
        return result;
    }

    LibertyGroup group(std::string type, std::vector<std::string> arguments, int depth) {
        if (depth > kDeepest) {
            fail("groups are nested deeper than in any library");
        }
        LibertyGroup result;
        result.type = std::move(type);
        result.arguments = std::move(arguments);
        result.line = line_;
        expect('{');
        for (skip_space(); !at('}'); skip_space()) {
            if (at(';')) {
                next();
                continue;
            }
            const int line = line_;
            std::string name = word();
            skip_space();
            if (at(':')) {
                next();
                result.attributes.push_back({std::move(name), {simple_value()}, line});
                continue;
            }
            std::vector<std::string> values = list();
            skip_space();
            if (at('{')) {
                result.groups.push_back(group(std::move(name), std::move(values), depth + 1));
            } else {
                result.attributes.push_back({std::move(name), std::move(values), line});
            }
        }
        next();
        return result;
    }

    std::string_view text_;
    const std::string& name_;
    std::size_t at_ = 0;
    int line_ = 1;
};

}  // namespace

LibertyGroup parse_liberty(std::string_view text, const std::string& name) {
    return Parser(text, name).library();
}

}  // namespace cortile
