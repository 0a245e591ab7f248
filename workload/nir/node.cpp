// SPDX-License-Identifier: Apache-2.0
#include "workload/nir/node.h"

#include <array>

namespace cortile::nir {

namespace {

using Names = std::string_view;

constexpr std::array<Names, 1> kShape{"shape"};
constexpr std::array<Names, 2> kAffine{"weight", "bias"};
constexpr std::array<Names, 1> kLinear{"weight"};
constexpr std::array<Names, 1> kScale{"scale"};
constexpr std::array<Names, 6> kConv{"weight", "stride", "padding", "dilation", "groups", "bias"};
constexpr std::array<Names, 1> kInputShape{"input_shape"};
constexpr std::array<Names, 3> kPool{"kernel_size", "stride", "padding"};
constexpr std::array<Names, 2> kFlatten{"start_dim", "end_dim"};
constexpr std::array<Names, 1> kInputType{"input_type"};
constexpr std::array<Names, 1> kDelay{"delay"};
constexpr std::array<Names, 1> kThreshold{"threshold"};
constexpr std::array<Names, 1> kI{"r"};
constexpr std::array<Names, 2> kIf{"r", "v_threshold"};
constexpr std::array<Names, 3> kLi{"tau", "r", "v_leak"};
constexpr std::array<Names, 4> kLif{"tau", "r", "v_leak", "v_threshold"};
constexpr std::array<Names, 4> kCubaLi{"tau_syn", "tau_mem", "r", "v_leak"};
constexpr std::array<Names, 5> kCubaLif{"tau_syn", "tau_mem", "r", "v_leak", "v_threshold"};
constexpr std::array<Names, 1> kReset{"v_reset"};
constexpr std::array<Names, 1> kWeightIn{"w_in"};
constexpr std::array<Names, 2> kResetWeightIn{"v_reset", "w_in"};
constexpr std::array<Names, 2> kGraph{"nodes", "edges"};

constexpr NeuronKind kNone = NeuronKind::input;

constexpr std::array<NodeTypeInfo, 19> kTypes{{
    {"Input", NodeType::input, kNone, kShape, {}},
    {"Output", NodeType::output, kNone, kShape, {}},
    {"Affine", NodeType::affine, kNone, kAffine, {}},
    {"Linear", NodeType::linear, kNone, kLinear, {}},
    {"Scale", NodeType::scale, kNone, kScale, {}},
    {"Conv1d", NodeType::conv1d, kNone, kConv, kInputShape},
    {"Conv2d", NodeType::conv2d, kNone, kConv, kInputShape},
    {"SumPool2d", NodeType::sum_pool2d, kNone, kPool, {}},
    {"AvgPool2d", NodeType::avg_pool2d, kNone, kPool, {}},
    {"Flatten", NodeType::flatten, kNone, kFlatten, kInputType},
    {"Delay", NodeType::delay, kNone, kDelay, {}},
    {"Threshold", NodeType::neuron, NeuronKind::threshold, kThreshold, {}},
    {"I", NodeType::neuron, NeuronKind::i, kI, {}},
    {"IF", NodeType::neuron, NeuronKind::if_, kIf, kReset},
    {"LI", NodeType::neuron, NeuronKind::li, kLi, {}},
    {"LIF", NodeType::neuron, NeuronKind::lif, kLif, kReset},
    {"CubaLI", NodeType::neuron, NeuronKind::cuba_li, kCubaLi, kWeightIn},
    {"CubaLIF", NodeType::neuron, NeuronKind::cuba_lif, kCubaLif, kResetWeightIn},
    {"NIRGraph", NodeType::graph, kNone, kGraph, {}},
}};

}  // namespace

const NodeTypeInfo* find_node_type(std::string_view name) {
    for (const NodeTypeInfo& info : kTypes) {
        if (info.name == name) {
            return &info;
        }
    }
    return nullptr;
}

std::string node_type_names() {
    std::string result;
    for (const NodeTypeInfo& info : kTypes) {
        result += (result.empty() ? "" : ", ") + std::string(info.name);
    }
    return result;
}

void add_edge(Graph& graph, std::size_t from, std::size_t to) {
    graph.nodes[from].out_edges.push_back(to);
    graph.nodes[to].in_edges.push_back(from);
}

}  // namespace cortile::nir
