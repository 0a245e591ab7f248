// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "hw_model/base/error.h"
#include "hw_model/base/hdf5_handle.h"
#include "workload/stimulus/input_file.h"
#include "workload/stimulus/raster_file.h"

namespace cortile {
namespace {

constexpr std::uint64_t kValuesPerRead = 1U << 16;
constexpr std::uint64_t kMaxNeurons = 1U << 24;

struct RasterExtent {
    hsize_t samples = 1, timesteps = 0, neurons = 0;
    bool has_samples = false;  // rank 3
};

struct DatasetNames {
    std::vector<std::string> names;
    bool more = false;
};

herr_t collect_dataset(hid_t, const char* name, const H5O_info_t* info, void* data) {
    constexpr std::size_t kShown = 8;
    auto& found = *static_cast<DatasetNames*>(data);
    if (info->type == H5O_TYPE_DATASET) {
        if (found.names.size() == kShown) {
            found.more = true;
            return 1;
        }
        found.names.emplace_back(name);
    }
    return 0;
}

std::string datasets_hint(hid_t file) {
    DatasetNames found;
    H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, collect_dataset, &found, H5O_INFO_BASIC);
    if (found.names.empty()) {
        return "the file holds no dataset at all; write one with values 0 and 1";
    }
    return fmt::format("set stimulus.dataset; the file holds {}{}", fmt::join(found.names, ", "),
                       found.more ? ", ..." : "");
}

RasterExtent extent_of(hid_t dataset, const std::string& where) {
    const hdf5::Handle type(H5Dget_type(dataset), H5Tclose);
    const H5T_class_t kind = H5Tget_class(type.get());
    // An enumeration is how h5py writes booleans.
    if (kind != H5T_INTEGER && kind != H5T_FLOAT && kind != H5T_ENUM) {
        throw ConfigError(where,
                          "expected integers, booleans or floating-point numbers, found "
                          "another type",
                          "write the raster as numbers, such as uint8");
    }
    const hdf5::Handle space(H5Dget_space(dataset), H5Sclose);
    const int rank = H5Sget_simple_extent_ndims(space.get());
    if (rank != 2 && rank != 3) {
        throw ConfigError(where,
                          fmt::format("expected 2 dimensions (timesteps, neurons) or 3 (samples, "
                                      "timesteps, neurons), found {}",
                                      rank),
                          "reshape the dataset");
    }
    std::array<hsize_t, 3> extents{};
    H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
    RasterExtent extent;
    extent.has_samples = rank == 3;
    if (extent.has_samples) {
        extent = {extents[0], extents[1], extents[2], true};
    } else {
        extent = {1, extents[0], extents[1], false};
    }
    if (extent.samples == 0 || extent.timesteps == 0 || extent.neurons == 0 ||
        extent.samples > kMaxRecordedTimesteps || extent.timesteps > kMaxRecordedTimesteps ||
        extent.neurons > kMaxNeurons) {
        throw ConfigError(
            where,
            fmt::format("expected 1 to {} samples, timesteps and neurons, found {}, "
                        "{} and {}",
                        kMaxNeurons, extent.samples, extent.timesteps, extent.neurons),
            "the last dimension is the neurons', the one before it the timesteps'");
    }
    return extent;
}

// Most memory for chunks that are kept unpacked (bytes).
constexpr std::size_t kMostChunkMemory = std::size_t{512} << 20;

// Chunks that reach over many samples would be unpacked again for each of them: opens `dataset` so
// that those of one row of chunks are kept. `values`: the dataset as opened before; closed.
hdf5::Handle with_chunk_memory(hid_t file, const std::string& dataset, hdf5::Handle values) {
    const hdf5::Handle layout(H5Dget_create_plist(values.get()), H5Pclose);
    const hdf5::Handle space(H5Dget_space(values.get()), H5Sclose);
    const hdf5::Handle type(H5Dget_type(values.get()), H5Tclose);
    std::array<hsize_t, 3> extents{}, chunk{};
    const int rank = H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
    if (H5Pget_layout(layout.get()) != H5D_CHUNKED ||
        H5Pget_chunk(layout.get(), rank, chunk.data()) != rank) {
        return values;
    }
    double bytes = static_cast<double>(chunk[0]) * static_cast<double>(H5Tget_size(type.get()));
    double chunks = 1;
    for (std::size_t d = 1; d < static_cast<std::size_t>(rank); ++d) {
        const hsize_t count = (extents[d] + chunk[d] - 1) / chunk[d];
        chunks *= static_cast<double>(count);
        bytes *= static_cast<double>(count * chunk[d]);
    }
    const double kept = std::min(1.0, static_cast<double>(kMostChunkMemory) / bytes);
    const hdf5::Handle access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
    // About ten slots a chunk, as libhdf5 advises; chunks that were read whole go first.
    H5Pset_chunk_cache(access.get(), static_cast<std::size_t>(10 * chunks * kept) + 101,
                       static_cast<std::size_t>(bytes * kept), 1.0);
    values = hdf5::Handle();
    return {H5Dopen2(file, dataset.c_str(), access.get()), H5Dclose};
}

// Reads a dataset some rows at a time.
class RowReader {
  public:
    RowReader(hid_t dataset, const RasterExtent& extent, std::string where)
        : dataset_(dataset),
          extent_(extent),
          where_(std::move(where)),
          space_(H5Dget_space(dataset), H5Sclose),
          rows_per_read_(std::max<hsize_t>(1, kValuesPerRead / extent.neurons)),
          values_(static_cast<std::size_t>(std::min(rows_per_read_, extent.timesteps) *
                                           extent.neurons)) {}

