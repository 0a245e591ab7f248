// SPDX-License-Identifier: Apache-2.0
#include "hw_model/config/yaml_reader.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <utility>
#include <vector>

#include "hw_model/base/error.h"
#include "hw_model/config/text_check.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {
namespace {

// Deeper than any configuration; keeps the parser's recursion far from the end of the stack.
constexpr std::size_t kDeepest = 32;

// Builds the leaves from the parser's events rather than from its node graph: the graph drops
// duplicate keys silently and expands aliases without bound.
class LeafBuilder : public YAML::EventHandler {
  public:
    explicit LeafBuilder(const YamlOrigin& origin) : origin_(origin) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) {
            fail(mark.line, "a second document starts here; a configuration is one",
                 "remove the line ---");
        }
    }
    void OnDocumentEnd() override {}

    void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
        fail(mark.line, fmt::format("the anchor &{} is not supported", name),
             "write the value out where it is used");
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        fail(mark.line, "an alias (*name) is not supported", "write the value out");
    }

    void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        if (stack_.empty()) {
            return;  // a document without content
        }
        if (!stack_.back().is_map) {
            fail(mark.line, "an empty element in a list", "remove it, or quote the text \"\"");
        }
        if (!stack_.back().has_key) {
            fail(mark.line, "a value without a key");
        }
        ConfigEntry entry;
        entry.kind = ConfigEntry::Kind::empty;
        add_leaf(std::move(entry));
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                  const std::string& value) override {
        check_tag(mark, tag);
        if (stack_.empty()) {
            fail(mark.line, fmt::format("a mapping (key: value) was expected, found the text {}",
                                        shown_text(value)));
        }
        Frame& top = stack_.back();
        if (!top.is_map) {
            if (top.is_row) {
                stack_[stack_.size() - 2].entry.items.back().row.push_back(value);
            } else {
                top.entry.items.push_back({false, value, {}, place(mark.line)});
            }
        } else if (top.has_key) {
            ConfigEntry entry;
            entry.kind = ConfigEntry::Kind::scalar;
            entry.text = value;
            add_leaf(std::move(entry));
        } else {
            take_key(mark.line, value);
        }
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                         YAML::EmitterStyle::value /*style*/) override {
        check_tag(mark, tag);
        if (stack_.empty()) {
            fail(mark.line, "a mapping (key: value) was expected, found a list");
        }
        Frame frame;
        Frame& top = stack_.back();
        if (top.is_map) {
            check_has_key(mark);
        } else {
            if (top.is_row) {
                fail(mark.line, "lists are nested deeper than any parameter has them");
            }
            top.entry.items.push_back({true, {}, {}, place(mark.line)});
            frame.is_row = true;
        }
        frame.entry.kind = ConfigEntry::Kind::sequence;
        stack_.push_back(std::move(frame));
    }

    void OnSequenceEnd() override {
        Frame frame = std::move(stack_.back());
        stack_.pop_back();
        if (!frame.is_row) {
            add_leaf(std::move(frame.entry));
        }
    }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                    YAML::EmitterStyle::value /*style*/) override {
        check_tag(mark, tag);
        Frame frame;
        frame.is_map = true;
        if (!stack_.empty()) {
            const Frame& top = stack_.back();
            if (!top.is_map) {
                fail(mark.line, "a mapping inside a list, which no parameter has",
                     "a text that contains ': ' needs quotes, and every [ its ]");
            }
            check_has_key(mark);
            if (stack_.size() >= kDeepest) {
                fail(mark.line, fmt::format("mappings are nested deeper than {} levels", kDeepest));
            }
            frame.path = key_path(top);
            note(frame.path, top.key_line);
            leaves_.sections.emplace(frame.path, place(top.key_line));
        }
        stack_.push_back(std::move(frame));
    }

    void OnMapEnd() override {
        stack_.pop_back();
        if (!stack_.empty()) {
            stack_.back().has_key = false;
        }
    }

    YamlLeaves take_leaves() {
        check_no_value_has_keys();
        return std::move(leaves_);
    }

    // The line of the last key: where a text that is never closed must have begun.
    int last_key_line() const { return last_key_line_; }

    std::string place(int line) const {
        return origin_.with_lines ? fmt::format("{}:{}", origin_.name, line + 1) : origin_.name;
    }

  private:
    struct Frame {
        bool is_map = false;
        bool is_row = false;
        std::string path;  // of a mapping
        bool has_key = false;
        std::string key;
        int key_line = 0;
        ConfigEntry entry;  // of a list
    };

    [[noreturn]] void fail(int line, const std::string& what, const std::string& hint = {}) const {
        throw ConfigError(place(line), what, hint);
    }

    void check_tag(const YAML::Mark& mark, const std::string& tag) const {
        // The parser's own marks: "?" for plain and "!" for quoted text.
        if (!tag.empty() && tag != "?" && tag != "!") {
            fail(mark.line, fmt::format("the tag {} is not supported", shown_text(tag)),
                 "remove it: a parameter's description says its type");
        }
    }

    void check_has_key(const YAML::Mark& mark) const {
        if (!stack_.back().has_key) {
            fail(mark.line, "a key must be a plain text, not a list or a mapping");
        }
    }

    static std::string key_path(const Frame& map) {
        return map.path.empty() ? map.key : map.path + "." + map.key;
    }

    void take_key(int line, const std::string& key) {
        last_key_line_ = line;
        if (key == "<<") {
            fail(line, "the merge key << is not supported", "write the keys out");
        }
        constexpr std::size_t kLongest = 1000;
        const bool dots = key.empty() || key.front() == '.' || key.back() == '.' ||
                          key.find("..") != std::string::npos;
        if (dots || key.size() > kLongest) {
            fail(line, fmt::format("{} is not a key", shown_text(key)),
                 "a key looks like noc or noc.hop_x");
        }
        Frame& top = stack_.back();
        top.has_key = true;
        top.key = key;
        top.key_line = line;
    }

    void note(const std::string& path, int line) {
        const auto [first, added] = seen_.emplace(path, line);
        if (!added) {
            throw ConfigError(
                fmt::format("{}: {}", place(line), path),
                fmt::format("the key is given twice, first at {}", place(first->second)),
                "keep one of the two");
        }
    }

    void add_leaf(ConfigEntry entry) {
        Frame& top = stack_.back();
        const std::string path = key_path(top);
        note(path, top.key_line);
        entry.where = place(top.key_line);
        entry.directory = origin_.directory;
        leaves_.entries.emplace(path, std::move(entry));
        top.has_key = false;
    }

    // "noc: 5" beside "noc.hop_x: 4 ns": only dotted keys can do that.
    void check_no_value_has_keys() const {
        for (const auto& [path, line] : seen_) {
            for (auto dot = path.find('.'); dot != std::string::npos;
                 dot = path.find('.', dot + 1)) {
                const auto upper = leaves_.entries.find(path.substr(0, dot));
                if (upper != leaves_.entries.end() &&
                    upper->second.kind != ConfigEntry::Kind::empty) {
                    throw ConfigError(fmt::format("{}: {}", place(line), path),
                                      fmt::format("{} has a value of its own at {}", upper->first,
                                                  upper->second.where),
                                      "keep one of the two");
                }
            }
        }
    }

    const YamlOrigin& origin_;
    YamlLeaves leaves_;
    std::vector<Frame> stack_;
    std::map<std::string, int> seen_;
    int documents_ = 0;
    int last_key_line_ = 0;
};

