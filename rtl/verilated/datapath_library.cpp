// SPDX-License-Identifier: Apache-2.0
#include "rtl/verilated/datapath_library.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "hw_model/base/external_program.h"
#include "hw_model/base/text_file.h"
#include "rtl/verilated/verilator_messages.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;

constexpr const char* kCompiler = "g++";

void write_text(const fs::path& file, const std::string& text) {
    write_text_file(file, text, "CORTILE_CACHE=FOLDER names another place for what is built");
}

// FNV-1a, twice with different starts: 128 bits against accidental clashes in a cache.
class Hash {
  public:
    void add(const std::string& text) {
        for (const char c : text) {
            a_ = (a_ ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
            b_ = (b_ ^ static_cast<unsigned char>(c)) * 0x100000001B3u + (b_ >> 61);
        }
        a_ = (a_ ^ 0x1FF) * 0x100000001B3u;
        b_ = (b_ ^ 0x1FF) * 0x100000001B3u;
    }
    std::string text() const { return fmt::format("{:016x}{:016x}", a_, b_); }

  private:
    std::uint64_t a_ = 0xCBF29CE484222325u, b_ = 0x9AE16A3B2F90404Fu;
};

const std::string& tool_versions() {
    static const std::string versions = run_program({"verilator", "--version"}, "/").output +
                                        run_program({kCompiler, "--version"}, "/").output;
    return versions;
}

fs::path verilator_include() {
    std::string root = run_program({"verilator", "--getenv", "VERILATOR_ROOT"}, "/").output;
    root.erase(root.find_last_not_of(" \n\r\t") + 1);
    return fs::path(root) / "include";
}

bool is_source(const fs::path& file) {
    static const std::vector<std::string> endings{".v",   ".sv",  ".vh",  ".svh", ".f",
                                                  ".inc", ".vlt", ".mem", ".hex"};
    return std::find(endings.begin(), endings.end(), file.extension()) != endings.end();
}

// Where the sources may include files from without saying so.
std::set<fs::path> source_folders(const DatapathDescription& d) {
    std::set<fs::path> folders{d.folder};
    for (const fs::path& source : d.sources) {
        folders.insert(source.parent_path());
    }
    return folders;
}

// Every file that the sources could include: those named, and all of their kind around them.
std::vector<fs::path> inputs_of(const DatapathDescription& d, const LibraryOptions& options) {
    std::vector<fs::path> files = options.netlist.empty() ? d.sources : options.netlist;
    std::vector<fs::path> folders = d.include_directories;
    const std::set<fs::path> around = source_folders(d);
    folders.insert(folders.end(), around.begin(), around.end());
    for (const fs::path& folder : folders) {
        std::error_code error;
        for (auto entry = fs::recursive_directory_iterator(folder, error);
             !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
            if (entry->is_regular_file(error) && is_source(entry->path())) {
                files.push_back(entry->path());
            }
        }
    }
    if (!d.file_list.empty()) {
        files.push_back(d.file_list);
    }
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()), files.end());
    return files;
}

std::vector<std::string> verilator_command(const DatapathDescription& d,
                                           const LibraryOptions& options) {
    std::vector<std::string> command{
        "verilator",    "--cc", "--prefix", "Vdut",  "--Mdir",     "verilated",
        "--top-module", d.top,  "--assert", "-Wall", "-Wno-fatal", "-DCORTILE_ASSERTIONS"};
    // Delays of the sources mean nothing to a model that goes by clocks.
    command.insert(command.end(), {"--no-timing", "-Wno-STMTDLY", "-Wno-ASSIGNDLY"});
    if (d.verilog && options.netlist.empty()) {
        command.insert(command.end(), {"--default-language", "1364-2005"});
    }
    if (options.build_quickly) {
        command.insert(command.end(), {"-fno-dfg", "-fno-expand", "-fno-const-bit-op-tree"});
    } else if (options.optimise) {
        command.push_back("-O3");
    } else {
        command.insert(command.end(), {"-O3", "-fno-dfg", "-fno-expand"});
    }
    if (options.harness.trace) {
        command.insert(command.end(), {"--trace-fst", "--trace-structs"});
    }
    if (options.harness.coverage) {
        command.push_back("--coverage");
    }
    for (const fs::path& folder : d.include_directories) {
        command.push_back("-I" + folder.string());
    }
    for (const fs::path& folder : source_folders(d)) {
        command.push_back("-I" + folder.string());
    }
    for (const auto& [name, value] : d.defines) {
        command.push_back("-D" + name + (value.empty() ? "" : "=" + value));
    }
    command.insert(command.end(), d.verilator_arguments.begin(), d.verilator_arguments.end());
    if (!options.netlist.empty()) {
        for (const fs::path& source : options.netlist) {
            command.push_back(source.string());
        }
        return command;
    }
    for (const auto& [name, value] : d.parameters) {
        command.push_back("-G" + name + "=" + value);
    }
    if (!d.file_list.empty()) {
        // Paths in the list are relative to the list.
        command.push_back("-F");
        command.push_back(d.file_list.string());
    }
    for (const fs::path& source : d.sources) {
        command.push_back(source.string());
    }
    return command;
}