    void read(hsize_t sample, hsize_t timesteps, std::vector<SpikeKey>& spikes) {
        for (hsize_t row = 0; row < timesteps; row += rows_per_read_) {
            read_rows(sample, row, std::min(rows_per_read_, timesteps - row), spikes);
        }
    }

  private:
    void read_rows(hsize_t sample, hsize_t first, hsize_t rows, std::vector<SpikeKey>& spikes) {
        const std::array<hsize_t, 3> start{sample, first, 0};
        const std::array<hsize_t, 3> count{1, rows, extent_.neurons};
        const std::size_t skip = extent_.has_samples ? 0 : 1;  // no sample dimension
        const hsize_t total = rows * extent_.neurons;
        const hdf5::Handle memory(H5Screate_simple(1, &total, nullptr), H5Sclose);
        H5Sselect_hyperslab(space_.get(), H5S_SELECT_SET, start.data() + skip, nullptr,
                            count.data() + skip, nullptr);
        // As double, 0 and 1 of each type stay what they are, and nothing else becomes one.
        if (H5Dread(dataset_, H5T_NATIVE_DOUBLE, memory.get(), space_.get(), H5P_DEFAULT,
                    values_.data()) < 0) {
            throw ConfigError(where_,
                              fmt::format("expected to read timesteps {} to {} of sample {}, found "
                                          "that libhdf5 cannot",
                                          first, first + rows - 1, sample),
                              "the file is damaged, or compressed by a filter that is missing "
                              "here; write it anew, with gzip or none");
        }
        for (std::size_t i = 0; i < total; ++i) {
            if (values_[i] == 0.0) {
                continue;
            }
            const hsize_t row = first + i / extent_.neurons;
            const hsize_t neuron = i % extent_.neurons;
            if (values_[i] != 1.0) {
                throw ConfigError(extent_.has_samples
                                      ? fmt::format("{}[{}, {}, {}]", where_, sample, row, neuron)
                                      : fmt::format("{}[{}, {}]", where_, row, neuron),
                                  fmt::format("expected 0 or 1, found {}", values_[i]),
                                  "a raster has 1 for a spike; write counts as more timesteps");
            }
            spikes.push_back(
                spike_key(static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(neuron)));
        }
    }

    hid_t dataset_;
    const RasterExtent& extent_;
    std::string where_;
    hdf5::Handle space_;
    hsize_t rows_per_read_;
    std::vector<double> values_;
};

}  // namespace

bool is_hdf5_file(const std::filesystem::path& path) {
    const hdf5::SilentErrors silence;
    return H5Fis_hdf5(path.c_str()) > 0;
}

std::uint32_t read_hdf5_raster(const std::filesystem::path& path, const std::string& dataset,
                               const RasterExpectation& expectation, SpikeTable& table) {
    require_input_file(path, "stimulus.files");
    const hdf5::SilentErrors silence;
    const hdf5::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
    if (!file.valid()) {
        throw ConfigError(path.string(),
                          "expected an HDF5 file, found one that libhdf5 cannot open",
                          "copy the file again; it is incomplete or damaged");
    }
    const std::string where =
        fmt::format("{}: {}{}", path.string(), dataset.starts_with('/') ? "" : "/", dataset);
    hdf5::Handle values(H5Dopen2(file.get(), dataset.c_str(), H5P_DEFAULT), H5Dclose);
    if (!values.valid()) {
        throw ConfigError(where, "expected a dataset, found none of this name",
                          datasets_hint(file.get()));
    }
    const RasterExtent extent = extent_of(values.get(), where);
    if (expectation.input_size != 0 && extent.neurons != expectation.input_size) {
        throw ConfigError(where,
                          fmt::format("expected {} neurons in the last dimension, as the input "
                                      "population or the first file has, found {}",
                                      expectation.input_size, extent.neurons),
                          "give a raster of the network's input");
    }
    const auto recorded = static_cast<std::uint32_t>(extent.timesteps);
    const std::uint32_t timesteps = expectation.timesteps.value_or(recorded);
    values = with_chunk_memory(file.get(), dataset, std::move(values));
    RowReader reader(values.get(), extent, where);
    std::vector<SpikeKey> spikes;
    for (hsize_t sample = 0; sample < extent.samples; ++sample) {
        spikes.clear();
        reader.read(sample, std::min(recorded, timesteps), spikes);
        table.append(spikes, timesteps);
    }
    return static_cast<std::uint32_t>(extent.neurons);
}

}  // namespace cortile
