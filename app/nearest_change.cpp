// SPDX-License-Identifier: Apache-2.0
#include "app/nearest_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

#include "noc/api/packet.h"

namespace cortile {

namespace {

constexpr std::size_t kMostChanges = 3, kMostKnobs = 6;

// Something that can be turned up in whole steps: step 0 is what the chip has.
class Knob {
  public:
    virtual ~Knob() = default;
    virtual std::uint64_t most() const = 0;
    virtual std::uint64_t first() const { return 1; }  // where doubling starts
    virtual std::vector<std::string> assignments(std::uint64_t step) const = 0;
    virtual bool operator==(const std::string& key) const = 0;
};

class LimitKnob final : public Knob {
  public:
    LimitKnob(std::string key, std::uint64_t now, std::uint64_t maximum, bool memory)
        : key_(std::move(key)), now_(now), maximum_(maximum), memory_(memory) {}

    std::uint64_t most() const override {
        return memory_ ? maximum_ / kBitsPerStep - now_ / kBitsPerStep : maximum_ - now_;
    }
    std::uint64_t first() const override {
        return std::max<std::uint64_t>(1, memory_ ? now_ / kBitsPerStep : now_);
    }
    std::vector<std::string> assignments(std::uint64_t step) const override {
        if (step == 0) {
            return {};
        }
        // A memory is given in whole KiB.
        return {memory_ ? fmt::format("{}={}KiB", key_, now_ / kBitsPerStep + step)
                        : fmt::format("{}={}", key_, now_ + step)};
    }
    bool operator==(const std::string& key) const override { return key == key_; }

  private:
    static constexpr std::uint64_t kBitsPerStep = 8192;
    std::string key_;
    std::uint64_t now_, maximum_;
    bool memory_;
};

// The shorter side grows first, so that meshes stay near squares and each step is a row or column.
class MeshKnob final : public Knob {
  public:
    explicit MeshKnob(const Parameters& parameters)
        : width_(side(parameters, "chip.mesh.width")),
          height_(side(parameters, "chip.mesh.height")) {
        const std::uint64_t cores_per_tile = side(parameters, "chip.cores_per_tile");
        const auto fits = [&](std::uint64_t step) {
            const auto [width, height] = sides(step);
            return width * height * cores_per_tile <= SpikePacket::kMaxCore + 1;
        };
        while (fits(most_ + 1)) {
            ++most_;
        }
    }

    std::uint64_t most() const override { return most_; }
    std::vector<std::string> assignments(std::uint64_t step) const override {
        const auto [width, height] = sides(step);
        std::vector<std::string> result;
        if (width != width_) {
            result.push_back(fmt::format("chip.mesh.width={}", width));
        }
        if (height != height_) {
            result.push_back(fmt::format("chip.mesh.height={}", height));
        }
        return result;
    }
    bool operator==(const std::string& key) const override { return key.starts_with("chip.mesh."); }

  private:
    static std::uint64_t side(const Parameters& parameters, const char* key) {
        return static_cast<std::uint64_t>(parameters.integer(key));
    }
    std::pair<std::uint64_t, std::uint64_t> sides(std::uint64_t step) const {
        std::uint64_t width = width_, height = height_;
        const std::uint64_t level =
            std::min(step, width > height ? width - height : height - width);
        (width > height ? height : width) += level;
        const std::uint64_t rest = step - level;
        return {width + (rest + 1) / 2, height + rest / 2};
    }

    std::uint64_t width_, height_, most_ = 0;
};

// One other value, or none.
class SwitchKnob final : public Knob {
  public:
    SwitchKnob(std::string key, std::string value)
        : key_(std::move(key)), value_(std::move(value)) {}

    std::uint64_t most() const override { return 1; }
    std::vector<std::string> assignments(std::uint64_t step) const override {
        return step == 0 ? std::vector<std::string>{} : std::vector{key_ + "=" + value_};
    }
    bool operator==(const std::string& key) const override { return key == key_; }

  private:
    std::string key_, value_;
};

bool is_limit(const ParameterDescriptor& descriptor) {
    return descriptor.path.starts_with("core.") && (descriptor.type == ParameterType::integer ||
                                                    descriptor.type == ParameterType::information);
}

std::unique_ptr<Knob> make_knob(const Parameters& parameters, const std::string& key) {
    const Parameters::Value& value = parameters.value(key);
    if (key == "mapping.share_cores") {
        return value.integer != 0 ? nullptr : std::make_unique<SwitchKnob>(key, "true");
    }
    if (key == "mapping.cores") {
        return value.integer == 0 ? nullptr : std::make_unique<SwitchKnob>(key, "0");
    }
    if (key.starts_with("chip.mesh.")) {
        return std::make_unique<MeshKnob>(parameters);
    }
    const double maximum = value.descriptor->maximum;
    if (!is_limit(*value.descriptor) || value.integer < 0 || !(maximum <= 0x1p62) ||
        maximum <= static_cast<double>(value.integer)) {
        return nullptr;
    }
    return std::make_unique<LimitKnob>(key, static_cast<std::uint64_t>(value.integer),
                                       static_cast<std::uint64_t>(maximum),
                                       value.descriptor->type == ParameterType::information);
}

// Keys that the text names, in its order; those of mapping.* first.
std::vector<std::string> keys_named(const Parameters& parameters, const std::string& text) {
    constexpr const char* kLetters = "abcdefghijklmnopqrstuvwxyz0123456789_.";
    std::vector<std::string> keys;
    for (std::size_t at = 0; (at = text.find_first_of(kLetters, at)) != std::string::npos;) {
        const std::size_t end = std::min(text.find_first_not_of(kLetters, at), text.size());
        std::string word = text.substr(at, end - at);
        word.erase(word.find_last_not_of('.') + 1);
        if (parameters.values().contains(word) &&
            std::find(keys.begin(), keys.end(), word) == keys.end()) {
            keys.push_back(word);
        }
        at = end;
    }
    std::stable_partition(keys.begin(), keys.end(),
                          [](const std::string& key) { return key.starts_with("mapping."); });
    return keys;
}

class Search {
  public:
    Search(const Parameters& parameters, const FitAttempt& attempt, unsigned most_attempts)
        : parameters_(parameters), attempt_(attempt), left_(most_attempts) {}

