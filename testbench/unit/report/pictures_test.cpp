// SPDX-License-Identifier: Apache-2.0
// Charts and pictures of meshes: what is said stands where nothing is drawn over it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "hw_model/report/line_chart.h"
#include "hw_model/report/mesh_picture.h"

namespace cortile::report {
namespace {

using testing::HasSubstr;
using testing::Not;

// The number before `text` in the element that holds it.
double number_of(const std::string& svg, const std::string& attribute, const std::string& text) {
    const std::regex element("<text[^>]*" + attribute + "([0-9.]+)[^>]*>" + text + "</text>");
    std::smatch found;
    EXPECT_TRUE(std::regex_search(svg, found, element)) << text << " in " << svg;
    return found.empty() ? 0 : std::stod(found[1]);
}

double height_of(const std::string& svg) {
    std::smatch found;
    EXPECT_TRUE(std::regex_search(svg, found, std::regex("height=\"([0-9.]+)\"")));
    return std::stod(found[1]);
}

// Lines that begin at the top left, where many a legend stands.
LineChart chart(std::size_t series) {
    LineChart result;
    result.x_label = "load";
    for (std::size_t i = 0; i < series; ++i) {
        result.series.push_back(
            {"number " + std::to_string(i), {{0, 100.0 - static_cast<double>(i)}, {0.5, 100}}});
    }
    return result;
}

TEST(LineChart, TheLegendIsBelowAxisAndLabel) {
    const std::string svg = to_svg(chart(2));
    const double label = number_of(svg, " y=\"", "load");
    EXPECT_GT(number_of(svg, " y=\"", "number 0"), label + 12);
    EXPECT_EQ(number_of(svg, " y=\"", "number 1"), number_of(svg, " y=\"", "number 0"));
    EXPECT_GT(number_of(svg, " x=\"", "number 1"), number_of(svg, " x=\"", "number 0") + 60);
}

TEST(LineChart, AsManyRowsOfNamesAsItTakes) {
    const std::string svg = to_svg(chart(9));
    EXPECT_GT(number_of(svg, " y=\"", "number 8"), number_of(svg, " y=\"", "number 0") + 12);
    EXPECT_LT(number_of(svg, " y=\"", "number 8"), height_of(svg));
}

TEST(LineChart, AMarkAtTheRightEdgeIsNamedBesideTheChart) {
    LineChart marked = chart(1);
    marked.mark = {0.5, "saturated"};
    const std::string svg = to_svg(marked);
    EXPECT_GT(number_of(svg, "translate\\(", "saturated"), number_of(svg, " x=\"", "0.5"));
}

TEST(MeshPicture, TheLegendNamesChannelsOfBoardsOnly) {
    MeshPicture picture;
    picture.unit = "flits/cycle";
    picture.subtitle = "at some load";
    picture.width = 4;
    picture.height = 2;
    picture.links = {{1, 0, "east", 0.25, false}, {1, 0, "east", 0.5, true}};
    const std::string chip = to_svg(picture);
    EXPECT_THAT(chip, HasSubstr(">link to the next tile<"));
    EXPECT_THAT(chip, Not(HasSubstr("chip to chip")));
    EXPECT_LT(number_of(chip, " y=\"", "the busiest"), height_of(chip));
    picture.chip_width = 2;
    const std::string board = to_svg(picture);
    EXPECT_THAT(board, HasSubstr(">chip to chip: share of time<"));
    EXPECT_LT(number_of(board, " y=\"", "the busiest"), height_of(board));
}

}  // namespace
}  // namespace cortile::report
