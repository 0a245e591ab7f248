// SPDX-License-Identifier: Apache-2.0
// Operations of a datapath as text: one as "u=1,v=-2", many as CSV with a column for each operand.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "cores/api/neuron_datapath.h"

namespace cortile {

// Rows of operands, one after another.
using Operations = std::vector<std::int64_t>;

// "u=1,v=-2,threshold[0]=5": every operand, in the contract's order.
std::string operation_text(const DatapathContract& contract, std::span<const std::int64_t> row);
// The reverse; operands that the text leaves out are 0, or a state's initial value. Throws
// ConfigError: unknown names (with the nearest), values out of range.
std::vector<std::int64_t> parse_operation(const DatapathContract& contract, const std::string& text,
                                          const std::string& where);

// A row of initial states, and zeros as far as they are in range.
std::vector<std::int64_t> initial_row(const DatapathContract& contract);

// Throws ConfigError naming the first operand outside its field's range.
void check_operations(const DatapathContract& contract, std::span<const std::int64_t> rows,
                      const std::string& where);

// `count` of them from row `first` on; all are not held at once.
Operations read_operations(const DatapathContract& contract, const std::filesystem::path& csv,
                           std::uint64_t first = 0, std::uint64_t count = UINT64_MAX);
// How many such a file has.
std::uint64_t count_operations(const std::filesystem::path& csv);
void write_operations(const DatapathContract& contract, std::span<const std::int64_t> rows,
                      const std::filesystem::path& csv);

// `cortile cosim FOLDER` with what this returns runs just these operations.
std::string operation_arguments(const DatapathContract& contract,
                                std::span<const std::int64_t> rows);

// The last operations up to row `last`, the newest last, as aligned columns. `number`: of the first
// row in the run that it is of.
std::string history_text(const DatapathContract& contract, std::span<const std::int64_t> rows,
                         std::size_t last, std::size_t count = 16, std::uint64_t number = 0);

}  // namespace cortile
