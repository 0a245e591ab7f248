// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "hw_model/base/error.h"
#include "workload/stimulus/input_file.h"
#include "workload/stimulus/raster_file.h"

namespace cortile {
namespace {

constexpr std::string_view kPairHeader = "timestep,neuron";

// The cells of a line with the columns of text that they begin in, from 1.
class Cells {
  public:
    explicit Cells(std::string_view line) : line_(line) {}

    bool next() {
        if (begin_ > line_.size()) {
            return false;
        }
        const std::size_t end = std::min(line_.find(',', begin_), line_.size());
        const std::string_view raw = line_.substr(begin_, end - begin_);
        text_ = trimmed(raw);
        column_ =
            begin_ + 1 + (text_.empty() ? 0 : static_cast<std::size_t>(text_.data() - raw.data()));
        begin_ = end + 1;
        return true;
    }
    std::string_view text() const { return text_; }
    std::size_t column() const { return column_; }

  private:
    std::string_view line_;
    std::string_view text_;
    std::size_t begin_ = 0;
    std::size_t column_ = 0;
};

class CsvReader {
  public:
    CsvReader(const std::filesystem::path& path, const RasterExpectation& expectation)
        : path_(path),
          expectation_(expectation),
          stream_(open_input_file(path, "stimulus.files")) {}

    std::uint32_t read(SpikeTable& table) {
        if (!next_line()) {
            throw ConfigError(path_.string(),
                              "expected rows of 0 and 1 or the header \"timestep,neuron\", found "
                              "an empty file",
                              "write a row per timestep and a column per neuron");
        }
        return is_pair_header() ? read_pairs(table) : read_matrix(table);
    }

  private:
    // The next line that is not blank, into line_; blank lines may only stand at the end.
    bool next_line() {
        const std::size_t expected = number_ + 1;
        while (std::getline(stream_, line_)) {
            ++number_;
            if (number_ == 1 && line_.starts_with("\xef\xbb\xbf")) {
                line_.erase(0, 3);  // the byte order mark that spreadsheets write
            }
            if (!trimmed(line_).empty()) {
                if (number_ != expected) {
                    throw ConfigError(place(path_, expected),
                                      "expected a row of the raster, found a blank line",
                                      "remove it, or write a row of zeros for a silent timestep");
                }
                return true;
            }
        }
        return false;
    }

    bool is_pair_header() const {
        Cells cells(line_);
        std::string joined;
        while (cells.next()) {
            joined += joined.empty() ? "" : ",";
            joined += cells.text();
        }
        return joined == kPairHeader;
    }

    [[noreturn]] void fail(const Cells& cell, const std::string& expected,
                           const std::string& hint) const {
        throw ConfigError(place(path_, number_, cell.column()),
                          fmt::format("expected {}, found {}", expected, in_quotes(cell.text())),
                          hint);
    }

    bool is_spike(const Cells& cell) const {
        const std::string_view text = cell.text();
        if (text == "0" || text == "1") {
            return text == "1";
        }
        double value = -1.0;  // "1.0" and "1.000e+00", as numpy writes them
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size() ||
            (value != 0.0 && value != 1.0)) {
            fail(cell, number_ == 1 ? "0, 1 or the header \"timestep,neuron\"" : "0 or 1",
                 "a raster has a row per timestep, a column per neuron, and 1 for a spike");
        }
        return value == 1.0;
    }

    std::uint32_t read_matrix(SpikeTable& table) {
        std::uint32_t neurons = expectation_.input_size;
        std::uint32_t timestep = 0;
        do {
            if (timestep == expectation_.timesteps.value_or(kMaxRecordedTimesteps)) {
                if (expectation_.timesteps) {
                    break;
                }
                throw ConfigError(place(path_, number_),
                                  fmt::format("expected at most {} rows, one a timestep, found "
                                              "more",
                                              kMaxRecordedTimesteps),
                                  "set stimulus.timesteps to cut the recording");
            }
            Cells cells(line_);
            std::uint32_t neuron = 0;
            while (cells.next()) {
                if (is_spike(cells)) {
                    spikes_.push_back(spike_key(timestep, neuron));
                }
                ++neuron;
            }
            if (neurons == 0) {
                neurons = neuron;
            }
            if (neuron != neurons) {
                throw ConfigError(
                    place(path_, number_),
                    fmt::format("expected {} columns, one a neuron, {}, found {}", neurons,
                                expectation_.input_size != 0
                                    ? "as the input population or the first file has"
                                    : "as in line 1",
                                neuron),
                    "give each row the same number of columns");
            }
            ++timestep;
        } while (next_line());
        table.append(spikes_, expectation_.timesteps.value_or(timestep));
        return neurons;
    }

    std::uint32_t index(const Cells& cell, const char* what, std::uint32_t limit,
                        const char* hint) const {
        const std::string_view text = cell.text();
        std::uint32_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size() || value >= limit) {
            fail(cell, fmt::format("a {}, a whole number from 0 to {}", what, limit - 1), hint);
        }
        return value;
    }

    std::uint32_t read_pairs(SpikeTable& table) {
        if (expectation_.input_size == 0) {
            throw ConfigError(path_.string(),
                              "expected to know the number of neurons, which rows "
                              "\"timestep,neuron\" do not tell, found none given",
                              "set stimulus.shape");
        }
        std::uint32_t timesteps = 0;
        while (next_line()) {
            Cells cells(line_);
            cells.next();
            const std::uint32_t timestep =
                index(cells, "timestep", kMaxRecordedTimesteps, "timesteps are counted from 0");
            if (!cells.next()) {
                throw ConfigError(place(path_, number_),
                                  "expected a timestep and a neuron, found one number",
                                  "write both with a comma between");
            }
            const std::uint32_t neuron = index(cells, "neuron", expectation_.input_size,
                                               "neurons are counted from 0; does stimulus.shape "
                                               "fit the file?");
            if (cells.next()) {
                fail(cells, "the end of the line after timestep and neuron",
                     "write one spike a line");
            }
            timesteps = std::max(timesteps, timestep + 1);
            if (timestep < expectation_.timesteps.value_or(kMaxRecordedTimesteps)) {
                spikes_.push_back(spike_key(timestep, neuron));
            }
        }
        if (timesteps == 0 && !expectation_.timesteps) {
            throw ConfigError(path_.string(),
                              "expected rows under the header \"timestep,neuron\", found none",
                              "set stimulus.timesteps if silence is meant");
        }
        table.append(spikes_, expectation_.timesteps.value_or(timesteps));
        return expectation_.input_size;
    }

    const std::filesystem::path& path_;
    const RasterExpectation& expectation_;
    std::ifstream stream_;
    std::string line_;
    std::size_t number_ = 0;  // of line_, from 1
    std::vector<SpikeKey> spikes_;
};

}  // namespace

std::uint32_t read_csv_raster(const std::filesystem::path& path,
                              const RasterExpectation& expectation, SpikeTable& table) {
    return CsvReader(path, expectation).read(table);
}

}  // namespace cortile
