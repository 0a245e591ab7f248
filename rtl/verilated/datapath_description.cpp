// SPDX-License-Identifier: Apache-2.0
#include "rtl/verilated/datapath_description.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "cores/registry/core_type.h"
#include "hw_model/config/yaml_reader.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

namespace {

using enum ParameterType;

// Sections whose keys are names out of the RTL.
constexpr std::array kFreeSections{"defines", "parameters", "tie", "seeded_bugs"};

ParameterDescriptor optional_text(std::string path, const char* description) {
    return {std::move(path), text, "", description};
}

ParameterSchema fixed_schema() {
    return {
        {"name", text, std::nullopt, "name of the datapath"},
        {"top", text, std::nullopt, "top module"},
        {"sources", path_list, "", "source files, in the order in which they are read"},
        {"file_list", path, "", "a file of simulator arguments, one a line (-f)"},
        {"include_directories", text_list, "", "folders of `include files"},
        {"language",
         choice,
         "systemverilog",
         "verilog: 2005, where words like bit or soft are names",
         false,
         {"systemverilog", "verilog"}},
        {"verilator_arguments", text_list, "", "further arguments of verilator"},
        {"interface",
         choice,
         "custom",
         "contract: all ports have the names of docs/contracts/neuron_datapath.md",
         false,
         {"custom", "contract"}},
        optional_text("clock.port", "clock"),
        {"clock.edge", choice, "rising", "active edge", false, {"rising", "falling"}},
        {"clock.frequency",
         frequency,
         "0 Hz",
         "clock that the RTL is made for; 0: not stated",
         false,
         {},
         0,
         1e11},
        optional_text("reset.port", "reset"),
        {"reset.active", choice, "high", "level that resets", false, {"high", "low"}},
        whole_number("reset.cycles", "2", "clocks that reset takes", 1, 10000),
        {"timing.style",
         choice,
         "pipelined",
         "how an operation passes",
         false,
         {"combinational", "pipelined", "multi_cycle"}},
        whole_number("timing.latency", "1", "clocks from an operation to its response", 0, 10000),
        whole_number("timing.initiation_interval", "1", "clocks from one operation to the next", 1,
                     10000),
        {"timing.hold_request", flag, "false", "request_valid stays until the response"},
        {"state",
         choice,
         "outside",
         "where a neuron's state is kept",
         false,
         {"outside", "inside"}},
        optional_text("handshake.request_valid", "port: an operation is offered"),
        optional_text("handshake.request_ready", "port: the datapath takes it"),
        optional_text("handshake.request_tag", "port: number of the operation"),
        optional_text("handshake.response_valid", "port: a result is offered"),
        optional_text("handshake.response_ready", "port: the result is taken"),
        optional_text("handshake.response_tag", "port: number of the operation of this result"),
        whole_number("handshake.tag_width", "10", "bits of the tags", 1, 32),
        optional_text("retire.valid", "port: an operation retires"),
        optional_text("retire.order", "port: how many have retired, of any width"),
        optional_text("retire.tag", "port: its tag"),
        {"reference.semantics", text, std::nullopt, "what the datapath is to compute"},
    };
}

ParameterSchema field_schema(const DatapathContract& contract) {
    ParameterSchema schema;
    for (const auto* group :
         {&contract.state, &contract.inputs, &contract.parameters, &contract.outputs}) {
        for (const DatapathField& field : *group) {
            const std::string path = "ports." + field.name + ".";
            schema.push_back(optional_text(path + "in", "port that the operand goes to"));
            schema.push_back(optional_text(path + "out", "port that the result comes from"));
            schema.push_back(optional_text(path + "retire", "port of the retire channel"));
            schema.push_back(
                optional_text(path + "retire_before", "the state before, in the retire channel"));
            schema.push_back(optional_text(path + "latency", "clocks until out shows the result"));
            schema.push_back(
                optional_text(path + "fixed", "the only value, where there is no port"));
            schema.push_back(optional_text(path + "values", "the only values"));
            schema.push_back(optional_text(path + "least", "lowest value asked for"));
            schema.push_back(optional_text(path + "most", "highest value asked for"));
            schema.push_back(optional_text(path + "reset", "of a state: its value after reset"));
        }
    }
    return schema;
}

class Reader {
  public:
    explicit Reader(const std::filesystem::path& folder);
    DatapathDescription read();

