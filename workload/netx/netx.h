// SPDX-License-Identifier: Apache-2.0
// Reads the network file of lava-dl (`.net`, HDF5; module lava.lib.dl.netx of github
// lava-nc/lava-dl, BSD-3) into a Network. File format and semantics: docs/reference/netx.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "workload/hdf5/hdf5_file.h"
#include "workload/network/hardware_keys.h"
#include "workload/network/network.h"

namespace cortile {

struct NetxOptions {
    double time_step = 1e-3;  // seconds; network.time_step
    // Layers before this one are left out, and its output is the network's input.
    std::uint32_t first_layer = 0;
    std::optional<std::uint32_t> last_layer;  // layers after it are left out
    // Core types: those that have the registers of a .net file's neurons and synapses get them.
    std::vector<HardwareKeys> hardware;
};

// Is it a .net file, going by its content?
bool is_netx(const hdf5::File& file);

// Populations are named as their groups: "layer0", "layer1", … Neurons of type LOIHI and CUBA
// become NeuronKind::cuba_lif, with real parameters for any core type and exact registers for those
// that have them; SDNN becomes delta, sigma_delta and sigma, in registers only.
//
// Throws ConfigError naming file and HDF5 path for anything that is not a readable, well-formed
// network, and for layers and neurons of other types. Guesses go to Network::warnings.
Network import_netx(const std::filesystem::path& file, const NetxOptions& options);

}  // namespace cortile
