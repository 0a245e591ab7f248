// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/coverage_summary.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "hw_model/report/format.h"

namespace cortile::regress {

namespace {

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r");
    return first == std::string::npos
               ? std::string()
               : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// The sources that points refer to, each read once.
class Sources {
  public:
    explicit Sources(const SourceReader& reader) : reader_(reader) {}

    std::string line(const CoveragePoint& point) {
        const auto& lines = file(point.file).lines;
        return point.line >= 1 && point.line <= lines.size() ? trimmed(lines[point.line - 1]) : "";
    }
    bool only_asserts(const CoveragePoint& point) {
        const auto& marks = file(point.file).only_asserts;
        return point.line < marks.size() && marks[point.line];
    }

  private:
    struct File {
        std::vector<std::string> lines;
        std::vector<bool> only_asserts;
    };
    const File& file(const std::string& name) {
        const auto [place, added] = files_.try_emplace(name);
        if (added) {
            place->second.lines = reader_(name).value_or(std::vector<std::string>());
            place->second.only_asserts = assertion_lines(place->second.lines);
        }
        return place->second;
    }

    const SourceReader& reader_;
    std::map<std::string, File> files_;
};

bool is_unused_signal(const CoveragePoint& point) {
    return point.type == CoverageType::toggle && point.name.starts_with("unused_");
}

// "retire_order[31]" -> {"retire_order", 31}.
std::pair<std::string, std::optional<unsigned>> signal_and_bit(const std::string& name) {
    const auto open = name.rfind('[');
    unsigned bit = 0;
    if (open == std::string::npos || !name.ends_with(']')) {
        return {name, std::nullopt};
    }
    const char* const end = name.data() + name.size() - 1;
    const auto [rest, error] = std::from_chars(name.data() + open + 1, end, bit);
    return error == std::errc() && rest == end ? std::pair(name.substr(0, open), std::optional(bit))
                                               : std::pair(name, std::optional<unsigned>());
}

// {0, 1, 2, 7} of "v" -> "v[7], v[2:0]".
std::string bits_text(const std::string& signal, const std::set<unsigned>& bits) {
    std::vector<std::string> ranges;
    for (auto bit = bits.rbegin(); bit != bits.rend();) {
        const unsigned high = *bit;
        unsigned low = high;
        for (++bit; bit != bits.rend() && *bit + 1 == low; ++bit) {
            low = *bit;
        }
        ranges.push_back(high == low ? fmt::format("{}[{}]", signal, high)
                                     : fmt::format("{}[{}:{}]", signal, high, low));
    }
    return fmt::format("{}", fmt::join(ranges, ", "));
}

class UncoveredList {
  public:
    void add(const CoveragePoint& point, const std::string& source) {
        const auto [signal, bit] = point.type == CoverageType::toggle
                                       ? signal_and_bit(point.name)
                                       : std::pair(point.name, std::optional<unsigned>());
        Group& group = groups_[{point.file, point.line, point.type, signal, point.column}];
        ++group.points;
        group.source = source;
        if (bit) {
            group.bits.insert(*bit);
        }
    }

    std::vector<UncoveredPoint> take() const {
        std::vector<UncoveredPoint> points;
        for (const auto& [key, group] : groups_) {
            const auto& [file, line, type, name, column] = key;
            points.push_back({type, file, line,
                              group.bits.empty() ? name : bits_text(name, group.bits), group.points,
                              group.source});
        }
        return points;
    }

  private:
    struct Group {
        std::uint64_t points = 0;
        std::set<unsigned> bits;
        std::string source;
    };
    std::map<std::tuple<std::string, unsigned, CoverageType, std::string, unsigned>, Group> groups_;
};

// Comments away, so that directives in them are none.
std::string without_comments(const std::string& line, bool& in_comment) {
    std::string code;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const std::string_view here = std::string_view(line).substr(at, 2);
        if (in_comment) {
            in_comment = here != "*/";
            at += in_comment ? 0 : 1;
        } else if (here == "/*") {
            in_comment = true;
            ++at;
        } else if (here == "//") {
            break;
        } else {
            code += line[at];
        }
    }
    return code;
}

std::string word_at(const std::string& text, std::size_t& at) {
    const auto is_word = [&](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) {
        ++at;
    }
    const std::size_t first = at;
    while (at < text.size() && is_word(text[at])) {
        ++at;
    }
    return text.substr(first, at - first);
}

}  // namespace

