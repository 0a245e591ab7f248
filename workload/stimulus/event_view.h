// SPDX-License-Identifier: Apache-2.0
// What of an event camera the network sees: polarity, part of the sensor, resolution.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "workload/stimulus/stimulus.h"

namespace cortile {

class EventView {
  public:
    // Throws ConfigError for a shape that is no sensor's, and for a selection that does not fit it.
    explicit EventView(const EventStimulusOptions& options);

    const Shape& sensor() const { return sensor_; }  // (polarities, height, width)
    std::uint32_t neurons() const { return channels_ * height_ * width_; }
    // The neuron that an event inside sensor() reaches: (channel, y, x) row by row; nothing for
    // events that are left out.
    std::optional<std::uint32_t> neuron(std::uint32_t x, std::uint32_t y,
                                        std::uint32_t polarity) const {
        x -= crop_.x;  // left of and above the crop: wraps to beyond its extent
        y -= crop_.y;
        if (x >= width_ * pixels_ || y >= height_ * pixels_ || (only_ && polarity != *only_)) {
            return std::nullopt;
        }
        const std::uint32_t channel = channels_ == 2 ? polarity : 0;
        return (channel * height_ + y / pixels_) * width_ + x / pixels_;
    }
    // The shape after each step: "shape (2, 34, 34) (polarities, height, width), cropped to …".
    std::string description() const;

  private:
    Shape sensor_;
    EventCrop crop_;
    bool crops_;
    std::uint32_t pixels_;  // a neuron's, along each axis
    EventPolarity polarity_;
    std::optional<std::uint32_t> only_;  // this polarity
    std::uint32_t channels_, height_, width_;
};

// "(2, 34, 34) (polarities, height, width)"
std::string sensor_text(const Shape& shape);

}  // namespace cortile
