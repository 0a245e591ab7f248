// SPDX-License-Identifier: Apache-2.0
#include "experiment/experiment.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

#include "experiment/cost_tables.h"
#include "experiment/foreign_keys.h"
#include "experiment/input_path.h"
#include "hw_model/base/error.h"
#include "hw_model/chip/chip_config.h"
#include "hw_model/config/chip_schema.h"
#include "hw_model/config/yaml_text.h"
#include "workload/recording/number_array.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;

std::uint32_t whole(const Parameters& parameters, const char* path) {
    return static_cast<std::uint32_t>(parameters.integer(path));
}

std::optional<std::uint32_t> whole_unless_zero(const Parameters& parameters, const char* path) {
    const std::uint32_t value = whole(parameters, path);
    return value > 0 ? std::optional(value) : std::nullopt;
}

// A network is told by its name, or by the signature of HDF5 (format specification, II.A).
bool is_network(const fs::path& file) {
    std::array<char, 8> head{};
    std::ifstream(file, std::ios::binary).read(head.data(), head.size());
    return file.extension() == ".nir" ||
           std::string_view(head.data(), head.size()) == std::string_view("\x89HDF\r\n\x1a\n", 8);
}

ConfigTree experiment_tree(const fs::path& file) {
    std::error_code ignored;
    if (file.empty() || (fs::exists(file, ignored) && !fs::is_regular_file(file, ignored))) {
        throw ConfigError("'" + file.string() + "'", "not a file",
                          "name an experiment (.yaml) or a network (.nir, .net)");
    }
    if (is_network(file)) {
        return ConfigTree::from_text("network: {file: " + yaml_quoted(file.filename().string()) +
                                         "}\nstimulus: {kind: silent}\n",
                                     file.string(), fs::absolute(file).parent_path());
    }
    return ConfigTree::from_file(file);
}

void append(ParameterSchema& schema, ParameterSchema more) {
    schema.insert(schema.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
}

}  // namespace

namespace {

// A chip's file is named relative to the experiment that names it, or, on the command line, to the
// current folder.
fs::path preset_folder(const std::optional<std::string>& in_file,
                       const std::optional<std::string>& effective, const fs::path& file) {
    return in_file == effective ? fs::absolute(file).parent_path() : fs::current_path();
}

// A chip's file describes a chip and nothing else.
void check_chip_file(const ConfigTree& chip, const std::string& name) {
    for (const char* section : {"preset", "costs", "network", "stimulus", "mapping", "run"}) {
        if (chip.has_section(section) || chip.text_at(section)) {
            throw ConfigError(name, fmt::format("a chip file cannot hold '{}'", section),
                              "keep chip, core, noc and host; the rest belongs in the experiment");
        }
    }
}

}  // namespace

Experiment load_experiment(const fs::path& file, const std::vector<std::string>& assignments,
                           ForeignKeys foreign_keys) {
    ConfigTree experiment = experiment_tree(file);
    const auto preset_in_file = experiment.text_at("preset");
    for (const std::string& assignment : assignments) {
        experiment.set(assignment);
    }
    const auto preset = experiment.text_at("preset");
    const std::string name = preset.value_or(kDefaultPreset);
    const fs::path folder = preset_folder(preset_in_file, preset, file);
    ConfigTree tree = load_preset(name, folder);
    check_chip_file(tree, name);
    if (fs::path(name).extension() == ".yaml" || fs::path(name).extension() == ".yml") {
        // effective.yaml must find the chip's file from wherever it lies.
        experiment.set("preset=" + fs::weakly_canonical(folder / name).string());
    }

    Experiment result;
    const auto own_type = experiment.text_at("chip.core_type");
    const auto type_name = own_type ? own_type : tree.text_at("chip.core_type");
    if (!type_name) {
        throw ConfigError(name, "chip.core_type is missing, or is not a text",
                          "name a core type: cortile list cores");
    }
    result.core_type = &core_type(*type_name, name + ": chip.core_type");
    if (foreign_keys == ForeignKeys::unused) {
        result.unused_keys = drop_foreign_keys(experiment, *result.core_type);
    }
    if (overlay_cost_tables(tree, experiment, *result.core_type,
                            foreign_keys == ForeignKeys::unused)) {
        result.unused_keys.push_back("costs");
    }
    tree.overlay(experiment);
    refuse_foreign_keys(tree, *result.core_type);
    ParameterSchema schema = experiment_schema();
    append(schema, chip_schema());
    append(schema, result.core_type->schema());
    result.parameters = tree.resolve(schema);
    return result;
}

