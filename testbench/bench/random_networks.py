#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Synaptic events per CPU-second and bytes per synapse on random networks.

Usage: random_networks.py PATH/TO/cortile [--threads N] [--only NAME]

Speed is the slope between a short and a long run of the same network, so that loading does not
count. Memory is the peak resident set above that of the same chip with a network of two neurons.
"""
import argparse
import json
import os
import resource
import shutil
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

# Which pages of the program are touched depends on where it is loaded: without randomised addresses
# the resident set is the same in each run, instead of within 0.3 MB.
FIXED_ADDRESSES = ["setarch", "--addr-no-randomize"] if shutil.which("setarch") else []

# name, neurons, cores, locality, timesteps of the short and of the long run
CASES = [
    ("1k clustered", 1024, 32, "clustered", 500, 10500),
    ("10k clustered", 10240, 128, "clustered", 50, 1050),
    ("100k clustered", 102400, 128, "clustered", 10, 110),
    ("1k uniform", 1024, 128, "uniform", 100, 2100),
    ("10k uniform", 10240, 128, "uniform", 10, 210),
    ("100k uniform", 102400, 128, "uniform", 2, 22),
]


def run(program, settings, threads):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        command = FIXED_ADDRESSES + [program, "run", os.path.join(HERE, "random_network.yaml"), "--out", out,
                   "--threads", str(threads)]
        for key, value in settings.items():
            command += ["--set", f"{key}={value}"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(os.path.join(out, "summary.json")) as file:
            summary = json.load(file)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return summary, cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only")
    arguments = parser.parse_args()
    empty, _ = run(arguments.program,
                   {"network.generate.neurons": 2, "network.generate.synapses_per_neuron": 1,
                    "mapping.cores": 1, "stimulus.timesteps": 1}, 1)
    empty_bytes = empty["peak_rss_bytes"]
    print(f"empty chip: {empty_bytes / 1e6:.1f} MB")
    print(f"{'network':<15} {'M events/s wall':>16} {'M events/cpu-s':>15} {'packets/s':>11} "
          f"{'load s':>7} {'peak MB':>8} {'bytes over 128/neuron, per synapse':>36}")
    for name, neurons, cores, locality, short, long in CASES:
        if arguments.only and arguments.only != name:
            continue
        settings = {"network.generate.neurons": neurons, "network.generate.locality": locality,
                    "network.generate.clusters": cores, "network.generate.target_clusters": 4,
                    "mapping.cores": cores}
        few, cpu_few = run(arguments.program, settings | {"stimulus.timesteps": short},
                           arguments.threads)
        many, cpu_many = run(arguments.program, settings | {"stimulus.timesteps": long},
                             arguments.threads)
        events = many["synaptic_operations"] - few["synaptic_operations"]
        packets = many["packets"] - few["packets"]
        wall = many["wall_seconds"]["run"] - few["wall_seconds"]["run"]
        cpu = cpu_many - cpu_few
        above = many["peak_rss_bytes"] - empty_bytes - 128 * neurons
        print(f"{name:<15} {events / wall / 1e6:>16.1f} {events / cpu / 1e6:>15.1f} "
              f"{packets / cpu / 1e6:>10.1f}M {many['wall_seconds']['load']:>7.2f} "
              f"{many['peak_rss_bytes'] / 1e6:>8.1f} {above / many['synapses']:>36.2f}")


if __name__ == "__main__":
    main()
