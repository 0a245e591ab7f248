// SPDX-License-Identifier: Apache-2.0
// Typed configuration. A table of descriptors says which keys exist, with type, unit, default and
// meaning; the same table drives parsing, error texts, `cortile list`, `effective.yaml` and docs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hw_model/base/time.h"
#include "hw_model/config/config_entry.h"

namespace cortile {

enum class ParameterType {
    integer,
    real,  // dimensionless
    flag,  // true or false
    text,
    choice,     // one of ParameterDescriptor::choices
    path,       // a file; relative to the YAML file that names it, absolute once loaded
    path_list,  // files; a pattern with * stands for the matches in natural order
    text_list,
    time,         // "6.0 ns"; ps to h
    energy,       // "23.6 pJ"
    power,        // "104.4 mW"
    information,  // "128 KiB", "16 bit"
    frequency,    // "75 MHz"
    time_table,   // [[1, 113 ns], [32, 465 ns]]: ascending integers with a time each
};

const char* to_string(ParameterType type);

// How well a constant is known. `measured`: on silicon. `simulated`: by the chip's makers before
// silicon. `derived`: by arithmetic from published numbers. `assumed`: no source gives it.
enum class Grade { measured, simulated, derived, assumed };
const char* to_string(Grade grade);

struct ParameterDescriptor {
    std::string path;  // "noc.hop_x"
    ParameterType type = ParameterType::text;
    // Text as one would write it in YAML; nullopt: must be given; "" for text, path and lists:
    // absent. Of a cited parameter either the mapping {value: …, source: …, grade: …}, or the value
    // alone, which then counts as assumed.
    std::optional<std::string> default_text;
    std::string description;  // meaning, in one sentence
    bool cited = false;       // written as {value: …, source: …, grade: …}
    std::vector<std::string> choices = {};
    // Of integer, real, time (s), energy (J), power (W), information (bit), frequency (Hz) and of
    // each time of a table. Quantities with a unit are never negative unless a negative minimum
    // allows it.
    double minimum = -std::numeric_limits<double>::infinity();
    double maximum = std::numeric_limits<double>::infinity();
};

using ParameterSchema = std::vector<ParameterDescriptor>;

// A whole number in [minimum, maximum]; every one has a maximum, so that it fits where it is used.
ParameterDescriptor whole_number(const char* path, std::optional<std::string> default_text,
                                 const char* description, double minimum, double maximum);

// Limits of what one event may take, s and J: far above any, and low enough that sums over a run
// stay within the integers and doubles that hold them.
inline constexpr double kMostEventTime = 1e-3, kMostEventEnergy = 1e-3;

struct Citation {
    std::string source;
    Grade grade = Grade::assumed;
};

// The resolved values of a schema. A getter of a path that is not in the schema, or of another
// type, is a ContractViolation.
class Parameters {
  public:
    struct Value {
        const ParameterDescriptor* descriptor = nullptr;
        // Canonical text. Of text, choice and path the text itself; effective.yaml quotes it.
        std::string text;
        double number = 0;              // real, energy (J), power (W), frequency (Hz)
        std::int64_t integer = 0;       // integer, flag, time (ps), information (bit)
        std::vector<std::string> list;  // path_list, text_list
        std::vector<std::pair<std::int64_t, Picoseconds>> table;
        std::optional<Citation> citation;
        std::string where;        // "file.yaml:12", "preset loihi:7", "--set", "default"
        bool is_default = false;  // equal to the default, whoever wrote it
    };

    std::int64_t integer(const std::string& path) const;
    double real(const std::string& path) const;
    bool flag(const std::string& path) const;
    const std::string& text(const std::string& path) const;  // text, choice
    std::filesystem::path file(const std::string& path) const;
    std::vector<std::filesystem::path> files(const std::string& path) const;
    const std::vector<std::string>& texts(const std::string& path) const;
    Picoseconds time(const std::string& path) const;
    double energy(const std::string& path) const;      // joules
    double power(const std::string& path) const;       // watts
    std::int64_t bits(const std::string& path) const;  // information
    double frequency(const std::string& path) const;   // hertz
    const std::vector<std::pair<std::int64_t, Picoseconds>>& table(const std::string& path) const;

    // Is there a value that differs from the default and is not empty? Who wrote it does not count:
    // effective.yaml writes defaults out, and a run of it must take the same decisions.
    bool given(const std::string& path) const;
    const Citation& citation(const std::string& path) const;  // of a cited parameter
    const Value& value(const std::string& path) const;
    const std::map<std::string, Value>& values() const { return values_; }

    // "where: path" for a ConfigError about this value.
    std::string where(const std::string& path) const;

    // YAML that, loaded again, gives the same Parameters. Sorted by path; paths absolute.
    std::string to_yaml() const;

  private:
    friend class ConfigTree;
    const Value& typed(const std::string& path, ParameterType type) const;

    std::shared_ptr<const ParameterSchema> schema_;  // what the descriptors of values_ point into
    std::map<std::string, Value> values_;
};

// YAML text with the place of every key, layered: preset, then experiment, then `--set`.
//
// A cited value is replaced whole: a file that gives `value` gives `source` and `grade` with it, so
// that no number ever stands under the citation of another. `--set` may give the value alone; its
// source is then "command line" and its grade `assumed`.
class ConfigTree {
  public:
    // Throws ConfigError with file and line for what is not valid YAML (duplicate keys too).
    static ConfigTree from_file(const std::filesystem::path& file);
    // `name` appears in places ("name:12"); relative paths in the text start at `directory`.
    static ConfigTree from_text(const std::string& text, const std::string& name,
                                const std::filesystem::path& directory);

    // `upper` wins, key by key: a value replaces a whole section of that name and the reverse. A
    // key without a value leaves a section as it is.
    void overlay(const ConfigTree& upper);
    // "noc.hop_x=4 ns", from the command line. What begins with [ { " or ' is read as YAML, all
    // else is the text as it stands. Relative paths start at the current directory.
    void set(const std::string& assignment);
    std::optional<std::string> text_at(const std::string& path) const;  // a raw scalar
    // A tree of this key alone; empty without it.
    ConfigTree only(const std::string& path) const;
    // "file.yaml:12" of `path`, or of the first key below it; nothing if there is none.
    std::optional<std::string> place_of(const std::string& path) const;
    // Forgets `path` and all keys below it; was there any?
    bool drop(const std::string& path);
    // Is there any key below `path`?
    bool has_section(const std::string& path) const;
    // Names of the keys directly below `path` ("": of the whole file), each with its place, in the
    // order of the file: for sections whose keys are names that the user gives.
    struct NamedKey {
        std::string name, where;
    };
    std::vector<NamedKey> keys_below(const std::string& path) const;

    // Checks every key against the schema: unknown ones (with the nearest spelling), missing ones,
    // wrong types, units and ranges are ConfigErrors with file, line and path. A schema that
    // contradicts itself is a ContractViolation.
    Parameters resolve(const ParameterSchema& schema) const;

  private:
    struct Resolver;

    std::map<std::string, ConfigEntry> entries_;   // leaf path -> entry
    std::map<std::string, std::string> sections_;  // section path -> where
    std::vector<std::string> layers_;              // names, lowest first
};

}  // namespace cortile