namespace {

std::unique_ptr<Stimulus> load_images(const Parameters& parameters) {
    if (!parameters.given("stimulus.images")) {
        throw ConfigError(parameters.where("stimulus.kind"), "images need stimulus.images",
                          "name an idx3-ubyte file");
    }
    ImageStimulusOptions options;
    options.images = input_file(parameters, "stimulus.images");
    if (parameters.given("stimulus.labels")) {
        options.labels = input_file(parameters, "stimulus.labels");
    }
    const std::string& encoder = parameters.text("stimulus.encoder");
    options.encoder = encoder == "bernoulli"       ? ImageEncoder::bernoulli
                      : encoder == "deterministic" ? ImageEncoder::deterministic
                      : encoder == "first_spike"   ? ImageEncoder::first_spike
                      : encoder == "current"       ? ImageEncoder::current
                                                   : ImageEncoder::value;
    const std::uint32_t timesteps = whole(parameters, "stimulus.timesteps");
    options.timesteps = timesteps == 0 ? 16 : timesteps;
    options.max_rate = parameters.real("stimulus.max_rate");
    options.seed = static_cast<std::uint64_t>(parameters.integer("stimulus.seed"));
    return make_image_stimulus(options);
}

std::vector<fs::path> chosen_files(const Parameters& parameters) {
    std::vector<fs::path> files = parameters.files("stimulus.files");
    if (files.empty()) {
        throw ConfigError(parameters.where("stimulus.kind"), "recordings need stimulus.files",
                          "list files, or a pattern such as recordings/*.bs2");
    }
    for (const fs::path& file : files) {
        checked_path(file, parameters.where("stimulus.files"));
    }
    return files;
}

// NumPy files, and HDF5 files whose numbers are more than a raster of spikes.
bool takes_arrays(const Parameters& parameters) {
    return parameters.given("stimulus.axes") || parameters.text("stimulus.entries") != "spikes" ||
           is_numpy_file(chosen_files(parameters).front());
}

// Whole numbers with blanks between.
std::vector<std::uint32_t> whole_numbers(const Parameters& parameters, const std::string& key,
                                         const std::string& what, const std::string& remedy) {
    std::vector<std::uint32_t> numbers;
    const std::string& text = parameters.text(key);
    const char* at = text.c_str();
    for (char* end = nullptr; *(at += std::strspn(at, " \t")) != '\0'; at = end) {
        const unsigned long number = *at == '-' ? ULONG_MAX : std::strtoul(at, &end, 10);
        if (number > 65535 || end == at) {
            throw ConfigError(parameters.where(key), "not " + what + ": '" + text + "'", remedy);
        }
        numbers.push_back(static_cast<std::uint32_t>(number));
    }
    return numbers;
}

EventPolarity parse_polarity(const std::string& text) {
    return text == "on"     ? EventPolarity::on
           : text == "off"  ? EventPolarity::off
           : text == "both" ? EventPolarity::both
                            : EventPolarity::merged;
}

EventStimulusOptions event_options(const Parameters& parameters) {
    EventStimulusOptions options;
    options.files = chosen_files(parameters);
    options.shape = whole_numbers(parameters, "stimulus.shape", "a shape",
                                  "write polarities, height and width, as in: 2 34 34");
    options.polarity = parse_polarity(parameters.text("stimulus.polarity"));
    if (parameters.given("stimulus.crop")) {
        const std::string remedy = "write x, y, width and height, as in: 1 1 32 32";
        const auto crop = whole_numbers(parameters, "stimulus.crop", "a part of a sensor", remedy);
        if (crop.size() != 4) {
            throw ConfigError(parameters.where("stimulus.crop"),
                              fmt::format("expected 4 numbers, found {}", crop.size()), remedy);
        }
        options.crop = EventCrop{crop[0], crop[1], crop[2], crop[3]};
    }
    options.downsample = whole(parameters, "stimulus.downsample");
    options.time_step = to_seconds(parameters.time("network.time_step"));
    options.counts = parameters.flag("stimulus.counts");
    options.drop_partial = parameters.flag("stimulus.drop_partial");
    options.start =
        parameters.text("stimulus.start") == "zero" ? EventStart::zero : EventStart::first_event;
    options.binning = parameters.text("stimulus.binning") == "nearest" ? EventBinning::nearest
                                                                       : EventBinning::floor;
    return options;
}

}  // namespace

