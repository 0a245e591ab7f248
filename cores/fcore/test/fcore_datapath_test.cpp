// SPDX-License-Identifier: Apache-2.0
// Cores whose membranes and sums are computed by datapaths: the same as without, to the last count,
// and what a wrong datapath does.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include "cores/datapath/lockstep_datapath.h"
#include "cores/datapath/reference_datapath.h"
#include "cores/fcore/fcore_core.h"
#include "cores/fcore/fcore_mac_row_semantics.h"
#include "cores/fcore/fcore_soma_semantics.h"
#include "hw_model/base/random.h"

namespace cortile {
namespace {

constexpr std::uint32_t kNeurons = 37, kAxons = 24;
constexpr std::uint64_t kSteps = 40;

std::uint32_t random_below(std::uint32_t n, std::uint64_t a, std::uint64_t b) {
    return uniform_below(philox({17, RandomUse::test}, a, b)[0], n);
}

struct Program {
    CoreProgram program;
    std::vector<std::uint32_t> rows;  // of the axons
};

// Registers that all take part; every fourth row reaches a neuron twice.
Program random_program(bool values, std::int32_t mode) {
    Program result;
    CoreProgram& p = result.program;
    p.neurons = kNeurons;
    for (const auto& [name, low, high] : std::initializer_list<std::tuple<const char*, int, int>>{
             {"onset", 0, 3},        {"bias", -20, 60},     {"shift", 3, 6},
             {"lut", 0, 0},          {"vth0", 50, 400},     {"v_floor", -500, -100},
             {"v_init", -5, 5},      {"v_reset", -30, 30},  {"dv", 20, 200},
             {"beta_v", -3, 3},      {"theta_beta", -2, 0}, {"theta_increment", 0, 60},
             {"random_mask", 0, 31}, {"alpha_v", 200, 255}, {"theta_alpha", 200, 255},
             {"window", 0, 9},       {"refractory", 0, 3},  {"reset_mode", 0, 3},
             {"leak_mode", 0, 1},    {"theta_mode", 0, 1}}) {
        for (std::uint32_t n = 0; n < kNeurons; ++n) {
            const auto codes = static_cast<std::uint32_t>(high - low + 1);
            p.parameters[name].push_back(
                low + static_cast<std::int32_t>(random_below(codes, n, p.parameters.size())));
        }
    }
    p.parameters["mode"].assign(kNeurons, mode);
    p.parameters["values"].assign(kNeurons, values ? 1 : 0);
    p.spikes.assign(kNeurons, 1);
    p.spikes[3] = 0;
    p.axons = AxonTable(std::vector<std::uint32_t>(kNeurons, 1));
    for (std::uint32_t n = 0; n < kNeurons; ++n) {
        p.axons.add(n, SpikePacket::pack(9, n));
    }
    p.axons.finish();
    auto& memory = p.synapses.emplace<SynapseMemory>();
    for (std::uint32_t axon = 0; axon < kAxons; ++axon) {
        std::vector<std::uint32_t> words;
        const auto weight = [&](std::uint32_t n) {
            return static_cast<std::int32_t>(random_below(256, axon + 1000, n)) - 128;
        };
        for (std::uint32_t n = axon % 3 == 0 ? 16 : 0; n < kNeurons; ++n) {
            words.push_back(SynapseWord::pack(n, 0, weight(n)));
            if (axon % 4 == 0 && n % 5 == 0) {
                words.push_back(SynapseWord::pack(n, 0, weight(n + 100)));
            }
        }
        result.rows.push_back(memory.add_row(words));
    }
    return result;
}

std::unique_ptr<NeuronDatapath> reference(const DatapathSemantics& semantics,
                                          const std::string& yaml = "{}") {
    return semantics.make(ConfigTree::from_text(yaml, "test", ".").resolve(semantics.schema()));
}

const FcoreSomaSemantics kSoma;
const FcoreMacRowSemantics kMacRow;

// One timestep with random packets, ascending in time.
void advance(FcoreCore& core, const std::vector<std::uint32_t>& rows, std::uint64_t step,
             bool values, std::vector<SpikePacket>& out) {
    std::vector<SpikePacket> packets;
    for (std::uint32_t axon = 0; axon < rows.size(); ++axon) {
        if (random_below(3, step + 5000, axon) == 0) {
            const auto value =
                static_cast<std::uint16_t>(values ? 1 + random_below(127, step + 9000, axon) : 1);
            packets.push_back({0, SpikePacket::pack(0, rows[axon]), 0, value});
        }
    }
    core.step();
    out.clear();
    core.packetise(0, out);
    core.receive(packets);
}

void expect_same_with_datapaths(bool values, std::int32_t mode) {
    Program first = random_program(values, mode), second = random_program(values, mode);
    FcoreCoreParameters parameters;
    parameters.cycle = 1000;
    FcoreCore model(parameters, std::move(first.program));
    FcoreCore with_datapaths(parameters, std::move(second.program));
    with_datapaths.use_datapath(reference(kSoma), {});
    with_datapaths.use_datapath(reference(kMacRow), {});
    std::uint64_t sent = 0;
    for (int sample = 0; sample < 2; ++sample) {
        model.begin_sample(kSteps);
        with_datapaths.begin_sample(kSteps);
        for (std::uint64_t step = 0; step < kSteps; ++step) {
            std::vector<SpikePacket> out, other;
            advance(model, first.rows, step, values, out);
            advance(with_datapaths, second.rows, step, values, other);
            ASSERT_EQ(out.size(), other.size()) << step;
            sent += out.size();
            for (std::uint32_t n = 0; n < kNeurons; ++n) {
                for (const StateVariable variable :
                     {StateVariable::spikes, StateVariable::u, StateVariable::v}) {
                    ASSERT_EQ(model.read(variable, n), with_datapaths.read(variable, n))
                        << "timestep " << step << " neuron " << n;
                }
            }
        }
    }
    EXPECT_GT(sent, 200u);
    EXPECT_EQ(model.activity(), with_datapaths.activity());
    EXPECT_THAT(with_datapaths.energy_counts(), testing::ElementsAreArray(model.energy_counts()));
}

TEST(FcoreDatapath, SpikesAreThoseOfTheModel) {
    expect_same_with_datapaths(false, 2);
}

TEST(FcoreDatapath, MembranesOfValuesAreThoseOfTheModel) {
    expect_same_with_datapaths(true, 2);
}

TEST(FcoreDatapath, ActivationsAreThoseOfTheModel) {
    expect_same_with_datapaths(true, 0);
}

// `x` and `y`: operands and results of the right datapath; changes results.
template <typename Change>
std::unique_ptr<NeuronDatapath> wrong(const DatapathSemantics& semantics, Change change) {
    auto right = std::shared_ptr<NeuronDatapath>(reference(semantics));
    const DatapathContract contract = right->contract();
    auto update = [=](const std::int64_t* x, std::int64_t* y) {
        right->run({x, contract.operand_words()}, {y, contract.result_words()});
        change(x, y);
    };
    return std::make_unique<ReferenceDatapath<decltype(update)>>(contract, update);
}

TEST(FcoreDatapath, TheDatapathComputesNotTheModel) {
    Program net = random_program(false, 2);
    FcoreCore core({}, std::move(net.program));
    core.use_datapath(wrong(kSoma,
                            [](const std::int64_t*, std::int64_t* y) {
                                y[FcoreSomaRow::spike] = 0;
                                y[FcoreSomaRow::shown] = 12345;
                            }),
                      {});
    core.use_datapath(wrong(kMacRow, [](const std::int64_t*, std::int64_t* y) { y[2] = 777; }), {});
    core.begin_sample(kSteps);
    std::vector<SpikePacket> out;
    for (std::uint64_t step = 0; step < 10; ++step) {
        advance(core, net.rows, step, false, out);
        EXPECT_TRUE(out.empty());
    }
    core.step();
    EXPECT_EQ(core.read(StateVariable::v, 5), 12345);
    EXPECT_THAT(core.read(StateVariable::u, 18), testing::AllOf(testing::Ge(757), testing::Le(837)))
        << "lane 2 of its group, and a bias of -20 to 60";
}

TEST(FcoreDatapath, LockstepNotesTheFirstWrongResult) {
    const auto run = [](std::unique_ptr<NeuronDatapath> soma,
                        std::unique_ptr<NeuronDatapath> mac_row) -> std::string {
        Program net = random_program(true, 2);
        FcoreCore core({}, std::move(net.program));
        core.use_datapath(std::make_unique<LockstepDatapath>(reference(kSoma), std::move(soma)),
                          {});
        core.use_datapath(
            std::make_unique<LockstepDatapath>(reference(kMacRow), std::move(mac_row)), {});
        core.begin_sample(kSteps);
        std::vector<SpikePacket> out;
        for (std::uint64_t step = 0; step < kSteps; ++step) {
            advance(core, net.rows, step, true, out);
        }
        return core.mismatch() ? core.mismatch()->disagreement.field : "";
    };
    EXPECT_EQ(run(reference(kSoma), reference(kMacRow)), "");
    EXPECT_EQ(run(wrong(kSoma,
                        [](const std::int64_t* x, std::int64_t* y) {
                            y[FcoreSomaRow::theta_after] += x[FcoreSomaRow::theta] > 60;
                        }),
                  reference(kMacRow)),
              "theta");
    EXPECT_EQ(run(reference(kSoma),
                  wrong(kMacRow, [](const std::int64_t* x,
                                    std::int64_t* y) { y[7] += x[16 + 7] < -100 ? 1 : 0; })),
              "acc[7]");
}

TEST(FcoreDatapath, OtherWidthsThanTheCoresAreRefused) {
    FcoreCore core({}, random_program(false, 2).program);
    for (const char* narrow : {"state_width: 24", "factor_width: 9"}) {
        EXPECT_THROW(
            core.use_datapath(reference(kSoma, fmt::format("reference: {{{}}}", narrow)), {}),
            ConfigError);
    }
    EXPECT_THROW(core.use_datapath(reference(kMacRow, "reference: {acc_width: 40}"), {}),
                 ConfigError);
    EXPECT_NO_THROW(core.use_datapath(reference(kMacRow, "reference: {lanes: 128}"), {}));
}

// An assertion that fails a clock after the last operation has no operation of its own.
class FailsAfterTheLast final : public NeuronDatapath {
  public:
    explicit FailsAfterTheLast(const DatapathSemantics& semantics) : inner_(reference(semantics)) {}
    const DatapathContract& contract() const override { return inner_->contract(); }
    void run(std::span<const std::int64_t> operands, std::span<std::int64_t> results) override {
        inner_->run(operands, results);
        Disagreement late;
        late.kind = Disagreement::Kind::assertion;
        late.operation = operands.size() / contract().operand_words();
        throw DatapathMismatch(late);
    }

