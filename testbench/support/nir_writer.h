// SPDX-License-Identifier: Apache-2.0
// Writes NIR files for tests, in every storage form that the importer has to read.
//
//   NirWriter file(path);
//   NirGraph net = file.root();
//   net.input("input", {4});
//   net.linear("fc", 3, 4, weights);
//   net.lif("lif", {3}, {.tau = {20e-3}, .v_threshold = {0.5}});
//   net.output("output", {3});
//   net.chain({"input", "fc", "lif", "output"});
//   net.metadata("lif", "loihi/du", {409});
//   file.close();
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workload/hdf5/hdf5_file.h"
#include "workload/network/network.h"

namespace cortile::test {

enum class NumberType { f16, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64, boolean };
enum class Layout { contiguous, deflate, szip };  // the latter two in one chunk
enum class TextType { variable_utf8, variable_ascii, fixed_zero_padded, fixed_space_padded };

// How what is written next is stored.
struct Storage {
    NumberType number = NumberType::f32;  // of real-valued fields; integer fields are i64
    NumberType integer = NumberType::i64;
    Layout layout = Layout::contiguous;
    TextType text = TextType::variable_utf8;
};

// Extents of a dataset; empty: rank 0.
using Extents = std::vector<std::uint64_t>;

class NirGraph;

class NirWriter {
  public:
    explicit NirWriter(const std::filesystem::path& path);
    ~NirWriter();  // closes
    NirWriter(const NirWriter&) = delete;
    NirWriter& operator=(const NirWriter&) = delete;

    Storage storage;

    // /node of type NIRGraph.
    NirGraph root();

    // Raw access: absolute paths; missing groups are made. An empty `shape` is rank 0.
    void group(const std::string& path);
    void numbers(const std::string& path, const std::vector<double>& values, const Extents& shape,
                 NumberType type);
    void texts(const std::string& path, const std::vector<std::string>& values,
               const Extents& shape);
    void text(const std::string& path, const std::string& value) { texts(path, {value}, {}); }
    void remove(const std::string& path);
    hid_t id() const { return file_.get(); }

    // Writes the edges of all graphs and closes the file.
    void close();

  private:
    friend class NirGraph;
    hdf5::Handle file_;
    std::map<std::string, std::vector<std::string>> edges_;  // by graph path, two texts an edge
};

// Parameters of a neuron node: one value (stored as many times as the shape has elements) or one
// value per neuron. The optional ones are absent from the file when not set.
struct NeuronFields {
    std::vector<double> tau{20e-3};                     // LI, LIF
    std::vector<double> tau_syn{5e-3}, tau_mem{20e-3};  // CubaLI, CubaLIF
    std::vector<double> r{1}, v_leak{0}, v_threshold{1};
    std::optional<std::vector<double>> v_reset{}, w_in{};
    bool scalars = false;  // store single values with rank 0
};

struct ConvolutionFields {
    std::uint64_t out_channels = 1, in_channels_per_group = 1;
    Extents kernel{1, 1};  // one extent for Conv1d, two for Conv2d
    std::vector<double> weight, bias;
    std::vector<double> stride{1, 1}, padding{0, 0}, dilation{1, 1};
    std::string padding_text;  // "same", "valid": instead of `padding`
    double groups = 1;
    std::optional<std::vector<double>> input_shape;
};

class NirGraph {
  public:
    const std::string& path() const { return path_; }
    std::string node_path(const std::string& name) const { return path_ + "/nodes/" + name; }

    // Any type, without fields.
    void node(const std::string& name, const std::string& type);
    // A field of real numbers (storage.number) or integers (storage.integer) of a node.
    void reals(const std::string& name, const std::string& field, const std::vector<double>& values,
               const Extents& shape);
    void integers(const std::string& name, const std::string& field,
                  const std::vector<double>& values, const Extents& shape);

    void input(const std::string& name, const Extents& shape);
    void output(const std::string& name, const Extents& shape);
    void linear(const std::string& name, std::uint64_t outputs, std::uint64_t inputs,
                const std::vector<double>& weight);
    void affine(const std::string& name, std::uint64_t outputs, std::uint64_t inputs,
                const std::vector<double>& weight, const std::vector<double>& bias);
    void scale(const std::string& name, const std::vector<double>& values);
    void delay(const std::string& name, const std::vector<double>& seconds);
    void convolution(const std::string& name, const ConvolutionFields& fields);
    // type: "SumPool2d" or "AvgPool2d"
    void pool(const std::string& name, const std::string& type, const std::vector<double>& kernel,
              const std::vector<double>& stride, const std::vector<double>& padding);
    void flatten(const std::string& name, double start_dim, double end_dim,
                 const std::vector<double>& input_type = {});

    void integrator(const std::string& name, const Extents& shape, const NeuronFields& f = {});
    void if_(const std::string& name, const Extents& shape, const NeuronFields& f = {});
    void li(const std::string& name, const Extents& shape, const NeuronFields& f = {});
    void lif(const std::string& name, const Extents& shape, const NeuronFields& f = {});
    void cuba_li(const std::string& name, const Extents& shape, const NeuronFields& f = {});
    void cuba_lif(const std::string& name, const Extents& shape, const NeuronFields& f = {});
    void threshold(const std::string& name, const Extents& shape, const NeuronFields& f = {});

    NirGraph graph(const std::string& name);  // a nested graph

    // Under the node's metadata: key "loihi/du" becomes the dataset metadata/loihi/du.
    void metadata(const std::string& name, const std::string& key,
                  const std::vector<double>& values);

    void edge(const std::string& from, const std::string& to);
    void chain(const std::vector<std::string>& names);  // an edge between each two neighbours

  private:
    friend class NirWriter;
    NirGraph(NirWriter& writer, std::string path) : writer_(&writer), path_(std::move(path)) {}
    void neuron(const std::string& name, const char* type, const Extents& shape,
                const NeuronFields& fields, const std::vector<const char*>& which);

    NirWriter* writer_;
    std::string path_;
};

}  // namespace cortile::test
