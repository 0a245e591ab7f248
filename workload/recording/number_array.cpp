// SPDX-License-Identifier: Apache-2.0
#include "workload/recording/number_array.h"

#include <array>
#include <fstream>

#include "hw_model/base/error.h"
#include "hw_model/base/text_file.h"
#include "hw_model/config/yaml_text.h"
#include "workload/hdf5/hdf5_file.h"
#include "workload/recording/npy_file.h"
#include "workload/recording/text_numbers.h"
#include "workload/recording/zip_file.h"

namespace cortile {

namespace {

std::string head_of(const std::filesystem::path& path) {
    std::array<char, 512> head{};
    std::ifstream file(path, std::ios::binary);
    file.read(head.data(), head.size());
    return {head.data(), static_cast<std::size_t>(file.gcount())};
}

// Arrays of an .npz file are its members, each named with .npy behind it.
NumberArray read_npz(const std::string& bytes, const std::string& display,
                     const std::string& dataset) {
    const std::vector<ZipMember> members = zip_members(bytes, display);
    std::string names;
    for (const ZipMember& member : members) {
        const std::string name = member.name.ends_with(".npy")
                                     ? member.name.substr(0, member.name.size() - 4)
                                     : member.name;
        if (name == dataset || (dataset.empty() && members.size() == 1)) {
            const std::string place = display + ": " + name;
            return parse_npy(unpack(bytes, member, place), place);
        }
        names += (names.empty() ? "" : ", ") + shown_text(name);
    }
    throw ConfigError(display,
                      dataset.empty() ? "holds several arrays, and none is named"
                                      : "holds no array '" + dataset + "'",
                      "it holds: " + names);
}

NumberArray read_hdf5(const std::filesystem::path& path, const std::string& dataset) {
    const hdf5::File file(path);
    const std::string full = dataset.starts_with('/') ? dataset : "/" + dataset;
    if (dataset.empty() || file.kind(full) != hdf5::ObjectKind::dataset) {
        throw ConfigError(file.place(full), "there is no such dataset",
                          "name one, as in FILE:DATASET or stimulus.dataset");
    }
    hdf5::Values values = file.read(full);
    if (values.is_text) {
        throw ConfigError(file.place(full), "holds text, not numbers", "name another dataset");
    }
    return {std::move(values.shape), std::move(values.numbers)};
}

}  // namespace

bool is_numpy_file(const std::filesystem::path& path) {
    const std::string head = head_of(path);
    return is_npy(head) || is_zip(head);
}

NumberArray read_number_array(const std::filesystem::path& path, const std::string& dataset) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        throw ConfigError(path.string(), "no such file", "check the path");
    }
    if (is_text(head_of(path))) {
        return parse_text_numbers(read_text_file(path), path.string());
    }
    if (!is_numpy_file(path)) {
        return read_hdf5(path, dataset);
    }
    const std::string bytes = read_text_file(path);
    return is_npy(bytes) ? parse_npy(bytes, path.string())
                         : read_npz(bytes, path.string(), dataset);
}

}  // namespace cortile
