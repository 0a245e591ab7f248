// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/coverage_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testbench/unit/config/config_test_support.h"
#include "testbench/unit/regress/coverage_test_support.h"

namespace cortile::regress {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(CoverageData, ReadsWhatVerilatorWrites) {
    const CoverageData data =
        parse_coverage(coverage_text({{"v_branch/lif", "a.sv", 7, 9, "if", 3},
                                      {"v_line/lif", "a.sv", 5, 2, "block", 4},
                                      {"v_toggle/lif", "a.sv", 2, 1, "v[3]", 0},
                                      {"v_user/lif", "a.sv", 9, 1, "fires", 12}}),
                       "x");
    EXPECT_THAT(
        data.counts,
        ElementsAre(Pair(CoveragePoint{"a.sv", 2, 1, CoverageType::toggle, "v[3]"}, 0),
                    Pair(CoveragePoint{"a.sv", 5, 2, CoverageType::line, "block"}, 4),
                    Pair(CoveragePoint{"a.sv", 7, 9, CoverageType::line, "if"}, 3),
                    Pair(CoveragePoint{"a.sv", 9, 1, CoverageType::functional, "fires"}, 12)));
}

TEST(CoverageData, VariantsAndInstancesOfAModuleShareTheirPoints) {
    const CoverageData data =
        parse_coverage(coverage_text({{"v_line/lif", "a.sv", 5, 2, "block", 4},
                                      {"v_line/lif__S12", "a.sv", 5, 2, "block", 5}}),
                       "x");
    EXPECT_THAT(data.counts, ElementsAre(Pair(testing::_, 9)));
}

TEST(CoverageData, OtherKindsOfPointsAreLeftOut) {
    EXPECT_TRUE(parse_coverage(coverage_text({{"v_expr/lif", "a.sv", 5, 2, "(a && b)", 4}}), "x")
                    .counts.empty());
}

TEST(CoverageData, MergesRuns) {
    CoverageData sum = parse_coverage(coverage_text({{"v_line/a", "a.sv", 1, 1, "block", 0},
                                                     {"v_line/a", "a.sv", 2, 1, "block", 2},
                                                     {"v_line/a", "a.sv", 3, 1, "block", 5}}),
                                      "x");
    const CoverageData other =
        parse_coverage(coverage_text({{"v_line/a", "a.sv", 1, 1, "block", 3},
                                      {"v_line/a", "a.sv", 2, 1, "block", UINT64_MAX},
                                      {"v_line/a", "a.sv", 3, 1, "block", 0}}),
                       "x");
    sum.merge(other);
    EXPECT_THAT(sum.counts, ElementsAre(Pair(testing::_, 3), Pair(testing::_, UINT64_MAX),
                                        Pair(testing::_, 5)));
}

TEST(CoverageData, DamagedTextsHaveTheirLine) {
    const std::string good = coverage_text({{"v_line/a", "a.sv", 1, 1, "block", 3}});
    EXPECT_THAT(config_error([&] { parse_coverage("", "c.dat"); }),
                HasSubstr("c.dat:1: is not coverage as Verilator writes it"));
    for (const char* line :
         {"C 'x' 1", "C '\x01page\x02v_line/a' 1", "C '\x01page' 1", "D '' 1", "C '", "C ''",
          "C '\x01"
          "f\x02"
          "a\x01l\x02x\x01n\x02"
          "1\x01page\x02v_line/a' 1",
          "C '\x01"
          "f\x02"
          "a\x01l\x02"
          "1\x01n\x02"
          "1\x01page\x02v_line/a' -1",
          "C '\x01"
          "f\x02"
          "a\x01l\x02"
          "1\x01n\x02"
          "1\x01page\x02v_line/a' 1 2"}) {
        EXPECT_THAT(config_error([&] { parse_coverage(good + line + "\n", "c.dat"); }),
                    HasSubstr("c.dat:3: is not coverage"))
            << line;
    }
    EXPECT_THAT(config_error([] { read_coverage("/nowhere/coverage.dat"); }),
                HasSubstr("cannot be read"));
}

TEST(CoverageData, AnEmptyRunHasNoPoints) {
    EXPECT_TRUE(parse_coverage("# SystemC::Coverage-3\n", "x").counts.empty());
    EXPECT_TRUE(parse_coverage("# SystemC::Coverage-3", "x").counts.empty());
}

}  // namespace
}  // namespace cortile::regress
