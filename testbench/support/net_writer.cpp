// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/net_writer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cortile::test {

std::string NetWriter::layer(const std::string& type) {
    path_ = fmt::format("/layer/{}", layers_++);
    file_.group(path_);
    file_.texts(path_ + "/type", {type}, {1});
    return path_;
}

void NetWriter::field(const std::string& name, const std::vector<double>& values,
                      const Extents& shape) {
    file_.numbers(path_ + "/" + name, values, shape, NumberType::f32);
}

void NetWriter::neuron(const std::string& type, const std::map<std::string, double>& fields) {
    file_.group(path_ + "/neuron");
    file_.text(path_ + "/neuron/type", type);
    for (const auto& [name, value] : fields) {
        file_.numbers(path_ + "/neuron/" + name, {value}, {}, NumberType::i64);
    }
}

std::string npy(const std::vector<std::int32_t>& values, const std::vector<std::size_t>& shape) {
    std::string header = fmt::format("{{'descr': '<i4', 'fortran_order': False, 'shape': ({},), }}",
                                     fmt::join(shape, ", "));
    header.resize((header.size() + 11 + 63) / 64 * 64 - 11, ' ');
    std::string bytes("\x93NUMPY\x01\x00", 8);
    const std::size_t length = header.size() + 1;
    bytes += {static_cast<char>(length & 0xFF), static_cast<char>(length >> 8)};
    bytes += header + "\n";
    for (const std::int32_t value : values) {
        for (unsigned shift = 0; shift < 32; shift += 8) {
            bytes += static_cast<char>(static_cast<std::uint32_t>(value) >> shift);
        }
    }
    return bytes;
}

}  // namespace cortile::test
