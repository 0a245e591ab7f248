// SPDX-License-Identifier: Apache-2.0
#include "workload/image/network_image.h"

#include <cstring>
#include <limits>

#include "hw_model/base/checksum.h"
#include "hw_model/base/error.h"
#include "workload/image/core_image.h"

namespace cortile {

namespace {

void append(std::vector<std::uint8_t>& bytes, std::span<const std::uint32_t> words) {
    const std::size_t at = bytes.size();
    bytes.resize(at + words.size_bytes());
    std::memcpy(bytes.data() + at, words.data(), words.size_bytes());
}

}  // namespace

std::vector<std::uint8_t> network_image(const ChipProgram& program, const QuantizedNetwork& network,
                                        const std::string& core_type) {
    struct Part {
        std::uint32_t kind, core;
        std::vector<std::uint8_t> bytes;
    };
    std::vector<Part> parts;
    for (std::size_t c = 0; c < program.cores.size(); ++c) {
        if (program.cores[c].neurons > 0) {
            parts.push_back({0, static_cast<std::uint32_t>(c), core_image(program.cores[c])});
        }
    }
    parts.push_back({1, 0, axon_image(program.host_axons)});

    NetworkImageHeader header;
    header.core_type = checksum(core_type);
    header.cores = static_cast<std::uint32_t>(program.cores.size());
    header.parts = static_cast<std::uint32_t>(parts.size());
    header.output_populations = static_cast<std::uint32_t>(network.outputs.size());

    std::vector<std::uint8_t> image(sizeof header);
    std::size_t offset = sizeof header + 16 * parts.size() + 8 * network.outputs.size();
    for (const Part& part : parts) {
        append(image, std::array{part.kind, part.core, static_cast<std::uint32_t>(offset),
                                 static_cast<std::uint32_t>(part.bytes.size())});
        offset += part.bytes.size();
    }
    if (offset > std::numeric_limits<std::int32_t>::max()) {
        throw ConfigError("the network", "its image has more than 2 GiB",
                          "use a smaller network: processors have 32-bit addresses");
    }
    for (const PopulationId output : network.outputs) {
        append(image, std::array{output.value, header.output_neurons});
        header.output_neurons += network[output].size;
    }
    for (const Part& part : parts) {
        image.insert(image.end(), part.bytes.begin(), part.bytes.end());
    }
    header.bytes = static_cast<std::uint32_t>(image.size());
    header.checksum = checksum(std::span(image).subspan(sizeof header));
    std::memcpy(image.data(), &header, sizeof header);
    return image;
}

}  // namespace cortile