std::optional<double> CoverageCount::percent() const {
    return points == 0
               ? std::nullopt
               : std::optional(100.0 * static_cast<double>(covered) / static_cast<double>(points));
}

bool CoverageCount::reaches(double target_percent) const {
    return points == 0 ||
           static_cast<double>(covered) * 100.0 >= target_percent * static_cast<double>(points);
}

std::string CoverageCount::text() const {
    const auto share = percent();
    return share ? fmt::format("{:.2f} %", std::floor(*share * 100.0) / 100.0) : "-";
}

SourceReader read_sources_from_disk() {
    return [](const std::string& name) -> std::optional<std::vector<std::string>> {
        std::ifstream stream(name);
        if (!stream) {
            return std::nullopt;
        }
        std::vector<std::string> lines;
        for (std::string line; std::getline(stream, line);) {
            lines.push_back(line);
        }
        return lines;
    };
}

std::vector<bool> assertion_lines(const std::vector<std::string>& lines) {
    constexpr const char* kMacro = "CORTILE_ASSERTIONS";
    enum class Branch { other, with, without };
    std::vector<Branch> nested;
    std::vector<bool> marks(lines.size() + 1, false);
    bool in_comment = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string code = without_comments(lines[i], in_comment);
        for (std::size_t at = 0; (at = code.find('`', at)) != std::string::npos;) {
            const std::string directive = word_at(code, ++at);
            if (directive == "ifdef" || directive == "ifndef") {
                const bool ours = word_at(code, at) == kMacro;
                nested.push_back(!ours                  ? Branch::other
                                 : directive == "ifdef" ? Branch::with
                                                        : Branch::without);
            } else if (directive == "elsif" && !nested.empty()) {
                // Beyond `ifndef CORTILE_ASSERTIONS all branches are with it.
                const bool ours = word_at(code, at) == kMacro || nested.back() == Branch::without;
                nested.back() = ours ? Branch::with : Branch::other;
            } else if (directive == "else" && !nested.empty()) {
                nested.back() = nested.back() == Branch::without ? Branch::with : Branch::other;
            } else if (directive == "endif" && !nested.empty()) {
                nested.pop_back();
            }
        }
        marks[i + 1] = std::find(nested.begin(), nested.end(), Branch::with) != nested.end();
    }
    return marks;
}

CoverageSummary summarise_coverage(const CoverageData& data,
                                   const std::vector<CoverageWaiver>& waivers,
                                   const SourceReader& reader) {
    CoverageSummary summary;
    Sources sources(reader);
    UncoveredList uncovered;
    std::vector<bool> used(waivers.size(), false);
    for (const auto& [point, seen] : data.counts) {
        CoverageCount& count = summary.counts[static_cast<std::size_t>(point.type)];
        const bool watches = point.type != CoverageType::functional && sources.only_asserts(point);
        if (watches || is_unused_signal(point)) {
            ++count.excluded;
            continue;
        }
        if (seen > 0) {
            ++count.points;
            ++count.covered;
            continue;
        }
        const std::string source = sources.line(point);
        bool waived = false;
        for (std::size_t w = 0; w < waivers.size(); ++w) {
            if (waivers[w].covers(point, source)) {
                waived = used[w] = true;
            }
        }
        if (waived) {
            ++count.waived;
        } else {
            ++count.points;
            uncovered.add(point, source);
        }
    }
    summary.uncovered = uncovered.take();
    for (std::size_t w = 0; w < waivers.size(); ++w) {
        if (!used[w]) {
            summary.idle_waivers.push_back(
                fmt::format("{}: {}", waivers[w].where, waivers[w].name));
        }
    }
    return summary;
}

std::vector<std::string> missed_targets(const CoverageSummary& summary,
                                        const CoverageTargets& targets) {
    std::vector<std::string> missed;
    const auto check = [&](CoverageType type, double target) {
        const CoverageCount& count = summary.count(type);
        if (!count.reaches(target)) {
            missed.push_back(fmt::format("{} {} of {} points, the target is {} %", to_string(type),
                                         count.text(), report::grouped(count.points), target));
        }
    };
    check(CoverageType::line, targets.line);
    check(CoverageType::toggle, targets.toggle);
    check(CoverageType::functional, targets.functional);
    return missed;
}

}  // namespace cortile::regress
