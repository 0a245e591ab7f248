// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/mesh_picture.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "hw_model/report/markup.h"
#include "hw_model/report/svg_text.h"

namespace cortile::report {

namespace {

constexpr double kLeft = 46, kTop = 66, kScaleWidth = 190;

// Light grey, then yellow to dark red: lightness falls throughout, so that it prints in grey too.
std::string colour(double share) {
    struct Stop {
        double at, r, g, b;
    };
    static constexpr std::array<Stop, 6> stops{{{0.0, 236, 236, 236},
                                                {0.02, 255, 243, 176},
                                                {0.3, 254, 196, 79},
                                                {0.55, 240, 110, 50},
                                                {0.8, 199, 33, 40},
                                                {1.0, 103, 0, 31}}};
    const double x = std::clamp(share, 0.0, 1.0);
    std::size_t i = 1;
    while (i + 1 < stops.size() && x > stops[i].at) {
        ++i;
    }
    const Stop &a = stops[i - 1], &b = stops[i];
    const double t = (x - a.at) / (b.at - a.at);
    const auto mix = [&](double from, double to) {
        return static_cast<int>(std::lround(from + (to - from) * t));
    };
    return fmt::format("#{:02x}{:02x}{:02x}", mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b));
}

class Painter {
  public:
    explicit Painter(const MeshPicture& picture)
        : picture_(picture),
          cell_(std::clamp(640.0 / std::max(picture.width, picture.height), 12.0, 84.0)),
          box_(cell_ * 0.44) {
        for (const MeshPicture::Link& link : picture.links) {
            if (busiest_ == nullptr || link.load > busiest_->load) {
                busiest_ = &link;
            }
        }
        ticks_ = round_ticks(busiest_ == nullptr ? 0 : busiest_->load, 5);
    }

    std::string paint() {
        // Room for the title too, however small the mesh.
        const double mesh = cell_ * picture_.width, tall = cell_ * picture_.height;
        text_ = svg_head(std::max(kLeft + mesh + kScaleWidth, 620.0),
                         std::max(kTop + tall + 46, kTop + scale_height() + 140));
        text_ += svg_text(kLeft, 26, picture_.title, "start", 16, "font-weight=\"bold\"");
        text_ += svg_text(kLeft, 45, picture_.subtitle, "start", 12, "fill=\"#555555\"");
        tiles();
        borders();
        // Bars first: arrows lead over them.
        for (const bool channels : {true, false}) {
            for (const MeshPicture::Link& link : picture_.links) {
                if (&link != busiest_ && link.is_channel == channels) {
                    paint(link, false);
                }
            }
        }
        if (busiest_ != nullptr) {
            paint(*busiest_, busiest_->load > 0);  // on top, with its edge
        }
        scale(kLeft + mesh + 26);
        legend(kLeft + mesh + 26, kTop + scale_height() + 54);
        return text_ + "</svg>\n";
    }

  private:
    double centre_x(std::uint32_t x) const { return kLeft + cell_ * (x + 0.5); }
    double centre_y(std::uint32_t y) const { return kTop + cell_ * (picture_.height - y - 0.5); }

    void tiles() {
        const std::uint32_t every = std::max(1u, static_cast<std::uint32_t>(26 / cell_ + 1));
        for (std::uint32_t y = 0; y < picture_.height; ++y) {
            for (std::uint32_t x = 0; x < picture_.width; ++x) {
                text_ += fmt::format(
                    "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
                    "fill=\"#ffffff\" stroke=\"#777777\" stroke-width=\"0.8\"/>\n",
                    centre_x(x) - box_ / 2, centre_y(y) - box_ / 2, box_, box_);
            }
        }
        for (std::uint32_t x = 0; x < picture_.width; x += every) {
            text_ += svg_text(centre_x(x), kTop + cell_ * picture_.height + 16, fmt::to_string(x),
                              "middle", 11);
        }
        for (std::uint32_t y = 0; y < picture_.height; y += every) {
            text_ += svg_text(kLeft - 10, centre_y(y) + 4, fmt::to_string(y), "end", 11);
        }
        text_ += svg_text(kLeft + cell_ * picture_.width / 2, kTop + cell_ * picture_.height + 36,
                          "tile x (east)", "middle", 12);
        text_ += svg_text(0, 0, "tile y (north)", "middle", 12,
                          fmt::format("transform=\"translate(16 {:.1f}) rotate(-90)\"",
                                      kTop + cell_ * picture_.height / 2));
    }

