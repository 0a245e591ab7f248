// SPDX-License-Identifier: Apache-2.0
// Sum-of-products learning rules in the notation of Loihi (Davies et al., IEEE Micro 38(1), 2018,
// "Learning engine"; Lava, github lava-nc/lava, BSD-3, magma/core/learning).
//
//   rule     = ["+" | "-"] product { ("+" | "-") product }
//   product  = factor { "*" factor }, one of them x0, y0 or u<k>: when the product counts
//   factor   = variable | bracket | "sgn" bracket | constant | "2" "^" ["-"] constant
//   variable = x0 | y0 | u<k> | x1 | x2 | y1 | y2 | y3 | w | d | t
//   bracket  = "(" sum ")" | "(" bracket ")"
//   sum      = variable [("+" | "-") constant] | constant ("+" | "-") variable
// with blanks and line breaks wherever they do not cut a name or a number.
// Example: 2^-2*y0*x1 - 2^-2*x0*y1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cortile::learning {

// x: traces of the axon; y: of the neuron; w, d, t: weight, delay and tag of the synapse. x0, y0:
// has the axon, the neuron spiked in this epoch? u: every 2^k-th epoch.
enum class Variable : std::uint8_t { x0, y0, u, x1, x2, y1, y2, y3, w, d, t };

// Bits of a factor that is this variable.
int width_of(Variable variable);

// variable + constant, then its sign, if `sign`. constant - variable is -(variable - constant) with
// the minus in the product's mantissa, as in Lava, which matters where a factor is clipped.
struct Factor {
    Variable variable = Variable::x0;
    std::int32_t constant = 0;
    bool sign = false;

    std::int64_t value(std::int64_t of_variable) const {
        const std::int64_t sum = of_variable + constant;
        return sign ? (sum > 0) - (sum < 0) : sum;
    }
};

struct Product {
    Variable gate = Variable::x0;  // x0, y0 or u: the first of them
    std::vector<Factor> factors;   // without the gate
    std::int32_t mantissa = 1;     // -8 .. 7
    std::int32_t exponent = 0;     // -7 .. 8
};

struct Rule {
    std::vector<Product> products;
    std::optional<std::uint32_t> u_exponent;  // the k of its u<k>

    bool uses(Variable variable) const;  // as a factor
};

// `where`: what the rule is called in errors ("core.learning.dw"). Throws ConfigError with the rule
// and a caret under the place; of a long rule with what is near.
Rule parse_rule(const std::string& text, const std::string& where);

}  // namespace cortile::learning
