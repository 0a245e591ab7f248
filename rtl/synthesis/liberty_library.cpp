// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/liberty_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

#include "hw_model/base/error.h"
#include "rtl/synthesis/liberty_text.h"

namespace cortile {

std::optional<unsigned> LibertyCell::pin(const std::string& pin_name) const {
    for (unsigned i = 0; i < pins.size(); ++i) {
        if (pins[i].name == pin_name) {
            return i;
        }
    }
    return std::nullopt;
}

const LibertyCell& LibertyLibrary::cell(const std::string& cell_name) const {
    const auto found = cells.find(cell_name);
    if (found == cells.end()) {
        throw ConfigError(name, "has no cell " + cell_name,
                          "the netlist needs the library it was mapped to");
    }
    return found->second;
}

namespace {

struct Units {
    double time = 1e-9, capacitance = 1e-12, leakage = 1e-9, voltage = 1;
    // Liberty: internal energies are in voltage_unit^2 * capacitive_load_unit.
    double energy() const { return voltage * voltage * capacitance; }
};

class Reader {
  public:
    Reader(const LibertyGroup& root, const std::string& name) : root_(root), name_(name) {}

    LibertyLibrary read() {
        read_units();
        for (const LibertyGroup& group : root_.groups) {
            if (group.type == "power_lut_template") {
                templates_[group.name()] = &group;
            }
        }
        LibertyLibrary library;
        library.name = root_.name();
        library.date = root_.text("date");
        library.revision = root_.text("revision");
        read_conditions(library);
        for (const LibertyGroup& group : root_.groups) {
            if (group.type == "cell") {
                library.cells[group.name()] = cell(group);
            }
        }
        if (library.cells.empty()) {
            fail(root_.line, "the library has no cells");
        }
        return library;
    }

  private:
    std::string place(int line) const { return fmt::format("{}:{}", name_, line); }
    [[noreturn]] void fail(int line, const std::string& what) const {
        throw ConfigError(place(line), what, "name another Liberty file");
    }

    double number(const std::string& text, int line) const {
        char* end = nullptr;
        const double value = std::strtod(text.c_str(), &end);
        if (end == text.c_str() || *end != '\0') {
            fail(line, fmt::format("'{}' is not a number", text));
        }
        return value;
    }

    double number_of(const LibertyGroup& group, const char* attribute, double otherwise) const {
        const LibertyAttribute* found = group.attribute(attribute);
        return found == nullptr || found->values.empty() ? otherwise
                                                         : number(found->values[0], found->line);
    }

    // "1ns", "10ps", "1nW"; "" keeps `otherwise`.
    double unit(const char* attribute, const char* base, double otherwise) const {
        const std::string text = root_.text(attribute);
        if (text.empty()) {
            return otherwise;
        }
        char* end = nullptr;
        const double factor = std::strtod(text.c_str(), &end);
        return (end == text.c_str() ? 1.0 : factor) * prefix(end, base, text);
    }

    // Of "ps", where `base` is "s".
    double prefix(const std::string& letters, const std::string& base,
                  const std::string& text) const {
        static const std::map<std::string, double> prefixes{
            {"", 1}, {"m", 1e-3}, {"u", 1e-6}, {"n", 1e-9}, {"p", 1e-12}, {"f", 1e-15}};
        if (letters.ends_with(base)) {
            const auto found = prefixes.find(letters.substr(0, letters.size() - base.size()));
            if (found != prefixes.end()) {
                return found->second;
            }
        }
        fail(root_.line, fmt::format("unknown unit '{}'", text));
    }

