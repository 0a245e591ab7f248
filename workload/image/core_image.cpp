// SPDX-License-Identifier: Apache-2.0
#include "workload/image/core_image.h"

#include <type_traits>

#include "workload/image/byte_stream.h"

namespace cortile {

namespace {

void write(ByteWriter& out, const AxonTable& axons) {
    out.number(axons.neurons());
    for (std::uint32_t n = 0; n < axons.neurons(); ++n) {
        out.number(static_cast<std::uint32_t>(axons.destinations(n).size()));
        for (const SpikePacket::Target destination : axons.destinations(n)) {
            out.number(destination);
        }
    }
}

AxonTable read_axons(ByteReader& in) {
    const auto neurons = in.number<std::uint32_t>();
    std::vector<std::vector<SpikePacket::Target>> destinations;
    std::vector<std::uint32_t> sizes;
    for (std::uint32_t n = 0; n < neurons; ++n) {
        destinations.push_back(in.array<SpikePacket::Target>());
        sizes.push_back(static_cast<std::uint32_t>(destinations.back().size()));
    }
    AxonTable axons{std::span<const std::uint32_t>(sizes)};
    for (std::uint32_t n = 0; n < neurons; ++n) {
        for (const SpikePacket::Target destination : destinations[n]) {
            axons.add(n, destination);
        }
    }
    axons.finish();
    return axons;
}

template <typename Word>
void write(ByteWriter& out, const SynapseRows<Word>& rows) {
    out.array(std::span(rows.planes()));
    out.number(std::uint8_t{rows.indexed()});
    out.array(std::span(rows.words()));
    out.array(std::span(rows.axons()));
}

// Rows end with a marked word.
template <typename Word>
SynapseRows<Word> read_rows(ByteReader& in) {
    const auto planes = in.array<Plane>();
    const bool indexed = in.number<std::uint8_t>() != 0;
    if (planes.empty() || (!indexed && planes.size() > 1)) {
        in.fail("there are no accumulators of that kind");
    }
    SynapseRows<Word> rows(planes, indexed);
    std::vector<typename Word::Raw> words = in.array<typename Word::Raw>();
    if (!words.empty() && (words.back() & Word::kLast) == 0) {
        in.fail("the last row of synapses has no end");
    }
    const auto axons = in.array<InputAxon>();
    rows.reserve(words.size(), axons.size());
    for (std::size_t first = 0; first < words.size();) {
        std::size_t end = first;
        while ((words[end] & Word::kLast) == 0) {
            ++end;
        }
        words[end] &= ~Word::kLast;
        rows.add_row(std::span(words).subspan(first, end + 1 - first));
        first = end + 1;
    }
    for (const InputAxon& axon : axons) {
        if (axon.row >= words.size() || axon.plane >= planes.size()) {
            in.fail("an input axon leads nowhere");
        }
        rows.add_axon(axon);
    }
    return rows;
}

void write(ByteWriter& out, const Crossbar& crossbar) {
    out.number(crossbar.core());
    out.number(crossbar.axons());
    for (std::uint32_t a = 0; a < crossbar.axons(); ++a) {
        out.number(crossbar.type(a));
        out.array(std::span<const std::uint64_t>(crossbar.row(a)));
    }
}

Crossbar read_crossbar(ByteReader& in) {
    Crossbar crossbar(in.number<std::uint32_t>());
    const auto axons = in.number<std::uint32_t>();
    for (std::uint32_t a = 0; a < axons; ++a) {
        const auto type = in.number<std::uint8_t>();
        const auto row = in.array<std::uint64_t>();
        if (a >= Crossbar::kAxons || type >= Crossbar::kTypes ||
            row.size() != Crossbar::kNeurons / 64) {
            in.fail("a crossbar holds no such axon");
        }
        const std::uint32_t axon = crossbar.add_axon(type);
        for (std::uint32_t n = 0; n < Crossbar::kNeurons; ++n) {
            if (row[n / 64] >> (n % 64) & 1) {
                crossbar.connect(axon, n);
            }
        }
    }
    return crossbar;
}

// Arithmetic trusts the neurons that rows name.
template <typename Word>
void check_neurons(const ByteReader& in, const SynapseRows<Word>& rows, std::uint32_t neurons) {
    const auto check = [&](std::size_t word, std::uint32_t base) {
        if (Word::neuron(rows.words()[word]) + base >= neurons) {
            in.fail("a synapse leads to a neuron that is not there");
        }
    };
    if (!rows.indexed()) {
        for (std::size_t word = 0; word < rows.words().size(); ++word) {
            check(word, 0);
        }
    }
    for (const InputAxon& axon : rows.axons()) {
        std::size_t word = axon.row;
        check(word, axon.base);
        while ((rows.words()[word] & Word::kLast) == 0) {
            check(++word, axon.base);
        }
    }
}
void check_neurons(const ByteReader& in, const Crossbar&, std::uint32_t neurons) {
    if (neurons > Crossbar::kNeurons) {
        in.fail("a crossbar has fewer neurons");
    }
}

SynapseStore read_synapses(ByteReader& in) {
    switch (in.number<std::uint8_t>()) {
        case 0:
            return read_rows<SynapseWord>(in);
        case 1:
            return read_rows<RealSynapseWord>(in);
        case 2:
            return read_crossbar(in);
        default:
            in.fail("there is no such kind of synapse memory");
    }
}

template <typename Number>
void write(ByteWriter& out, const std::map<std::string, std::vector<Number>>& parameters) {
    out.number(static_cast<std::uint32_t>(parameters.size()));
    for (const auto& [name, values] : parameters) {
        out.text(name);
        out.array(std::span(values));
    }
}

template <typename Number>
std::map<std::string, std::vector<Number>> read_parameters(ByteReader& in) {
    std::map<std::string, std::vector<Number>> parameters;
    for (auto left = in.number<std::uint32_t>(); left > 0; --left) {
        std::string name = in.text();
        auto values = in.array<Number>();
        parameters[std::move(name)] = std::move(values);
    }
    return parameters;
}

}  // namespace

static_assert(std::is_trivially_copyable_v<InputAxon> && sizeof(InputAxon) == 8 &&
              std::is_trivially_copyable_v<Plane> && sizeof(Plane) == 3);

std::vector<std::uint8_t> core_image(const CoreProgram& program) {
    ByteWriter out;
    out.number(program.neurons);
    write(out, program.parameters);
    write(out, program.real_parameters);
    out.array(std::span(program.spikes));
    out.number(static_cast<std::uint8_t>(program.synapses.index()));
    std::visit([&](const auto& synapses) { write(out, synapses); }, program.synapses);
    write(out, program.axons);
    out.number(static_cast<std::uint32_t>(program.relays.size()));
    for (const auto& [address, destination] : program.relays) {
        out.number(address);
        out.number(destination);
    }
    out.number(static_cast<std::uint32_t>(program.tables.size()));
    for (const auto& [index, values] : program.tables) {
        out.number(index);
        out.array(std::span(values));
    }
    out.number(program.largest_input);
    out.number(static_cast<std::uint32_t>(program.plastic.size()));
    for (const PlasticRow& row : program.plastic) {
        out.number(row.projection);
        out.number(row.source);
        out.number(row.address);
        out.number(row.first);
        out.number(row.sign);
        out.number(row.rule_set);
    }
    out.number(std::uint8_t{program.takes_values});
    return out.finish();
}

CoreProgram read_core_image(std::span<const std::uint8_t> bytes, const std::string& where) {
    ByteReader in(bytes, where);
    CoreProgram program;
    program.neurons = in.number<std::uint32_t>();
    program.parameters = read_parameters<std::int32_t>(in);
    program.real_parameters = read_parameters<double>(in);
    program.spikes = in.array<std::uint8_t>();
    program.synapses = read_synapses(in);
    std::visit([&](const auto& synapses) { check_neurons(in, synapses, program.neurons); },
               program.synapses);
    program.axons = read_axons(in);
    if (program.neurons == 0 || program.axons.neurons() != program.neurons ||
        program.spikes.size() != program.neurons) {
        in.fail("it is not for one number of neurons");
    }
    for (auto left = in.number<std::uint32_t>(); left > 0; --left) {
        const auto address = in.number<std::uint32_t>();
        program.relays.emplace_back(address, in.number<SpikePacket::Target>());
    }
    for (auto left = in.number<std::uint32_t>(); left > 0; --left) {
        const auto index = in.number<std::int32_t>();
        program.tables[index] = in.array<std::int32_t>();
    }
    program.largest_input = in.number<std::int64_t>();
    for (auto left = in.number<std::uint32_t>(); left > 0; --left) {
        PlasticRow row;
        row.projection = in.number<std::uint32_t>();
        row.source = in.number<std::uint32_t>();
        row.address = in.number<std::uint32_t>();
        row.first = in.number<std::uint32_t>();
        row.sign = in.number<std::int8_t>();
        row.rule_set = in.number<std::uint8_t>();
        const auto* const rows = std::get_if<SynapseMemory>(&program.synapses);
        if (rows == nullptr || row.first >= rows->words().size()) {
            in.fail("a row that learns is not there");
        }
        program.plastic.push_back(row);
    }
    program.takes_values = in.number<std::uint8_t>() != 0;
    in.finish();
    return program;
}

std::vector<std::uint8_t> axon_image(const AxonTable& axons) {
    ByteWriter out;
    write(out, axons);
    return out.finish();
}

AxonTable read_axon_image(std::span<const std::uint8_t> bytes, const std::string& where) {
    ByteReader in(bytes, where);
    AxonTable axons = read_axons(in);
    in.finish();
    return axons;
}

}  // namespace cortile
