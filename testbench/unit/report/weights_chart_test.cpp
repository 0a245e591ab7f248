// SPDX-License-Identifier: Apache-2.0
// The chart of weights over time: which synapses it draws, and how.
#include "hw_model/report/weights_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortile::report {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++found;
    }
    return found;
}

// Two neurons with two inputs each, of which one has no synapse; two rows, 50 timesteps apart.
RunResult run() {
    RunResult result;
    ProbeRecord probe{"fc", "w", 4, 2, {10, 20, -30, 0, 12, 24, -36, 0}};
    probe.interval = 50;
    result.probes = {probe};
    result.learned = {{"fc", "w", 2, 2, {12, 24, -36, 0}}};
    return result;
}

TEST(WeightsChart, DrawsEachSynapseAndTheMeanOfEachNeuron) {
    const std::string svg = weights_svg(run());
    EXPECT_EQ(count(svg, "<polyline"), 3u + 2) << "no line where there is no synapse";
    EXPECT_EQ(count(svg, "stroke-opacity"), 3u);
    EXPECT_THAT(svg, HasSubstr("3 synapses; strong lines"));
    EXPECT_THAT(svg, HasSubstr(">to neuron 0<"));
    EXPECT_THAT(svg, HasSubstr(">to neuron 1<"));
    EXPECT_THAT(svg, HasSubstr(">100<")) << "the second row is after 100 timesteps";
}

TEST(WeightsChart, DrawsSomeOfVeryManyAndSaysSo) {
    RunResult result = run();
    result.probes[0].neurons = 1000;
    result.probes[0].values.assign(2000, 7);
    result.learned[0].neurons = 1000;
    result.learned[0].timesteps = 1;
    const std::string svg = weights_svg(result);
    EXPECT_THAT(svg, HasSubstr("1000 synapses, one in 3 drawn"));
    EXPECT_EQ(count(svg, "stroke-opacity"), 334u);
}

TEST(WeightsChart, ColoursProjectionsWhereThereAreSeveral) {
    RunResult result = run();
    result.probes.push_back(result.probes[0]);
    result.probes[1].population = "rec";
    const std::string svg = weights_svg(result);
    EXPECT_THAT(svg, HasSubstr(">fc<"));
    EXPECT_THAT(svg, HasSubstr(">rec<"));
    EXPECT_THAT(svg, Not(HasSubstr("to neuron")));
}

TEST(WeightsChart, NeedsTwoRowsOfWeights) {
    EXPECT_THAT(weights_svg(RunResult{}), IsEmpty());
    RunResult result = run();
    result.probes[0].quantity = "x1";
    EXPECT_THAT(weights_svg(result), IsEmpty());
    result.probes[0].quantity = "w";
    result.probes[0].timesteps = 1;
    EXPECT_THAT(weights_svg(result), IsEmpty());
}

}  // namespace
}  // namespace cortile::report