    std::vector<Change> run(const ConfigError& error) {
        std::vector<Change> changes;
        for (std::unique_ptr<Knob>& knob : knobs_named(error, {})) {
            std::vector<Turned> alone;
            alone.push_back({std::move(knob), 0});
            alone.front().step = alone.front().knob->most();
            if (changes.size() < kMostChanges && !remaining(alone)) {
                changes.push_back(lowered(alone));
            }
        }
        if (changes.empty()) {
            for (const Prefer prefer : {Prefer::larger_cores, Prefer::larger_mesh}) {
                const std::optional<Change> change = together(error, prefer);
                if (change &&
                    (changes.empty() || changes.front().assignments != change->assignments)) {
                    changes.push_back(*change);
                }
            }
        }
        return changes;
    }

  private:
    // Where a message names both, the two are alternatives.
    enum class Prefer { larger_cores, larger_mesh };

    struct Turned {
        std::unique_ptr<Knob> knob;
        std::uint64_t step;
    };

    std::vector<std::unique_ptr<Knob>> knobs_named(const ConfigError& error,
                                                   const std::vector<Turned>& turned) const {
        std::vector<std::unique_ptr<Knob>> knobs;
        for (const std::string& key :
             keys_named(parameters_, error.problem() + " " + error.hint())) {
            const bool again = std::any_of(knobs.begin(), knobs.end(),
                                           [&](const auto& knob) { return *knob == key; }) ||
                               std::any_of(turned.begin(), turned.end(),
                                           [&](const Turned& other) { return *other.knob == key; });
            std::unique_ptr<Knob> knob = again ? nullptr : make_knob(parameters_, key);
            if (knob && knob->most() > 0) {
                knobs.push_back(std::move(knob));
            }
        }
        return knobs;
    }

    static std::vector<std::string> assignments(const std::vector<Turned>& turned) {
        std::vector<std::string> all;
        for (const Turned& one : turned) {
            const auto more = one.knob->assignments(one.step);
            all.insert(all.end(), more.begin(), more.end());
        }
        return all;
    }

    // What is still in the way; nothing if the network fits.
    std::optional<ConfigError> remaining(const std::vector<Turned>& turned) {
        if (left_ == 0) {
            return ConfigError("search", "no attempt is left");
        }
        --left_;
        try {
            attempt_(assignments(turned));
        } catch (const ConfigError& error) {
            return error;
        }
        return std::nullopt;
    }

    // Limits turned up one after another until the network fits.
    std::optional<Change> together(ConfigError error, Prefer prefer) {
        std::vector<Turned> turned;
        while (turned.size() < kMostKnobs) {
            auto knobs = knobs_named(error, turned);
            if (knobs.empty()) {
                return std::nullopt;
            }
            // Else what the message names first, which is nearest to its cause.
            const auto preferred = std::find_if(knobs.begin(), knobs.end(), [&](const auto& knob) {
                return (*knob == "chip.mesh.width") == (prefer == Prefer::larger_mesh);
            });
            turned.push_back({std::move(preferred == knobs.end() ? knobs.front() : *preferred), 0});
            turned.back().step = turned.back().knob->most();
            std::optional<ConfigError> next = remaining(turned);
            if (!next) {
                return lowered(turned);
            }
            error = *next;
        }
        return std::nullopt;
    }

    // Each in turn down to the least with which the network still fits. The mesh first: with more
    // cores than anybody builds, the limits of a core could be lower than anybody wants them.
    Change lowered(std::vector<Turned>& turned) {
        Change change;
        for (const bool mesh : {true, false}) {
            for (Turned& one : turned) {
                if ((*one.knob == "chip.mesh.width") == mesh) {
                    lower(turned, one, change);
                }
            }
        }
        change.assignments = assignments(turned);
        return change;
    }

    void lower(std::vector<Turned>& turned, Turned& one, Change& change) {
        std::uint64_t& step = one.step;
        const std::uint64_t turned_first = one.knob->first();
        std::uint64_t fits = step, too_low = 0;
        const auto attempt = [&](std::uint64_t value) {
            step = value;
            if (remaining(turned)) {
                too_low = value;
            } else {
                fits = value;
            }
        };
        attempt(0);  // another limit, turned up since, may have been enough
        if (left_ > 0 && fits > 0) {
            for (std::uint64_t value = turned_first; left_ > 0 && value < fits; value *= 2) {
                attempt(value);
            }
            while (left_ > 0 && fits - too_low > 1) {
                attempt(too_low + (fits - too_low) / 2);
            }
        }
        change.smallest &= fits == 0 || fits - too_low == 1;
        step = fits;
    }

    const Parameters& parameters_;
    const FitAttempt& attempt_;
    unsigned left_;
};

}  // namespace

std::vector<Change> nearest_changes(const Parameters& parameters, const ConfigError& error,
                                    const FitAttempt& attempt, unsigned most_attempts) {
    return Search(parameters, attempt, most_attempts).run(error);
}

}  // namespace cortile
