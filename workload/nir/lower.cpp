// SPDX-License-Identifier: Apache-2.0
#include "workload/nir/lower.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "workload/nir/hardware_keys.h"
#include "workload/nir/operators.h"
#include "workload/nir/population.h"

namespace cortile::nir {

namespace {

// Parallel branches multiply: n diamonds in a row have 2^n paths.
constexpr std::size_t kMaxPathSteps = 1'000'000;

using HardwareValues = std::map<std::string, std::vector<double>>;

class Lowering {
  public:
    Lowering(const Graph& graph, const NirOptions& options, Diagnostics& diagnostics)
        : nodes_(graph.nodes),
          options_(options),
          diagnostics_(diagnostics),
          population_(nodes_.size()),
          maps_(nodes_.size()),
          hardware_(nodes_.size()) {}

    Network run() {
        network_.time_step = options_.time_step;
        order_nodes();
        refuse_linear_cycles();
        for (const std::size_t i : order_) {
            make_population_of(i);
        }
        if (network_.populations.size() == network_.inputs.size()) {
            diagnostics_.error("/node", "the network has no connected neurons",
                               "add a neuron node such as LIF or LI: Cortile runs spiking layers");
        }
        for (const std::size_t i : order_) {
            if (nodes_[i].is_linear() && connected(nodes_[i])) {
                maps_[i] = make_linear_map(nodes_[i], options_.time_step, diagnostics_);
                hardware_[i] = hardware_values(nodes_[i], 1, options_.hardware, diagnostics_);
            }
        }
        for (const std::size_t i : order_) {
            if (population_[i]) {
                trace(i);
            }
        }
        name_projections();
        add_biases();
        find_outputs();
        return std::move(network_);
    }

  private:
    static bool connected(const Node& node) {
        return !node.in_edges.empty() || !node.out_edges.empty();
    }

    // From the inputs towards the outputs, each branch followed to its end before the next:
    // reversed post-order of a depth-first walk, which is topological but for edges that close a
    // cycle. Neighbouring layers then are neighbours in the network.
    void order_nodes() {
        // Successors in the file's natural order, whatever the order of the edge list.
        std::vector<std::vector<std::size_t>> successors(nodes_.size());
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            successors[i] = nodes_[i].out_edges;
            std::sort(successors[i].begin(), successors[i].end(), std::greater<>());
        }
        std::vector<bool> seen(nodes_.size(), false);
        std::vector<std::size_t> finished;
        const auto walk = [&](std::size_t root) {
            if (seen[root]) {
                return;
            }
            std::vector<std::pair<std::size_t, std::size_t>> stack{{root, 0}};
            seen[root] = true;
            while (!stack.empty()) {
                auto& [node, next] = stack.back();
                if (next == successors[node].size()) {
                    finished.push_back(node);
                    stack.pop_back();
                    continue;
                }
                const std::size_t target = successors[node][next++];
                if (!seen[target]) {
                    seen[target] = true;
                    stack.emplace_back(target, 0);
                }
            }
        };
        for (std::size_t i = nodes_.size(); i-- > 0;) {
            if (!nodes_[i].is_source()) {
                continue;
            }
            walk(i);
        }
        std::reverse(finished.begin(), finished.end());
        order_ = std::exchange(finished, {});
        // What no Input reaches comes last.
        for (std::size_t i = nodes_.size(); i-- > 0;) {
            if (nodes_[i].in_edges.empty()) {
                walk(i);
            }
        }
        for (std::size_t i = nodes_.size(); i-- > 0;) {
            walk(i);
        }
        order_.insert(order_.end(), finished.rbegin(), finished.rend());
    }