    std::uint32_t chip_width() const {
        return picture_.chip_width == 0 ? picture_.width : picture_.chip_width;
    }
    std::uint32_t chip_height() const {
        return picture_.chip_height == 0 ? picture_.height : picture_.chip_height;
    }

    double channel_thickness() const { return std::max(cell_ * 0.12, 4.0); }

    bool is_board() const {
        return chip_width() < picture_.width || chip_height() < picture_.height;
    }

    // Between the chips of a board.
    void borders() {
        const double right = kLeft + cell_ * picture_.width;
        const double bottom = kTop + cell_ * picture_.height;
        const auto line = [&](double x1, double y1, double x2, double y2) {
            text_ += fmt::format(
                "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" "
                "stroke=\"#222222\" stroke-width=\"1.2\" stroke-dasharray=\"5 3\"/>\n",
                x1, y1, x2, y2);
        };
        for (std::uint32_t x = chip_width(); x < picture_.width; x += chip_width()) {
            line(kLeft + cell_ * x, kTop, kLeft + cell_ * x, bottom);
        }
        for (std::uint32_t y = chip_height(); y < picture_.height; y += chip_height()) {
            line(kLeft, bottom - cell_ * y, right, bottom - cell_ * y);
        }
    }

    // A bar along one side of the chip, just inside its border.
    void paint_channel(const MeshPicture::Link& link, const std::string& style,
                       const std::string& tip) {
        const std::uint32_t chip_x = link.tile_x / chip_width(),
                            chip_y = link.tile_y / chip_height();
        const double wide = cell_ * chip_width(), tall = cell_ * chip_height();
        const double left = kLeft + wide * chip_x;
        const double top = kTop + cell_ * picture_.height - tall * (chip_y + 1);
        const double thick = channel_thickness(), end = cell_ * 0.12;
        const bool upright = link.direction == "east" || link.direction == "west";
        const double x = link.direction == "east" ? left + wide - thick - 1
                         : upright                ? left + 1
                                                  : left + end;
        const double y = link.direction == "south" ? top + tall - thick - 1
                         : upright                 ? top + end
                                                   : top + 1;
        text_ += fmt::format(
            "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" {}>{}</rect>\n", x,
            y, upright ? thick : wide - 2 * end, upright ? tall - 2 * end : thick, style, tip);
    }

