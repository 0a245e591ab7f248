// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/probe_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "hw_model/base/error.h"
#include "hw_model/base/hdf5_handle.h"

namespace cortile::report {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw ContractViolation("probes.h5: " + what);
}

void require(herr_t status, const char* what) {
    if (status < 0) {
        fail(fmt::format("HDF5 cannot {}", what));
    }
}

// A handle that is known to be valid.
class Handle {
  public:
    Handle(hid_t id, hdf5::Handle::Close close, const char* what) : handle_(id, close) {
        if (!handle_.valid()) {
            fail(fmt::format("HDF5 cannot make {}", what));
        }
    }
    operator hid_t() const { return handle_.get(); }

  private:
    hdf5::Handle handle_;
};

bool is_spikes(const ProbeRecord& probe) {
    return probe.quantity == "spikes" && !probe.graded;
}

std::string name_of(const ProbeRecord& probe) {
    return fmt::format("probe '{}' of population '{}'", probe.quantity, probe.population);
}

std::size_t count_of(const ProbeRecord& probe) {
    return probe.real ? probe.reals.size() : probe.values.size();
}

void check(const ProbeRecord& probe) {
    const std::uint64_t expected = probe.timesteps * probe.neurons;
    if (count_of(probe) != expected) {
        fail(fmt::format("{} holds {} values, expected {} timesteps x {} neurons = {}",
                         name_of(probe), count_of(probe), probe.timesteps, probe.neurons,
                         expected));
    }
    if (is_spikes(probe)) {
        const auto wrong = std::find_if(probe.values.begin(), probe.values.end(),
                                        [](std::int32_t v) { return v < 0 || v > 255; });
        if (wrong != probe.values.end()) {
            fail(fmt::format("{} holds {}, which is no count of 0 to 255", name_of(probe), *wrong));
        }
    }
}

// Makes the groups of a path such as "block/conv1" as far as they are missing; returns the path as
// HDF5 is to read it. HDF5 takes "." for the group itself, so that such a name cannot be kept.
std::string make_groups(hid_t file, const std::string& population, std::set<std::string>& made) {
    std::string path;
    std::size_t at = 0;
    while (at <= population.size()) {
        const std::size_t end = std::min(population.find('/', at), population.size());
        std::string part = population.substr(at, end - at);
        at = end + 1;
        if (part.empty() || part == ".") {
            part = '_';
        }
        path += '/' + part;
        if (made.insert(path).second) {
            const Handle properties(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "group properties");
            require(H5Pset_obj_track_times(properties, false), "leave out the times of a group");
            const Handle group(H5Gcreate2(file, path.c_str(), H5P_DEFAULT, properties, H5P_DEFAULT),
                               H5Gclose, "a group");
        }
    }
    return path;
}

// About 256 Ki values a chunk: one neuron over time and one timestep over neurons both read little
// more than they need.
std::array<hsize_t, 2> chunk_of(const ProbeRecord& probe) {
    constexpr hsize_t kNeurons = 1024;
    constexpr hsize_t kValues = 256 * kNeurons;
    const hsize_t neurons = std::min<hsize_t>(probe.neurons, kNeurons);
    return {std::min<hsize_t>(probe.timesteps, kValues / neurons), neurons};
}

void write_probe(hid_t file, const std::string& path, const ProbeRecord& probe) {
    const std::array<hsize_t, 2> shape{probe.timesteps, probe.neurons};
    const Handle space(H5Screate_simple(2, shape.data(), nullptr), H5Sclose, "a data space");
    const Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "dataset properties");
    require(H5Pset_obj_track_times(properties, false), "leave out the times of a dataset");
    if (count_of(probe) > 0) {  // HDF5 has no chunks of size 0
        constexpr unsigned kDeflateLevel = 4;
        const std::array<hsize_t, 2> chunk = chunk_of(probe);
        require(H5Pset_chunk(properties, 2, chunk.data()), "set the chunk size");
        require(H5Pset_shuffle(properties), "set the shuffle filter");
        require(H5Pset_deflate(properties, kDeflateLevel), "set the deflate filter");
    }
    const hid_t type = probe.real         ? H5T_IEEE_F64LE
                       : is_spikes(probe) ? H5T_STD_U8LE
                                          : H5T_STD_I32LE;
    const Handle dataset(H5Dcreate2(file, (path + '/' + probe.quantity).c_str(), type, space,
                                    H5P_DEFAULT, properties, H5P_DEFAULT),
                         H5Dclose, "a dataset");
    if (count_of(probe) > 0) {
        const hid_t memory = probe.real ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT32;
        const void* data = probe.real ? static_cast<const void*>(probe.reals.data())
                                      : static_cast<const void*>(probe.values.data());
        require(H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), "write a dataset");
    }
}

}  // namespace

std::string probe_file(const std::vector<ProbeRecord>& probes) {
    const hdf5::SilentErrors quiet;
    // The file grows in memory and is written like every other one: HDF5 does not get over a disk
    // that fills up under it, the file stays open and is written again at exit.
    constexpr std::size_t kGrowth = std::size_t{4} << 20;
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "access properties");
    require(H5Pset_fapl_core(access, kGrowth, false), "keep the file in memory");
    const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "file properties");
    require(H5Pset_obj_track_times(creation, false), "leave out the times of the root group");
    const Handle file(H5Fcreate("probes.h5", H5F_ACC_TRUNC, creation, access), H5Fclose, "a file");

    std::set<std::string> groups;
    std::set<std::pair<std::string, std::string>> seen;
    for (const ProbeRecord& probe : probes) {
        check(probe);
        if (!seen.emplace(probe.population, probe.quantity).second) {
            fail(name_of(probe) + " is there twice");
        }
        write_probe(file, make_groups(file, probe.population, groups), probe);
    }

    require(H5Fflush(file, H5F_SCOPE_LOCAL), "flush the file");
    const ssize_t size = H5Fget_file_image(file, nullptr, 0);
    if (size < 0) {
        fail("HDF5 cannot tell the size of the file");
    }
    std::string bytes(static_cast<std::size_t>(size), '\0');
    if (H5Fget_file_image(file, bytes.data(), bytes.size()) != size) {
        fail("HDF5 cannot hand over the file");
    }
    return bytes;
}

}  // namespace cortile::report
