// SPDX-License-Identifier: Apache-2.0
// Typed configuration. A table of descriptors says which keys exist, with type, unit, default and
// meaning; the same table drives parsing, error texts, `cortile list`, `effective.yaml` and docs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hw_model/base/time.h"

namespace cortile {

enum class ParameterType {
    integer,
    real,        // dimensionless
    flag,        // true or false
    text,
    choice,      // one of ParameterDescriptor::choices
    path,        // a file; relative to the YAML file that names it, absolute once loaded
    path_list,   // files; a pattern with * stands for the matches in natural order
    text_list,
    time,        // "6.0 ns"; ps to h
    energy,      // "23.6 pJ"
    power,       // "104.4 mW"
    information, // "128 KiB", "16 bit"
    time_table,  // [[1, 113 ns], [32, 465 ns]]: ascending integers with a time each
};

// How well a constant is known. `measured`: on silicon. `simulated`: by the chip's makers before
// silicon. `derived`: by arithmetic from published numbers. `assumed`: no source gives it.
enum class Grade { measured, simulated, derived, assumed };
const char* to_string(Grade grade);

struct ParameterDescriptor {
    std::string path;  // "noc.hop_x"
    ParameterType type = ParameterType::text;
    // Text as one would write it in YAML; nullopt: must be given; "" for text and path: absent.
    std::optional<std::string> default_text;
    std::string description;  // meaning, in one sentence
    bool cited = false;       // written as {value: …, source: …, grade: …}
    std::vector<std::string> choices = {};
    double minimum = -std::numeric_limits<double>::infinity();  // in SI units
    double maximum = std::numeric_limits<double>::infinity();
};

using ParameterSchema = std::vector<ParameterDescriptor>;

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
        std::string text;               // canonical text, as effective.yaml prints it
        double number = 0;              // real, energy (J), power (W)
        std::int64_t integer = 0;       // integer, flag, time (ps), information (bit)
        std::vector<std::string> list;  // path_list, text_list
        std::vector<std::pair<std::int64_t, Picoseconds>> table;
        std::optional<Citation> citation;
        std::string where;              // "file.yaml:12", "preset loihi:7", "--set", "default"
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
    const std::vector<std::pair<std::int64_t, Picoseconds>>& table(const std::string& path) const;

    bool given(const std::string& path) const;  // not from its default, and not empty
    const Citation& citation(const std::string& path) const;  // of a cited parameter
    const Value& value(const std::string& path) const;
    const std::map<std::string, Value>& values() const { return values_; }

    // "where: path" for a ConfigError about this value.
    std::string where(const std::string& path) const;

    // YAML that, loaded again, gives the same Parameters. Sorted by path; paths absolute.
    std::string to_yaml() const;

  private:
    friend class ConfigTree;
    std::map<std::string, Value> values_;
};

// YAML text with the place of every key, layered: preset, then experiment, then `--set`.
class ConfigTree {
  public:
    // Throws ConfigError with file and line for what is not valid YAML (duplicate keys too).
    static ConfigTree from_file(const std::filesystem::path& file);
    static ConfigTree from_text(const std::string& text, const std::string& name,
                                const std::filesystem::path& directory);

    void overlay(const ConfigTree& upper);              // upper wins, key by key
    void set(const std::string& assignment);            // "noc.hop_x=4 ns", from the command line
    std::optional<std::string> text_at(const std::string& path) const;  // a raw scalar
    // Is there any key below `path`?
    bool has_section(const std::string& path) const;

    // Checks every key against the schema: unknown ones (with the nearest spelling), missing ones,
    // wrong types, units and ranges are ConfigErrors with file, line and path.
    Parameters resolve(const ParameterSchema& schema) const;

  private:
    struct Entry {
        std::string text;                // scalar
        std::vector<std::string> items;  // sequence of scalars (or "n: time" rows for a table)
        bool is_sequence = false;
        std::string where;
        std::filesystem::path directory;
    };
    std::map<std::string, Entry> entries_;  // leaf path -> entry
    std::map<std::string, std::string> sections_;  // section path -> where
};

}  // namespace cortile
