// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "workload/nir/hardware_keys.h"
#include "workload/nir/node.h"

namespace cortile::nir {

namespace {

constexpr int kMaxNesting = 32;  // a link from a group to itself would nest without end
constexpr std::size_t kMaxMetadata = std::size_t{1} << 24;

// "2" before "10", "conv2" before "conv10".
bool natural_less(const std::string& a, const std::string& b) {
    const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (digit(a[i]) && digit(b[j])) {
            const std::size_t i0 = i = std::min(a.find_first_not_of('0', i), a.size());
            const std::size_t j0 = j = std::min(b.find_first_not_of('0', j), b.size());
            while (i < a.size() && digit(a[i])) {
                ++i;
            }
            while (j < b.size() && digit(b[j])) {
                ++j;
            }
            if (i - i0 != j - j0) {
                return i - i0 < j - j0;
            }
            const int order = a.compare(i0, i - i0, b, j0, j - j0);
            if (order != 0) {
                return order < 0;
            }
        } else if (a[i] != b[j]) {
            return a[i] < b[j];
        } else {
            ++i;
            ++j;
        }
    }
    return a.size() - i != b.size() - j ? a.size() - i < b.size() - j : a < b;
}

// What an edge to or from one name of a graph meets.
struct Endpoint {
    std::vector<std::size_t> entries;  // where an edge into it leads
    std::vector<std::size_t> exits;    // where an edge out of it comes from
    bool graph = false;
    std::string path;
};

class Reader {
  public:
    Reader(const hdf5::File& file, std::span<const HardwareKeys> hardware, Diagnostics& diagnostics)
        : file_(file), hardware_(hardware), diagnostics_(diagnostics) {}

    Graph read() {
        if (file_.kind("/version") == hdf5::ObjectKind::dataset) {
            graph_.version = text("/version");
        }
        if (file_.kind("/node") != hdf5::ObjectKind::group) {
            diagnostics_.error("/node", "expected a group, found none",
                               "this is HDF5 but not NIR: write it with nir.write()");
        }
        const NodeTypeInfo* info = type_of("/node");
        if (info->type == NodeType::graph) {
            read_level("/node", "", 0);
        } else {
            add_node("/node", "node", info, false);
        }
        const auto root = numbers_below("/node/metadata");
        if (const auto dt = root.find("dt"); dt != root.end() && dt->second.size() == 1) {
            graph_.time_step = dt->second.front();
        }
        return std::move(graph_);
    }

  private:
    std::string text(const std::string& path) const {
        const hdf5::Values values = file_.read(path);
        if (!values.is_text || values.texts.size() != 1) {
            diagnostics_.error(path, "expected one string", "write the file with nir.write()");
        }
        return values.texts.front();
    }

    const NodeTypeInfo* type_of(const std::string& path) const {
        const std::string where = path + "/type";
        if (file_.kind(where) != hdf5::ObjectKind::dataset) {
            diagnostics_.error(where, "is missing", "every NIR node stores its type");
        }
        const std::string name = text(where);
        const NodeTypeInfo* info = find_node_type(name);
        if (info == nullptr) {
            diagnostics_.error(where, fmt::format("unknown node type '{}'", name),
                               "known types: " + node_type_names());
        }
        return info;
    }

    // Everything numeric below `group` by its relative path. Metadata is free: what cannot be read
    // is not an error, unless it is below a core type's name and so a promise about the hardware.
    std::map<std::string, std::vector<double>> numbers_below(const std::string& group) const {
        std::map<std::string, std::vector<double>> result;
        if (file_.kind(group) == hdf5::ObjectKind::group) {
            collect(group, "", 0, result);
        }
        return result;
    }

    void collect(const std::string& group, const std::string& prefix, int depth,
                 std::map<std::string, std::vector<double>>& result) const {
        std::vector<hdf5::Child> children;
        try {
            children = file_.children(group);
        } catch (const ConfigError&) {
            return;
        }
        for (const hdf5::Child& child : children) {
            const std::string path = group + "/" + child.name;
            if (child.kind == hdf5::ObjectKind::group && depth < kMaxNesting) {
                collect(path, prefix + child.name + "/", depth + 1, result);
            } else if (child.kind == hdf5::ObjectKind::dataset) {
                read_metadata(path, prefix + child.name, result);
            }
        }
    }

