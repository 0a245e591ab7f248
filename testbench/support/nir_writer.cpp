// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/nir_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace cortile::test {

namespace {

using hdf5::Handle;

void check(bool good, const std::string& what) {
    if (!good) {
        throw std::runtime_error("nir_writer: " + what);
    }
}

std::size_t count_of(const Extents& shape) {
    return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

// The type as h5py stores it. `boolean` is its enumeration over int8.
Handle stored_type(NumberType type) {
    switch (type) {
        case NumberType::f16: {
            Handle half(H5Tcopy(H5T_IEEE_F32LE), H5Tclose);
            H5Tset_fields(half.get(), 15, 10, 5, 0, 10);
            H5Tset_size(half.get(), 2);
            H5Tset_ebias(half.get(), 15);
            return half;
        }
        case NumberType::f32:
            return {H5Tcopy(H5T_IEEE_F32LE), H5Tclose};
        case NumberType::f64:
            return {H5Tcopy(H5T_IEEE_F64LE), H5Tclose};
        case NumberType::i8:
            return {H5Tcopy(H5T_STD_I8LE), H5Tclose};
        case NumberType::i16:
            return {H5Tcopy(H5T_STD_I16BE), H5Tclose};  // big-endian: also legal
        case NumberType::i32:
            return {H5Tcopy(H5T_STD_I32LE), H5Tclose};
        case NumberType::i64:
            return {H5Tcopy(H5T_STD_I64LE), H5Tclose};
        case NumberType::u8:
            return {H5Tcopy(H5T_STD_U8LE), H5Tclose};
        case NumberType::u16:
            return {H5Tcopy(H5T_STD_U16LE), H5Tclose};
        case NumberType::u32:
            return {H5Tcopy(H5T_STD_U32LE), H5Tclose};
        case NumberType::u64:
            return {H5Tcopy(H5T_STD_U64LE), H5Tclose};
        case NumberType::boolean: {
            Handle boolean(H5Tenum_create(H5T_STD_I8LE), H5Tclose);
            const std::int8_t no = 0;
            const std::int8_t yes = 1;
            H5Tenum_insert(boolean.get(), "FALSE", &no);
            H5Tenum_insert(boolean.get(), "TRUE", &yes);
            return boolean;
        }
    }
    throw std::logic_error("nir_writer: not a NumberType");
}

Handle space_of(const Extents& shape) {
    if (shape.empty()) {
        return {H5Screate(H5S_SCALAR), H5Sclose};
    }
    const std::vector<hsize_t> extents(shape.begin(), shape.end());
    return {H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose};
}

// As the NIR package writes: scalars and empty arrays are never chunked.
Handle layout_of(const Extents& shape, Layout layout) {
    Handle plist(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    if (layout != Layout::contiguous && !shape.empty() && count_of(shape) > 0) {
        const std::vector<hsize_t> chunk(shape.begin(), shape.end());
        H5Pset_chunk(plist.get(), static_cast<int>(chunk.size()), chunk.data());
        if (layout == Layout::deflate) {
            H5Pset_deflate(plist.get(), 4);
        } else {
            H5Pset_szip(plist.get(), H5_SZIP_NN_OPTION_MASK, 4);
        }
    }
    return plist;
}

Handle with_groups() {
    Handle plist(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
    H5Pset_create_intermediate_group(plist.get(), 1);
    return plist;
}

}  // namespace

NirWriter::NirWriter(const std::filesystem::path& path)
    : file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose) {
    check(file_.valid(), "cannot create " + path.string());
}

NirWriter::~NirWriter() {
    try {
        close();
    } catch (const std::exception&) {
        // A test that cares calls close() itself; the reader will complain about the file.
    }
}

NirGraph NirWriter::root() {
    if (H5Lexists(file_.get(), "/version", H5P_DEFAULT) <= 0) {
        text("/version", "1.0.4");
        text("/node/type", "NIRGraph");
        group("/node/nodes");
        edges_["/node"];
    }
    return {*this, "/node"};
}

void NirWriter::group(const std::string& path) {
    const Handle links = with_groups();
    const Handle made(H5Gcreate2(file_.get(), path.c_str(), links.get(), H5P_DEFAULT, H5P_DEFAULT),
                      H5Gclose);
    check(made.valid(), "cannot make group " + path);
}

void NirWriter::numbers(const std::string& path, const std::vector<double>& values,
                        const Extents& shape, NumberType type) {
    check(values.size() == count_of(shape),
          fmt::format("{} values for {} elements of {}", values.size(), count_of(shape), path));
    const Handle stored = stored_type(type);
    const Handle space = space_of(shape);
    const Handle plist = layout_of(shape, storage.layout);
    const Handle links = with_groups();
    const Handle dataset(H5Dcreate2(file_.get(), path.c_str(), stored.get(), space.get(),
                                    links.get(), plist.get(), H5P_DEFAULT),
                         H5Dclose);
    check(dataset.valid(), "cannot make dataset " + path);
    if (values.empty()) {
        return;
    }
    if (type == NumberType::boolean) {
        const std::vector<std::int8_t> bytes(values.begin(), values.end());
        check(
            H5Dwrite(dataset.get(), stored.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) >= 0,
            "cannot write " + path);
        return;
    }
    check(H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                   values.data()) >= 0,
          "cannot write " + path);
}

void NirWriter::texts(const std::string& path, const std::vector<std::string>& values,
                      const Extents& shape) {
    check(values.size() == count_of(shape), "wrong number of texts for " + path);
    const bool variable =
        storage.text == TextType::variable_utf8 || storage.text == TextType::variable_ascii;
    std::size_t width = 1;
    for (const std::string& value : values) {
        width = std::max(width, value.size());
    }
    const bool spaces = storage.text == TextType::fixed_space_padded;
    const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), variable ? H5T_VARIABLE : width);
    if (storage.text != TextType::variable_ascii) {
        H5Tset_cset(type.get(), H5T_CSET_UTF8);
    }
    if (!variable) {
        H5Tset_strpad(type.get(), spaces ? H5T_STR_SPACEPAD : H5T_STR_NULLPAD);
    }
    const Handle space = space_of(shape);
    const Handle links = with_groups();
    const Handle dataset(H5Dcreate2(file_.get(), path.c_str(), type.get(), space.get(), links.get(),
                                    H5P_DEFAULT, H5P_DEFAULT),
                         H5Dclose);
    check(dataset.valid(), "cannot make dataset " + path);
    if (values.empty()) {
        return;
    }
    std::vector<const char*> pointers;
    std::string bytes;
    for (const std::string& value : values) {
        pointers.push_back(value.c_str());
        bytes += value + std::string(width - std::min(width, value.size()), spaces ? ' ' : '\0');
    }
    const void* data = variable ? static_cast<const void*>(pointers.data()) : bytes.data();
    check(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0,
          "cannot write " + path);
}

