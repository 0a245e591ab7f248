// SPDX-License-Identifier: Apache-2.0
// What one run of a regression is called: `cuba_lif/random.17` is test `random` with seed 17 on
// datapath `cuba_lif`.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cortile::regress {

struct RunName {
    std::string datapath, test;
    std::uint64_t seed = 0;

    std::string text() const;
    auto operator<=>(const RunName&) const = default;
};

// Names of datapaths and tests become folders and parts of run names: letters, digits, _ and -.
bool is_plain_name(std::string_view name);

std::optional<RunName> parse_run_name(std::string_view text);

// Does the user mean this run by `pattern`? It may give the whole name or a part that stands for
// itself ("cuba_lif", "random", "random.17", "cuba_lif/random"), each with * and ?.
bool is_selected(const RunName& run, std::string_view pattern);

}  // namespace cortile::regress
