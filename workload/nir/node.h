// SPDX-License-Identifier: Apache-2.0
// The nodes of a NIR file as they lie in it: fields and metadata, not yet interpreted. Nested
// graphs are already spliced into one list.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workload/hdf5/hdf5_file.h"
#include "workload/network/hardware_keys.h"
#include "workload/network/network.h"
#include "workload/nir/diagnostics.h"

namespace cortile::nir {

enum class NodeType {
    input,
    output,
    affine,
    linear,
    scale,
    conv1d,
    conv2d,
    sum_pool2d,
    avg_pool2d,
    flatten,
    delay,
    neuron,  // all of them: NodeTypeInfo::kind tells which
    graph,
};

struct NodeTypeInfo {
    std::string_view name;  // as in the file's `type`
    NodeType type;
    NeuronKind kind;                             // type == neuron only
    std::span<const std::string_view> fields;    // must be there
    std::span<const std::string_view> optional;  // may be absent
};

// nullptr for a type that NIR does not have.
const NodeTypeInfo* find_node_type(std::string_view name);
std::string node_type_names();  // "Input, Output, Affine, ..."

struct Node {
    std::string name;  // "lif", or "outer.lif" for a node of a nested graph
    std::string path;  // "/node/nodes/outer/nodes/lif"
    const NodeTypeInfo* info = nullptr;
    bool nested = false;  // a node of a nested graph: its ports are not ports of the network
    std::map<std::string, hdf5::Values> fields;
    std::map<std::string, std::vector<double>> metadata;  // numbers below metadata/<group>/
    std::map<std::string, std::string> text_metadata;     // single strings there

    std::vector<std::size_t> in_edges, out_edges;  // nodes; one entry for each edge

    // What flows in and out; absent until inferred (shapes.h).
    std::optional<Shape> in, out;

    bool is(NodeType type) const { return info->type == type; }
    bool is_neuron() const { return info->type == NodeType::neuron; }
    bool is_port() const { return is(NodeType::input) || is(NodeType::output); }
    // The network's own input. An Input with an in-edge passes on what it gets.
    bool is_source() const { return is(NodeType::input) && in_edges.empty() && !nested; }
    bool is_linear() const { return !is_neuron() && !is_source(); }
    std::string field_path(const std::string& field) const { return path + "/" + field; }
};

struct Graph {
    std::string version;              // of the NIR package that wrote the file; may be empty
    std::vector<Node> nodes;          // in the natural order of their names, nested ones in place
    std::optional<double> time_step;  // the root graph's metadata/dt
};

void add_edge(Graph& graph, std::size_t from, std::size_t to);

// Reads, checks field names, splices nested graphs and adds ports that are missing.
Graph read_graph(const hdf5::File& file, std::span<const HardwareKeys> hardware,
                 Diagnostics& diagnostics);

}  // namespace cortile::nir
