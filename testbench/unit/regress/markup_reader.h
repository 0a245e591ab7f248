// SPDX-License-Identifier: Apache-2.0
// Reads XML, or HTML as strict as XML but for elements that have no end: enough to see whether what
// we write is well-formed. Anything else throws std::runtime_error.
#pragma once

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cortile::regress {

enum class Markup { xml, html };

struct Element {
    std::string name;
    std::map<std::string, std::string> attributes;  // entities are left as they are

    std::string attribute(const std::string& key) const {
        const auto found = attributes.find(key);
        return found == attributes.end() ? "" : found->second;
    }
};

// The elements in the order of their start tags.
inline std::vector<Element> read_markup(std::string_view text, Markup kind) {
    const auto fail = [&](const std::string& what, std::size_t at) {
        throw std::runtime_error(what + " at: " + std::string(text.substr(at, 60)));
    };
    const auto check_text = [&](std::string_view part, std::size_t at) {
        static const std::set<std::string_view> entities{"&amp;", "&lt;", "&gt;", "&quot;",
                                                         "&#39;"};
        for (std::size_t i = part.find('&'); i != std::string_view::npos;
             i = part.find('&', i + 1)) {
            if (!entities.contains(part.substr(i, part.find(';', i) + 1 - i))) {
                fail("a bare &", at + i);
            }
        }
        if (part.find('<') != std::string_view::npos) {
            fail("a bare <", at);
        }
    };
    const std::set<std::string> no_end =
        kind == Markup::html ? std::set<std::string>{"meta", "br"} : std::set<std::string>{};
    std::vector<Element> elements;
    std::vector<std::string> open;
    std::size_t at = 0;
    const std::string_view head =
        kind == Markup::xml ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" : "<!DOCTYPE html>\n";
    if (!text.starts_with(head)) {
        fail("no head", 0);
    }
    for (at = head.size(); at < text.size();) {
        const std::size_t tag = std::min(text.find('<', at), text.size());
        if (open.empty() || open.back() != "style") {
            check_text(text.substr(at, tag - at), at);
        }
        if (tag == text.size()) {
            break;
        }
        std::size_t i = tag + 1;
        const bool end = i < text.size() && text[i] == '/';
        i += end ? 1 : 0;
        const std::size_t name_end = text.find_first_of(" />\n", i);
        if (name_end == std::string_view::npos) {
            fail("a tag without end", tag);
        }
        Element element{std::string(text.substr(i, name_end - i)), {}};
        for (i = name_end; text[i] == ' ' || text[i] == '\n';) {
            ++i;
            const std::size_t equals = text.find("=\"", i);
            const std::size_t close = text.find('"', equals + 2);
            if (equals == std::string_view::npos || close == std::string_view::npos) {
                // An attribute without a value, "open".
                const std::size_t stop = text.find_first_of(" />", i);
                element.attributes.emplace(std::string(text.substr(i, stop - i)), "");
                i = stop;
                continue;
            }
            const std::string key(text.substr(i, equals - i));
            if (key.find_first_of("<> ") != std::string::npos) {
                const std::size_t stop = text.find_first_of(" />", i);
                element.attributes.emplace(std::string(text.substr(i, stop - i)), "");
                i = stop;
                continue;
            }
            const std::string_view value = text.substr(equals + 2, close - equals - 2);
            check_text(value, equals);
            if (!element.attributes.emplace(key, std::string(value)).second) {
                fail("an attribute given twice", i);
            }
            i = close + 1;
        }
        const bool closed = text[i] == '/';
        i += closed ? 1 : 0;
        if (text[i] != '>') {
            fail("a tag without end", tag);
        }
        if (end) {
            if (open.empty() || open.back() != element.name) {
                fail("an end tag of nothing", tag);
            }
            open.pop_back();
        } else {
            if (!closed && !no_end.contains(element.name)) {
                open.push_back(element.name);
            }
            elements.push_back(std::move(element));
        }
        at = i + 1;
    }
    if (!open.empty()) {
        fail("no end of " + open.back(), 0);
    }
    return elements;
}

}  // namespace cortile::regress
