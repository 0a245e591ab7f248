// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/resources.h"

#include <fmt/format.h>

namespace cortile {

namespace {

struct ResourceText {
    const char* name;
    const char* key;
    const char* remedy;
};

constexpr std::array<ResourceText, kResources> kTexts{{
    {"neurons", "core.neurons", "raise core.neurons"},
    {"input axons", "core.input_axons", "raise core.input_axons"},
    {"output axons", "core.output_axons", "raise core.output_axons"},
    {"synapse memory", "core.synapse_memory",
     "raise core.synapse_memory or lower core.weight_bits"},
    {"fan-in", "core.fan_in", "raise core.fan_in (0: no limit)"},
}};

}  // namespace

const char* to_string(Resource resource) {
    return kTexts[static_cast<std::size_t>(resource)].name;
}

const char* limit_key(Resource resource) {
    return kTexts[static_cast<std::size_t>(resource)].key;
}

const char* remedy(Resource resource) {
    return kTexts[static_cast<std::size_t>(resource)].remedy;
}

std::string amount(Resource resource, std::uint64_t value) {
    switch (resource) {
        case Resource::synapse_memory:
            return fmt::format("{:.1f} KiB of synapse memory ({} bit)",
                               static_cast<double>(value) / 8192, value);
        case Resource::fan_in:
            return fmt::format("{} synapses into one neuron", value);
        default:
            return fmt::format("{} {}", value, to_string(resource));
    }
}

std::uint64_t limit_of(const CoreLimits& limits, Resource resource) {
    switch (resource) {
        case Resource::neurons:
            return limits.neurons;
        case Resource::input_axons:
            return limits.input_axons;
        case Resource::output_axons:
            return limits.output_axons;
        case Resource::synapse_memory:
            return limits.synapse_memory_bits;
        case Resource::fan_in:
            break;
    }
    return limits.fan_in;
}

std::uint64_t use_of(const CoreUse& use, Resource resource) {
    switch (resource) {
        case Resource::neurons:
            return use.neurons;
        case Resource::input_axons:
            return use.input_axons;
        case Resource::output_axons:
            return use.output_axons;
        case Resource::synapse_memory:
            return use.synapse_bits;
        case Resource::fan_in:
            break;
    }
    return use.fan_in;
}

CoreUse core_use(const Piece& piece, const PieceUse& use) {
    CoreUse result;
    result.neurons = piece.size();
    result.input_axons = use.input_axons;
    result.output_axons = use.output_axons;
    result.synapse_bits = use.synapse_bits[index_class(piece.size())];
    result.synapses = use.synapses;
    result.stored_synapses = use.stored_synapses;
    result.fan_in = use.fan_in;
    return result;
}

bool exceeds(const CoreUse& use, const CoreLimits& limits, Resource& which) {
    for (std::size_t r = 0; r < kResources; ++r) {
        const auto resource = static_cast<Resource>(r);
        if (resource == Resource::fan_in && limits.fan_in == 0) {
            continue;
        }
        if (use_of(use, resource) > limit_of(limits, resource)) {
            which = resource;
            return true;
        }
    }
    return false;
}

}  // namespace cortile
