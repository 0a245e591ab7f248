// SPDX-License-Identifier: Apache-2.0
// Learning rules as text, and what the learning engine makes of them, worked by hand.
#include "cores/blocks/learning/learning_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"

namespace cortile::learning {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string refused(const std::string& text) {
    try {
        parse_rule(text, "dw");
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Rule, ProductsHaveAGateFactorsAndAConstant) {
    const Rule rule = parse_rule(" 2^-2*x0*y1 - 3*y0*(x1+2)*sgn(w-4) + u3*(100-t)*x0 ", "dw");
    ASSERT_EQ(rule.products.size(), 3u);
    EXPECT_EQ(rule.products[0].gate, Variable::x0);
    EXPECT_EQ(rule.products[0].mantissa, 1);
    EXPECT_EQ(rule.products[0].exponent, -2);
    EXPECT_EQ(rule.products[1].gate, Variable::y0);
    EXPECT_EQ(rule.products[1].mantissa, -3);
    ASSERT_EQ(rule.products[1].factors.size(), 2u);
    EXPECT_EQ(rule.products[1].factors[0].value(5), 7);
    EXPECT_EQ(rule.products[1].factors[1].value(3), -1);
    EXPECT_EQ(rule.products[1].factors[1].value(4), 0);
    EXPECT_EQ(rule.products[2].gate, Variable::u);
    EXPECT_EQ(rule.products[2].mantissa, -1) << "100 - t is -(t - 100)";
    EXPECT_EQ(rule.products[2].factors[0].value(30), -70);
    EXPECT_EQ(rule.products[2].factors[1].variable, Variable::x0) << "a second dependency";
    EXPECT_EQ(rule.u_exponent, 3u);
    EXPECT_TRUE(rule.uses(Variable::t));
    EXPECT_FALSE(rule.uses(Variable::y2));
}

TEST(Rule, ConstantsBecomeMantissaAndExponent) {
    const auto constant = [](const std::string& text) {
        const Product product = parse_rule(text + "*x0", "dw").products[0];
        return std::pair(product.mantissa, product.exponent);
    };
    EXPECT_EQ(constant("7"), std::pair(7, 0));
    EXPECT_EQ(constant("8"), std::pair(4, 1));
    EXPECT_EQ(constant("-8"), std::pair(-4, 1));
    EXPECT_EQ(constant("3*2^-4"), std::pair(3, -4));
    EXPECT_EQ(constant("2*3*4"), std::pair(6, 2));
    EXPECT_EQ(constant("96"), std::pair(6, 4));
    EXPECT_EQ(constant("1792"), std::pair(7, 8));
    EXPECT_EQ(constant("448*2^-3"), std::pair(7, 3));
    EXPECT_EQ(constant("2^-9*16"), std::pair(4, -7));
    EXPECT_EQ(constant("-8*2^8"), std::pair(-8, 8)) << "8 is the largest exponent";
    EXPECT_EQ(constant("0"), std::pair(0, 0)) << "a part of a rule switched off";
}

// Lava's own rules are written with numbers such as (-1) * 2 ^ -3.
TEST(Rule, NumbersMayStandInBrackets) {
    const auto constant = [](const std::string& text) {
        const Product product = parse_rule(text, "dw").products[0];
        return std::pair(product.mantissa, product.exponent);
    };
    EXPECT_EQ(constant("(1) * 2 ^ -3 * (-1) * x0 * y1"), std::pair(-1, -3));
    EXPECT_EQ(constant("-(-3)*x0"), std::pair(3, 0));
    EXPECT_EQ(constant("(2^-2)*x0*(-2 ^ +3)"), std::pair(-1, 1));
    EXPECT_EQ(constant("(-3 * 2^-2)*x0"), std::pair(-3, -2));
    EXPECT_THAT(refused("x0*(2*y1)"), HasSubstr("expected"));
    EXPECT_THAT(refused("x0*(2*)"), HasSubstr("expected"));
    EXPECT_THAT(refused("x0*(-17)"), HasSubstr("4 bits"));
    EXPECT_THAT(refused("x0*(2"), HasSubstr("expected"));
    const auto term = [](const std::string& text, std::int32_t value) {
        const Product product = parse_rule("x0*" + text, "dw").products[0];
        return product.mantissa * product.factors.at(0).value(value);
    };
    EXPECT_EQ(term("(-x1+5)", 3), 2);
    EXPECT_EQ(term("(-5+x1)", 3), -2);
    EXPECT_EQ(term("(-5-x1)", 3), -8);
    EXPECT_EQ(term("(w-2^6)", 3), -61);
    EXPECT_EQ(term("(3*2^4+w)", 3), 51);
    EXPECT_EQ(term("sgn(4-w)", 3), 1);
    EXPECT_THAT(refused("x0*(w+2^8)"), HasSubstr("0 to 255"));
    EXPECT_THAT(refused("x0*(w+2^-1)"), HasSubstr("0 to 255"));
    EXPECT_THAT(refused("x0*(w+3*5^2)"), HasSubstr("power of 2"));
    EXPECT_THAT(refused("x0*(-x1)"), HasSubstr("minus inside"));
}

// A dependency with a constant is a factor, and never the gate.
TEST(Rule, DependenciesInBracketsAreFactors) {
    const Product product = parse_rule("(x0+0)*y0*x1", "dw").products[0];
    EXPECT_EQ(product.gate, Variable::y0);
    EXPECT_EQ(product.factors.size(), 2u);
    EXPECT_THAT(refused("(1-x0)*x1"), HasSubstr("without x0"));
}

TEST(Rule, ErrorsPointAtTheirPlace) {
    EXPECT_THAT(refused("2^-2*x0*y1 + z1*x0"),
                HasSubstr("dw: expected a factor\n    2^-2*x0*y1 + z1*x0\n                 ^\n"));
    EXPECT_THAT(refused("x1*y1"), HasSubstr("\n    x1*y1\n    ^"));
    EXPECT_THAT(refused("x0*(y1"), HasSubstr("    x0*(y1\n          ^"));
    EXPECT_THAT(refused("x0*"), HasSubstr("found the end"));
    EXPECT_THAT(refused("x0 y1"), HasSubstr("\n    x0 y1\n       ^"));
    EXPECT_THAT(refused("0.5*x0"), HasSubstr("decimal point\n    0.5*x0\n     ^\n"));
    EXPECT_THAT(refused("x0*17"), HasSubstr("4 bits\n    x0*17\n       ^"));
    EXPECT_THAT(refused("x0*-2"), HasSubstr("minus inside"));
    EXPECT_THAT(refused("2^9*x0"), HasSubstr("exponent of 9"));
    EXPECT_THAT(refused("3^2*x0"), HasSubstr("power of 2"));
    EXPECT_THAT(refused("u1*x1 + u2*x1"), HasSubstr("another u<k>"));
    EXPECT_THAT(refused("x0*(y1+256)"), HasSubstr("0 to 255"));
    EXPECT_THAT(refused("x10*y1"), HasSubstr("expected a factor"));
    EXPECT_THAT(refused(""), HasSubstr("found the end"));
    EXPECT_THAT(refused("x0*(x1--3)"), HasSubstr("0 to 255\n    x0*(x1--3)\n           ^"));
    EXPECT_THAT(refused("x0*(x1+-3)"), HasSubstr("0 to 255"));
    EXPECT_THAT(refused("--x0"), HasSubstr("minus inside"));
    EXPECT_THAT(refused("++x0"), HasSubstr("expected a factor"));
    EXPECT_THAT(refused("x0*((x1+3)"), HasSubstr("expected ')'"));
    EXPECT_THAT(refused("x0*(sgn(x1))"), HasSubstr("inside brackets\n    x0*(sgn(x1))\n        ^"));
}

TEST(Rule, BlanksBracketsAndALeadingPlusChangeNothing) {
    const auto same = [](const std::string& text) {
        const Rule rule = parse_rule(text, "dw");
        return rule.products.size() == 1 && rule.products[0].exponent == -3 &&
               rule.products[0].factors.size() == 1 && rule.products[0].factors[0].value(5) == 8;
    };
    EXPECT_TRUE(same("2^-3*x0*(x1+3)"));
    EXPECT_TRUE(same("+2 ^ - 3 * x0 * ( x1 + 3 )"));
    EXPECT_TRUE(same("2^-3\n\t*x0*(((3+x1)))\n"));
}

TEST(Rule, ErrorsShowALineAndNoMoreThanIsNearThePlace) {
    EXPECT_THAT(refused("x0*y1\n\t+ q\n"), HasSubstr("\n    x0*y1  + q\n             ^"));
    EXPECT_THAT(refused("x0*y1 +\n"), HasSubstr("\n    x0*y1 +\n           ^"));
    EXPECT_THAT(refused("x0*(\u00e9)"), HasSubstr("\n    x0*(\u00e9)\n        ^"));
    std::string many = "x0";
    for (int i = 0; i < 2000; ++i) {
        many += "+x0*y1";
    }
    const std::string within = refused(many + "+q" + many);
    EXPECT_THAT(within, HasSubstr("+x0*y1+qx0+x0*y1"));
    EXPECT_LT(within.size(), 300u);
    const auto text = within.find("…"), end = within.find('\n', text);
    const std::string line = within.substr(text, end - text);
    EXPECT_TRUE(line.ends_with("…")) << line;
    // The caret is under the q: "…" is one column of three bytes.
    EXPECT_EQ(within.find('^') - end - 5, line.find('q') - 2);
    const std::string at_start = refused("q" + many);
    EXPECT_THAT(at_start, HasSubstr("\n    qx0+x0*y1"));
    EXPECT_THAT(at_start, HasSubstr("\n    ^\n"));
}

// No rounding up anywhere.
class NoLuck final : public RandomDraws {
  public:
    TraceDraw traces(std::uint64_t) const override { return {0.999999, 0.999999, 127, 127}; }
    double synapses(std::uint64_t) const override { return 0.999999; }
};

Rules rules_of(const std::string& dw, double impulse, double tau) {
    Rules rules;
    rules.sets[0].weight = parse_rule(dw, "dw");
    rules.traces.fill(trace_dynamics(impulse, tau));
    return rules;
}

LearningEngine one_synapse(Rules rules, PlasticSynapse synapse) {
    return LearningEngine(std::move(rules), std::make_shared<NoLuck>(), 1, 1, {synapse});
}

const std::vector<std::uint32_t> kSpike{0}, kNone;

TEST(Rule, ProductsFitTheirRegister) {
    EXPECT_EQ(refused("x0*w*w*w*w*w*w*x0*x0*x0*x0"), "no error") << "58 bits";
    EXPECT_THAT(refused("y0 - x0*w*w*w*w*w*w*x0*x0*x0*x0*x0"),
                HasSubstr("the factors of this product have 59 bits together\n"));
}

TEST(LearningEngine, TracesDecayAndSaturate) {
    LearningEngine engine = one_synapse(rules_of("x0*y1", 100, 2), {});
    engine.step(kSpike, kNone);
    EXPECT_EQ(engine.trace(Trace::x1, 0), 100);
    EXPECT_EQ(engine.trace(Trace::y1, 0), 0);
    engine.step(kNone, kSpike);
    EXPECT_EQ(engine.trace(Trace::x1, 0), 60) << "100 exp(-1/2) = 60.65, rounded down";
    engine.step(kSpike, kNone);
    EXPECT_EQ(engine.trace(Trace::x1, 0), 127) << "36 + 100";
    engine.begin_sample();
    EXPECT_EQ(engine.trace(Trace::x1, 0), 0);
}

TEST(LearningEngine, SpikeTimingDependence) {
    // Post after pre: the weight rises by the trace of pre; the reverse: it falls.
    const std::string stdp = "y0*x1 - x0*y1";
    LearningEngine up = one_synapse(rules_of(stdp, 64, 2), {.weight = 10});
    up.step(kSpike, kNone);
    EXPECT_TRUE(up.changed().empty());
    EXPECT_EQ(up.step(kNone, kSpike), 1u);
    EXPECT_EQ(up.synapses()[0].weight, 10 + 38);  // 64 exp(-1/2) = 38.8
    EXPECT_THAT(up.changed(), ElementsAre(0));
    LearningEngine down = one_synapse(rules_of(stdp, 64, 2), {.weight = 10});
    down.step(kNone, kSpike);
    down.step(kSpike, kNone);
    EXPECT_EQ(down.synapses()[0].weight, 10 - 38);
    EXPECT_EQ(down.step(kNone, kNone), 0u) << "nothing counts without spikes";
}

TEST(LearningEngine, SignsAndRangesOfWeights) {
    const auto after = [](WeightSign sign, std::int16_t weight, const char* rule) {
        LearningEngine engine = one_synapse(rules_of(rule, 0, 0), {.weight = weight, .sign = sign});
        engine.step(kSpike, kNone);
        return engine.synapses()[0].weight;
    };
    EXPECT_EQ(after(WeightSign::mixed, 3, "-4*x0"), -1);
    EXPECT_EQ(after(WeightSign::excitatory, 3, "-4*x0"), 0);
    EXPECT_EQ(after(WeightSign::inhibitory, -3, "4*x0"), 0);
    EXPECT_EQ(after(WeightSign::mixed, 250, "6*2^2*x0"), 255);
    EXPECT_EQ(after(WeightSign::mixed, -250, "-6*2^2*x0"), -256);
    EXPECT_EQ(after(WeightSign::inhibitory, -250, "-6*2^2*x0"), -255);
}

TEST(LearningEngine, WideProductsLoseLowBits) {
    // 100 * 100 takes two factors of 7 bits: 14 + 4 - 15 = 3 bits are lost, with a mantissa of 3
    // bits 2. The exponent of 2^-7 leaves the sum in units of 1/128.
    for (const std::uint32_t bits : {4u, 3u}) {
        Rules rules = rules_of("2^-7*y0*x1*y1", 100, 1e9);
        rules.mantissa_bits = bits;
        LearningEngine engine = one_synapse(rules, {.weight = 0});
        engine.step(kSpike, kSpike);
        EXPECT_EQ(engine.synapses()[0].weight, (10000 >> (bits - 1)) / 128) << bits;
    }
}

TEST(LearningEngine, DelaysAndTagsSeeTheOthersAsTheyWere) {
    Rules rules = rules_of("x0*t", 0, 0);
    rules.sets[0].delay = parse_rule("x0*w", "dd");
    rules.sets[0].tag = parse_rule("x0*2", "dt");
    LearningEngine engine = one_synapse(rules, {.weight = 5, .delay = 1, .tag = 7});
    engine.step(kSpike, kNone);
    EXPECT_EQ(engine.synapses()[0].weight, 12);
    EXPECT_EQ(engine.synapses()[0].delay, 6);
    EXPECT_EQ(engine.synapses()[0].tag, 9);
    EXPECT_THAT(engine.changed(), ElementsAre(0));
}

// Factors are clipped as variable - constant, the range of which is not symmetric.
TEST(LearningEngine, AConstantMinusAVariableIsClippedAsItsNegative) {
    LearningEngine engine = one_synapse(rules_of("x0*(128-y1)", 0, 0), {.weight = 0});
    engine.step(kSpike, kNone);
    EXPECT_EQ(engine.synapses()[0].weight, 128);
    LearningEngine wide = one_synapse(rules_of("-x0*(y1+128)", 0, 0), {.weight = 0});
    wide.step(kSpike, kNone);
    EXPECT_EQ(wide.synapses()[0].weight, -127);
}

// The accumulator's lowest value is a tag of -256 and a bit, which may be rounded down to -257, and
// in no later epoch stays out of range for sure, whether a product counts or not.
TEST(LearningEngine, ATagBelowTheAccumulatorsRangeComesBack) {
    class Draws final : public RandomDraws {
      public:
        TraceDraw traces(std::uint64_t) const override { return {}; }
        double synapses(std::uint64_t n) const override { return n < 3 ? 0.999 : 0.5; }
    };
    Rules rules;
    rules.sets[0].tag = parse_rule("-x0*2^8", "dt");
    LearningEngine engine(rules, std::make_shared<Draws>(), 1, 1, {{.tag = -100}});
    engine.step(kSpike, kNone);
    EXPECT_EQ(engine.synapses()[0].tag, -257) << "-256.008";
    EXPECT_EQ(engine.step(kNone, kNone), 0u);
    EXPECT_EQ(engine.synapses()[0].tag, -257);
    EXPECT_EQ(engine.step(kNone, kNone), 0u) << "no product counted";
    EXPECT_EQ(engine.synapses()[0].tag, -256);
    StateArchive saved;
    LearningEngine low(rules, std::make_shared<Draws>(), 1, 1, {{.tag = -257}});
    low.transfer_state(saved);
    StateArchive restored(saved.saved(), "state");
    LearningEngine resumed(rules, std::make_shared<Draws>(), 1, 1, {PlasticSynapse{}});
    resumed.transfer_state(restored);
    for (int i = 0; i < 3; ++i) {
        resumed.step(kNone, kNone);
    }
    EXPECT_EQ(resumed.synapses()[0].tag, -256);
    for (int i = 0; i < 3; ++i) {
        low.step(kNone, kNone);
    }
    EXPECT_EQ(low.synapses()[0].tag, -256);
}

TEST(LearningEngine, FractionsOfImpulsesAreRoundedToEven) {
    const auto fraction = [](double impulse) {
        return trace_dynamics(impulse, 0).impulse_fraction;
    };
    EXPECT_EQ(fraction(32 + 119 / 512.0), 60);  // 59.5
    EXPECT_EQ(fraction(32 + 121 / 512.0), 60);  // 60.5
    EXPECT_EQ(fraction(0.999), 256) << "always one more";
}

TEST(LearningEngine, EpochsAndTheirMultiples) {
    Rules rules = rules_of("u1*2", 0, 0);
    rules.epoch = 2;
    LearningEngine engine = one_synapse(rules, {.weight = 0});
    std::vector<int> weights;
    for (int t = 0; t < 8; ++t) {
        engine.step(kNone, kNone);
        weights.push_back(engine.synapses()[0].weight);
    }
    EXPECT_THAT(weights, ElementsAre(0, 0, 0, 2, 2, 2, 2, 4)) << "every second epoch";
}

// In an epoch the product sees the traces of the spike's own timestep.
TEST(LearningEngine, TracesOfTheSpikesTimestep) {
    Rules rules = rules_of("y0*x1", 64, 2);
    rules.epoch = 4;
    LearningEngine engine = one_synapse(rules, {.weight = 0});
    engine.step(kSpike, kNone);
    engine.step(kNone, kSpike);
    engine.step(kNone, kNone);
    engine.step(kNone, kNone);
    EXPECT_EQ(engine.synapses()[0].weight, 38) << "one timestep after the spike, not three";
    EXPECT_EQ(engine.trace(Trace::x1, 0), 13) << "38, 23, 13";
}

// A reward raises its trace in the timestep in which it arrives, and decays from the next one on.
TEST(LearningEngine, DrivenTracesAreRaisedFromOutside) {
    Rules rules = rules_of("x0*y3", 50, 2);
    rules.driven[static_cast<std::size_t>(Trace::y3)] = true;
    LearningEngine engine = one_synapse(rules, {.weight = 0});
    const std::vector<std::int32_t> reward{90};
    engine.drive(Trace::y3, reward);
    engine.step(kSpike, kSpike);
    EXPECT_EQ(engine.trace(Trace::y3, 0), 90) << "not raised by the neuron's own spike";
    EXPECT_EQ(engine.trace(Trace::y2, 0), 50);
    EXPECT_EQ(engine.synapses()[0].weight, 89) << "90 exp(-1/65535), rounded down";
    engine.step(kNone, kSpike);
    EXPECT_EQ(engine.trace(Trace::y3, 0), 54) << "90 exp(-1/2) = 54.6, and a reward counts once";
    engine.drive(Trace::y3, reward);
    engine.step(kNone, kNone);
    EXPECT_EQ(engine.trace(Trace::y3, 0), 32 + 90);
    engine.drive(Trace::y3, reward);
    engine.step(kNone, kNone);
    EXPECT_EQ(engine.trace(Trace::y3, 0), 127);
    engine.drive(Trace::y3, std::vector<std::int32_t>{-200});
    engine.step(kNone, kNone);
    EXPECT_EQ(engine.trace(Trace::y3, 0), 0);
    engine.drive(Trace::y3, reward);
    engine.begin_sample();
    engine.step(kNone, kNone);
    EXPECT_EQ(engine.trace(Trace::y3, 0), 0) << "what was under way is gone";
    EXPECT_THROW(engine.drive(Trace::y2, reward), ContractViolation);
}

class Draws final : public RandomDraws {
  public:
    explicit Draws(double decay) : decay_(decay) {}
    TraceDraw traces(std::uint64_t) const override { return {decay_, decay_, 127, 127}; }
    double synapses(std::uint64_t) const override { return 0.999999; }