  private:
    Parameters resolve_fixed();
    void read_semantics(const Parameters& fixed);
    void read_sources(const Parameters& p);
    void read_control(const Parameters& p);
    void read_field(const Parameters& p, DatapathField& field, bool operand, bool result);
    void check_connections() const;
    std::vector<Pin> pins(const Parameters& p, const std::string& path, const DatapathField& field,
                          const std::string& contract_name) const;
    std::optional<std::int64_t> whole(const Parameters& p, const std::string& path) const;
    std::map<std::string, std::string> free_section(const std::string& section) const;
    void read_seeded_bugs();
    std::string where(const std::string& path) const;

    DatapathDescription d_;
    std::string text_;
    YamlLeaves leaves_;
    bool contract_names_ = false;
    bool has_retire_ = false;
};

std::string read_text(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        throw ConfigError(file.string(), "cannot be read",
                          "a datapath is a folder with a file datapath.yaml "
                          "(docs/contracts/neuron_datapath.md)");
    }
    std::ostringstream content;
    content << stream.rdbuf();
    return content.str();
}

Reader::Reader(const std::filesystem::path& folder) {
    std::error_code error;
    d_.file = std::filesystem::is_directory(folder, error) ? folder / "datapath.yaml" : folder;
    d_.folder = std::filesystem::absolute(d_.file).parent_path().lexically_normal();
    text_ = read_text(d_.file);
    leaves_ = read_yaml(text_, {d_.file.string(), true, d_.folder});
}

std::string Reader::where(const std::string& path) const {
    const auto found = leaves_.entries.find(path);
    return (found == leaves_.entries.end() ? d_.file.string() : found->second.where) + ": " + path;
}

// Everything but ports, whose keys depend on the semantics.
Parameters Reader::resolve_fixed() {
    const auto name = leaves_.entries.find("reference.semantics");
    if (name == leaves_.entries.end()) {
        throw ConfigError(d_.file.string(), "reference.semantics is missing",
                          "say what the datapath computes: reference: {semantics: …}");
    }
    d_.semantics = &find_semantics(name->second.text, where("reference.semantics"));
    ParameterSchema schema = fixed_schema();
    const ParameterSchema options = d_.semantics->schema();
    schema.insert(schema.end(), options.begin(), options.end());
    ConfigTree tree = ConfigTree::from_text(text_, d_.file.string(), d_.folder);
    for (const char* section : kFreeSections) {
        tree.drop(section);
    }
    tree.drop("ports");
    return tree.resolve(schema);
}

DatapathDescription Reader::read() {
    d_.options = std::make_shared<const Parameters>(resolve_fixed());
    d_.contract = d_.reference()->contract();

    ParameterSchema schema = fixed_schema();
    for (const ParameterSchema& more : {d_.semantics->schema(), field_schema(d_.contract)}) {
        schema.insert(schema.end(), more.begin(), more.end());
    }
    ConfigTree tree = ConfigTree::from_text(text_, d_.file.string(), d_.folder);
    for (const char* section : kFreeSections) {
        tree.drop(section);
    }
    const Parameters p = tree.resolve(schema);
    contract_names_ = p.text("interface") == "contract";
    d_.name = p.text("name");
    d_.top = p.text("top");
    read_sources(p);
    read_control(p);
    for (DatapathField& field : d_.contract.state) {
        read_field(p, field, true, true);
    }
    for (auto* group : {&d_.contract.inputs, &d_.contract.parameters}) {
        for (DatapathField& field : *group) {
            read_field(p, field, true, false);
        }
    }
    for (DatapathField& field : d_.contract.outputs) {
        read_field(p, field, false, true);
    }
    check_connections();
    read_seeded_bugs();
    return std::move(d_);
}

void Reader::read_sources(const Parameters& p) {
    d_.sources = p.files("sources");
    if (p.given("file_list")) {
        d_.file_list = p.file("file_list");
    }
    if (d_.sources.empty() && d_.file_list.empty()) {
        throw ConfigError(d_.file.string(), "names no source",
                          "sources: [neuron.sv], or file_list: files.f");
    }
    for (const std::filesystem::path& source : d_.sources) {
        if (!std::filesystem::exists(source)) {
            throw ConfigError(where("sources"), source.string() + " does not exist");
        }
    }
    for (const std::string& folder : p.texts("include_directories")) {
        d_.include_directories.push_back((d_.folder / folder).lexically_normal());
    }
    d_.verilog = p.text("language") == "verilog";
    d_.verilator_arguments = p.texts("verilator_arguments");
    d_.defines = free_section("defines");
    d_.parameters = free_section("parameters");
    d_.tie = free_section("tie");
}