  private:
    std::unique_ptr<NeuronDatapath> inner_;
};

TEST(FcoreDatapath, AFailureAfterTheLastOperationIsTheLastNeurons) {
    FcoreCore core({}, random_program(false, 2).program);
    core.use_datapath(std::make_unique<FailsAfterTheLast>(kSoma), {});
    core.begin_sample(kSteps);
    for (int step = 0; step < 4; ++step) {  // all have begun by then
        core.step();
    }
    ASSERT_NE(core.mismatch(), nullptr);
    EXPECT_LT(core.mismatch()->neuron, kNeurons);
    EXPECT_EQ(core.mismatch()->operations.size() % core.mismatch()->contract.operand_words(), 0u);
}

TEST(FcoreDatapath, TakesTheDatapathsTime) {
    FcoreCoreParameters parameters;
    parameters.cycle = 1000;
    parameters.multipliers = 64;  // all neurons of the core are one group: the pipeline fills once
    const auto finish = [&](bool soma) {
        FcoreCore core(parameters, random_program(false, 2).program);
        if (soma) {
            core.use_datapath(reference(kSoma), {50'000, 7'000});
        }
        core.begin_sample(kSteps);
        for (int step = 0; step < 4; ++step) {
            core.step();
        }
        return core.update_finish();
    };
    const Picoseconds model_soma = parameters.cycles(kNeurons * parameters.soma_cycles);
    EXPECT_EQ(finish(true) - finish(false), 50'000 + (kNeurons - 1) * 7'000 - model_soma);
}

}  // namespace
}  // namespace cortile