  private:
    double decay_;
};

// In long epochs, too, a second spike in one leaves the trace alone, and products see its end. What
// they see decays with exp(-1/65535), as Lava's third factors do, and with bad luck loses 1 each
// timestep up to that of the gate.
TEST(LearningEngine, DrivenTracesAtTheEndOfTheEpoch) {
    for (const bool luck : {true, false}) {
        Rules rules = rules_of("x0*y3 + u0*y3", 50, 2);
        rules.driven[static_cast<std::size_t>(Trace::y3)] = true;
        rules.epoch = 3;
        LearningEngine engine(rules, std::make_shared<Draws>(luck ? 0.998 : 0.9995), 1, 1,
                              {PlasticSynapse{}});
        engine.step(kSpike, kSpike);
        engine.drive(Trace::y3, std::vector<std::int32_t>{100});
        engine.step(kNone, kSpike);
        EXPECT_EQ(engine.step(kNone, kNone), 1u);
        EXPECT_EQ(engine.trace(Trace::y3, 0), 60);
        EXPECT_EQ(engine.synapses()[0].weight, luck ? 60 + 60 : 59 + 57)
            << "60 is later than the axon's spike, which is the gate";
    }
}

TEST(LearningEngine, SynapsesFollowTheRulesOfTheirSet) {
    Rules rules = rules_of("2*x0", 0, 0);
    rules.sets.resize(3);
    rules.sets[1].weight = parse_rule("-3*y0", "dw");
    rules.sets[2].weight = parse_rule("u1*5", "dw");
    LearningEngine engine(rules, std::make_shared<NoLuck>(), 1, 1,
                          {{.weight = 10}, {.weight = 10, .set = 1}, {.weight = 10, .set = 2}});
    const auto weights = [&] {
        std::vector<int> result;
        for (const PlasticSynapse& synapse : engine.synapses()) {
            result.push_back(synapse.weight);
        }
        return result;
    };
    EXPECT_EQ(engine.step(kSpike, kNone), 1u);
    EXPECT_THAT(weights(), ElementsAre(12, 10, 10));
    EXPECT_EQ(engine.step(kNone, kSpike), 2u) << "u1 counts in every second epoch";
    EXPECT_THAT(weights(), ElementsAre(12, 7, 15));
    EXPECT_EQ(engine.step(kNone, kNone), 0u);
    EXPECT_THAT(engine.changed(), testing::IsEmpty());
}

TEST(LearningEngine, RefusesSynapsesOfNothing) {
    const auto with = [](const PlasticSynapse& synapse) {
        LearningEngine(rules_of("x0", 0, 0), std::make_shared<NoLuck>(), 2, 3, {synapse});
    };
    EXPECT_NO_THROW(with({.axon = 1, .neuron = 2}));
    EXPECT_THROW(with({.axon = 2, .neuron = 2}), ContractViolation);
    EXPECT_THROW(with({.axon = 1, .neuron = 3}), ContractViolation);
    EXPECT_THROW(with({.axon = 1, .neuron = 2, .set = 1}), ContractViolation);
}

TEST(RandomDraws, RecordingsEndAndSeedsDiffer) {
    const auto recorded = make_recorded_draws({{0.5, 0.25, 3, 4}}, {0.125}, "randoms.json");
    EXPECT_EQ(recorded->traces(0).x_decay, 0.5);
    EXPECT_EQ(recorded->traces(0).y_impulse, 4u);
    EXPECT_THROW(recorded->synapses(1), ConfigError);
    const auto one = make_counted_draws(1), two = make_counted_draws(2);
    EXPECT_NE(one->synapses(0), two->synapses(0));
    EXPECT_EQ(one->traces(5).x_decay, make_counted_draws(1)->traces(5).x_decay);
    double sum = 0;
    std::uint32_t most = 0;
    for (std::uint64_t i = 0; i < 4000; ++i) {
        sum += one->synapses(i);
        most = std::max(most, one->traces(i).x_impulse);
    }
    EXPECT_NEAR(sum / 4000, 0.5, 0.03);
    EXPECT_EQ(most, 127u);
}

}  // namespace
}  // namespace cortile::learning
