// SPDX-License-Identifier: Apache-2.0
#include "workload/stimulus/event_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_model/base/error.h"

namespace cortile {
namespace {

constexpr std::uint32_t kMaxExtent = 4096;  // far above any sensor

const char* name_of(EventPolarity polarity) {
    switch (polarity) {
        case EventPolarity::on:
            return "on";
        case EventPolarity::off:
            return "off";
        case EventPolarity::merged:
            return "merged";
        case EventPolarity::both:
            break;
    }
    return "both";
}

void check_sensor(const Shape& shape) {
    if (shape.size() != 3 || shape[0] < 1 || shape[0] > 2 || shape[1] < 1 ||
        shape[1] > kMaxExtent || shape[2] < 1 || shape[2] > kMaxExtent) {
        throw ConfigError("stimulus.shape",
                          fmt::format("expected (polarities, height, width) with 1 or 2 polarities "
                                      "and 1 to {} rows and columns, found ({})",
                                      kMaxExtent, fmt::join(shape, ", ")),
                          "(2, 34, 34) for N-MNIST");
    }
}

void check_polarity(EventPolarity polarity, const Shape& shape) {
    const bool selects = polarity == EventPolarity::on || polarity == EventPolarity::off;
    if (selects && shape[0] != 2) {
        throw ConfigError("stimulus.polarity",
                          fmt::format("expected a sensor of 2 polarities to choose from, found "
                                      "shape {}",
                                      sensor_text(shape)),
                          "leave stimulus.polarity out, or correct stimulus.shape");
    }
}

void check_crop(const EventCrop& crop, const Shape& shape) {
    const auto fits = [](std::uint32_t first, std::uint32_t count, std::uint32_t extent) {
        return count > 0 && first < extent && count <= extent - first;
    };
    if (!fits(crop.x, crop.width, shape[2]) || !fits(crop.y, crop.height, shape[1])) {
        throw ConfigError(
            "stimulus.crop",
            fmt::format("expected a part of the sensor of {} columns and {} rows, found {} columns "
                        "from x = {} and {} rows from y = {}",
                        shape[2], shape[1], crop.width, crop.x, crop.height, crop.y),
            "write x, y, width and height in pixels of stimulus.shape");
    }
}

}  // namespace

std::string sensor_text(const Shape& shape) {
    return fmt::format("({}, {}, {}) (polarities, height, width)", shape[0], shape[1], shape[2]);
}

EventView::EventView(const EventStimulusOptions& options)
    : sensor_(options.shape),
      crops_(options.crop.has_value()),
      pixels_(options.downsample),
      polarity_(options.polarity) {
    check_sensor(sensor_);
    check_polarity(polarity_, sensor_);
    crop_ = options.crop.value_or(EventCrop{0, 0, sensor_[2], sensor_[1]});
    check_crop(crop_, sensor_);
    if (pixels_ < 1 || pixels_ > crop_.width || pixels_ > crop_.height) {
        throw ConfigError(
            "stimulus.downsample",
            fmt::format("expected 1 to {}, found {}: {} columns and {} rows are to be divided",
                        std::min(crop_.width, crop_.height), pixels_, crop_.width, crop_.height),
            "1 keeps every pixel");
    }
    if (polarity_ == EventPolarity::on || polarity_ == EventPolarity::off) {
        only_ = polarity_ == EventPolarity::on ? 1 : 0;
    }
    channels_ = polarity_ == EventPolarity::both ? sensor_[0] : 1;
    height_ = crop_.height / pixels_;
    width_ = crop_.width / pixels_;
}

std::string EventView::description() const {
    std::string text = "shape " + sensor_text(sensor_);
    if (crops_) {
        text += fmt::format(", cropped from x = {}, y = {} to ({}, {}, {})", crop_.x, crop_.y,
                            sensor_[0], crop_.height, crop_.width);
    }
    if (pixels_ > 1) {
        text += fmt::format(", down-sampled by {} to ({}, {}, {})", pixels_, sensor_[0], height_,
                            width_);
    }
    if (polarity_ != EventPolarity::both) {
        text += fmt::format(", polarity {}: ({}, {}, {})", name_of(polarity_), channels_, height_,
                            width_);
    }
    return text;
}

}  // namespace cortile