std::vector<std::string> compiler_flags(const LibraryOptions& options) {
    return {"-std=c++17",
            options.build_quickly ? "-O0"
            : options.optimise    ? "-O2"
                                  : "-O1",
            "-fPIC",
            "-fvisibility=hidden",
            "-w",
            "-DVL_USER_FINISH",
            "-DVL_USER_STOP",
            "-DVL_USER_FATAL",
            "-DVL_USER_WARN",
            "-DVL_PRINTF=cortile_harness_print",
            "-DVM_COVERAGE=1",
            "-DVM_TRACE=1",
            "-DVM_TRACE_FST=1",
            "-isystem",
            verilator_include().string(),
            "-isystem",
            (verilator_include() / "vltstd").string()};
}

class Build {
  public:
    Build(const DatapathDescription& d, const LibraryOptions& options)
        : d_(d), options_(options), verilator_(verilator_command(d, options)) {}

    fs::path folder() { return cache_folder() / (d_.name + "-" + key()); }
    // Builds in a folder of its own, which becomes the cache's in one step.
    void run(const fs::path& into);

  private:
    std::string key() const;
    void step(const std::vector<std::string>& command, const fs::path& folder,
              const std::string& what);
    void run_verilator();
    fs::path runtime_object(const std::string& source);

    const DatapathDescription& d_;
    const LibraryOptions& options_;
    std::vector<std::string> verilator_;
    std::string log_;
    fs::path work_;
};

std::string Build::key() const {
    Hash hash;
    hash.add(tool_versions());
    hash.add(harness_template_text());
    hash.add(harness_abi_text());
    hash.add(read_text_file(d_.file));
    for (const auto& arguments : {verilator_, compiler_flags(options_)}) {
        for (const std::string& argument : arguments) {
            hash.add(argument);
        }
    }
    hash.add(options_.harness.mutant_port);
    hash.add(options_.harness.observe ? "observe" : "");
    for (const fs::path& file : inputs_of(d_, options_)) {
        hash.add(file.string());
        hash.add(read_text_file(file));
    }
    return hash.text().substr(0, 20);
}

void Build::step(const std::vector<std::string>& command, const fs::path& folder,
                 const std::string& what) {
    const ProgramEnd end = run_program(command, folder);
    log_ += fmt::format("# {}\n{}\n", command[0], end.output);
    if (end.exit_code != 0) {
        throw ConfigError(d_.file.string(), what + ":\n" + end.output);
    }
}

void Build::run_verilator() {
    const ProgramEnd end = run_program(verilator_, work_);
    log_ += fmt::format("# {}\n{}\n", verilator_[0], end.output);
    if (end.exit_code != 0) {
        throw ConfigError(d_.file.string(),
                          "verilator refuses the sources:\n" + verilator_errors(end.output),
                          verilator_hint(end.output));
    }
}

// Verilator's own run-time library, compiled once for all datapaths.
fs::path Build::runtime_object(const std::string& source) {
    Hash hash;
    hash.add(tool_versions());
    hash.add(source);
    hash.add(harness_abi_text());
    const std::vector<std::string> flags = compiler_flags({});
    for (const std::string& flag : flags) {
        hash.add(flag);
    }
    const fs::path object = cache_folder() / ("runtime-" + hash.text().substr(0, 20) + ".o");
    if (!fs::exists(object)) {
        const fs::path fresh = work_ / (source + ".o");
        std::vector<std::string> command{kCompiler};
        command.insert(command.end(), flags.begin(), flags.end());
        command.insert(command.end(),
                       {"-include", "harness_abi.h", "-c", (verilator_include() / source).string(),
                        "-o", fresh.string()});
        step(command, work_, "Verilator's run-time library does not compile");
        fs::rename(fresh, object);
    }
    return object;
}

