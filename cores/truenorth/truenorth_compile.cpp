// SPDX-License-Identifier: Apache-2.0
#include <bit>

#include "cores/truenorth/synapse_coder.h"
#include "cores/truenorth/truenorth_mapping.h"
#include "cores/truenorth/truenorth_parameters.h"
#include "hw_model/base/error.h"

namespace cortile {

using namespace truenorth;

namespace {

constexpr SpikePacket::Target kNowhere = ~SpikePacket::Target{0};

class Loader {
  public:
    Loader(const QuantizedNetwork& network, const Mapping& mapping, const NeuronPlaces& places,
           const Topology& topology)
        : network_(network), mapping_(mapping), places_(places), cores_(topology.cores()) {
        program_.cores.resize(topology.cores());
    }

    ChipProgram run() {
        lay_out();
        for (const QuantizedProjection& projection : network_.projections) {
            connect(projection);
        }
        for (std::uint32_t c = 0; c < cores_.size(); ++c) {
            if (program_.cores[c].neurons > 0) {
                finish_core(c);
            }
        }
        load_parameters();
        finish_host();
        return std::move(program_);
    }

  private:
    struct Core {
        std::vector<SpikePacket::Target> destinations;  // per neuron, originals first
        std::vector<std::uint32_t> copy_of;             // of neurons beyond the originals
        std::uint32_t originals = 0;
    };

    void lay_out() {
        for (const Slice& slice : mapping_.slices) {
            Core& core = cores_[slice.core.value];
            core.originals += slice.end - slice.begin;
            program_.cores[slice.core.value].neurons = core.originals;
        }
        for (const CoreUse& use : mapping_.cores) {
            Crossbar& crossbar =
                program_.cores[use.core.value].synapses.emplace<Crossbar>(use.core.value);
            crossbar.reserve(static_cast<std::uint32_t>(use.input_axons));
            cores_[use.core.value].destinations.assign(cores_[use.core.value].originals, kNowhere);
        }
        host_.resize(places_.host_inputs());
    }

    void connect(const QuantizedProjection& projection) {
        const SynapseCoder coder(network_, projection);
        const bool from_host = network_[projection.source].is_input;
        const auto core_of = [&](std::uint32_t target) {
            return places_(projection.target, target).core;
        };
        std::vector<Connection> scratch;
        struct Reached {  // a core, by the axons of one group
            Crossbar* crossbar = nullptr;
            std::array<std::uint32_t, Crossbar::kTypes> axons{};
        };
        std::vector<Reached> reached;
        CodedRow row;
        for (std::uint32_t s = 0; s < projection.connectivity->source_size(); ++s) {
            code_row(projection, coder, s, core_of, scratch, row);
            const NeuronPlace from = places_(projection.source, s);
            reached.resize(row.groups.size());
            for (std::size_t g = 0; g < row.groups.size(); ++g) {
                const AxonGroup& group = row.groups[g];
                reached[g].crossbar = &crossbar(group.piece);
                for (std::uint32_t type = 0; type < Crossbar::kTypes; ++type) {
                    if ((group.types >> type & 1) == 0) {
                        continue;
                    }
                    const std::uint32_t axon =
                        reached[g].crossbar->add_axon(static_cast<std::uint8_t>(type));
                    reached[g].axons[type] = axon;
                    const SpikePacket::Target destination =
                        SpikePacket::pack(group.piece, truenorth_address(axon, group.delay));
                    if (from_host) {
                        host_[from.local].push_back(destination);
                    } else {
                        leave(cores_[from.core], from.local, destination);
                    }
                }
            }
            program_.synapses += row.synapses.size();
            for (const CodedSynapse& synapse : row.synapses) {
                const std::uint32_t local = places_(projection.target, synapse.target).local;
                const Reached& to = reached[synapse.group];
                for (unsigned types = synapse.types; types != 0; types &= types - 1) {
                    to.crossbar->connect(
                        to.axons[static_cast<std::size_t>(std::countr_zero(types))], local);
                }
            }
        }
    }

    Crossbar& crossbar(std::uint32_t core) {
        return std::get<Crossbar>(program_.cores[core].synapses);
    }

