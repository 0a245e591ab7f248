// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/equations/operation.h"

#include <array>
#include <cstddef>
#include <utility>

namespace cortile {
namespace {

using Function = std::int64_t (*)(std::int64_t, std::int64_t, std::int64_t);

template <std::size_t... op>
constexpr std::array<Function, kOpcodes> table(std::index_sequence<op...> /*all*/) {
    return {&compute<static_cast<Opcode>(op)>...};
}

}  // namespace

std::size_t arity(Opcode op) {
    switch (op) {
        case Opcode::negate:
        case Opcode::bit_not:
        case Opcode::logical_not:
        case Opcode::absolute:
        case Opcode::population:
            return 1;
        case Opcode::select:
        case Opcode::check:
            return 3;
        default:
            return 2;
    }
}

std::int64_t compute(Opcode op, std::int64_t a, std::int64_t b, std::int64_t c) {
    static constexpr auto functions = table(std::make_index_sequence<kOpcodes>{});
    return functions[static_cast<std::size_t>(op)](a, b, c);
}

}  // namespace cortile
