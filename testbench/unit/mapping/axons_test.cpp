// SPDX-License-Identifier: Apache-2.0
// Population axons: how they are counted, and where they are chosen.
#include <gmock/gmock.h>

#include "hw_model/base/error.h"
#include "testbench/unit/mapping/mapping_networks.h"
#include "workload/mapping/choose_axons.h"
#include "workload/mapping/contiguous_partition.h"
#include "workload/mapping/measure.h"

namespace cortile {
namespace {

using testing::Each;

// 3 x 3 kernels, padding 1; every fourth weight is 0.
std::shared_ptr<const Connectivity> convolution(std::uint32_t in, std::uint32_t out,
                                                std::uint32_t side, std::uint32_t groups = 1) {
    Convolution2d c;
    c.in_channels = in;
    c.out_channels = out;
    c.in_height = c.in_width = c.out_height = c.out_width = side;
    c.kernel_height = c.kernel_width = 3;
    c.pad_top = c.pad_left = 1;
    c.groups = groups;
    for (std::uint32_t i = 0; i < out * in / groups * 9; ++i) {
        c.weight.push_back(static_cast<float>(i % 4));
    }
    return make_convolution(std::move(c));
}

CoreLimits with_atoms(std::uint32_t atoms) {
    CoreLimits limits = unlimited();
    limits.axon_atoms = atoms;
    limits.population_axon_entries = 2;
    return limits;
}

MappingOptions asking_for(Axons axons) {
    MappingOptions options;
    options.axons = axons;
    return options;
}

// An image of `channels` channels, through a convolution into `conv`.
struct Image {
    explicit Image(std::uint32_t channels, std::uint32_t out = 5, std::uint32_t side = 8) {
        source = b.neurons("image", {channels, side, side});
        target = b.neurons("conv", {out, side, side});
        b.connect(source, target, convolution(channels, out, side));
    }
    PieceUse use(const CoreLimits& limits, std::uint32_t piece) {
        const std::uint32_t sources = b.network()[source].size;
        const std::uint32_t targets = b.network()[target].size;
        return measure(b.network(), limits,
                       std::vector<Piece>{{source, 0, sources}, {target, 0, targets}}, {})
            .pieces[piece];
    }

