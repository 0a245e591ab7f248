// SPDX-License-Identifier: Apache-2.0
// The builds of datapaths that a regression needs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "hw_model/base/child_process.h"
#include "rtl/verilated/datapath_library.h"

namespace cortile::regress {

enum class Variant { plain, coverage, trace };
using BuildKey = std::pair<std::size_t, Variant>;  // of a datapath

class Libraries {
  public:
    // The descriptions are kept. `scratch`: a folder for files of no account.
    Libraries(const std::vector<DatapathDescription>& datapaths, std::filesystem::path scratch)
        : datapaths_(datapaths), scratch_(std::move(scratch)) {}

    // Builds them in processes of their own: compilers take long, and end with those. Loads them
    // in this one, for all that it starts from then on. What cannot be built has an error.
    void build(const std::set<BuildKey>& keys, unsigned parallel, ChildRunner& children,
               const std::function<void(std::size_t done, std::size_t total)>& progress);

    // Null: it was not built.
    std::shared_ptr<const DatapathLibrary> find(const BuildKey& key) const;
    const std::string& error(const BuildKey& key) const;

  private:
    const std::vector<DatapathDescription>& datapaths_;
    std::filesystem::path scratch_;
    std::map<BuildKey, std::shared_ptr<const DatapathLibrary>> libraries_;
    std::map<BuildKey, std::string> errors_;
};

}  // namespace cortile::regress
