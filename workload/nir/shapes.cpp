// SPDX-License-Identifier: Apache-2.0
#include "workload/nir/shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "workload/nir/fields.h"

namespace cortile::nir {

namespace {

Shape without_ones(const Shape& shape) {
    Shape result;
    std::copy_if(shape.begin(), shape.end(), std::back_inserter(result),
                 [](std::uint32_t n) { return n != 1; });
    return result;
}

bool is_window(const Node& node) {
    return node.is(NodeType::conv1d) || node.is(NodeType::conv2d) ||
           node.is(NodeType::sum_pool2d) || node.is(NodeType::avg_pool2d);
}

bool has_parameters(const Node& node) {
    return node.is_neuron() || node.is(NodeType::scale) || node.is(NodeType::delay);
}

bool ends_with(const Shape& shape, const Shape& tail) {
    return shape.size() > tail.size() && std::equal(tail.rbegin(), tail.rend(), shape.rbegin());
}

class Inference {
  public:
    Inference(Graph& graph, Diagnostics& diagnostics)
        : nodes_(graph.nodes), diagnostics_(diagnostics), claims_(graph.nodes.size()) {}

    void run() {
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            read_claim(i);
        }
        drop_batch_dimension();
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            start(i);
        }
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            fit_source(i);
        }
        propagate();
        while (settle_one()) {
            propagate();
        }
        for (const Node& node : nodes_) {
            if (!node.out && !(node.in_edges.empty() && node.out_edges.empty())) {
                diagnostics_.error(node.path, "its shape cannot be inferred",
                                   "give the Input in front of it a shape, or the node's "
                                   "parameters one value per neuron");
            }
        }
        check_edges();
    }

  private:
    // The shape that the file states for a node by itself.
    void read_claim(std::size_t i) {
        const Node& node = nodes_[i];
        if (node.is_port()) {
            if (node.fields.contains("shape")) {  // an implied port has none
                claims_[i] = listed_shape(node, "shape", 1, diagnostics_);
            }
        } else if (has_parameters(node)) {
            claims_[i] = parameter_shape(node, diagnostics_);
        }
        if (claims_[i]) {
            element_count_at(node, *claims_[i]);
        }
    }

    std::uint32_t element_count_at(const Node& node, const Shape& shape) const {
        try {
            return element_count(shape);
        } catch (const ConfigError& error) {
            diagnostics_.error(node.path, error.what(), "");
        }
    }

    // NIR has no shape of more than three dimensions: (1, C, H, W) was exported with its batch,
    // and then so was everything else.
    void drop_batch_dimension() {
        const auto batched = [](const std::optional<Shape>& s) {
            return s && s->size() == 4 && s->front() == 1;
        };
        if (std::none_of(claims_.begin(), claims_.end(), batched)) {
            return;
        }
        std::string dropped;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            std::optional<Shape>& claim = claims_[i];
            if (claim && (claim->size() == 4 || claim->size() == 2) && claim->front() == 1) {
                claim->erase(claim->begin());
                dropped += (dropped.empty() ? "" : ", ") + nodes_[i].name;
            }
            if (nodes_[i].is(NodeType::flatten)) {
                shift_flatten(nodes_[i]);
            }
        }
        diagnostics_.guess("/node", "shapes carry a batch dimension of 1",
                           "dropped from nodes " + dropped);
    }

    static void shift_flatten(Node& node) {
        for (const char* field : {"start_dim", "end_dim"}) {
            for (double& dimension : node.fields.at(field).numbers) {
                dimension -= dimension >= 1 ? 1 : 0;
            }
        }
        node.fields.erase("input_type");  // counts the batch, and some exporters store zeros
    }

    void start(std::size_t i) {
        Node& node = nodes_[i];
        if (has_parameters(node) || node.is_source()) {
            node.in = node.out = claims_[i];
        } else if (node.is(NodeType::affine) || node.is(NodeType::linear)) {
            start_matrix(node);
        }
    }

    void start_matrix(Node& node) {
        Shape weight = field_shape(node, "weight", diagnostics_);
        if (weight.size() < 2 || std::count(weight.begin(), weight.end(), 0u) > 0) {
            diagnostics_.error(node.field_path("weight"),
                               "expected shape (outputs, inputs), found " + to_string(weight),
                               "store the weights as a matrix");
        }
        while (weight.size() > 2 && weight.front() == 1) {
            weight.erase(weight.begin());
        }
        const std::uint32_t inputs = weight.back();
        weight.pop_back();
        node.out = weight;
        weight.back() = inputs;
        node.in = weight;
        if (node.is(NodeType::affine)) {
            const std::size_t found = finite_numbers(node, "bias", diagnostics_).size();
            const std::uint32_t expected = element_count_at(node, *node.out);
            if (found != expected) {
                diagnostics_.error(node.field_path("bias"),
                                   fmt::format("expected {} values (one for each row of weight), "
                                               "found {}",
                                               expected, found),
                                   "bias and weight must have the same number of outputs");
            }
        }
    }

    // What comes with a network's Input is sometimes the shape of a recording: (timesteps,
    // channels), or timesteps alone. The node behind tells.
    void fit_source(std::size_t i) {
        Node& node = nodes_[i];
        if (!node.is_source() || !node.out) {
            return;
        }
        for (const std::size_t next : node.out_edges) {
            if (const std::optional<Shape> fit = without_time(*node.out, nodes_[next])) {
                diagnostics_.guess(
                    node.field_path("shape"),
                    fmt::format("shape {} does not fit node '{}'", to_string(*node.out),
                                nodes_[next].name),
                    "leading dimensions taken as timesteps, shape as " + to_string(*fit));
                node.in = node.out = fit;
                return;
            }
        }
    }

    static std::optional<Shape> without_time(const Shape& shape, const Node& next) {
        if (is_window(next)) {
            const std::size_t rank = next.is(NodeType::conv1d) ? 2 : 3;
            if (shape.size() == rank + 1) {
                return Shape(shape.begin() + 1, shape.end());
            }
            return std::nullopt;
        }
        if (!next.in || element_count(*next.in) == element_count(shape)) {
            return std::nullopt;
        }
        if (ends_with(shape, *next.in) || (shape.size() == 1 && element_count(*next.in) == 1)) {
            return next.in;
        }
        return std::nullopt;
    }

    void propagate() {
        for (bool changed = true; changed;) {
            changed = false;
            for (Node& node : nodes_) {
                if (node.out) {
                    continue;
                }
                for (const std::size_t from : node.in_edges) {
                    if (nodes_[from].out) {
                        receive(node, *nodes_[from].out, nodes_[from].name);
                        changed = true;
                        break;
                    }
                }
            }
        }
    }

    void receive(Node& node, const Shape& shape, const std::string& from) {
        if (is_window(node)) {
            const Window window = read_window(node, diagnostics_);
            node.in = window_input(node, window, shape);
            node.out = window_output(node, window, *node.in, diagnostics_);
            element_count_at(node, *node.out);
        } else if (node.is(NodeType::flatten)) {
            node.in = shape;
            check_input_type(node, shape);
            node.out = flattened(node, shape);
        } else {
            if (node.is_neuron() && element_count(shape) != 1) {
                diagnostics_.guess(node.path, "all parameters are scalars",
                                   fmt::format("size {} taken from '{}'", to_string(shape), from));
            }
            node.in = node.out = shape;
        }
    }

    // The input of a convolution or pool, from what the node in front delivers.
    Shape window_input(const Node& node, const Window& w, Shape shape) const {
        const std::size_t rank = w.one_dimensional ? 2 : 3;
        if (shape.size() == rank + 1 && shape.front() == 1) {
            shape.erase(shape.begin());
        }
        if (w.input_shape) {
            Shape stored = *w.input_shape;
            stored.insert(stored.begin(), w.in_channels);
            if (shape.size() == rank &&
                !std::equal(stored.begin() + 1, stored.end(), shape.begin() + 1)) {
                diagnostics_.error(node.field_path("input_shape"),
                                   fmt::format("is {}, but the input has shape {}",
                                               to_string(*w.input_shape), to_string(shape)),
                                   "correct input_shape or the layer in front");
            }
            if (shape.size() != rank && element_count(shape) == element_count(stored)) {
                return stored;  // check_edges reports the difference
            }
        }
        if (shape.size() != rank) {
            diagnostics_.error(
                node.path,
                fmt::format("expected an input of shape {}, found {}",
                            w.one_dimensional ? "(channels, length)" : "(channels, height, width)",
                            to_string(shape)),
                "correct the shape of the layer in front");
        }
        return shape;
    }

    void check_input_type(const Node& node, const Shape& shape) {
        if (!node.fields.contains("input_type")) {
            return;
        }
        const Shape stored = listed_shape(node, "input_type", 0, diagnostics_);
        if (stored != shape) {
            diagnostics_.guess(node.field_path("input_type"),
                               fmt::format("is {}, but the input has shape {}", to_string(stored),
                                           to_string(shape)),
                               "the input's shape taken");
        }
    }

    // Extents start_dim..end_dim (inclusive, negative: from the end) of `in` as one.
    Shape flattened(const Node& node, const Shape& in) {
        const auto rank = static_cast<std::int64_t>(in.size());
        const auto dimension = [&](const char* field) {
            const std::int64_t d = whole_number(node, field, -rank, diagnostics_);
            return d < 0 ? d + rank : d;
        };
        const std::int64_t start = dimension("start_dim");
        const std::int64_t end = dimension("end_dim");
        if (start >= rank || end >= rank) {
            diagnostics_.guess(node.path,
                               fmt::format("start_dim or end_dim lies behind the last dimension of "
                                           "an input of shape {}",
                                           to_string(in)),
                               "everything flattened");
            return {element_count(in)};
        }
        if (start > end) {
            diagnostics_.error(
                node.field_path("start_dim"),
                fmt::format("lies behind end_dim for an input of shape {}", to_string(in)),
                "start_dim must not exceed end_dim");
        }
        Shape result(in.begin(), in.begin() + start);
        result.push_back(element_count({in.begin() + start, in.begin() + end + 1}));
        result.insert(result.end(), in.begin() + end + 1, in.end());
        return result;
    }

    // Breaks the wait of nodes for one another: gives one node of unknown shape the shape it
    // states, or that its successor expects. False when nothing is left to settle.
    bool settle_one() {
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            Node& node = nodes_[i];
            if (node.out || (node.in_edges.empty() && node.out_edges.empty())) {
                continue;
            }
            if (claims_[i]) {
                node.in = node.out = claims_[i];
                return true;
            }
            if (is_window(node)) {
                const Window w = read_window(node, diagnostics_);
                if (w.input_shape && w.in_channels != 0) {
                    Shape in = *w.input_shape;
                    in.insert(in.begin(), w.in_channels);
                    receive(node, in, "input_shape");
                    return true;
                }
            }
            if (node.is(NodeType::flatten) && node.fields.contains("input_type")) {
                receive(node, listed_shape(node, "input_type", 1, diagnostics_), "input_type");
                return true;
            }
        }
        for (Node& node : nodes_) {
            if (node.out || is_window(node) || node.is(NodeType::flatten)) {
                continue;
            }
            for (const std::size_t next : node.out_edges) {
                if (nodes_[next].in) {
                    receive(node, *nodes_[next].in, nodes_[next].name);
                    return true;
                }
            }
        }
        return false;
    }

    void check_edges() {
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            const Node& to = nodes_[i];
            std::vector<std::size_t> sources = to.in_edges;
            std::sort(sources.begin(), sources.end());
            sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
            for (const std::size_t from : sources) {
                check_edge(nodes_[from], to, *nodes_[from].out, *to.in);
            }
            if (to.is_port() && !to.in_edges.empty() && claims_[i]) {
                check_claim(to, *claims_[i], *to.in);
            }
        }
    }

    void check_edge(const Node& from, const Node& to, const Shape& out, const Shape& in) {
        if (out == in) {
            return;
        }
        const std::string edge = fmt::format("'{}' delivers {}, '{}' takes {}", from.name,
                                             to_string(out), to.name, to_string(in));
        if (element_count(out) != element_count(in)) {
            diagnostics_.error(to.path, edge,
                               from.is_source() || to.is_port()
                                   ? "correct the shape of the Input or Output"
                                   : "the layers do not belong together: export the network again");
        }
        if (from.is(NodeType::flatten)) {
            diagnostics_.guess(from.path, edge + " (start_dim or end_dim counts a batch dimension)",
                               "everything flattened");
        } else if (without_ones(out) == without_ones(in)) {
            diagnostics_.guess(to.path, edge, "dimensions of 1 ignored");
        } else if (out.size() == 1 || in.size() == 1) {
            diagnostics_.guess(to.path, edge, "elements taken in row-major order");
        } else {
            diagnostics_.error(to.path, edge,
                               "the same number of elements in another arrangement: put the axes "
                               "in the same order");
        }
    }

    // A port states a shape but passes on what it gets.
    void check_claim(const Node& node, const Shape& claim, const Shape& found) {
        if (claim == found) {
            return;
        }
        const std::string what = fmt::format("is {}, but the node in front delivers {}",
                                             to_string(claim), to_string(found));
        const std::string path = node.field_path("shape");
        if (element_count(claim) == element_count(found)) {
            diagnostics_.guess(path, what, "the latter taken");
        } else if (node.nested || !node.out_edges.empty()) {
            // Both neighbours agree (check_edge), and the port only passes on.
            diagnostics_.guess(path, what, "the latter taken");
        } else if (ends_with(claim, found) || (claim.size() == 1 && element_count(found) == 1)) {
            diagnostics_.guess(path, what, "leading dimensions taken as timesteps");
        } else {
            diagnostics_.error(path, what, "correct the shape or the layer in front");
        }
    }

    std::vector<Node>& nodes_;
    Diagnostics& diagnostics_;
    std::vector<std::optional<Shape>> claims_;
};

}  // namespace

void infer_shapes(Graph& graph, Diagnostics& diagnostics) {
    Inference(graph, diagnostics).run();
}

}  // namespace cortile::nir
