// SPDX-License-Identifier: Apache-2.0
// The search, on chips of which it is known what they need.
#include "app/nearest_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Parameters parameters_of(const std::string& yaml) {
    const ParameterSchema schema{
        whole_number("core.neurons", "10", "neurons", 1, 65535),
        whole_number("core.axons", "20", "axons", 1, 1 << 20),
        whole_number("core.fan_in", "0", "fan-in; 0: no limit", 0, 1 << 20),
        {"core.memory", ParameterType::information, "4 KiB", "memory", false, {}, 1, 0x1p40},
        {"core.name", ParameterType::text, "x", "a text"},
        whole_number("chip.mesh.width", "2", "tiles", 1, 1024),
        whole_number("chip.mesh.height", "2", "tiles", 1, 1024),
        whole_number("chip.cores_per_tile", "1", "cores", 1, 256),
        whole_number("mapping.cores", "0", "cores", 0, 1 << 14),
        {"mapping.share_cores", ParameterType::flag, "false", "shared"},
    };
    return ConfigTree::from_text(yaml, "test.yaml", {}).resolve(schema);
}

// A chip with limits that `set` changes, and a network that needs `need` of each; the first
// shortage is told, and its key named, as mapping does.
class FakeChip {
  public:
    FakeChip(Parameters parameters, std::map<std::string, std::int64_t> need)
        : parameters_(std::move(parameters)), need_(std::move(need)) {}

    void operator()(const std::vector<std::string>& set) {
        ++attempts;
        std::map<std::string, std::int64_t> have;
        for (const auto& [key, value] : parameters_.values()) {
            have[key] = value.integer;
        }
        for (const std::string& assignment : set) {
            const auto equals = assignment.find('=');
            const std::string text = assignment.substr(equals + 1);
            std::int64_t& value = have[assignment.substr(0, equals)];
            value = text == "true" ? 1 : std::stoll(text) * (text.ends_with("KiB") ? 8192 : 1);
        }
        have["chip.mesh"] = have["chip.mesh.width"] * have["chip.mesh.height"];
        for (const auto& [key, needed] : need_) {
            if (have[key] < needed) {
                const std::string named =
                    key == "chip.mesh" ? "chip.mesh.width, chip.mesh.height" : key;
                throw ConfigError("here", "not enough", "raise " + named + ".");
            }
        }
    }

    std::vector<Change> search(unsigned most = 200) {
        try {
            (*this)({});
        } catch (const ConfigError& error) {
            return nearest_changes(parameters_, error, std::ref(*this), most);
        }
        ADD_FAILURE() << "it fits already";
        return {};
    }

    unsigned attempts = 0;

  private:
    Parameters parameters_;
    std::map<std::string, std::int64_t> need_;
};

TEST(NearestChange, OfALimitIsTheLeastWithWhichItFits) {
    for (const std::int64_t need : {11, 12, 13, 100, 65535}) {
        const auto changes = FakeChip(parameters_of(""), {{"core.neurons", need}}).search();
        ASSERT_EQ(changes.size(), 1u);
        EXPECT_THAT(changes[0].assignments, ElementsAre("core.neurons=" + std::to_string(need)));
        EXPECT_TRUE(changes[0].smallest);
    }
}

TEST(NearestChange, BeyondWhatTheSchemaAllowsThereIsNone) {
    EXPECT_THAT(FakeChip(parameters_of(""), {{"core.neurons", 65536}}).search(), IsEmpty());
}

TEST(NearestChange, OfAMemoryIsInWholeKibibytes) {
    const auto changes = FakeChip(parameters_of(""), {{"core.memory", 5 * 8192 + 1}}).search();
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_THAT(changes[0].assignments, ElementsAre("core.memory=6KiB"));
}