void Build::run(const fs::path& into) {
    work_ = into.parent_path() / fmt::format(".{}.{}", into.filename().string(), getpid());
    fs::remove_all(work_);
    fs::create_directories(work_);
    try {
        write_text(work_ / "harness_abi.h", harness_abi_text());
        run_verilator();
        write_text(work_ / "warnings.txt", log_);
        const auto ports = verilated_ports(read_text_file(work_ / "verilated" / "Vdut.h"));
        write_text(work_ / "harness.cpp", write_harness(d_, ports, options_.harness));
        // One translation unit for all that Verilator wrote.
        std::string unity;
        std::vector<fs::path> written;
        for (const auto& entry : fs::directory_iterator(work_ / "verilated")) {
            if (entry.path().extension() == ".cpp") {
                written.push_back(entry.path().filename());
            }
        }
        std::sort(written.begin(), written.end());
        for (const fs::path& file : written) {
            unity += fmt::format("#include \"{}\"\n", file.string());
        }
        write_text(work_ / "model.cpp", "#include \"harness.cpp\"\n" + unity);

        std::vector<std::string> command{kCompiler};
        const std::vector<std::string> flags = compiler_flags(options_);
        command.insert(command.end(), flags.begin(), flags.end());
        command.insert(command.end(), {"-Iverilated", "-I.", "-shared", "-o", "datapath.so",
                                       "model.cpp", runtime_object("verilated.cpp").string(),
                                       runtime_object("verilated_threads.cpp").string()});
        if (options_.harness.coverage) {
            command.push_back(runtime_object("verilated_cov.cpp").string());
        }
        if (options_.harness.trace) {
            command.push_back(runtime_object("verilated_fst_c.cpp").string());
        }
        command.insert(command.end(), {"-lz", "-pthread"});
        step(command, work_, "what Verilator wrote does not compile");
        write_text(work_ / "build.log", log_);
        fs::remove_all(work_ / "verilated");
        std::error_code taken;  // by another process that built the same
        fs::rename(work_, into, taken);
        if (taken && !fs::exists(into / "datapath.so")) {
            throw ConfigError(into.string(), "cannot be written: " + taken.message());
        }
        fs::remove_all(work_);
    } catch (...) {
        std::error_code ignored;
        fs::remove_all(work_, ignored);
        throw;
    }
}

}  // namespace

std::string missing_rtl_tools() {
    for (const char* tool : {"verilator", kCompiler}) {
        if (!find_program(tool)) {
            return fmt::format("RTL co-simulation is off: {} is not installed (apt install {})",
                               tool, tool);
        }
    }
    return "";
}

std::filesystem::path cache_folder() {
    const auto from = [](const char* variable) -> fs::path {
        const char* value = std::getenv(variable);
        return value != nullptr && *value != '\0' ? fs::absolute(value) : fs::path();
    };
    if (const fs::path own = from("CORTILE_CACHE"); !own.empty()) {
        return own;
    }
    if (const fs::path users = from("XDG_CACHE_HOME"); !users.empty()) {
        return users / "cortile";
    }
    if (const fs::path home = from("HOME"); !home.empty()) {
        return home / ".cache" / "cortile";
    }
    return fs::temp_directory_path() / fmt::format("cortile-{}", getuid());
}

std::shared_ptr<const DatapathLibrary> DatapathLibrary::build(
    const DatapathDescription& description, const LibraryOptions& options) {
    if (const std::string missing = missing_rtl_tools(); !missing.empty()) {
        throw ConfigError(description.file.string(), missing);
    }
    std::error_code error;
    fs::create_directories(cache_folder(), error);
    if (error) {
        throw ConfigError(cache_folder().string(), "cannot be made: " + error.message(),
                          "CORTILE_CACHE=FOLDER names another place for what is built");
    }
    Build build(description, options);
    const fs::path folder = build.folder();
    if (!fs::exists(folder / "datapath.so")) {
        build.run(folder);
    }
    return std::shared_ptr<const DatapathLibrary>(new DatapathLibrary(folder));
}

DatapathLibrary::DatapathLibrary(fs::path folder) : folder_(std::move(folder)) {
    const fs::path file = folder_ / "datapath.so";
    handle_ = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) {
        throw ConfigError(file.string(), std::string("cannot be loaded: ") + dlerror(),
                          "remove the folder; it is built again");
    }
    using Entry = const CortileHarness* (*)();
    const auto entry = reinterpret_cast<Entry>(dlsym(handle_, "cortile_harness"));
    harness_ = entry != nullptr ? entry() : nullptr;
    if (harness_ == nullptr || harness_->version != CORTILE_HARNESS_VERSION) {
        dlclose(handle_);
        throw ConfigError(file.string(), "is of another version",
                          "remove the folder; it is built again");
    }
}

DatapathLibrary::~DatapathLibrary() {
    dlclose(handle_);
}

std::string DatapathLibrary::warnings() const {
    return read_text_file(folder_ / "warnings.txt");
}

}  // namespace cortile
