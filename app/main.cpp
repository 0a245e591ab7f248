// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>
#include <thread>

#include <hdf5.h>
#include <CLI/CLI.hpp>
#include <systemc>

#include "app/commands.h"
#include "hw_model/base/error.h"
#include "hw_model/base/short_paths.h"
#include "hw_model/cpu/firmware_error.h"

namespace {

constexpr int kConfigExitCode = 2, kModelExitCode = 3, kMismatchExitCode = 4;

// A subcommand's options, and what it does.
int run_program(int argc, char** argv) {
    CLI::App app{"Cortile: a model of many-core neuromorphic chips"};
    app.set_version_flag("--version", CORTILE_VERSION);
    app.require_subcommand(1);

    cortile::RunArguments run;
    std::string file, what;
    std::vector<std::string> assignments;
    const auto add_file = [&](CLI::App* command) {
        command->add_option("FILE", file, "experiment (.yaml) or network (.nir)")->required();
        command->add_option("--set", assignments, "override a parameter: noc.hop_x=5ns")
            ->allow_extra_args(false)
            ->take_all();
    };

    std::string firmware_file, image_file, bus_file;
    std::uint16_t gdb_port = 0;
    CLI::App* run_app = app.add_subcommand("run", "run an experiment and report");
    add_file(run_app);
    std::string out;
    run_app->add_option("--out", out, "folder to write results to");
    run_app->add_option("--threads", run.threads, "threads; results do not depend on it")
        ->check(CLI::Range(1, 256));
    run_app->add_option("--firmware", firmware_file,
                        "program (ELF) of the management processors, which then drive the chip");
    run_app
        ->add_option("--gdb", gdb_port,
                     "with --firmware: wait for gdb at this port of 127.0.0.1; 0: at a free one")
        ->needs("--firmware");
    run_app
        ->add_option("--trace-bus", bus_file,
                     "with --firmware: transactions of the management bus (VCD)")
        ->needs("--firmware");
    run_app
        ->add_option("--image", image_file,
                     "with --firmware: network image in place of the experiment's own")
        ->needs("--firmware");
    run_app->add_option("--probe", run.probes, "record state: POPULATION:spikes,u,v")
        ->allow_extra_args(false)
        ->take_all();
    run_app
        ->add_option("--expect", run.expectations,
                     "compare: POPULATION:QUANTITY=FILE[:DATASET][[BEGIN:END]] [AXES], a file of "
                     "run.recordings")
        ->allow_extra_args(false)
        ->take_all();

    std::uint64_t checkpoint = 0;
    run_app
        ->add_option("--checkpoint", checkpoint,
                     "every N timesteps save the state of the run in the folder of --out")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 53));
    run_app->add_flag(
        "--resume", run.resume,
        "go on from the checkpoint in the folder of --out; results are those of a run "
        "that was never interrupted");

    cortile::CompareArguments compare;
    CLI::App* compare_app =
        app.add_subcommand("compare", "run experiments on several chips, side by side");
    compare_app->add_option("FILES", compare.experiments, "experiments (.yaml) or networks (.nir)")
        ->required();
    compare_app
        ->add_option("--preset", compare.presets,
                     "presets or chip files, separated by commas; without, each experiment's own")
        ->allow_extra_args(false)
        ->take_all()
        ->delimiter(',');
    compare_app
        ->add_option("--set", assignments, "override a parameter on every chip: noc.hop_x=5ns")
        ->allow_extra_args(false)
        ->take_all();
    compare_app->add_option("--out", out, "folder to write results to");
    compare_app->add_option("--threads", compare.threads, "threads; results do not depend on it")
        ->check(CLI::Range(1, 256));

    cortile::CosimArguments cosim;
    std::string replay_file, before_file, trace_file;
    CLI::App* cosim_app = app.add_subcommand("cosim", "check RTL against its reference");
    cosim_app->add_option("FOLDER", cosim.folder, "folder with a datapath.yaml")->required();
    cosim_app->add_option("--seed", cosim.seed, "of the random operations");
    cosim_app->add_option("--random", cosim.random_operations, "random operations of each check")
        ->check(CLI::Range(1, 100'000'000));
    cosim_app->add_option("--operation", cosim.operations, "run just this: u=1,v=-2,…")
        ->allow_extra_args(false)
        ->take_all();
    cosim_app->add_option("--replay", replay_file, "run just the operations of a CSV file");
    cosim_app->add_option("--before", before_file,
                          "before a replay, run the operations of this CSV file and a reset");
    cosim_app->add_option("--stalls", cosim.stalls,
                          "pauses of a replay: SEED:SHARE, of 256 clocks on either side");
    cosim_app->add_option("--trace", trace_file, "waves of --operation or --replay (FST)");
    cosim_app->add_option("--out", out, "folder for report.txt and what belongs to it");
    cosim_app->add_flag("--equations", cosim.show_equations,
                        "print the equations of the reference, and stop");
    cortile::SkeletonArguments skeleton;
    cosim_app->add_option("--new", skeleton.sources, "write a first datapath.yaml for this RTL")
        ->expected(1, -1);
    cosim_app->add_option("--top", skeleton.top, "of --new: the module");
    cosim_app->add_flag("--verilog", skeleton.verilog, "of --new: Verilog-2005, not SystemVerilog");

    cortile::RegressArguments regress;
    std::string regress_list, bug;
    std::uint64_t seed = 0;
    CLI::App* regress_app = app.add_subcommand("regress", "run a list of tests on RTL");
    regress_app->add_option("LIST", regress_list, "a list (.yaml), quick (default) or nightly");
    regress_app->add_option("--set", assignments, "change the list: tests.random.iterations=100")
        ->allow_extra_args(false)
        ->take_all();
    regress_app->add_option("--out", regress.out, "folder of results; default: regress_results");
    regress_app->add_option("-j,--jobs", regress.jobs, "processes; default: one per processor")
        ->check(CLI::Range(1, 1024));
    auto* seed_option = regress_app->add_option("--seed", seed, "of every test's first iteration");
    regress_app->add_flag("--reseed", regress.reseed, "new seeds for every test")
        ->excludes(seed_option);
    regress_app
        ->add_option("--only", regress.only,
                     "just these: a datapath, a test, test.seed, datapath/test.seed; * and ?")
        ->allow_extra_args(false)
        ->take_all();
    regress_app->add_option("--scale", regress.scale, "multiplies the tests' iterations")
        ->check(CLI::Range(1e-6, 1e6));
    regress_app->add_flag("--coverage", regress.coverage, "measure it, with targets or without");
    regress_app->add_flag("--list", regress.list_only, "show what would run");
    regress_app->add_flag("--self-test", regress.self_test,
                          "put a bug into a copy of each datapath: it must be seen");
    regress_app->add_option("--bug", bug, "self-test with this seeded bug, or with all");

    cortile::MutateArguments mutate;
    CLI::App* mutate_app =
        app.add_subcommand("mutate", "put faults into RTL: do the tests of a list find them?");
    mutate_app->add_option("FOLDERS", mutate.folders, "folders with a datapath.yaml")->required();
    mutate_app->add_option("--mutants", mutate.mutants, "faults, one at a time")
        ->check(CLI::Range(1, 100'000));
    mutate_app->add_option("--seed", mutate.seed, "of the choice of faults");
    mutate_app->add_option(
        "--list", mutate.list,
        "a list of tests (.yaml) that look for them, quick (default) or nightly");
    mutate_app
        ->add_option("--proof-seconds", mutate.proof_seconds,
                     "time of a search for a proof of equivalence; 0: none")
        ->check(CLI::Range(0, 100'000));
    mutate_app->add_option("--target", mutate.target, "percent that must be found, or exit code 4")
        ->check(CLI::Range(0.0, 100.0));
    mutate_app->add_option("--threads", mutate.threads, "threads; results do not depend on it")
        ->check(CLI::Range(1, 256));
    mutate_app->add_option("--out", out, "folder to write results to");

    cortile::SynthArguments synth;
    std::string liberty_file, operations_file;
    CLI::App* synth_app =
        app.add_subcommand("synth", "cells, delays and energy per operation of RTL");
    synth_app->add_option("FOLDER", synth.folder, "folder with a datapath.yaml")->required();
    synth_app->add_option("--operations", operations_file,
                          "CSV of recorded operations, whose toggles count");
    synth_app->add_option("--liberty", liberty_file,
                          "Liberty file of the cells; without, osu018 of qflow-tech-osu018");
    synth_app
        ->add_option("--count", synth.activity_operations,
                     "operations, at most, that toggles are counted of")
        ->check(CLI::Range(64, 10'000'000));
    synth_app->add_option("--seed", synth.seed, "of the random operations");
    synth_app->add_option("--out", out, "folder for the cost table and the netlist");

    cortile::NocArguments noc;
    CLI::App* noc_app =
        app.add_subcommand("noc", "the network on chip alone, under synthetic or recorded traffic");
    noc_app->add_option("CONFIG", noc.config, "network and traffic (.yaml)")->required();
    noc_app->add_option("--set", assignments, "override a parameter: noc.virtual_channels=2")
        ->allow_extra_args(false)
        ->take_all();
    noc_app->add_option("--out", out, "folder to write results to");
    noc_app->add_option("--threads", noc.threads, "threads; results do not depend on it")
        ->check(CLI::Range(1, 256));

    CLI::App* image_app =
        app.add_subcommand("image", "write the network image that firmware loads");
    add_file(image_app);
    image_app->add_option("--out", out, "file to write")->required();

    CLI::App* map_app =
        app.add_subcommand("map", "does it fit, on how many cores, what is tightest");
    add_file(map_app);
    CLI::App* check_app = app.add_subcommand("check", "read everything a file names, run nothing");
    add_file(check_app);
    CLI::App* list_app = app.add_subcommand("list", "presets, core types, parameters");
    list_app->add_option("WHAT", what, "presets, cores, parameters, or a preset's name");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? 0 : kConfigExitCode;
    }
    std::string command;
    for (int i = 0; i < argc; ++i) {
        command += (i > 0 ? " " : "") + std::string(argv[i]);
    }
    if (*image_app) {
        return cortile::image_command(file, assignments, out);
    }
    if (*run_app) {
        if (run_app->count("--firmware") > 0) {
            run.firmware = firmware_file;
        }
        if (run_app->count("--gdb") > 0) {
            run.gdb_port = gdb_port;
        }
        if (run_app->count("--trace-bus") > 0) {
            run.trace_bus = bus_file;
        }
        if (run_app->count("--image") > 0) {
            run.image = image_file;
        }
        run.experiment = file;
        run.assignments = assignments;
        if (run_app->count("--out") > 0) {
            run.out = out;
        }
        if (run_app->count("--checkpoint") > 0) {
            run.checkpoint = checkpoint;
        }
        run.command = command;
        return cortile::run_command(run);
    }
    if (*compare_app) {
        compare.assignments = assignments;
        if (compare_app->count("--out") > 0) {
            compare.out = out;
        }
        compare.command = command;
        return cortile::compare_command(compare);
    }
    if (*noc_app) {
        noc.assignments = assignments;
        if (noc_app->count("--out") > 0) {
            noc.out = out;
        }
        return cortile::noc_command(noc);
    }
    if (*cosim_app && !skeleton.sources.empty()) {
        skeleton.folder = cosim.folder;
        return cortile::skeleton_command(skeleton);
    }
    if (*cosim_app) {
        if (cosim_app->count("--trace") > 0) {
            cosim.trace = trace_file;
        }
        if (cosim_app->count("--replay") > 0) {
            cosim.replay = replay_file;
        }
        if (cosim_app->count("--before") > 0) {
            cosim.before = before_file;
        }
        if (cosim_app->count("--out") > 0) {
            cosim.out = out;
        }
        return cortile::cosim_command(cosim);
    }
    if (*synth_app) {
        if (synth_app->count("--operations") > 0) {
            synth.operations = operations_file;
        }
        if (synth_app->count("--liberty") > 0) {
            synth.liberty = liberty_file;
        }
        if (synth_app->count("--out") > 0) {
            synth.out = out;
        }
        return cortile::synth_command(synth);
    }
    if (*regress_app) {
        if (regress_app->count("LIST") > 0) {
            regress.list = regress_list;
        }
        if (regress_app->count("--seed") > 0) {
            regress.seed = seed;
        }
        if (regress_app->count("--bug") > 0) {
            regress.bug = bug;
        }
        if (regress_app->count("--jobs") == 0) {
            regress.jobs = std::max(1u, std::thread::hardware_concurrency());
        }
        regress.assignments = assignments;
        regress.command = command;
        return cortile::regress_command(regress);
    }
    if (*mutate_app) {
        if (mutate_app->count("--out") > 0) {
            mutate.out = out;
        }
        return cortile::mutate_command(mutate);
    }
    if (*map_app) {
        return cortile::map_command(file, assignments);
    }
    if (*check_app) {
        return cortile::check_command(file, assignments);
    }
    return cortile::list_command(what);
}

}  // namespace

// Elaboration happens from here: SystemC's own main(), which would call sc_main(), is not used.
int main(int argc, char** argv) {
    // A file that outgrows a limit is an error with a message, not a signal; and libhdf5 does not
    // try again at exit what failed on a damaged file.
    std::signal(SIGXFSZ, SIG_IGN);
    H5dont_atexit();
    try {
        const int code = run_program(argc, argv);
        std::cout.flush();
        if (!std::cout) {
            std::cerr << "cortile: standard output cannot be written\n";
            return code == 0 ? kConfigExitCode : code;
        }
        return code;
    } catch (const cortile::ConfigError& error) {
        std::cerr << "cortile: " << cortile::short_paths(error.what()) << "\n";
        return kConfigExitCode;
    } catch (const cortile::FirmwareError& error) {
        std::cerr << "cortile: firmware: " << error.what() << "\n";
        return kModelExitCode;
    } catch (const cortile::CosimMismatch& error) {
        std::cerr << "cortile: mismatch: " << error.what() << "\n";
        return kMismatchExitCode;
    } catch (const std::filesystem::filesystem_error& error) {
        std::cerr << "cortile: " << error.what() << "\n";
        return kConfigExitCode;
    } catch (const std::bad_alloc&) {
        std::cerr << "cortile: out of memory\n  hint: a smaller network, fewer samples or probes\n";
        return kConfigExitCode;
    } catch (const std::exception& error) {
        std::cerr << "cortile: internal error: " << error.what()
                  << "\n  hint: this is a defect of the model; please report it with the command\n";
        return kModelExitCode;
    }
}