    // An arrow along +x from (0, 0), turned into its place; local ports as a square in the tile.
    void paint(const MeshPicture::Link& link, bool edge) {
        const bool over_the_edge =
            (link.direction == "east" && link.tile_x + 1 == picture_.width) ||
            (link.direction == "west" && link.tile_x == 0) ||
            (link.direction == "north" && link.tile_y + 1 == picture_.height) ||
            (link.direction == "south" && link.tile_y == 0);
        const double gap = (cell_ - box_) * (over_the_edge ? 0.5 : 1), wide = cell_ * 0.13;
        const double x = centre_x(link.tile_x), y = centre_y(link.tile_y);
        const std::string style =
            fmt::format("fill=\"{}\" stroke=\"{}\" stroke-width=\"{}\"",
                        colour(link.load / ticks_.back()), edge ? "#000000" : "#9a9a9a",
                        !edge             ? 0.4
                        : link.is_channel ? 1.2
                                          : 1.8);
        const std::string tip =
            fmt::format("<title>{} of ({}, {}): {:.4g} {}</title>", link.direction, link.tile_x,
                        link.tile_y, link.load, escaped(picture_.unit));
        if (link.is_channel) {
            paint_channel(
                link, style,
                fmt::format("<title>{} of chip ({}, {}): in use {:.4g} of the time</title>",
                            link.direction, link.tile_x / chip_width(), link.tile_y / chip_height(),
                            link.load));
            return;
        }
        if (link.direction == "local") {
            const double side = box_ * 0.5;
            text_ += fmt::format(
                "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" {}>{}</rect>\n",
                x - side / 2, y - side / 2, side, side, style, tip);
            return;
        }
        const int turn = link.direction == "east"    ? 0
                         : link.direction == "south" ? 90
                         : link.direction == "west"  ? 180
                                                     : 270;
        // Both directions keep to their right.
        const double head = std::min(gap * 0.4, wide * 1.4), over = cell_ * 0.025;
        const double start = box_ / 2, neck = start + gap - head, inner = cell_ * 0.035;
        text_ += fmt::format(
            "<path d=\"M{0:.1f} {1:.1f}H{2:.1f}V{3:.1f}L{4:.1f} {5:.1f}L{2:.1f} {6:.1f}V{7:.1f}"
            "H{0:.1f}Z\" transform=\"translate({8:.1f} {9:.1f}) rotate({10})\" {11}>{12}</path>\n",
            start, inner, neck, inner - over, start + gap, inner + wide / 2, inner + wide + over,
            inner + wide, x, y, turn, style, tip);
    }

    double scale_height() const { return std::clamp(cell_ * picture_.height, 120.0, 320.0); }

    // What the shapes stand for, in the colour of the scale's middle.
    void legend(double x, double y) {
        constexpr double kShape = 14, kRow = 19;
        const std::string middle = colour(0.3);
        const auto row = [&](const std::string& shape, const char* name) {
            text_ += fmt::format("<g transform=\"translate({:.1f} {:.1f})\">{}</g>\n", x, y, shape);
            text_ += svg_text(x + kShape + 8, y + 4, name, "start", 11);
            y += kRow;
        };
        const auto box = [&](double wide, double tall, const char* stroke, double line) {
            return fmt::format(
                "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\" "
                "stroke=\"{}\" stroke-width=\"{}\"/>",
                (kShape - wide) / 2, -tall / 2, wide, tall, middle, stroke, line);
        };
        row(fmt::format("<path d=\"M0 -2.5H8V-5L14 0L8 5V2.5H0Z\" fill=\"{}\" stroke=\"#9a9a9a\" "
                        "stroke-width=\"0.4\"/>",
                        middle),
            "link to the next tile");
        row(box(9, 9, "#9a9a9a", 0.4), "into a core");
        if (is_board()) {
            row(box(kShape, 5, "#9a9a9a", 0.4), "chip to chip: share of time");
        }
        row(box(kShape - 2, 9, "#000000", 1.8), "the busiest");
    }

    void scale(double x) {
        constexpr double kBar = 16;
        constexpr unsigned kParts = 60;
        const double tall = scale_height();
        for (unsigned i = 0; i < kParts; ++i) {
            text_ += fmt::format(
                "<rect x=\"{:.1f}\" y=\"{:.2f}\" width=\"{}\" height=\"{:.2f}\" fill=\"{}\"/>\n", x,
                kTop + tall * (kParts - 1 - i) / kParts, kBar, tall / kParts + 0.4,
                colour((i + 0.5) / kParts));
        }
        for (const double tick : ticks_) {
            text_ += svg_text(x + kBar + 6, kTop + tall * (1 - tick / ticks_.back()) + 4,
                              fmt::format("{:g}", tick), "start", 11);
        }
        text_ += svg_text(x, kTop + tall + 20, picture_.unit, "start", 11);
    }

    const MeshPicture& picture_;
    double cell_, box_;
    const MeshPicture::Link* busiest_ = nullptr;
    std::vector<double> ticks_;
    std::string text_;
};

}  // namespace

std::string to_svg(const MeshPicture& picture) {
    return Painter(picture).paint();
}

}  // namespace cortile::report
