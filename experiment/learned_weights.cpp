// SPDX-License-Identifier: Apache-2.0
#include "experiment/learned_weights.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "hw_model/base/error.h"
#include "workload/hdf5/hdf5_file.h"

namespace cortile {

namespace {

// Paths of the groups that hold a dataset w: a projection's name may contain a slash.
void find_weights(const hdf5::File& file, const std::string& group,
                  std::vector<std::string>& found) {
    for (const hdf5::Child& child : file.children(group.empty() ? "/" : group)) {
        if (child.kind == hdf5::ObjectKind::group) {
            find_weights(file, group + "/" + child.name, found);
        } else if (child.name == "w") {
            found.push_back(group);
        }
    }
}

void replace(const hdf5::File& file, const std::string& group, Projection& projection) {
    const std::string dataset = group + "/w";
    const hdf5::Values values = file.read(dataset);
    const Connectivity& old = *projection.connectivity;
    const std::vector<std::uint64_t> wanted{old.target_size(), old.source_size()};
    if (values.is_text || values.shape != wanted) {
        throw ConfigError(
            file.place(dataset),
            fmt::format("expected numbers of shape ({}), as projection '{}' has "
                        "them; found {} of shape ({})",
                        fmt::join(wanted, ", "), projection.name,
                        values.is_text ? "text" : "numbers", fmt::join(values.shape, ", ")),
            "use weights that this network has learned");
    }
    if (old.max_delay() > 0) {
        throw ConfigError(file.place(dataset),
                          fmt::format("projection '{}' has delays, which the file does not hold",
                                      projection.name),
                          "only weights of projections without delays can be loaded");
    }
    projection.connectivity =
        make_dense(old.target_size(), old.source_size(),
                   std::vector<float>(values.numbers.begin(), values.numbers.end()));
}

}  // namespace

void load_learned_weights(const std::filesystem::path& path, Network& network) {
    const hdf5::File file(path);
    std::vector<std::string> groups;
    find_weights(file, "", groups);
    if (groups.empty()) {
        throw ConfigError(path.string(), "no weights in it", "give the learned.h5 of a run");
    }
    for (const std::string& group : groups) {
        const std::string name = group.substr(1);
        const auto found =
            std::find_if(network.projections.begin(), network.projections.end(),
                         [&](const Projection& projection) { return projection.name == name; });
        if (found == network.projections.end()) {
            std::string names;
            for (const Projection& projection : network.projections) {
                names += (names.empty() ? "" : ", ") + projection.name;
            }
            throw ConfigError(file.place(group), "the network has no projection '" + name + "'",
                              "its projections: " + names);
        }
        replace(file, group, *found);
    }
}

}  // namespace cortile
