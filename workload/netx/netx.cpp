// SPDX-License-Identifier: Apache-2.0
#include "workload/netx/netx.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "hw_model/base/error.h"
#include "workload/netx/neurons.h"
#include "workload/netx/synapses.h"

namespace cortile {

namespace netx {

namespace {

constexpr const char* kLayers = "/layer";

// Layers are numbered from 0 without a gap.
std::uint32_t count_layers(const hdf5::File& file) {
    std::vector<std::uint32_t> numbers;
    for (const hdf5::Child& child : file.children(kLayers)) {
        std::uint32_t number = 0;
        const char* const end = child.name.data() + child.name.size();
        const auto parsed = std::from_chars(child.name.data(), end, number);
        if (parsed.ec != std::errc() || parsed.ptr != end ||
            child.kind != hdf5::ObjectKind::group) {
            throw ConfigError(file.place(std::string(kLayers) + "/" + child.name),
                              "is not a numbered layer", "layers are groups named 0, 1, 2, …");
        }
        numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    for (std::uint32_t i = 0; i < numbers.size(); ++i) {
        if (numbers[i] != i) {
            throw ConfigError(file.place(kLayers), fmt::format("has no layer {}", i),
                              "layers are numbered from 0 without a gap");
        }
    }
    if (numbers.empty()) {
        throw ConfigError(file.place(kLayers), "has no layers",
                          "write the network again with lava-dl's export_hdf5");
    }
    return static_cast<std::uint32_t>(numbers.size());
}

class Importer {
  public:
    Importer(const hdf5::File& file, const NetxOptions& options) : file_(file), options_(options) {}

    Network run();

  private:
    Group layer(std::uint32_t index) const { return {file_, fmt::format("{}/{}", kLayers, index)}; }
    void add_input(std::uint32_t index, const Group& layer);
    void add_synapses(std::uint32_t index, const Group& layer, const std::string& type);
    void flatten(const Group& layer);
    Shape input_shape(std::uint32_t index, const Group& layer) const;
    void add_implied_input(const Group& layer, const std::string& type);
    void add_population(std::uint32_t index, const Group& layer, Shape shape, Position position);
    void add_projection(const Group& layer, const std::string& name, PopulationId from,
                        std::shared_ptr<const Connectivity> connectivity,
                        const LayerSynapses& synapses);
    void cut(std::uint32_t first);

    const hdf5::File& file_;
    const NetxOptions& options_;
    Network network_;
    Shape shape_;  // of what the coming layer gets; empty before the first one
};

// Some files list (width, height, channels): the convolution behind tells.
Shape Importer::input_shape(std::uint32_t index, const Group& layer) const {
    auto shape = layer.shape();
    if (!shape) {
        layer.fail("", "has no 'shape'", "write the network again with lava-dl's export_hdf5");
    }
    const Group next = this->layer(index + 1);
    const bool convolution =
        shape->size() == 3 && next.has("type") && next.has("weight") && next.text("type") == "conv";
    if (convolution) {
        const Integers kernel = next.integers("weight");
        const auto groups = static_cast<std::uint64_t>(next.integer_or("groups", 1, 1, 65535));
        const std::uint64_t channels = kernel.shape.size() < 2 ? 0 : kernel.shape[1] * groups;
        if ((*shape)[0] != channels && (*shape)[2] == channels) {
            std::reverse(shape->begin(), shape->end());
        }
    }
    return *shape;
}

void Importer::add_population(std::uint32_t index, const Group& layer, Shape shape,
                              Position position) {
    shape_ = shape;
    network_.populations.push_back(make_population(layer, fmt::format("layer{}", index),
                                                   std::move(shape), position, options_,
                                                   network_.warnings));
}

void Importer::add_input(std::uint32_t index, const Group& layer) {
    if (!network_.populations.empty()) {
        layer.fail("type", "a second input", "the input is the first layer");
    }
    add_population(index, layer, input_shape(index, layer), Position::input);
}

// A file that begins with synapses has an input all the same.
void Importer::add_implied_input(const Group& layer, const std::string& type) {
    if (type == "conv") {
        layer.fail("", "a convolution whose input has no shape",
                   "a network that begins with a convolution needs an input layer");
    }
    const Integers weight = layer.integers("weight");
    Population input;
    input.name = "input";
    input.kind = NeuronKind::input;
    const auto inputs = weight.shape.size() == 2 ? static_cast<std::int32_t>(weight.shape[1])
                                                 : layer.integer("inFeatures", 1, 1 << 24);
    input.shape = {static_cast<std::uint32_t>(inputs)};
    input.size = element_count(input.shape);
    shape_ = input.shape;
    network_.populations.push_back(std::move(input));
}

void Importer::add_projection(const Group& layer, const std::string& name, PopulationId from,
                              std::shared_ptr<const Connectivity> connectivity,
                              const LayerSynapses& synapses) {
    const Group neuron = layer.group("neuron");
    const int exponent = neuron.integer_or("wgtExp", 0, -8, 7) + synapses.weight_exponent;
    Projection projection;
    projection.name = name;
    projection.source = from;
    projection.target = PopulationId{network_.populations.size() - 1};
    projection.connectivity = std::move(connectivity);
    for (const HardwareKeys& keys : options_.hardware) {
        const auto known = [&](const char* key) {
            return std::find(keys.synapse.begin(), keys.synapse.end(), key) != keys.synapse.end();
        };
        if (known("weight_exponent") && known("num_weight_bits")) {
            projection.hardware[keys.prefix + "/weight_exponent"] = {static_cast<double>(exponent)};
            projection.hardware[keys.prefix + "/num_weight_bits"] = {
                static_cast<double>(synapses.weight_bits)};
        }
    }
    network_.projections.push_back(std::move(projection));
}

void Importer::add_synapses(std::uint32_t index, const Group& layer, const std::string& type) {
    if (network_.populations.empty()) {
        add_implied_input(layer, type);
    }
    const LayerSynapses synapses =
        type == "conv" ? read_convolution(layer, shape_, network_.warnings)
                       : read_dense(layer, shape_, type == "dense_rec", network_.warnings);
    const PopulationId before{network_.populations.size() - 1};
    add_population(index, layer, synapses.shape, Position::inner);
    const std::string name = fmt::format("{}{}", type, index);
    add_projection(layer, name, before, synapses.forward, synapses);
    if (synapses.recurrent) {
        add_projection(layer, name + "_rec", PopulationId{before.value + 1}, synapses.recurrent,
                       synapses);
    }
}

void Importer::flatten(const Group& layer) {
    if (network_.populations.empty()) {
        layer.fail("type", "flattens nothing", "the input is the first layer");
    }
    shape_ = {element_count(shape_)};  // row-major, as (C, H, W) is
}

// Makes the output of `first` the network's input.
void Importer::cut(std::uint32_t first) {
    const std::string name = fmt::format("layer{}", first);
    const auto found = std::find_if(network_.populations.begin(), network_.populations.end(),
                                    [&](const Population& p) { return p.name == name; });
    if (found == network_.populations.end()) {
        throw ConfigError("network.first_layer",
                          fmt::format("layer {} has no neurons of its own", first),
                          "name a layer of type input, conv, dense or dense_rec");
    }
    const auto left_out = static_cast<std::size_t>(found - network_.populations.begin());
    network_.populations.erase(network_.populations.begin(), found);
    Population& input = network_.populations.front();
    if (input.kind != NeuronKind::input) {
        input.kind = NeuronKind::input;
        input.hardware.clear();
    }
    std::erase_if(network_.projections,
                  [&](const Projection& p) { return p.target.value <= left_out; });
    for (Projection& projection : network_.projections) {
        projection.source = PopulationId{projection.source.value - left_out};
        projection.target = PopulationId{projection.target.value - left_out};
    }
}

Network Importer::run() {
    const std::uint32_t layers = count_layers(file_);
    const std::uint32_t last = options_.last_layer.value_or(layers - 1);
    if (last >= layers || options_.first_layer > last) {
        throw ConfigError(last >= layers ? "network.last_layer" : "network.first_layer",
                          fmt::format("layers {} to {} are asked for; the file has {}, numbered "
                                      "from 0",
                                      options_.first_layer, last, layers),
                          "choose layers that are there");
    }
    for (std::uint32_t i = 0; i <= last; ++i) {
        const Group layer = this->layer(i);
        const std::string type = layer.text("type");
        if (type == "input") {
            add_input(i, layer);
        } else if (type == "dense" || type == "dense_rec" || type == "conv") {
            add_synapses(i, layer, type);
        } else if (type == "flatten") {
            flatten(layer);
        } else {
            layer.fail("type", "unknown layer type '" + type + "'",
                       "known types: input, dense, dense_rec, conv, flatten; network.last_layer "
                       "leaves out what follows a layer");
        }
    }
    if (options_.first_layer > 0) {
        cut(options_.first_layer);
    }
    if (network_.projections.empty()) {
        throw ConfigError(file_.place(kLayers), "has no synapses between the layers chosen",
                          "a network needs a layer of type dense, dense_rec or conv");
    }
    network_.inputs = {PopulationId{std::size_t{0}}};
    network_.outputs = {PopulationId{network_.populations.size() - 1}};
    return std::move(network_);
}

}  // namespace

}  // namespace netx

bool is_netx(const hdf5::File& file) {
    return file.kind("/layer") == hdf5::ObjectKind::group && !file.kind("/node");
}

Network import_netx(const std::filesystem::path& path, const NetxOptions& options) {
    if (!(options.time_step > 0) || !std::isfinite(options.time_step)) {
        throw ConfigError("network.time_step",
                          fmt::format("expected a positive time, found {} s", options.time_step),
                          "e.g. network.time_step: 1 ms");
    }
    const hdf5::File file(path);
    Network network = netx::Importer(file, options).run();
    network.name = path.stem().string();
    network.time_step = options.time_step;
    return network;
}

}  // namespace cortile
