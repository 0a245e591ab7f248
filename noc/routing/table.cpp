// SPDX-License-Identifier: Apache-2.0
#include "noc/routing/table.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr std::uint32_t kMostTiles = 1024;
constexpr std::string_view kColumns = "x,y,destination_x,destination_y,direction,virtual_channels";
constexpr std::array<std::string_view, 4> kDirections{"east", "west", "north", "south"};

std::optional<std::uint32_t> number(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

class TableReader {
  public:
    TableReader(const std::filesystem::path& file, const Topology& topology,
                unsigned virtual_channels)
        : name_(file.string()),
          stream_(file),
          topology_(topology),
          virtual_channels_(virtual_channels) {
        if (!stream_ || std::filesystem::is_directory(file)) {
            throw ConfigError(name_, "the routing table cannot be read",
                              "noc.routing_table: name a file");
        }
    }

    // By tile * tiles + destination.
    std::vector<RouteOptions> read() {
        const std::uint32_t tiles = topology_.tiles();
        std::vector<RouteOptions> table(std::size_t{tiles} * tiles);
        bool titled = false;
        for (std::string text; std::getline(stream_, text);) {
            ++line_;
            if (!text.empty() && text.back() == '\r') {
                text.pop_back();
            }
            if (text.empty() || text.front() == '#') {
                continue;
            }
            if (titled) {
                add(text, table);
            } else if (text != kColumns) {
                fail(fmt::format("expected the columns {}, found '{:.60}'", kColumns, text));
            }
            titled = true;
        }
        if (!titled) {
            fail("the file is empty");
        }
        return table;
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw ConfigError(fmt::format("{}:{}", name_, std::max<std::size_t>(line_, 1)), what,
                          "a line of a routing table: 0,0,3,2,east,all");
    }

    void add(std::string_view text, std::vector<RouteOptions>& table) const {
        std::array<std::string_view, 6> fields;
        std::string_view rest = text;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const std::size_t comma = rest.find(',');
            if ((comma == std::string_view::npos) != (i + 1 == fields.size())) {
                fail(fmt::format("expected six fields, {}, found '{:.60}'", kColumns, text));
            }
            fields[i] = rest.substr(0, comma);
            rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
        }
        const TileId tile = tile_of(fields[0], fields[1]);
        const TileId destination = tile_of(fields[2], fields[3]);
        if (tile == destination) {
            fail("a packet that has come to its tile needs no direction");
        }
        const unsigned port = direction_of(fields[4], tile);
        RouteOptions& options =
            table[std::size_t{tile.value} * topology_.tiles() + destination.value];
        for (const RouteOption& option : options) {
            if (option.port == port) {
                fail(fmt::format("direction {} is given twice for these tiles", fields[4]));
            }
        }
        options.add(port, channels_of(fields[5]));
    }

    TileId tile_of(std::string_view x, std::string_view y) const {
        const auto tile_x = number(x), tile_y = number(y);
        if (!tile_x || !tile_y || *tile_x >= topology_.width || *tile_y >= topology_.height) {
            fail(fmt::format("expected a tile of the mesh of {} x {}, found '{:.20}', '{:.20}'",
                             topology_.width, topology_.height, x, y));
        }
        return topology_.tile(*tile_x, *tile_y);
    }

    unsigned direction_of(std::string_view text, TileId tile) const {
        for (unsigned port = 0; port < kDirections.size(); ++port) {
            if (kDirections[port] == text) {
                if (!topology_.neighbour(tile, port)) {
                    fail(fmt::format("{} of tile ({}, {}) is the edge of the mesh", text,
                                     topology_.x(tile), topology_.y(tile)));
                }
                return port;
            }
        }
        fail(fmt::format("expected east, west, north or south, found '{:.20}'", text));
    }

    std::uint32_t channels_of(std::string_view text) const {
        std::uint32_t first = 0, last = virtual_channels_ - 1;
        if (text != "all") {
            const std::size_t dash = text.find('-');
            const auto from = number(text.substr(0, dash));
            const auto to = dash == std::string_view::npos ? from : number(text.substr(dash + 1));
            if (!from || !to || *from > *to || *to >= virtual_channels_) {
                fail(
                    fmt::format("expected virtual channels: all, or of 0 to {} a number or a "
                                "range, found '{:.20}'",
                                virtual_channels_ - 1, text));
            }
            first = *from;
            last = *to;
        }
        return (1u << (last + 1)) - (1u << first);
    }

    std::string name_;
    std::ifstream stream_;
    const Topology& topology_;
    unsigned virtual_channels_;
    std::size_t line_ = 0;
};

class Table final : public RoutingPolicy {
  public:
    Table(std::uint32_t tiles, std::vector<RouteOptions> table)
        : tiles_(tiles), table_(std::move(table)) {}
    std::string name() const override { return "table"; }
    void options(const RouteQuery& q, RouteOptions& result) const override {
        for (const RouteOption& option :
             table_[std::size_t{q.tile.value} * tiles_ + q.destination.value]) {
            result.add(option.port, option.virtual_channels);
        }
    }

  private:
    std::uint32_t tiles_;
    std::vector<RouteOptions> table_;
};

}  // namespace

std::unique_ptr<RoutingPolicy> make_table_routing(const std::filesystem::path& file,
                                                  const Topology& topology,
                                                  unsigned virtual_channels) {
    if (topology.tiles() > kMostTiles) {
        throw ConfigError("noc.routing",
                          fmt::format("a table is for {} tiles at most, the mesh has {}",
                                      kMostTiles, topology.tiles()),
                          "noc.routing: xy");
    }
    return std::make_unique<Table>(topology.tiles(),
                                   TableReader(file, topology, virtual_channels).read());
}

}  // namespace cortile