std::unique_ptr<Stimulus> load_stimulus(const Parameters& parameters, const Network& network) {
    const std::string& kind = parameters.text("stimulus.kind");
    const auto timesteps = whole_unless_zero(parameters, "stimulus.timesteps");
    const std::uint32_t input_size = input_neurons(network);
    if (kind == "images") {
        return load_images(parameters);
    }
    std::optional<fs::path> labels;
    if (parameters.given("stimulus.labels")) {
        labels = input_file(parameters, "stimulus.labels");
    }
    if (kind == "events") {
        EventStimulusOptions options = event_options(parameters);
        options.labels = labels;
        options.timesteps = timesteps;
        return make_event_stimulus(options);
    }
    if (kind == "raster" && takes_arrays(parameters)) {
        ArrayStimulusOptions options;
        options.files = chosen_files(parameters);
        options.dataset = parameters.text("stimulus.dataset");
        options.axes = parameters.text("stimulus.axes");
        const std::string& entries = parameters.text("stimulus.entries");
        options.entries = entries == "spikes"   ? ArrayEntries::spikes
                          : entries == "values" ? ArrayEntries::values
                                                : ArrayEntries::currents;
        options.labels = labels;
        options.input_shape =
            network.inputs.size() == 1 ? network[network.inputs[0]].shape : Shape{input_size};
        options.timesteps = timesteps;
        return make_array_stimulus(options);
    }
    if (kind == "raster") {
        RasterStimulusOptions options;
        options.files = chosen_files(parameters);
        options.dataset = parameters.text("stimulus.dataset");
        options.labels = labels;
        options.input_size = input_size;
        options.timesteps = timesteps;
        return make_raster_stimulus(options);
    }
    const std::uint32_t samples =
        whole(parameters, "stimulus.first") + std::max(1u, whole(parameters, "stimulus.samples"));
    return make_silent_stimulus(input_size, samples, timesteps.value_or(16));
}

std::uint32_t input_neurons(const Network& network) {
    std::uint32_t sum = 0;
    for (const PopulationId input : network.inputs) {
        sum += network[input].size;
    }
    return sum;
}

namespace {

// What a chip-to-chip link of a board is worth, in hops on the chip: by time or by energy,
// whichever is more; nothing is known of what costs nothing.
double crossing_hops(const Parameters& parameters) {
    const double time =
        static_cast<double>(serialisation(parameters) + parameters.time("board.link_latency"));
    const auto in_hops = [](double crossing, double hops) {
        return hops > 0 ? 2 * crossing / hops : 0;
    };
    return std::max(
        {1.0,
         in_hops(time,
                 static_cast<double>(parameters.time("noc.hop_x") + parameters.time("noc.hop_y"))),
         in_hops(parameters.energy("board.link_energy"),
                 parameters.energy("noc.hop_x_energy") + parameters.energy("noc.hop_y_energy"))});
}

}  // namespace

MappingOptions mapping_options(const Parameters& parameters) {
    MappingOptions options;
    const std::string& placement = parameters.text("mapping.placement");
    options.placement = placement == "linear"  ? Placement::linear
                        : placement == "curve" ? Placement::curve
                                               : Placement::optimized;
    const std::string& partition = parameters.text("mapping.partition");
    options.partition = partition == "contiguous" ? Partition::contiguous
                        : partition == "metis"    ? Partition::metis
                                                  : Partition::automatic;
    const std::string& axons = parameters.text("mapping.axons");
    options.axons = axons == "discrete"     ? Axons::discrete
                    : axons == "population" ? Axons::population
                                            : Axons::automatic;
    options.cores = whole(parameters, "mapping.cores");
    options.share_cores = parameters.flag("mapping.share_cores");
    options.seed = static_cast<std::uint64_t>(parameters.integer("mapping.seed"));
    options.crossing_hops = crossing_hops(parameters);
    return options;
}

bool is_learnt(const std::string& quantity) {
    return std::find(kLearntQuantities.begin(), kLearntQuantities.end(), quantity) !=
           kLearntQuantities.end();
}

ProbeRequest parse_probe(const std::string& text, const std::string& where) {
    const std::size_t colon = text.rfind(':');
    const std::string hint = "write POPULATION:QUANTITIES, as in: lif1:spikes,u,v";
    if (colon == std::string::npos || colon == 0) {
        throw ConfigError(where, "not a probe: '" + text + "'", hint);
    }
    ProbeRequest request{text.substr(0, colon), {}};
    std::size_t begin = colon + 1;
    while (begin <= text.size()) {
        const std::size_t comma = std::min(text.find(',', begin), text.size());
        const std::string quantity = text.substr(begin, comma - begin);
        const bool known =
            is_learnt(quantity) || std::find(kNeuronQuantities.begin(), kNeuronQuantities.end(),
                                             quantity) != kNeuronQuantities.end();
        const bool alike = request.quantities.empty() ||
                           is_learnt(quantity) == is_learnt(request.quantities.front());
        if (!known || !alike) {
            throw ConfigError(where, "unknown quantity '" + quantity + "' in probe '" + text + "'",
                              hint);
        }
        request.quantities.push_back(quantity);
        begin = comma + 1;
    }
    return request;
}

}  // namespace cortile
