// SPDX-License-Identifier: Apache-2.0
// One network on its way to Loihi's integers: what quantize_for_loihi() consists of.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cores/loihi/loihi_quantizer.h"
#include "cores/loihi/loihi_quantizer_dynamics.h"
#include "cores/loihi/loihi_quantizer_hardware.h"
#include "cores/loihi/loihi_quantizer_scale.h"
#include "workload/quantize/weight_statistics.h"

namespace cortile {

inline constexpr std::uint8_t kDelayBits = 6;  // of a synapse with a delay

// Of neuron `i`, where one value may stand for all.
inline double value_of(const std::vector<double>& values, std::size_t i) {
    return values.size() == 1 ? values[0] : values[i];
}

// Of the thresholds, rounded in this unit: the largest share by which one is off.
double threshold_error(const std::vector<double>& thresholds, double unit);

// loihi_quantizer.cpp; warnings and learning in files of their own.
class LoihiQuantizer {
  public:
    // `counts_fractions`: inputs that stand for NeuronKind::current_input.
    LoihiQuantizer(const Network& network, const LoihiQuantizerOptions& options,
                   std::set<std::size_t> counts_fractions)
        : network_(network), options_(options), counts_fractions_(std::move(counts_fractions)) {}

    QuantizedNetwork run();

  private:
    // All that is known about the projections into one population.
    struct Incoming {
        std::vector<std::size_t> ids;  // into Network::projections
        std::vector<std::shared_ptr<const Connectivity>> connectivity;
        std::vector<WeightStatistics> statistics;
        std::vector<ProjectionHardware> hardware;
        std::vector<std::int32_t> largest_value;  // magnitude in a packet
    };

    void quantize_population(std::size_t id);
    Incoming collect(std::size_t id, const LoihiDynamics& dynamics) const;
    ScaleProblem scale_problem(const Population& population, const LoihiDynamics& dynamics,
                               const Incoming& incoming) const;
    ScaleChoice hardware_choice(const Population& population, const Incoming& incoming) const;
    void set_input_unit(std::size_t id, QuantizedPopulation& result) const;
    void set_parameters(const Population& population, const LoihiDynamics& dynamics, double unit,
                        QuantizedPopulation& result);
    QuantizedProjection projection(std::size_t id, const Incoming& incoming, std::size_t k,
                                   double scale, int exponent, bool exact) const;
    void warn_about_ranges(const Population& population, const LoihiDynamics& dynamics,
                           const ScaleProblem& problem, double unit);
    void warn_if_silent(const Population& population, const LoihiDynamics& dynamics,
                        const Incoming& incoming);
    void warn_about_weights(const Incoming& incoming, std::size_t k,
                            const QuantizedProjection& projection,
                            const QuantizationReport::Layer& layer);
    void set_time_constants(const LoihiDynamics& dynamics, const QuantizedPopulation& population,
                            bool exact, QuantizationReport::Layer& layer) const;
    bool wraps(const Incoming& incoming, std::size_t k, double scale, int exponent) const;
    bool learns(const Projection& projection) const {
        const auto& names = options_.learning.projections;
        return std::find(names.begin(), names.end(), projection.name) != names.end();
    }
    void make_plastic(const SignMode& mode, QuantizedProjection& projection) const;
    void check_learning();
    void warn_about_rules();
    void warn(std::string text) { result_.report.warnings.push_back(std::move(text)); }

    const Network& network_;
    const LoihiQuantizerOptions& options_;
    std::set<std::size_t> counts_fractions_;
    QuantizedNetwork result_;
    std::vector<QuantizationReport::Layer> layers_;  // by projection
};

}  // namespace cortile
