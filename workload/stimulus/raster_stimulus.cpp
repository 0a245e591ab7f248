// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "hw_model/base/error.h"
#include "workload/stimulus/input_file.h"
#include "workload/stimulus/label_file.h"
#include "workload/stimulus/raster_file.h"

namespace cortile {

std::unique_ptr<Stimulus> make_raster_stimulus(const RasterStimulusOptions& options) {
    if (options.files.empty()) {
        throw ConfigError("stimulus.files", "expected at least one raster, found none",
                          "list .csv files, one a sample, or .h5 files");
    }
    check_recorded_timesteps(options.timesteps);
    RasterExpectation expectation{options.input_size, options.timesteps};
    SpikeTable table;
    for (const auto& path : options.files) {
        require_input_file(path, "stimulus.files");
        // By content: names of HDF5 files end in many ways.
        expectation.input_size = is_hdf5_file(path)
                                     ? read_hdf5_raster(path, options.dataset, expectation, table)
                                     : read_csv_raster(path, expectation, table);
    }
    std::vector<std::uint32_t> labels;
    if (options.labels) {
        labels = read_label_file(*options.labels, options.files, table.samples());
    }
    std::string description = fmt::format(
        "{} rasters of {} neurons from {}{}, {}", table.samples(), expectation.input_size,
        options.files.front().filename().string(), options.files.size() > 1 ? " on" : "",
        options.timesteps ? fmt::format("{} timesteps", *options.timesteps)
                          : std::string("each to its end"));
    return make_recorded_stimulus(std::move(table), expectation.input_size, std::move(labels),
                                  std::move(description));
}

}  // namespace cortile
