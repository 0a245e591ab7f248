// SPDX-License-Identifier: Apache-2.0
#include "workload/quantize/weight_statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hw_model/base/error.h"
#include "workload/quantize/weight_format.h"

namespace cortile {

namespace {

constexpr std::size_t kSampleSize = 2048;

// Evenly spaced members of a sequence whose length is not known beforehand: when full, every other
// one goes and the stride doubles.
class EvenSample {
  public:
    explicit EvenSample(std::vector<float>& kept) : kept_(kept) {}

    void add(float value) {
        if (seen_++ % stride_ != 0) {
            return;
        }
        if (kept_.size() == kSampleSize) {
            for (std::size_t i = 0; i < kSampleSize / 2; ++i) {
                kept_[i] = kept_[2 * i];
            }
            kept_.resize(kSampleSize / 2);
            stride_ *= 2;
        }
        kept_.push_back(value);
    }

  private:
    std::vector<float>& kept_;
    std::uint64_t seen_ = 0, stride_ = 1;
};

}  // namespace

WeightStatistics weight_statistics(const Connectivity& connectivity, const std::string& where) {
    WeightStatistics result;
    result.positive.resize(connectivity.target_size());
    result.negative.resize(connectivity.target_size());
    EvenSample sample(result.sample);
    std::vector<Connection> row;
    for (std::uint32_t source = 0; source < connectivity.source_size(); ++source) {
        connectivity.row(source, row);
        for (const Connection& c : row) {
            const auto weight = static_cast<double>(c.weight);
            if (!std::isfinite(weight)) {
                throw ConfigError(where,
                                  fmt::format("expected finite weights, found {} from neuron {} to "
                                              "neuron {}",
                                              weight, source, c.target),
                                  "the training has diverged or the file is damaged");
            }
            (weight > 0 ? result.positive : result.negative)[c.target] += weight;
            result.smallest = std::min(result.smallest, weight);
            result.largest = std::max(result.largest, weight);
            result.max_delay = std::max<std::uint32_t>(result.max_delay, c.delay);
            if (result.non_integer.empty() && weight != std::floor(weight)) {
                result.non_integer =
                    fmt::format("{} from neuron {} to neuron {}", weight, source, c.target);
            }
            sample.add(c.weight);
        }
        result.count += row.size();
    }
    return result;
}

void measure_quantization(QuantizedProjection& projection, QuantizationReport::Layer& layer) {
    StoredWidth width;
    std::vector<Connection> row;
    double squares = 0, error_squares = 0, largest = 0, largest_error = 0;
    const double scale = projection.scale;
    const double step = projection.rounds_to_step ? 1 << projection.truncated_bits : 1;
    // Half a step beyond a bound is rounding; more is saturation.
    const double upper = projection.max_weight + step / 2;
    const double lower = projection.min_weight - step / 2;
    for (std::uint32_t source = 0; source < projection.connectivity->source_size(); ++source) {
        projection.connectivity->row(source, row);
        layer.weights += row.size();
        for (const Connection& c : row) {
            const double exact = static_cast<double>(c.weight) * scale;
            const std::int32_t stored = projection.stored_weight(c.weight);
            width.add(stored);
            layer.saturated += exact > upper || exact < lower ? 1 : 0;
            layer.rounded_to_zero += stored == 0 && c.weight != 0 ? 1 : 0;
            const double error = stored - exact;
            squares += exact * exact;
            error_squares += error * error;
            largest = std::max(largest, std::abs(exact));
            largest_error = std::max(largest_error, std::abs(error));
        }
    }
    layer.rms_error = squares > 0 ? std::sqrt(error_squares / squares) : 0;
    layer.max_error = largest > 0 ? largest_error / largest : 0;
    projection.weight_bits = width.bits();
}

}  // namespace cortile