void Reader::read_control(const Parameters& p) {
    const auto name = [&](const char* path, const char* contract_name) {
        return p.text(path).empty() && contract_names_ ? contract_name : p.text(path);
    };
    const auto control = [&](const char* path, const char* contract_name) {
        const std::string port = name(path, contract_name);
        const bool inverted = port.starts_with('!') || port.starts_with('~');
        return ControlPin{inverted ? port.substr(1) : port, inverted};
    };
    d_.clock = name("clock.port", "clk");
    d_.rising_edge = p.text("clock.edge") == "rising";
    d_.frequency = p.frequency("clock.frequency");
    d_.reset.port = name("reset.port", "rst_n");
    d_.reset.inverted =
        p.text("reset.active") == "low" || (contract_names_ && p.text("reset.port").empty());
    d_.reset_cycles = static_cast<unsigned>(p.integer("reset.cycles"));
    const std::string& style = p.text("timing.style");
    d_.style = style == "combinational" ? DatapathStyle::combinational
               : style == "pipelined"   ? DatapathStyle::pipelined
                                        : DatapathStyle::multi_cycle;
    d_.latency = static_cast<unsigned>(p.integer("timing.latency"));
    d_.initiation_interval = static_cast<unsigned>(p.integer("timing.initiation_interval"));
    d_.hold_request = p.flag("timing.hold_request");
    d_.state_inside = p.text("state") == "inside";
    d_.request_valid = control("handshake.request_valid", "req_valid");
    d_.request_ready = control("handshake.request_ready", "req_ready");
    d_.response_valid = control("handshake.response_valid", "rsp_valid");
    d_.response_ready = control("handshake.response_ready", "rsp_ready");
    d_.request_tag = name("handshake.request_tag", "req_tag");
    d_.response_tag = name("handshake.response_tag", "rsp_tag");
    d_.tag_width = static_cast<unsigned>(p.integer("handshake.tag_width"));
    d_.retire_valid = name("retire.valid", "retire_valid");
    d_.retire_order = name("retire.order", "retire_order");
    d_.retire_tag = name("retire.tag", "retire_tag");
    has_retire_ = !d_.retire_valid.empty();
    if (d_.style != DatapathStyle::combinational && d_.clock.empty()) {
        throw ConfigError(where("clock.port"), "a " + style + " datapath needs a clock",
                          "clock: {port: …}, or timing: {style: combinational}");
    }
    if (d_.style == DatapathStyle::combinational && d_.state_inside) {
        throw ConfigError(where("state"), "a combinational datapath has no state inside",
                          "timing: {style: pipelined}");
    }
}

std::optional<std::int64_t> Reader::whole(const Parameters& p, const std::string& path) const {
    const std::string& text = p.text(path);
    if (text.empty()) {
        return std::nullopt;
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw ConfigError(where(path), "expected an integer, found " + shown_text(text));
    }
    return value;
}

std::vector<Pin> Reader::pins(const Parameters& p, const std::string& path,
                              const DatapathField& field, const std::string& contract_name) const {
    std::string text = p.text(path);
    if (text.empty() && contract_names_) {
        text = contract_name;
    }
    std::vector<Pin> result;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        Pin pin;
        pin.inverted = word.starts_with('!') || word.starts_with('~');
        word.erase(0, pin.inverted ? 1 : 0);
        pin.port = word;
        const std::size_t bracket = word.find('[');
        if (bracket != std::string::npos) {
            pin.port = word.substr(0, bracket);
            const int found = std::sscanf(word.c_str() + bracket, "[%d:%d]", &pin.high, &pin.low);
            pin.low = found == 1 ? pin.high : pin.low;
            if (found < 1 || pin.low < 0 || pin.high < pin.low || word.back() != ']') {
                throw ConfigError(
                    where(path),
                    "expected port, port[high:low] or port[bit], found " + shown_text(word));
            }
        }
        result.push_back(pin);
    }
    if (result.size() > 1 && result.size() != field.lanes) {
        throw ConfigError(where(path),
                          fmt::format("{} ports for {} lanes", result.size(), field.lanes),
                          "one port that packs all lanes, or one a lane");
    }
    for (const Pin& pin : result) {
        const auto bits = static_cast<int>(field.width * (result.size() == 1 ? field.lanes : 1));
        if (pin.high >= 0 && pin.high - pin.low + 1 != bits) {
            throw ConfigError(where(path),
                              fmt::format("{} has {} bits, the field has {}", pin.port,
                                          pin.high - pin.low + 1, bits),
                              "give as many, or set the width in reference");
        }
    }
    return result;
}

