// SPDX-License-Identifier: Apache-2.0
// What `cortile noc` prints and writes. Columns of the CSV files are API (docs/reference/noc.md).
#pragma once

#include <string>
#include <vector>

#include "app/noc_study.h"
#include "noc/api/tile_address.h"
#include "noc/traffic/load_sweep.h"
#include "noc/traffic/trace_replay.h"

namespace cortile {

// A directed link; local ones lead to a core, channels from one chip of a board to the next.
struct NocLink {
    TileAddress tile;  // of channels, the chip only
    unsigned port = 0;
    std::uint32_t core = 0;  // of local ones
    double load = 0;         // flits a cycle; of channels, the share of cycles in use
    bool is_channel = false;
};
// Those that exist, tile by tile, then channels. `load`: as LoadPoint::link_load; empty: all 0.
std::vector<NocLink> noc_links(const Topology& topology, const std::vector<double>& load);
std::string links_csv(const NocStudy& study, const std::vector<NocLink>& links);
// "east out of tile (3, 4)"; on a board with the chip's place before the tile's.
std::string name_of(const NocStudy& study, const NocLink& link);

std::string noc_text(const NocStudy& study, const LoadSweep& sweep);
std::string noc_text(const NocStudy& study, const TraceReplay& replay);
std::string load_csv(const NocStudy& study, const LoadSweep& sweep);
std::string passes_csv(const NocStudy& study, const TraceReplay& replay);
std::string load_svg(const NocStudy& study, const LoadSweep& sweep);
// `when`: the load or the time that the links were watched at.
std::string links_svg(const NocStudy& study, const std::vector<NocLink>& links,
                      const std::string& when);

// Flits a cycle by link: of the highest load that is not saturated, or of the lowest load there is;
// of a replay, while the network was not empty.
std::vector<double> shown_load(const LoadSweep& sweep);
std::vector<double> shown_load(const NocStudy& study, const TraceReplay& replay);
// What shown_load() is of, in words.
std::string shown_when(const LoadSweep& sweep);

}  // namespace cortile
