// SPDX-License-Identifier: Apache-2.0
#include "workload/hdf5/hdf5_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "hw_model/base/error.h"

namespace cortile::hdf5 {

namespace {

// A dataset of 2^28 elements is 2 GB once read; larger ones are refused before memory is asked for.
constexpr std::uint64_t kMaxElements = std::uint64_t{1} << 28;
constexpr H5Z_filter_t kLzf = 32000;

// The innermost message of libhdf5's error stack: the actual cause.
std::string last_error() {
    std::string text;
    H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_DOWNWARD,
        [](unsigned, const H5E_error2_t* error, void* data) -> herr_t {
            if (error->desc != nullptr) {
                *static_cast<std::string*>(data) = error->desc;
            }
            return 0;
        },
        &text);
    return text.empty() ? "libhdf5 gives no reason" : text;
}

[[noreturn]] void not_hdf5(const std::filesystem::path& path, const std::string& display) {
    std::array<char, 4> magic{};
    std::ifstream(path, std::ios::binary).read(magic.data(), magic.size());
    const bool zip = magic[0] == 'P' && magic[1] == 'K';
    const bool pickle = magic[0] == '\x80' && magic[1] > 1 && magic[1] < 6;
    if (zip || pickle) {
        throw ConfigError(display, "is not an HDF5 file but looks like a PyTorch or Python pickle",
                          "export the model with nir.write(\"net.nir\", graph), not torch.save");
    }
    throw ConfigError(display, "is not an HDF5 file",
                      "a NIR network is written by nir.write(\"net.nir\", graph)");
}

void check_filters(hid_t dataset, const std::string& place) {
    const Handle plist(H5Dget_create_plist(dataset), H5Pclose);
    const int count = plist.valid() ? H5Pget_nfilters(plist.get()) : 0;
    for (int i = 0; i < count; ++i) {
        unsigned flags = 0;
        unsigned config = 0;
        std::size_t values = 0;
        std::array<char, 64> name{};
        const H5Z_filter_t id = H5Pget_filter2(plist.get(), static_cast<unsigned>(i), &flags,
                                               &values, nullptr, name.size(), name.data(), &config);
        if (id >= 0 && H5Zfilter_avail(id) <= 0) {
            const std::string shown = id == kLzf ? "lzf" : std::string(name.data());
            throw ConfigError(
                place,
                fmt::format("is compressed by filter '{}' ({}), which this libhdf5 lacks", shown,
                            static_cast<int>(id)),
                "write the file with compression=\"gzip\" or none, or install the filter's plug-in "
                "and set HDF5_PLUGIN_PATH");
        }
    }
}

std::string trimmed(const char* begin, std::size_t size, H5T_str_t padding) {
    const char* end = std::find(begin, begin + size, '\0');
    if (padding == H5T_STR_SPACEPAD) {
        while (end != begin && *(end - 1) == ' ') {
            --end;
        }
    }
    return {begin, end};
}

void read_texts(hid_t dataset, hid_t type, hid_t space, std::size_t count, Values& values,
                const std::string& place) {
    const auto fail = [&place]() {
        throw ConfigError(place, "cannot be read: " + last_error(), "write the file again");
    };
    if (H5Tis_variable_str(type) > 0) {
        std::vector<char*> pointers(count, nullptr);
        if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()) < 0) {
            fail();
        }
        for (const char* text : pointers) {
            values.texts.emplace_back(text == nullptr ? "" : text);
        }
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
        return;
    }
    const std::size_t width = H5Tget_size(type);
    if (width == 0 || width > kMaxElements / std::max<std::size_t>(count, 1)) {
        throw ConfigError(place, "holds more text than can be read", "write shorter strings");
    }
    std::vector<char> bytes(width * count);
    if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0) {
        fail();
    }
    for (std::size_t i = 0; i < count; ++i) {
        values.texts.push_back(trimmed(bytes.data() + i * width, width, H5Tget_strpad(type)));
    }
}

// libhdf5 trusts a damaged file's sizes and would read beyond its buffers.
void check_sizes(hid_t dataset, hid_t type, std::size_t count, const std::string& place) {
    constexpr std::size_t kWidestNumber = 16;
    const std::size_t width = H5Tget_size(type);
    const Handle plist(H5Dget_create_plist(dataset), H5Pclose);
    const H5D_layout_t layout = plist.valid() ? H5Pget_layout(plist.get()) : H5D_LAYOUT_ERROR;
    const hsize_t stored = H5Dget_storage_size(dataset);
    const bool whole = layout == H5D_CHUNKED || stored == 0 || stored >= width * count;
    const bool number = H5Tget_class(type) != H5T_STRING;
    if (layout == H5D_LAYOUT_ERROR || width == 0 || (number && width > kWidestNumber) || !whole) {
        throw ConfigError(place, "contradicts itself about its size",
                          "the file is damaged: write or copy it again");
    }
}