    // Gives the neuron an outgoing axon; if it has one, a copy of the neuron.
    static void leave(Core& core, std::uint32_t neuron, SpikePacket::Target destination) {
        if (core.destinations[neuron] == kNowhere) {
            core.destinations[neuron] = destination;
        } else {
            core.destinations.push_back(destination);
            core.copy_of.push_back(neuron);
        }
    }

    void finish_core(std::uint32_t c) {
        Core& core = cores_[c];
        CoreProgram& program = program_.cores[c];
        program.neurons = static_cast<std::uint32_t>(core.destinations.size());
        if (program.neurons > Crossbar::kNeurons) {
            throw ContractViolation("compile_for_truenorth: more copies than a core holds");
        }
        for (std::size_t i = 0; i < core.copy_of.size(); ++i) {
            crossbar(c).copy_column(core.copy_of[i],
                                    core.originals + static_cast<std::uint32_t>(i));
        }
        std::vector<std::uint32_t> counts;
        for (const SpikePacket::Target destination : core.destinations) {
            counts.push_back(destination == kNowhere ? 0 : 1);
        }
        program.axons = AxonTable(counts);
        for (std::uint32_t n = 0; n < program.neurons; ++n) {
            if (core.destinations[n] != kNowhere) {
                program.axons.add(n, core.destinations[n]);
            }
        }
        program.axons.finish();
        program.spikes.resize(program.neurons);
        if (!core.copy_of.empty()) {
            program.parameters["copies"] = {static_cast<std::int32_t>(core.copy_of.size())};
        }
        program_.stored_words += crossbar(c).axons();
        core.destinations = {};
    }

    void load_parameters() {
        std::vector<std::uint32_t> slices(cores_.size());
        for (const Slice& slice : mapping_.slices) {
            ++slices[slice.core.value];
        }
        for (const Slice& slice : mapping_.slices) {
            const QuantizedPopulation& population = network_[slice.population];
            CoreProgram& program = program_.cores[slice.core.value];
            std::fill_n(program.spikes.begin() + slice.offset, slice.end - slice.begin,
                        static_cast<std::uint8_t>(population.spikes));
            for (const auto& [name, values] : population.parameters) {
                std::vector<std::int32_t>& column = program.parameters[name];
                if (values.values.size() == 1 && slices[slice.core.value] == 1) {
                    column = values.values;  // one value for all: copies too
                    continue;
                }
                column.resize(program.neurons);
                for (std::uint32_t n = slice.begin; n < slice.end; ++n) {
                    column[slice.offset + n - slice.begin] = values[n];
                }
            }
        }
        for (std::size_t c = 0; c < cores_.size(); ++c) {
            copy_parameters(cores_[c], program_.cores[c]);
        }
    }

    static void copy_parameters(const Core& core, CoreProgram& program) {
        for (std::size_t i = 0; i < core.copy_of.size(); ++i) {
            program.spikes[core.originals + i] = program.spikes[core.copy_of[i]];
            for (auto& [name, column] : program.parameters) {
                if (column.size() == program.neurons && name != "copies") {
                    column[core.originals + i] = column[core.copy_of[i]];
                }
            }
        }
    }

    void finish_host() {
        std::vector<std::uint32_t> counts;
        for (const auto& destinations : host_) {
            counts.push_back(static_cast<std::uint32_t>(destinations.size()));
        }
        program_.host_axons = AxonTable(counts);
        for (std::uint32_t n = 0; n < host_.size(); ++n) {
            for (const SpikePacket::Target destination : host_[n]) {
                program_.host_axons.add(n, destination);
            }
        }
        program_.host_axons.finish();
    }

    const QuantizedNetwork& network_;
    const Mapping& mapping_;
    const NeuronPlaces& places_;
    std::vector<Core> cores_;
    std::vector<std::vector<SpikePacket::Target>> host_;  // per input neuron: destinations
    ChipProgram program_;
};

}  // namespace

ChipProgram compile_for_truenorth(const QuantizedNetwork& network, const Mapping& mapping,
                                  const NeuronPlaces& places, const Topology& topology) {
    return Loader(network, mapping, places, topology).run();
}

}  // namespace cortile