    NetworkBuilder b;
    PopulationId source, target;
};

TEST(PopulationAxons, TakeOneInputAxonAPixel) {
    Image image(4);
    EXPECT_EQ(image.use(unlimited(), 1).input_axons, 4u * 64u);
    choose_axons(image.b.network(), with_atoms(512), asking_for(Axons::population));
    EXPECT_EQ(image.use(with_atoms(512), 1).input_axons, 64u);
}

TEST(PopulationAxons, OfMoreChannelsThanAtomsAreSeveral) {
    Image image(4);
    choose_axons(image.b.network(), with_atoms(3), asking_for(Axons::population));
    EXPECT_EQ(image.use(with_atoms(3), 1).input_axons, 2u * 64u);
}

TEST(PopulationAxons, TakeMoreOutputAxons) {
    Image image(4);
    EXPECT_EQ(image.use(with_atoms(512), 0).output_axons, 4u * 64u);
    choose_axons(image.b.network(), with_atoms(512), asking_for(Axons::population));
    EXPECT_EQ(image.use(with_atoms(512), 0).output_axons, 2u * 4u * 64u);
}

TEST(PopulationAxons, AreSharedByNeuronsOfSeveralCores) {
    Image image(4);
    choose_axons(image.b.network(), with_atoms(512), asking_for(Axons::population));
    const std::vector<Piece> pieces{
        {image.source, 0, 100}, {image.source, 100, 256}, {image.target, 0, 320}};
    EXPECT_EQ(measure(image.b.network(), with_atoms(512), pieces, {}).pieces[2].input_axons, 64u);
}

TEST(PopulationAxons, AreCountedOnEachCoreTheyReach) {
    Image image(4);
    choose_axons(image.b.network(), with_atoms(512), asking_for(Axons::population));
    const std::vector<Piece> pieces{
        {image.source, 0, 256}, {image.target, 0, 64}, {image.target, 64, 320}};
    const auto measured = measure(image.b.network(), with_atoms(512), pieces, {}).pieces;
    EXPECT_EQ(measured[1].input_axons, 64u);
    EXPECT_EQ(measured[2].input_axons, 64u);
}

// 22 x 22 taps on 8 x 8 pixels; a quarter of the weights is zero.
TEST(PopulationAxons, StoreZeroWeights) {
    Image image(4);
    const std::uint64_t all = 4u * 5u * 22u * 22u;
    EXPECT_LT(image.use(unlimited(), 1).synapses, all);
    choose_axons(image.b.network(), with_atoms(512), asking_for(Axons::population));
    EXPECT_EQ(image.use(with_atoms(512), 1).synapses, all);
}

TEST(PopulationAxons, AreNotForConvolutionsInGroups) {
    NetworkBuilder b;
    const auto image = b.neurons("image", {4, 8, 8}), conv = b.neurons("conv", {4, 8, 8});
    b.connect(image, conv, convolution(4, 4, 8, 2)).connect(image, conv, all_to_all(256, 256));
    choose_axons(b.network(), with_atoms(512), asking_for(Axons::population));
    EXPECT_EQ(b.network().projections[0].axon_atoms, 1u);
    EXPECT_EQ(b.network().projections[1].axon_atoms, 1u);
}

TEST(PopulationAxons, AreForTwoChannels) {
    Image image(2);
    choose_axons(image.b.network(), with_atoms(512), asking_for(Axons::population));
    EXPECT_EQ(image.b.network().projections[0].axon_atoms, 2u);
}

TEST(PopulationAxons, AreNotForProjectionsThatLearn) {
    Image image(4);
    image.b.network().projections[0].plastic = true;
    choose_axons(image.b.network(), with_atoms(512), asking_for(Axons::population));
    EXPECT_EQ(image.b.network().projections[0].axon_atoms, 1u);
}

// The count while a core grows against that of measure().
TEST(PopulationAxons, RunsAreAsLongAsTheyAllow) {
    Image image(6, 16);
    CoreLimits limits = with_atoms(512);
    choose_axons(image.b.network(), limits, asking_for(Axons::population));
    limits.input_axons = 40;
    const Runs found = contiguous_runs(image.b.network(), image.target, limits);
    ASSERT_GT(found.runs.size(), 1u);
    std::vector<Piece> pieces{{image.source, 0, image.b.network()[image.source].size}};
    for (const auto& run : found.runs) {
        pieces.push_back({image.target, run.begin, run.end});
    }
    const auto measured = measure(image.b.network(), limits, pieces, {{}, found.order});
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        EXPECT_LE(measured.pieces[i].input_axons, 40u);
    }
    // Bands of 4 rows at an edge of the image have 5 x 8 pixels in front of them, a fifth row 6
    // x 8.
    EXPECT_EQ(measured.pieces[1].input_axons, 40u);
}

TEST(ChooseAxons, TakesPopulationAxonsWhereTheySaveCores) {
    Image image(16);
    CoreLimits limits = with_atoms(512);
    limits.input_axons = 300;
    choose_axons(image.b.network(), limits, {});
    EXPECT_EQ(image.b.network().projections[0].axon_atoms, 16u);
}

TEST(ChooseAxons, TakesDiscreteAxonsWhereTheyAreEnough) {
    Image image(16);
    choose_axons(image.b.network(), with_atoms(512), {});
    EXPECT_EQ(image.b.network().projections[0].axon_atoms, 1u);
    EXPECT_LT(image.use(unlimited(), 1).synapses, 16u * 5u * 22u * 22u) << "zeros are not stored";
}

// With population axons conv alone would take fewer cores, but its sources need twice the output
// axons, and are cut into so many pieces that theirs do not have enough.
TEST(ChooseAxons, LooksAtTheWholeNetwork) {
    CoreLimits limits = with_atoms(512);
    limits.input_axons = 1000;
    limits.output_axons = 300;
    const auto cores = [&](Axons axons) {
        NetworkBuilder b;
        const auto first = b.neurons("first", {300}), image = b.neurons("image", {16, 8, 8});
        const auto conv = b.neurons("conv", {5, 8, 8});
        b.connect(first, image, all_to_all(300, 1024)).connect(image, conv, convolution(16, 5, 8));
        choose_axons(b.network(), limits, asking_for(axons));
        return map_network(b.network(), {8, 8, 1, {}}, limits, {}).core_count_used();
    };
    EXPECT_EQ(cores(Axons::discrete), 10u);
    EXPECT_EQ(cores(Axons::population), 16u);
    EXPECT_EQ(cores(Axons::automatic), 10u);
}

// conv takes 3 cores or 1, but with population axons its sources need 2 in place of 1, and with two
// more cores to reach so do those in front of them.
TEST(ChooseAxons, TakesDiscreteAxonsWhereTheWholeNetworkTakesAsMany) {
    CoreLimits limits = with_atoms(512);
    limits.input_axons = 600;
    limits.output_axons = 1600;
    const auto cores = [&](Axons axons, std::uint32_t& atoms) {
        NetworkBuilder b;
        const auto first = b.neurons("first", {500}), image = b.neurons("image", {16, 8, 8});
        const auto conv = b.neurons("conv", {5, 8, 8});
        b.connect(image, conv, convolution(16, 5, 8)).connect(first, image, all_to_all(500, 1024));
        for (const char* name : {"left", "right"}) {
            b.connect(first, b.neurons(name, {1}), all_to_all(500, 1));
        }
        choose_axons(b.network(), limits, asking_for(axons));
        atoms = b.network().projections[0].axon_atoms;
        return map_network(b.network(), {8, 8, 1, {}}, limits, {}).core_count_used();
    };
    std::uint32_t atoms = 0;
    EXPECT_EQ(cores(Axons::discrete, atoms), 7u);
    EXPECT_EQ(cores(Axons::population, atoms), 7u);
    EXPECT_EQ(cores(Axons::automatic, atoms), 7u);
    EXPECT_EQ(atoms, 1u);
}

// One more core in each of two populations is saved; in one of them the sources, which have output
// axons, would take two more.
TEST(ChooseAxons, CountsTheOutputAxonsOfEachConvolutionsSources) {
    NetworkBuilder b;
    const auto input = b.input(1024), image = b.neurons("image", {16, 8, 8});
    const auto behind_input = b.neurons("behind_input", {5, 8, 8});
    const auto behind_image = b.neurons("behind_image", {5, 8, 8});
    b.connect(input, behind_input, convolution(16, 5, 8));
    b.connect(image, behind_image, convolution(16, 5, 8));
    CoreLimits limits = with_atoms(512);
    limits.input_axons = 1000;
    limits.output_axons = 300;
    choose_axons(b.network(), limits, {});
    EXPECT_EQ(b.network().projections[0].axon_atoms, 16u);
    EXPECT_EQ(b.network().projections[1].axon_atoms, 1u);
}

// Its cores are full of the axons of `other` either way.
TEST(ChooseAxons, LeavesOutConvolutionsThatTakeAsManyCores) {
    Image image(16);
    NetworkBuilder& b = image.b;
    const auto two = b.neurons("two", {2, 8, 8}), other = b.neurons("other", {320});
    const auto both = b.neurons("both", {5, 8, 8});
    b.connect(two, both, convolution(2, 5, 8)).connect(other, both, one_to_one(320));
    CoreLimits limits = with_atoms(512);
    limits.input_axons = 300;
    choose_axons(b.network(), limits, {});
    EXPECT_EQ(b.network().projections[0].axon_atoms, 16u);
    EXPECT_EQ(b.network().projections[1].axon_atoms, 1u);
}

TEST(ChooseAxons, LeavesAllAsItIsWhereDiscreteOnesAreAskedFor) {
    Image image(16);
    CoreLimits limits = with_atoms(512);
    limits.input_axons = 300;
    choose_axons(image.b.network(), limits, asking_for(Axons::discrete));
    EXPECT_EQ(image.b.network().projections[0].axon_atoms, 1u);
}

TEST(ChooseAxons, RefusesPopulationAxonsOfCoresWithoutThem) {
    Image image(4);
    EXPECT_NO_THROW(choose_axons(image.b.network(), with_atoms(1), {}));
    EXPECT_THROW(choose_axons(image.b.network(), with_atoms(1), asking_for(Axons::population)),
                 ConfigError);
}

// Runs of whole channels would take the same 8 cores, but each source neuron would reach all of
// them and need 8 output axons. A patch of 4 x 4 pixels is reached from 6 x 6.
TEST(ContiguousRuns, CutImagesIntoPatchesWhereOutputAxonsAreShort) {
    Image image(8, 16, 16);
    CoreLimits limits = unlimited();
    limits.neurons = 256;
    limits.output_axons = 512;
    const Runs patches = contiguous_runs(image.b.network(), image.target, limits);
    EXPECT_EQ(patches.runs.size(), 16u);
    ASSERT_FALSE(patches.order.empty());
    EXPECT_EQ(patches.order[1], 256u) << "after a pixel's first channel its second";
    limits.output_axons = 1 << 20;
    EXPECT_TRUE(contiguous_runs(image.b.network(), image.target, limits).order.empty());
}

}  // namespace
}  // namespace cortile
