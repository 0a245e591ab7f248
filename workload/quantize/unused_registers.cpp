// SPDX-License-Identifier: Apache-2.0
#include "workload/quantize/unused_registers.h"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cortile {

namespace {

class Collector {
  public:
    explicit Collector(const std::string& prefix) : own_(prefix + "/") {}

    template <typename Item>
    void note(const Item& item) {
        const bool has_own =
            std::any_of(item.hardware.begin(), item.hardware.end(),
                        [&](const auto& entry) { return entry.first.starts_with(own_); });
        if (has_own || item.hardware.empty()) {
            return;
        }
        holders_.push_back("'" + item.name + "'");
        for (const auto& [key, values] : item.hardware) {
            keys_.insert(key);
        }
    }

    bool empty() const { return keys_.empty(); }
    std::string keys() const { return list({keys_.begin(), keys_.end()}); }
    std::string holders() const { return list(holders_); }

  private:
    static std::string list(std::vector<std::string> items) {
        constexpr std::size_t kMost = 6;
        const std::size_t count = items.size();
        items.resize(std::min(count, kMost));
        return fmt::format("{}{}", fmt::join(items, ", "),
                           count > kMost ? fmt::format(" and {} more", count - kMost) : "");
    }

    std::string own_;
    std::set<std::string> keys_;
    std::vector<std::string> holders_;
};

}  // namespace

std::string unused_registers(const Network& network, const std::string& prefix) {
    Collector found(prefix);
    for (const Population& population : network.populations) {
        found.note(population);
    }
    for (const Projection& projection : network.projections) {
        found.note(projection);
    }
    return found.empty() ? ""
                         : fmt::format(
                               "{} of {} are registers of another chip and not used: this "
                               "one takes the network's own parameters",
                               found.keys(), found.holders());
}

}  // namespace cortile
