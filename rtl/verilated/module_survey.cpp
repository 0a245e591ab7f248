// SPDX-License-Identifier: Apache-2.0
#include "rtl/verilated/module_survey.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "hw_model/base/error.h"
#include "hw_model/base/external_program.h"
#include "hw_model/base/temporary_folder.h"
#include "hw_model/base/text_file.h"
#include "rtl/verilated/datapath_library.h"
#include "rtl/verilated/harness.h"
#include "rtl/verilated/verilator_messages.h"

namespace cortile {
namespace {

namespace fs = std::filesystem;

// A line of Verilator's XML, which has an element on each: <tag a="1" b="2">.
struct Element {
    std::size_t indent = 0;
    std::string tag;
    std::map<std::string, std::string> attributes;

    std::string at(const std::string& name) const {
        const auto found = attributes.find(name);
        return found == attributes.end() ? "" : found->second;
    }
};

std::string unescaped(std::string text) {
    static const std::vector<std::pair<std::string, std::string>> entities{
        {"&apos;", "'"}, {"&quot;", "\""}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
    for (const auto& [entity, character] : entities) {
        for (std::size_t at = 0; (at = text.find(entity, at)) != std::string::npos;
             at += character.size()) {
            text.replace(at, entity.size(), character);
        }
    }
    return text;
}

std::vector<Element> read_elements(const fs::path& xml) {
    static const std::regex attribute("(\\w+)=\"([^\"]*)\"");
    std::vector<Element> elements;
    std::istringstream lines(read_text_file(xml));
    for (std::string line; std::getline(lines, line);) {
        const std::size_t indent = line.find('<');
        if (indent == std::string::npos) {
            continue;
        }
        Element element;
        element.indent = indent;
        const std::size_t end = line.find_first_of(" >/", indent + 2);
        element.tag = line.substr(indent + 1, end - indent - 1);
        for (std::sregex_iterator match(line.begin(), line.end(), attribute), stop; match != stop;
             ++match) {
            element.attributes[(*match)[1].str()] = unescaped((*match)[2].str());
        }
        elements.push_back(std::move(element));
    }
    return elements;
}

// "32'sh10" is 16; what is longer stays as it is. A value has the sign of what it is given to, too.
std::string constant_text(const std::string& text, bool is_signed) {
    static const std::regex hex("(\\d+)'(s?)h([0-9a-fA-F]{1,15})");
    std::smatch match;
    if (!std::regex_match(text, match, hex)) {
        return text;
    }
    const std::uint64_t value = std::stoull(match[3].str(), nullptr, 16);
    const unsigned width = static_cast<unsigned>(std::stoul(match[1].str()));
    if ((is_signed || match[2].length() != 0) && width < 60 && value >> (width - 1) != 0) {
        return std::to_string(static_cast<std::int64_t>(value) - (std::int64_t{1} << width));
    }
    return std::to_string(value);
}

class Survey {
  public:
    explicit Survey(const SurveyRequest& request) : request_(request) {}
    ModuleSurvey run();

  private:
    void verilator(const std::vector<std::string>& arguments) const;
    std::string find_top() const;
    void read_types(const std::vector<Element>& elements);
    void read_ports(const std::vector<Element>& elements);
    void read_parameters(const std::vector<Element>& elements);
    void read_edges(const std::vector<Element>& elements);
    void read_registers(const std::vector<Element>& elements);

    const SurveyRequest& request_;
    TemporaryFolder scratch_;
    ModuleSurvey result_;
    std::map<std::string, SurveyedSignal> types_;  // by id
    std::map<std::string, SurveyedSignal> variables_;
};

void Survey::verilator(const std::vector<std::string>& arguments) const {
    std::vector<std::string> command{"verilator",
                                     "-Wno-fatal",
                                     "-Wno-lint",
                                     "-Wno-style",
                                     "--no-timing",
                                     "--Mdir",
                                     scratch_.path().string()};
    if (request_.verilog) {
        command.insert(command.end(), {"--default-language", "1364-2005"});
    }
    command.insert(command.end(), arguments.begin(), arguments.end());
    for (const fs::path& source : request_.sources) {
        command.push_back("-I" + fs::absolute(source).parent_path().string());
        command.push_back(fs::absolute(source).string());
    }
    const ProgramEnd end = run_program(command, scratch_.path());
    if (end.exit_code != 0) {
        throw ConfigError(request_.sources.front().string(),
                          "verilator refuses the sources:\n" + verilator_errors(end.output),
                          verilator_hint(end.output));
    }
}

// The module that no other instantiates; a testbench, which has no ports, does not count.
std::string Survey::find_top() const {
    if (!request_.top.empty()) {
        return request_.top;
    }
    const fs::path xml = scratch_.path() / "modules.xml";
    verilator({"--xml-only", "--xml-output", xml.string(), "-Wno-MULTITOP"});
    std::set<std::string> instantiated, with_ports, modules;
    std::map<std::string, std::set<std::string>> instances;
    std::string module;
    for (const Element& element : read_elements(xml)) {
        if (element.tag == "module") {
            module = element.at("origName");
            modules.insert(module);
        } else if (element.tag == "var" && !element.at("dir").empty()) {
            with_ports.insert(module);
        } else if (element.tag == "instance") {
            instances[module].insert(element.at("defName"));
        }
    }
    for (const auto& [user, used] : instances) {
        if (with_ports.contains(user)) {
            for (const std::string& name : used) {
                // Parameterised copies have other names: "lif__W8".
                instantiated.insert(name.substr(0, name.find("__")));
                instantiated.insert(name);
            }
        }
    }
    std::vector<std::string> tops;
    for (const std::string& name : with_ports) {
        if (!instantiated.contains(name) && name != "$root") {
            tops.push_back(name);
        }
    }
    if (tops.size() != 1) {
        throw ConfigError(request_.sources.front().string(),
                          tops.empty()
                              ? "there is no module with ports"
                              : fmt::format("which module is it: {}?", fmt::join(tops, ", ")),
                          "--top NAME");
    }
    return tops.front();
}

// Arrays come after what they are made of.
void Survey::read_types(const std::vector<Element>& elements) {
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const Element& element = elements[i];
        if (element.tag == "basicdtype") {
            SurveyedSignal type;
            if (const std::string left = element.at("left"); !left.empty()) {
                type.width = static_cast<unsigned>(
                                 std::abs(std::stoi(left) - std::stoi(element.at("right")))) +
                             1;
            }
            type.is_signed = element.at("signed") == "true";
            types_[element.at("id")] = type;
            continue;
        }
        const auto of = types_.find(element.at("sub_dtype_id"));
        if (of == types_.end()) {
            continue;
        }
        SurveyedSignal type = of->second;
        const bool is_packed = element.tag == "packarraydtype";
        if ((is_packed || element.tag == "unpackarraydtype") && i + 3 < elements.size() &&
            elements[i + 1].tag == "range") {
            const auto bound = [&](std::size_t at) {
                return std::stoll(constant_text(elements[at].at("name"), true));
            };
            const auto count = static_cast<unsigned>(std::abs(bound(i + 2) - bound(i + 3))) + 1;
            if (is_packed) {
                type.lanes = count;
                type.width *= count;
                type.is_signed = false;  // a part of a vector has none
            } else {
                type.elements = count;
            }
        }
        types_[element.at("id")] = type;
    }
}

void Survey::read_ports(const std::vector<Element>& elements) {
    const auto widths = verilated_ports(read_text_file(scratch_.path() / "Vdut.h"));
    for (const Element& element : elements) {
        if (element.tag != "var") {
            continue;
        }
        SurveyedSignal signal;
        if (const auto type = types_.find(element.at("dtype_id")); type != types_.end()) {
            signal = type->second;
        }
        signal.name = element.at("name");
        signal.input = element.at("dir") == "input";
        const auto port = widths.find(signal.name);
        if (!element.at("dir").empty() && port != widths.end()) {
            signal.width = port->second.width;
            signal.elements = port->second.elements;
            result_.ports.push_back(signal);
        }
        variables_.emplace(signal.name, signal);
    }
}

void Survey::read_parameters(const std::vector<Element>& elements) {
    const std::string prefix = result_.top + ".";
    for (std::size_t i = 0; i + 1 < elements.size(); ++i) {
        const Element& element = elements[i];
        const std::string name = element.at("name");
        if (element.tag == "var" && element.at("param") == "true" && name.starts_with(prefix) &&
            name.find('.', prefix.size()) == std::string::npos && elements[i + 1].tag == "const") {
            const auto type = types_.find(element.at("dtype_id"));
            result_.parameters.emplace_back(
                name.substr(prefix.size()),
                constant_text(elements[i + 1].at("name"),
                              type != types_.end() && type->second.is_signed));
        }
    }
}

void Survey::read_edges(const std::vector<Element>& elements) {
    for (std::size_t i = 0; i + 1 < elements.size(); ++i) {
        const std::string edge = elements[i].at("edgeType");
        const std::string port = elements[i + 1].at("name");
        if (elements[i].tag != "senitem" || (edge != "POS" && edge != "NEG")) {
            continue;
        }
        const auto known = std::find_if(result_.edges.begin(), result_.edges.end(),
                                        [&](const SurveyedEdge& e) { return e.port == port; });
        const auto variable = variables_.find(port);
        if (known == result_.edges.end() && variable != variables_.end() &&
            variable->second.input) {
            result_.edges.push_back({port, edge == "POS"});
        }
    }
}

// The target of an assignment is the last child of its element.
void Survey::read_registers(const std::vector<Element>& elements) {
    std::set<std::string> known;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (elements[i].tag != "assigndly") {
            continue;
        }
        std::size_t last = 0;
        for (std::size_t k = i + 1; k < elements.size() && elements[k].indent > elements[i].indent;
             ++k) {
            if (elements[k].indent == elements[i].indent + 2 && elements[k].tag[0] != '/') {
                last = k;
            }
        }
        while (last != 0 && last < elements.size() && elements[last].tag != "varref" &&
               elements[last].tag != "/assigndly") {
            ++last;
        }
        const std::string name = elements[last].at("name");
        const auto variable = variables_.find(name);
        if (last != 0 && variable != variables_.end() && known.insert(name).second) {
            result_.registers.push_back(variable->second);
        }
    }
}

ModuleSurvey Survey::run() {
    if (const std::string missing = missing_rtl_tools(); !missing.empty()) {
        throw ConfigError(request_.sources.front().string(), missing);
    }
    result_.top = find_top();
    const fs::path xml = scratch_.path() / "flat.xml";
    verilator(
        {"--xml-only", "--flatten", "--xml-output", xml.string(), "--top-module", result_.top});
    verilator({"--cc", "--prefix", "Vdut", "--top-module", result_.top});
    const std::vector<Element> elements = read_elements(xml);
    read_types(elements);
    read_ports(elements);
    read_parameters(elements);
    read_edges(elements);
    read_registers(elements);
    return std::move(result_);
}

}  // namespace

ModuleSurvey survey_module(const SurveyRequest& request) {
    if (request.sources.empty()) {
        throw ConfigError("--new", "no source is named", "cortile cosim FOLDER --new neuron.v");
    }
    for (const fs::path& source : request.sources) {
        if (!fs::exists(source)) {
            throw ConfigError(source.string(), "does not exist");
        }
    }
    return Survey(request).run();
}

}  // namespace cortile