    // An activation that went unseen would leave neurons to spike.
    void check_activation(const Node& node, const std::string& path, bool single) const {
        if (node.info->type != NodeType::neuron) {
            diagnostics_.error(path, fmt::format("a {} node has no activation", node.info->name),
                               "activations are IF nodes: r and v_threshold scale their input");
        }
        if (!single) {
            diagnostics_.error(path, "expected one text", "known activations: relu");
        }
    }

    // Single strings one group below metadata/.
    void read_texts(Node& node) const {
        const std::string metadata = node.path + "/metadata";
        for (const auto& [group, in_group] : children_of(metadata)) {
            for (const auto& [name, path] : in_group) {
                hdf5::Values values;
                try {
                    values = file_.read(path);
                } catch (const ConfigError&) {  // metadata is free: what cannot be read is ignored
                    continue;
                }
                const std::string key = group + "/" + name;
                const bool single = values.is_text && values.texts.size() == 1;
                if (key == "cortile/activation") {
                    check_activation(node, path, single);
                }
                if (single) {
                    node.text_metadata[key] = values.texts.front();
                }
            }
        }
    }

    // Of each group in `path` the name, and names and paths of its datasets.
    std::map<std::string, std::map<std::string, std::string>> children_of(
        const std::string& path) const {
        std::map<std::string, std::map<std::string, std::string>> result;
        try {
            for (const hdf5::Child& group : file_.children(path)) {
                if (group.kind != hdf5::ObjectKind::group) {
                    continue;
                }
                for (const hdf5::Child& child : file_.children(path + "/" + group.name)) {
                    if (child.kind == hdf5::ObjectKind::dataset) {
                        result[group.name][child.name] = path + "/" + group.name + "/" + child.name;
                    }
                }
            }
        } catch (const ConfigError&) {
            result.clear();
        }
        return result;
    }

    void read_metadata(const std::string& path, const std::string& key,
                       std::map<std::string, std::vector<double>>& result) const {
        const bool promised = is_hardware_key(hardware_, key);
        try {
            hdf5::Values values = file_.read(path);
            if (!values.is_text && !values.numbers.empty() && values.size() <= kMaxMetadata) {
                result[key] = std::move(values.numbers);
            } else if (promised) {
                diagnostics_.error(path, "expected whole numbers",
                                   "store one number, or one for each neuron");
            }
        } catch (const ConfigError&) {
            if (promised) {
                throw;
            }
        }
    }

    std::size_t add_node(const std::string& path, const std::string& name, const NodeTypeInfo* info,
                         bool nested) {
        Node node;
        node.name = name;
        node.path = path;
        node.info = info;
        node.nested = nested;
        const auto listed = [](std::span<const std::string_view> fields, const std::string& f) {
            return std::find(fields.begin(), fields.end(), f) != fields.end();
        };
        for (const hdf5::Child& child : file_.children(path)) {
            if (child.name == "type" || child.name == "metadata") {
                continue;
            }
            if (!listed(info->fields, child.name) && !listed(info->optional, child.name)) {
                diagnostics_.warn(path + "/" + child.name,
                                  fmt::format("ignored: {} has no such field", info->name));
                continue;
            }
            if (child.kind != hdf5::ObjectKind::dataset) {
                diagnostics_.error(path + "/" + child.name, "expected a dataset",
                                   "write the file with nir.write()");
            }
            node.fields[child.name] = file_.read(path + "/" + child.name);
        }
        for (const std::string_view field : info->fields) {
            if (!node.fields.contains(std::string(field))) {
                diagnostics_.error(node.field_path(std::string(field)), "is missing",
                                   info->type == NodeType::affine
                                       ? "an Affine node without bias is a Linear node"
                                       : fmt::format("{} needs it", info->name));
            }
        }
        if (file_.kind(path + "/metadata") == hdf5::ObjectKind::group) {
            for (auto& [key, values] : numbers_below(path + "/metadata")) {
                if (key.find('/') != std::string::npos) {
                    node.metadata[key] = std::move(values);
                }
            }
            read_texts(node);
        }
        graph_.nodes.push_back(std::move(node));
        return graph_.nodes.size() - 1;
    }

