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

// Errors of the stored integers.
class ErrorSums {
  public:
    explicit ErrorSums(const QuantizedProjection& projection) : projection_(projection) {
        // Half a step beyond a bound is rounding; more is saturation.
        const double step = projection.rounds_to_step ? 1 << projection.truncated_bits : 1;
        upper_ = projection.max_weight + step / 2;
        lower_ = projection.min_weight - step / 2;
    }

    void add(float weight, std::uint64_t times, QuantizationReport::Layer& layer) {
        const double exact = static_cast<double>(weight) * projection_.scale;
        const std::int32_t stored = projection_.stored_weight(weight);
        width_.add(stored);
        layer.weights += times;
        layer.nonzero += weight != 0 ? times : 0;
        layer.saturated += exact > upper_ || exact < lower_ ? times : 0;
        layer.rounded_to_zero += stored == 0 && weight != 0 ? times : 0;
        // In units of the network, where squares of floats neither underflow nor overflow; scales
        // go beyond 1e+-200 with absurd biases or thresholds.
        const auto asked = static_cast<double>(weight);
        const double error =
            stored == 0 || !std::isfinite(exact) ? asked : (stored - exact) / projection_.scale;
        squares_ += asked * asked * static_cast<double>(times);
        error_squares_ += error * error * static_cast<double>(times);
        largest_ = std::max(largest_, std::abs(asked));
        largest_error_ = std::max(largest_error_, std::abs(error));
    }
    double rms() const { return squares_ > 0 ? std::sqrt(error_squares_ / squares_) : 0; }
    double largest() const { return largest_ > 0 ? largest_error_ / largest_ : 0; }
    std::uint8_t width() const { return width_.bits(); }

  private:
    const QuantizedProjection& projection_;
    double upper_, lower_;
    StoredWidth width_;
    double squares_ = 0, error_squares_ = 0, largest_ = 0, largest_error_ = 0;
};

bool is_integer(float weight) {
    // Floats from 2^24 on have no fraction; below, the conversion is defined.
    return std::abs(weight) >= 0x1p24F ||
           weight == static_cast<float>(static_cast<std::int32_t>(weight));
}

}  // namespace

WeightStatistics weight_statistics(const Connectivity& connectivity, const std::string& where) {
    WeightStatistics result;
    result.positive.resize(connectivity.target_size());
    result.negative.resize(connectivity.target_size());
    constexpr double kLargest = WeightStatistics::kLargestCounted;
    result.integer_counts.resize(2 * WeightStatistics::kLargestCounted + 1);
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
            if (!result.integer_counts.empty()) {
                if (is_integer(c.weight) && std::abs(weight) <= kLargest) {
                    ++result.integer_counts[static_cast<std::size_t>(weight + kLargest)];
                } else {
                    result.integer_counts.clear();
                }
            }
            if (result.non_integer.empty() && !is_integer(c.weight)) {
                result.non_integer =
                    fmt::format("{} from neuron {} to neuron {}", weight, source, c.target);
            }
            sample.add(c.weight);
        }
        result.count += row.size();
    }
    return result;
}

void measure_quantization(const WeightStatistics& statistics, QuantizedProjection& projection,
                          QuantizationReport::Layer& layer) {
    ErrorSums sums(projection);
    if (!statistics.integer_counts.empty()) {
        for (std::size_t i = 0; i < statistics.integer_counts.size(); ++i) {
            if (statistics.integer_counts[i] > 0) {
                const std::int32_t weight =
                    static_cast<std::int32_t>(i) - WeightStatistics::kLargestCounted;
                sums.add(static_cast<float>(weight), statistics.integer_counts[i], layer);
            }
        }
    } else {
        std::vector<Connection> row;
        for (std::uint32_t s = 0; s < projection.connectivity->source_size(); ++s) {
            projection.connectivity->row(s, row);
            for (const Connection& c : row) {
                sums.add(c.weight, 1, layer);
            }
        }
    }
    layer.rms_error = sums.rms();
    layer.max_error = sums.largest();
    projection.weight_bits = sums.width();
}

}  // namespace cortile
