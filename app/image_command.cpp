// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include <fmt/format.h>

#include "app/commands.h"
#include "experiment/firmware_session.h"
#include "experiment/prepared_run.h"
#include "hw_model/base/text_file.h"

namespace cortile {

int image_command(const std::filesystem::path& experiment,
                  const std::vector<std::string>& assignments, const std::filesystem::path& out) {
    PreparedRun run = prepare(load_experiment(experiment, assignments));
    const std::vector<std::uint8_t> image = make_image(run);
    write_text_file(out,
                    std::string_view(reinterpret_cast<const char*>(image.data()), image.size()));
    std::cout << fmt::format("{}: {} bytes, for core type {} on {} cores\n", out.string(),
                             image.size(), run.experiment.core_type->name(),
                             run.chip.topology.cores());
    return 0;
}

}  // namespace cortile