    Endpoint read_level(const std::string& path, const std::string& prefix, int depth) {
        if (depth > kMaxNesting) {
            diagnostics_.error(path, fmt::format("graphs nested deeper than {}", kMaxNesting),
                               "a graph may not contain itself");
        }
        if (file_.kind(path + "/nodes") != hdf5::ObjectKind::group) {
            diagnostics_.error(path + "/nodes", "is missing", "a NIRGraph has nodes and edges");
        }
        std::vector<std::string> names;
        for (const hdf5::Child& child : file_.children(path + "/nodes")) {
            if (child.kind != hdf5::ObjectKind::group) {
                diagnostics_.error(path + "/nodes/" + child.name, "expected a group",
                                   "a node is a group with a type and fields");
            }
            names.push_back(child.name);
        }
        std::sort(names.begin(), names.end(), natural_less);
        std::map<std::string, Endpoint> endpoints;
        const std::size_t first = graph_.nodes.size();
        Endpoint ports{{}, {}, true, path};
        for (const std::string& name : names) {
            const std::string node_path = path + "/nodes/" + name;
            const NodeTypeInfo* info = type_of(node_path);
            if (info->type == NodeType::graph) {
                endpoints[name] = read_level(node_path, prefix + name + ".", depth + 1);
                continue;
            }
            const std::size_t node = add_node(node_path, prefix + name, info, depth > 0);
            endpoints[name] = {{node}, {node}, false, node_path};
            if (info->type == NodeType::input) {
                ports.entries.push_back(node);
            } else if (info->type == NodeType::output) {
                ports.exits.push_back(node);
            }
        }
        read_edges(path, endpoints);
        if (depth > 0) {
            imply_ports(path, first, ports);
        }
        return ports;
    }

    // A nested graph without Input or Output is entered at its only root, left at its only leaf.
    void imply_ports(const std::string& path, std::size_t first, Endpoint& ports) {
        std::vector<std::size_t> roots;
        std::vector<std::size_t> leaves;
        for (std::size_t i = first; i < graph_.nodes.size(); ++i) {
            if (graph_.nodes[i].in_edges.empty()) {
                roots.push_back(i);
            }
            if (graph_.nodes[i].out_edges.empty()) {
                leaves.push_back(i);
            }
        }
        if (ports.entries.empty() && roots.size() == 1) {
            diagnostics_.guess(path, "nested graph without Input",
                               "taken to begin at '" + graph_.nodes[roots[0]].name + "'");
            ports.entries = roots;
        }
        if (ports.exits.empty() && leaves.size() == 1) {
            diagnostics_.guess(path, "nested graph without Output",
                               "taken to end at '" + graph_.nodes[leaves[0]].name + "'");
            ports.exits = leaves;
        }
    }

    void read_edges(const std::string& path, const std::map<std::string, Endpoint>& endpoints) {
        const std::string where = path + "/edges";
        if (file_.kind(where) != hdf5::ObjectKind::dataset) {
            diagnostics_.error(where, "is missing", "a NIRGraph has nodes and edges");
        }
        const hdf5::Values edges = file_.read(where);
        if (edges.size() == 0) {
            return;
        }
        if (!edges.is_text || edges.shape.size() != 2 || edges.shape[1] != 2) {
            diagnostics_.error(where, "expected strings of shape (edges, 2)",
                               "each row is a source node's and a destination node's name");
        }
        for (std::size_t e = 0; e + 1 < edges.texts.size(); e += 2) {
            const std::string& from = edges.texts[e];
            const std::string& to = edges.texts[e + 1];
            const std::string shown = fmt::format("edge '{}' -> '{}'", from, to);
            const std::size_t source = port(where, shown, from, endpoints, false);
            const std::size_t target = port(where, shown, to, endpoints, true);
            add_edge(graph_, source, target);
        }
    }

