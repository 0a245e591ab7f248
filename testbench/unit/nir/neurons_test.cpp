// SPDX-License-Identifier: Apache-2.0
// Neuron nodes, their parameters and hardware integers.
#include "testbench/unit/nir/nir_fixture.h"

namespace cortile {
namespace {

using test::Extents;
using test::NeuronFields;
using test::NirGraph;

class Neurons : public test::NirTest {
  protected:
    using Make = void (NirGraph::*)(const std::string&, const Extents&, const NeuronFields&);

    Population population(Make make, const NeuronFields& fields, const NirOptions& options = {}) {
        const Network n = import(
            [&](NirGraph& g) {
                g.input("input", {2});
                (g.*make)("n", {2}, fields);
                g.output("output", {2});
                g.chain({"input", "n", "output"});
            },
            options);
        EXPECT_EQ(n.populations.size(), 2u);
        EXPECT_EQ(n.populations[0].kind, NeuronKind::input);
        return n.populations[1];
    }
};

NeuronFields fields() {
    NeuronFields f;
    f.tau = {0.25, 0.5};
    f.tau_syn = {0.125};
    f.tau_mem = {0.25};
    f.r = {3};
    f.v_leak = {-0.5};
    f.v_threshold = {0.75, 2};
    return f;
}

TEST_F(Neurons, LifTakesItsParameters) {
    NeuronFields f = fields();
    f.v_reset = {{0.25}};
    const Population p = population(&NirGraph::lif, f);
    EXPECT_EQ(p.kind, NeuronKind::lif);
    EXPECT_EQ(p.tau_mem.values, (std::vector<double>{0.25, 0.5}));
    EXPECT_EQ(p.r.values, std::vector<double>{3});  // equal values become one
    EXPECT_EQ(p.v_leak[1], -0.5);
    EXPECT_EQ(p.v_threshold.values, (std::vector<double>{0.75, 2}));
    EXPECT_EQ(p.v_reset[0], 0.25);
    EXPECT_EQ(p.reset, ResetMode::to_value);
}

TEST_F(Neurons, CubaLifTakesItsParameters) {
    NeuronFields f = fields();
    f.w_in = {{4}};
    const Population p = population(&NirGraph::cuba_lif, f);
    EXPECT_EQ(p.kind, NeuronKind::cuba_lif);
    EXPECT_EQ(p.tau_syn[0], 0.125);
    EXPECT_EQ(p.tau_mem[0], 0.25);
    EXPECT_EQ(p.w_in[1], 4);
}

TEST_F(Neurons, AbsentResetAndInputWeightTakeTheirDefaults) {
    const Population p = population(&NirGraph::cuba_lif, fields());
    EXPECT_EQ(p.v_reset[0], 0);
    EXPECT_EQ(p.w_in[0], 1);
}

TEST_F(Neurons, EachTypeIsItsOwnKind) {
    EXPECT_EQ(population(&NirGraph::integrator, fields()).kind, NeuronKind::i);
    EXPECT_EQ(population(&NirGraph::if_, fields()).kind, NeuronKind::if_);
    EXPECT_EQ(population(&NirGraph::li, fields()).kind, NeuronKind::li);
    EXPECT_EQ(population(&NirGraph::cuba_li, fields()).kind, NeuronKind::cuba_li);
    const Population threshold = population(&NirGraph::threshold, fields());
    EXPECT_EQ(threshold.kind, NeuronKind::threshold);
    EXPECT_EQ(threshold.v_threshold[1], 2);
}

TEST_F(Neurons, ResetOptionWinsAndIsReported) {
    NirOptions options;
    options.reset = ResetMode::subtract;
    NeuronFields f = fields();
    f.v_reset = {{0.25}};
    EXPECT_EQ(population(&NirGraph::lif, f, options).reset, ResetMode::subtract);
    EXPECT_TRUE(warned(import_nir(path_, options), {"/node/nodes/n/v_reset", "ignored"}));
}

TEST_F(Neurons, ScalarParametersFitAnyShape) {
    NeuronFields f = fields();
    f.scalars = true;  // tau and v_threshold have one value per neuron
    const Population p = population(&NirGraph::lif, f);
    EXPECT_EQ(p.size, 2u);
    EXPECT_EQ(p.r[1], 3);
}

TEST_F(Neurons, HardwareIntegersComeFromMetadata) {
    const Network n = import([](NirGraph& g) {
        test::small_network(g);
        g.metadata("lif", "loihi/du", {409});
        g.metadata("lif", "loihi/vth_mantissa", {1, 2, 3});
        g.metadata("fc", "loihi/weight_exponent", {-2});
        g.metadata("fc", "loihi/num_weight_bits", {6});
    });
    EXPECT_TRUE(n.warnings.empty()) << all_warnings(n);
    EXPECT_EQ(n.populations[1].hardware,
              (std::map<std::string, std::vector<double>>{{"loihi/du", {409}},
                                                          {"loihi/vth_mantissa", {1, 2, 3}}}));
    EXPECT_EQ(n.projections[0].hardware,
              (std::map<std::string, std::vector<double>>{{"loihi/num_weight_bits", {6}},
                                                          {"loihi/weight_exponent", {-2}}}));
}

TEST_F(Neurons, UnrelatedMetadataIsIgnored) {
    write([](NirGraph& g) { test::small_network(g); });
    {
        const hdf5::Handle file(H5Fopen(path_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
        for (const char* group :
             {"/node/metadata", "/node/nodes/lif/metadata", "/node/nodes/lif/metadata/author"}) {
            const hdf5::Handle made(
                H5Gcreate2(file.get(), group, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
        }
        H5Lcreate_soft("/nowhere", file.get(), "/node/nodes/lif/metadata/author/broken",
                       H5P_DEFAULT, H5P_DEFAULT);
    }
    const Network n = import_nir(path_, {});
    EXPECT_TRUE(n.warnings.empty()) << all_warnings(n);
    EXPECT_TRUE(n.populations[1].hardware.empty());
}

TEST_F(Neurons, MisspeltHardwareKeyIsRefusedWithItsNearestSpelling) {
    write([](NirGraph& g) {
        test::small_network(g);
        g.metadata("lif", "loihi/vth_mantisa", {1});
    });
    expect_error({path_.string(), "/node/nodes/lif/metadata/loihi/vth_mantisa",
                  "did you mean 'loihi/vth_mantissa'?"});
}

TEST_F(Neurons, HardwareKeysOfEachCoreTypeAreChecked) {
    write([](NirGraph& g) {
        test::small_network(g);
        g.metadata("lif", "odin/leak", {1});
    });
    expect_error({"/node/nodes/lif/metadata/odin/leak", "odin/thr, odin/leak_str, odin/bias",
                  "goes outside of odin/"});
    write([](NirGraph& g) {
        test::small_network(g);
        g.metadata("fc", "odin/thr", {1});
    });
    expect_error({"/node/nodes/fc/metadata/odin/thr", "linear nodes have no hardware values here"});
}

TEST_F(Neurons, HardwareKeyOfNeuronsOnALinearNodeIsRefused) {
    write([](NirGraph& g) {
        test::small_network(g);
        g.metadata("fc", "loihi/vth_mantissa", {1});
    });
    expect_error({"/node/nodes/fc/metadata/loihi/vth_mantissa", "linear node",
                  "loihi/weight_exponent, loihi/num_weight_bits"});
}

TEST_F(Neurons, KeysOfOtherNamespacesMayHaveAnyName) {
    const Network n = import([](NirGraph& g) {
        test::small_network(g);
        g.metadata("lif", "tianjic/vth_mantisa", {1});
    });
    EXPECT_TRUE(n.warnings.empty()) << all_warnings(n);
}

TEST_F(Neurons, HardwareValuesOfWrongNumberAreRefused) {
    write([](NirGraph& g) {
        test::small_network(g);
        g.metadata("lif", "loihi/du", {1, 2});
    });
    expect_error({"/node/nodes/lif/metadata/loihi/du", "expected 1 or 3 values, found 2"});
}

TEST_F(Neurons, HardwareValuesMustBeWholeNumbers) {
    test::NirWriter writer(path_);
    NirGraph g = writer.root();
    test::small_network(g);
    writer.numbers("/node/nodes/lif/metadata/loihi/dv", {1.5}, {}, test::NumberType::f64);
    writer.close();
    expect_error({"/node/nodes/lif/metadata/loihi/dv", "1.5"});
}

TEST_F(Neurons, ContradictingExponentsOnOnePathAreRefused) {
    write([](NirGraph& g) {
        g.input("input", {2});
        g.linear("a", 2, 2, {1, 2, 3, 4});
        g.linear("b", 2, 2, {1, 2, 3, 4});
        g.lif("lif", {2});
        g.chain({"input", "a", "b", "lif"});
        g.metadata("a", "loihi/weight_exponent", {1});
        g.metadata("b", "loihi/weight_exponent", {2});
    });
    expect_error({"/node/nodes/b/metadata/loihi/weight_exponent"});
}

TEST_F(Neurons, TimeStepThatDiffersFromTheFileIsReported) {
    test::NirWriter writer(path_);
    NirGraph g = writer.root();
    test::small_network(g);
    writer.numbers("/node/metadata/dt", {1e-4}, {}, test::NumberType::f64);
    writer.close();
    EXPECT_TRUE(warned(import_nir(path_, {}), {"/node/metadata/dt", "0.0001", "0.001"}));
    NirOptions same;
    same.time_step = 1e-4;
    EXPECT_TRUE(import_nir(path_, same).warnings.empty());
}

TEST_F(Neurons, ParametersBeyondSinglePrecisionAreRefused) {
    for (const double value : {1e300, -1e300, 1e-300}) {
        NeuronFields f = fields();
        f.r = {value};
        test::Storage storage;
        storage.number = test::NumberType::f64;
        write(
            [&](NirGraph& g) {
                g.input("input", {2});
                g.if_("n", {2}, f);
                g.output("output", {2});
                g.chain({"input", "n", "output"});
            },
            storage);
        expect_error({"/node/nodes/n/r", "beyond single precision"});
    }
}

TEST_F(Neurons, AnActivationGivenAsANumberIsRefused) {
    write([](NirGraph& g) {
        test::small_network(g);
        g.metadata("lif", "cortile/activation", {1});
    });
    expect_error({"/node/nodes/lif/metadata/cortile/activation", "expected one text"});
}

TEST_F(Neurons, AnActivationOnALinearNodeIsRefused) {
    test::NirWriter writer(path_);
    NirGraph g = writer.root();
    test::small_network(g);
    writer.text(g.node_path("fc") + "/metadata/cortile/activation", "relu");
    writer.close();
    expect_error({"/node/nodes/fc/metadata/cortile/activation", "node has no activation"});
}

}  // namespace
}  // namespace cortile
