// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <systemc>

#include "cores/shell/core_shell.h"

namespace cortile {

// The cores that share a router.
class Tile : public sc_core::sc_module {
  public:
    Tile(const sc_core::sc_module_name& name, TileId id, std::uint32_t core_count)
        : sc_module(name), cores("core"), id_(id) {
        cores.init(core_count, [&](const char* core_name, std::size_t index) {
            return new CoreShell(core_name, CoreId{std::size_t{id.value} * core_count + index});
        });
    }

    sc_core::sc_vector<CoreShell> cores;

    TileId id() const { return id_; }

  private:
    TileId id_;
};

}  // namespace cortile
