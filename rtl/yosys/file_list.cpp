// SPDX-License-Identifier: Apache-2.0
#include "rtl/yosys/file_list.h"

#include <algorithm>
#include <sstream>

#include "hw_model/base/error.h"
#include "hw_model/base/text_file.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;

// Lists may name lists; a list that names itself would never end.
constexpr unsigned kDeepest = 16;

void add_define(FileList& list, const std::string& text) {
    const std::size_t equals = text.find('=');
    list.defines[text.substr(0, equals)] =
        equals == std::string::npos ? "" : text.substr(equals + 1);
}

// "+incdir+a+b" -> a, b.
std::vector<std::string> plus_parts(const std::string& word, std::size_t prefix) {
    std::vector<std::string> parts;
    std::istringstream rest(word.substr(prefix));
    for (std::string part; std::getline(rest, part, '+');) {
        if (!part.empty()) {
            parts.push_back(part);
        }
    }
    return parts;
}

void read(const fs::path& file, FileList& list, unsigned depth) {
    if (depth > kDeepest) {
        throw ConfigError(file.string(), "file lists name one another without end");
    }
    const fs::path folder = file.parent_path();
    const auto path = [&](const std::string& name) { return (folder / name).lexically_normal(); };
    std::istringstream lines(read_text_file(file));
    std::string text;
    for (std::string line; std::getline(lines, line);) {
        text += line.substr(0, std::min(line.find("//"), line.find('#'))) + "\n";
    }
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        if (word == "-f" || word == "-F" || word == "-I" || word == "-v" || word == "-y") {
            std::string argument;
            words >> argument;
            if (word == "-I") {
                list.include_directories.push_back(path(argument));
            } else if (word == "-v") {
                list.sources.push_back(path(argument));
            } else if (word != "-y") {
                read(path(argument), list, depth + 1);
            }
        } else if (word.starts_with("-I")) {
            list.include_directories.push_back(path(word.substr(2)));
        } else if (word.starts_with("-D")) {
            add_define(list, word.substr(2));
        } else if (word.starts_with("+incdir+")) {
            for (const std::string& part : plus_parts(word, 8)) {
                list.include_directories.push_back(path(part));
            }
        } else if (word.starts_with("+define+")) {
            for (const std::string& part : plus_parts(word, 8)) {
                add_define(list, part);
            }
        } else if (word[0] != '-' && word[0] != '+') {
            list.sources.push_back(path(word));
        }
    }
}

}  // namespace

FileList read_file_list(const fs::path& file) {
    FileList list;
    read(file, list, 0);
    return list;
}

}  // namespace cortile
