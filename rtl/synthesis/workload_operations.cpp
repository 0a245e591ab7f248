// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/workload_operations.h"

#include <algorithm>

#include <fmt/format.h>

#include "cores/datapath/stimulus.h"
#include "hw_model/base/error.h"

namespace cortile {

namespace {

// What the toggles of a recording are taken from: runs of so many operations that follow one
// another, for what follows what decides how many bits change.
constexpr std::size_t kBlock = 64;

Operations random_operations(const DatapathDescription& d, NeuronDatapath& reference,
                             const WorkloadOptions& options) {
    RandomStimulus stimulus(*d.semantics, d.contract, reference, options.seed);
    // Enough that each kind of operation occurs often: one in a hundred may be at rest.
    Operations rows(32 * options.count * d.contract.operand_words());
    stimulus.draw(rows);
    return rows;
}

Operations recorded_operations(const DatapathDescription& d, const WorkloadOptions& options) {
    const std::size_t words = d.contract.operand_words();
    Operations rows = read_operations(d.contract, options.recording);
    if (rows.size() < 2 * kWarmUpOperations * words) {
        throw ConfigError(options.recording.string(),
                          fmt::format("holds {} operations; an activity needs {} at least",
                                      rows.size() / words, 2 * kWarmUpOperations),
                          "record a longer run");
    }
    return rows;
}

}  // namespace

Operations workload_operations(const DatapathDescription& d, NeuronDatapath& reference,
                               const WorkloadOptions& options) {
    return options.recording.empty() ? random_operations(d, reference, options)
                                     : recorded_operations(d, options);
}

Operations choose_operations(const DatapathDescription& d, NeuronDatapath& reference,
                             const Operations& all, const CostKey* key, std::size_t most) {
    const std::size_t words = d.contract.operand_words();
    Operations some;
    if (key == nullptr || key->output.empty()) {
        some = all;
    } else {
        const std::size_t width = d.contract.result_words();
        std::vector<std::int64_t> results(all.size() / words * width);
        reference.run(all, results);
        const std::vector<std::string> names = d.contract.result_names();
        const auto found = std::find(names.begin(), names.end(), key->output);
        if (found == names.end()) {
            throw ContractViolation("a cost key names an output that the datapath lacks: " +
                                    key->output);
        }
        const auto word = static_cast<std::size_t>(found - names.begin());
        for (std::size_t i = 0; i * words < all.size(); ++i) {
            if (results[i * width + word] == key->value) {
                const auto row = all.begin() + static_cast<std::ptrdiff_t>(i * words);
                some.insert(some.end(), row, row + static_cast<std::ptrdiff_t>(words));
            }
        }
    }
    const std::size_t count = some.size() / words;
    const std::size_t wanted = most + kWarmUpOperations;
    if (count <= wanted || d.state_inside) {
        some.resize(std::min(count, wanted) * words);
        return some;
    }
    Operations result;
    const std::size_t blocks = (wanted + kBlock - 1) / kBlock;
    for (std::size_t block = 0; block < blocks; ++block) {
        const std::size_t first = block * (count - kBlock) / std::max<std::size_t>(1, blocks - 1);
        const auto begin = some.begin() + static_cast<std::ptrdiff_t>(first * words);
        result.insert(result.end(), begin, begin + static_cast<std::ptrdiff_t>(kBlock * words));
    }
    return result;
}

}  // namespace cortile
