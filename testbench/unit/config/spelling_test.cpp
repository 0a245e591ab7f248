// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/spelling.h"

#include <gtest/gtest.h>

namespace cortile {
namespace {

const std::vector<std::string> kKeys{"chip.mesh.width", "chip.mesh.height", "noc.hop_x",
                                     "noc.hop_y", "noc.local"};

TEST(Spelling, FindsInsertedDroppedReplacedAndSwappedLetters) {
    for (const char* word : {"noc.locaal", "noc.loal", "noc.lokal", "noc.lcoal"}) {
        EXPECT_EQ(nearest_spelling(word, kKeys), "noc.local") << word;
    }
}

TEST(Spelling, PrefersTheNearest) {
    EXPECT_EQ(nearest_spelling("noc.hop-y", kKeys), "noc.hop_y");
    EXPECT_EQ(nearest_spelling("chip.mesh.hight", kKeys), "chip.mesh.height");
}

TEST(Spelling, TakesTheFirstOfEquallyNear) {
    EXPECT_EQ(nearest_spelling("noc.hop_z", kKeys), "noc.hop_x");
}

TEST(Spelling, LetterCaseCountsLeast) {
    EXPECT_EQ(nearest_spelling("NOC.Local", kKeys), "noc.local");
    EXPECT_EQ(nearest_spelling("KB", {"B", "kB", "KiB"}), "kB");
}

TEST(Spelling, ABeginningStandsForTheWhole) {
    EXPECT_EQ(nearest_spelling("tiny", {"loihi", "tiny_2x2"}), "tiny_2x2");
}

TEST(Spelling, FindsNothingFarAway) {
    EXPECT_EQ(nearest_spelling("stimulus.rate", kKeys), std::nullopt);
    EXPECT_EQ(nearest_spelling("W", {"J", "s"}), std::nullopt);
    EXPECT_EQ(nearest_spelling("", kKeys), std::nullopt);
    EXPECT_EQ(nearest_spelling("noc", {}), std::nullopt);
}

TEST(Spelling, AnEndlessWordHasNoNeighbour) {
    EXPECT_EQ(nearest_spelling(std::string(1'000'000, 'a'), kKeys), std::nullopt);
}

}  // namespace
}  // namespace cortile