    void read_units() {
        units_.time = unit("time_unit", "s", units_.time);
        units_.voltage = unit("voltage_unit", "V", units_.voltage);
        units_.leakage = unit("leakage_power_unit", "W", units_.leakage);
        const LibertyAttribute* load = root_.attribute("capacitive_load_unit");
        if (load != nullptr && load->values.size() == 2) {
            std::string letters = load->values[1];  // pf, pF, PF
            std::transform(letters.begin(), letters.end(), letters.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            units_.capacitance =
                number(load->values[0], load->line) * prefix(letters, "f", load->values[1]);
        }
    }

    void read_conditions(LibertyLibrary& library) const {
        library.corner = root_.text("default_operating_conditions");
        library.process = root_.text("nom_process");
        library.voltage = number_of(root_, "nom_voltage", 0) * units_.voltage;
        library.temperature = number_of(root_, "nom_temperature", 25);
        for (const LibertyGroup& group : root_.groups) {
            if (group.type == "operating_conditions" && group.name() == library.corner) {
                library.voltage =
                    number_of(group, "voltage", library.voltage / units_.voltage) * units_.voltage;
                library.temperature = number_of(group, "temperature", library.temperature);
                library.process = group.text("process");
            }
        }
        if (library.voltage <= 0) {
            fail(root_.line, "the library states no voltage");
        }
    }

    LibertyCell cell(const LibertyGroup& group) const {
        LibertyCell result;
        result.name = group.name();
        result.area = number_of(group, "area", 0);
        result.leakage = leakage(group);
        std::vector<const LibertyGroup*> pin_groups;
        for (const LibertyGroup& inner : group.groups) {
            if (inner.type == "pin") {
                for (const std::string& pin_name : inner.arguments) {
                    LibertyPin pin;
                    pin.name = pin_name;
                    pin_groups.push_back(&inner);
                    result.pins.push_back(std::move(pin));
                }
            } else if (inner.type == "bus" || inner.type == "bundle" ||
                       inner.type == "statetable") {
                result.unusable = "it has a " + inner.type;
            }
        }
        std::vector<std::string> arguments;
        for (unsigned i = 0; i < result.pins.size(); ++i) {
            const std::string direction = pin_groups[i]->text("direction");
            result.pins[i].output = direction == "output";
            if (direction == "inout") {
                result.unusable = "it has a bidirectional pin";
            }
            if (direction == "input") {
                result.inputs.push_back(i);
                arguments.push_back(result.pins[i].name);
            }
        }
        if (!result.unusable.empty() || result.inputs.size() + 2 > CellFunction::kMostInputs) {
            result.unusable = result.unusable.empty() ? "it has too many inputs" : result.unusable;
            return result;
        }
        read_state(group, arguments, result);
        for (unsigned i = 0; i < result.pins.size() && result.unusable.empty(); ++i) {
            read_pin(*pin_groups[i], arguments, result, result.pins[i]);
        }
        return result;
    }

    // What a cell leaks: its own figure, else the mean over the conditions that the file lists.
    double leakage(const LibertyGroup& group) const {
        if (group.attribute("cell_leakage_power") != nullptr) {
            return number_of(group, "cell_leakage_power", 0) * units_.leakage;
        }
        double sum = 0, conditions = 0;
        for (const LibertyGroup& inner : group.groups) {
            if (inner.type == "leakage_power") {
                sum += number_of(inner, "value", 0);
                conditions += 1;
            }
        }
        return conditions > 0 ? sum / conditions * units_.leakage : 0;
    }

    void read_state(const LibertyGroup& group, std::vector<std::string>& arguments,
                    LibertyCell& cell) const {
        for (const LibertyGroup& inner : group.groups) {
            const bool latch = inner.type == "latch";
            if (inner.type != "ff" && !latch) {
                continue;
            }
            if (cell.state || inner.arguments.size() != 2) {
                cell.unusable = "it has more than one state";
                return;
            }
            arguments.insert(arguments.end(), inner.arguments.begin(), inner.arguments.end());
            const auto function = [&](const char* attribute) {
                const std::string text = inner.text(attribute);
                return text.empty() ? std::optional<CellFunction>()
                                    : CellFunction::parse(text, arguments, place(inner.line));
            };
            const auto clock = function(latch ? "enable" : "clocked_on");
            const auto data = function(latch ? "data_in" : "next_state");
            if (!clock || !data) {
                cell.unusable = "its state has no clock or no data";
                return;
            }
            cell.state = LibertyState{latch, *clock, *data, function("clear"), function("preset")};
        }
    }

    void read_pin(const LibertyGroup& group, const std::vector<std::string>& arguments,
                  LibertyCell& cell, LibertyPin& pin) const {
        pin.clock = group.text("clock") == "true";
        pin.capacitance = number_of(group, "capacitance", 0) * units_.capacitance;
        if (group.attribute("three_state") != nullptr) {
            cell.unusable = "it has a three-state output";
        }
        if (pin.output) {
            const std::string text = group.text("function");
            if (text.empty()) {
                cell.unusable = "its output " + pin.name + " has no function";
                return;
            }
            pin.function = CellFunction::parse(text, arguments, place(group.line));
        }
        for (const LibertyGroup& inner : group.groups) {
            if (inner.type == "internal_power") {
                add_internal(inner, arguments, cell, pin);
            }
        }
    }

    void add_internal(const LibertyGroup& group, const std::vector<std::string>& arguments,
                      const LibertyCell& cell, LibertyPin& pin) const {
        InternalEnergy energy;
        if (const std::string when = group.text("when"); !when.empty()) {
            energy.when = CellFunction::parse(when, arguments, place(group.line));
        }
        for (const LibertyGroup& inner : group.groups) {
            if (inner.type == "rise_power" || inner.type == "power") {
                energy.rise = table(inner);
            }
            if (inner.type == "fall_power" || inner.type == "power") {
                energy.fall = table(inner);
            }
        }
        std::istringstream related(group.text("related_pin"));
        std::string name;
        while (related >> name) {
            energy.related = cell.pin(name);
            if (!energy.related) {
                fail(group.line, fmt::format("related_pin {} is no pin of the cell", name));
            }
            pin.internal.push_back(energy);
        }
        if (name.empty()) {
            pin.internal.push_back(std::move(energy));
        }
    }

    std::vector<double> numbers(const LibertyAttribute* attribute, double scale) const {
        std::vector<double> result;
        for (const std::string& text :
             attribute == nullptr ? std::vector<std::string>() : attribute->values) {
            std::string spaced = text;
            std::replace(spaced.begin(), spaced.end(), ',', ' ');
            std::istringstream stream(spaced);
            for (std::string item; stream >> item;) {
                result.push_back(number(item, attribute->line) * scale);
            }
        }
        return result;
    }

    EnergyTable table(const LibertyGroup& group) const {
        const LibertyAttribute* values = group.attribute("values");
        if (values == nullptr) {
            fail(group.line, "a table without values");
        }
        std::vector<double> joules = numbers(values, units_.energy());
        const auto found = templates_.find(group.name());
        if (found == templates_.end()) {
            if (joules.size() != 1) {
                fail(group.line, fmt::format("unknown table template '{}'", group.name()));
            }
            return {{}, {}, joules};
        }
        const LibertyGroup& shape = *found->second;
        std::vector<double> slews, loads;
        bool slew_first = true;
        for (int axis = 1; axis <= 2; ++axis) {
            const std::string variable = shape.text(fmt::format("variable_{}", axis));
            const std::string index = fmt::format("index_{}", axis);
            const LibertyAttribute* points = group.attribute(index);
            points = points == nullptr ? shape.attribute(index) : points;
            if (variable == "input_transition_time" || variable == "input_net_transition") {
                slews = numbers(points, units_.time);
            } else if (variable == "total_output_net_capacitance") {
                loads = numbers(points, units_.capacitance);
                slew_first = axis != 1;
            } else if (!variable.empty()) {
                fail(shape.line, fmt::format("a table over '{}' is not supported", variable));
            }
        }
        const std::size_t rows = std::max<std::size_t>(1, slews.size());
        const std::size_t columns = std::max<std::size_t>(1, loads.size());
        if (joules.size() != rows * columns || !ascends(slews) || !ascends(loads)) {
            fail(group.line, "a table whose values do not fit its axes");
        }
        if (!slew_first) {
            std::vector<double> turned(joules.size());
            for (std::size_t i = 0; i < joules.size(); ++i) {
                turned[i % rows * columns + i / rows] = joules[i];
            }
            joules = std::move(turned);
        }
        return {std::move(slews), std::move(loads), std::move(joules)};
    }

    static bool ascends(const std::vector<double>& axis) {
        return std::adjacent_find(axis.begin(), axis.end(), std::greater_equal<>()) == axis.end();
    }

    const LibertyGroup& root_;
    const std::string& name_;
    Units units_;
    std::map<std::string, const LibertyGroup*> templates_;
};

}  // namespace

LibertyLibrary liberty_library_from_text(const std::string& text, const std::string& name) {
    const LibertyGroup root = parse_liberty(text, name);
    return Reader(root, name).read();
}

LibertyLibrary read_liberty_library(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        throw ConfigError(file.string(), fmt::format("cannot be read: {}", std::strerror(errno)),
                          "--liberty names a Liberty file (.lib)");
    }
    return liberty_library_from_text(
        std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()),
        file.string());
}

}  // namespace cortile
