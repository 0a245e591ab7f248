// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cortile::regress {

struct WrittenPoint {
    std::string page, file;
    unsigned line = 0, column = 0;
    std::string name;
    std::uint64_t count = 0;
};

// A coverage.dat with these points, as Verilator 5.006 writes it.
inline std::string coverage_text(const std::vector<WrittenPoint>& points) {
    std::string text = "# SystemC::Coverage-3\n";
    for (const WrittenPoint& point : points) {
        const auto key = [](const char* name, const std::string& value) {
            return std::string(1, '\x01') + name + '\x02' + value;
        };
        text += "C '" + key("f", point.file) + key("l", std::to_string(point.line)) +
                key("n", std::to_string(point.column)) + key("page", point.page) +
                key("o", point.name) + key("S", std::to_string(point.line)) + key("h", "TOP.lif") +
                "' " + std::to_string(point.count) + "\n";
    }
    return text;
}

}  // namespace cortile::regress
