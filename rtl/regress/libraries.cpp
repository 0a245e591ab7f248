// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/libraries.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace cortile::regress {

namespace {

LibraryOptions options_of(Variant variant) {
    LibraryOptions options;
    options.harness.trace = variant == Variant::trace;
    options.harness.coverage = variant == Variant::coverage;
    return options;
}

}  // namespace

void Libraries::build(const std::set<BuildKey>& keys, unsigned parallel, ChildRunner& children,
                      const std::function<void(std::size_t, std::size_t)>& progress) {
    std::vector<BuildKey> order;
    for (const BuildKey& key : keys) {
        if (!libraries_.contains(key) && !errors_.contains(key)) {
            order.push_back(key);
        }
    }
    const auto message_file = [&](std::size_t task) {
        return scratch_ /
               fmt::format("build-{}-{}", order[task].first, static_cast<int>(order[task].second));
    };
    std::vector<ChildTask> tasks;
    for (std::size_t i = 0; i < order.size(); ++i) {
        tasks.push_back({[this, key = order[i], file = message_file(i)] {
            try {
                DatapathLibrary::build(datapaths_[key.first], options_of(key.second));
                return EXIT_SUCCESS;
            } catch (const ConfigError& error) {
                std::ofstream(file) << error.what();
                return EXIT_FAILURE;
            }
        }});
    }
    std::size_t done = 0;
    progress(done, tasks.size());
    const auto ends = children.run_all(tasks, parallel, [&](std::size_t, const ChildRunner::End&) {
        progress(++done, tasks.size());
    });
    for (std::size_t i = 0; i < order.size(); ++i) {
        const DatapathDescription& datapath = datapaths_[order[i].first];
        if (ends[i].exit_code == 0 && ends[i].signal == 0) {
            libraries_[order[i]] = DatapathLibrary::build(datapath, options_of(order[i].second));
            continue;
        }
        std::ostringstream told;
        told << std::ifstream(message_file(i)).rdbuf();
        errors_[order[i]] =
            told.str().empty() ? datapath.file.string() + ": the build died" : told.str();
    }
}

std::shared_ptr<const DatapathLibrary> Libraries::find(const BuildKey& key) const {
    const auto found = libraries_.find(key);
    return found == libraries_.end() ? nullptr : found->second;
}

const std::string& Libraries::error(const BuildKey& key) const {
    return errors_.at(key);
}

}  // namespace cortile::regress
