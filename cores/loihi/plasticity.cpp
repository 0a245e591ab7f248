// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/plasticity.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "cores/blocks/packet_value.h"

namespace cortile {

namespace {

using learning::PlasticSynapse;
using learning::WeightSign;

template <typename Body>
void for_each_word(const PlasticRow& row, const SynapseMemory& memory, Body body) {
    for (std::uint32_t i = row.first;; ++i) {
        body(i, memory.words()[i]);
        if (memory.words()[i] & SynapseWord::kLast) {
            return;
        }
    }
}

// Signs are those of the whole projection at its start; a core may hold a part of it only, and so
// the quantiser has written them down (PlasticRow::sign).
WeightSign sign_of(const PlasticRow& row) {
    return row.sign > 0   ? WeightSign::excitatory
           : row.sign < 0 ? WeightSign::inhibitory
                          : WeightSign::mixed;
}

std::vector<PlasticSynapse> synapses_of(const std::vector<PlasticRow>& rows,
                                        const SynapseMemory& memory) {
    std::vector<PlasticSynapse> synapses;
    for (std::uint32_t r = 0; r < rows.size(); ++r) {
        for_each_word(rows[r], memory, [&](std::uint32_t, std::uint32_t word) {
            PlasticSynapse synapse;
            synapse.axon = r;
            synapse.neuron = SynapseWord::neuron(word);
            synapse.weight = static_cast<std::int16_t>(SynapseWord::weight(word));
            synapse.delay = static_cast<std::uint8_t>(SynapseWord::delay(word));
            synapse.sign = sign_of(rows[r]);
            synapse.set = rows[r].rule_set;
            synapses.push_back(synapse);
        });
    }
    return synapses;
}

}  // namespace

Plasticity::Plasticity(const LoihiLearning& learning, std::uint32_t neurons,
                       const std::vector<PlasticRow>& rows, SynapseMemory& memory)
    : rows_(rows),
      by_address_(rows.size()),
      neurons_(neurons),
      first_timestep_(learning.first_timestep),
      engine_(learning.rules, learning.draws, static_cast<std::uint32_t>(rows.size()), neurons,
              synapses_of(rows, memory)) {
    for (const PlasticRow& row : rows_) {
        first_.push_back(static_cast<std::uint32_t>(words_.size()));
        for_each_word(row, memory, [&](std::uint32_t i, std::uint32_t) { words_.push_back(i); });
    }
    first_.push_back(static_cast<std::uint32_t>(words_.size()));
    for (std::size_t trace = 0; trace < learning::kTraces; ++trace) {
        if (learning.rules.driven[trace]) {
            driven_.push_back(static_cast<learning::Trace>(trace));
        }
    }
    std::iota(by_address_.begin(), by_address_.end(), 0u);
    std::sort(by_address_.begin(), by_address_.end(), [&](std::uint32_t a, std::uint32_t b) {
        return rows_[a].address < rows_[b].address;
    });
}

void Plasticity::begin_sample() {
    engine_.begin_sample();
    arrived_.clear();
    timestep_ = 0;
}

void Plasticity::note(std::span<const SpikePacket> packets) {
    for (const SpikePacket& packet : packets) {
        const auto found = std::lower_bound(
            by_address_.begin(), by_address_.end(), packet.address(),
            [&](std::uint32_t row, std::uint32_t address) { return rows_[row].address < address; });
        if (found != by_address_.end() && rows_[*found].address == packet.address()) {
            arrived_.emplace_back(*found, signed_value(packet));
        }
    }
}

void Plasticity::drive(learning::Trace trace, std::span<const std::int32_t> by_neuron) {
    if (timestep_ >= first_timestep_) {
        engine_.drive(trace, by_neuron);
    }
}

// An axon's packets of one timestep are one spike with the sum of what they carry.
void Plasticity::gather_axons() {
    std::sort(arrived_.begin(), arrived_.end());
    axons_.clear();
    payloads_.clear();
    for (const auto& [axon, value] : arrived_) {
        if (axons_.empty() || axons_.back() != axon) {
            axons_.push_back(axon);
            payloads_.push_back(value);
        } else {
            payloads_.back() += value;
        }
    }
}

std::uint64_t Plasticity::end_timestep(const std::uint8_t* fired, SynapseMemory& memory) {
    std::uint64_t updates = 0;
    if (timestep_++ >= first_timestep_) {
        gather_axons();
        fired_.clear();
        for (std::uint32_t n = 0; n < neurons_; ++n) {
            if (fired[n]) {
                fired_.push_back(n);
            }
        }
        updates = engine_.step(axons_, fired_, payloads_);
        for (const std::uint32_t i : engine_.changed()) {
            const PlasticSynapse& synapse = engine_.synapses()[i];
            const std::uint32_t delay = std::min<std::uint32_t>(synapse.delay, memory.max_delay());
            const std::uint32_t word =
                SynapseWord::with_weight(memory.words()[words_[i]], synapse.weight);
            memory.replace(words_[i], SynapseWord::with_delay(word, delay));
        }
    }
    arrived_.clear();
    return updates;
}

void Plasticity::transfer_state(StateArchive& archive, SynapseMemory& memory) {
    archive(timestep_, engine_);
    for (const std::uint32_t index : words_) {
        std::uint32_t word = memory.words()[index];
        archive(word);
        memory.replace(index, word);
    }
}

std::optional<std::int32_t> Plasticity::read(LearntVariable variable, std::uint32_t projection,
                                             std::uint32_t source, std::uint32_t neuron) const {
    const auto row = std::lower_bound(rows_.begin(), rows_.end(), std::pair(projection, source),
                                      [](const PlasticRow& r, const auto& wanted) {
                                          return std::pair(r.projection, r.source) < wanted;
                                      });
    if (row == rows_.end() || row->projection != projection || row->source != source) {
        return std::nullopt;
    }
    const auto axon = static_cast<std::uint32_t>(row - rows_.begin());
    const auto row_synapses =
        engine_.synapses().subspan(first_[axon], first_[axon + 1] - first_[axon]);
    const auto found = std::lower_bound(
        row_synapses.begin(), row_synapses.end(), neuron,
        [](const PlasticSynapse& synapse, std::uint32_t n) { return synapse.neuron < n; });
    if (found == row_synapses.end() || found->neuron != neuron) {
        return std::nullopt;
    }
    using learning::Trace;
    switch (variable) {
        case LearntVariable::x1:
            return engine_.trace(Trace::x1, axon);
        case LearntVariable::x2:
            return engine_.trace(Trace::x2, axon);
        case LearntVariable::y1:
            return engine_.trace(Trace::y1, neuron);
        case LearntVariable::y2:
            return engine_.trace(Trace::y2, neuron);
        case LearntVariable::y3:
            return engine_.trace(Trace::y3, neuron);
        default:
            break;
    }
    return variable == LearntVariable::weight  ? found->weight
           : variable == LearntVariable::delay ? found->delay
                                               : found->tag;
}

}  // namespace cortile