[[noreturn]] void fail_syntax(const YAML::Exception& error, const LeafBuilder& builder) {
    const std::string message = error.msg;
    if (message.find("in scalar") != std::string::npos) {
        throw ConfigError(builder.place(builder.last_key_line()),
                          "a quoted text begins here or below and is not closed",
                          "close it with the quote that opened it");
    }
    std::string hint = "look at the indentation, colons, quotes and brackets there and just above";
    if (message.find("map value") != std::string::npos) {
        hint = "a text that contains ': ' needs quotes; keys of one mapping are indented alike";
    } else if (message.find("flow") != std::string::npos) {
        hint = "every [ needs its ] and every { its }";
    }
    throw ConfigError(builder.place(error.mark.line < 0 ? 0 : error.mark.line),
                      fmt::format("not valid YAML: {}", message), hint);
}

}  // namespace

YamlLeaves read_yaml(const std::string& text, const YamlOrigin& origin) {
    check_config_text(text, origin.name);
    LeafBuilder builder(origin);
    // The end mark makes the parser notice a quoted text that is never closed; without it the text
    // would swallow the rest of the file silently.
    std::istringstream stream(text + "\n...\n");
    try {
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const YAML::Exception& error) {
        fail_syntax(error, builder);
    }
    return builder.take_leaves();
}

}  // namespace cortile