void Reader::read_field(const Parameters& p, DatapathField& field, bool operand, bool result) {
    const std::string path = "ports." + field.name + ".";
    FieldPins& pins_of = d_.pins[field.name];
    if (operand) {
        pins_of.in = pins(p, path + "in", field, "req_" + field.name);
    }
    if (result) {
        pins_of.out = pins(p, path + "out", field, "rsp_" + field.name);
    }
    for (const auto& [key, allowed] : {std::pair{"in", operand}, std::pair{"out", result}}) {
        if (!allowed && !p.text(path + key).empty()) {
            throw ConfigError(where(path + key),
                              field.name + (operand ? " is an operand" : " is a result"),
                              operand ? "its port is `in`" : "its port is `out`");
        }
    }
    if (has_retire_) {
        pins_of.retire = pins(p, path + "retire", field, "retire_" + field.name);
        if (operand && result) {
            pins_of.retire_before =
                pins(p, path + "retire_before", field, "retire_" + field.name + "_before");
        }
    }
    if (const auto latency = whole(p, path + "latency")) {
        pins_of.latency = static_cast<int>(*latency);
    }
    if (const auto least = whole(p, path + "least")) {
        field.least = *least;
    }
    if (const auto most = whole(p, path + "most")) {
        field.most = *most;
    }
    if (const auto reset = whole(p, path + "reset")) {
        field.initial = *reset;
    }
    std::istringstream values(p.text(path + "values"));
    for (std::int64_t value = 0; values >> value;) {
        field.allowed.push_back(value);
    }
    if (const auto fixed = whole(p, path + "fixed")) {
        field.allowed = {*fixed};
    }
    for (const std::int64_t value : field.allowed) {
        if (value < field.minimum() || value > field.maximum()) {
            throw ConfigError(
                where(path + "values"),
                fmt::format("{} is outside {} .. {}", value, field.minimum(), field.maximum()));
        }
    }
}

void Reader::check_connections() const {
    const auto check = [&](const DatapathField& field) {
        if (d_.pins.at(field.name).in.empty() && field.allowed.size() != 1) {
            throw ConfigError(d_.file.string() + ": ports." + field.name, "the operand has no port",
                              fmt::format("ports: {{{0}: {{in: PORT}}}}, or {{{0}: {{fixed: "
                                          "VALUE}}}} where the RTL has a constant",
                                          field.name));
        }
    };
    for (const auto* group : {&d_.contract.inputs, &d_.contract.parameters}) {
        std::for_each(group->begin(), group->end(), check);
    }
    bool shows = false;
    for (const DatapathField& field : d_.contract.state) {
        const FieldPins& pins = d_.pins.at(field.name);
        shows |= !pins.out.empty();
        if (!d_.state_inside) {
            check(field);
            if (pins.out.empty() && field.allowed.size() != 1) {
                throw ConfigError(d_.file.string() + ": ports." + field.name,
                                  "the state after an operation has no port",
                                  "state: inside, if the RTL keeps it; else ports: {" + field.name +
                                      ": {in: PORT, out: PORT}}");
            }
        }
    }
    for (const DatapathField& field : d_.contract.outputs) {
        shows |= !d_.pins.at(field.name).out.empty();
    }
    if (!shows) {
        throw ConfigError(d_.file.string() + ": ports", "no result has a port",
                          "ports: {spike: {out: PORT}}");
    }
}

std::map<std::string, std::string> Reader::free_section(const std::string& section) const {
    std::map<std::string, std::string> values;
    const std::string prefix = section + ".";
    for (auto entry = leaves_.entries.lower_bound(prefix);
         entry != leaves_.entries.end() && entry->first.starts_with(prefix); ++entry) {
        if (entry->second.kind == ConfigEntry::Kind::sequence) {
            throw ConfigError(entry->second.where + ": " + entry->first, "expected one value");
        }
        values[entry->first.substr(prefix.size())] = entry->second.text;
    }
    return values;
}

void Reader::read_seeded_bugs() {
    const auto leaves = free_section("seeded_bugs");
    std::set<std::string> names;
    for (const auto& [path, text] : leaves) {
        names.insert(path.substr(0, path.find('.')));
    }
    for (const std::string& name : names) {
        const auto part = [&](const char* key) {
            const auto found = leaves.find(name + "." + key);
            if (found == leaves.end() || found->second.empty()) {
                throw ConfigError(d_.file.string() + ": seeded_bugs." + name,
                                  std::string("lacks ") + key,
                                  "a seeded bug has file, find, replace and what");
            }
            return found->second;
        };
        d_.seeded_bugs.push_back({name, part("file"), part("find"), part("replace"), part("what")});
    }
}

}  // namespace

DatapathDescription read_datapath(const std::filesystem::path& folder) {
    return Reader(folder).read();
}

}  // namespace cortile
