// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/loihi_generated.h"

#include <cmath>
#include <vector>

#include "cores/loihi/loihi_quantizer_scale.h"

namespace cortile {

namespace {

// Thresholds and sums of weights are shifted left by so much; biases are not.
constexpr int kThresholdShift = 6;

void give_registers(Population& population) {
    std::vector<double> mantissa, exponent;
    for (const double bias : population.bias.values) {
        double rest = std::ldexp(bias, kThresholdShift);
        int shift = 0;
        while (rest > kMaxBiasMantissa) {
            rest /= 2;
            ++shift;
        }
        mantissa.push_back(rest);
        exponent.push_back(shift);
    }
    population.hardware["loihi/du"] = {4095};
    population.hardware["loihi/dv"] = {0};
    population.hardware["loihi/vth_mantissa"] = population.v_threshold.values;
    population.hardware["loihi/bias_mantissa"] = mantissa;
    population.hardware["loihi/bias_exponent"] = exponent;
    population.hardware["loihi/refractory"] = population.refractory.values;
}

}  // namespace

void adapt_generated_for_loihi(Network& network) {
    for (Population& population : network.populations) {
        give_registers(population);
    }
    for (Projection& projection : network.projections) {
        projection.hardware["loihi/weight_exponent"] = {0};
        projection.hardware["loihi/num_weight_bits"] = {8};
    }
}

}  // namespace cortile