void NirWriter::remove(const std::string& path) {
    check(H5Ldelete(file_.get(), path.c_str(), H5P_DEFAULT) >= 0, "cannot remove " + path);
}

void NirWriter::close() {
    if (!file_.valid()) {
        return;
    }
    for (const auto& [path, names] : edges_) {
        const Extents shape = names.empty() ? Extents{0} : Extents{names.size() / 2, 2};
        texts(path + "/edges", names, shape);
    }
    file_ = Handle();
}

void NirGraph::node(const std::string& name, const std::string& type) {
    writer_->text(node_path(name) + "/type", type);
}

void NirGraph::reals(const std::string& name, const std::string& field,
                     const std::vector<double>& values, const Extents& shape) {
    writer_->numbers(node_path(name) + "/" + field, values, shape, writer_->storage.number);
}

void NirGraph::integers(const std::string& name, const std::string& field,
                        const std::vector<double>& values, const Extents& shape) {
    writer_->numbers(node_path(name) + "/" + field, values, shape, writer_->storage.integer);
}

void NirGraph::input(const std::string& name, const Extents& shape) {
    node(name, "Input");
    integers(name, "shape", {shape.begin(), shape.end()}, {shape.size()});
}

void NirGraph::output(const std::string& name, const Extents& shape) {
    node(name, "Output");
    integers(name, "shape", {shape.begin(), shape.end()}, {shape.size()});
}

void NirGraph::linear(const std::string& name, std::uint64_t outputs, std::uint64_t inputs,
                      const std::vector<double>& weight) {
    node(name, "Linear");
    reals(name, "weight", weight, {outputs, inputs});
}

void NirGraph::affine(const std::string& name, std::uint64_t outputs, std::uint64_t inputs,
                      const std::vector<double>& weight, const std::vector<double>& bias) {
    node(name, "Affine");
    reals(name, "weight", weight, {outputs, inputs});
    reals(name, "bias", bias, {bias.size()});
}

void NirGraph::scale(const std::string& name, const std::vector<double>& values) {
    node(name, "Scale");
    reals(name, "scale", values, {values.size()});
}

void NirGraph::delay(const std::string& name, const std::vector<double>& seconds) {
    node(name, "Delay");
    reals(name, "delay", seconds, {seconds.size()});
}