    void refuse_linear_cycles() {
        std::vector<std::size_t> waiting(nodes_.size(), 0);
        std::vector<std::size_t> ready;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            for (const std::size_t from : nodes_[i].in_edges) {
                waiting[i] += nodes_[from].is_linear() ? 1 : 0;
            }
            if (nodes_[i].is_linear() && waiting[i] == 0) {
                ready.push_back(i);
            }
        }
        while (!ready.empty()) {
            const std::size_t i = ready.back();
            ready.pop_back();
            linear_order_.push_back(i);
            for (const std::size_t to : nodes_[i].out_edges) {
                if (--waiting[to] == 0 && nodes_[to].is_linear()) {
                    ready.push_back(to);
                }
            }
        }
        std::string stuck;
        const Node* first = nullptr;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (nodes_[i].is_linear() && waiting[i] != 0) {
                first = first == nullptr ? &nodes_[i] : first;
                stuck += (stuck.empty() ? "" : ", ") + nodes_[i].name;
            }
        }
        if (first != nullptr) {
            diagnostics_.error(first->path,
                               "lies on or behind a cycle without neurons (" + stuck + ")",
                               "a recurrent path needs a neuron node on it");
        }
    }

    void make_population_of(std::size_t i) {
        const Node& node = nodes_[i];
        if (!connected(node)) {
            diagnostics_.warn(node.path, "left out: no edge leads to or from it");
            return;
        }
        if (node.is_source()) {
            Population input;
            input.name = node.name;
            input.kind = NeuronKind::input;
            input.shape = *node.out;
            input.size = element_count(input.shape);
            add_population(i, std::move(input));
            network_.inputs.push_back(*population_[i]);
        } else if (node.is_neuron()) {
            add_population(i, make_population(node, options_, diagnostics_));
        }
        if (!node.is_source() && node.in_edges.empty()) {
            diagnostics_.warn(node.path, "no edge leads to it: it gets no input");
        }
        if (!(node.is(NodeType::output) && !node.nested) && !node.is_neuron() &&
            node.out_edges.empty()) {
            diagnostics_.warn(node.path, "no edge leads away from it: it has no effect");
        }
    }

    void add_population(std::size_t i, Population population) {
        population_[i] = PopulationId{network_.populations.size()};
        network_.populations.push_back(std::move(population));
    }

    struct Path {
        std::shared_ptr<const Connectivity> connectivity;  // null: identity
        std::string name;
        HardwareValues hardware;
    };

    void trace(std::size_t source) {
        std::vector<std::pair<std::size_t, Path>> open;
        const auto follow = [&](std::size_t node, const Path& path) {
            const std::vector<std::size_t>& out = nodes_[node].out_edges;
            for (auto to = out.rbegin(); to != out.rend(); ++to) {
                open.emplace_back(*to, path);
            }
        };
        follow(source, {});
        std::size_t steps = 0;
        while (!open.empty()) {
            auto [node, path] = std::move(open.back());
            open.pop_back();
            if (++steps > kMaxPathSteps) {
                diagnostics_.error(nodes_[source].path,
                                   "more than a million paths of linear nodes lead away from it",
                                   "merge parallel linear nodes, or put neurons between them");
            }
            if (population_[node]) {
                add_projection(source, node, std::move(path));
                continue;
            }
            extend(path, node);
            follow(node, path);
        }
    }

    void extend(Path& path, std::size_t i) {
        const Node& node = nodes_[i];
        if (!node.is_port() && !node.is(NodeType::flatten)) {
            path.name += (path.name.empty() ? "" : "+") + node.name;
        }
        for (const auto& [key, values] : hardware_[i]) {
            const auto [known, added] = path.hardware.emplace(key, values);
            if (!added && known->second != values) {
                diagnostics_.error(node.path + "/metadata/" + key,
                                   "differs from that of another linear node on the same path",
                                   "the path " + path.name + " becomes one set of synapses");
            }
        }
        const std::shared_ptr<const Connectivity>& next = maps_[i].connectivity;
        if (!next) {
            return;
        }
        if (path.connectivity &&
            std::uint32_t{path.connectivity->max_delay()} + next->max_delay() > 0xFFFF) {
            diagnostics_.error(node.path, "delays on one path add up to more than 65535 timesteps",
                               "use shorter delays or a longer time step");
        }
        path.connectivity =
            path.connectivity
                ? std::shared_ptr<const Connectivity>(make_chain(path.connectivity, next))
                : next;
    }

    void add_projection(std::size_t source, std::size_t target, Path path) {
        Projection projection;
        projection.name = path.name;
        projection.source = *population_[source];
        projection.target = *population_[target];
        projection.connectivity = path.connectivity
                                      ? path.connectivity
                                      : std::shared_ptr<const Connectivity>(make_elementwise(
                                            element_count(*nodes_[source].out), {1.0F}, {0}));
        projection.hardware = std::move(path.hardware);
        network_.projections.push_back(std::move(projection));
    }

    void name_projections() {
        std::stable_sort(network_.projections.begin(), network_.projections.end(),
                         [](const Projection& a, const Projection& b) {
                             return std::tie(a.source, a.target, a.name) <
                                    std::tie(b.source, b.target, b.name);
                         });
        std::set<std::string> used;
        for (Projection& p : network_.projections) {
            if (p.name.empty()) {
                p.name = network_[p.source].name + "->" + network_[p.target].name;
            }
            std::string name = p.name;
            for (int copy = 2; !used.insert(name).second; ++copy) {
                name = fmt::format("{}#{}", p.name, copy);
            }
            p.name = name;
        }
    }

    // What the linear nodes deliver without any input, in topological order.
    void add_biases() {
        std::vector<std::vector<double>> constant(nodes_.size());  // empty: zero
        const std::vector<std::size_t> first_source = first_sources();
        const auto incoming = [&](std::size_t i, std::size_t fed_from = 0) {
            std::vector<double> sum;
            for (const std::size_t from : nodes_[i].in_edges) {
                if (nodes_[from].is_linear() && !constant[from].empty() &&
                    first_source[from] >= fed_from) {
                    sum.resize(constant[from].size(), 0.0);
                    std::transform(sum.begin(), sum.end(), constant[from].begin(), sum.begin(),
                                   std::plus<>());
                }
            }
            return sum;
        };
        for (const std::size_t i : linear_order_) {
            constant[i] = apply(maps_[i], incoming(i));
        }
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (nodes_[i].is_neuron() && population_[i]) {
                Population& population = network_.populations[population_[i]->value];
                std::vector<double> sum = incoming(i);
                if (!sum.empty()) {
                    population.bias = compressed(std::move(sum));
                }
                // Populations are in the order in which a simulator runs them: what only those
                // from this one on feed is feedback.
                sum = incoming(i, population_[i]->value + 1);
                if (!sum.empty()) {
                    population.recurrent_bias = compressed(std::move(sum));
                }
            }
        }
    }

    // By linear node: the number, from 1, of the first population that feeds it, directly or
    // through linear nodes; 0 if it is there without any.
    std::vector<std::size_t> first_sources() const {
        std::vector<std::size_t> first(nodes_.size(), std::numeric_limits<std::size_t>::max());
        for (const std::size_t i : linear_order_) {
            for (const std::size_t from : nodes_[i].in_edges) {
                first[i] = std::min(first[i],
                                    population_[from] ? population_[from]->value + 1 : first[from]);
            }
            if (nodes_[i].in_edges.empty()) {
                first[i] = 0;
            }
        }
        return first;
    }

    static std::vector<double> apply(const LinearMap& map, std::vector<double> x) {
        if (map.connectivity && !x.empty()) {
            std::vector<double> y(map.connectivity->target_size(), 0.0);
            std::vector<Connection> row;
            for (std::uint32_t s = 0; s < x.size(); ++s) {
                if (x[s] != 0) {
                    map.connectivity->row(s, row);
                    for (const Connection& c : row) {
                        y[c.target] += x[s] * c.weight;
                    }
                }
            }
            x = std::move(y);
        }
        if (x.empty()) {
            return map.bias;
        }
        for (std::size_t i = 0; i < map.bias.size(); ++i) {
            x[i] += map.bias[i];
        }
        return x;
    }

    // The neurons whose output reaches an Output unchanged.
    void find_outputs() {
        std::set<PopulationId> outputs;
        for (const Node& node : nodes_) {
            if (!node.is(NodeType::output) || node.nested || !node.out_edges.empty()) {
                continue;  // an Output with an out-edge passes on what it gets
            }
            collect_outputs(node, outputs);
        }
        network_.outputs.assign(outputs.begin(), outputs.end());
        if (outputs.empty()) {
            diagnostics_.error("/node", "no neuron reaches an Output node",
                               "add an edge from the last neuron node to an Output");
        }
    }

    void collect_outputs(const Node& output, std::set<PopulationId>& outputs) {
        std::vector<std::size_t> open(output.in_edges);
        std::vector<bool> seen(nodes_.size(), false);
        while (!open.empty()) {
            const std::size_t i = open.back();
            open.pop_back();
            if (seen[i]) {
                continue;
            }
            seen[i] = true;
            const Node& node = nodes_[i];
            if (node.is_neuron()) {
                outputs.insert(*population_[i]);
            } else if (node.is_source()) {
                diagnostics_.warn(node.path, fmt::format("reaches '{}' without a neuron between: "
                                                         "ignored there",
                                                         output.name));
            } else if (maps_[i].connectivity || !maps_[i].bias.empty()) {
                diagnostics_.error(
                    node.path,
                    fmt::format("{} node '{}' stands between the last neurons and Output '{}'",
                                node.info->name, node.name, output.name),
                    "end the network in a neuron node: LI integrates the readout, LIF makes it "
                    "spike");
            } else {
                open.insert(open.end(), node.in_edges.begin(), node.in_edges.end());
            }
        }
    }

    const std::vector<Node>& nodes_;
    const NirOptions& options_;
    Diagnostics& diagnostics_;
    Network network_;
    std::vector<std::size_t> order_;                       // all nodes
    std::vector<std::size_t> linear_order_;                // linear nodes, topological
    std::vector<std::optional<PopulationId>> population_;  // by node
    std::vector<LinearMap> maps_;                          // by node
    std::vector<HardwareValues> hardware_;                 // by node, linear ones only
};

}  // namespace

Network lower(const Graph& graph, const NirOptions& options, Diagnostics& diagnostics) {
    return Lowering(graph, options, diagnostics).run();
}

}  // namespace cortile::nir