    // The node that an edge into (`entry`) or out of `name` meets.
    std::size_t port(const std::string& where, const std::string& shown, const std::string& name,
                     const std::map<std::string, Endpoint>& endpoints, bool entry) {
        auto found = endpoints.find(name);
        if (found == endpoints.end()) {
            // Some exporters inline a nested graph as name.input, name.output, ... and forget the
            // edges that lead to and from it.
            found = endpoints.find(name + (entry ? ".input" : ".output"));
            if (found == endpoints.end()) {
                unknown_name(where, shown, name, endpoints);
            }
            diagnostics_.guess(where,
                               fmt::format("{} names node '{}', which does not exist", shown, name),
                               fmt::format("'{}' taken instead", found->first));
        }
        const Endpoint& endpoint = found->second;
        const std::vector<std::size_t>& ports = entry ? endpoint.entries : endpoint.exits;
        if (ports.size() != 1) {
            diagnostics_.error(endpoint.path,
                               fmt::format("{} needs exactly one {} in the nested graph, found {}",
                                           shown, entry ? "Input" : "Output", ports.size()),
                               "give the nested graph one Input and one Output node");
        }
        return ports.front();
    }

    [[noreturn]] void unknown_name(const std::string& where, const std::string& shown,
                                   const std::string& name,
                                   const std::map<std::string, Endpoint>& endpoints) const {
        std::string known;
        for (const auto& [key, endpoint] : endpoints) {
            known += (known.empty() ? "'" : ", '") + key + "'";
            if (known.size() > 400) {
                known += ", ...";
                break;
            }
        }
        diagnostics_.error(where,
                           fmt::format("{} names node '{}', which does not exist", shown, name),
                           "nodes of this graph: " + known + "; rename the node or mend the edge");
    }

    const hdf5::File& file_;
    std::span<const HardwareKeys> hardware_;
    Diagnostics& diagnostics_;
    Graph graph_;
};

std::string free_name(const Graph& graph, const char* stem, std::size_t& counter) {
    for (;; ++counter) {
        const std::string name = fmt::format("{}_{}", stem, counter);
        const auto same = [&name](const Node& n) { return n.name == name; };
        if (std::none_of(graph.nodes.begin(), graph.nodes.end(), same)) {
            ++counter;
            return name;
        }
    }
}

// A network without Input (Output) begins (ends) where no edge comes in (goes out).
void imply_network_ports(Graph& graph, Diagnostics& diagnostics, bool input) {
    const NodeTypeInfo* info = find_node_type(input ? "Input" : "Output");
    const auto is_port = [info](const Node& n) { return n.info == info && !n.nested; };
    if (std::any_of(graph.nodes.begin(), graph.nodes.end(), is_port)) {
        return;
    }
    std::size_t counter = 0;
    const std::size_t count = graph.nodes.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (!(input ? graph.nodes[i].in_edges : graph.nodes[i].out_edges).empty() ||
            graph.nodes[i].is_port()) {
            continue;
        }
        Node port;
        port.name = free_name(graph, input ? "input" : "output", counter);
        port.path = "/node/nodes/" + port.name;
        port.info = info;
        diagnostics.guess(
            graph.nodes[i].path, fmt::format("the network has no {} node", info->name),
            fmt::format("'{}' implied {} this node", port.name, input ? "in front of" : "behind"));
        graph.nodes.push_back(std::move(port));
        const std::size_t added = graph.nodes.size() - 1;
        add_edge(graph, input ? added : i, input ? i : added);
    }
}

}  // namespace

Graph read_graph(const hdf5::File& file, std::span<const HardwareKeys> hardware,
                 Diagnostics& diagnostics) {
    Graph graph = Reader(file, hardware, diagnostics).read();
    imply_network_ports(graph, diagnostics, true);
    imply_network_ports(graph, diagnostics, false);
    std::map<std::string, std::string> paths;
    for (const Node& node : graph.nodes) {
        const auto [other, added] = paths.emplace(node.name, node.path);
        if (!added) {
            diagnostics.error(node.path,
                              fmt::format("has the full name '{}' of {}", node.name, other->second),
                              "rename one of them");
        }
    }
    return graph;
}

}  // namespace cortile::nir
