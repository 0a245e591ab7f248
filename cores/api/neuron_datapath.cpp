// SPDX-License-Identifier: Apache-2.0
#include "cores/api/neuron_datapath.h"

#include <fmt/format.h>

namespace cortile {

namespace {

std::size_t words(const std::vector<DatapathField>& fields) {
    std::size_t count = 0;
    for (const DatapathField& field : fields) {
        count += field.lanes;
    }
    return count;
}

void append_names(const std::vector<DatapathField>& fields, std::vector<std::string>& names) {
    for (const DatapathField& field : fields) {
        for (unsigned lane = 0; lane < field.lanes; ++lane) {
            names.push_back(field.lanes == 1 ? field.name
                                             : fmt::format("{}[{}]", field.name, lane));
        }
    }
}

}  // namespace

std::int64_t DatapathField::base() const {
    return lowest ? *lowest : is_signed ? -(std::int64_t{1} << (width - 1)) : 0;
}

std::int64_t DatapathField::minimum() const {
    return least.value_or(base());
}

std::int64_t DatapathField::maximum() const {
    return most.value_or(base() + ((std::int64_t{1} << width) - 1));
}

std::size_t DatapathContract::state_words() const {
    return words(state);
}

std::size_t DatapathContract::operand_words() const {
    return words(state) + words(inputs) + words(parameters);
}

std::size_t DatapathContract::result_words() const {
    return words(state) + words(outputs);
}

std::vector<std::string> DatapathContract::operand_names() const {
    std::vector<std::string> names;
    append_names(state, names);
    append_names(inputs, names);
    append_names(parameters, names);
    return names;
}

std::vector<std::string> DatapathContract::result_names() const {
    std::vector<std::string> names;
    append_names(state, names);
    append_names(outputs, names);
    return names;
}

std::string Disagreement::bucket() const {
    switch (kind) {
        case Kind::value:
            return fmt::format("{} differs from the reference", field);
        case Kind::retire:
            return fmt::format("retire channel: {} differs", field);
        case Kind::handshake:
            return fmt::format("handshake: {}", message);
        case Kind::assertion:
            break;
    }
    return fmt::format("assertion: {}", message);
}

std::string Disagreement::text() const {
    if (kind == Kind::value || kind == Kind::retire) {
        return fmt::format("{}{}: expected {}, got {}",
                           kind == Kind::retire ? "retire channel: " : "", field, expected, got);
    }
    return bucket();
}

DatapathMismatch::DatapathMismatch(Disagreement disagreement)
    : CosimMismatch(fmt::format("operation {}: {}", disagreement.operation, disagreement.text())),
      disagreement_(std::move(disagreement)) {}

}  // namespace cortile