void read_numbers(hid_t dataset, hid_t type, std::size_t count, Values& values,
                  const std::string& place) {
    values.numbers.resize(count);
    herr_t status = 0;
    if (H5Tget_class(type) == H5T_ENUM) {
        // libhdf5 does not convert an enumeration to a number: read it as it is, then convert
        // from the integer that underlies it.
        const Handle base(H5Tget_super(type), H5Tclose);
        std::vector<double> buffer(count);  // at least as wide as any integer
        status = H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer.data());
        if (status >= 0) {
            status = H5Tconvert(base.get(), H5T_NATIVE_DOUBLE, count, buffer.data(), nullptr,
                                H5P_DEFAULT);
        }
        values.numbers = std::move(buffer);
    } else {
        status = H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                         values.numbers.data());
    }
    if (status < 0) {
        throw ConfigError(place, "cannot be read: " + last_error(),
                          "the file may be truncated or damaged: write or copy it again");
    }
}

}  // namespace

File::File(const std::filesystem::path& path) : display_(path.string()) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
        throw ConfigError(display_, "no such file", "check the path");
    }
    if (!std::filesystem::is_regular_file(path, ignored)) {
        throw ConfigError(display_, "is not a file", "name the .nir file itself");
    }
    if (!std::ifstream(path, std::ios::binary)) {
        throw ConfigError(display_, "cannot be opened for reading", "check its permissions");
    }
    if (H5Fis_hdf5(path.c_str()) <= 0) {
        not_hdf5(path, display_);
    }
    file_ = Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
    if (!file_.valid()) {
        throw ConfigError(display_, "cannot be opened as HDF5: " + last_error(),
                          "the file may be truncated or damaged: write or copy it again");
    }
}

std::optional<ObjectKind> File::kind(const std::string& path) const {
    // libhdf5 asks for each component in turn: a missing one in the middle is an error to it.
    for (std::size_t at = path.find('/', 1);; at = path.find('/', at + 1)) {
        const std::string part = path.substr(0, at);
        if (part != "/" && H5Lexists(file_.get(), part.c_str(), H5P_DEFAULT) <= 0) {
            return std::nullopt;
        }
        if (at == std::string::npos) {
            break;
        }
    }
    const Handle object(H5Oopen(file_.get(), path.c_str(), H5P_DEFAULT), H5Oclose);
    if (!object.valid()) {
        throw ConfigError(place(path), "cannot be opened: " + last_error(),
                          "the link may point nowhere, or the file is damaged");
    }
    switch (H5Iget_type(object.get())) {
        case H5I_GROUP:
            return ObjectKind::group;
        case H5I_DATASET:
            return ObjectKind::dataset;
        default:
            return ObjectKind::other;
    }
}

std::vector<Child> File::children(const std::string& group) const {
    const Handle object(H5Gopen2(file_.get(), group.c_str(), H5P_DEFAULT), H5Gclose);
    std::vector<std::string> names;
    const herr_t status =
        !object.valid() ? -1
                        : H5Literate(
                              object.get(), H5_INDEX_NAME, H5_ITER_NATIVE, nullptr,
                              [](hid_t, const char* name, const H5L_info_t*, void* data) -> herr_t {
                                  static_cast<std::vector<std::string>*>(data)->emplace_back(name);
                                  return 0;
                              },
                              &names);
    if (status < 0) {
        throw ConfigError(place(group), "cannot be listed: " + last_error(),
                          "the file may be truncated or damaged: write or copy it again");
    }
    std::sort(names.begin(), names.end());
    std::vector<Child> result;
    for (const std::string& name : names) {
        const std::string path = group + "/" + name;
        result.push_back({name, kind(path).value_or(ObjectKind::other)});
    }
    return result;
}

Values File::read(const std::string& dataset) const {
    const std::string where = place(dataset);
    const Handle object(H5Dopen2(file_.get(), dataset.c_str(), H5P_DEFAULT), H5Dclose);
    if (!object.valid()) {
        throw ConfigError(where, "cannot be opened: " + last_error(),
                          "the file may be truncated or damaged: write or copy it again");
    }
    const Handle type(H5Dget_type(object.get()), H5Tclose);
    const Handle space(H5Dget_space(object.get()), H5Sclose);
    Values values;
    const H5S_class_t extent = H5Sget_simple_extent_type(space.get());
    if (extent == H5S_NULL) {
        values.shape = {0};
        return values;
    }
    const int rank = H5Sget_simple_extent_ndims(space.get());
    std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(rank, 0)));
    if (rank < 0 || H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr) < 0) {
        throw ConfigError(where, "has no readable shape: " + last_error(), "write the file again");
    }
    values.shape.assign(extents.begin(), extents.end());
    std::uint64_t count = 1;
    for (const std::uint64_t n : values.shape) {
        if (n != 0 && count > kMaxElements / n) {
            throw ConfigError(where, fmt::format("has more than {} elements", kMaxElements),
                              "split the layer");
        }
        count *= n;
    }
    const H5T_class_t type_class = H5Tget_class(type.get());
    values.is_text = type_class == H5T_STRING;
    if (!values.is_text && type_class != H5T_INTEGER && type_class != H5T_FLOAT &&
        type_class != H5T_ENUM) {
        throw ConfigError(where, "is neither a number nor a string",
                          "NIR fields are integers, floats, booleans or strings");
    }
    if (count == 0) {
        return values;
    }
    check_filters(object.get(), where);
    check_sizes(object.get(), type.get(), count, where);
    if (values.is_text) {
        read_texts(object.get(), type.get(), space.get(), count, values, where);
    } else {
        read_numbers(object.get(), type.get(), count, values, where);
    }
    return values;
}

}  // namespace cortile::hdf5