TEST(NearestChange, OfAMeshGrowsItsShorterSide) {
    const auto square = FakeChip(parameters_of(""), {{"chip.mesh", 5}}).search();
    ASSERT_EQ(square.size(), 1u);
    EXPECT_THAT(square[0].assignments, ElementsAre("chip.mesh.width=3"));
    const auto flat =
        FakeChip(parameters_of("chip: {mesh: {width: 4, height: 2}}"), {{"chip.mesh", 17}})
            .search();
    ASSERT_EQ(flat.size(), 1u);
    EXPECT_THAT(flat[0].assignments, ElementsAre("chip.mesh.width=5", "chip.mesh.height=4"));
}

TEST(NearestChange, OfSeveralShortagesRaisesEachToItsLeast) {
    const auto changes =
        FakeChip(parameters_of(""),
                 {{"core.neurons", 33}, {"core.memory", 100 * 8192}, {"chip.mesh", 9}})
            .search();
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_THAT(changes[0].assignments, ElementsAre("chip.mesh.width=3", "chip.mesh.height=3",
                                                    "core.memory=100KiB", "core.neurons=33"));
}

// 10 cores or more, and 400 axons on all of them together.
TEST(NearestChange, TakesTheSmallestMeshBeforeTheSmallestCore) {
    const auto attempt = [](const std::vector<std::string>& set) {
        std::map<std::string, int> have{
            {"core.axons", 20}, {"chip.mesh.width", 2}, {"chip.mesh.height", 2}};
        for (const std::string& assignment : set) {
            const auto equals = assignment.find('=');
            have[assignment.substr(0, equals)] = std::stoi(assignment.substr(equals + 1));
        }
        const int cores = have["chip.mesh.width"] * have["chip.mesh.height"];
        if (std::int64_t{have["core.axons"]} * cores < 400) {
            throw ConfigError("here", "too few axons", "raise core.axons");
        }
        if (cores < 10) {
            throw ConfigError("here", "too few cores", "raise chip.mesh.width");
        }
    };
    const auto changes = nearest_changes(
        parameters_of(""), ConfigError("here", "too few axons", "raise core.axons"), attempt);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_THAT(changes[0].assignments,
                ElementsAre("core.axons=34", "chip.mesh.width=4", "chip.mesh.height=3"));
}

TEST(NearestChange, OffersEveryLimitThatAloneIsEnough) {
    const Parameters parameters = parameters_of("mapping: {cores: 3}");
    const ConfigError error("here", "too small: core.name, core.axons.",
                            "raise core.neurons, or set mapping.cores to 0");
    // 40 in all, or no fixed number of cores.
    const auto changes =
        nearest_changes(parameters, error, [&](const std::vector<std::string>& set) {
            std::int64_t sum = 30;
            for (const std::string& assignment : set) {
                if (assignment == "mapping.cores=0") {
                    return;
                }
                sum += std::stoll(assignment.substr(assignment.find('=') + 1)) -
                       (assignment.starts_with("core.axons") ? 20 : 10);
            }
            if (sum < 40) {
                throw error;
            }
        });
    ASSERT_EQ(changes.size(), 3u);
    EXPECT_THAT(changes[0].assignments, ElementsAre("mapping.cores=0"));
    EXPECT_THAT(changes[1].assignments, ElementsAre("core.axons=30"));
    EXPECT_THAT(changes[2].assignments, ElementsAre("core.neurons=20"));
}

TEST(NearestChange, IsNoneForAnErrorThatNamesNoLimit) {
    const ConfigError error("here", "reset by subtraction is beyond this core", "use core.name");
    unsigned attempts = 0;
    const auto changes = nearest_changes(parameters_of(""), error, [&](const auto&) {
        ++attempts;
        throw error;
    });
    EXPECT_THAT(changes, IsEmpty());
    EXPECT_EQ(attempts, 0u);
}

TEST(NearestChange, StopsAfterSoManyAttemptsAndSaysSo) {
    FakeChip chip(parameters_of(""), {{"core.axons", 77777}});
    const auto changes = chip.search(5);
    EXPECT_EQ(chip.attempts, 1u + 5u);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_FALSE(changes[0].smallest);
    EXPECT_NO_THROW(chip(changes[0].assignments));
}

}  // namespace
}  // namespace cortile