void NirGraph::convolution(const std::string& name, const ConvolutionFields& f) {
    const bool flat = f.kernel.size() == 1;
    node(name, flat ? "Conv1d" : "Conv2d");
    Extents weight{f.out_channels, f.in_channels_per_group};
    weight.insert(weight.end(), f.kernel.begin(), f.kernel.end());
    reals(name, "weight", f.weight, weight);
    const std::vector<double> zeros(f.out_channels, 0.0);
    reals(name, "bias", f.bias.empty() ? zeros : f.bias, {f.out_channels});
    const auto window = [&](const char* field, std::vector<double> values) {
        if (flat) {
            values.resize(1);
        }
        integers(name, field, values, flat ? Extents{} : Extents{values.size()});
    };
    window("stride", f.stride);
    window("dilation", f.dilation);
    if (f.padding_text.empty()) {
        window("padding", f.padding);
    } else {
        writer_->text(node_path(name) + "/padding", f.padding_text);
    }
    integers(name, "groups", {f.groups}, {});
    if (f.input_shape) {
        integers(name, "input_shape", *f.input_shape,
                 flat ? Extents{} : Extents{f.input_shape->size()});
    }
}

void NirGraph::pool(const std::string& name, const std::string& type,
                    const std::vector<double>& kernel, const std::vector<double>& stride,
                    const std::vector<double>& padding) {
    node(name, type);
    integers(name, "kernel_size", kernel, {kernel.size()});
    integers(name, "stride", stride, {stride.size()});
    integers(name, "padding", padding, {padding.size()});
}

void NirGraph::flatten(const std::string& name, double start_dim, double end_dim,
                       const std::vector<double>& input_type) {
    node(name, "Flatten");
    integers(name, "start_dim", {start_dim}, {});
    integers(name, "end_dim", {end_dim}, {});
    if (!input_type.empty()) {
        integers(name, "input_type", input_type, {input_type.size()});
    }
}

void NirGraph::neuron(const std::string& name, const char* type, const Extents& shape,
                      const NeuronFields& f, const std::vector<const char*>& which) {
    node(name, type);
    const std::map<std::string, const std::vector<double>*> all{
        {"tau", &f.tau},
        {"tau_syn", &f.tau_syn},
        {"tau_mem", &f.tau_mem},
        {"r", &f.r},
        {"v_leak", &f.v_leak},
        {"v_threshold", &f.v_threshold},
        {"threshold", &f.v_threshold},
        {"v_reset", f.v_reset ? &*f.v_reset : nullptr},
        {"w_in", f.w_in ? &*f.w_in : nullptr}};
    for (const char* field : which) {
        const std::vector<double>* values = all.at(field);
        if (values == nullptr) {
            continue;
        }
        if (values->size() == 1 && f.scalars) {
            reals(name, field, *values, {});
        } else if (values->size() == 1) {
            reals(name, field, std::vector<double>(count_of(shape), values->front()), shape);
        } else {
            reals(name, field, *values, shape);
        }
    }
}

void NirGraph::integrator(const std::string& name, const Extents& shape, const NeuronFields& f) {
    neuron(name, "I", shape, f, {"r"});
}

void NirGraph::if_(const std::string& name, const Extents& shape, const NeuronFields& f) {
    neuron(name, "IF", shape, f, {"r", "v_threshold", "v_reset"});
}

void NirGraph::li(const std::string& name, const Extents& shape, const NeuronFields& f) {
    neuron(name, "LI", shape, f, {"tau", "r", "v_leak"});
}

void NirGraph::lif(const std::string& name, const Extents& shape, const NeuronFields& f) {
    neuron(name, "LIF", shape, f, {"tau", "r", "v_leak", "v_threshold", "v_reset"});
}

void NirGraph::cuba_li(const std::string& name, const Extents& shape, const NeuronFields& f) {
    neuron(name, "CubaLI", shape, f, {"tau_syn", "tau_mem", "r", "v_leak", "w_in"});
}

void NirGraph::cuba_lif(const std::string& name, const Extents& shape, const NeuronFields& f) {
    neuron(name, "CubaLIF", shape, f,
           {"tau_syn", "tau_mem", "r", "v_leak", "v_threshold", "v_reset", "w_in"});
}

void NirGraph::threshold(const std::string& name, const Extents& shape, const NeuronFields& f) {
    neuron(name, "Threshold", shape, f, {"threshold"});
}

NirGraph NirGraph::graph(const std::string& name) {
    node(name, "NIRGraph");
    writer_->group(node_path(name) + "/nodes");
    writer_->edges_[node_path(name)];
    return {*writer_, node_path(name)};
}

void NirGraph::metadata(const std::string& name, const std::string& key,
                        const std::vector<double>& values) {
    const Extents shape = values.size() == 1 ? Extents{} : Extents{values.size()};
    writer_->numbers(node_path(name) + "/metadata/" + key, values, shape, NumberType::i64);
}

void NirGraph::edge(const std::string& from, const std::string& to) {
    std::vector<std::string>& names = writer_->edges_[path_];
    names.push_back(from);
    names.push_back(to);
}

void NirGraph::chain(const std::vector<std::string>& names) {
    for (std::size_t i = 0; i + 1 < names.size(); ++i) {
        edge(names[i], names[i + 1]);
    }
}

}  // namespace cortile::test
